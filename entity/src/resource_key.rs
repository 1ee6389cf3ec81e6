//! A word under which a service of the directory is found.

use sea_orm::entity::prelude::*;

use crate::words::ResourceId;

/// A word under which a service of the directory is found.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "resource_key")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub resource_id: ResourceId,
    /// In small letters without accents; those of its name have a mark before them, too.
    #[sea_orm(primary_key, auto_increment = false)]
    pub word: String,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
