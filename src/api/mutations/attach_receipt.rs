//! attachReceipt: captured now, attached later. Order does not matter, and attaching twice is attaching once.

use async_graphql::{Context, ID, InputObject, Object};
use busfare_entity::receipt;
use serde::Serialize;

use crate::{
    api::{
        context::{Answer, Asked, id},
        error::Problem,
        evidence::attach,
        idempotent::{self, Turn},
        scalars::{Decimal, Uuid},
        types::{receipt::Receipt, user_error::ReceiptUserError},
        verb::{Done, Verb, payload},
    },
    rules::{money::Money, receipt::ReceiptRefusal},
    store,
};

/// What `attachReceipt` takes.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct AttachReceiptInput {
    /// A new UUID for this request. Sending it again with the same input is free and has the same answer.
    idempotency_key: Uuid,
    /// The receipt, with or without its picture. It may be one that the phone has minted and not captured here yet.
    receipt_id: ID,
    /// The spend it is evidence for.
    spend_id: ID,
    /// How much of the receipt is this spend, where it is for several, such as `"4.20"`. Saying it again changes it.
    /// The portions of a receipt whose total is confirmed come to no more than that.
    portion: Option<Decimal>,
}

payload! {
    /// What `attachReceipt` answers.
    AttachReceiptPayload {
        /// The receipt, attached.
        receipt: Receipt(receipt::Model),
        refused: ReceiptUserError(ReceiptRefusal)
    }
}

/// The verb.
#[derive(Default)]
pub struct AttachReceipt;

#[Object]
impl AttachReceipt {
    /// Attaches a receipt to a spend of one's own. One receipt may be evidence for several spends. An app needs the scope
    /// `RECEIPTS_WRITE`.
    async fn attach_receipt(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What belongs to what.")] input: AttachReceiptInput,
    ) -> Answer<AttachReceiptPayload> {
        AttachReceiptPayload::answer(ctx, attach_now(ctx, input).await)
    }
}

async fn attach_now(ctx: &Context<'_>, input: AttachReceiptInput) -> Verb<receipt::Model, ReceiptRefusal> {
    let (viewer, now) = (ctx.viewer()?, ctx.now()?);
    let (receipt_id, spend_id) = (id(&input.receipt_id)?, id(&input.spend_id)?);
    let portion =
        input.portion.map(|portion| Money::try_asked(portion.0)).transpose().map_err(ReceiptRefusal::Amount)?;

    let (txn, key) = match idempotent::begin(ctx, "attachReceipt", input.idempotency_key, &input).await? {
        Turn::New(txn, key) => (txn, key),
        Turn::Again(receipt) => return Ok(Done::before(receipt)),
        Turn::Reused => return Err(ReceiptRefusal::IdempotencyKeyReused.into()),
    };
    // The link may come before the row, and before the bytes.
    let receipt = store::receipt::hers_or_new(&txn, &viewer, receipt_id, now).await?.ok_or_else(Problem::not_found)?;
    let receipt = store::receipt::hold(&txn, &viewer, receipt.id).await?.ok_or_else(Problem::not_found)?;
    attach(&txn, &viewer, &receipt, (spend_id, portion), now).await?;
    idempotent::keep(&txn, &key, &receipt).await?;
    txn.commit().await?;

    Ok(Done::now(receipt))
}
