//! retireQuestion: nobody is asked it any more, and nothing that was answered is lost.

use async_graphql::{Context, ID, InputObject, Object};
use busfare_entity::{question, words::QuestionId};
use serde::Serialize;

use crate::{
    api::{
        context::{Answer, Asked, id},
        error::Problem,
        idempotent::{self, Turn},
        scalars::Uuid,
        types::{question::Question, user_error::QuestionUserError},
        verb::{Done, Verb, payload},
    },
    rules::question::{self as rules, QuestionRefusal},
    store,
};

/// What `retireQuestion` takes.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct RetireQuestionInput {
    /// A new UUID for this request. Sending it again with the same input is free and has the same answer.
    idempotency_key: Uuid,
    /// The question.
    question_id: ID,
    /// Why, at most 500 characters.
    because: String,
}

payload! {
    /// What `retireQuestion` answers.
    RetireQuestionPayload {
        /// The question.
        question: Question(question::Model),
        refused: QuestionUserError(QuestionRefusal)
    }
}

/// The verb.
#[derive(Default)]
pub struct RetireQuestion;

#[Object]
impl RetireQuestion {
    /// Retires a question, of the practice group. It is asked in nothing that begins from now on; what was answered stays,
    /// and is read and exported as before. It is not an app's to use.
    async fn retire_question(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is retired, and why.")] input: RetireQuestionInput,
    ) -> Answer<RetireQuestionPayload> {
        RetireQuestionPayload::answer(ctx, retire(ctx, input).await)
    }
}

async fn retire(ctx: &Context<'_>, input: RetireQuestionInput) -> Verb<question::Model, QuestionRefusal> {
    // Who retires what, and why?
    let (viewer, now) = (ctx.viewer()?, ctx.now()?);
    let question_id: QuestionId = id(&input.question_id)?;
    let because = rules::reason(&input.because)?;

    // Was this answered before?
    let (txn, key) = match idempotent::begin(ctx, "retireQuestion", input.idempotency_key, &input).await? {
        Turn::New(txn, key) => (txn, key),
        Turn::Again(question) => return Ok(Done::before(question)),
        Turn::Reused => return Err(QuestionRefusal::IdempotencyKeyReused.into()),
    };
    let question = store::bank::hold(&txn, viewer.organisation, question_id).await?.ok_or_else(Problem::not_found)?;
    let in_group = store::bank::is_in_group(&txn, viewer.organisation, viewer.id).await?;
    store::bank::stewardship(&question, in_group).may_retire()?;

    // Remember.
    let (retired_at, retired_by, retired_because) = (Some(now), Some(viewer.id), Some(because));
    let question = question::Model { retired_at, retired_by, retired_because, ..question };
    store::bank::write(&txn, &question).await?;
    idempotent::keep(&txn, &key, &question).await?;
    txn.commit().await?;

    Ok(Done::now(question))
}
