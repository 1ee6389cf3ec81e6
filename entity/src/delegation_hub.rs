//! A hub that a delegation is for; none named means every hub.

use sea_orm::entity::prelude::*;

use crate::words::{DelegationId, HubId};

/// A hub that a delegation is for; none named means every hub.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "delegation_hub")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub delegation_id: DelegationId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub hub_id: HubId,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
