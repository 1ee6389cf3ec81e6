//! explainCount: say what came of a difference between a tin and its book.

use async_graphql::{Context, ID, InputObject, Object};
use busfare_entity::{
    imprest, imprest_explanation,
    words::{DifferenceOutcome, ImprestCountId},
};
use serde::Serialize;

use crate::{
    api::{
        context::{Answer, Asked, id},
        error::Problem,
        idempotent::{self, Turn},
        scalars::Uuid,
        types::{imprest::Imprest, user_error::PaymentUserError},
        verb::{Done, Verb, payload},
    },
    rules::{
        imprest as rules,
        payment::{self, PaymentRefusal, WORDS_CHARS},
    },
    store::{self, imprest_count},
};

/// What `explainCount` takes.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct ExplainCountInput {
    /// A new UUID for this request. Sending it again with the same input is free and has the same answer.
    idempotency_key: Uuid,
    /// The count that found the difference.
    count_id: ID,
    /// Whether it is still there, or was put right.
    outcome: DifferenceOutcome,
    /// How it came about, at most 140 characters. Leave people's names out.
    words: String,
}

payload! {
    /// What `explainCount` answers.
    ExplainCountPayload {
        /// The hub's cash with the differences that still count.
        imprest: Imprest(imprest::Model),
        refused: PaymentUserError(PaymentRefusal)
    }
}

/// The verb.
#[derive(Default)]
pub struct ExplainCount;

#[Object]
impl ExplainCount {
    /// Says what came of a difference. One that was put right is carried no longer. Enablers and seniors do this. It is not
    /// an app's to use.
    async fn explain_count(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which difference, and what came of it.")] input: ExplainCountInput,
    ) -> Answer<ExplainCountPayload> {
        ExplainCountPayload::answer(ctx, explain(ctx, input).await)
    }
}

async fn explain(ctx: &Context<'_>, input: ExplainCountInput) -> Verb<imprest::Model, PaymentRefusal> {
    // Who explains what?
    let (viewer, now) = (ctx.viewer()?, ctx.now()?);
    let count_id: ImprestCountId = id(&input.count_id)?;
    let words = payment::needed("words", &input.words, WORDS_CHARS)?;

    // Was this answered before?
    let (txn, key) = match idempotent::begin(ctx, "explainCount", input.idempotency_key, &input).await? {
        Turn::New(txn, key) => (txn, key),
        Turn::Again(answered) => return Ok(Done::before(answered)),
        Turn::Reused => return Err(PaymentRefusal::IdempotencyKeyReused.into()),
    };

    // Decide, while nobody else explains it.
    let count = imprest_count::by_ids(&txn, &[count_id]).await?.pop().ok_or_else(Problem::not_found)?;
    let tin = store::imprest::hold(&txn, &viewer, count.imprest_id).await?.ok_or_else(Problem::not_found)?;
    rules::answers(&viewer)?;
    let found = imprest_count::with_explanations(&txn, vec![count]).await?.pop().ok_or_else(Problem::not_found)?;
    rules::explain(found.as_difference())?;

    // Remember.
    let explanation = imprest_explanation::Model {
        id: store::mint::id(),
        count_id,
        outcome: input.outcome,
        words,
        explained_by: viewer.id,
        explained_at: now,
    };
    imprest_count::explain(&txn, explanation).await?;
    idempotent::keep(&txn, &key, &tin).await?;
    txn.commit().await?;

    Ok(Done::now(tin))
}
