//! replenishImprest: put back into a tin what was spent from it.

use async_graphql::{Context, ID, InputObject, Object};
use busfare_entity::{imprest, words::ImprestId};
use serde::Serialize;

use crate::{
    api::{
        context::{Answer, Asked, id},
        error::Problem,
        idempotent::{self, Turn},
        scalars::{Decimal, Uuid},
        types::{imprest::Imprest, user_error::PaymentUserError},
        verb::{Done, Verb, payload},
    },
    rules::{
        imprest as rules,
        money::Money,
        payment::{self, PaymentRefusal, REFERENCE_CHARS},
    },
    store::{self, imprest::Cause},
};

/// What `replenishImprest` takes.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct ReplenishImprestInput {
    /// A new UUID for this request. Sending it again with the same input is free and has the same answer.
    idempotency_key: Uuid,
    /// The hub's cash that is filled.
    imprest_id: ID,
    /// What came in, such as `"18.50"`; all that was spent where none is given.
    amount: Option<Decimal>,
    /// What the books call the payment that filled the tin: a cheque, a transfer, a journal. At most 60 characters.
    reference: String,
}

payload! {
    /// What `replenishImprest` answers.
    ReplenishImprestPayload {
        /// The hub's cash, filled.
        imprest: Imprest(imprest::Model),
        refused: PaymentUserError(PaymentRefusal)
    }
}

/// The verb.
#[derive(Default)]
pub struct ReplenishImprest;

#[Object]
impl ReplenishImprest {
    /// Fills a tin up to its fixed sum, or towards it, and keeps what the budget's books call the payment. Enablers and
    /// seniors do this. It is not an app's to use.
    async fn replenish_imprest(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How much came in, and from where.")] input: ReplenishImprestInput,
    ) -> Answer<ReplenishImprestPayload> {
        ReplenishImprestPayload::answer(ctx, replenish(ctx, input).await)
    }
}

async fn replenish(ctx: &Context<'_>, input: ReplenishImprestInput) -> Verb<imprest::Model, PaymentRefusal> {
    // Who puts in how much?
    let (viewer, now) = (ctx.viewer()?, ctx.now()?);
    let imprest_id: ImprestId = id(&input.imprest_id)?;
    let brought = input.amount.map(|amount| Money::try_asked(amount.0)).transpose().map_err(PaymentRefusal::Amount)?;
    let reference = payment::needed("reference", &input.reference, REFERENCE_CHARS)?;

    // Was this answered before?
    let (txn, key) = match idempotent::begin(ctx, "replenishImprest", input.idempotency_key, &input).await? {
        Turn::New(txn, key) => (txn, key),
        Turn::Again(answered) => return Ok(Done::before(answered)),
        Turn::Reused => return Err(PaymentRefusal::IdempotencyKeyReused.into()),
    };

    // Decide.
    let tin = store::imprest::hold(&txn, &viewer, imprest_id).await?.ok_or_else(Problem::not_found)?;
    rules::answers(&viewer)?;
    let amount = rules::replenishment(Money::from_pence(tin.unreimbursed_pence), brought)?;

    // Remember.
    let cause = Cause { by: viewer.id, spend: None, reference: Some(reference) };
    if !store::imprest::apply(&txn, tin.id, rules::Step::replenish(amount), cause, now).await? {
        return Err(PaymentRefusal::AboveUnreimbursed(Money::from_pence(tin.unreimbursed_pence)).into());
    }
    let filled = store::imprest::find(&txn, &viewer, tin.id).await?.ok_or_else(Problem::not_found)?;
    idempotent::keep(&txn, &key, &filled).await?;
    txn.commit().await?;

    Ok(Done::now(filled))
}
