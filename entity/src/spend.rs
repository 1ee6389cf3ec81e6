//! One request for money, from asking to the books, on four small axes.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::words::{
    AllowanceId, BudgetId, HubId, OrganisationId, PaymentMethod, PractitionerId, SpendBooks, SpendDecision,
    SpendEvidence, SpendId, SpendMoney, SpendPurposeId, SpendTiming, TeamId,
};

/// One request for money, from asking to the books, on four small axes.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "spend")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SpendId,
    pub organisation_id: OrganisationId,
    /// Who asked.
    pub practitioner_id: PractitionerId,
    /// Her team when she asked.
    pub team_id: TeamId,
    pub hub_id: Option<HubId>,
    pub purpose_id: SpendPurposeId,
    pub budget_id: BudgetId,
    pub timing: SpendTiming,
    /// How it is paid, once that is said.
    pub method: Option<PaymentMethod>,
    /// The spend of which this asks for the difference.
    pub raises_id: Option<SpendId>,
    /// The offline allowance it was decided under.
    pub allowance_id: Option<AllowanceId>,
    pub unit_price_pence: i64,
    pub count: i32,
    /// Unit price times count.
    pub total_pence: i64,
    /// A few words of her own; may be empty.
    pub reason: Option<String>,
    pub decision: SpendDecision,
    pub money: SpendMoney,
    pub evidence: SpendEvidence,
    pub books: SpendBooks,
    /// What the budget holds for it now, reserved or committed.
    pub held_pence: i64,
    pub authorised_pence: Option<i64>,
    pub spent_pence: Option<i64>,
    /// What came back of it.
    #[serde(default)]
    pub refunded_pence: i64,
    pub requested_at: DateTimeUtc,
    pub decided_at: Option<DateTimeUtc>,
    pub spent_at: Option<DateTimeUtc>,
    /// When what is held for it goes back by itself.
    pub expires_at: Option<DateTimeUtc>,
    /// When its asker was reminded that it will.
    pub nudged_at: Option<DateTimeUtc>,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
