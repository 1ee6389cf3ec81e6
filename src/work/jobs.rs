//! Jobs are done here: taken one at a time with a lease, tried within a time, and done for good in the transaction of
//! what they did. What fails is tried again later; what always fails ends in a state that people can see.

mod compare_picture;
mod delete_blob;
mod deliver_message;
mod keep_picture;
mod read_receipt;

use std::{future::Future, pin::Pin, sync::Arc};

use busfare_entity::words::{JobKind, JobProblem};
use chrono::{DateTime, Utc};

use super::Works;
use crate::{
    rules::job::{self, Again, MOST_TRIES, Next},
    store::{self, blob::BlobError, db::DbErr, job::Held},
};

/// Why a try came to nothing.
#[derive(Debug)]
pub struct Failed {
    /// What people are told.
    pub problem: JobProblem,
    /// Whether trying again may help.
    pub again: Again,
    /// What the log is told; never words about people.
    pub cause: String,
}

impl Failed {
    /// It may work later.
    pub fn later(problem: JobProblem, cause: impl ToString) -> Self {
        Self { problem, again: Again::Later, cause: cause.to_string() }
    }

    /// It will fail in the same way every time.
    pub fn for_good(problem: JobProblem, cause: impl ToString) -> Self {
        Self { problem, again: Again::Never, cause: cause.to_string() }
    }
}

impl From<DbErr> for Failed {
    fn from(error: DbErr) -> Self {
        Self::later(JobProblem::Database, error)
    }
}

impl From<BlobError> for Failed {
    fn from(error: BlobError) -> Self {
        Self::later(JobProblem::Storage, error)
    }
}

/// How a try ended.
pub type Tried = Result<(), Failed>;

/// Does a job once. What it does to rows, it commits in one transaction with [`store::job::finish`], and drops that
/// transaction where the answer is no: somebody else has the job now. A job may be done more than once, so what it
/// does outside the database must bear that.
pub type Hands = Arc<dyn Fn(Works, Held, DateTime<Utc>) -> Pin<Box<dyn Future<Output = Tried> + Send>> + Send + Sync>;

/// The hands that know every kind of job.
pub fn hands() -> Hands {
    Arc::new(|works, held, now| Box::pin(async move { by_kind(&works, &held, now).await }))
}

async fn by_kind(works: &Works, held: &Held, now: DateTime<Utc>) -> Tried {
    match held.kind {
        JobKind::ComparePicture => compare_picture::compare(works, held, now).await,
        JobKind::DeleteBlob => delete_blob::delete(works, held).await,
        JobKind::DeliverMessage => deliver_message::deliver(works, held, now).await,
        JobKind::KeepPicture => keep_picture::keep(works, held).await,
        JobKind::ReadReceipt => read_receipt::read(works, held, now).await,
    }
    .inspect(|()| tracing::debug!(job = %held.id, kind = ?held.kind, at = %now, "a job is done"))
}

/// What one look came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ran {
    /// Jobs that are done.
    pub done: u64,
    /// Jobs that are tried again later.
    pub put_back: u64,
    /// Jobs that are stuck now.
    pub stuck: u64,
}

/// Does every job that is due, one after the other. Many may do this at once, on one server or on several.
pub async fn run_due(works: &Works, hands: &Hands) -> Result<Ran, DbErr> {
    let mut ran = Ran::default();
    while store::job::any_due(works.db.reader(), works.now()).await? {
        let txn = works.db.begin().await?;
        let Some(held) = store::job::take(&txn, works.now()).await? else { break };
        txn.commit().await?;
        run(works, hands, held, &mut ran).await?;
    }
    Ok(ran)
}

/// Does one job about one thing at once, if it is due and nobody has it.
pub async fn run_about(works: &Works, hands: &Hands, kind: JobKind, subject: uuid::Uuid) -> Result<Ran, DbErr> {
    let mut ran = Ran::default();
    let txn = works.db.begin().await?;
    if let Some(held) = store::job::take_about(&txn, kind, subject, works.now()).await? {
        txn.commit().await?;
        run(works, hands, held, &mut ran).await?;
    }
    Ok(ran)
}

async fn run(works: &Works, hands: &Hands, held: Held, ran: &mut Ran) -> Result<(), DbErr> {
    // One that has stopped the server time and again is not begun once more.
    if held.tries > MOST_TRIES {
        tracing::error!(job = %held.id, kind = ?held.kind, "a job is stuck: it never came to an end");
        ran.stuck += u64::from(end(works, async |txn| store::job::stick(txn, &held, None).await).await?);
        return Ok(());
    }
    let Err(failed) = within_its_patience(works, hands, &held).await else {
        ran.done += 1;
        return Ok(());
    };

    let (id, kind, cause) = (held.id, held.kind, &failed.cause);
    match job::after_failure(held.tries, failed.again) {
        Next::After(wait) => {
            tracing::warn!(job = %id, ?kind, problem = ?failed.problem, cause, "a job is tried again later");
            let due = works.now() + wait;
            ran.put_back +=
                u64::from(end(works, async |txn| store::job::put_back(txn, &held, failed.problem, due).await).await?);
        }
        Next::Stuck => {
            tracing::error!(job = %id, ?kind, problem = ?failed.problem, cause, "a job is stuck");
            ran.stuck +=
                u64::from(end(works, async |txn| store::job::stick(txn, &held, Some(failed.problem)).await).await?);
        }
    }
    Ok(())
}

/// There was nothing more to do, or nothing of it is in the database.
async fn finished(works: &Works, held: &Held) -> Tried {
    let txn = works.db.begin().await?;
    store::job::finish(&txn, held).await?;
    txn.commit().await.map_err(Failed::from)
}

/// In a task of its own, so that a panic is a failed try and nothing more.
async fn within_its_patience(works: &Works, hands: &Hands, held: &Held) -> Tried {
    let patience = job::patience(held.kind).to_std().unwrap_or_default();
    let mut work = tokio::spawn(hands(works.clone(), held.clone(), works.now()));
    match tokio::time::timeout(patience, &mut work).await {
        Ok(Ok(tried)) => tried,
        Ok(Err(broken)) => Err(Failed::later(JobProblem::Fault, broken)),
        Err(_late) => {
            work.abort();
            Err(Failed::later(JobProblem::TooSlow, "it took longer than it may"))
        }
    }
}

/// Says in a transaction how a try ended; whether the job was still in these hands.
async fn end(
    works: &Works,
    say: impl AsyncFnOnce(&store::db::DatabaseTransaction) -> Result<bool, DbErr>,
) -> Result<bool, DbErr> {
    let txn = works.db.begin().await?;
    let still = say(&txn).await?;
    txn.commit().await?;
    Ok(still)
}
