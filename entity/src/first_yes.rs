//! The first yes to a spend, as narrow as looking back over a year needs it. The database writes it with the verdict.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::words::{BudgetId, OrganisationId, Outcome, PractitionerId, SpendId, TeamId};

/// The first yes to a spend.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "first_yes")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub spend_id: SpendId,
    pub organisation_id: OrganisationId,
    pub requested_at: DateTimeUtc,
    /// The asker's team when she asked.
    pub team_id: TeamId,
    pub budget_id: BudgetId,
    pub practitioner_id: PractitionerId,
    pub outcome: Outcome,
    /// Whole seconds from asking to yes.
    pub seconds: i64,
    pub authorised_pence: i64,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
