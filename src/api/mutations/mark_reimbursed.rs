//! markReimbursed: say that a worker has her own money back.

use async_graphql::{Context, ID, InputObject, Object};
use busfare_entity::{reimbursement, spend, words::SpendId};
use serde::Serialize;

use crate::{
    api::{
        context::{Answer, Asked, id},
        error::Problem,
        idempotent::{self, Turn},
        scalars::Uuid,
        types::{payment::Reimbursement, user_error::PaymentUserError},
        verb::{Done, Verb, payload},
    },
    rules::payment::{self, PaymentRefusal, REFERENCE_CHARS},
    store::{self, payment::paying},
};

/// What `markReimbursed` takes.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct MarkReimbursedInput {
    /// A new UUID for this request. Sending it again with the same input is free and has the same answer.
    idempotency_key: Uuid,
    /// The spend she paid herself, from `reimbursements`.
    spend_id: ID,
    /// What the books call the payment, at most 60 characters.
    reference: Option<String>,
}

payload! {
    /// What `markReimbursed` answers.
    MarkReimbursedPayload {
        /// What was owed, and is paid.
        reimbursement: Reimbursement(spend::Model),
        refused: PaymentUserError(PaymentRefusal)
    }
}

/// The verb.
#[derive(Default)]
pub struct MarkReimbursed;

#[Object]
impl MarkReimbursed {
    /// Says that a worker who paid herself has her money back. An enabler or a senior of her team does this, and never for
    /// herself. It is not an app's to use.
    async fn mark_reimbursed(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which spend.")] input: MarkReimbursedInput,
    ) -> Answer<MarkReimbursedPayload> {
        MarkReimbursedPayload::answer(ctx, mark(ctx, input).await)
    }
}

async fn mark(ctx: &Context<'_>, input: MarkReimbursedInput) -> Verb<spend::Model, PaymentRefusal> {
    // Who says so, and about what?
    let (viewer, now) = (ctx.viewer()?, ctx.now()?);
    let spend_id: SpendId = id(&input.spend_id)?;
    let reference = payment::words("reference", input.reference.as_deref(), REFERENCE_CHARS)?;

    // Was this answered before?
    let (txn, key) = match idempotent::begin(ctx, "markReimbursed", input.idempotency_key, &input).await? {
        Turn::New(txn, key) => (txn, key),
        Turn::Again(answered) => return Ok(Done::before(answered)),
        Turn::Reused => return Err(PaymentRefusal::IdempotencyKeyReused.into()),
    };

    // Decide.
    let spend = store::spend::hold(&txn, &viewer, spend_id).await?.ok_or_else(Problem::not_found)?;
    payment::reimburse(&viewer, paying(&spend))?;

    // Remember.
    let paid = reimbursement::Model {
        spend_id,
        paid_pence: spend.spent_pence.unwrap_or_default() - spend.refunded_pence,
        reference,
        paid_by: viewer.id,
        paid_at: now,
    };
    if !store::payment::add_reimbursement(&txn, paid).await? {
        return Err(PaymentRefusal::OverAlready.into());
    }
    idempotent::keep(&txn, &key, &spend).await?;
    txn.commit().await?;

    Ok(Done::now(spend))
}
