//! exportBatch: hand finance everything that was settled and has not been exported, once and for good.

use async_graphql::{Context, InputObject, Object};
use busfare_entity::export_batch;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::{
    api::{
        context::{Answer, Asked},
        error::Problem,
        idempotent::{self, Turn},
        scalars::{Date, Uuid},
        types::{export::ExportBatch, user_error::BooksUserError},
        verb::{Done, Verb, payload},
    },
    rules::{
        books::{
            self, BooksRefusal, balance,
            journal::{self},
            mapping::{self, Mapping},
        },
        calendar,
    },
    store::{self, books::export},
};

/// What `exportBatch` takes.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct ExportBatchInput {
    /// A new UUID for this request. Sending it again with the same input is free and has the same answer.
    idempotency_key: Uuid,
    /// The last day to export, in the organisation's calendar: today or an earlier one.
    up_to: Date,
}

payload! {
    /// What `exportBatch` answers.
    ExportBatchPayload {
        /// The export, with where to download it.
        batch: ExportBatch(export_batch::Model),
        refused: BooksUserError(BooksRefusal)
    }
}

/// The verb. The noun has the same name, so in the schema's registry this one has another.
#[derive(Default)]
pub struct ExportNow;

#[Object]
impl ExportNow {
    /// Exports what was settled up to a day and is in no earlier export, refunds and reversals too, for an enabler or a
    /// senior. At most 100,000 lines, the oldest first; the rest is for the next one. What was exported is frozen: it changes
    /// by `reverseSpend` or by a refund, and those are in a later export. It is not an app's to use.
    async fn export_batch(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Up to when.")] input: ExportBatchInput,
    ) -> Answer<ExportBatchPayload> {
        ExportBatchPayload::answer(ctx, make(ctx, input).await)
    }
}

async fn make(ctx: &Context<'_>, input: ExportBatchInput) -> Verb<export_batch::Model, BooksRefusal> {
    // Who exports up to when?
    let (viewer, now) = (ctx.viewer()?, ctx.now()?);
    books::may_keep_books(&viewer)?;

    // Was this answered before?
    let (txn, key) = match idempotent::begin(ctx, "exportBatch", input.idempotency_key, &input).await? {
        Turn::New(txn, key) => (txn, key),
        Turn::Again(batch) => return Ok(Done::before(batch)),
        Turn::Reused => return Err(BooksRefusal::IdempotencyKeyReused.into()),
    };

    // Is there anything to export?
    let organisation = store::books::take_turn(&txn, viewer.organisation).await?;
    let (zone, up_to) = (calendar::zone(&organisation.time_zone), input.up_to.0);
    if up_to > calendar::day(now, zone) {
        return Err(BooksRefusal::DayInFuture.into());
    }
    let until = calendar::begins(up_to.succ_opt().unwrap_or(up_to), zone);
    let (id, number) = (store::mint::id(), export::next_number(&txn, organisation.id).await?);
    if export::claim(&txn, organisation.id, id, until).await? == 0 {
        return Err(BooksRefusal::NothingToExport.into());
    }

    // Write the file from exactly what was claimed.
    let published = export::mapping(&txn, organisation.id).await?;
    let source = published.as_ref().map_or(mapping::DEFAULT, |row| row.source.as_str());
    let columns = Mapping::read(source).map_err(|_| Problem::internal("a published mapping cannot be read"))?;
    let lines = export::lines(&txn, id, zone).await?;
    let bytes = journal::write(number, &columns, &lines).map_err(Problem::internal)?;

    // Remember.
    let count = |size: usize| i64::try_from(size).unwrap_or(i64::MAX);
    let batch = export_batch::Model {
        id,
        organisation_id: organisation.id,
        number,
        up_to,
        mapping_version: published.map(|row| row.version),
        line_count: count(lines.len()),
        total_pence: balance::total(lines.iter().map(|line| line.amount)).pence(),
        byte_count: count(bytes.len()),
        sha256: Sha256::digest(&bytes).to_vec(),
        exported_by: viewer.id,
        exported_at: now,
    };
    export::keep(&txn, batch.clone(), &bytes).await?;
    idempotent::keep(&txn, &key, &batch).await?;
    txn.commit().await?;

    Ok(Done::now(batch))
}
