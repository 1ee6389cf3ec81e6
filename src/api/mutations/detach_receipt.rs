//! detachReceipt: it belongs to another spend after all. The receipt stays in the bin, with its picture.

use async_graphql::{Context, ID, InputObject, Object};
use busfare_entity::receipt;
use serde::Serialize;

use crate::{
    api::{
        context::{Answer, Asked, id},
        error::Problem,
        evidence::detach,
        idempotent::{self, Turn},
        scalars::Uuid,
        types::{receipt::Receipt, user_error::ReceiptUserError},
        verb::{Done, Verb, payload},
    },
    rules::receipt::ReceiptRefusal,
    store,
};

/// What `detachReceipt` takes.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct DetachReceiptInput {
    /// A new UUID for this request. Sending it again with the same input is free and has the same answer.
    idempotency_key: Uuid,
    /// The receipt.
    receipt_id: ID,
    /// The spend it is not evidence for.
    spend_id: ID,
}

payload! {
    /// What `detachReceipt` answers.
    DetachReceiptPayload {
        /// The receipt, back in the bin unless other spends have it.
        receipt: Receipt(receipt::Model),
        refused: ReceiptUserError(ReceiptRefusal)
    }
}

/// The verb.
#[derive(Default)]
pub struct DetachReceipt;

#[Object]
impl DetachReceipt {
    /// Takes a receipt off a spend of one's own. Nothing else changes; it can be attached again, here or elsewhere. An app
    /// needs the scope `RECEIPTS_WRITE`.
    async fn detach_receipt(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What does not belong to what.")] input: DetachReceiptInput,
    ) -> Answer<DetachReceiptPayload> {
        DetachReceiptPayload::answer(ctx, take_off(ctx, input).await)
    }
}

async fn take_off(ctx: &Context<'_>, input: DetachReceiptInput) -> Verb<receipt::Model, ReceiptRefusal> {
    let viewer = ctx.viewer()?;
    let (receipt_id, spend_id) = (id(&input.receipt_id)?, id(&input.spend_id)?);

    let (txn, key) = match idempotent::begin(ctx, "detachReceipt", input.idempotency_key, &input).await? {
        Turn::New(txn, key) => (txn, key),
        Turn::Again(receipt) => return Ok(Done::before(receipt)),
        Turn::Reused => return Err(ReceiptRefusal::IdempotencyKeyReused.into()),
    };
    let receipt = store::receipt::hold(&txn, &viewer, receipt_id).await?.ok_or_else(Problem::not_found)?;
    detach(&txn, &viewer, receipt.id, spend_id).await?;
    idempotent::keep(&txn, &key, &receipt).await?;
    txn.commit().await?;

    Ok(Done::now(receipt))
}
