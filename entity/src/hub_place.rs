//! Where a hub is and how people get in, as the standard's own object.

use sea_orm::entity::prelude::*;

use crate::words::{HubId, PractitionerId};

/// Where a hub is and how people get in, as the standard's own object.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "hub_place")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub hub_id: HubId,
    /// A location of Open Referral UK as JSON, with whatever else is in it.
    pub location: String,
    pub placed_by: PractitionerId,
    pub placed_at: DateTimeUtc,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
