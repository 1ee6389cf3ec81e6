//! The end of a budget: what was carried forward, and what lapsed. Append-only.

use sea_orm::entity::prelude::*;

use crate::words::{BudgetClosingId, BudgetId, DecidesFor, OrganisationId, PractitionerId, Unspent};

/// The end of a budget: what was carried forward, and what lapsed. Append-only.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "budget_closing")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: BudgetClosingId,
    pub organisation_id: OrganisationId,
    pub budget_id: BudgetId,
    /// The budget of the next period, where something was carried into it.
    pub successor_id: Option<BudgetId>,
    pub unspent: Unspent,
    /// Held for colleagues' decisions, and carried with them.
    pub carried_reserved_pence: i64,
    /// Authorised and not yet spent, and carried as an accrual.
    pub carried_committed_pence: i64,
    pub carried_unspent_pence: i64,
    pub lapsed_pence: i64,
    pub reason: String,
    pub closed_by: PractitionerId,
    /// Whether her delegation covered the team or the organisation.
    pub covers: DecidesFor,
    pub closed_at: DateTimeUtc,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
