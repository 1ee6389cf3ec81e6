//! A change of what happens when a budget runs short. Append-only.

use sea_orm::entity::prelude::*;

use crate::words::{BudgetId, BudgetMode, BudgetModeChangeId, DecidesFor, OrganisationId, PractitionerId};

/// A change of what happens when a budget runs short. Append-only.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "budget_mode_change")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: BudgetModeChangeId,
    pub organisation_id: OrganisationId,
    pub budget_id: BudgetId,
    pub old_mode: BudgetMode,
    pub new_mode: BudgetMode,
    pub old_tolerance_pence: i64,
    pub new_tolerance_pence: i64,
    pub reason: String,
    pub changed_by: PractitionerId,
    /// Whether her delegation covered the team or the organisation.
    pub covers: DecidesFor,
    pub changed_at: DateTimeUtc,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
