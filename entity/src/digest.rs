//! A local day on which somebody was reminded. The key lets there be one.

use sea_orm::entity::prelude::*;

use crate::words::PractitionerId;

/// A local day on which somebody was reminded. The key lets there be one.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "digest")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub practitioner_id: PractitionerId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub local_day: Date,
    pub made_at: DateTimeUtc,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
