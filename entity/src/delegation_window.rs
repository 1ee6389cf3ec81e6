//! One rolling limit of a delegation.

use sea_orm::entity::prelude::*;

use crate::words::{DelegationId, DelegationWindowId};

/// One rolling limit of a delegation.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "delegation_window")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: DelegationWindowId,
    pub delegation_id: DelegationId,
    /// 24, 168 or 672.
    pub hours: i32,
    pub limit_pence: i64,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
