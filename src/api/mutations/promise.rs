//! promise: what we said we would do, and by when.

use async_graphql::{Context, ID, InputObject, Object};
use busfare_entity::{
    promise,
    words::{FollowUpId, PromiseState, RecordId},
};
use serde::Serialize;

use crate::{
    api::{
        context::{Answer, Asked, id, minted},
        error::Problem,
        idempotent::{self, Turn},
        scalars::{Date, Uuid},
        today::today,
        types::{promise::Promise, user_error::FollowUpUserError},
        verb::{Done, Verb, payload},
    },
    rules::follow_up::{self, FollowUpRefusal},
    store,
};

/// What `promise` takes.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct PromiseInput {
    /// A new UUID for this request. Sending it again with the same input is free and has the same answer.
    idempotency_key: Uuid,
    /// The promise's id, if the phone mints one.
    id: Option<ID>,
    /// After which record.
    record_id: ID,
    /// What we said we would do, 1 to 200 characters.
    what: String,
    /// By which day: from today on, within a year.
    due: Date,
}

payload! {
    /// What `promise` answers.
    PromisePayload {
        /// The promise.
        promise: Promise(promise::Model),
        refused: FollowUpUserError(FollowUpRefusal)
    }
}

/// The verb.
#[derive(Default)]
pub struct MakePromise;

#[Object]
impl MakePromise {
    /// Notes what was said in a conversation that we would do, so that somebody follows up. Whoever sees the record may, also
    /// once it is complete; it is on the list of her team. An app needs the scope `RECORDS_WRITE`.
    async fn promise(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What, and by when.")] input: PromiseInput,
    ) -> Answer<PromisePayload> {
        PromisePayload::answer(ctx, run(ctx, input).await)
    }
}

async fn run(ctx: &Context<'_>, input: PromiseInput) -> Verb<promise::Model, FollowUpRefusal> {
    // What did we say, after which record?
    let (viewer, now, today) = (ctx.viewer()?, ctx.now()?, today(ctx).await?);
    let (id, record_id): (FollowUpId, RecordId) = (minted(input.id.as_ref())?, id(&input.record_id)?);
    follow_up::Promise::try_new(&input.what, input.due.0, 0, today)?;

    // Was this answered before?
    let (txn, key) = match idempotent::begin(ctx, "promise", input.idempotency_key, &input).await? {
        Turn::New(txn, key) => (txn, key),
        Turn::Again(id) => {
            let promise = store::promise::find(ctx.reader()?, &viewer, id, now).await?;
            return Ok(Done::before(promise.ok_or_else(Problem::not_found)?));
        }
        Turn::Reused => return Err(FollowUpRefusal::IdempotencyKeyReused.into()),
    };
    let record = store::record::hold(&txn, &viewer, record_id, now).await?.ok_or_else(Problem::not_found)?;
    let so_far = usize::try_from(store::promise::count(&txn, record.id).await?).unwrap_or(usize::MAX);
    let promise = follow_up::Promise::try_new(&input.what, input.due.0, so_far, today)?;

    // Remember.
    let row = promise::Model {
        id,
        organisation_id: viewer.organisation,
        team_id: viewer.team,
        record_id: record.id,
        made_by: viewer.id,
        what: promise.what,
        made_on: today,
        made_at: now,
        due_on: promise.due,
        state: PromiseState::Open,
        settled_by: None,
        settled_on: None,
    };
    if !store::promise::add(&txn, row.clone()).await? {
        return Err(FollowUpRefusal::IdAlreadyUsed.into());
    }
    idempotent::keep(&txn, &key, &row.id).await?;
    txn.commit().await?;

    Ok(Done::now(row))
}
