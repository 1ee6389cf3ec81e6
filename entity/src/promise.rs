//! What we said we would do after a record, and by when. Once it is settled it stays so.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::words::{FollowUpId, OrganisationId, PractitionerId, PromiseState, RecordId, TeamId};

/// What we said we would do after a record, and by when. Once it is settled it stays so.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "promise")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: FollowUpId,
    pub organisation_id: OrganisationId,
    /// Whose list it is on: the team of whoever promised.
    pub team_id: TeamId,
    pub record_id: RecordId,
    pub made_by: PractitionerId,
    pub what: String,
    pub made_on: Date,
    pub made_at: DateTimeUtc,
    pub due_on: Date,
    pub state: PromiseState,
    pub settled_by: Option<PractitionerId>,
    pub settled_on: Option<Date>,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
