//! A booking, a place on the list of those who wait for one, or somebody who walked in.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::words::{
    AppointmentId, AppointmentStatus, HubId, HubSessionId, NotMetBecause, OrganisationId, PractitionerId, TeamId,
};

/// A booking, a place on the list of those who wait for one, or somebody who walked in.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "appointment")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AppointmentId,
    pub organisation_id: OrganisationId,
    pub team_id: TeamId,
    pub made_by: PractitionerId,
    /// Where; none while it waits.
    pub hub_id: Option<HubId>,
    /// None where somebody walked in.
    pub session_id: Option<HubSessionId>,
    pub starts_at: Option<DateTimeUtc>,
    pub ends_at: Option<DateTimeUtc>,
    /// Which place of the slot it takes, from 1; none where it takes none.
    pub place: Option<i32>,
    pub status: AppointmentStatus,
    pub because: Option<NotMetBecause>,
    /// When the person first asked.
    pub asked_at: DateTimeUtc,
    /// When they talked.
    pub met_at: Option<DateTimeUtc>,
    pub not_before: Option<DateTimeUtc>,
    pub reminded_at: Option<DateTimeUtc>,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
