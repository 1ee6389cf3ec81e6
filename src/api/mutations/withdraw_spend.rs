//! withdrawSpend: take it back; what was held goes back to the budget.

use async_graphql::{Context, ID, InputObject, Object};
use busfare_entity::{
    spend,
    words::{AskState, SpendDecision},
};
use serde::Serialize;

use crate::{
    api::{
        changing,
        context::{Answer, Asked, id},
        error::Problem,
        idempotent::{self, Turn},
        late,
        scalars::Uuid,
        types::{spend::Spend, user_error::SpendUserError},
        verb::{Done, Verb, payload},
    },
    rules::{course, money::Money, sight::SpendAction, spend::SpendRefusal},
    store::{self, spend::Moved},
};

/// What `withdrawSpend` takes.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct WithdrawSpendInput {
    /// A new UUID for this request. Sending it again with the same input is free and has the same answer.
    idempotency_key: Uuid,
    /// The spend you asked for.
    spend_id: ID,
}

payload! {
    /// What `withdrawSpend` answers.
    WithdrawSpendPayload {
        /// The spend, taken back.
        spend: Spend(spend::Model),
        refused: SpendUserError(SpendRefusal)
    }
}

/// The verb.
#[derive(Default)]
pub struct WithdrawSpend;

#[Object]
impl WithdrawSpend {
    /// Takes back a spend whose money has not left, and whatever raised it. Nobody needs to agree. An app needs the scope
    /// `SPENDS_WRITE`.
    async fn withdraw_spend(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What you take back.")] input: WithdrawSpendInput,
    ) -> Answer<WithdrawSpendPayload> {
        WithdrawSpendPayload::answer(ctx, withdraw(ctx, input).await)
    }
}

async fn withdraw(ctx: &Context<'_>, input: WithdrawSpendInput) -> Verb<spend::Model, SpendRefusal> {
    // Who takes back what?
    let (viewer, now) = (ctx.viewer()?, ctx.now()?);
    let spend_id = id(&input.spend_id)?;

    // Was this answered before?
    let (txn, key) = match idempotent::begin(ctx, "withdrawSpend", input.idempotency_key, &input).await? {
        Turn::New(txn, key) => (txn, key),
        Turn::Again(spend) => return Ok(Done::before(spend)),
        Turn::Reused => return Err(SpendRefusal::IdempotencyKeyReused.into()),
    };

    // Decide.
    let spend = store::spend::hold(&txn, &viewer, spend_id).await?.ok_or_else(Problem::not_found)?;
    late::may(&txn, SpendAction::Withdraw, &viewer, &spend, None, now).await?;
    let course = course::end(SpendDecision::Withdrawn, spend.money, Money::from_pence(spend.held_pence));

    // Remember.
    let withdrawn = match store::spend::advance(&txn, &spend, &course, now).await? {
        Moved::To(spend) => *spend,
        Moved::BudgetShort | Moved::Overtaken => return Err(SpendRefusal::AlreadyDecided.into()),
    };
    store::ask::end(&txn, spend.id, AskState::Closed, now).await?;
    changing::take_back_raises(&txn, &withdrawn, now).await?;
    idempotent::keep(&txn, &key, &withdrawn).await?;
    txn.commit().await?;

    Ok(Done::now(withdrawn))
}
