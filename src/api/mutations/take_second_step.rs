//! takeSecondStep: she has shown a passkey, so it is she who decides for the next minutes.

use async_graphql::{Context, ID, InputObject, Object};
use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::{
    api::{
        context::{Answer, Asked, id},
        error::Problem,
        idempotent::{self, Turn},
        scalars::Uuid,
        second_step::{self, ShownPasskeyInput},
        types::{second_step::StepTaken, user_error::SecondStepUserError},
        verb::{Done, Verb, payload},
    },
    rules::second_step::SecondStepRefusal,
};

/// What `takeSecondStep` takes.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct TakeSecondStepInput {
    /// A new UUID for this request. Sending it again with the same input is free and has the same answer.
    idempotency_key: Uuid,
    /// The challenge that it answers, from `beginSecondStep`.
    challenge_id: ID,
    /// What the phone showed.
    credential: ShownPasskeyInput,
}

payload! {
    /// What `takeSecondStep` answers.
    TakeSecondStepPayload {
        /// The step.
        step: StepTaken(DateTime<Utc>),
        refused: SecondStepUserError(SecondStepRefusal)
    }
}

/// The verb.
#[derive(Default)]
pub struct TakeSecondStep;

#[Object]
impl TakeSecondStep {
    /// Shows a passkey of yours. For ten minutes you may then decide on others' money on this device. It is not an app's to use.
    async fn take_second_step(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What the phone showed.")] input: TakeSecondStepInput,
    ) -> Answer<TakeSecondStepPayload> {
        TakeSecondStepPayload::answer(ctx, take(ctx, input).await)
    }
}

async fn take(ctx: &Context<'_>, input: TakeSecondStepInput) -> Verb<DateTime<Utc>, SecondStepRefusal> {
    // Who answers which challenge?
    let now = ctx.now()?;
    ctx.practitioner()?;
    second_step::offered(ctx)?;
    let challenge = id(&input.challenge_id)?;

    // Was this answered before?
    let (txn, key) = match idempotent::begin(ctx, "takeSecondStep", input.idempotency_key, &input).await? {
        Turn::New(txn, key) => (txn, key),
        Turn::Again(until) => return Ok(Done::before(until)),
        Turn::Reused => return Err(SecondStepRefusal::IdempotencyKeyReused.into()),
    };

    // Is it she? Remember it.
    let taken = second_step::take(ctx, &txn, challenge, &input.credential).await?;
    let until = taken.good_until(now).ok_or_else(|| Problem::internal("a step that was just taken does not count"))?;
    idempotent::keep(&txn, &key, &until).await?;
    txn.commit().await?;

    Ok(Done::now(until))
}
