//! Whom people met: times that were booked and kept, or not, and whoever walked in.

use busfare_entity::{
    appointment, appointment_person, appointment_step, hub_session, person, practitioner,
    words::{AppointmentId, AppointmentStatus, HubId, NotMetBecause},
};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::{Dice, family_workers};
use crate::{
    demo::{DemoError, council::Council},
    rules::calendar::{self, HOME},
    store::{self, db::DatabaseTransaction, mint},
};

/// Where times can be booked, with the sessions that have them.
struct Rooms<'a> {
    workers: Vec<&'a practitioner::Model>,
    people: &'a [person::Model],
    hubs: Vec<HubId>,
    sessions: Vec<&'a hub_session::Model>,
}

#[derive(Default)]
struct Rows {
    appointments: Vec<appointment::Model>,
    people: Vec<appointment_person::Model>,
    steps: Vec<appointment_step::Model>,
}

/// So many, day after day.
pub async fn live(
    txn: &DatabaseTransaction,
    (council, sessions, people): (&Council, &[hub_session::Model], &[person::Model]),
    (days, count): (&[NaiveDate], usize),
    now: DateTime<Utc>,
    dice: &mut Dice,
) -> Result<(), DemoError> {
    let sessions = sessions.iter().filter(|session| session.slot_minutes.is_some()).collect();
    let hubs = council.hubs.iter().map(|hub| hub.id).collect();
    let rooms = Rooms { workers: family_workers(council), people, hubs, sessions };
    let mut rows = Rows::default();
    for (place, day) in days.iter().enumerate() {
        let today = count * (place + 1) / days.len() - count * place / days.len();
        let times: Vec<_> = rooms.sessions.iter().flat_map(|session| times(session, *day)).collect();
        // Four in ten book a time, as far as there are any.
        for number in 0..today {
            match times.get(number * 5 / 2).filter(|_| number % 5 < 2) {
                Some((session, starts_at)) => rooms.booked(&mut rows, session, *starts_at, now, dice),
                None => rooms.walked_in(&mut rows, *day, now, dice),
            }
        }
    }
    for _ in 0..12 {
        rooms.waits(&mut rows, now, dice);
    }
    store::rows::add_in_parts::<appointment::Entity>(txn, rows.appointments).await?;
    store::rows::add_in_parts::<appointment_person::Entity>(txn, rows.people).await?;
    store::rows::add_in_parts::<appointment_step::Entity>(txn, rows.steps).await?;
    Ok(())
}

/// The times of a session on a working day: every half hour in the afternoon.
fn times(session: &hub_session::Model, day: NaiveDate) -> impl Iterator<Item = (&hub_session::Model, DateTime<Utc>)> {
    let begins = calendar::begins(day, HOME);
    (0..6).map(move |slot| (session, begins + TimeDelta::minutes(13 * 60 + slot * 30)))
}

impl Rooms<'_> {
    fn blank(&self, asked_at: DateTime<Utc>, dice: &mut Dice) -> appointment::Model {
        let by = dice.pick(&self.workers);
        appointment::Model {
            id: mint::id(),
            organisation_id: by.organisation_id,
            team_id: by.team_id,
            made_by: by.id,
            hub_id: None,
            session_id: None,
            starts_at: None,
            ends_at: None,
            place: None,
            status: AppointmentStatus::Waitlist,
            because: None,
            asked_at,
            met_at: None,
            not_before: None,
            reminded_at: None,
        }
    }

    fn booked(
        &self,
        rows: &mut Rows,
        session: &hub_session::Model,
        starts_at: DateTime<Utc>,
        now: DateTime<Utc>,
        dice: &mut Dice,
    ) {
        let waited = if dice.chance(80) { dice.between(1, 12) } else { dice.between(10, 30) };
        let asked_at = starts_at - TimeDelta::days(waited) + TimeDelta::minutes(dice.between(-180, 90));
        let (status, because) = match dice.below(100) {
            _ if starts_at + TimeDelta::minutes(30) > now => (AppointmentStatus::Booked, None),
            0..84 => (AppointmentStatus::Fulfilled, None),
            84..89 => (AppointmentStatus::Noshow, Some(NotMetBecause::NoWayToGetThere)),
            89..93 => (AppointmentStatus::Noshow, Some(NotMetBecause::MessageDidNotArrive)),
            93..97 => (AppointmentStatus::Cancelled, Some(NotMetBecause::NoLongerNeeded)),
            _ => (AppointmentStatus::Cancelled, Some(NotMetBecause::WeCancelled)),
        };
        let met_at = (status == AppointmentStatus::Fulfilled).then_some(starts_at);
        let row = appointment::Model {
            hub_id: Some(session.hub_id),
            session_id: Some(session.id),
            starts_at: Some(starts_at),
            ends_at: Some(starts_at + TimeDelta::minutes(30)),
            // What was called off takes no place.
            place: (status != AppointmentStatus::Cancelled).then_some(1),
            status,
            because,
            met_at,
            reminded_at: Some(starts_at - TimeDelta::hours(20)),
            ..self.blank(asked_at, dice)
        };
        rows.step(&row, AppointmentStatus::Booked, None, asked_at);
        if status != AppointmentStatus::Booked {
            rows.step(&row, status, because, met_at.unwrap_or(starts_at));
        }
        rows.people.push(self.whom(row.id, dice));
        rows.appointments.push(row);
    }

    fn walked_in(&self, rows: &mut Rows, day: NaiveDate, now: DateTime<Utc>, dice: &mut Dice) {
        let at = (calendar::begins(day, HOME) + TimeDelta::minutes(dice.between(600, 1_000))).min(now);
        let row = appointment::Model {
            hub_id: Some(*dice.pick(&self.hubs)),
            status: AppointmentStatus::Fulfilled,
            met_at: Some(at),
            ..self.blank(at, dice)
        };
        rows.step(&row, AppointmentStatus::Fulfilled, None, at);
        // Nobody needs to give a name.
        if dice.chance(50) {
            rows.people.push(self.whom(row.id, dice));
        }
        rows.appointments.push(row);
    }

    fn waits(&self, rows: &mut Rows, now: DateTime<Utc>, dice: &mut Dice) {
        let row = self.blank(now - TimeDelta::hours(dice.between(5, 300)), dice);
        rows.step(&row, AppointmentStatus::Waitlist, None, row.asked_at);
        rows.people.push(self.whom(row.id, dice));
        rows.appointments.push(row);
    }

    fn whom(&self, appointment_id: AppointmentId, dice: &mut Dice) -> appointment_person::Model {
        appointment_person::Model { appointment_id, person_id: dice.pick(self.people).id }
    }
}

impl Rows {
    fn step(
        &mut self,
        row: &appointment::Model,
        status: AppointmentStatus,
        because: Option<NotMetBecause>,
        stepped_at: DateTime<Utc>,
    ) {
        self.steps.push(appointment_step::Model {
            id: mint::id(),
            appointment_id: row.id,
            status,
            because,
            starts_at: row.starts_at,
            stepped_by: row.made_by,
            stepped_at,
        });
    }
}
