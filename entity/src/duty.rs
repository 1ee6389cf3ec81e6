//! A stretch in which somebody is on duty: at a hub, as duty manager, or out of hours.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::words::{DutyId, DutyKind, HubId, OrganisationId, PractitionerId};

/// A stretch in which somebody is on duty: at a hub, as duty manager, or out of hours.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "duty")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: DutyId,
    pub organisation_id: OrganisationId,
    pub practitioner_id: PractitionerId,
    pub kind: DutyKind,
    /// The hub, for duty at a hub.
    pub hub_id: Option<HubId>,
    pub starts: DateTimeUtc,
    /// Until just before here.
    pub ends: DateTimeUtc,
    pub put_by: PractitionerId,
    pub put_at: DateTimeUtc,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
