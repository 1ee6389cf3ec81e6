//! What a spend asked for before it was changed, and what it comes to since. Append-only.

use sea_orm::entity::prelude::*;

use crate::words::{PractitionerId, SpendChangeId, SpendId};

/// What a spend asked for before it was changed, and what it comes to since. Append-only.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "spend_change")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SpendChangeId,
    pub spend_id: SpendId,
    pub changed_by: PractitionerId,
    pub total_before_pence: i64,
    pub authorised_before_pence: Option<i64>,
    pub reason_before: Option<String>,
    pub total_after_pence: i64,
    pub authorised_after_pence: Option<i64>,
    pub changed_at: DateTimeUtc,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
