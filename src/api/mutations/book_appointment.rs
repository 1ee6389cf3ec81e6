//! bookAppointment: somebody is given a time in a hub, and nobody else has it.

use async_graphql::{Context, ID, InputObject, Object};
use busfare_entity::{
    appointment,
    words::{AppointmentId, AppointmentStatus, HubSessionId, PersonId},
};
use chrono::TimeDelta;
use serde::Serialize;

use crate::{
    api::{
        context::{Answer, Asked, id},
        error::Problem,
        idempotent::{self, Turn},
        scalars::{DateTime, Uuid},
        seating::{self, Hall},
        types::{appointment::Appointment, user_error::AppointmentUserError},
        verb::{Done, Stop, Verb, payload},
    },
    rules::appointment::{AppointmentRefusal, Free},
    store::{self, db::DatabaseTransaction},
};

/// What `bookAppointment` takes.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct BookAppointmentInput {
    /// A new UUID for this request. Sending it again with the same input is free and has the same answer.
    idempotency_key: Uuid,
    /// The appointment's id, as the phone mints it; that of somebody who waits gives them this time.
    appointment_id: ID,
    /// The session.
    session_id: ID,
    /// When it begins, from `freeSlots`.
    starts_at: DateTime,
    /// Who it is for; left out where nobody needs to be named.
    person_id: Option<ID>,
}

payload! {
    /// What `bookAppointment` answers.
    BookAppointmentPayload {
        /// The appointment.
        appointment: Appointment(appointment::Model),
        refused: AppointmentUserError(AppointmentRefusal)
    }
}

/// The verb.
#[derive(Default)]
pub struct BookAppointment;

#[Object]
impl BookAppointment {
    /// Gives somebody a time. Of many who ask for one place exactly one has it; the others are told of the next that is free.
    /// An app needs the scope `APPOINTMENTS_WRITE`.
    async fn book_appointment(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which time, and for whom.")] input: BookAppointmentInput,
    ) -> Answer<BookAppointmentPayload> {
        let mut booked = book(ctx, input).await;
        if let Err(Stop::Refused(AppointmentRefusal::SlotTaken(next))) = &mut booked {
            *next = seating::next(ctx, &ctx.viewer()?).await?;
        }
        BookAppointmentPayload::answer(ctx, booked)
    }
}

async fn book(ctx: &Context<'_>, input: BookAppointmentInput) -> Verb<appointment::Model, AppointmentRefusal> {
    // Which time, and for whom?
    let (viewer, now) = (ctx.viewer()?, ctx.now()?);
    let (appointment_id, session_id): (AppointmentId, HubSessionId) =
        (id(&input.appointment_id)?, id(&input.session_id)?);
    let person: Option<PersonId> = input.person_id.as_ref().map(id).transpose()?;
    let starts = input.starts_at.0;

    // Was this answered before?
    let (txn, key) = match idempotent::begin(ctx, "bookAppointment", input.idempotency_key, &input).await? {
        Turn::New(txn, key) => (txn, key),
        Turn::Again(appointment) => return Ok(Done::before(appointment)),
        Turn::Reused => return Err(AppointmentRefusal::IdempotencyKeyReused.into()),
    };

    // Is it free?
    let kept = store::hub_session::share(&txn, viewer.organisation, session_id).await?;
    let kept = kept.ok_or_else(Problem::not_found)?;
    let hall = Hall::of(&txn, viewer.organisation).await?;
    let mut seat = hall.seat(kept, (starts, starts)).ok_or(AppointmentRefusal::DropInOnly)?;
    let around = (starts - TimeDelta::days(1), starts + TimeDelta::days(1));
    let mut taken = store::appointment::taken(&txn, &[session_id], around).await?;
    seat.room.taken = taken.remove(&session_id).unwrap_or_default();
    let free = seat.room.claim(starts, now)?;

    // Remember.
    let waited = store::appointment::hold(&txn, viewer.organisation, appointment_id).await?;
    let booked = match waited {
        Some(waited) => {
            let row = from_the_list(&txn, waited, &free, seat.room.places).await?;
            store::appointment::write(&txn, &row, viewer.id, now).await?;
            row
        }
        None => {
            let row = seating::seated(store::appointment::blank(appointment_id, &viewer, now), &free);
            let claimed = store::appointment::claim(&txn, row, seat.room.places).await?;
            let row = claimed.ok_or(AppointmentRefusal::SlotTaken(None))?;
            seating::is_for(ctx, &txn, &row, person).await?;
            row
        }
    };
    idempotent::keep(&txn, &key, &booked).await?;
    txn.commit().await?;

    Ok(Done::now(booked))
}

/// Gives a time to somebody who waits for one.
async fn from_the_list(
    txn: &DatabaseTransaction,
    waited: appointment::Model,
    free: &Free,
    places: u8,
) -> Result<appointment::Model, Stop<AppointmentRefusal>> {
    if waited.status != AppointmentStatus::Waitlist {
        return Err(AppointmentRefusal::IdAlreadyUsed.into());
    }
    let mut row = seating::seated(waited, free);
    if !store::appointment::give_place(txn, &mut row, places).await? {
        return Err(AppointmentRefusal::SlotTaken(None).into());
    }
    Ok(row)
}
