//! How much somebody with a role may move between budgets at once. A role without a row moves nothing.

use sea_orm::entity::prelude::*;

use crate::words::{OrganisationId, Role};

/// How much somebody with a role may move between budgets at once. A role without a row moves nothing.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "virement_limit")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organisation_id: OrganisationId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub role: Role,
    pub limit_pence: i64,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
