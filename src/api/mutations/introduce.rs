//! introduce: a service of the community is pointed out to somebody, in a conversation or outside one.

use async_graphql::{Context, ID, InputObject, Object};
use busfare_entity::{
    introduction,
    words::{IntroductionId, PersonId, RecordId, ResourceId},
};
use serde::Serialize;

use crate::{
    api::{
        context::{Answer, Asked, id},
        error::Problem,
        idempotent::{self, Turn},
        scalars::Uuid,
        types::{resource::Introduction, user_error::DirectoryUserError},
        verb::{Done, Verb, payload},
    },
    rules::directory::{DirectoryRefusal, note},
    store,
};

/// What `introduce` takes.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct IntroduceInput {
    /// A new UUID for this request. Sending it again with the same input is free and has the same answer.
    idempotency_key: Uuid,
    /// The service.
    resource_id: ID,
    /// The record of the conversation. What was pointed out goes when the record goes.
    record_id: Option<ID>,
    /// The person, where there is no record. Exactly one of the two is given.
    person_id: Option<ID>,
    /// A few words, at most 140 characters.
    note: Option<String>,
}

payload! {
    /// What `introduce` answers.
    IntroducePayload {
        /// What was pointed out.
        introduction: Introduction(introduction::Model),
        refused: DirectoryUserError(DirectoryRefusal)
    }
}

/// The verb.
#[derive(Default)]
pub struct Introduce;

#[Object]
impl Introduce {
    /// Notes that a service of the community was pointed out to somebody. Nobody is written to. An app needs the scope
    /// `RECORDS_WRITE`.
    async fn introduce(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which service, and to whom.")] input: IntroduceInput,
    ) -> Answer<IntroducePayload> {
        IntroducePayload::answer(ctx, introduced(ctx, input).await)
    }
}

async fn introduced(ctx: &Context<'_>, input: IntroduceInput) -> Verb<introduction::Model, DirectoryRefusal> {
    // What is pointed out, and to whom?
    let (viewer, now) = (ctx.viewer()?, ctx.now()?);
    let resource_id: ResourceId = id(&input.resource_id)?;
    let record_id: Option<RecordId> = input.record_id.as_ref().map(id).transpose()?;
    let person_id: Option<PersonId> = input.person_id.as_ref().map(id).transpose()?;
    if record_id.is_some() == person_id.is_some() {
        return Err(DirectoryRefusal::WhomNeeded.into());
    }
    let note = note(input.note.as_deref())?;

    // Was this answered before? What is kept of an answer is the id, so that its words go when they go.
    let (txn, key) = match idempotent::begin(ctx, "introduce", input.idempotency_key, &input).await? {
        Turn::New(txn, key) => (txn, key),
        Turn::Again(id) => {
            let id: IntroductionId = id;
            let before = store::directory::introduction(ctx.reader()?, &viewer, id).await?;
            return Ok(Done::before(before.ok_or_else(Problem::not_found)?));
        }
        Turn::Reused => return Err(DirectoryRefusal::IdempotencyKeyReused.into()),
    };

    // May she see them, and is the service there?
    if let Some(record) = record_id {
        store::record::hold(&txn, &viewer, record, now).await?.ok_or_else(Problem::not_found)?;
    }
    if let Some(person) = person_id {
        store::person::hold(&txn, &viewer, person, now).await?.ok_or_else(Problem::not_found)?;
    }
    let resource = store::directory::by_ids(&txn, viewer.organisation, &[resource_id]).await?.pop();
    if !resource.ok_or_else(Problem::not_found)?.is_there() {
        return Err(DirectoryRefusal::ResourceGone.into());
    }

    // Remember.
    let row = introduction::Model {
        id: store::mint::id(),
        organisation_id: viewer.organisation,
        team_id: viewer.team,
        resource_id,
        record_id,
        person_id,
        note,
        introduced_by: viewer.id,
        introduced_at: now,
    };
    store::directory::introduced(&txn, row.clone()).await?;
    idempotent::keep(&txn, &key, &row.id).await?;
    txn.commit().await?;

    Ok(Done::now(row))
}
