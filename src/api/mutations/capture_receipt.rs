//! captureReceipt: the row before the bytes, so that a receipt exists the moment it is photographed. Notes and voice notes
//! come the same way.

use async_graphql::{Context, ID, InputObject, Object};
use busfare_entity::{
    receipt,
    words::{CaptureUse, ReceiptId, SpendId},
};
use serde::Serialize;

use crate::{
    api::{
        context::{Answer, Asked, id, minted},
        evidence::attach,
        idempotent::{self, Turn},
        scalars::Uuid,
        types::{receipt::Receipt, user_error::ReceiptUserError},
        verb::{Done, Stop, Verb, payload},
    },
    rules::{receipt::ReceiptRefusal, sight::Viewer},
    store::{self, db::DatabaseTransaction},
};

/// What `captureReceipt` takes.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct CaptureReceiptInput {
    /// A new UUID for this request. Sending it again with the same input is free and has the same answer.
    idempotency_key: Uuid,
    /// The receipt's id, if the phone mints it: `rcpt_` and a UUIDv7 in lower-case base32hex.
    id: Option<ID>,
    /// The spend it is evidence for, if that is known already.
    spend_id: Option<ID>,
    /// What it is captured for: a receipt, unless you say so. Say it before the picture or the sound is sent: then nothing reads
    /// or compares what is no receipt.
    #[serde(skip_serializing_if = "Option::is_none")]
    captured_for: Option<CaptureUse>,
}

payload! {
    /// What `captureReceipt` answers.
    CaptureReceiptPayload {
        /// The receipt. Its picture goes to `uploadUrl` whenever there is signal.
        receipt: Receipt(receipt::Model),
        refused: ReceiptUserError(ReceiptRefusal)
    }
}

/// The verb.
#[derive(Default)]
pub struct CaptureReceipt;

#[Object]
impl CaptureReceipt {
    /// Captures a receipt: the row now, the picture whenever there is signal. Nothing waits for either. A photograph of
    /// handwritten notes and a voice note are captured in the same way, and go to a record by `putAnswers`. An app needs the
    /// scope `RECEIPTS_WRITE`.
    async fn capture_receipt(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What was captured.")] input: CaptureReceiptInput,
    ) -> Answer<CaptureReceiptPayload> {
        CaptureReceiptPayload::answer(ctx, capture(ctx, input).await)
    }
}

async fn capture(ctx: &Context<'_>, input: CaptureReceiptInput) -> Verb<receipt::Model, ReceiptRefusal> {
    // Who captured what?
    let (viewer, now) = (ctx.viewer()?, ctx.now()?);
    let receipt_id: ReceiptId = minted(input.id.as_ref())?;
    let spend: Option<SpendId> = input.spend_id.as_ref().map(id).transpose()?;

    // Was this answered before?
    let (txn, key) = match idempotent::begin(ctx, "captureReceipt", input.idempotency_key, &input).await? {
        Turn::New(txn, key) => (txn, key),
        Turn::Again(receipt) => return Ok(Done::before(receipt)),
        Turn::Reused => return Err(ReceiptRefusal::IdempotencyKeyReused.into()),
    };

    // Remember. A receipt that is there already is hers, or the id is somebody else's.
    let captured_for = input.captured_for.unwrap_or_default();
    let row = receipt::Model { captured_for, ..store::receipt::waiting(&viewer, receipt_id, now) };
    let (receipt, replayed) = if store::receipt::add(&txn, row.clone()).await? {
        (row, false)
    } else {
        (again(&txn, &viewer, receipt_id, input.captured_for).await?, true)
    };
    if let Some(spend) = spend {
        attach(&txn, &viewer, &receipt, (spend, None), now).await?;
    }
    idempotent::keep(&txn, &key, &receipt).await?;
    txn.commit().await?;

    Ok(Done { value: receipt, replayed })
}

/// The bytes, or their link to something, may have come before the row. It becomes what it is captured for, unless something
/// has come of it as something else.
async fn again(
    txn: &DatabaseTransaction,
    viewer: &Viewer,
    id: ReceiptId,
    wanted: Option<CaptureUse>,
) -> Result<receipt::Model, Stop<ReceiptRefusal>> {
    let receipt = store::receipt::hold(txn, viewer, id).await?.ok_or(ReceiptRefusal::IdAlreadyUsed)?;
    let captured_for = wanted.unwrap_or(receipt.captured_for);
    if captured_for != receipt.captured_for && !store::capture::use_for(txn, &receipt, captured_for).await? {
        return Err(ReceiptRefusal::IdAlreadyUsed.into());
    }
    Ok(receipt::Model { captured_for, ..receipt })
}
