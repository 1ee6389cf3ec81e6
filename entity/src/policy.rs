//! One version of a policy on a page. What was told stays as it was read.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::words::{OrganisationId, PolicyId, PractitionerId};

/// One version of a policy on a page. What was told stays as it was read.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "policy")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PolicyId,
    pub organisation_id: OrganisationId,
    /// Who answers for it.
    pub owner_id: PractitionerId,
    pub title: String,
    pub words: String,
    pub starts_on: Date,
    pub review_on: Date,
    /// Which it takes the place of, on the day it starts.
    pub replaces_id: Option<PolicyId>,
    pub put_at: DateTimeUtc,
    /// On which day people were told; none while it is being written.
    pub told_on: Option<Date>,
    pub ended_on: Option<Date>,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
