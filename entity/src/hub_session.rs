//! When a hub is open, once or again and again, in local times.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::words::{HubId, HubSessionId, OrganisationId, PractitionerId};

/// When a hub is open, once or again and again, in local times.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "hub_session")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: HubSessionId,
    pub organisation_id: OrganisationId,
    pub hub_id: HubId,
    pub name: String,
    /// The recurrence as RFC 5545 writes it.
    pub rule: String,
    pub first_on: Date,
    /// `HH:MM` on the wall.
    pub opens: String,
    pub closes: String,
    /// How long a slot is; none where people walk in.
    pub slot_minutes: Option<i32>,
    /// How many are seen at once.
    pub places: Option<i32>,
    pub closes_with_council: bool,
    pub put_by: PractitionerId,
    pub put_at: DateTimeUtc,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
