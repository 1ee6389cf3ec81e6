//! What somebody said afterwards: of a team, a hub and a month, and of nobody. Append-only.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::words::{DidWeKeepOurWord, DifferenceMade, FeedbackId, HubId, OrganisationId, TeamId};

/// What somebody said afterwards: of a team, a hub and a month, and of nobody. Append-only.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "feedback_answer")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    /// Of chance alone: it tells no time and is not the link's.
    pub id: FeedbackId,
    pub organisation_id: OrganisationId,
    pub team_id: TeamId,
    pub hub_id: Option<HubId>,
    /// Tells people of one month apart, and says of none who it is.
    pub person_sha256: Vec<u8>,
    /// The first day of the month in which it was asked.
    pub month: Date,
    pub kept_word: Option<DidWeKeepOurWord>,
    pub difference: Option<DifferenceMade>,
    pub words: Option<String>,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
