//! answerDuplicate: the same receipt, two different ones, or hard to tell. It changes no spend and locks nobody out.

use async_graphql::{Context, ID, InputObject, Object};
use busfare_entity::{possible_duplicate, words::DuplicateAnswer};
use serde::Serialize;

use crate::{
    api::{
        context::{Answer, Asked, id},
        error::Problem,
        idempotent::{self, Turn},
        scalars::Uuid,
        types::{duplicate::PossibleDuplicate, user_error::ReceiptUserError},
        verb::{Done, Verb, payload},
    },
    rules::receipt::ReceiptRefusal,
    store,
};

/// What `answerDuplicate` takes.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct AnswerDuplicateInput {
    /// A new UUID for this request. Sending it again with the same input is free and has the same answer.
    idempotency_key: Uuid,
    /// What was found, from `viewer.possibleDuplicates` or a receipt's own.
    possible_duplicate_id: ID,
    /// What you say of it. Saying something else later replaces it.
    answer: DuplicateAnswer,
}

payload! {
    /// What `answerDuplicate` answers.
    AnswerDuplicatePayload {
        /// The two receipts with what was said of them.
        possible_duplicate: PossibleDuplicate(possible_duplicate::Model),
        refused: ReceiptUserError(ReceiptRefusal)
    }
}

/// The verb.
#[derive(Default)]
pub struct AnswerDuplicate;

#[Object]
impl AnswerDuplicate {
    /// Says whether two receipts are one and the same. Neither a spend nor a receipt changes: it is a note, so that nobody is
    /// asked twice. An app needs the scope `RECEIPTS_WRITE`.
    async fn answer_duplicate(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What you say.")] input: AnswerDuplicateInput,
    ) -> Answer<AnswerDuplicatePayload> {
        AnswerDuplicatePayload::answer(ctx, answer(ctx, input).await)
    }
}

async fn answer(ctx: &Context<'_>, input: AnswerDuplicateInput) -> Verb<possible_duplicate::Model, ReceiptRefusal> {
    let (viewer, now) = (ctx.viewer()?, ctx.now()?);
    let duplicate = id(&input.possible_duplicate_id)?;

    let (txn, key) = match idempotent::begin(ctx, "answerDuplicate", input.idempotency_key, &input).await? {
        Turn::New(txn, key) => (txn, key),
        Turn::Again(answered) => return Ok(Done::before(answered)),
        Turn::Reused => return Err(ReceiptRefusal::IdempotencyKeyReused.into()),
    };
    let answered = store::duplicate::answer(&txn, &viewer, duplicate, input.answer, now).await?;
    let answered = answered.ok_or_else(Problem::not_found)?;
    idempotent::keep(&txn, &key, &answered).await?;
    txn.commit().await?;

    Ok(Done::now(answered))
}
