//! waitForAppointment: somebody comes next when a time is free.

use std::collections::BTreeSet;

use async_graphql::{Context, ID, InputObject, Object};
use busfare_entity::{
    appointment,
    words::{AppointmentId, HubId, PersonId},
};
use serde::Serialize;

use crate::{
    api::{
        context::{Answer, Asked, id},
        error::Problem,
        idempotent::{self, Turn},
        messages::message,
        scalars::{DateTime, Uuid},
        seating,
        types::{appointment::Appointment, user_error::AppointmentUserError},
        verb::{Done, Verb, payload},
    },
    rules::appointment::{AppointmentRefusal, may_wait},
    store,
};

/// Most hubs that somebody names.
const MOST_HUBS: usize = 20;

/// What `waitForAppointment` takes.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct WaitForAppointmentInput {
    /// A new UUID for this request. Sending it again with the same input is free and has the same answer.
    idempotency_key: Uuid,
    /// The appointment's id, as the phone mints it.
    appointment_id: ID,
    /// In which hubs, the most welcome first, at most 20; any where none is named.
    #[graphql(default)]
    hub_ids: Vec<ID>,
    /// Who waits; left out where nobody needs to be named.
    person_id: Option<ID>,
    /// Not before this moment.
    not_before: Option<DateTime>,
}

payload! {
    /// What `waitForAppointment` answers.
    WaitForAppointmentPayload {
        /// The place on the list.
        appointment: Appointment(appointment::Model),
        refused: AppointmentUserError(AppointmentRefusal)
    }
}

/// The verb.
#[derive(Default)]
pub struct WaitForAppointment;

#[Object]
impl WaitForAppointment {
    /// Puts somebody on the list of those who wait. Whoever asked first comes first; nobody's urgency is weighed here, so say
    /// `walkIn` for what cannot wait. An app needs the scope `APPOINTMENTS_WRITE`.
    async fn wait_for_appointment(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who waits, and where.")] input: WaitForAppointmentInput,
    ) -> Answer<WaitForAppointmentPayload> {
        WaitForAppointmentPayload::answer(ctx, wait(ctx, input).await)
    }
}

async fn wait(ctx: &Context<'_>, input: WaitForAppointmentInput) -> Verb<appointment::Model, AppointmentRefusal> {
    // Who waits, and where?
    let (viewer, now) = (ctx.viewer()?, ctx.now()?);
    let appointment_id: AppointmentId = id(&input.appointment_id)?;
    let person: Option<PersonId> = input.person_id.as_ref().map(id).transpose()?;
    if input.hub_ids.len() > MOST_HUBS {
        return Err(Problem::bad_user_input(message!("too-many-hubs")).into());
    }
    let mut named = BTreeSet::new();
    let hubs = input.hub_ids.iter().map(id).collect::<Answer<Vec<HubId>>>()?;
    let hubs: Vec<HubId> = hubs.into_iter().filter(|hub| named.insert(*hub)).collect();

    // Was this answered before?
    let (txn, key) = match idempotent::begin(ctx, "waitForAppointment", input.idempotency_key, &input).await? {
        Turn::New(txn, key) => (txn, key),
        Turn::Again(appointment) => return Ok(Done::before(appointment)),
        Turn::Reused => return Err(AppointmentRefusal::IdempotencyKeyReused.into()),
    };
    if store::people::hubs(&txn, viewer.organisation, &hubs).await?.len() != hubs.len() {
        return Err(Problem::not_found().into());
    }
    let (so_far, waits_already) = store::appointment::waits(&txn, viewer.organisation, person).await?;
    may_wait(so_far, waits_already)?;

    // Remember.
    let not_before = input.not_before.map(|earliest| earliest.0);
    let row = appointment::Model { not_before, ..store::appointment::blank(appointment_id, &viewer, now) };
    if !store::appointment::add(&txn, row.clone()).await? {
        return Err(AppointmentRefusal::IdAlreadyUsed.into());
    }
    store::appointment::wish(&txn, row.id, &hubs).await?;
    seating::is_for(ctx, &txn, &row, person).await?;
    idempotent::keep(&txn, &key, &row).await?;
    txn.commit().await?;

    Ok(Done::now(row))
}
