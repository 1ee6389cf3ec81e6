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
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
