//! restrictRecord: what everybody of a team need not know is read by few.

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
    rules::{privacy::PrivacyRefusal, sharing::SharingRefusal, sight::may_restrict},
    store,
};

/// What `restrictRecord` takes.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct RestrictRecordInput {
    /// A new UUID for this request. Sending it again with the same input is free and has the same answer.
    idempotency_key: Uuid,
    /// The record.
    record_id: ID,
    /// Whether few read it from now on; with `false` all of its team read it again.
    restricted: bool,
}

payload! {
    /// What `restrictRecord` answers.
    RestrictRecordPayload {
        /// The record.
        record: Record(record::Model),
        refused: PrivacyUserError(PrivacyRefusal)
    }
}

/// The verb.
#[derive(Default)]
pub struct RestrictRecord;

#[Object]
impl RestrictRecord {
    /// Says that only its author and the seniors of her team read a record, or that all of the team do again. Whoever cannot
    /// wait opens it with `openRestricted`, and they are told. It is not an app's to use.
    async fn restrict_record(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which record, and whether few read it.")] input: RestrictRecordInput,
    ) -> Answer<RestrictRecordPayload> {
        RestrictRecordPayload::answer(ctx, restrict(ctx, input).await)
    }
}

async fn restrict(ctx: &Context<'_>, input: RestrictRecordInput) -> Verb<record::Model, PrivacyRefusal> {
    // Which record?
    let (viewer, now) = (ctx.viewer()?, ctx.now()?);
    let record_id: RecordId = id(&input.record_id)?;

    // Was this answered before?
    let (txn, key) = match idempotent::begin(ctx, "restrictRecord", input.idempotency_key, &input).await? {
        Turn::New(txn, key) => (txn, key),
        Turn::Again(id) => return Ok(Done::before(reading::again(ctx, id).await?)),
        Turn::Reused => return Err(SharingRefusal::IdempotencyKeyReused.into()),
    };
    let record = store::record::hold(&txn, &viewer, record_id, now).await?.ok_or_else(Problem::not_found)?;
    may_restrict(&viewer, &store::record::seen(&record, false))?;

    // Remember; where few read it already, since the first time.
    let (restricted_at, restricted_by) = match (input.restricted, record.restricted_at) {
        (true, Some(_)) => (record.restricted_at, record.restricted_by),
        (true, None) => (Some(now), Some(viewer.id)),
        (false, _) => (None, None),
    };
    let record = record::Model { restricted_at, restricted_by, ..record };
    store::restricted::restrict(&txn, &record).await?;
    idempotent::keep(&txn, &key, &record.id).await?;
    txn.commit().await?;

    Ok(Done::now(record))
}
