//! Jobs: asked for in the transaction of a change, taken with a lease, and gone in the transaction of what they did.
//!
//! A lease is a random number and an end. Whoever has a job may finish it only while the number is still on it, so a
//! server that was taken for dead and comes back changes nothing. `SKIP LOCKED` lets many servers take jobs at once on
//! PostgreSQL; on SQLite the one write transaction is lock enough.

use busfare_entity::{
    job,
    words::{JobId, JobKind, JobProblem, JobState, OrganisationId},
};
use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect,
    sea_query::{Expr, LockBehavior, LockType, OnConflict},
};
use uuid::Uuid;

use super::{
    mint,
    page::{self, Page, Slice},
};
use crate::rules::job::{LEASE_SPARE, patience};

/// A job in somebody's hands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// Which job.
    pub id: JobId,
    /// Whose.
    pub organisation: OrganisationId,
    /// What it does.
    pub kind: JobKind,
    /// To what.
    pub subject: Uuid,
    /// The so many-th try.
    pub tries: i32,
    lease: Uuid,
}

/// Asks for something to be done, in the transaction of the change that wants it. Asked for again while it waits, is
/// stuck or is being done, it is done once more from the beginning, because more may have changed meanwhile.
pub async fn enqueue(
    conn: &impl ConnectionTrait,
    organisation: OrganisationId,
    kind: JobKind,
    subject: Uuid,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let row = job::Model {
        id: mint::id(),
        organisation_id: organisation,
        kind,
        subject_id: subject,
        state: JobState::Waiting,
        tries: 0,
        due_at: now,
        lease: None,
        problem: None,
        queued_at: now,
        tried_at: None,
    };
    let anew = [
        job::Column::State,
        job::Column::Tries,
        job::Column::DueAt,
        job::Column::Lease,
        job::Column::Problem,
        job::Column::QueuedAt,
    ];
    job::Entity::insert(row.into_active_model())
        .on_conflict(OnConflict::columns([job::Column::Kind, job::Column::SubjectId]).update_columns(anew).to_owned())
        .exec_without_returning(conn)
        .await
        .map(|_| ())
}

fn due(now: DateTime<Utc>) -> Condition {
    Condition::all().add(job::Column::State.eq(JobState::Waiting)).add(job::Column::DueAt.lte(now))
}

/// Whether there is anything to take, read without holding anybody up.
pub async fn any_due(conn: &impl ConnectionTrait, now: DateTime<Utc>) -> Result<bool, DbErr> {
    Ok(job::Entity::find().filter(due(now)).limit(1).one(conn).await?.is_some())
}

/// Takes the job that has been due for longest, if there is one that nobody has. It counts as tried from now on, so
/// that one which stops the server is counted too.
pub async fn take(conn: &impl ConnectionTrait, now: DateTime<Utc>) -> Result<Option<Held>, DbErr> {
    let next = job::Entity::find()
        .filter(due(now))
        .order_by_asc(job::Column::DueAt)
        .order_by_asc(job::Column::Id)
        .limit(1)
        .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
        .one(conn)
        .await?;
    take_this(conn, next, now).await
}

/// Takes one job about one thing, if it is due and nobody has it: for whoever has just asked for it and can do it at
/// once.
pub async fn take_about(
    conn: &impl ConnectionTrait,
    kind: JobKind,
    subject: Uuid,
    now: DateTime<Utc>,
) -> Result<Option<Held>, DbErr> {
    let that = job::Entity::find()
        .filter(due(now))
        .filter(job::Column::Kind.eq(kind))
        .filter(job::Column::SubjectId.eq(subject))
        .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
        .one(conn)
        .await?;
    take_this(conn, that, now).await
}

async fn take_this(
    conn: &impl ConnectionTrait,
    row: Option<job::Model>,
    now: DateTime<Utc>,
) -> Result<Option<Held>, DbErr> {
    let Some(row) = row else { return Ok(None) };
    let (lease, tries) = (mint::id::<Uuid>(), row.tries.saturating_add(1));
    // Where the last try never said how it ended, it was interrupted.
    let problem = if row.lease.is_some() { Some(JobProblem::Interrupted) } else { row.problem };
    job::Entity::update_many()
        .col_expr(job::Column::Lease, Expr::value(Some(lease)))
        .col_expr(job::Column::Tries, Expr::value(tries))
        .col_expr(job::Column::DueAt, Expr::value(now + patience(row.kind) + LEASE_SPARE))
        .col_expr(job::Column::TriedAt, Expr::value(Some(now)))
        .col_expr(job::Column::Problem, Expr::value(problem))
        .filter(job::Column::Id.eq(row.id))
        .exec(conn)
        .await?;
    let (organisation, kind, subject) = (row.organisation_id, row.kind, row.subject_id);
    Ok(Some(Held { id: row.id, organisation, kind, subject, tries, lease }))
}

fn still(held: &Held) -> Condition {
    Condition::all().add(job::Column::Id.eq(held.id)).add(job::Column::Lease.eq(held.lease))
}

/// The job is done and gone, in the transaction of what it did. False where it is not in these hands any more: then
/// nothing of that transaction may be committed.
pub async fn finish(conn: &impl ConnectionTrait, held: &Held) -> Result<bool, DbErr> {
    let gone = job::Entity::delete_many().filter(still(held)).exec(conn).await?;
    Ok(gone.rows_affected == 1)
}

/// The try came to nothing, and the job waits for its next.
pub async fn put_back(
    conn: &impl ConnectionTrait,
    held: &Held,
    problem: JobProblem,
    due_at: DateTime<Utc>,
) -> Result<bool, DbErr> {
    let back = job::Entity::update_many()
        .col_expr(job::Column::Lease, Expr::value(None::<Uuid>))
        .col_expr(job::Column::DueAt, Expr::value(due_at))
        .col_expr(job::Column::Problem, Expr::value(Some(problem)))
        .filter(still(held))
        .exec(conn)
        .await?;
    Ok(back.rows_affected == 1)
}

/// The job is stuck until somebody looks. Without a problem of its own it keeps that of its last try.
pub async fn stick(conn: &impl ConnectionTrait, held: &Held, problem: Option<JobProblem>) -> Result<bool, DbErr> {
    let stick = job::Entity::update_many()
        .col_expr(job::Column::Lease, Expr::value(None::<Uuid>))
        .col_expr(job::Column::State, Expr::value(JobState::Stuck));
    let stick = match problem {
        Some(problem) => stick.col_expr(job::Column::Problem, Expr::value(Some(problem))),
        None => stick,
    };
    let stuck = stick.filter(still(held)).exec(conn).await?;
    Ok(stuck.rows_affected == 1)
}

/// How many jobs wait, are being done and are stuck.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// They wait for their turn.
    pub waiting: u64,
    /// Somebody is at them.
    pub running: u64,
    /// Somebody has to look at them.
    pub stuck: u64,
    /// Since when the oldest that is not stuck has been there.
    pub oldest: Option<DateTime<Utc>>,
}

/// Counts the jobs of an organisation, or of all.
pub async fn counts(
    conn: &impl ConnectionTrait,
    organisation: Option<OrganisationId>,
    now: DateTime<Utc>,
) -> Result<Counts, DbErr> {
    let jobs = || match organisation {
        Some(organisation) => job::Entity::find().filter(job::Column::OrganisationId.eq(organisation)),
        None => job::Entity::find(),
    };
    let open = || jobs().filter(job::Column::State.eq(JobState::Waiting));
    let running = Condition::all().add(job::Column::Lease.is_not_null()).add(job::Column::DueAt.gt(now));
    let running = open().filter(running).count(conn).await?;
    let oldest: Option<DateTime<Utc>> = open()
        .select_only()
        .column(job::Column::QueuedAt)
        .order_by_asc(job::Column::QueuedAt)
        .limit(1)
        .into_tuple()
        .one(conn)
        .await?;
    Ok(Counts {
        waiting: open().count(conn).await?.saturating_sub(running),
        running,
        stuck: jobs().filter(job::Column::State.eq(JobState::Stuck)).count(conn).await?,
        oldest,
    })
}

/// Counts the jobs of all organisations by what they do and how they are. What there is none of is not in it.
pub async fn counts_by_kind(conn: &impl ConnectionTrait) -> Result<Vec<(JobKind, JobState, i64)>, DbErr> {
    job::Entity::find()
        .select_only()
        .columns([job::Column::Kind, job::Column::State])
        .column_as(job::Column::Id.count(), "jobs")
        .group_by(job::Column::Kind)
        .group_by(job::Column::State)
        .into_tuple()
        .all(conn)
        .await
}

/// One page of an organisation's jobs in a state, the newest first.
pub async fn page(
    conn: &impl ConnectionTrait,
    organisation: OrganisationId,
    state: JobState,
    page: Page,
) -> Result<Slice<job::Model>, DbErr> {
    let query =
        job::Entity::find().filter(job::Column::OrganisationId.eq(organisation)).filter(job::Column::State.eq(state));
    page::read(conn, query, (job::Column::QueuedAt, job::Column::Id), page).await
}

/// A job of an organisation.
pub async fn find(
    conn: &impl ConnectionTrait,
    organisation: OrganisationId,
    id: JobId,
) -> Result<Option<job::Model>, DbErr> {
    job::Entity::find_by_id(id).filter(job::Column::OrganisationId.eq(organisation)).one(conn).await
}

/// Has a stuck job tried again from the beginning. False where it is not stuck.
pub async fn unstick(conn: &impl ConnectionTrait, id: JobId, now: DateTime<Utc>) -> Result<bool, DbErr> {
    let again = job::Entity::update_many()
        .col_expr(job::Column::State, Expr::value(JobState::Waiting))
        .col_expr(job::Column::Tries, Expr::value(0))
        .col_expr(job::Column::DueAt, Expr::value(now))
        .filter(job::Column::Id.eq(id))
        .filter(job::Column::State.eq(JobState::Stuck))
        .exec(conn)
        .await?;
    Ok(again.rows_affected == 1)
}
