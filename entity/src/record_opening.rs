//! A restricted record opened for a while, because it could not wait.

use sea_orm::entity::prelude::*;

use crate::words::{PractitionerId, RecordId, RecordOpeningId};

/// A restricted record opened for a while, because it could not wait.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "record_opening")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RecordOpeningId,
    pub record_id: RecordId,
    pub opened_by: PractitionerId,
    pub reason: String,
    pub opened_at: DateTimeUtc,
    pub open_until: DateTimeUtc,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
