//! recordRefund: money came back; it goes to the budget that paid, or to the one that follows.

use async_graphql::{Context, ID, InputObject, Object};
use busfare_entity::spend;
use serde::Serialize;

use crate::{
    api::{
        context::{Answer, Asked, id},
        error::Problem,
        idempotent::{self, Turn},
        scalars::{Decimal, Uuid},
        types::{spend::Spend, user_error::SpendUserError},
        verb::{Done, Verb, payload},
    },
    rules::{
        money::Money,
        refund::{REASON_CHARS, refund},
        sight::{SpendAction, may},
        spend::SpendRefusal,
        text,
    },
    store::{self, refund::Said},
};

/// What `recordRefund` takes.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct RecordRefundInput {
    /// A new UUID for this request. Sending it again with the same input is free and has the same answer.
    idempotency_key: Uuid,
    /// The spend it comes back of.
    spend_id: ID,
    /// How much, in pounds and whole pence; all that has not come back yet where none is given.
    amount: Option<Decimal>,
    /// A few words about why, at most 500 characters. Leave people's names out.
    reason: Option<String>,
}

payload! {
    /// What `recordRefund` answers.
    RecordRefundPayload {
        /// The spend with what has come back of it.
        spend: Spend(spend::Model),
        refused: SpendUserError(SpendRefusal)
    }
}

/// The verb.
#[derive(Default)]
pub struct RecordRefund;

#[Object]
impl RecordRefund {
    /// Records that money came back of a spend: a return, a refund, a fare that was not taken after all. It goes back to the
    /// budget that paid, in the same period; where that is closed, to the one that follows. Never more comes back than left.
    /// It may be recorded by whoever asked, or by an enabler or senior who sees the spend. An app needs the scope
    /// `SPENDS_WRITE`.
    async fn record_refund(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What came back.")] input: RecordRefundInput,
    ) -> Answer<RecordRefundPayload> {
        RecordRefundPayload::answer(ctx, record(ctx, input).await)
    }
}

async fn record(ctx: &Context<'_>, input: RecordRefundInput) -> Verb<spend::Model, SpendRefusal> {
    // How much came back, of what?
    let (viewer, now) = (ctx.viewer()?, ctx.now()?);
    let spend_id = id(&input.spend_id)?;
    let amount = input.amount.map(|amount| Money::try_asked(amount.0)).transpose().map_err(SpendRefusal::Amount)?;
    let reason =
        text::plain(input.reason.as_deref().unwrap_or_default(), REASON_CHARS).map_err(SpendRefusal::Reason)?;

    // Was this answered before?
    let (txn, key) = match idempotent::begin(ctx, "recordRefund", input.idempotency_key, &input).await? {
        Turn::New(txn, key) => (txn, key),
        Turn::Again(spend) => return Ok(Done::before(spend)),
        Turn::Reused => return Err(SpendRefusal::IdempotencyKeyReused.into()),
    };

    // Decide, with the budget that gets it held.
    let seen = store::spend::find(&txn, &viewer, spend_id).await?.ok_or_else(Problem::not_found)?;
    may(SpendAction::RecordRefund, &viewer, &store::spend::standing(&seen, None))?;
    let (budget, into) = store::refund::budget_for(&txn, &seen).await?.ok_or(SpendRefusal::NoBudget)?;
    let spend = store::spend::find(&txn, &viewer, spend_id).await?.ok_or_else(Problem::not_found)?;
    may(SpendAction::RecordRefund, &viewer, &store::spend::standing(&spend, None))?;
    let (spent, before) = store::refund::so_far(&spend);
    let back = refund(spent, before, amount, into)?;

    // Remember.
    let said = Said { by: viewer.id, reason, at: now };
    let spend = store::refund::record(&txn, &spend, (&budget, into), back, said)
        .await?
        .ok_or(SpendRefusal::AboveSpent(spent.less(before)))?;
    let came_back = Money::from_pence(spend.refunded_pence).less(before);
    store::imprest::come_back(&txn, &spend, came_back, viewer.id, now).await?;
    idempotent::keep(&txn, &key, &spend).await?;
    txn.commit().await?;

    Ok(Done::now(spend))
}
