//! Seating: which times are free, who loses one because a hub closes or moves, and who of those who wait comes next.

use std::collections::{BTreeMap, BTreeSet};

use async_graphql::Context;
use busfare_entity::{
    appointment, notice,
    words::{AppointmentStatus, HubId, NotMetBecause, NoticeKind, OrganisationId, PersonId},
};
use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;

use super::{
    context::{Answer, Asked},
    error::Problem,
};
use crate::{
    rules::{
        appointment::{Free, Next, Room, Wish, next_in_line, soonest, stranded},
        bank_holiday::Closures,
        calendar,
        hub_session::{MOST_DAYS, expand},
        sight::Viewer,
    },
    store::{
        self,
        db::{DatabaseTransaction, DbErr},
        hub_session::Kept,
    },
};

/// How far ahead times are looked for.
pub const AHEAD: TimeDelta = TimeDelta::days(90);

/// A bookable session with its room.
pub struct Seat {
    /// The session.
    pub kept: Kept,
    /// When it is open, and what of it is taken.
    pub room: Room<()>,
}

/// In which days and hours a council's hubs keep their times.
pub struct Hall {
    zone: Tz,
    closures: Closures,
}

impl Hall {
    /// That of an organisation.
    pub async fn of(conn: &impl sea_orm::ConnectionTrait, organisation: OrganisationId) -> Result<Self, DbErr> {
        let zone = store::people::zone(conn, organisation).await?;
        Ok(Self { zone, closures: store::hub_session::closures(conn, organisation).await? })
    }

    /// A bookable session as it is between two moments; none where people walk in.
    pub fn seat(&self, kept: Kept, (from, to): (DateTime<Utc>, DateTime<Utc>)) -> Option<Seat> {
        let (slot_minutes, places) = match kept.session.coming {
            crate::rules::hub_session::Coming::Bookable { slot_minutes, places } => (slot_minutes, places),
            crate::rules::hub_session::Coming::DropIn => return None,
        };
        let days = (calendar::day(from, self.zone), calendar::day(to, self.zone));
        let openings = expand(&kept.session, &self.closures, days, self.zone).map(|all| all.openings);
        let room = Room {
            session: kept.row.id,
            hub: kept.row.hub_id,
            needs: BTreeSet::new(),
            openings: openings.unwrap_or_default(),
            slot_minutes,
            places,
            taken: BTreeMap::new(),
        };
        Some(Seat { kept, room })
    }
}

/// The bookable sessions of some hubs, or of all where none is named, with what is taken of them from a moment on.
pub async fn seats(
    conn: &impl sea_orm::ConnectionTrait,
    organisation: OrganisationId,
    hubs: &[HubId],
    from: DateTime<Utc>,
) -> Result<Vec<Seat>, DbErr> {
    let hall = Hall::of(conn, organisation).await?;
    let kept = store::hub_session::of_hubs(conn, organisation, hubs).await?;
    let between = (from, from + AHEAD);
    let mut seats: Vec<Seat> = kept.into_iter().filter_map(|kept| hall.seat(kept, between)).collect();
    let ids: Vec<_> = seats.iter().map(|seat| seat.kept.row.id).collect();
    // A day more on each side: a slot of the first day may have begun before, and one of the last ends after.
    let around = (between.0 - TimeDelta::days(1), between.1 + TimeDelta::days(2));
    let mut taken = store::appointment::taken(conn, &ids, around).await?;
    for seat in &mut seats {
        seat.room.taken = taken.remove(&seat.kept.row.id).unwrap_or_default();
    }
    Ok(seats)
}

/// The soonest time that is free in any hub, for whoever has just missed one.
pub async fn next(ctx: &Context<'_>, viewer: &Viewer) -> Answer<Option<Next>> {
    let (reader, now) = (ctx.reader()?, ctx.now()?);
    let seats = seats(reader, viewer.organisation, &[], now).await?;
    let rooms: Vec<Room<()>> = seats.into_iter().map(|seat| seat.room).collect();
    let wish = Wish { hubs: vec![], need: None, not_before: None };
    let Some(free) = soonest(&rooms, &wish, now, 1).pop() else { return Ok(None) };
    let zone = store::people::zone(reader, viewer.organisation).await?;
    let hub = store::people::hub_in(reader, viewer.organisation, free.hub).await?;
    Ok(Some(Next {
        session: free.session,
        hub: free.hub,
        hub_name: hub.map(|hub| hub.name).unwrap_or_default(),
        starts: free.slot.starts,
        local: calendar::local(free.slot.starts, zone),
    }))
}

/// Takes their time from those whose session is not open then any more, and tells whoever made the appointment: it was us
/// who cancelled.
pub async fn unseat(
    txn: &DatabaseTransaction,
    viewer: &Viewer,
    kept: &Kept,
    now: DateTime<Utc>,
) -> Result<Vec<appointment::Model>, DbErr> {
    let to_come = store::appointment::to_come(txn, kept.row.id, now).await?;
    let Some(last) = to_come.iter().filter_map(|row| row.starts_at).max() else { return Ok(vec![]) };
    let hall = Hall::of(txn, viewer.organisation).await?;
    let until = last.min(now + TimeDelta::days(MOST_DAYS - 2));
    let begins: Vec<_> = to_come.iter().filter_map(|row| Some((row.id, row.starts_at?))).collect();
    let lost = match hall.seat(kept.clone(), (now, until)) {
        Some(seat) => stranded(&seat.room, &begins, now),
        None => begins.iter().map(|(id, _)| *id).collect(),
    };
    let mut unseated = Vec::with_capacity(lost.len());
    for row in to_come.into_iter().filter(|row| lost.contains(&row.id)) {
        let because = Some(NotMetBecause::WeCancelled);
        let row = appointment::Model { status: AppointmentStatus::Cancelled, because, place: None, ..row };
        store::appointment::write(txn, &row, viewer.id, now).await?;
        tell(txn, &row, NoticeKind::AppointmentLost, now).await?;
        unseated.push(row);
    }
    Ok(unseated)
}

/// Gives a time that came free to whoever of those who wait comes next, and tells whoever put them on the list.
pub async fn fill(
    txn: &DatabaseTransaction,
    viewer: &Viewer,
    kept: &Kept,
    starts: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<Option<appointment::Model>, DbErr> {
    let hall = Hall::of(txn, viewer.organisation).await?;
    let Some(mut seat) = hall.seat(kept.clone(), (starts, starts)) else { return Ok(None) };
    let around = (starts - TimeDelta::days(1), starts + TimeDelta::days(1));
    let mut taken = store::appointment::taken(txn, &[kept.row.id], around).await?;
    seat.room.taken = taken.remove(&kept.row.id).unwrap_or_default();
    let Ok(free) = seat.room.claim(starts, now) else { return Ok(None) };
    let waiting = store::appointment::waiting(txn, viewer.organisation).await?;
    let (rows, waits): (Vec<_>, Vec<_>) = waiting.into_iter().unzip();
    let chosen = next_in_line(&free, &seat.room.needs, &waits, now);
    let Some(row) = rows.into_iter().find(|row| Some(row.id) == chosen) else { return Ok(None) };

    let mut row = seated(row, &free);
    if !store::appointment::give_place(txn, &mut row, seat.room.places).await? {
        return Ok(None);
    }
    store::appointment::write(txn, &row, viewer.id, now).await?;
    tell(txn, &row, NoticeKind::AppointmentFound, now).await?;
    Ok(Some(row))
}

/// An appointment at a time that is free, still without a place there.
pub fn seated(row: appointment::Model, free: &Free) -> appointment::Model {
    appointment::Model {
        hub_id: Some(free.hub),
        session_id: Some(free.session),
        starts_at: Some(free.slot.starts),
        ends_at: Some(free.slot.ends),
        status: AppointmentStatus::Booked,
        because: None,
        ..row
    }
}

async fn tell(
    txn: &DatabaseTransaction,
    row: &appointment::Model,
    kind: NoticeKind,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let to = store::notice::to(row.organisation_id, row.made_by, kind, now);
    store::notice::tell(txn, notice::Model { appointment_id: Some(row.id), ..to }).await
}

/// Writes down a new appointment's first step, and whom it is for, where somebody is named. Somebody else's person is not
/// found.
pub async fn is_for(
    ctx: &Context<'_>,
    txn: &DatabaseTransaction,
    row: &appointment::Model,
    person: Option<PersonId>,
) -> Answer<()> {
    let (her, now) = (ctx.practitioner()?.0, ctx.now()?);
    if let Some(person) = person {
        if !store::person::known(txn, her, person, now).await? {
            return Err(Problem::not_found());
        }
        store::appointment::is_for(txn, row.id, person).await?;
    }
    Ok(store::appointment::step(txn, row, her.id, now).await?)
}
