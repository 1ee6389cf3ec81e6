//! noteNoReceipt: a reason and a few words instead of a receipt, in one call.

use async_graphql::{Context, ID, InputObject, Object};
use busfare_entity::{no_receipt_note, spend, words::NoReceiptReason};
use serde::Serialize;

use crate::{
    api::{
        context::{Answer, Asked, id},
        error::Problem,
        evidence::of_her_own,
        idempotent::{self, Turn},
        scalars::Uuid,
        types::{spend::Spend, user_error::ReceiptUserError},
        verb::{Done, Verb, payload},
    },
    rules::{
        receipt::{NOTE_CHARS, ReceiptRefusal},
        text,
    },
    store,
};

/// What `noteNoReceipt` takes.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct NoteNoReceiptInput {
    /// A new UUID for this request. Sending it again with the same input is free and has the same answer.
    idempotency_key: Uuid,
    /// The spend that has no receipt.
    spend_id: ID,
    /// Why, from the closed list.
    reason: NoReceiptReason,
    /// A few words of your own, at most 140 characters.
    words: Option<String>,
}

payload! {
    /// What `noteNoReceipt` answers.
    NoteNoReceiptPayload {
        /// The spend with the note.
        spend: Spend(spend::Model),
        refused: ReceiptUserError(ReceiptRefusal)
    }
}

/// The verb.
#[derive(Default)]
pub struct NoteNoReceipt;

#[Object]
impl NoteNoReceipt {
    /// Notes why a spend has no receipt. Noting again replaces the words; a receipt that comes later still counts. An app
    /// needs the scope `RECEIPTS_WRITE`.
    async fn note_no_receipt(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Why there is none.")] input: NoteNoReceiptInput,
    ) -> Answer<NoteNoReceiptPayload> {
        NoteNoReceiptPayload::answer(ctx, note(ctx, input).await)
    }
}

async fn note(ctx: &Context<'_>, input: NoteNoReceiptInput) -> Verb<spend::Model, ReceiptRefusal> {
    let (viewer, now) = (ctx.viewer()?, ctx.now()?);
    let spend_id = id(&input.spend_id)?;
    let words = text::plain(input.words.as_deref().unwrap_or_default(), NOTE_CHARS).map_err(ReceiptRefusal::Words)?;

    let (txn, key) = match idempotent::begin(ctx, "noteNoReceipt", input.idempotency_key, &input).await? {
        Turn::New(txn, key) => (txn, key),
        Turn::Again(spend) => return Ok(Done::before(spend)),
        Turn::Reused => return Err(ReceiptRefusal::IdempotencyKeyReused.into()),
    };
    let spend = of_her_own(&txn, &viewer, spend_id).await?;

    let row = no_receipt_note::Model {
        id: store::mint::id(),
        spend_id: spend.id,
        reason: input.reason,
        words,
        noted_by: viewer.id,
        noted_at: now,
    };
    store::note::put(&txn, row).await?;
    store::spend::set_noted(&txn, spend.id).await?;
    let noted = store::spend::find(&txn, &viewer, spend.id).await?.ok_or_else(Problem::not_found)?;
    idempotent::keep(&txn, &key, &noted).await?;
    txn.commit().await?;

    Ok(Done::now(noted))
}
