//! endDuty: say that somebody is no longer on duty.

use async_graphql::{Context, ID, InputObject, Object};
use busfare_entity::{duty, words::DutyId};
use serde::Serialize;

use crate::{
    api::{
        context::{Answer, Asked, id},
        error::Problem,
        idempotent::{self, Turn},
        scalars::Uuid,
        types::{rota::Duty, user_error::RotaUserError},
        verb::{Done, Verb, payload},
    },
    rules::rota::{self, RotaRefusal},
    store,
};

/// What `endDuty` takes.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct EndDutyInput {
    /// A new UUID for this request. Sending it again with the same input is free and has the same answer.
    idempotency_key: Uuid,
    /// The duty, from `duties`.
    duty_id: ID,
}

payload! {
    /// What `endDuty` answers.
    EndDutyPayload {
        /// The duty, over.
        duty: Duty(duty::Model),
        refused: RotaUserError(RotaRefusal)
    }
}

/// The verb.
#[derive(Default)]
pub struct EndDuty;

#[Object]
impl EndDuty {
    /// Takes somebody off duty. What she was asked stays hers to decide. For enablers and seniors. It is not an app's to use.
    async fn end_duty(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which duty has ended.")] input: EndDutyInput,
    ) -> Answer<EndDutyPayload> {
        EndDutyPayload::answer(ctx, end(ctx, input).await)
    }
}

async fn end(ctx: &Context<'_>, input: EndDutyInput) -> Verb<duty::Model, RotaRefusal> {
    // Which duty has ended?
    let (viewer, now) = (ctx.viewer()?, ctx.now()?);
    let duty_id: DutyId = id(&input.duty_id)?;

    // Was this answered before?
    let (txn, key) = match idempotent::begin(ctx, "endDuty", input.idempotency_key, &input).await? {
        Turn::New(txn, key) => (txn, key),
        Turn::Again(duty) => return Ok(Done::before(duty)),
        Turn::Reused => return Err(RotaRefusal::IdempotencyKeyReused.into()),
    };

    // Decide.
    let found = store::rota::hold_duty(&txn, viewer.organisation, duty_id).await?;
    let duty = found.ok_or_else(Problem::not_found)?;
    rota::may_put_on_duty(&viewer)?;
    if duty.ends <= now {
        return Err(RotaRefusal::AlreadyEnded.into());
    }

    // Remember.
    store::rota::end_duty(&txn, duty.id, now).await?;
    let duty = duty::Model { ends: now, ..duty };
    idempotent::keep(&txn, &key, &duty).await?;
    txn.commit().await?;

    Ok(Done::now(duty))
}
