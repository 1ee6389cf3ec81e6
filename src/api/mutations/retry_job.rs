//! retryJob: what is stuck is tried again, once somebody has looked.

use async_graphql::{Context, ID, InputObject, Object};
use busfare_entity::job;
use serde::Serialize;

use crate::{
    api::{
        context::{Answer, Asked, id},
        error::Problem,
        idempotent::{self, Turn},
        scalars::Uuid,
        types::{
            job::{Job, minder},
            user_error::JobUserError,
        },
        verb::{Done, Verb, payload},
    },
    rules::job::JobRefusal,
    store,
};

/// What `retryJob` takes.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct RetryJobInput {
    /// A new UUID for this request. Sending it again with the same input is free and has the same answer.
    idempotency_key: Uuid,
    /// The job, from `jobs`.
    job_id: ID,
}

payload! {
    /// What `retryJob` answers.
    RetryJobPayload {
        /// The job, waiting for its turn.
        job: Job(job::Model),
        refused: JobUserError(JobRefusal)
    }
}

/// The verb.
#[derive(Default)]
pub struct RetryJob;

#[Object]
impl RetryJob {
    /// Has a stuck job tried again from the beginning. For enablers and seniors. It is not an app's to use.
    async fn retry_job(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which job.")] input: RetryJobInput,
    ) -> Answer<RetryJobPayload> {
        RetryJobPayload::answer(ctx, retry(ctx, input).await)
    }
}

async fn retry(ctx: &Context<'_>, input: RetryJobInput) -> Verb<job::Model, JobRefusal> {
    // Who looked at what?
    let (minder, now) = (minder(ctx)?, ctx.now()?);
    let job_id = id(&input.job_id)?;

    // Was this answered before?
    let (txn, key) = match idempotent::begin(ctx, "retryJob", input.idempotency_key, &input).await? {
        Turn::New(txn, key) => (txn, key),
        Turn::Again(job) => return Ok(Done::before(job)),
        Turn::Reused => return Err(JobRefusal::IdempotencyKeyReused.into()),
    };

    // Remember.
    let seen = store::job::find(&txn, minder.organisation, job_id).await?.ok_or_else(Problem::not_found)?;
    if !store::job::unstick(&txn, seen.id, now).await? {
        return Err(JobRefusal::NotStuck.into());
    }
    let job = store::job::find(&txn, minder.organisation, job_id).await?.ok_or_else(Problem::not_found)?;
    idempotent::keep(&txn, &key, &job).await?;
    txn.commit().await?;

    Ok(Done::now(job))
}
