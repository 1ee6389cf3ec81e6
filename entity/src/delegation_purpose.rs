//! The purposes a delegation is for. A delegation without a row here covers every purpose.

use sea_orm::entity::prelude::*;

use crate::words::{DelegationId, SpendPurposeId};

/// The purposes a delegation is for. A delegation without a row here covers every purpose.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "delegation_purpose")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub delegation_id: DelegationId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub purpose_id: SpendPurposeId,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
