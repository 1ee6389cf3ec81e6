//! What a purge takes away, while it does: a record with everything in it, or one revision of an answer. Nothing of it stays.

use sea_orm::entity::prelude::*;

/// What a purge takes away, while it does: a record with everything in it, or one revision of an answer. Nothing of it stays.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "purge_list")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// What is never there, so that no row outlives its transaction.
    pub ends: i32,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
