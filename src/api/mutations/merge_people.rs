//! mergePeople: two are the same person, and are found as one.

use async_graphql::{Context, ID, InputObject, Object};
use busfare_entity::{person, person_merge, words::PersonId};
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

/// What `mergePeople` takes.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct MergePeopleInput {
    /// A new UUID for this request. Sending it again with the same input is free and has the same answer.
    idempotency_key: Uuid,
    /// Somebody, who is from now on found under the other.
    person_id: ID,
    /// The other.
    same_as_id: ID,
}

payload! {
    /// What `mergePeople` answers.
    MergePeoplePayload {
        /// The one under whom both are found.
        person: Person(person::Model),
        refused: PersonUserError(PersonRefusal)
    }
}

/// The verb.
#[derive(Default)]
pub struct MergePeople;

#[Object]
impl MergePeople {
    /// Says that two people whom the viewer may see are the same. Both are found as one from then on, with the records,
    /// spends and warnings of both. Nothing moves, so `unmergePeople` takes it back without a trace. It is not an app's to
    /// use.
    async fn merge_people(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who is the same as whom.")] input: MergePeopleInput,
    ) -> Answer<MergePeoplePayload> {
        MergePeoplePayload::answer(ctx, merge(ctx, input).await)
    }
}

async fn merge(ctx: &Context<'_>, input: MergePeopleInput) -> Verb<person::Model, PersonRefusal> {
    // Who is the same as whom?
    let (viewer, now) = (ctx.viewer()?, ctx.now()?);
    let (merged, kept): (PersonId, PersonId) = (id(&input.person_id)?, id(&input.same_as_id)?);
    if merged == kept {
        return Err(PersonRefusal::SamePerson.into());
    }

    // Was this answered before?
    let (txn, key) = match idempotent::begin(ctx, "mergePeople", input.idempotency_key, &input).await? {
        Turn::New(txn, key) => (txn, key),
        Turn::Again(id) => {
            let id: PersonId = id;
            return Ok(Done::before(loaders::maybe(ctx.loaders()?, id).await?.ok_or_else(Problem::not_found)?));
        }
        Turn::Reused => return Err(PersonRefusal::IdempotencyKeyReused.into()),
    };
    // Two who merge the same two the other way round wait for each other here: the smaller id is held first.
    let (first, second) = (merged.min(kept), merged.max(kept));
    let one = store::person::hold(&txn, &viewer, first, now).await?.ok_or_else(Problem::not_found)?;
    let other = store::person::hold(&txn, &viewer, second, now).await?.ok_or_else(Problem::not_found)?;

    // Decide. Whoever is one with a third is not moved along unseen.
    let taken = store::person_merge::kept_for(&txn, &[merged, kept]).await?;
    if taken.get(&merged) == Some(&kept) {
        return Err(PersonRefusal::SamePerson.into());
    }
    if !taken.is_empty() || store::person_merge::everybody(&txn, &[merged]).await?[&merged].len() > 1 {
        return Err(PersonRefusal::MergedAlready.into());
    }

    // Remember.
    let note = person_merge::Model {
        id: store::mint::id(),
        organisation_id: viewer.organisation,
        merged_id: merged,
        kept_id: kept,
        merged_by: viewer.id,
        merged_at: now,
        undone_by: None,
        undone_at: None,
    };
    if !store::person_merge::merge(&txn, note).await? {
        return Err(PersonRefusal::MergedAlready.into());
    }
    idempotent::keep(&txn, &key, &kept).await?;
    txn.commit().await?;

    Ok(Done::now(if one.id == kept { one } else { other }))
}
