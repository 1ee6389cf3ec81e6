//! A practitioner's say: the row on which decisions under one person's authority take turns.

use sea_orm::entity::prelude::*;

use crate::words::PractitionerId;

/// A practitioner's say: the row on which decisions under one person's authority take turns.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "say")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub practitioner_id: PractitionerId,
    /// How many decisions have taken their turn here.
    pub decisions: i64,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
