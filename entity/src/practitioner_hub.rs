//! Which hubs a practitioner works in.

use sea_orm::entity::prelude::*;

use crate::words::{HubId, PractitionerId};

/// Which hubs a practitioner works in.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "practitioner_hub")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub practitioner_id: PractitionerId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub hub_id: HubId,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
