//! addReflection: what somebody who was asked thinks, or what they decide together.

use async_graphql::{Context, ID, InputObject, Object};
use busfare_entity::{reflection, reflection_note, words::ReflectionId};
use serde::Serialize;

use crate::{
    api::{
        context::{Answer, Asked, id},
        error::Problem,
        idempotent::{self, Turn},
        scalars::Uuid,
        types::{reflection::Reflection, user_error::ReflectionUserError},
        verb::{Done, Verb, payload},
    },
    rules::reflection::{ReflectionRefusal, note},
    store,
};

/// What `addReflection` takes.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct AddReflectionInput {
    /// A new UUID for this request. Sending it again with the same input is free and has the same answer.
    idempotency_key: Uuid,
    /// The reflection, from `reflections`.
    reflection_id: ID,
    /// What you think, 1 to 1,000 characters. Leave the names of people who are helped out.
    words: String,
    /// Whether it is what you decided together.
    #[graphql(default)]
    decided: bool,
}

payload! {
    /// What `addReflection` answers.
    AddReflectionPayload {
        /// The reflection with what was said.
        reflection: Reflection(reflection::Model),
        refused: ReflectionUserError(ReflectionRefusal)
    }
}

/// The verb.
#[derive(Default)]
pub struct AddReflection;

#[Object]
impl AddReflection {
    /// Says what you think in a reflection you take part in, or what you decided together. What was said stays as it was
    /// said. It is not an app's to use.
    async fn add_reflection(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What you think.")] input: AddReflectionInput,
    ) -> Answer<AddReflectionPayload> {
        AddReflectionPayload::answer(ctx, run(ctx, input).await)
    }
}

async fn run(ctx: &Context<'_>, input: AddReflectionInput) -> Verb<reflection::Model, ReflectionRefusal> {
    // Who thinks what?
    let (viewer, now) = (ctx.viewer()?, ctx.now()?);
    let reflection_id: ReflectionId = id(&input.reflection_id)?;
    note(&input.words, 0)?;

    // Was this answered before?
    let (txn, key) = match idempotent::begin(ctx, "addReflection", input.idempotency_key, &input).await? {
        Turn::New(txn, key) => (txn, key),
        Turn::Again(id) => {
            let reflection = store::reflection::by_ids(ctx.reader()?, &viewer, &[id]).await?.pop();
            return Ok(Done::before(reflection.ok_or_else(Problem::not_found)?));
        }
        Turn::Reused => return Err(ReflectionRefusal::IdempotencyKeyReused.into()),
    };
    let held = store::reflection::hold(&txn, &viewer, reflection_id).await?.ok_or_else(Problem::not_found)?;
    let words = note(&input.words, store::reflection::count_notes(&txn, held.id).await?)?;

    // Remember.
    let (author_id, decided, noted_at) = (viewer.id, input.decided, now);
    let row = reflection_note::Model { id: store::mint::id(), reflection_id, author_id, words, decided, noted_at };
    store::reflection::note(&txn, row).await?;
    idempotent::keep(&txn, &key, &held.id).await?;
    txn.commit().await?;

    Ok(Done::now(held))
}
