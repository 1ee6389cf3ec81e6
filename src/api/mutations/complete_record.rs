//! completeRecord: done is done, with advice. Nothing that is missing can stop it.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use busfare_entity::{record, words::RecordId};
use serde::{Deserialize, Serialize};

use crate::{
    api::{
        context::{Answer, Asked, id},
        error::Problem,
        idempotent::{self, Turn},
        recording::Writing,
        scalars::Uuid,
        types::{
            record::{Record, RecordAdvice},
            user_error::RecordUserError,
        },
        verb::{Done, Stop, Verb},
    },
    rules::record::{Advised, RecordRefusal},
    store,
};

/// What `completeRecord` takes.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct CompleteRecordInput {
    /// A new UUID for this request. Sending it again with the same input is free and has the same answer.
    idempotency_key: Uuid,
    /// The record.
    record_id: ID,
}

/// What `completeRecord` answers.
#[derive(SimpleObject)]
pub struct CompleteRecordPayload {
    /// The record, completed.
    record: Option<Record>,
    /// What would make it better, if anything.
    advice: Vec<RecordAdvice>,
    /// Why it did not happen; empty where it did. Nothing was changed.
    user_errors: Vec<RecordUserError>,
    /// Whether this was answered before and nothing happened again.
    replayed: bool,
}

/// The record, and what would make it better.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Completed {
    record: record::Model,
    advice: Vec<Advised>,
}

/// The verb.
#[derive(Default)]
pub struct CompleteRecord;

#[Object]
impl CompleteRecord {
    /// Completes a record. It needs nobody's approval, and an open question is advice and not an error. An app needs the
    /// scope `RECORDS_WRITE`.
    async fn complete_record(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is complete.")] input: CompleteRecordInput,
    ) -> Answer<CompleteRecordPayload> {
        let language = ctx.language()?;
        match complete(ctx, input).await {
            Ok(Done { value: Completed { record, advice }, replayed }) => {
                let advice = advice.into_iter().map(|advised| RecordAdvice::new(advised, language)).collect();
                Ok(CompleteRecordPayload { record: Some(Record(record)), advice, user_errors: vec![], replayed })
            }
            Err(Stop::Refused(refusal)) => {
                let user_errors = vec![RecordUserError::new(&refusal, language)];
                Ok(CompleteRecordPayload { record: None, advice: vec![], user_errors, replayed: false })
            }
            Err(Stop::Problem(problem)) => Err(problem),
        }
    }
}

async fn complete(ctx: &Context<'_>, input: CompleteRecordInput) -> Verb<Completed, RecordRefusal> {
    // Who completes what?
    let (viewer, now) = (ctx.viewer()?, ctx.now()?);
    let record_id: RecordId = id(&input.record_id)?;

    // Was this answered before?
    let (txn, key) = match idempotent::begin(ctx, "completeRecord", input.idempotency_key, &input).await? {
        Turn::New(txn, key) => (txn, key),
        Turn::Again(completed) => return Ok(Done::before(completed)),
        Turn::Reused => return Err(RecordRefusal::IdempotencyKeyReused.into()),
    };
    let record = store::record::hold(&txn, &viewer, record_id, now).await?.ok_or_else(Problem::not_found)?;
    if record.practitioner_id != viewer.id {
        return Err(RecordRefusal::NotYourRecord.into());
    }

    // Remember, with advice.
    let mut writing = Writing::open(&txn, record).await?;
    let advice = writing.complete(&txn, now).await?;
    let completed = Completed { advice, record: writing.record };
    idempotent::keep(&txn, &key, &completed).await?;
    txn.commit().await?;

    Ok(Done::now(completed))
}
