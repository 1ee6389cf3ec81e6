//! A conversation to learn from, about one spend. Nothing waits for it.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::words::{LearningId, LearningState, OrganisationId, SpendId, WhyLearning};

/// A conversation to learn from, about one spend. Nothing waits for it.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "learning")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: LearningId,
    pub organisation_id: OrganisationId,
    pub spend_id: SpendId,
    pub opened_because: WhyLearning,
    pub state: LearningState,
    pub opened_at: DateTimeUtc,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
