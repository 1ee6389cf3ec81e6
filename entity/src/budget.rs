//! Money for a purpose and a period. The counters move only by conditional updates, guarded by a CHECK.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::words::{BudgetId, BudgetMode, Fund, HubId, OrganisationId, TeamId};

/// Money for a purpose and a period. The counters move only by conditional updates, guarded by a CHECK.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "budget")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: BudgetId,
    pub organisation_id: OrganisationId,
    pub name: String,
    pub fund: Fund,
    pub team_id: Option<TeamId>,
    pub hub_id: Option<HubId>,
    pub cost_centre: String,
    pub subjective_code: String,
    pub period_start: Date,
    /// Last day of the period, inclusive.
    pub period_end: Date,
    /// What happens when it runs short.
    pub mode: BudgetMode,
    /// By how much it may run over at most.
    pub tolerance_pence: i64,
    /// By how much it has run over; a part of what is allocated.
    pub overrun_pence: i64,
    pub allocated_pence: i64,
    pub reserved_pence: i64,
    pub committed_pence: i64,
    pub settled_pence: i64,
    /// When its period was closed; nothing is held or spent from it any more.
    pub closed_at: Option<DateTimeUtc>,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
