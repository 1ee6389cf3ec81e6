//! One offline allowance: a slice of somebody's say, set aside for one phone, with what became of its money.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::words::{
    AllowanceId, BudgetId, DelegationId, Fund, HubId, OrganisationId, PractitionerId, SessionId, SpendPurposeId,
};

/// One offline allowance: a slice of somebody's say, set aside for one phone, with what became of its money.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "allowance")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AllowanceId,
    pub organisation_id: OrganisationId,
    /// Whose say it is a slice of.
    pub practitioner_id: PractitionerId,
    /// The signed-in device that decides with it.
    pub session_id: SessionId,
    pub budget_id: BudgetId,
    pub fund: Fund,
    /// The one purpose it was drawn for; none means whatever the fund pays and the delegation covers.
    pub purpose_id: Option<SpendPurposeId>,
    /// The one hub it was drawn for.
    pub hub_id: Option<HubId>,
    pub delegation_id: DelegationId,
    /// The delegation's line in the scheme, by which use is counted.
    pub line: String,
    /// What bounds each spend under it, as the phone was told.
    pub terms: Json,
    /// The facts it was drawn from; deciding again from them gives the same yes.
    pub drawn_from: Json,
    pub hours: i32,
    /// Set aside when it was drawn.
    pub reserved_pence: i64,
    /// Passed on to spends.
    pub honoured_pence: i64,
    /// Gone back to the budget.
    pub returned_pence: i64,
    pub drawn_at: DateTimeUtc,
    pub expires_at: DateTimeUtc,
    /// Until then what was decided in time is honoured; then the rest goes back.
    pub closes_at: DateTimeUtc,
    /// When it ended: by returning it, or once its time was seen to be over.
    pub ended_at: Option<DateTimeUtc>,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
