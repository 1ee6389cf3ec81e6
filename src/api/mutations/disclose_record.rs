//! discloseRecord: exactly what is needed is told to somebody outside, on a basis, for a while, and it is seen that it was.

use std::collections::HashSet;

use async_graphql::{Context, ID, InputObject, Object};
use busfare_entity::{
    disclosure,
    words::{AnswerId, DisclosureId, RecordId, SharingBasis},
};
use serde::Serialize;

use crate::{
    api::{
        context::{Answer, Asked, id},
        error::Problem,
        idempotent::{self, Turn},
        reading,
        scalars::{Date, Uuid},
        types::{disclosure::Disclosure, user_error::PrivacyUserError},
        verb::{Done, Stop, Verb, payload},
    },
    rules::{
        calendar,
        privacy::PrivacyRefusal,
        sharing::{self, SharingRefusal},
        sight::sees_record,
    },
    store::{self, db::DatabaseTransaction},
};

/// What `discloseRecord` takes.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct DiscloseRecordInput {
    /// A new UUID for this request. Sending it again with the same input is free and has the same answer.
    idempotency_key: Uuid,
    /// The record.
    record_id: ID,
    /// Why it may be told.
    basis: SharingBasis,
    /// To whom, at most 200 characters.
    to: String,
    /// Which answers, by their link ids, 1 to 200: exactly those are told, as they stand now. Never everything there is or
    /// will be.
    fields: Vec<String>,
    /// The last day on which it holds: after today and within a year.
    expires_on: Date,
}

payload! {
    /// What `discloseRecord` answers.
    DiscloseRecordPayload {
        /// The disclosure; `text` is what to pass on.
        disclosure: Disclosure(disclosure::Model),
        refused: PrivacyUserError(PrivacyRefusal)
    }
}

/// The verb.
#[derive(Default)]
pub struct DiscloseRecord;

#[Object]
impl DiscloseRecord {
    /// Notes that some answers of a record are told to somebody outside, and gives the text to pass on. Nothing is sent.
    /// Whoever may see the record sees that they were told, on what basis, to whom and until when. It is not an app's to use.
    async fn disclose_record(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is told to whom, and why it may be.")] input: DiscloseRecordInput,
    ) -> Answer<DiscloseRecordPayload> {
        DiscloseRecordPayload::answer(ctx, disclose(ctx, input).await)
    }
}

async fn disclose(ctx: &Context<'_>, input: DiscloseRecordInput) -> Verb<disclosure::Model, PrivacyRefusal> {
    // What is told to whom?
    let (viewer, now) = (ctx.viewer()?, ctx.now()?);
    let record_id: RecordId = id(&input.record_id)?;
    let today = calendar::day(now, store::people::zone(ctx.reader()?, viewer.organisation).await?);
    let fields = input.fields.iter().map(String::as_str);
    let told = sharing::Disclosure::try_new(&input.to, input.basis, fields, input.expires_on.0, today)?;

    // Was this answered before?
    let (txn, key) = match idempotent::begin(ctx, "discloseRecord", input.idempotency_key, &input).await? {
        Turn::New(txn, key) => (txn, key),
        Turn::Again(id) => {
            let id: DisclosureId = id;
            let before = store::disclosure::find(ctx.reader()?, id).await?.ok_or_else(Problem::not_found)?;
            reading::again(ctx, before.record_id).await?;
            return Ok(Done::before(before));
        }
        Turn::Reused => return Err(SharingRefusal::IdempotencyKeyReused.into()),
    };
    // What somebody opened because it could not wait is there to be read, and not to be passed on.
    let record = store::record::hold(&txn, &viewer, record_id, now).await?.ok_or_else(Problem::not_found)?;
    if !sees_record(&viewer, &store::record::seen(&record, false)) {
        return Err(Problem::not_found().into());
    }
    let answers = answers(ctx, &txn, &record, &told).await?;

    // Remember.
    let disclosure = disclosure::Model {
        id: store::mint::id(),
        record_id,
        basis: told.basis,
        recipient: told.to,
        expires_on: told.expires_on,
        disclosed_by: viewer.id,
        disclosed_at: now,
    };
    store::disclosure::add(&txn, disclosure.clone(), &answers).await?;
    idempotent::keep(&txn, &key, &disclosure.id).await?;
    txn.commit().await?;

    Ok(Done::now(disclosure))
}

/// The answers that are meant, as they stand. Each that is named must be there for the viewer to read.
async fn answers(
    ctx: &Context<'_>,
    txn: &DatabaseTransaction,
    record: &busfare_entity::record::Model,
    told: &sharing::Disclosure<&str>,
) -> Result<Vec<AnswerId>, Stop<PrivacyRefusal>> {
    let standing = store::answer::standing(txn, &[record.id]).await?;
    let mut meant = Vec::new();
    for row in standing.into_iter().filter(|row| told.fields.contains(row.link_id.as_str())) {
        if !store::answer::value(&row)?.has_moved() {
            meant.push(row);
        }
    }
    let readable = reading::readable(ctx, record, meant).await?;
    let there: HashSet<&str> = readable.iter().map(|row| row.link_id.as_str()).collect();
    if told.fields.iter().any(|field| !there.contains(field)) {
        return Err(SharingRefusal::NotAnswered.into());
    }
    Ok(readable.into_iter().map(|row| row.id).collect())
}
