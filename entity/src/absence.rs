//! A stretch in which somebody is away, and who stands in for her. Why is nobody's business.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::words::{AbsenceId, OrganisationId, PractitionerId, TeamId};

/// A stretch in which somebody is away, and who stands in for her. Why is nobody's business.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "absence")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AbsenceId,
    pub organisation_id: OrganisationId,
    /// Her team when it was noted.
    pub team_id: TeamId,
    /// Who is away.
    pub practitioner_id: PractitionerId,
    /// Who stands in for her, under delegations of her own.
    pub deputy_id: Option<PractitionerId>,
    pub starts: DateTimeUtc,
    /// Until just before here; none means until somebody says that it has ended.
    pub ends: Option<DateTimeUtc>,
    pub noted_by: PractitionerId,
    pub noted_at: DateTimeUtc,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
