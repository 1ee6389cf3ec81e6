//! Where a service of the directory is, in degrees of WGS 84.

use sea_orm::entity::prelude::*;

use crate::words::ResourceId;

/// Where a service of the directory is, in degrees of WGS 84.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "resource_place")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub resource_id: ResourceId,
    /// Which of its places, from 0.
    #[sea_orm(primary_key, auto_increment = false)]
    pub place: i32,
    pub latitude: f64,
    pub longitude: f64,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
