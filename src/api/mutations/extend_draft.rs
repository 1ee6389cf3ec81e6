//! extendDraft: somebody who is not done yet keeps what she began for longer.

use async_graphql::{Context, ID, InputObject, Object};
use busfare_entity::{record, words::RecordId};
use serde::Serialize;

use crate::{
    api::{
        context::{Answer, Asked, id},
        error::Problem,
        idempotent::{self, Turn},
        reading,
        scalars::Uuid,
        types::{record::Record, user_error::PrivacyUserError},
        verb::{Done, Verb, payload},
    },
    rules::{
        calendar,
        privacy::PrivacyRefusal,
        retention::{RetentionRefusal, extend},
    },
    store,
};

/// What `extendDraft` takes.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct ExtendDraftInput {
    /// A new UUID for this request. Sending it again with the same input is free and has the same answer.
    idempotency_key: Uuid,
    /// The record, which is not completed yet.
    record_id: ID,
}

payload! {
    /// What `extendDraft` answers.
    ExtendDraftPayload {
        /// The record, with the day up to which it stays open.
        record: Record(record::Model),
        refused: PrivacyUserError(PrivacyRefusal)
    }
}

/// The verb.
#[derive(Default)]
pub struct ExtendDraft;

#[Object]
impl ExtendDraft {
    /// Keeps a draft of the viewer's own 30 days longer than it would be, and never more than a year after she last wrote in
    /// it. A draft that nobody writes in goes after 90 days, and its owner is told 14 days before; writing in it, or
    /// completing it, keeps it too. An app needs the scope `RECORDS_WRITE`.
    async fn extend_draft(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which draft.")] input: ExtendDraftInput,
    ) -> Answer<ExtendDraftPayload> {
        ExtendDraftPayload::answer(ctx, keep(ctx, input).await)
    }
}

async fn keep(ctx: &Context<'_>, input: ExtendDraftInput) -> Verb<record::Model, PrivacyRefusal> {
    // Which draft?
    let (viewer, now) = (ctx.viewer()?, ctx.now()?);
    let record_id: RecordId = id(&input.record_id)?;

    // Was this answered before?
    let (txn, key) = match idempotent::begin(ctx, "extendDraft", input.idempotency_key, &input).await? {
        Turn::New(txn, key) => (txn, key),
        Turn::Again(id) => return Ok(Done::before(reading::again(ctx, id).await?)),
        Turn::Reused => return Err(RetentionRefusal::IdempotencyKeyReused.into()),
    };
    let record = store::record::hold(&txn, &viewer, record_id, now).await?.ok_or_else(Problem::not_found)?;
    let zone = store::people::zone(&txn, viewer.organisation).await?;
    let looked = store::retention::look(&txn, zone, &[record_id]).await?;
    let since = looked.kept.first().ok_or_else(Problem::not_found)?.since;

    // Until when?
    let until = extend(since, record.practitioner_id, viewer.id, calendar::day(now, zone))?;

    // Remember.
    store::record::keep_open(&txn, record_id, until).await?;
    idempotent::keep(&txn, &key, &record_id).await?;
    txn.commit().await?;

    Ok(Done::now(record::Model { open_until: Some(until), ..record }))
}
