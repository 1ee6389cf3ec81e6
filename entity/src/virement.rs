//! Money moved from one budget to another. Append-only.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::words::{BudgetId, OrganisationId, PractitionerId, VirementId};

/// Money moved from one budget to another. Append-only.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "virement")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: VirementId,
    pub organisation_id: OrganisationId,
    pub from_budget_id: BudgetId,
    pub to_budget_id: BudgetId,
    pub amount_pence: i64,
    pub reason: String,
    pub moved_by: PractitionerId,
    /// What the mover might move at once then.
    pub limit_pence: i64,
    pub moved_at: DateTimeUtc,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
