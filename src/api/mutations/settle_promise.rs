//! settlePromise: we did what we said, or it is not needed any more.

use async_graphql::{Context, ID, InputObject, Object};
use busfare_entity::{
    promise,
    words::{FollowUpId, PromiseState},
};
use serde::Serialize;

use crate::{
    api::{
        context::{Answer, Asked, id},
        error::Problem,
        idempotent::{self, Turn},
        scalars::Uuid,
        today::today,
        types::{promise::Promise, user_error::FollowUpUserError},
        verb::{Done, Verb, payload},
    },
    rules::follow_up::{FollowUpRefusal, settle},
    store,
};

/// What `settlePromise` takes.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct SettlePromiseInput {
    /// A new UUID for this request. Sending it again with the same input is free and has the same answer.
    idempotency_key: Uuid,
    /// The promise.
    follow_up_id: ID,
    /// Whether it was done; with `false` it is not needed any more.
    kept: bool,
}

payload! {
    /// What `settlePromise` answers.
    SettlePromisePayload {
        /// The promise, settled.
        promise: Promise(promise::Model),
        refused: FollowUpUserError(FollowUpRefusal)
    }
}

/// The verb.
#[derive(Default)]
pub struct SettlePromise;

#[Object]
impl SettlePromise {
    /// Says that a promise was kept, or that it is not needed any more. Whoever sees the record may. A promise is never
    /// deleted. An app needs the scope `RECORDS_WRITE`.
    async fn settle_promise(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which promise, and what came of it.")] input: SettlePromiseInput,
    ) -> Answer<SettlePromisePayload> {
        SettlePromisePayload::answer(ctx, run(ctx, input).await)
    }
}

async fn run(ctx: &Context<'_>, input: SettlePromiseInput) -> Verb<promise::Model, FollowUpRefusal> {
    // Which promise?
    let (viewer, now, today) = (ctx.viewer()?, ctx.now()?, today(ctx).await?);
    let follow_up_id: FollowUpId = id(&input.follow_up_id)?;
    let to = if input.kept { PromiseState::Kept } else { PromiseState::NotNeeded };

    // Was this answered before?
    let (txn, key) = match idempotent::begin(ctx, "settlePromise", input.idempotency_key, &input).await? {
        Turn::New(txn, key) => (txn, key),
        Turn::Again(id) => {
            let promise = store::promise::find(ctx.reader()?, &viewer, id, now).await?;
            return Ok(Done::before(promise.ok_or_else(Problem::not_found)?));
        }
        Turn::Reused => return Err(FollowUpRefusal::IdempotencyKeyReused.into()),
    };
    let held = store::promise::hold(&txn, &viewer, follow_up_id, now).await?.ok_or_else(Problem::not_found)?;
    let state = settle(held.state, to)?;

    // Remember.
    if !store::promise::settle(&txn, held.id, state, (viewer.id, today)).await? {
        return Err(FollowUpRefusal::SettledAlready.into());
    }
    idempotent::keep(&txn, &key, &held.id).await?;
    txn.commit().await?;

    Ok(Done::now(promise::Model { state, settled_by: Some(viewer.id), settled_on: Some(today), ..held }))
}
