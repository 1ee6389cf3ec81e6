//! reviseQuestion: a question is put better. Drafts ask it so from now on; what is published does not change.

use async_graphql::{Context, ID, InputObject, Object};
use busfare_entity::{question, question_version, words::QuestionId};
use serde::Serialize;

use crate::{
    api::{
        asking::{BoundsInput, ChoiceInput},
        context::{Answer, Asked, id},
        error::Problem,
        idempotent::{self, Turn},
        scalars::Uuid,
        types::{question::Question, user_error::QuestionUserError, wording::WordingInput},
        verb::{Done, Verb, payload},
    },
    rules::{
        form,
        question::{self as rules, QuestionRefusal},
    },
    store,
};

/// What `reviseQuestion` takes. What is left out stays as it is.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct ReviseQuestionInput {
    /// A new UUID for this request. Sending it again with the same input is free and has the same answer.
    idempotency_key: Uuid,
    /// The question.
    question_id: ID,
    /// What is asked. A translation that is not said again stays, and is stale where the English has changed.
    prompt: Option<WordingInput>,
    /// What helps to answer it.
    hint: Option<WordingInput>,
    /// Why it is asked, in at most 25 words in each language.
    why_we_ask: Option<WordingInput>,
    /// For choices: the whole list. A choice keeps its translations by its code.
    choices: Option<Vec<ChoiceInput>>,
    /// What an answer fits in.
    bounds: Option<BoundsInput>,
}

payload! {
    /// What `reviseQuestion` answers.
    ReviseQuestionPayload {
        /// The question.
        question: Question(question::Model),
        refused: QuestionUserError(QuestionRefusal)
    }
}

/// The verb.
#[derive(Default)]
pub struct ReviseQuestion;

#[Object]
impl ReviseQuestion {
    /// Puts a question better, as its steward or of the practice group. Every draft asks it so from now on; forms that are
    /// published keep the words they were published with. It is not an app's to use.
    async fn revise_question(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is put better.")] input: ReviseQuestionInput,
    ) -> Answer<ReviseQuestionPayload> {
        ReviseQuestionPayload::answer(ctx, revise(ctx, input).await)
    }
}

async fn revise(ctx: &Context<'_>, input: ReviseQuestionInput) -> Verb<question::Model, QuestionRefusal> {
    // Who puts what better?
    let (viewer, now) = (ctx.viewer()?, ctx.now()?);
    let question_id: QuestionId = id(&input.question_id)?;

    // Was this answered before?
    let (txn, key) = match idempotent::begin(ctx, "reviseQuestion", input.idempotency_key, &input).await? {
        Turn::New(txn, key) => (txn, key),
        Turn::Again(question) => return Ok(Done::before(question)),
        Turn::Reused => return Err(QuestionRefusal::IdempotencyKeyReused.into()),
    };
    let question = store::bank::hold(&txn, viewer.organisation, question_id).await?.ok_or_else(Problem::not_found)?;
    let in_group = store::bank::is_in_group(&txn, viewer.organisation, viewer.id).await?;
    store::bank::stewardship(&question, in_group).may_change(viewer.id)?;

    // Remember, as another version.
    let mut wordings = store::bank::wordings(&txn, &[question_id]).await?;
    let newest = wordings.pop().ok_or_else(|| Problem::internal("a question without words"))?;
    let was = store::bank::asked(&newest)?;
    let asked = rules::fit(changed(&input, was.clone())?)?;
    if asked != was {
        let wording = question_version::Model {
            id: store::mint::id(),
            question_id,
            version: newest.version + 1,
            asked: serde_json::to_value(&asked).map_err(Problem::internal)?,
            added_by: Some(viewer.id),
            added_at: Some(now),
        };
        store::bank::reword(&txn, wording).await?;
    }
    idempotent::keep(&txn, &key, &question).await?;
    txn.commit().await?;

    Ok(Done::now(question))
}

fn changed(input: &ReviseQuestionInput, was: form::Asked) -> Answer<form::Asked> {
    let worded = |said: &Option<WordingInput>, was| match said {
        Some(said) => said.change(was),
        None => Ok(was),
    };
    let choices = match &input.choices {
        Some(choices) => choices.iter().map(|choice| choice.change(&was.choices)).collect::<Answer<Vec<_>>>()?,
        None => was.choices,
    };
    Ok(form::Asked {
        prompt: worded(&input.prompt, was.prompt)?,
        hint: worded(&input.hint, was.hint)?,
        why_we_ask: worded(&input.why_we_ask, was.why_we_ask)?,
        choices,
        bounds: input.bounds.as_ref().map_or(was.bounds, BoundsInput::bounds),
        ..was
    })
}
