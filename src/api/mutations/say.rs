//! say: what staff want to be known, and answered.

use async_graphql::{Context, ID, InputObject, Object};
use busfare_entity::{said, words::SaidId};
use serde::Serialize;

use crate::{
    api::{
        context::{Answer, Asked, minted},
        error::Problem,
        idempotent::{self, Turn},
        scalars::Uuid,
        today::today,
        types::{said::YouSaid, user_error::SaidUserError},
        verb::{Done, Verb, payload},
    },
    rules::said_and_done::{self, SaidRefusal},
    store,
};

/// What `say` takes.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct SayInput {
    /// A new UUID for this request. Sending it again with the same input is free and has the same answer.
    idempotency_key: Uuid,
    /// The id of what is said, if the phone mints one.
    id: Option<ID>,
    /// What you want to be known, 1 to 500 characters. Leave the names of people who are helped out.
    words: String,
}

payload! {
    /// What `say` answers.
    SayPayload {
        /// What was said, with the day by which it is answered.
        said: YouSaid(said::Model),
        refused: SaidUserError(SaidRefusal)
    }
}

/// The verb.
#[derive(Default)]
pub struct Say;

#[Object]
impl Say {
    /// Says something that everybody of the organisation reads, and that is answered within 14 days. It is not an app's to
    /// use.
    async fn say(&self, ctx: &Context<'_>, #[graphql(desc = "What you say.")] input: SayInput) -> Answer<SayPayload> {
        SayPayload::answer(ctx, run(ctx, input).await)
    }
}

async fn run(ctx: &Context<'_>, input: SayInput) -> Verb<said::Model, SaidRefusal> {
    // Who says what?
    let (viewer, now, today) = (ctx.viewer()?, ctx.now()?, today(ctx).await?);
    let id: SaidId = minted(input.id.as_ref())?;
    let words = said_and_done::said(&input.words)?;

    // Was this answered before?
    let (txn, key) = match idempotent::begin(ctx, "say", input.idempotency_key, &input).await? {
        Turn::New(txn, key) => (txn, key),
        Turn::Again(id) => {
            let said = store::said::find(ctx.reader()?, viewer.organisation, id).await?;
            return Ok(Done::before(said.ok_or_else(Problem::not_found)?));
        }
        Turn::Reused => return Err(SaidRefusal::IdempotencyKeyReused.into()),
    };

    // Remember.
    let row = said::Model {
        id,
        organisation_id: viewer.organisation,
        said_by: viewer.id,
        words,
        said_on: today,
        said_at: now,
        done: None,
        answer: None,
        answered_by: None,
        answered_on: None,
        answered_at: None,
    };
    if !store::said::add(&txn, row.clone()).await? {
        return Err(SaidRefusal::IdAlreadyUsed.into());
    }
    idempotent::keep(&txn, &key, &row.id).await?;
    txn.commit().await?;

    Ok(Done::now(row))
}
