//! A service of the directory was pointed out to somebody.

use sea_orm::entity::prelude::*;

use crate::words::{IntroductionId, OrganisationId, PersonId, PractitionerId, RecordId, ResourceId, TeamId};

/// A service of the directory was pointed out to somebody.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "introduction")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: IntroductionId,
    pub organisation_id: OrganisationId,
    /// The team of whoever did.
    pub team_id: TeamId,
    pub resource_id: ResourceId,
    /// In which conversation; none where only the person is named.
    pub record_id: Option<RecordId>,
    pub person_id: Option<PersonId>,
    pub note: Option<String>,
    pub introduced_by: PractitionerId,
    pub introduced_at: DateTimeUtc,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
