//! openRestricted: a record that few read is open for an hour to whoever says why it cannot wait; those who answer for it are
//! told in the same moment.

use async_graphql::{Context, ID, InputObject, Object};
use busfare_entity::{
    notice, record, record_opening,
    words::{NoticeKind, RecordId},
};
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
        privacy::PrivacyRefusal,
        sharing::{BreakGlass, SharingRefusal},
        sight::sees_record,
    },
    store,
};

/// What `openRestricted` takes.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct OpenRestrictedInput {
    /// A new UUID for this request. Sending it again with the same input is free and has the same answer.
    idempotency_key: Uuid,
    /// The record, from `restrictedRecords` of the person.
    record_id: ID,
    /// Why it cannot wait: 10 to 500 characters. Those who answer for the record read it at once.
    reason: String,
}

payload! {
    /// What `openRestricted` answers.
    OpenRestrictedPayload {
        /// The record, open to the viewer for 60 minutes.
        record: Record(record::Model),
        refused: PrivacyUserError(PrivacyRefusal)
    }
}

/// The verb.
#[derive(Default)]
pub struct OpenRestricted;

#[Object]
impl OpenRestricted {
    /// Opens a restricted record of the organisation to the viewer for 60 minutes, because it cannot wait. Nobody is asked
    /// first; the seniors of the record's team are told at once, and it stays listed on the record. Whoever reads the record
    /// anyway opens nothing. It is not an app's to use.
    async fn open_restricted(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which record, and why it cannot wait.")] input: OpenRestrictedInput,
    ) -> Answer<OpenRestrictedPayload> {
        OpenRestrictedPayload::answer(ctx, open(ctx, input).await)
    }
}

async fn open(ctx: &Context<'_>, input: OpenRestrictedInput) -> Verb<record::Model, PrivacyRefusal> {
    // Which record, and why can it not wait?
    let (viewer, now) = (ctx.viewer()?, ctx.now()?);
    let record_id: RecordId = id(&input.record_id)?;
    let glass = BreakGlass::try_new(&input.reason, now)?;

    // Was this answered before? An hour later it is closed to whoever sends it again, too.
    let (txn, key) = match idempotent::begin(ctx, "openRestricted", input.idempotency_key, &input).await? {
        Turn::New(txn, key) => (txn, key),
        Turn::Again(id) => return Ok(Done::before(reading::again(ctx, id).await?)),
        Turn::Reused => return Err(SharingRefusal::IdempotencyKeyReused.into()),
    };
    let held = store::restricted::hold(&txn, viewer.organisation, record_id).await?;
    let record = held.ok_or_else(Problem::not_found)?;

    // Remember, and tell those who answer for it.
    if !sees_record(&viewer, &store::record::seen(&record, false)) {
        let opening = record_opening::Model {
            id: store::mint::id(),
            record_id,
            opened_by: viewer.id,
            reason: glass.reason,
            opened_at: glass.from,
            open_until: glass.until,
        };
        store::restricted::open(&txn, opening.clone()).await?;
        let told = store::restricted::stewards(&txn, record.organisation_id, record.team_id, viewer.id).await?;
        for steward in told {
            let to = store::notice::to(record.organisation_id, steward, NoticeKind::RestrictedRecordOpened, now);
            let notice = notice::Model { record_id: Some(record_id), opening_id: Some(opening.id), ..to };
            store::notice::tell(&txn, notice).await?;
        }
    }
    idempotent::keep(&txn, &key, &record.id).await?;
    txn.commit().await?;

    Ok(Done::now(record))
}
