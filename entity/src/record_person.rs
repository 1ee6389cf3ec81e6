//! Whom a record is about, apart from the record, so that it can be forgotten without touching what was done.

use sea_orm::entity::prelude::*;

use crate::words::{PersonId, RecordId};

/// Whom a record is about, apart from the record, so that it can be forgotten without touching what was done.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "record_person")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub record_id: RecordId,
    pub person_id: PersonId,
    pub linked_at: DateTimeUtc,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
