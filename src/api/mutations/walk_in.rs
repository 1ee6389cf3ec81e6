//! walkIn: somebody came without a time, and has talked.

use async_graphql::{Context, ID, InputObject, Object};
use busfare_entity::{
    appointment,
    words::{AppointmentId, AppointmentStatus, HubId, PersonId},
};
use serde::Serialize;

use crate::{
    api::{
        context::{Answer, Asked, id},
        error::Problem,
        idempotent::{self, Turn},
        scalars::{DateTime, Uuid},
        seating,
        types::{appointment::Appointment, user_error::AppointmentUserError},
        verb::{Done, Verb, payload},
    },
    rules::appointment::{AppointmentRefusal, walked_in_at},
    store,
};

/// What `walkIn` takes.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct WalkInInput {
    /// A new UUID for this request. Sending it again with the same input is free and has the same answer.
    idempotency_key: Uuid,
    /// The appointment's id, as the phone mints it.
    appointment_id: ID,
    /// The hub.
    hub_id: ID,
    /// Who it was; left out where nobody needs to be named.
    person_id: Option<ID>,
    /// When; now where nothing is said.
    at: Option<DateTime>,
}

payload! {
    /// What `walkIn` answers.
    WalkInPayload {
        /// The appointment, fulfilled.
        appointment: Appointment(appointment::Model),
        refused: AppointmentUserError(AppointmentRefusal)
    }
}

/// The verb.
#[derive(Default)]
pub struct WalkIn;

#[Object]
impl WalkIn {
    /// Notes that somebody walked in and was seen: no time, no wait, and no name unless there is one to give. An app needs
    /// the scope `APPOINTMENTS_WRITE`.
    async fn walk_in(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Where, and who if anybody needs to be named.")] input: WalkInInput,
    ) -> Answer<WalkInPayload> {
        WalkInPayload::answer(ctx, walked_in(ctx, input).await)
    }
}

async fn walked_in(ctx: &Context<'_>, input: WalkInInput) -> Verb<appointment::Model, AppointmentRefusal> {
    // Where, when and who?
    let (viewer, now) = (ctx.viewer()?, ctx.now()?);
    let (appointment_id, hub_id): (AppointmentId, HubId) = (id(&input.appointment_id)?, id(&input.hub_id)?);
    let person: Option<PersonId> = input.person_id.as_ref().map(id).transpose()?;
    let at = walked_in_at(input.at.map(|at| at.0), now)?;

    // Was this answered before?
    let (txn, key) = match idempotent::begin(ctx, "walkIn", input.idempotency_key, &input).await? {
        Turn::New(txn, key) => (txn, key),
        Turn::Again(appointment) => return Ok(Done::before(appointment)),
        Turn::Reused => return Err(AppointmentRefusal::IdempotencyKeyReused.into()),
    };
    let hub = store::people::hub_in(&txn, viewer.organisation, hub_id).await?.ok_or_else(Problem::not_found)?;

    // Remember.
    let row = appointment::Model {
        hub_id: Some(hub.id),
        starts_at: Some(at),
        status: AppointmentStatus::Fulfilled,
        asked_at: at,
        met_at: Some(at),
        ..store::appointment::blank(appointment_id, &viewer, now)
    };
    if !store::appointment::add(&txn, row.clone()).await? {
        return Err(AppointmentRefusal::IdAlreadyUsed.into());
    }
    seating::is_for(ctx, &txn, &row, person).await?;
    idempotent::keep(&txn, &key, &row).await?;
    txn.commit().await?;

    Ok(Done::now(row))
}
