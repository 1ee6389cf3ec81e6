//! reflect: what do you think? A few colleagues are asked.

use async_graphql::{Context, ID, InputObject, Object};
use busfare_entity::{
    notice, reflection,
    words::{NoticeKind, PractitionerId, ReflectionId},
};
use serde::Serialize;

use crate::{
    api::{
        context::{Answer, Asked, id, minted},
        error::Problem,
        idempotent::{self, Turn},
        scalars::Uuid,
        types::{reflection::Reflection, user_error::ReflectionUserError},
        verb::{Done, Verb, payload},
    },
    rules::reflection::{Reflection as Begun, ReflectionRefusal},
    store,
};

/// The most that are looked at before it is known that they are too many; one may be named twice.
const MOST_NAMED: usize = 100;

/// What `reflect` takes.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct ReflectInput {
    /// A new UUID for this request. Sending it again with the same input is free and has the same answer.
    idempotency_key: Uuid,
    /// The reflection's id, if the phone mints one.
    id: Option<ID>,
    /// What is on your mind, 1 to 500 characters. Leave the names of people who are helped out.
    question: String,
    /// Whom you ask: one to seven colleagues.
    asked: Vec<ID>,
}

payload! {
    /// What `reflect` answers.
    ReflectPayload {
        /// The reflection.
        reflection: Reflection(reflection::Model),
        refused: ReflectionUserError(ReflectionRefusal)
    }
}

/// The verb.
#[derive(Default)]
pub struct Reflect;

#[Object]
impl Reflect {
    /// Asks one to seven colleagues what they think. They are told; you and they read it, and nobody else does. It is not an
    /// app's to use.
    async fn reflect(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is on your mind, and whom you ask.")] input: ReflectInput,
    ) -> Answer<ReflectPayload> {
        ReflectPayload::answer(ctx, run(ctx, input).await)
    }
}

async fn run(ctx: &Context<'_>, input: ReflectInput) -> Verb<reflection::Model, ReflectionRefusal> {
    // What is on whose mind?
    let (viewer, now) = (ctx.viewer()?, ctx.now()?);
    let reflection_id: ReflectionId = minted(input.id.as_ref())?;
    if input.asked.len() > MOST_NAMED {
        return Err(ReflectionRefusal::TooManyAsked.into());
    }
    let asked: Vec<PractitionerId> = input.asked.iter().map(id).collect::<Answer<_>>()?;
    let begun = Begun::try_new(&input.question, &asked, viewer.id)?;

    // Was this answered before?
    let (txn, key) = match idempotent::begin(ctx, "reflect", input.idempotency_key, &input).await? {
        Turn::New(txn, key) => (txn, key),
        Turn::Again(id) => {
            let reflection = store::reflection::by_ids(ctx.reader()?, &viewer, &[id]).await?.pop();
            return Ok(Done::before(reflection.ok_or_else(Problem::not_found)?));
        }
        Turn::Reused => return Err(ReflectionRefusal::IdempotencyKeyReused.into()),
    };
    for who in &begun.asked {
        store::people::working(&txn, viewer.organisation, *who).await?.ok_or_else(Problem::not_found)?;
    }

    // Remember, and tell whoever is asked.
    let (asked_by, asked_at, question) = (viewer.id, now, begun.question);
    let row =
        reflection::Model { id: reflection_id, organisation_id: viewer.organisation, asked_by, question, asked_at };
    if !store::reflection::begin(&txn, row.clone(), &begun.asked).await? {
        return Err(ReflectionRefusal::IdAlreadyUsed.into());
    }
    for who in &begun.asked {
        let to = store::notice::to(viewer.organisation, *who, NoticeKind::ReflectionAsked, now);
        store::notice::tell(&txn, notice::Model { reflection_id: Some(row.id), ..to }).await?;
    }
    idempotent::keep(&txn, &key, &row.id).await?;
    txn.commit().await?;

    Ok(Done::now(row))
}
