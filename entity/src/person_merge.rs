//! Somebody who is the same person as another, until somebody says otherwise.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::words::{OrganisationId, PersonId, PersonMergeId, PractitionerId};

/// Somebody who is the same person as another, until somebody says otherwise.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "person_merge")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PersonMergeId,
    pub organisation_id: OrganisationId,
    /// Who is the same as another.
    pub merged_id: PersonId,
    /// That other, under whom both are found.
    pub kept_id: PersonId,
    pub merged_by: PractitionerId,
    pub merged_at: DateTimeUtc,
    pub undone_by: Option<PractitionerId>,
    pub undone_at: Option<DateTimeUtc>,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
