//! readReceiptAgain: a machine looks at a receipt once more. What people confirmed stays, and so does every earlier reading.

use async_graphql::{Context, ID, InputObject, Object};
use busfare_entity::{receipt, words::JobKind};
use serde::Serialize;

use crate::{
    api::{
        context::{Answer, Asked, id},
        error::Problem,
        evidence::is_receipt,
        idempotent::{self, Turn},
        scalars::Uuid,
        types::{receipt::Receipt, user_error::ReceiptUserError},
        verb::{Done, Verb, payload},
    },
    rules::receipt::ReceiptRefusal,
    store,
};

/// What `readReceiptAgain` takes.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct ReadReceiptAgainInput {
    /// A new UUID for this request. Sending it again with the same input is free and has the same answer.
    idempotency_key: Uuid,
    /// The receipt, with a picture.
    receipt_id: ID,
}

payload! {
    /// What `readReceiptAgain` answers.
    ReadReceiptAgainPayload {
        /// The receipt, whose reading waits for its turn.
        receipt: Receipt(receipt::Model),
        refused: ReceiptUserError(ReceiptRefusal)
    }
}

/// The verb.
#[derive(Default)]
pub struct ReadReceiptAgain;

#[Object]
impl ReadReceiptAgain {
    /// Has a machine read a receipt of one's own again, for instance since this server can. It only suggests: what was
    /// confirmed stays as it is. An app needs the scope `RECEIPTS_WRITE`.
    async fn read_receipt_again(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which receipt.")] input: ReadReceiptAgainInput,
    ) -> Answer<ReadReceiptAgainPayload> {
        ReadReceiptAgainPayload::answer(ctx, read_again(ctx, input).await)
    }
}

async fn read_again(ctx: &Context<'_>, input: ReadReceiptAgainInput) -> Verb<receipt::Model, ReceiptRefusal> {
    let (viewer, now) = (ctx.viewer()?, ctx.now()?);
    let receipt_id = id(&input.receipt_id)?;

    let (txn, key) = match idempotent::begin(ctx, "readReceiptAgain", input.idempotency_key, &input).await? {
        Turn::New(txn, key) => (txn, key),
        Turn::Again(receipt) => return Ok(Done::before(receipt)),
        Turn::Reused => return Err(ReceiptRefusal::IdempotencyKeyReused.into()),
    };
    let receipt = store::receipt::hold(&txn, &viewer, receipt_id).await?.ok_or_else(Problem::not_found)?;
    is_receipt(&receipt)?;
    if !store::receipt_page::has_any(&txn, &receipt).await? {
        return Err(ReceiptRefusal::NoPicture.into());
    }
    store::job::enqueue(&txn, receipt.organisation_id, JobKind::ReadReceipt, receipt.id.0, now).await?;
    idempotent::keep(&txn, &key, &receipt).await?;
    txn.commit().await?;

    Ok(Done::now(receipt))
}
