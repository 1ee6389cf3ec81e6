//! answerQuestion: answer what the colleague who is asked wants to know.

use async_graphql::{Context, ID, InputObject, Object};
use busfare_entity::{
    spend, spend_message,
    words::{MessageKind, SpendId},
};
use serde::Serialize;

use crate::{
    api::{
        context::{Answer, Asked, id},
        error::Problem,
        idempotent::{self, Turn},
        late,
        scalars::Uuid,
        types::{spend::Spend, user_error::SpendUserError},
        verb::{Done, Verb, payload},
    },
    rules::{
        sight::SpendAction,
        spend::{REASON_CHARS, SpendRefusal},
        text,
    },
    store::{self, message},
};

/// What `answerQuestion` takes.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct AnswerQuestionInput {
    /// A new UUID for this request. Sending it again with the same input is free and has the same answer.
    idempotency_key: Uuid,
    /// The spend you asked for.
    spend_id: ID,
    /// Your answer, at most 500 characters. Leave people's names out.
    words: String,
}

payload! {
    /// What `answerQuestion` answers.
    AnswerQuestionPayload {
        /// The spend, which waits for the colleague again.
        spend: Spend(spend::Model),
        refused: SpendUserError(SpendRefusal)
    }
}

/// The verb.
#[derive(Default)]
pub struct AnswerQuestion;

#[Object]
impl AnswerQuestion {
    /// Answers a question about your own spend. It goes back to the same colleague, who keeps the ask; nothing begins anew.
    /// An app needs the scope `SPENDS_WRITE`.
    async fn answer_question(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What you answer.")] input: AnswerQuestionInput,
    ) -> Answer<AnswerQuestionPayload> {
        AnswerQuestionPayload::answer(ctx, answer(ctx, input).await)
    }
}

async fn answer(ctx: &Context<'_>, input: AnswerQuestionInput) -> Verb<spend::Model, SpendRefusal> {
    // Who writes what, and about which spend?
    let (viewer, now) = (ctx.viewer()?, ctx.now()?);
    let spend_id: SpendId = id(&input.spend_id)?;
    let words = text::plain(&input.words, REASON_CHARS).map_err(SpendRefusal::DecisionWords)?;
    let words = words.ok_or(SpendRefusal::WordsNeeded)?;

    // Was this answered before?
    let (txn, key) = match idempotent::begin(ctx, "answerQuestion", input.idempotency_key, &input).await? {
        Turn::New(txn, key) => (txn, key),
        Turn::Again(spend) => return Ok(Done::before(spend)),
        Turn::Reused => return Err(SpendRefusal::IdempotencyKeyReused.into()),
    };

    // Decide.
    let spend = store::spend::hold(&txn, &viewer, spend_id).await?.ok_or_else(Problem::not_found)?;
    let open = store::ask::open_of(&txn, spend.id).await?;
    late::may(&txn, SpendAction::AnswerQuestion, &viewer, &spend, open, now).await?;

    // Remember.
    let kind = MessageKind::Answer;
    let row = spend_message::Model {
        id: store::mint::id(),
        spend_id: spend.id,
        author_id: viewer.id,
        kind,
        words,
        sent_at: now,
    };
    if !message::send(&txn, row).await? {
        return Err(SpendRefusal::ThreadFull.into());
    }
    let spend = spend::Model { decision: message::turn(kind), ..spend };
    idempotent::keep(&txn, &key, &spend).await?;
    txn.commit().await?;

    Ok(Done::now(spend))
}
