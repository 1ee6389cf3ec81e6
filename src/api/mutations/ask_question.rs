//! askQuestion: ask the asker something before deciding, and keep the ask.

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

/// What `askQuestion` takes.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct AskQuestionInput {
    /// A new UUID for this request. Sending it again with the same input is free and has the same answer.
    idempotency_key: Uuid,
    /// The spend that waits for you, from `viewer { asksForMe }`.
    spend_id: ID,
    /// What you want to know, at most 500 characters. Leave people's names out.
    words: String,
}

payload! {
    /// What `askQuestion` answers.
    AskQuestionPayload {
        /// The spend, which waits for its asker's answer.
        spend: Spend(spend::Model),
        refused: SpendUserError(SpendRefusal)
    }
}

/// The verb.
#[derive(Default)]
pub struct AskQuestion;

#[Object]
impl AskQuestion {
    /// Asks the asker something about a spend that waits for you. It keeps waiting for you, and nothing is decided. It is not
    /// an app's to use.
    async fn ask_question(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What you want to know.")] input: AskQuestionInput,
    ) -> Answer<AskQuestionPayload> {
        AskQuestionPayload::answer(ctx, ask(ctx, input).await)
    }
}

async fn ask(ctx: &Context<'_>, input: AskQuestionInput) -> Verb<spend::Model, SpendRefusal> {
    // Who writes what, and about which spend?
    let (viewer, now) = (ctx.viewer()?, ctx.now()?);
    let spend_id: SpendId = id(&input.spend_id)?;
    let words = text::plain(&input.words, REASON_CHARS).map_err(SpendRefusal::DecisionWords)?;
    let words = words.ok_or(SpendRefusal::WordsNeeded)?;

    // Was this answered before?
    let (txn, key) = match idempotent::begin(ctx, "askQuestion", input.idempotency_key, &input).await? {
        Turn::New(txn, key) => (txn, key),
        Turn::Again(spend) => return Ok(Done::before(spend)),
        Turn::Reused => return Err(SpendRefusal::IdempotencyKeyReused.into()),
    };

    // Decide.
    let spend = store::spend::hold(&txn, &viewer, spend_id).await?.ok_or_else(Problem::not_found)?;
    let open = store::ask::open_of(&txn, spend.id).await?;
    late::may(&txn, SpendAction::AskQuestion, &viewer, &spend, open, now).await?;

    // Remember.
    let kind = MessageKind::Question;
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
