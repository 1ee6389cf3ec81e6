//! Money that came back of a spend: a negative settlement. Append-only.

use sea_orm::entity::prelude::*;

use crate::words::{BudgetId, OrganisationId, PractitionerId, RefundId, SpendId};

/// Money that came back of a spend: a negative settlement. Append-only.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "refund")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RefundId,
    pub organisation_id: OrganisationId,
    pub spend_id: SpendId,
    /// The budget it went into.
    pub budget_id: BudgetId,
    /// Whether the spend's own budget was closed, so that it went into the one that follows.
    pub into_successor: bool,
    pub amount_pence: i64,
    /// What had left for the spend.
    pub spent_pence: i64,
    /// What had come back of it, this refund included.
    pub refunded_pence: i64,
    pub reason: Option<String>,
    pub recorded_by: PractitionerId,
    pub recorded_at: DateTimeUtc,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
