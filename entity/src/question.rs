//! A question in the bank, with the steward who answers for it.

use sea_orm::entity::prelude::*;

use crate::words::{LawfulBasis, OrganisationId, PractitionerId, QuestionId, Readers};

/// A question in the bank, with the steward who answers for it.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "question")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: QuestionId,
    pub organisation_id: OrganisationId,
    /// Unique within the organisation.
    pub code: String,
    pub steward_id: PractitionerId,
    /// What the answers are used for.
    pub purpose: String,
    pub lawful_basis: LawfulBasis,
    pub readers: Readers,
    pub retention_days: i32,
    /// After this day it is not served until its steward has looked again.
    pub review_on: Date,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
