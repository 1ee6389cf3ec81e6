//! beginSecondStep: what a phone needs to show a passkey.

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
    store,
};

/// What `beginSecondStep` takes.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct BeginSecondStepInput {
    /// A new UUID for this request. Sending it again with the same input is free and has the same answer.
    idempotency_key: Uuid,
}

payload! {
    /// What `beginSecondStep` answers.
    BeginSecondStepPayload {
        /// What the phone is to answer with `takeSecondStep`, within five minutes.
        challenge: PasskeyChallenge(Challenge),
        refused: SecondStepUserError(SecondStepRefusal)
    }
}

/// The verb.
#[derive(Default)]
pub struct BeginSecondStep;

#[Object]
impl BeginSecondStep {
    /// Begins to show a passkey of yours. It is not an app's to use.
    async fn begin_second_step(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The request.")] input: BeginSecondStepInput,
    ) -> Answer<BeginSecondStepPayload> {
        BeginSecondStepPayload::answer(ctx, begin(ctx, input).await)
    }
}

async fn begin(ctx: &Context<'_>, input: BeginSecondStepInput) -> Verb<Challenge, SecondStepRefusal> {
    // Who is it?
    let (her, _) = ctx.practitioner()?;
    second_step::offered(ctx)?;

    // Was this answered before?
    let (txn, key) = match idempotent::begin(ctx, "beginSecondStep", input.idempotency_key, &input).await? {
        Turn::New(txn, key) => (txn, key),
        Turn::Again(challenge) => return Ok(Done::before(challenge)),
        Turn::Reused => return Err(SecondStepRefusal::IdempotencyKeyReused.into()),
    };

    // Has she anything to show?
    let hers = store::passkey::of(&txn, her.id).await?;
    if hers.is_empty() {
        return Err(SecondStepRefusal::NoPasskey.into());
    }

    // Ask, and remember.
    let challenge = second_step::challenge(ctx, &txn, PasskeyChallengeUse::Prove, &hers).await?;
    idempotent::keep(&txn, &key, &challenge).await?;
    txn.commit().await?;

    Ok(Done::now(challenge))
}
