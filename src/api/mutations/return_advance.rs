//! returnAdvance: bring cash back to a tin that was taken along and not needed.

use async_graphql::{Context, ID, InputObject, Object};
use busfare_entity::{
    cash_advance,
    words::{AdvanceState, CashAdvanceId},
};
use serde::Serialize;

use crate::{
    api::{
        context::{Answer, Asked, id},
        error::Problem,
        idempotent::{self, Turn},
        scalars::Uuid,
        types::{imprest::CashAdvance, user_error::PaymentUserError},
        verb::{Done, Verb, payload},
    },
    rules::{
        imprest::{Step, answers},
        money::Money,
        payment::PaymentRefusal,
    },
    store::{self, imprest::Cause},
};

/// What `returnAdvance` takes.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct ReturnAdvanceInput {
    /// A new UUID for this request. Sending it again with the same input is free and has the same answer.
    idempotency_key: Uuid,
    /// The cash that is out, from `imprests { advances }`.
    advance_id: ID,
}

payload! {
    /// What `returnAdvance` answers.
    ReturnAdvancePayload {
        /// The advance, returned.
        advance: CashAdvance(cash_advance::Model),
        refused: PaymentUserError(PaymentRefusal)
    }
}

/// The verb.
#[derive(Default)]
pub struct ReturnAdvance;

#[Object]
impl ReturnAdvance {
    /// Brings back to the tin all the cash that was taken along. Whoever has it does this, or an enabler or a senior. It is
    /// not an app's to use.
    async fn return_advance(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What comes back.")] input: ReturnAdvanceInput,
    ) -> Answer<ReturnAdvancePayload> {
        ReturnAdvancePayload::answer(ctx, bring_back(ctx, input).await)
    }
}

async fn bring_back(ctx: &Context<'_>, input: ReturnAdvanceInput) -> Verb<cash_advance::Model, PaymentRefusal> {
    // Who brings back what?
    let (viewer, now) = (ctx.viewer()?, ctx.now()?);
    let advance_id: CashAdvanceId = id(&input.advance_id)?;

    // Was this answered before?
    let (txn, key) = match idempotent::begin(ctx, "returnAdvance", input.idempotency_key, &input).await? {
        Turn::New(txn, key) => (txn, key),
        Turn::Again(answered) => return Ok(Done::before(answered)),
        Turn::Reused => return Err(PaymentRefusal::IdempotencyKeyReused.into()),
    };

    // Decide. The cash may come back whatever has become of the spend.
    let advance = store::imprest::advance(&txn, advance_id).await?.ok_or_else(Problem::not_found)?;
    let tin = store::imprest::hold(&txn, &viewer, advance.imprest_id).await?.ok_or_else(Problem::not_found)?;
    if advance.practitioner_id != viewer.id {
        answers(&viewer)?;
    }
    if !store::imprest::end_advance(&txn, advance.id, AdvanceState::Returned, now).await? {
        return Err(PaymentRefusal::OverAlready.into());
    }

    // Remember.
    let cause = Cause { by: viewer.id, spend: Some(advance.spend_id), reference: None };
    let step = Step::settle(Money::from_pence(advance.amount_pence), Money::ZERO);
    if !store::imprest::apply(&txn, tin.id, step, cause, now).await? {
        return Err(PaymentRefusal::OverAlready.into());
    }
    let returned = cash_advance::Model { state: AdvanceState::Returned, ended_at: Some(now), ..advance };
    idempotent::keep(&txn, &key, &returned).await?;
    txn.commit().await?;

    Ok(Done::now(returned))
}
