//! Telling apps of what happened, in order and until each has taken it. Of several servers one tells at a time; one that stops
//! half way leaves it to another, and what was told twice has the same id.

use std::time::Duration;

use busfare_entity::{webhook, words::EventKind};
use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::join_all;

use super::{Works, post::Heard};
use crate::{
    rules::app::webhook::{AT_ONCE, Happened, again, message},
    store::{self, db::DbErr, webhook::Ended},
};

/// How long between two looks.
pub const EVERY: Duration = Duration::from_secs(1);
/// Apps that are told at once.
const TOGETHER: u64 = 20;
/// For how long one server has the word. It is longer than any answer may take.
const LEASE: TimeDelta = TimeDelta::seconds(30);

/// Tells each app that has something to hear, a hundred things at most; answers how many were told.
pub async fn tell(works: &Works, now: DateTime<Utc>) -> Result<usize, DbErr> {
    let due = store::webhook::due(works.db.reader(), now, TOGETHER).await?;
    let told = join_all(due.iter().map(|hook| tell_one(works, hook, now))).await;
    told.into_iter().try_fold(0, |told, one| Ok(told + usize::from(one?)))
}

/// Whether an app took something.
async fn tell_one(works: &Works, hook: &webhook::Model, now: DateTime<Utc>) -> Result<bool, DbErr> {
    let txn = works.db.begin().await?;
    if !store::webhook::lease(&txn, hook, now, now + LEASE).await? {
        return Ok(false);
    }
    txn.commit().await?;

    // What is there to hear?
    let reader = works.db.reader();
    let kinds: Vec<EventKind> = serde_json::from_value(hook.kinds.clone()).unwrap_or_default();
    let head = store::event::head(reader, hook.organisation_id).await?.position;
    let events = store::webhook::events(reader, hook, &kinds, AT_ONCE).await?;
    let all = u64::try_from(events.len()).is_ok_and(|count| count < AT_ONCE);
    let last = events.last().map_or(hook.position, |event| event.position);
    let position = if all { head.max(last) } else { last };

    // Does it take it?
    let happened: Vec<Happened> = events
        .iter()
        .map(|it| Happened { kind: it.kind, node: it.node_id, position: it.position, at: it.sealed_at })
        .collect();
    let key = store::webhook::key(works.blobs.vault(), hook.organisation_id, hook.id);
    let message = key.ok().and_then(|key| message(hook.id, &key, &happened, now));
    let ended = match message {
        None => Ended::UpTo(position, None),
        Some(message) => ended(works.post.tell(&hook.url, message).await, hook, position, now),
    };
    let txn = works.db.begin().await?;
    store::webhook::settle(&txn, hook, ended, now).await?;
    txn.commit().await?;
    Ok(matches!(ended, Ended::UpTo(_, Some(_))))
}

fn ended(heard: Heard, hook: &webhook::Model, position: i64, now: DateTime<Utc>) -> Ended {
    match heard {
        Heard::All => Ended::UpTo(position, Some(now)),
        Heard::NoMore => Ended::Gone,
        Heard::Not(problem) => {
            let tries = u32::try_from(hook.tries).unwrap_or_default().saturating_add(1);
            match again(tries, hook.failing_since.unwrap_or(now), now) {
                Some(at) => Ended::Again(problem, at),
                None => Ended::Stopped(problem),
            }
        }
    }
}
