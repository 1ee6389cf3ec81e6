//! reviewQuestion: somebody has looked at a question again, and it is asked for a while longer.

use async_graphql::{Context, ID, InputObject, Object};
use busfare_entity::{question, words::QuestionId};
use serde::Serialize;

use crate::{
    api::{
        context::{Answer, Asked, id},
        error::Problem,
        idempotent::{self, Turn},
        scalars::{Date, Uuid},
        types::{question::Question, user_error::QuestionUserError},
        verb::{Done, Verb, payload},
    },
    rules::question::{self as rules, QuestionRefusal},
    store,
};

/// What `reviewQuestion` takes.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct ReviewQuestionInput {
    /// A new UUID for this request. Sending it again with the same input is free and has the same answer.
    idempotency_key: Uuid,
    /// The question.
    question_id: ID,
    /// The day by which somebody looks at it again: from today on, within two years.
    review_on: Date,
    /// The last day on which it is asked at all. Left out, it stays as it is.
    sunset_on: Option<Date>,
}

payload! {
    /// What `reviewQuestion` answers.
    ReviewQuestionPayload {
        /// The question.
        question: Question(question::Model),
        refused: QuestionUserError(QuestionRefusal)
    }
}

/// The verb.
#[derive(Default)]
pub struct ReviewQuestion;

#[Object]
impl ReviewQuestion {
    /// Says that a question still earns its place, as its steward or of the practice group. It is not an app's to use.
    async fn review_question(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is looked at again.")] input: ReviewQuestionInput,
    ) -> Answer<ReviewQuestionPayload> {
        ReviewQuestionPayload::answer(ctx, review(ctx, input).await)
    }
}

async fn review(ctx: &Context<'_>, input: ReviewQuestionInput) -> Verb<question::Model, QuestionRefusal> {
    // Who has looked at what?
    let (viewer, now) = (ctx.viewer()?, ctx.now()?);
    let question_id: QuestionId = id(&input.question_id)?;
    let review_on = rules::review_day(input.review_on.0, now.date_naive())?;

    // Was this answered before?
    let (txn, key) = match idempotent::begin(ctx, "reviewQuestion", input.idempotency_key, &input).await? {
        Turn::New(txn, key) => (txn, key),
        Turn::Again(question) => return Ok(Done::before(question)),
        Turn::Reused => return Err(QuestionRefusal::IdempotencyKeyReused.into()),
    };
    let question = store::bank::hold(&txn, viewer.organisation, question_id).await?.ok_or_else(Problem::not_found)?;
    let in_group = store::bank::is_in_group(&txn, viewer.organisation, viewer.id).await?;
    store::bank::stewardship(&question, in_group).may_change(viewer.id)?;

    // Remember.
    let sunset_on = input.sunset_on.map(|day| day.0).or(question.sunset_on);
    let question = question::Model { review_on, sunset_on, ..question };
    store::bank::write(&txn, &question).await?;
    idempotent::keep(&txn, &key, &question).await?;
    txn.commit().await?;

    Ok(Done::now(question))
}
