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
    /// The grant's key in the scheme's file. What is used is counted by it, across versions.
    pub line: String,
    pub grantor_id: PractitionerId,
    pub grantee_kind: GranteeKind,
    pub grantee_practitioner_id: Option<PractitionerId>,
    pub grantee_role: Option<Role>,
    pub grantee_team_id: Option<TeamId>,
    /// Most that one spend may come to; none means no limit on one item.
    pub item_limit_pence: Option<i64>,
    /// Most that may be authorised from one budget in its period, by one person.
    pub budget_limit_pence: Option<i64>,
    /// Most that may be authorised for one person helped in the budget's period, by one person.
    pub person_limit_pence: Option<i64>,
    /// Most that may be spent at once in an emergency.
    pub break_glass_pence: Option<i64>,
    /// On which days it counts, as bits from Monday (1) to Sunday (64); none means every day.
    pub days: Option<i32>,
    /// From which local minute of the day it counts; none means all day.
    pub from_minute: Option<i32>,
    /// Until just before which local minute of the day it counts.
    pub to_minute: Option<i32>,
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
