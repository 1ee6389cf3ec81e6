//! Verdicts: every decision with what it saw, appended and never changed.

use busfare_entity::{
    spend, verdict,
    words::{DeclineReason, Outcome, PractitionerId, SpendId},
};
use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder};

use crate::rules::authority::{Check, Snapshot, Verdict};

/// What came of a decision besides the verdict itself.
#[derive(Clone, Debug)]
pub struct Decided {
    /// Whose authority it was.
    pub by: PractitionerId,
    /// How it came out in the end.
    pub outcome: Outcome,
    /// What was decided about, in pence.
    pub amount_pence: i64,
    /// What was authorised, in pence.
    pub authorised_pence: Option<i64>,
    /// Why not, from the closed list.
    pub decline_reason: Option<DeclineReason>,
    /// The decider's own words.
    pub words: Option<String>,
}

impl Decided {
    /// What came out as the verdict says, without words of anybody's.
    #[must_use]
    pub fn as_said(by: PractitionerId, outcome: Outcome, spend: &spend::Model) -> Self {
        let (amount_pence, authorised_pence) = (spend.total_pence, spend.authorised_pence);
        Self { by, outcome, amount_pence, authorised_pence, decline_reason: None, words: None }
    }
}

/// Appends the verdict on a spend.
pub async fn keep(
    conn: &impl ConnectionTrait,
    spend: &spend::Model,
    verdict: &Verdict,
    snapshot: &Snapshot,
    decided: Decided,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let row = row(spend, verdict, snapshot, decided, now)?;
    verdict::Entity::insert(row.into_active_model()).exec_without_returning(conn).await.map(|_| ())
}

/// The verdict on a spend as it is kept. The delegation's statement is kept with it only where the delegation
/// was used: nobody's back is covered by a limit that was not enough.
pub fn row(
    spend: &spend::Model,
    verdict: &Verdict,
    snapshot: &Snapshot,
    decided: Decided,
    now: DateTime<Utc>,
) -> Result<verdict::Model, DbErr> {
    let used = matches!(
        decided.outcome,
        Outcome::AuthorisedSelf | Outcome::Authorised | Outcome::AuthorisedLess | Outcome::Emergency
    );
    let grant = verdict.grant.as_ref().filter(|_| used);
    Ok(verdict::Model {
        id: super::mint::id(),
        spend_id: spend.id,
        decided_by: decided.by,
        outcome: decided.outcome,
        delegation_id: grant.map(|grant| grant.delegation),
        scheme_version: grant.map(|grant| grant.scheme_version),
        backing_statement: grant.map(|grant| grant.backing_statement.clone()),
        backed_by: grant.map(|grant| grant.grantor),
        amount_pence: decided.amount_pence,
        authorised_pence: decided.authorised_pence,
        checks: as_json(&verdict.checks)?,
        snapshot: as_json(snapshot)?,
        decline_reason: decided.decline_reason,
        words: decided.words,
        decided_at: now,
    })
}

/// Verdicts on spends, oldest first.
pub async fn of_spends(conn: &impl ConnectionTrait, spends: &[SpendId]) -> Result<Vec<verdict::Model>, DbErr> {
    verdict::Entity::find()
        .filter(verdict::Column::SpendId.is_in(spends.iter().copied()))
        .order_by_asc(verdict::Column::DecidedAt)
        .order_by_asc(verdict::Column::Id)
        .all(conn)
        .await
}

/// The checks a verdict kept.
pub fn checks(verdict: &verdict::Model) -> Result<Vec<Check>, DbErr> {
    serde_json::from_value(verdict.checks.clone()).map_err(unreadable)
}

/// The facts a verdict was made from.
pub fn snapshot(verdict: &verdict::Model) -> Result<Snapshot, DbErr> {
    serde_json::from_value(verdict.snapshot.clone()).map_err(unreadable)
}

fn as_json(value: &impl serde::Serialize) -> Result<serde_json::Value, DbErr> {
    serde_json::to_value(value).map_err(|error| DbErr::Json(error.to_string()))
}

fn unreadable(error: serde_json::Error) -> DbErr {
    DbErr::Json(error.to_string())
}
