//! One day of a session that differs from its rule.

use sea_orm::entity::prelude::*;

use crate::words::{HubSessionId, PractitionerId, SessionChangeKind};

/// One day of a session that differs from its rule.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "hub_session_change")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub session_id: HubSessionId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub on_day: Date,
    pub kind: SessionChangeKind,
    /// The day on which it opens instead.
    pub day: Option<Date>,
    pub opens: Option<String>,
    pub closes: Option<String>,
    pub said_by: PractitionerId,
    pub said_at: DateTimeUtc,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
