//! Retention: a round that warns the owners of drafts that will go, and takes away what is due. Doing it twice, or on two
//! servers at once, warns nobody twice and takes nothing early.

use std::time::Duration;

use busfare_entity::{
    notice, organisation,
    words::{NoticeKind, RecordId},
};
use chrono::{DateTime, NaiveDate, Utc};

use crate::{
    rules::{
        calendar,
        retention::{Leaving, Since, Warning, What, dry_run, warnings},
    },
    store::{
        self, Db,
        blob::Blobs,
        db::{DatabaseTransaction, DbErr},
        retention::{Gone, Looked},
    },
};

/// How long between two rounds.
pub const EVERY: Duration = Duration::from_secs(3_600);
/// Batches of one organisation in one round; the next round goes on.
const MOST_BATCHES: usize = 200;

/// What a round did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Round {
    /// Owners of drafts who were warned.
    pub warned: usize,
    /// Answers that went.
    pub answers: usize,
    /// Records that went with everything in them.
    pub records: usize,
    /// Pictures and voice notes that went.
    pub captures: usize,
    /// Records that could not be looked after.
    pub stuck: usize,
}

/// Goes round once, over every organisation.
pub async fn keep(db: &Db, blobs: &Blobs, now: DateTime<Utc>) -> Result<Round, DbErr> {
    let mut round = Round::default();
    for organisation in store::people::organisations(db.reader()).await? {
        let today = calendar::day(now, calendar::zone(&organisation.time_zone));
        let mut after = None;
        for _ in 0..MOST_BATCHES {
            let batch = store::retention::to_look_at(db.reader(), organisation.id, today, after).await?;
            let Some(last) = batch.last() else { break };
            after = Some(*last);
            let ids: Vec<RecordId> = batch.into_iter().map(|(_, id)| id).collect();
            see_to_all(db, blobs, &organisation, &ids, now, &mut round).await;
        }
    }
    // Also what somebody had taken away since the last round, or what could not be scrubbed then.
    if store::retention::ran_since(db.reader(), now - 2 * EVERY).await? {
        db.scrub().await?;
    }
    Ok(round)
}

/// Sees to some records together, and where that fails to each by itself, so that one that cannot stops no other.
async fn see_to_all(
    db: &Db,
    blobs: &Blobs,
    organisation: &organisation::Model,
    ids: &[RecordId],
    now: DateTime<Utc>,
    round: &mut Round,
) {
    if see_to(db, blobs, organisation, ids, now, round).await.is_ok() {
        return;
    }
    for id in ids {
        if let Err(error) = see_to(db, blobs, organisation, &[*id], now, round).await {
            tracing::error!(%error, record = %id, "a record could not be looked after");
            round.stuck += 1;
        }
    }
}

/// Looks at records: warns their owners, takes away what is due, and says when to look again, in one transaction.
async fn see_to(
    db: &Db,
    blobs: &Blobs,
    organisation: &organisation::Model,
    ids: &[RecordId],
    now: DateTime<Utc>,
    round: &mut Round,
) -> Result<(), DbErr> {
    let zone = calendar::zone(&organisation.time_zone);
    let today = calendar::day(now, zone);
    let txn = db.begin().await?;
    store::retention::hold(&txn, ids).await?;
    let mut looked = store::retention::look(&txn, zone, ids).await?;
    let warned = warn(&txn, &mut looked, today, now).await?;
    let goes = dry_run(&looked.kept, today).goes;
    let gone = store::retention::purge(&txn, &looked, &goes, today).await?;
    store::retention::looked(&txn, look_again(looked, &goes, today)).await?;
    if gone != Gone::default() {
        store::retention::note(&txn, (organisation.id, None), &gone, false, now).await?;
    }
    txn.commit().await?;

    blobs.take_back(gone.blobs).await;
    round.warned += warned;
    round.answers += gone.answers;
    round.records += gone.records;
    round.captures += gone.captures;
    Ok(())
}

/// Warns the owners of drafts that will go, each once.
async fn warn(
    txn: &DatabaseTransaction,
    looked: &mut Looked,
    today: NaiveDate,
    now: DateTime<Utc>,
) -> Result<usize, DbErr> {
    let mut warned = 0;
    for Warning { record, goes_on } in warnings(&looked.kept, today) {
        let Some(row) = looked.rows.iter().find(|row| row.id == record) else { continue };
        if !store::retention::warn(txn, record, row.warned_on, today).await? {
            continue;
        }
        let to = store::notice::to(row.organisation_id, row.practitioner_id, NoticeKind::DraftExpires, now);
        let notice = notice::Model { record_id: Some(record), due_on: goes_on.pred_opt(), ..to };
        warned += usize::from(store::notice::tell_once(txn, notice).await?);
        for kept in looked.kept.iter_mut().filter(|kept| kept.record == record) {
            if let Since::Open(draft) = &mut kept.since {
                draft.warned_on = Some(today);
            }
        }
    }
    Ok(warned)
}

/// The days on which to look again at what stays.
fn look_again(looked: Looked, goes: &[Leaving<RecordId, usize>], today: NaiveDate) -> Vec<(NaiveDate, RecordId)> {
    let leaves = |record: RecordId, what: What<usize>| goes.iter().any(|it| it.record == record && it.what == what);
    let stay = looked.kept.into_iter().filter(|kept| !kept.legal_hold && !leaves(kept.record, What::Record));
    stay.map(|mut kept| {
        let record = kept.record;
        kept.answers.retain(|answer| !leaves(record, What::Answer(answer.answer)));
        (kept.look_on(today), record)
    })
    .collect()
}
