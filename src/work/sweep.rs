//! Sweeping: what has served its time is forgotten, and pictures that no row refers to are deleted. Doing it twice,
//! or on two servers at once, does no harm.

use std::{
    collections::HashSet,
    io::{self, ErrorKind},
    path::Path,
    time::Duration,
};

use chrono::{DateTime, TimeDelta, Utc};

use crate::{
    rules::app::authorization::CODE_REMEMBERED,
    store::{
        self, Db,
        blob::{BlobError, Blobs, stale},
        db::DbErr,
    },
};

/// How long the answer to an idempotency key is kept.
pub const ANSWERS_KEPT: TimeDelta = TimeDelta::days(90);
/// How old a picture without a row must be. An upload takes minutes; the rest is time to notice that an old backup
/// of the database was restored.
pub const ORPHANS_KEPT: TimeDelta = TimeDelta::days(30);
/// How old an unfinished upload must be: longer than any takes.
pub const UPLOADS_KEPT: TimeDelta = TimeDelta::hours(1);
/// How long a message that has ended is kept, to see why it was not sent.
pub const MESSAGES_KEPT: TimeDelta = TimeDelta::days(30);
/// How long between two sweeps.
pub const EVERY: Duration = Duration::from_secs(3_600);
/// Names looked up at once.
const BATCH: usize = 500;

/// Why a sweep was not finished; the next one goes on.
#[derive(Debug, thiserror::Error)]
pub enum SweepError {
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DbErr),
    /// The pictures' store failed.
    #[error(transparent)]
    Pictures(#[from] BlobError),
    /// The staging folder failed.
    #[error(transparent)]
    Staging(#[from] std::io::Error),
}

/// What a sweep removed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Answers to idempotency keys.
    pub answers: u64,
    /// Refresh tokens, links for feedback, codes of apps, and tokens of the council that were used.
    pub tokens: u64,
    /// Messages that have ended, and days on which people were reminded.
    pub messages: u64,
    /// Pictures that nothing refers to.
    pub pictures: usize,
    /// Uploads that never finished, on this machine and in the storage.
    pub uploads: usize,
}

/// Sweeps once.
pub async fn sweep(db: &Db, blobs: &Blobs, staging: &Path, now: DateTime<Utc>) -> Result<Swept, SweepError> {
    let txn = db.begin().await?;
    let answers = store::idempotency::forget(&txn, now - ANSWERS_KEPT).await?;
    let tokens = store::session::forget_ended_tokens(&txn, now).await?
        + store::feedback::forget_ended(&txn, now).await?
        + store::council::forget_ended_tokens(&txn, now).await?
        + store::app::forget_ended_codes(&txn, now - CODE_REMEMBERED).await?;
    let messages = store::outbox::forget(&txn, now - MESSAGES_KEPT).await?
        + store::reminder::forget_days(&txn, (now - ANSWERS_KEPT).date_naive()).await?;
    txn.commit().await?;
    let expired = forget_uploads(db, now).await?;
    let pictures = sweep_pictures(db, blobs, now - ORPHANS_KEPT).await?;
    let half_written = blobs.sweep_half_written(now - UPLOADS_KEPT).await?;
    let uploads = expired + half_written + sweep_uploads(staging, now - UPLOADS_KEPT).await?;
    Ok(Swept { answers, tokens, messages, pictures, uploads })
}

/// Each in a transaction of its own, unless it has arrived meanwhile.
async fn forget_uploads(db: &Db, now: DateTime<Utc>) -> Result<usize, DbErr> {
    let mut gone = 0;
    loop {
        let expired = store::upload::expired(db.reader(), now, 100).await?;
        let before = gone;
        for upload in expired {
            let txn = db.begin().await?;
            if store::upload::forget(&txn, &upload, now).await? {
                txn.commit().await?;
                gone += 1;
            }
        }
        if gone == before {
            return Ok(gone);
        }
    }
}

async fn sweep_pictures(db: &Db, blobs: &Blobs, before: DateTime<Utc>) -> Result<usize, SweepError> {
    let mut gone = 0;
    for keys in blobs.older_than(before).await?.chunks(BATCH) {
        let referred: HashSet<_> = store::receipt::referred(db.reader(), keys).await?.into_iter().collect();
        for key in keys.iter().filter(|key| !referred.contains(*key)) {
            blobs.delete(key).await?;
            gone += 1;
        }
    }
    Ok(gone)
}

async fn sweep_uploads(staging: &Path, before: DateTime<Utc>) -> Result<usize, SweepError> {
    let mut gone = 0;
    let mut files = tokio::fs::read_dir(staging).await?;
    while let Some(file) = files.next_entry().await? {
        if stale(&file, before).await? && removed(tokio::fs::remove_file(file.path()).await)? {
            gone += 1;
        }
    }
    Ok(gone)
}

/// Whether a file went now; one that is gone already is gone.
fn removed(answer: io::Result<()>) -> io::Result<bool> {
    match answer {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        other => other.map(|()| true),
    }
}
