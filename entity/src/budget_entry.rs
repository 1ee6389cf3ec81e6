//! One movement on a budget. Append-only; the entries sum to the counters.

use sea_orm::entity::prelude::*;

use crate::words::{BudgetEntryId, BudgetId, BudgetMovement, SpendId};

/// One movement on a budget. Append-only; the entries sum to the counters.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "budget_entry")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: BudgetEntryId,
    pub budget_id: BudgetId,
    pub spend_id: Option<SpendId>,
    pub movement: BudgetMovement,
    pub allocated_delta_pence: i64,
    pub reserved_delta_pence: i64,
    pub committed_delta_pence: i64,
    pub settled_delta_pence: i64,
    pub at: DateTimeUtc,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
