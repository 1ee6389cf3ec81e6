//! One filled form. It pins its version and has no approval state.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::words::{FormVersionId, HubId, Language, OrganisationId, PractitionerId, RecordId, SpendId, TeamId};

/// One filled form. It pins its version and has no approval state.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "record")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RecordId,
    pub organisation_id: OrganisationId,
    pub form_version_id: FormVersionId,
    pub practitioner_id: PractitionerId,
    pub team_id: TeamId,
    pub spend_id: Option<SpendId>,
    pub hub_id: Option<HubId>,
    pub language: Language,
    pub started_at: DateTimeUtc,
    pub completed_at: Option<DateTimeUtc>,
    /// The day up to which it stays open, where its author has asked for longer than is usual.
    #[serde(default)]
    pub open_until: Option<Date>,
    /// Since when only its author and the seniors of her team read it.
    #[serde(default)]
    pub restricted_at: Option<DateTimeUtc>,
    #[serde(default)]
    pub restricted_by: Option<PractitionerId>,
    /// Since when it is kept for a court, whatever its questions say.
    #[serde(default)]
    pub held_at: Option<DateTimeUtc>,
    /// The day somebody last wrote in it, where what she wrote is gone.
    #[serde(default)]
    pub saved_on: Option<Date>,
    /// The day its owner was last warned that it goes.
    #[serde(default)]
    pub warned_on: Option<Date>,
    /// The day on which to look again whether something is due; before it nothing is.
    #[serde(default)]
    pub look_on: Date,
    /// The day everything in it went, where its cover stays because some of it was told to somebody outside.
    #[serde(default)]
    pub emptied_on: Option<Date>,
    /// How long everybody together spent on it, counted by the database.
    #[serde(default)]
    pub seconds: i64,
    /// How many questions of its form were answered when it was completed.
    #[serde(default)]
    pub answered: Option<i32>,
    /// How many of those were known before and only said to be still true.
    #[serde(default)]
    pub spared: Option<i32>,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
