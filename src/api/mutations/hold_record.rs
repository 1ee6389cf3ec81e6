//! holdRecord: what a court may ask for is kept, whatever its questions say.

use async_graphql::{Context, ID, InputObject, Object};
use busfare_entity::{record_hold, words::RecordId};
use serde::Serialize;

use crate::{
    api::{
        context::{Answer, Asked, id},
        error::Problem,
        idempotent::{self, Turn},
        scalars::Uuid,
        types::{retention::RecordHold, user_error::PrivacyUserError},
        verb::{Done, Verb, payload},
    },
    rules::{
        privacy::PrivacyRefusal,
        retention::{RetentionRefusal, hold, may_hold},
        sight::sees_record,
    },
    store,
};

/// What `holdRecord` takes.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct HoldRecordInput {
    /// A new UUID for this request. Sending it again with the same input is free and has the same answer.
    idempotency_key: Uuid,
    /// The record.
    record_id: ID,
    /// Whether it is kept from now on; with `false` it goes again when its time is over.
    held: bool,
    /// Why: 10 to 500 characters.
    reason: String,
}

payload! {
    /// What `holdRecord` answers.
    HoldRecordPayload {
        /// What was said, by whom and why.
        hold: RecordHold(record_hold::Model),
        refused: PrivacyUserError(PrivacyRefusal)
    }
}

/// The verb.
#[derive(Default)]
pub struct HoldRecord;

#[Object]
impl HoldRecord {
    /// Says that a record is kept, with everything in it, because a court or an inquiry may ask for it, or that it need not
    /// be any more. The practice group may, and the seniors of the record's team. It gives nobody sight of the record. It is
    /// not an app's to use.
    async fn hold_record(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which record, and why.")] input: HoldRecordInput,
    ) -> Answer<HoldRecordPayload> {
        HoldRecordPayload::answer(ctx, say(ctx, input).await)
    }
}

async fn say(ctx: &Context<'_>, input: HoldRecordInput) -> Verb<record_hold::Model, PrivacyRefusal> {
    // Which record, and why?
    let (viewer, now) = (ctx.viewer()?, ctx.now()?);
    let record_id: RecordId = id(&input.record_id)?;
    let reason = hold(&input.reason)?;

    // Was this answered before?
    let (txn, key) = match idempotent::begin(ctx, "holdRecord", input.idempotency_key, &input).await? {
        Turn::New(txn, key) => (txn, key),
        Turn::Again(said) => {
            let said = store::retention::said(ctx.reader()?, viewer.organisation, said).await?;
            return Ok(Done::before(said.ok_or_else(Problem::not_found)?));
        }
        Turn::Reused => return Err(RetentionRefusal::IdempotencyKeyReused.into()),
    };
    let in_group = store::bank::is_in_group(&txn, viewer.organisation, viewer.id).await?;
    let record = store::retention::hold_row(&txn, viewer.organisation, record_id).await?;
    let record = record.filter(|record| in_group || sees_record(&viewer, &store::record::seen(record, false)));
    let record = record.ok_or_else(Problem::not_found)?;
    may_hold(&viewer, in_group, record.team_id)?;

    // Remember.
    let (said_by, said_at, held) = (viewer.id, now, input.held);
    let said = record_hold::Model { id: store::mint::id(), record_id, held, reason, said_by, said_at };
    store::retention::set_hold(&txn, said.clone()).await?;
    idempotent::keep(&txn, &key, &said.id).await?;
    txn.commit().await?;

    Ok(Done::now(said))
}
