//! Time that somebody spent on a record, less the time in which nothing happened.

use sea_orm::entity::prelude::*;

use crate::words::{PractitionerId, RecordActivityId, RecordId};

/// Time that somebody spent on a record, less the time in which nothing happened.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "record_activity")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RecordActivityId,
    pub record_id: RecordId,
    pub practitioner_id: PractitionerId,
    pub seconds: i32,
    pub noted_at: DateTimeUtc,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
