//! noteLearning: say what helped, or what would help next time.

use async_graphql::{Context, ID, InputObject, Object};
use busfare_entity::{learning, words::LearningState};
use serde::Serialize;

use crate::{
    api::{
        context::{Answer, Asked, id},
        error::Problem,
        idempotent::{self, Turn},
        scalars::Uuid,
        types::{learning::LearningConversation, user_error::LearningUserError},
        verb::{Done, Verb, payload},
    },
    rules::learning::{LearningRefusal, MOST_NOTES, Said},
    store,
};

/// What `noteLearning` takes.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct NoteLearningInput {
    /// A new UUID for this request. Sending it again with the same input is free and has the same answer.
    idempotency_key: Uuid,
    /// The conversation, from `learningConversations`.
    learning_id: ID,
    /// What helped, at most 1,000 characters. Leave people's names out.
    what_helped: Option<String>,
    /// What would help next time, at most 1,000 characters. Leave people's names out.
    what_would_help_next: Option<String>,
    /// Where the conversation stands now, if that has changed.
    state: Option<LearningState>,
}

payload! {
    /// What `noteLearning` answers.
    NoteLearningPayload {
        /// The conversation with what was said.
        learning_conversation: LearningConversation(learning::Model),
        refused: LearningUserError(LearningRefusal)
    }
}

/// The verb.
#[derive(Default)]
pub struct NoteLearning;

#[Object]
impl NoteLearning {
    /// Notes a few words in a learning conversation you take part in. What was said stays as it was said. It is not an app's
    /// to use.
    async fn note_learning(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What you say.")] input: NoteLearningInput,
    ) -> Answer<NoteLearningPayload> {
        NoteLearningPayload::answer(ctx, note(ctx, input).await)
    }
}

async fn note(ctx: &Context<'_>, input: NoteLearningInput) -> Verb<learning::Model, LearningRefusal> {
    // Who says what?
    let (viewer, now) = (ctx.viewer()?, ctx.now()?);
    let learning_id = id(&input.learning_id)?;
    let said = Said::try_new(input.what_helped.as_deref(), input.what_would_help_next.as_deref(), input.state)?;

    // Was this answered before?
    let (txn, key) = match idempotent::begin(ctx, "noteLearning", input.idempotency_key, &input).await? {
        Turn::New(txn, key) => (txn, key),
        Turn::Again(conversation) => return Ok(Done::before(conversation)),
        Turn::Reused => return Err(LearningRefusal::IdempotencyKeyReused.into()),
    };

    // Is there room for it?
    let held = store::learning::hold(&txn, &viewer, learning_id).await?.ok_or_else(Problem::not_found)?;
    let notes = store::learning::count_notes(&txn, held.id).await?;
    if notes + said.notes.len() as u64 > MOST_NOTES {
        return Err(LearningRefusal::TooManyNotes.into());
    }

    // Remember.
    store::learning::note(&txn, (held.id, viewer.id), &said.notes, now).await?;
    let state = said.state.unwrap_or(held.state);
    if state != held.state {
        store::learning::set_state(&txn, held.id, state).await?;
    }
    let conversation = learning::Model { state, ..held };
    idempotent::keep(&txn, &key, &conversation).await?;
    txn.commit().await?;

    Ok(Done::now(conversation))
}
