//! beginPasskey: what a phone needs to make a passkey.

use async_graphql::{Context, InputObject, Object};
use busfare_entity::words::PasskeyChallengeUse;
use serde::Serialize;

use crate::{
    api::{
        context::{Answer, Asked},
        idempotent::{self, Turn},
        scalars::Uuid,
        second_step::{self, Challenge},
        types::{second_step::PasskeyChallenge, user_error::SecondStepUserError},
        verb::{Done, Verb, payload},
    },
    rules::second_step::SecondStepRefusal,
};

/// What `beginPasskey` takes.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct BeginPasskeyInput {
    /// A new UUID for this request. Sending it again with the same input is free and has the same answer.
    idempotency_key: Uuid,
}

payload! {
    /// What `beginPasskey` answers.
    BeginPasskeyPayload {
        /// What the phone is to answer with `addPasskey`, within five minutes.
        challenge: PasskeyChallenge(Challenge),
        refused: SecondStepUserError(SecondStepRefusal)
    }
}

/// The verb.
#[derive(Default)]
pub struct BeginPasskey;

#[Object]
impl BeginPasskey {
    /// Begins to add a passkey. Whoever has one shows it first. It is not an app's to use.
    async fn begin_passkey(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The request.")] input: BeginPasskeyInput,
    ) -> Answer<BeginPasskeyPayload> {
        BeginPasskeyPayload::answer(ctx, begin(ctx, input).await)
    }
}

async fn begin(ctx: &Context<'_>, input: BeginPasskeyInput) -> Verb<Challenge, SecondStepRefusal> {
    // Whose will it be?
    ctx.practitioner()?;
    second_step::offered(ctx)?;

    // Was this answered before?
    let (txn, key) = match idempotent::begin(ctx, "beginPasskey", input.idempotency_key, &input).await? {
        Turn::New(txn, key) => (txn, key),
        Turn::Again(challenge) => return Ok(Done::before(challenge)),
        Turn::Reused => return Err(SecondStepRefusal::IdempotencyKeyReused.into()),
    };

    // May she have another?
    let hers = second_step::before_adding(ctx, &txn).await?;

    // Ask, and remember.
    let challenge = second_step::challenge(ctx, &txn, PasskeyChallengeUse::Add, &hers).await?;
    idempotent::keep(&txn, &key, &challenge).await?;
    txn.commit().await?;

    Ok(Done::now(challenge))
}
