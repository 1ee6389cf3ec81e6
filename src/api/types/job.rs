//! Jobs as enablers and seniors see them: what waits, what is stuck, and why.

use async_graphql::{Context, ID, Object, SimpleObject};
use busfare_entity::{
    job,
    words::{JobKind, JobProblem, JobState},
};

use super::connection::{FIRST, JobConnection, page};
use crate::{
    api::{
        context::{Answer, Asked},
        error::Problem,
        messages::message,
        scalars::DateTime,
    },
    rules::{self, sight::Viewer},
    store::{self, job::Counts},
};

/// Who asks about jobs, if she sees to them.
pub fn minder(ctx: &Context<'_>) -> Answer<Viewer> {
    let viewer = ctx.viewer()?;
    if rules::job::sees_to_jobs(&viewer) {
        return Ok(viewer);
    }
    Err(Problem::forbidden(message!("jobs-for-enablers")))
}

/// How many jobs wait, are being done and are stuck. It is not an app's to use.
#[derive(SimpleObject)]
pub struct JobCounts {
    /// They wait for their turn.
    pub waiting: i32,
    /// They are being done.
    pub running: i32,
    /// They came to nothing too often, or would every time; see `jobs`.
    pub stuck: i32,
    /// Since when the oldest that is not stuck has been there.
    pub oldest: Option<DateTime>,
}

impl From<Counts> for JobCounts {
    fn from(counts: Counts) -> Self {
        let int = |count| i32::try_from(count).unwrap_or(i32::MAX);
        Self {
            waiting: int(counts.waiting),
            running: int(counts.running),
            stuck: int(counts.stuck),
            oldest: counts.oldest.map(DateTime),
        }
    }
}

/// Something that is to be done after a change, such as making a picture fit to keep. One that is done is gone.
pub struct Job(pub job::Model);

/// Something that is to be done after a change, such as making a picture fit to keep. One that is done is gone. It is not an
/// app's to use.
#[Object]
impl Job {
    /// Its id, `job_` and 26 characters.
    async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    /// What it does.
    async fn kind(&self) -> JobKind {
        self.0.kind
    }

    /// Whether it waits or is stuck.
    async fn state(&self) -> JobState {
        self.0.state
    }

    /// How often it was begun.
    async fn tries(&self) -> i32 {
        self.0.tries
    }

    /// Why the last try came to nothing.
    async fn problem(&self) -> Option<JobProblem> {
        self.0.problem
    }

    /// When it was asked for.
    async fn queued_at(&self) -> DateTime {
        DateTime(self.0.queued_at)
    }

    /// When it was last begun.
    async fn tried_at(&self) -> Option<DateTime> {
        self.0.tried_at.map(DateTime)
    }

    /// When it is tried next; nothing where it is stuck.
    async fn due_at(&self) -> Option<DateTime> {
        (self.0.state == JobState::Waiting).then_some(DateTime(self.0.due_at))
    }
}

/// What can be read about jobs.
#[derive(Default)]
pub struct JobQuery;

/// What can be read about jobs.
#[Object]
impl JobQuery {
    /// How many jobs of your organisation wait and are stuck. For enablers and seniors. It is not an app's to use.
    async fn job_counts(&self, ctx: &Context<'_>) -> Answer<JobCounts> {
        let minder = minder(ctx)?;
        let counts = store::job::counts(ctx.reader()?, Some(minder.organisation), ctx.now()?).await?;
        Ok(counts.into())
    }

    /// The jobs of your organisation, newest first. For enablers and seniors. It is not an app's to use.
    async fn jobs(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            default_with = "Some(JobState::Stuck)",
            desc = "Which of them; those that are stuck where none is given."
        )]
        state: Option<JobState>,
        #[graphql(default_with = "Some(FIRST)", desc = "How many, 1 to 100.")] first: Option<i32>,
        #[graphql(desc = "Continue after this cursor.")] after: Option<String>,
    ) -> Answer<JobConnection> {
        let (minder, page) = (minder(ctx)?, page(first, after.as_deref())?);
        let state = state.unwrap_or(JobState::Stuck);
        let rows = store::job::page(ctx.reader()?, minder.organisation, state, page).await?;
        Ok(JobConnection::new(rows, page))
    }
}
