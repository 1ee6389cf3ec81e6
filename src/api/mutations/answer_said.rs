//! answerSaid: what was done about something said, or why it will not be.

use async_graphql::{Context, ID, InputObject, Object};
use busfare_entity::{
    said,
    words::{DoneAboutIt, SaidId},
};
use serde::Serialize;

use crate::{
    api::{
        context::{Answer, Asked, id},
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

/// What `answerSaid` takes.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct AnswerSaidInput {
    /// A new UUID for this request. Sending it again with the same input is free and has the same answer.
    idempotency_key: Uuid,
    /// What was said, from `said`.
    said_id: ID,
    /// Whether it was done.
    done: DoneAboutIt,
    /// What was done, or why it will not be: 10 to 500 characters.
    answer: String,
}

payload! {
    /// What `answerSaid` answers.
    AnswerSaidPayload {
        /// What was said, with its answer.
        said: YouSaid(said::Model),
        refused: SaidUserError(SaidRefusal)
    }
}

/// The verb.
#[derive(Default)]
pub struct AnswerSaid;

#[Object]
impl AnswerSaid {
    /// Answers something that was said, once: with what was done, or with the reason why it will not be. It is not an app's
    /// to use.
    async fn answer_said(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "To what, and the answer.")] input: AnswerSaidInput,
    ) -> Answer<AnswerSaidPayload> {
        AnswerSaidPayload::answer(ctx, run(ctx, input).await)
    }
}

async fn run(ctx: &Context<'_>, input: AnswerSaidInput) -> Verb<said::Model, SaidRefusal> {
    // What came of what?
    let (viewer, now, today) = (ctx.viewer()?, ctx.now()?, today(ctx).await?);
    let said_id: SaidId = id(&input.said_id)?;
    said_and_done::Answer::try_new(input.done, &input.answer, false)?;

    // Was this answered before?
    let (txn, key) = match idempotent::begin(ctx, "answerSaid", input.idempotency_key, &input).await? {
        Turn::New(txn, key) => (txn, key),
        Turn::Again(id) => {
            let said = store::said::find(ctx.reader()?, viewer.organisation, id).await?;
            return Ok(Done::before(said.ok_or_else(Problem::not_found)?));
        }
        Turn::Reused => return Err(SaidRefusal::IdempotencyKeyReused.into()),
    };
    let held = store::said::hold(&txn, viewer.organisation, said_id).await?.ok_or_else(Problem::not_found)?;
    let answer = said_and_done::Answer::try_new(input.done, &input.answer, held.answered_at.is_some())?;

    // Remember.
    if !store::said::answer(&txn, held.id, &answer, (viewer.id, today, now)).await? {
        return Err(SaidRefusal::AnsweredAlready.into());
    }
    idempotent::keep(&txn, &key, &held.id).await?;
    txn.commit().await?;

    let row = said::Model {
        done: Some(answer.done),
        answer: Some(answer.words),
        answered_by: Some(viewer.id),
        answered_on: Some(today),
        answered_at: Some(now),
        ..held
    };
    Ok(Done::now(row))
}
