//! addStatement: what somebody says of herself stands in the record about her, in her words.

use async_graphql::{Context, ID, InputObject, Object};
use busfare_entity::{record, record_statement, words::RecordId};
use serde::Serialize;

use crate::{
    api::{
        context::{Answer, Asked, id},
        error::Problem,
        idempotent::{self, Turn},
        reading,
        scalars::Uuid,
        types::{record::Record, user_error::RecordUserError},
        verb::{Done, Verb, payload},
    },
    rules::{
        record::{RecordRefusal, STATEMENT_CHARS},
        text,
    },
    store,
};

/// What `addStatement` takes.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct AddStatementInput {
    /// A new UUID for this request. Sending it again with the same input is free and has the same answer.
    idempotency_key: Uuid,
    /// The record, whoever wrote it.
    record_id: ID,
    /// What the person says, in her words; at most 4000 characters.
    words: String,
}

payload! {
    /// What `addStatement` answers.
    AddStatementPayload {
        /// The record with what is said in it.
        record: Record(record::Model),
        refused: RecordUserError(RecordRefusal)
    }
}

/// The verb.
#[derive(Default)]
pub struct AddStatement;

#[Object]
impl AddStatement {
    /// Adds what the person says of herself to a record about her, whenever she likes, also after it is complete. Anybody who
    /// may see the record can write it down for her; nobody edits it. An app needs the scope `RECORDS_WRITE`.
    async fn add_statement(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What she says.")] input: AddStatementInput,
    ) -> Answer<AddStatementPayload> {
        AddStatementPayload::answer(ctx, add(ctx, input).await)
    }
}

async fn add(ctx: &Context<'_>, input: AddStatementInput) -> Verb<record::Model, RecordRefusal> {
    // What does she say, and where?
    let (viewer, now) = (ctx.viewer()?, ctx.now()?);
    let record_id: RecordId = id(&input.record_id)?;
    let words = text::plain(&input.words, STATEMENT_CHARS).map_err(RecordRefusal::Text)?;
    let words = words.ok_or(RecordRefusal::WordsNeeded)?;

    // Was this answered before?
    let (txn, key) = match idempotent::begin(ctx, "addStatement", input.idempotency_key, &input).await? {
        Turn::New(txn, key) => (txn, key),
        Turn::Again(record) => {
            let record: record::Model = record;
            return Ok(Done::before(reading::again(ctx, record.id).await?));
        }
        Turn::Reused => return Err(RecordRefusal::IdempotencyKeyReused.into()),
    };
    let record = store::record::hold(&txn, &viewer, record_id, now).await?.ok_or_else(Problem::not_found)?;

    // Remember.
    let statement =
        record_statement::Model { id: store::mint::id(), record_id, words, noted_by: viewer.id, noted_at: now };
    store::record::state(&txn, statement).await?;
    if record.emptied_on.is_some() {
        store::record::look_again(&txn, record_id, now.date_naive()).await?;
    }
    idempotent::keep(&txn, &key, &record).await?;
    txn.commit().await?;

    Ok(Done::now(record))
}
