//! moveAppointment: what became of an appointment: they came, they talked, it was called off, or nobody was there.

use async_graphql::{Context, ID, InputObject, Object};
use busfare_entity::{
    appointment,
    words::{AppointmentId, AppointmentStatus, NotMetBecause},
};
use serde::Serialize;

use crate::{
    api::{
        context::{Answer, Asked, id},
        error::Problem,
        idempotent::{self, Turn},
        scalars::Uuid,
        seating,
        types::{appointment::Appointment, user_error::AppointmentUserError},
        verb::{Done, Verb, payload},
    },
    rules::appointment::{AppointmentRefusal, Standing, holds_place, step},
    store,
};

/// What `moveAppointment` takes.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct MoveAppointmentInput {
    /// A new UUID for this request. Sending it again with the same input is free and has the same answer.
    idempotency_key: Uuid,
    /// The appointment.
    appointment_id: ID,
    /// Where it stands now: `CHECKED_IN`, `ARRIVED`, `FULFILLED`, `CANCELLED`, `NOSHOW` or `ENTERED_IN_ERROR`.
    status: AppointmentStatus,
    /// Why it did not happen; needed for `CANCELLED` and `NOSHOW`, where `NOT_KNOWN` will do.
    because: Option<NotMetBecause>,
}

payload! {
    /// What `moveAppointment` answers.
    MoveAppointmentPayload {
        /// The appointment.
        appointment: Appointment(appointment::Model),
        refused: AppointmentUserError(AppointmentRefusal)
    }
}

/// The verb.
#[derive(Default)]
pub struct MoveAppointment;

#[Object]
impl MoveAppointment {
    /// Says what became of an appointment. A time that comes free goes to whoever of those who wait asked first and whom it
    /// fits; whoever put them on the list is told. An app needs the scope `APPOINTMENTS_WRITE`.
    async fn move_appointment(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which appointment, and what became of it.")] input: MoveAppointmentInput,
    ) -> Answer<MoveAppointmentPayload> {
        MoveAppointmentPayload::answer(ctx, move_on(ctx, input).await)
    }
}

async fn move_on(ctx: &Context<'_>, input: MoveAppointmentInput) -> Verb<appointment::Model, AppointmentRefusal> {
    // What became of which appointment?
    let (viewer, now) = (ctx.viewer()?, ctx.now()?);
    let appointment_id: AppointmentId = id(&input.appointment_id)?;

    // Was this answered before?
    let (txn, key) = match idempotent::begin(ctx, "moveAppointment", input.idempotency_key, &input).await? {
        Turn::New(txn, key) => (txn, key),
        Turn::Again(appointment) => return Ok(Done::before(appointment)),
        Turn::Reused => return Err(AppointmentRefusal::IdempotencyKeyReused.into()),
    };
    let held = store::appointment::hold(&txn, viewer.organisation, appointment_id).await?;
    let before = held.ok_or_else(Problem::not_found)?;

    // Decide. A time is given by `bookAppointment`, where it is claimed.
    let to = input.status;
    if matches!(to, AppointmentStatus::Booked | AppointmentStatus::Proposed | AppointmentStatus::Waitlist) {
        return Err(AppointmentRefusal::NotFromHere { from: before.status, to }.into());
    }
    let standing = Standing { status: before.status, starts: before.starts_at };
    let taken = step(standing, to, input.because, now)?;

    // Remember, and give the time to whoever comes next.
    let met_at = if to == AppointmentStatus::Fulfilled { Some(before.met_at.unwrap_or(now)) } else { None };
    let place = before.place.filter(|_| holds_place(to));
    let after = appointment::Model { status: taken.status, because: taken.because, place, met_at, ..before.clone() };
    store::appointment::write(&txn, &after, viewer.id, now).await?;
    if let Some((session, starts)) = before.session_id.zip(before.starts_at).filter(|_| taken.frees_place) {
        let kept = store::hub_session::by_ids(&txn, viewer.organisation, &[session]).await?.pop();
        if let Some(kept) = kept {
            seating::fill(&txn, &viewer, &kept, starts, now).await?;
        }
    }
    idempotent::keep(&txn, &key, &after).await?;
    txn.commit().await?;

    Ok(Done::now(after))
}
