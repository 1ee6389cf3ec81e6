//! addPasskey: the passkey that a phone made is hers from now on.

use async_graphql::{Context, ID, InputObject, Object};
use serde::Serialize;

use crate::{
    api::{
        context::{Answer, Asked, id},
        idempotent::{self, Turn},
        scalars::Uuid,
        second_step::{self, CreatedPasskeyInput},
        types::{second_step::Passkey, user_error::SecondStepUserError},
        verb::{Done, Verb, payload},
    },
    rules::{
        second_step::{NAME_CHARS, SecondStepRefusal},
        text,
    },
    store::passkey::Shown,
};

/// What `addPasskey` takes.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct AddPasskeyInput {
    /// A new UUID for this request. Sending it again with the same input is free and has the same answer.
    idempotency_key: Uuid,
    /// The challenge that it answers, from `beginPasskey`.
    challenge_id: ID,
    /// What you call it, such as "My phone", at most 60 characters.
    name: String,
    /// What the phone made.
    credential: CreatedPasskeyInput,
}

payload! {
    /// What `addPasskey` answers.
    AddPasskeyPayload {
        /// The passkey.
        passkey: Passkey(Shown),
        refused: SecondStepUserError(SecondStepRefusal)
    }
}

/// The verb.
#[derive(Default)]
pub struct AddPasskey;

#[Object]
impl AddPasskey {
    /// Adds a passkey. From now on you show one of yours before you decide on others' money. It is not an app's to use.
    async fn add_passkey(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What the phone made.")] input: AddPasskeyInput,
    ) -> Answer<AddPasskeyPayload> {
        AddPasskeyPayload::answer(ctx, add(ctx, input).await)
    }
}

async fn add(ctx: &Context<'_>, input: AddPasskeyInput) -> Verb<Shown, SecondStepRefusal> {
    // Whose is it, and what does she call it?
    ctx.practitioner()?;
    second_step::offered(ctx)?;
    let challenge = id(&input.challenge_id)?;
    let name = text::plain(&input.name, NAME_CHARS).map_err(SecondStepRefusal::Name)?;

    // Was this answered before?
    let (txn, key) = match idempotent::begin(ctx, "addPasskey", input.idempotency_key, &input).await? {
        Turn::New(txn, key) => (txn, key),
        Turn::Again(passkey) => return Ok(Done::before(passkey)),
        Turn::Reused => return Err(SecondStepRefusal::IdempotencyKeyReused.into()),
    };

    // May she have another?
    second_step::before_adding(ctx, &txn).await?;

    // Is it what was asked for? Remember it.
    let named = (challenge, name.unwrap_or_default());
    let passkey = Shown::from(second_step::add(ctx, &txn, named, &input.credential).await?);
    idempotent::keep(&txn, &key, &passkey).await?;
    txn.commit().await?;

    Ok(Done::now(passkey))
}
