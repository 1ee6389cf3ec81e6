//! repeatSpend: ask again for what a spend of your own asked for.

use async_graphql::{Context, ID, InputObject, Object};
use busfare_entity::{
    spend,
    words::{SpendId, SpendTiming},
};
use serde::Serialize;

use crate::{
    api::{
        context::{Answer, Asked, id, minted},
        error::Problem,
        mutations::request_spend::as_asked,
        scalars::Uuid,
        types::{spend::Spend, user_error::SpendUserError},
        verb::{Verb, payload},
    },
    rules::{
        money::Money,
        sight::{SpendAction, may},
        spend::{About, Ask, SpendRefusal},
    },
    store,
};

/// What `repeatSpend` takes.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct RepeatSpendInput {
    /// A new UUID for this request. Sending it again with the same input is free and has the same answer.
    idempotency_key: Uuid,
    /// The new spend's id, if the phone mints it: `spnd_` and a UUIDv7 in lower-case base32hex.
    id: Option<ID>,
    /// The spend of your own that you ask for again.
    spend_id: ID,
}

payload! {
    /// What `repeatSpend` answers.
    RepeatSpendPayload {
        /// The new spend with its own verdict.
        spend: Spend(spend::Model),
        refused: SpendUserError(SpendRefusal)
    }
}

/// The verb.
#[derive(Default)]
pub struct RepeatSpend;

#[Object]
impl RepeatSpend {
    /// Asks again, before the purchase, for what a spend of your own asked for: purpose, price, count, hub, way of paying and
    /// words. It is decided anew. Whom it helped, its receipts and its records are never copied. An app needs the scope
    /// `SPENDS_WRITE`.
    async fn repeat_spend(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What you ask for again.")] input: RepeatSpendInput,
    ) -> Answer<RepeatSpendPayload> {
        RepeatSpendPayload::answer(ctx, repeat(ctx, input).await)
    }
}

async fn repeat(ctx: &Context<'_>, input: RepeatSpendInput) -> Verb<spend::Model, SpendRefusal> {
    // Who asks again for what?
    let (viewer, reader) = (ctx.viewer()?, ctx.reader()?);
    let again = (minted(input.id.as_ref())?, input.id.is_some());
    let earlier: SpendId = id(&input.spend_id)?;
    let earlier = store::spend::find(reader, &viewer, earlier).await?.ok_or_else(Problem::not_found)?;
    may(SpendAction::Repeat, &viewer, &store::spend::standing(&earlier, None))?;
    let first = match earlier.raises_id {
        Some(first) => store::spend::find(reader, &viewer, first).await?.ok_or_else(Problem::not_found)?,
        None => earlier,
    };

    // From here on it is a request like any other.
    let unit_price = Money::from_pence(first.unit_price_pence);
    let ask = Ask {
        purpose: first.purpose_id,
        unit_price,
        count: first.count,
        total: unit_price.times(first.count).unwrap_or(Money::from_pence(first.total_pence)),
        timing: SpendTiming::Before,
        reason: first.reason,
        about: About { hub: first.hub_id, method: first.method, person: None, already: Money::ZERO },
    };
    as_asked(ctx, ("repeatSpend", input.idempotency_key), &input, again, ask).await
}
