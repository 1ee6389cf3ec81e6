//! What came of a difference that a count found. Append-only; the latest counts.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::words::{DifferenceOutcome, ImprestCountId, ImprestExplanationId, PractitionerId};

/// What came of a difference that a count found. Append-only; the latest counts.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "imprest_explanation")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ImprestExplanationId,
    pub count_id: ImprestCountId,
    pub outcome: DifferenceOutcome,
    pub words: String,
    pub explained_by: PractitionerId,
    pub explained_at: DateTimeUtc,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
