//! One grant from a named senior to a person, a role or a team.

use sea_orm::entity::prelude::*;

use crate::words::{DecidesFor, DelegationId, GranteeKind, OrganisationId, PractitionerId, Role, SchemeId, TeamId};

/// One grant from a named senior to a person, a role or a team.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "delegation")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: DelegationId,
    pub organisation_id: OrganisationId,
    pub scheme_id: SchemeId,
    pub grantor_id: PractitionerId,
    pub grantee_kind: GranteeKind,
    pub grantee_practitioner_id: Option<PractitionerId>,
    pub grantee_role: Option<Role>,
    pub grantee_team_id: Option<TeamId>,
    /// Most that one spend may come to; none means no limit on one item.
    pub item_limit_pence: Option<i64>,
    pub decides_for: DecidesFor,
    /// The grantor's signed words that stand behind every decision under this delegation.
    pub backing_statement: String,
    pub valid_from: DateTimeUtc,
    pub valid_to: Option<DateTimeUtc>,
    pub revoked_at: Option<DateTimeUtc>,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
