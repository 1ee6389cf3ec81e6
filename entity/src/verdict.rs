//! One decision with everything it saw. Append-only.

use sea_orm::entity::prelude::*;

use crate::words::{DeclineReason, DelegationId, Outcome, PractitionerId, SpendId, VerdictId};

/// One decision with everything it saw. Append-only.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "verdict")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: VerdictId,
    pub spend_id: SpendId,
    /// Whose authority was used, or whose request could not be.
    pub decided_by: PractitionerId,
    pub outcome: Outcome,
    pub delegation_id: Option<DelegationId>,
    pub scheme_version: Option<i32>,
    pub backing_statement: Option<String>,
    pub backed_by: Option<PractitionerId>,
    /// What was decided about.
    pub amount_pence: i64,
    pub authorised_pence: Option<i64>,
    /// Every check, passed or failed, with its limit, value and what is left.
    pub checks: Json,
    /// The facts the decision was made from; deciding again from them gives the same verdict.
    pub snapshot: Json,
    pub decline_reason: Option<DeclineReason>,
    /// The decider's own words.
    pub words: Option<String>,
    pub decided_at: DateTimeUtc,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
