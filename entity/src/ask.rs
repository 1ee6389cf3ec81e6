//! One colleague asked to decide one spend. A unique index allows one open ask per spend.

use sea_orm::entity::prelude::*;

use crate::words::{AskId, AskState, PractitionerId, SpendId, WhyAsked};

/// One colleague asked to decide one spend. A unique index allows one open ask per spend.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "ask")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AskId,
    pub spend_id: SpendId,
    pub asked_id: PractitionerId,
    pub why: WhyAsked,
    pub state: AskState,
    pub opened_at: DateTimeUtc,
    pub closed_at: Option<DateTimeUtc>,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
