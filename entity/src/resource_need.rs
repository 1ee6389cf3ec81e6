//! What a service of the directory is for.

use sea_orm::entity::prelude::*;

use crate::words::ResourceId;

/// What a service of the directory is for.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "resource_need")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub resource_id: ResourceId,
    /// The id or the name of a term of a taxonomy, each with a mark before it.
    #[sea_orm(primary_key, auto_increment = false)]
    pub need: String,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
