//! A hub: a library, cafe or town hall room where practitioners meet people.

use sea_orm::entity::prelude::*;

use crate::words::{HubId, OrganisationId};

/// A hub: a library, cafe or town hall room where practitioners meet people.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "hub")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: HubId,
    pub organisation_id: OrganisationId,
    pub name: String,
    pub address: String,
    pub created_at: DateTimeUtc,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
