//! decideSpend: say yes, less or no to a colleague, with your own authority.

use async_graphql::{Context, ID, InputObject, Object};
use busfare_entity::spend;
use serde::Serialize;

use crate::{
    api::{
        context::{Answer, Asked, id},
        deciding::{self, SpendAnswerInput},
        idempotent::{self, Turn},
        scalars::Uuid,
        second_step,
        types::{spend::Spend, user_error::SpendUserError},
        verb::{Done, Verb, payload},
    },
    rules::{
        spend::{REASON_CHARS, SpendRefusal},
        text,
    },
};

/// What `decideSpend` takes.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct DecideSpendInput {
    /// A new UUID for this request. Sending it again with the same input is free and has the same answer.
    idempotency_key: Uuid,
    /// The spend that waits for you, from `viewer { asksForMe }`.
    spend_id: ID,
    /// Yes, less or no.
    answer: SpendAnswerInput,
    /// A few words for the colleague, at most 500 characters.
    words: Option<String>,
}

payload! {
    /// What `decideSpend` answers.
    DecideSpendPayload {
        /// The spend with the new verdict on it.
        spend: Spend(spend::Model),
        refused: SpendUserError(SpendRefusal)
    }
}

/// The verb.
#[derive(Default)]
pub struct DecideSpend;

#[Object]
impl DecideSpend {
    /// Decides a colleague's spend that waits for you. It needs nobody else; your own delegation must cover it. Whoever has a
    /// passkey shows it first. It is not an
    /// app's to use.
    async fn decide_spend(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What you decide.")] input: DecideSpendInput,
    ) -> Answer<DecideSpendPayload> {
        DecideSpendPayload::answer(ctx, decide(ctx, input).await)
    }
}

async fn decide(ctx: &Context<'_>, input: DecideSpendInput) -> Verb<spend::Model, SpendRefusal> {
    // Who decides, and what?
    let (her, _) = ctx.practitioner()?;
    let now = ctx.now()?;
    let spend_id = id(&input.spend_id)?;
    let words =
        text::plain(input.words.as_deref().unwrap_or_default(), REASON_CHARS).map_err(SpendRefusal::DecisionWords)?;

    // Was this answered before?
    let (txn, key) = match idempotent::begin(ctx, "decideSpend", input.idempotency_key, &input).await? {
        Turn::New(txn, key) => (txn, key),
        Turn::Again(spend) => return Ok(Done::before(spend)),
        Turn::Reused => return Err(SpendRefusal::IdempotencyKeyReused.into()),
    };

    // Decide, and remember.
    second_step::before_deciding(ctx, &txn).await?;
    let decided = deciding::decide(&txn, her, spend_id, input.answer, words, now).await?;
    idempotent::keep(&txn, &key, &decided).await?;
    txn.commit().await?;

    Ok(Done::now(decided))
}
