//! confirmReceipt: a person says what a receipt says. Machines may suggest it; only this makes it so.

use async_graphql::{Context, ID, InputObject, Object};
use busfare_entity::{receipt, receipt_confirmation};
use serde::Serialize;

use crate::{
    api::{
        context::{Answer, Asked, id},
        error::Problem,
        evidence::{is_receipt, portions_fit},
        idempotent::{self, Turn},
        scalars::{Date, Decimal, Uuid},
        types::{receipt::Receipt, user_error::ReceiptUserError},
        verb::{Done, Stop, Verb, payload},
    },
    rules::{
        calendar,
        confirmation::{Confirmation, Typed},
        duplicate::{folded, same_purchase},
        money::Money,
        receipt::ReceiptRefusal,
        receipt_word,
        sight::Viewer,
    },
    store::{self, db::DatabaseTransaction},
};
use busfare_entity::words::{DuplicateEvidence, WordSource};
use chrono::{DateTime, Utc};

/// What `confirmReceipt` takes. Say what can be read; nothing of it is required.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct ConfirmReceiptInput {
    /// A new UUID for this request. Sending it again with the same input is free and has the same answer.
    idempotency_key: Uuid,
    /// The receipt.
    receipt_id: ID,
    /// Who sold it, at most 120 characters.
    merchant: Option<String>,
    /// The day on the receipt.
    bought_on: Option<Date>,
    /// The time on the receipt, `HH:MM`.
    bought_at: Option<String>,
    /// The total with VAT, such as `"24.00"`.
    total: Option<Decimal>,
    /// The number of the till roll, ticket or transaction, at most 40 characters.
    till_number: Option<String>,
    /// The VAT registration number, nine or twelve digits, with or without `GB`.
    vat_number: Option<String>,
    /// The VAT in the total.
    vat: Option<Decimal>,
}

payload! {
    /// What `confirmReceipt` answers.
    ConfirmReceiptPayload {
        /// The receipt with what was said of it.
        receipt: Receipt(receipt::Model),
        refused: ReceiptUserError(ReceiptRefusal)
    }
}

/// The verb.
#[derive(Default)]
pub struct ConfirmReceipt;

#[Object]
impl ConfirmReceipt {
    /// Says what a receipt of one's own says. Saying it again replaces what stands; what was said before is kept. It changes
    /// no spend. An app needs the scope `RECEIPTS_WRITE`.
    async fn confirm_receipt(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What it says.")] input: ConfirmReceiptInput,
    ) -> Answer<ConfirmReceiptPayload> {
        ConfirmReceiptPayload::answer(ctx, confirm(ctx, input).await)
    }
}

async fn confirm(ctx: &Context<'_>, input: ConfirmReceiptInput) -> Verb<receipt::Model, ReceiptRefusal> {
    // What does it say?
    let (viewer, now) = (ctx.viewer()?, ctx.now()?);
    let receipt_id = id(&input.receipt_id)?;
    let zone = store::people::zone(ctx.reader()?, viewer.organisation).await?;
    let said = Confirmation::try_new(&typed(&input)?, calendar::day(now, zone))?;

    // Was this answered before?
    let (txn, key) = match idempotent::begin(ctx, "confirmReceipt", input.idempotency_key, &input).await? {
        Turn::New(txn, key) => (txn, key),
        Turn::Again(receipt) => return Ok(Done::before(receipt)),
        Turn::Reused => return Err(ReceiptRefusal::IdempotencyKeyReused.into()),
    };

    // Remember, and see whether somebody said the same of another.
    let receipt = store::receipt::hold(&txn, &viewer, receipt_id).await?.ok_or_else(Problem::not_found)?;
    is_receipt(&receipt)?;
    if said.total.is_some() {
        portions_fit(&txn, receipt.id, said.total).await?;
    }
    let row = row(&viewer, &receipt, said, now);
    store::confirmation::keep(&txn, row.clone()).await?;
    index(ctx, &txn, &row).await?;
    note_the_same(&txn, &receipt, &row, now).await?;
    idempotent::keep(&txn, &key, &receipt).await?;
    txn.commit().await?;

    Ok(Done::now(receipt))
}

fn typed(input: &ConfirmReceiptInput) -> Result<Typed<'_>, Stop<ReceiptRefusal>> {
    let vat = input.vat.map(|vat| Money::try_counted(vat.0)).transpose().map_err(ReceiptRefusal::Amount)?;
    let total = input.total.map(|total| Money::try_asked(total.0)).transpose().map_err(ReceiptRefusal::Amount)?;
    Ok(Typed {
        merchant: input.merchant.as_deref(),
        day: input.bought_on.map(|day| day.0),
        time: input.bought_at.as_deref(),
        total,
        till: input.till_number.as_deref(),
        vat_number: input.vat_number.as_deref(),
        vat,
    })
}

fn row(
    viewer: &Viewer,
    receipt: &receipt::Model,
    said: Confirmation,
    now: DateTime<Utc>,
) -> receipt_confirmation::Model {
    receipt_confirmation::Model {
        id: store::mint::id(),
        organisation_id: viewer.organisation,
        receipt_id: receipt.id,
        merchant_folded: said.merchant.as_deref().map(folded),
        merchant: said.merchant,
        bought_on: said.day,
        bought_at_minute: said.minute,
        total_pence: said.total.map(Money::pence),
        till_number: said.till,
        vat_number: said.vat_number,
        vat_pence: said.vat.map(Money::pence),
        confirmed_by: viewer.id,
        confirmed_at: now,
    }
}

/// The merchant's words can be searched for from now on.
async fn index(ctx: &Context<'_>, txn: &DatabaseTransaction, row: &receipt_confirmation::Model) -> Answer<()> {
    let words = receipt_word::words(row.merchant.as_deref().unwrap_or_default());
    let tokens = store::receipt_word::blinded(ctx.state()?.blobs.vault(), row.organisation_id, &words);
    let whose = (row.organisation_id, row.receipt_id);
    Ok(store::receipt_word::replace(txn, whose, WordSource::Confirmed, tokens.map_err(Problem::internal)?).await?)
}

async fn note_the_same(
    txn: &DatabaseTransaction,
    receipt: &receipt::Model,
    row: &receipt_confirmation::Model,
    now: DateTime<Utc>,
) -> Answer<()> {
    let Some(purchase) = store::confirmation::said(row).purchase() else { return Ok(()) };
    let others = store::confirmation::like(txn, receipt.organisation_id, receipt.id, &purchase).await?;
    let is_same =
        |other| store::confirmation::said(other).purchase().is_some_and(|other| same_purchase(&purchase, &other));
    let same: Vec<_> = others
        .iter()
        .filter(|other| is_same(other))
        .map(|other| (other.receipt_id, DuplicateEvidence::SamePurchase))
        .collect();
    Ok(store::duplicate::note(txn, receipt, &same, now).await?)
}
