//! takeAsk: a colleague who may decide takes an open ask over.

use async_graphql::{Context, ID, InputObject, Object};
use busfare_entity::{
    spend,
    words::{AskId, WhyAsked},
};
use serde::Serialize;

use crate::{
    api::{
        context::{Answer, Asked, id},
        deciding,
        error::Problem,
        idempotent::{self, Turn},
        late,
        scalars::Uuid,
        types::{spend::Spend, user_error::SpendUserError},
        verb::{Done, Verb, payload},
    },
    rules::{money::Money, nearest::Nearest, sight::SpendAction, spend::SpendRefusal},
    store::{self, facts, rehome},
};

/// What `takeAsk` takes.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct TakeAskInput {
    /// A new UUID for this request. Sending it again with the same input is free and has the same answer.
    idempotency_key: Uuid,
    /// The open ask you saw, from `spend { ask { id } }`. If somebody takes it first, you hear who.
    ask_id: ID,
}

payload! {
    /// What `takeAsk` answers.
    TakeAskPayload {
        /// The spend, which now waits for you.
        spend: Spend(spend::Model),
        refused: SpendUserError(SpendRefusal)
    }
}

/// The verb.
#[derive(Default)]
pub struct TakeAsk;

#[Object]
impl TakeAsk {
    /// Takes an open ask over, with a say of your own that stretches to it. The earlier colleague is no longer asked. It is
    /// not an app's to use.
    async fn take_ask(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which ask you take.")] input: TakeAskInput,
    ) -> Answer<TakeAskPayload> {
        TakeAskPayload::answer(ctx, take(ctx, input).await)
    }
}

async fn take(ctx: &Context<'_>, input: TakeAskInput) -> Verb<spend::Model, SpendRefusal> {
    // Who takes what?
    let (her, _) = ctx.practitioner()?;
    let (viewer, now) = (ctx.viewer()?, ctx.now()?);
    let ask_id: AskId = id(&input.ask_id)?;

    // Was this answered before?
    let (txn, key) = match idempotent::begin(ctx, "takeAsk", input.idempotency_key, &input).await? {
        Turn::New(txn, key) => (txn, key),
        Turn::Again(spend) => return Ok(Done::before(spend)),
        Turn::Reused => return Err(SpendRefusal::IdempotencyKeyReused.into()),
    };

    // What do we need to know?
    let seen = store::ask::by_id(&txn, ask_id).await?.ok_or_else(Problem::not_found)?;
    let spend = store::spend::find(&txn, &viewer, seen.spend_id).await?.ok_or_else(Problem::not_found)?;
    let facts = facts::about_colleagues(&txn, her, &spend, now).await?;
    let spend = store::spend::find(&txn, &viewer, spend.id).await?.ok_or_else(Problem::not_found)?;
    let open = store::ask::open_about(&txn, spend.id).await?;

    // Decide.
    late::may(&txn, SpendAction::Take, &viewer, &spend, open.as_ref().map(|open| open.asked_id), now).await?;
    let open = open.ok_or(SpendRefusal::AlreadyDecided)?;
    if open.id != ask_id {
        return Err(late::taken(&txn, &spend, &open, now).await?.into());
    }
    let already = store::raise::already(&txn, &spend).await?;
    let (verdict, _) = deciding::weigh(her, &spend, Money::from_pence(spend.total_pence), already, facts);
    if !deciding::within_say(&verdict) {
        return Err(SpendRefusal::AboveYourSay.into());
    }

    // Remember.
    rehome::hand_over(&txn, &open, Nearest { asked: her.id, why: WhyAsked::Taken }, now).await?;
    idempotent::keep(&txn, &key, &spend).await?;
    txn.commit().await?;

    Ok(Done::now(spend))
}
