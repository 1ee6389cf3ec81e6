//! One movement on a budget. Append-only; the entries sum to the counters.

use sea_orm::entity::prelude::*;

use crate::words::{AllowanceId, BudgetClosingId, BudgetEntryId, BudgetId, BudgetMovement, SpendId, VirementId};

/// One movement on a budget. Append-only; the entries sum to the counters.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "budget_entry")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: BudgetEntryId,
    pub budget_id: BudgetId,
    pub spend_id: Option<SpendId>,
    pub allowance_id: Option<AllowanceId>,
    pub virement_id: Option<VirementId>,
    /// The closing of a period that it is part of.
    pub closing_id: Option<BudgetClosingId>,
    pub movement: BudgetMovement,
    pub allocated_delta_pence: i64,
    /// The part of the change of the allocation that is an over-run.
    pub overrun_delta_pence: i64,
    pub reserved_delta_pence: i64,
    pub committed_delta_pence: i64,
    pub settled_delta_pence: i64,
    pub at: DateTimeUtc,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
