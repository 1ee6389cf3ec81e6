//! advanceCash: take cash along from a tin before buying.

use async_graphql::{Context, ID, InputObject, Object};
use busfare_entity::{
    cash_advance,
    words::{AdvanceState, ImprestId, PaymentMethod, SpendId},
};
use serde::Serialize;

use crate::{
    api::{
        context::{Answer, Asked, id},
        error::Problem,
        idempotent::{self, Turn},
        scalars::{Decimal, Uuid},
        types::{imprest::CashAdvance, user_error::PaymentUserError},
        verb::{Done, Verb, payload},
    },
    rules::{
        imprest::Step,
        money::Money,
        payment::{self, PaymentRefusal},
    },
    store::{self, imprest::Cause, payment::paying},
};

/// What `advanceCash` takes.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct AdvanceCashInput {
    /// A new UUID for this request. Sending it again with the same input is free and has the same answer.
    idempotency_key: Uuid,
    /// Your authorised spend, which is paid in hub cash.
    spend_id: ID,
    /// The hub's cash it is taken from.
    imprest_id: ID,
    /// How much you take; all that is authorised where none is given.
    amount: Option<Decimal>,
}

payload! {
    /// What `advanceCash` answers.
    AdvanceCashPayload {
        /// The cash that is out with you.
        advance: CashAdvance(cash_advance::Model),
        refused: PaymentUserError(PaymentRefusal)
    }
}

/// The verb.
#[derive(Default)]
pub struct AdvanceCash;

#[Object]
impl AdvanceCash {
    /// Takes cash along for an authorised spend. `recordSpent` accounts for it and brings the change back; `returnAdvance`
    /// brings all of it back. It is not an app's to use.
    async fn advance_cash(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "For what, from where, and how much.")] input: AdvanceCashInput,
    ) -> Answer<AdvanceCashPayload> {
        AdvanceCashPayload::answer(ctx, advance(ctx, input).await)
    }
}

async fn advance(ctx: &Context<'_>, input: AdvanceCashInput) -> Verb<cash_advance::Model, PaymentRefusal> {
    // Who takes how much, and what for?
    let (viewer, now) = (ctx.viewer()?, ctx.now()?);
    let (spend_id, imprest_id): (SpendId, ImprestId) = (id(&input.spend_id)?, id(&input.imprest_id)?);
    let amount = input.amount.map(|amount| Money::try_asked(amount.0)).transpose().map_err(PaymentRefusal::Amount)?;

    // Was this answered before?
    let (txn, key) = match idempotent::begin(ctx, "advanceCash", input.idempotency_key, &input).await? {
        Turn::New(txn, key) => (txn, key),
        Turn::Again(answered) => return Ok(Done::before(answered)),
        Turn::Reused => return Err(PaymentRefusal::IdempotencyKeyReused.into()),
    };

    // Decide: the spend first, then the cash, as everywhere.
    let spend = store::spend::hold(&txn, &viewer, spend_id).await?.ok_or_else(Problem::not_found)?;
    if spend.practitioner_id != viewer.id {
        return Err(PaymentRefusal::NotYourSpend.into());
    }
    payment::is_set_aside(paying(&spend), &[PaymentMethod::HubCash, PaymentMethod::CashToPerson])?;
    let authorised = Money::from_pence(spend.authorised_pence.unwrap_or_default());
    let amount = amount.unwrap_or(authorised);
    if amount > authorised {
        return Err(PaymentRefusal::AboveAuthorised(authorised).into());
    }
    let tin = store::imprest::hold(&txn, &viewer, imprest_id).await?.ok_or_else(Problem::not_found)?;

    // Remember.
    let advance = cash_advance::Model {
        id: store::mint::id(),
        imprest_id: tin.id,
        spend_id: spend.id,
        practitioner_id: viewer.id,
        amount_pence: amount.pence(),
        state: AdvanceState::Out,
        taken_at: now,
        ended_at: None,
    };
    if !store::imprest::add_advance(&txn, advance.clone()).await? {
        return Err(PaymentRefusal::OneAlready.into());
    }
    let cause = Cause { by: viewer.id, spend: Some(spend.id), reference: None };
    if !store::imprest::apply(&txn, tin.id, Step::advance(amount), cause, now).await? {
        return Err(PaymentRefusal::TinShort(Money::from_pence(tin.cash_pence)).into());
    }
    idempotent::keep(&txn, &key, &advance).await?;
    txn.commit().await?;

    Ok(Done::now(advance))
}
