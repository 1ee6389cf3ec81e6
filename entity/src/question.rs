//! A question in the bank, with the steward who answers for it.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::words::{ArticleNine, LawfulBasis, OrganisationId, PractitionerId, QuestionId, Readers};

/// A question in the bank, with the steward who answers for it.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "question")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: QuestionId,
    pub organisation_id: OrganisationId,
    /// Unique within the organisation.
    pub code: String,
    /// Who answers for it, or did last.
    pub steward_id: PractitionerId,
    /// What the answers are used for.
    pub purpose: String,
    pub lawful_basis: LawfulBasis,
    pub readers: Readers,
    pub retention_days: i32,
    /// After this day it is not served until its steward has looked again.
    pub review_on: Date,
    /// The practice group answers for it, because its steward has handed it over or left.
    pub held_by_group: bool,
    /// For health, beliefs and the like: the condition of UK GDPR Article 9(2).
    pub article_nine: Option<ArticleNine>,
    /// After this day it is not served any more, whoever looks.
    pub sunset_on: Option<Date>,
    pub retired_at: Option<DateTimeUtc>,
    pub retired_by: Option<PractitionerId>,
    pub retired_because: Option<String>,
    pub added_at: DateTimeUtc,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
