//! unmergePeople: they are two after all, each with what was theirs.

use async_graphql::{Context, ID, InputObject, Object};
use busfare_entity::{person, words::PersonId};
use serde::Serialize;

use crate::{
    api::{
        context::{Answer, Asked, id},
        error::Problem,
        idempotent::{self, Turn},
        loaders,
        scalars::Uuid,
        types::{person::Person, user_error::PersonUserError},
        verb::{Done, Verb, payload},
    },
    rules::person::PersonRefusal,
    store,
};

/// What `unmergePeople` takes.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct UnmergePeopleInput {
    /// A new UUID for this request. Sending it again with the same input is free and has the same answer.
    idempotency_key: Uuid,
    /// Whoever was said to be the same as another.
    person_id: ID,
}

payload! {
    /// What `unmergePeople` answers.
    UnmergePeoplePayload {
        /// Somebody of their own again.
        person: Person(person::Model),
        refused: PersonUserError(PersonRefusal)
    }
}

/// The verb.
#[derive(Default)]
pub struct UnmergePeople;

#[Object]
impl UnmergePeople {
    /// Says that somebody is not the same as another after all. Each has again what was theirs, to the byte. It is not an
    /// app's to use.
    async fn unmerge_people(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who is somebody of their own.")] input: UnmergePeopleInput,
    ) -> Answer<UnmergePeoplePayload> {
        UnmergePeoplePayload::answer(ctx, unmerge(ctx, input).await)
    }
}

async fn unmerge(ctx: &Context<'_>, input: UnmergePeopleInput) -> Verb<person::Model, PersonRefusal> {
    // Who is somebody of their own?
    let (viewer, now) = (ctx.viewer()?, ctx.now()?);
    let merged: PersonId = id(&input.person_id)?;

    // Was this answered before?
    let (txn, key) = match idempotent::begin(ctx, "unmergePeople", input.idempotency_key, &input).await? {
        Turn::New(txn, key) => (txn, key),
        Turn::Again(id) => {
            let id: PersonId = id;
            return Ok(Done::before(loaders::maybe(ctx.loaders()?, id).await?.ok_or_else(Problem::not_found)?));
        }
        Turn::Reused => return Err(PersonRefusal::IdempotencyKeyReused.into()),
    };
    let person = store::person::hold(&txn, &viewer, merged, now).await?.ok_or_else(Problem::not_found)?;

    // Remember.
    if !store::person_merge::undo(&txn, merged, viewer.id, now).await? {
        return Err(PersonRefusal::NotMerged.into());
    }
    idempotent::keep(&txn, &key, &merged).await?;
    txn.commit().await?;

    Ok(Done::now(person))
}
