//! A link with which somebody says once how it was. The row goes when it is used, so that nothing leads from an answer to a link.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::words::{FeedbackId, HubId, OrganisationId, TeamId};

/// A link with which somebody says once how it was. The row goes when it is used, so that nothing leads from an answer to a link.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "feedback_ask")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: FeedbackId,
    pub organisation_id: OrganisationId,
    pub team_id: TeamId,
    pub hub_id: Option<HubId>,
    pub token_sha256: Vec<u8>,
    /// Tells people of one month apart, and says of none who it is.
    pub person_sha256: Vec<u8>,
    /// The first day of the month in which it was asked.
    pub month: Date,
    pub ends_at: DateTimeUtc,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
