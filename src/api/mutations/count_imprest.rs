//! countImprest: count a tin; a difference is kept as a line of its own, and the book stays as it is.

use async_graphql::{Context, ID, InputObject, Object};
use busfare_entity::{imprest_count, words::ImprestId};
use serde::Serialize;

use crate::{
    api::{
        context::{Answer, Asked, id},
        error::Problem,
        idempotent::{self, Turn},
        scalars::{Decimal, Uuid},
        types::{imprest::ImprestCount, user_error::PaymentUserError},
        verb::{Done, Verb, payload},
    },
    rules::{
        money::Money,
        payment::{self, PaymentRefusal, WORDS_CHARS},
    },
    store::{self, imprest_count::Counted},
};

/// What `countImprest` takes.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct CountImprestInput {
    /// A new UUID for this request. Sending it again with the same input is free and has the same answer.
    idempotency_key: Uuid,
    /// The hub's cash that you counted.
    imprest_id: ID,
    /// What was in the tin, such as `"48.85"`; `"0.00"` for an empty one.
    counted: Decimal,
    /// A few words, where it differs from the book, at most 140 characters. Leave people's names out.
    words: Option<String>,
}

payload! {
    /// What `countImprest` answers.
    CountImprestPayload {
        /// The count, with what the book made you expect.
        count: ImprestCount(imprest_count::Model),
        refused: PaymentUserError(PaymentRefusal)
    }
}

/// The verb.
#[derive(Default)]
pub struct CountImprest;

#[Object]
impl CountImprest {
    /// Counts a tin. Where it differs from the book, the difference is listed until somebody explains it; nothing is altered.
    /// It is not an app's to use.
    async fn count_imprest(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What you counted.")] input: CountImprestInput,
    ) -> Answer<CountImprestPayload> {
        CountImprestPayload::answer(ctx, count(ctx, input).await)
    }
}

async fn count(ctx: &Context<'_>, input: CountImprestInput) -> Verb<imprest_count::Model, PaymentRefusal> {
    // Who counted how much?
    let (viewer, now) = (ctx.viewer()?, ctx.now()?);
    let imprest_id: ImprestId = id(&input.imprest_id)?;
    let amount = Money::try_counted(input.counted.0).map_err(PaymentRefusal::Amount)?;
    let words = payment::words("words", input.words.as_deref(), WORDS_CHARS)?;

    // Was this answered before?
    let (txn, key) = match idempotent::begin(ctx, "countImprest", input.idempotency_key, &input).await? {
        Turn::New(txn, key) => (txn, key),
        Turn::Again(answered) => return Ok(Done::before(answered)),
        Turn::Reused => return Err(PaymentRefusal::IdempotencyKeyReused.into()),
    };

    // Remember, while nobody moves the cash.
    let tin = store::imprest::hold(&txn, &viewer, imprest_id).await?.ok_or_else(Problem::not_found)?;
    let count = store::imprest_count::keep(&txn, &tin, Counted { by: viewer.id, amount, words }, now).await?;
    idempotent::keep(&txn, &key, &count).await?;
    txn.commit().await?;

    Ok(Done::now(count))
}
