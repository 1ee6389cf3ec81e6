//! Somebody read what somebody else wrote in a record: who, where and when first that day, and never what.

use sea_orm::entity::prelude::*;

use crate::words::{PractitionerId, RecordId};

/// Somebody read what somebody else wrote in a record: who, where and when first that day, and never what.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "record_access")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub record_id: RecordId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub practitioner_id: PractitionerId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub read_on: Date,
    pub first_at: DateTimeUtc,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
