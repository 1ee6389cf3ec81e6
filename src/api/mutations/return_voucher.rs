//! returnVoucher: take back a voucher that was not used; the money goes back to the budget.

use async_graphql::{Context, ID, InputObject, Object};
use busfare_entity::{
    voucher,
    words::{AskState, PaymentMethod, SpendDecision, VoucherId, VoucherState},
};
use serde::Serialize;

use crate::{
    api::{
        context::{Answer, Asked, id},
        error::Problem,
        idempotent::{self, Turn},
        paying,
        scalars::Uuid,
        types::{payment::Voucher, user_error::PaymentUserError},
        verb::{Done, Verb, payload},
    },
    rules::{
        course,
        money::Money,
        payment::{self, PaymentRefusal},
    },
    store::{self, payment::paying as standing, spend::Moved},
};

/// What `returnVoucher` takes.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct ReturnVoucherInput {
    /// A new UUID for this request. Sending it again with the same input is free and has the same answer.
    idempotency_key: Uuid,
    /// The voucher, from `spend { payment { voucher } }`.
    voucher_id: ID,
}

payload! {
    /// What `returnVoucher` answers.
    ReturnVoucherPayload {
        /// The voucher, returned. Its spend is taken back.
        voucher: Voucher(voucher::Model),
        refused: PaymentUserError(PaymentRefusal)
    }
}

/// The verb.
#[derive(Default)]
pub struct ReturnVoucher;

#[Object]
impl ReturnVoucher {
    /// Takes back an unused voucher and gives its money back to the budget. The asker does this, or an enabler or a senior of
    /// her team. It is not an app's to use.
    async fn return_voucher(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which voucher.")] input: ReturnVoucherInput,
    ) -> Answer<ReturnVoucherPayload> {
        ReturnVoucherPayload::answer(ctx, bring_back(ctx, input).await)
    }
}

async fn bring_back(ctx: &Context<'_>, input: ReturnVoucherInput) -> Verb<voucher::Model, PaymentRefusal> {
    // Who brings back what?
    let ((her, _), viewer, now) = (ctx.practitioner()?, ctx.viewer()?, ctx.now()?);
    let voucher_id: VoucherId = id(&input.voucher_id)?;

    // Was this answered before?
    let (txn, key) = match idempotent::begin(ctx, "returnVoucher", input.idempotency_key, &input).await? {
        Turn::New(txn, key) => (txn, key),
        Turn::Again(answered) => return Ok(Done::before(answered)),
        Turn::Reused => return Err(PaymentRefusal::IdempotencyKeyReused.into()),
    };

    // Decide.
    let voucher = store::payment::voucher(&txn, voucher_id).await?.ok_or_else(Problem::not_found)?;
    let spend = paying::answered_for(&txn, (her, &viewer), voucher.spend_id).await?;
    if !store::payment::end_voucher(&txn, spend.id, VoucherState::Returned, now).await? {
        return Err(PaymentRefusal::OverAlready.into());
    }
    payment::is_set_aside(standing(&spend), &[PaymentMethod::Voucher])?;
    let course = course::end(SpendDecision::Withdrawn, spend.money, Money::from_pence(spend.held_pence));

    // Remember.
    match store::spend::advance(&txn, &spend, &course, now).await? {
        Moved::To(_) => {}
        Moved::BudgetShort | Moved::Overtaken => return Err(PaymentRefusal::NotSetAside.into()),
    }
    store::ask::end(&txn, spend.id, AskState::Closed, now).await?;
    let returned = voucher::Model { state: VoucherState::Returned, ended_at: Some(now), ..voucher };
    idempotent::keep(&txn, &key, &returned).await?;
    txn.commit().await?;

    Ok(Done::now(returned))
}
