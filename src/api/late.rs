//! Late taps: a step that comes too late is told who was first, when and how.

use busfare_entity::{
    ask, spend,
    words::{PractitionerId, SpendDecision},
};
use chrono::{DateTime, Utc};

use super::{context::Answer, verb::Stop};
use crate::{
    rules::{
        calendar,
        late::Late,
        sight::{self, SpendAction, Viewer},
        spend::SpendRefusal,
    },
    store::{self, db::DatabaseTransaction},
};

/// Whether a viewer may do something with a spend now. Where it was decided already, by whom, when and how.
pub async fn may(
    txn: &DatabaseTransaction,
    action: SpendAction,
    viewer: &Viewer,
    spend: &spend::Model,
    open_ask: Option<PractitionerId>,
    now: DateTime<Utc>,
) -> Result<(), Stop<SpendRefusal>> {
    match sight::may(action, viewer, &store::spend::standing(spend, open_ask)) {
        Ok(()) => Ok(()),
        Err(SpendRefusal::AlreadyDecided) => Err(decided(txn, spend, now).await?.into()),
        Err(refusal) => Err(refusal.into()),
    }
}

/// Who decided a spend, when and how.
pub async fn decided(txn: &DatabaseTransaction, spend: &spend::Model, now: DateTime<Utc>) -> Answer<SpendRefusal> {
    let verdicts = store::verdict::of_spends(txn, &[spend.id]).await?;
    let last = verdicts.last().map(|verdict| (verdict.decided_by, verdict.decided_at));
    let Some((who, at)) = first(spend, last) else { return Ok(SpendRefusal::AlreadyDecided) };
    Ok(match told(txn, spend, who, at, now).await? {
        Some(late) => SpendRefusal::DecidedBy(late),
        None => SpendRefusal::AlreadyDecided,
    })
}

/// Who has an ask now.
pub async fn taken(
    txn: &DatabaseTransaction,
    spend: &spend::Model,
    open: &ask::Model,
    now: DateTime<Utc>,
) -> Answer<SpendRefusal> {
    Ok(match told(txn, spend, open.asked_id, open.opened_at, now).await? {
        Some(late) => SpendRefusal::TakenBy(late),
        None => SpendRefusal::NotAskedOfYou,
    })
}

/// Who decided a spend and when: whoever took it back, and else whoever gave the last verdict.
pub fn first(
    spend: &spend::Model,
    last: Option<(PractitionerId, DateTime<Utc>)>,
) -> Option<(PractitionerId, DateTime<Utc>)> {
    match spend.decision {
        SpendDecision::Withdrawn => spend.decided_at.map(|at| (spend.practitioner_id, at)),
        SpendDecision::Asked | SpendDecision::Question => None,
        _ => last,
    }
}

async fn told(
    txn: &DatabaseTransaction,
    spend: &spend::Model,
    who: PractitionerId,
    at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Answer<Option<Late>> {
    let zone = store::people::zone(txn, spend.organisation_id).await?;
    let people = store::people::practitioners(txn, spend.organisation_id, &[who]).await?;
    Ok(people.into_iter().next().map(|row| Late {
        name: row.name,
        at: calendar::local(at, zone),
        now: calendar::local(now, zone),
        decision: spend.decision,
    }))
}
