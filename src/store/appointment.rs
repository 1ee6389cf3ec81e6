//! Appointments: a place in a slot is claimed by the database, a place on the list of those who wait is kept in order, and
//! every step is written down.

use std::collections::{BTreeMap, HashMap};

use busfare_entity::{
    appointment, appointment_person, appointment_step, appointment_wish,
    words::{AppointmentId, AppointmentStatus, HubId, HubSessionId, OrganisationId, PersonId, PractitionerId},
};
use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect, Select,
    sea_query::{Expr, LockType, OnConflict},
};

use super::{db::inserted, mint, rows};
use crate::rules::{
    appointment::{MOST_WAITING, Waiting, Wish},
    sight::Viewer,
};

/// Most appointments that are read at once.
const MOST_READ: u64 = 10_000;

/// An appointment that somebody makes now, still without a time.
pub fn blank(id: AppointmentId, by: &Viewer, now: DateTime<Utc>) -> appointment::Model {
    appointment::Model {
        id,
        organisation_id: by.organisation,
        team_id: by.team,
        made_by: by.id,
        hub_id: None,
        session_id: None,
        starts_at: None,
        ends_at: None,
        place: None,
        status: AppointmentStatus::Waitlist,
        because: None,
        asked_at: now,
        met_at: None,
        not_before: None,
        reminded_at: None,
    }
}

/// Claims one of the places of a slot; none where all are taken or the id is. Whoever asks for a slot that somebody is just
/// taking waits until that has ended one way or the other.
pub async fn claim(
    conn: &impl ConnectionTrait,
    row: appointment::Model,
    places: u8,
) -> Result<Option<appointment::Model>, DbErr> {
    for place in 1..=i32::from(places) {
        let row = appointment::Model { place: Some(place), ..row.clone() };
        if add(conn, row.clone()).await? {
            return Ok(Some(row));
        }
        // Where it is the id that is taken, no other place will do.
        if find(conn, row.organisation_id, row.id).await?.is_some() {
            return Ok(None);
        }
    }
    Ok(None)
}

/// Adds an appointment; false where its place, or its id, is taken.
pub async fn add(conn: &impl ConnectionTrait, row: appointment::Model) -> Result<bool, DbErr> {
    let added = appointment::Entity::insert(row.into_active_model())
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .try_insert()
        .exec_without_returning(conn)
        .await?;
    Ok(inserted(&added))
}

/// Gives an appointment that waits one of the places of a slot; false where all are taken.
pub async fn give_place(conn: &impl ConnectionTrait, row: &mut appointment::Model, places: u8) -> Result<bool, DbErr> {
    let taken: Vec<Option<i32>> = appointment::Entity::find()
        .select_only()
        .column(appointment::Column::Place)
        .filter(appointment::Column::SessionId.eq(row.session_id))
        .filter(appointment::Column::StartsAt.eq(row.starts_at))
        .filter(appointment::Column::Place.is_not_null())
        .into_tuple()
        .all(conn)
        .await?;
    row.place = (1..=i32::from(places)).find(|place| !taken.contains(&Some(*place)));
    Ok(row.place.is_some())
}

/// Writes what has become of an appointment, and the step.
pub async fn write(
    conn: &impl ConnectionTrait,
    row: &appointment::Model,
    by: PractitionerId,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    appointment::Entity::update(row.clone().into_active_model().reset_all()).exec(conn).await?;
    step(conn, row, by, now).await
}

/// Writes down where an appointment stands.
pub async fn step(
    conn: &impl ConnectionTrait,
    row: &appointment::Model,
    by: PractitionerId,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let step = appointment_step::Model {
        id: mint::id(),
        appointment_id: row.id,
        status: row.status,
        because: row.because,
        starts_at: row.starts_at,
        stepped_by: by,
        stepped_at: now,
    };
    appointment_step::Entity::insert(step.into_active_model()).exec_without_returning(conn).await.map(|_| ())
}

/// An appointment of the organisation.
pub async fn find(
    conn: &impl ConnectionTrait,
    organisation: OrganisationId,
    id: AppointmentId,
) -> Result<Option<appointment::Model>, DbErr> {
    let ours = appointment::Column::OrganisationId.eq(organisation);
    appointment::Entity::find_by_id(id).filter(ours).one(conn).await
}

/// An appointment of the organisation. Nobody else moves it until the transaction ends.
pub async fn hold(
    conn: &impl ConnectionTrait,
    organisation: OrganisationId,
    id: AppointmentId,
) -> Result<Option<appointment::Model>, DbErr> {
    let ours = appointment::Column::OrganisationId.eq(organisation);
    appointment::Entity::find_by_id(id).filter(ours).lock(LockType::NoKeyUpdate).one(conn).await
}

/// Appointments of the organisation by id, in any order.
pub async fn by_ids(
    conn: &impl ConnectionTrait,
    organisation: OrganisationId,
    ids: &[AppointmentId],
) -> Result<Vec<appointment::Model>, DbErr> {
    appointment::Entity::find()
        .filter(appointment::Column::OrganisationId.eq(organisation))
        .filter(appointment::Column::Id.is_in(ids.iter().copied()))
        .all(conn)
        .await
}

/// The appointments of a hub that begin between two moments, the earliest first; no more than so many.
pub async fn in_hub(
    conn: &impl ConnectionTrait,
    (organisation, hub): (OrganisationId, HubId),
    (from, to): (DateTime<Utc>, DateTime<Utc>),
    most: u64,
) -> Result<Vec<appointment::Model>, DbErr> {
    appointment::Entity::find()
        .filter(appointment::Column::OrganisationId.eq(organisation))
        .filter(appointment::Column::HubId.eq(hub))
        .filter(appointment::Column::StartsAt.gte(from))
        .filter(appointment::Column::StartsAt.lt(to))
        .order_by_asc(appointment::Column::StartsAt)
        .order_by_asc(appointment::Column::Place)
        .order_by_asc(appointment::Column::Id)
        .limit(most)
        .all(conn)
        .await
}

/// How many places are taken, by session and slot, from a moment to another.
pub async fn taken(
    conn: &impl ConnectionTrait,
    sessions: &[HubSessionId],
    (from, to): (DateTime<Utc>, DateTime<Utc>),
) -> Result<HashMap<HubSessionId, BTreeMap<DateTime<Utc>, u8>>, DbErr> {
    let rows: Vec<(HubSessionId, DateTime<Utc>, i64)> = appointment::Entity::find()
        .select_only()
        .column(appointment::Column::SessionId)
        .column(appointment::Column::StartsAt)
        .column_as(appointment::Column::Place.count(), "taken")
        .filter(appointment::Column::SessionId.is_in(sessions.iter().copied()))
        .filter(appointment::Column::StartsAt.gte(from))
        .filter(appointment::Column::StartsAt.lt(to))
        .filter(appointment::Column::Place.is_not_null())
        .group_by(appointment::Column::SessionId)
        .group_by(appointment::Column::StartsAt)
        .into_tuple()
        .all(conn)
        .await?;
    let mut taken: HashMap<_, BTreeMap<_, _>> = HashMap::new();
    for (session, starts, count) in rows {
        taken.entry(session).or_default().insert(starts, u8::try_from(count).unwrap_or(u8::MAX));
    }
    Ok(taken)
}

/// The appointments of a session that are still to come, with a place.
pub async fn to_come(
    conn: &impl ConnectionTrait,
    session: HubSessionId,
    now: DateTime<Utc>,
) -> Result<Vec<appointment::Model>, DbErr> {
    appointment::Entity::find()
        .filter(appointment::Column::SessionId.eq(session))
        .filter(appointment::Column::StartsAt.gt(now))
        .filter(appointment::Column::Place.is_not_null())
        .limit(MOST_READ)
        .lock(LockType::NoKeyUpdate)
        .all(conn)
        .await
}

/// Whom an appointment is for.
pub async fn is_for(conn: &impl ConnectionTrait, id: AppointmentId, person: PersonId) -> Result<(), DbErr> {
    let row = appointment_person::Model { appointment_id: id, person_id: person };
    appointment_person::Entity::insert(row.into_active_model()).exec_without_returning(conn).await.map(|_| ())
}

/// Whom appointments are for.
pub async fn people(
    conn: &impl ConnectionTrait,
    appointments: &[AppointmentId],
) -> Result<Vec<appointment_person::Model>, DbErr> {
    let of_these = appointment_person::Column::AppointmentId.is_in(appointments.iter().copied());
    appointment_person::Entity::find().filter(of_these).all(conn).await
}

/// Keeps in which hubs somebody who waits would like to be seen, the most welcome first.
pub async fn wish(conn: &impl ConnectionTrait, id: AppointmentId, hubs: &[HubId]) -> Result<(), DbErr> {
    let wishes =
        (0..).zip(hubs).map(|(welcome, hub)| appointment_wish::Model { appointment_id: id, hub_id: *hub, welcome });
    rows::add_all::<appointment_wish::Entity>(conn, wishes.collect()).await
}

/// The hubs in which those who wait would like to be seen, the most welcome first.
pub async fn wishes(conn: &impl ConnectionTrait, ids: &[AppointmentId]) -> Result<Vec<appointment_wish::Model>, DbErr> {
    appointment_wish::Entity::find()
        .filter(appointment_wish::Column::AppointmentId.is_in(ids.iter().copied()))
        .order_by_asc(appointment_wish::Column::Welcome)
        .all(conn)
        .await
}

/// How many wait, and whether this person does already.
pub async fn waits(
    conn: &impl ConnectionTrait,
    organisation: OrganisationId,
    person: Option<PersonId>,
) -> Result<(usize, bool), DbErr> {
    let waiting = || {
        appointment::Entity::find()
            .filter(appointment::Column::OrganisationId.eq(organisation))
            .filter(appointment::Column::Status.eq(AppointmentStatus::Waitlist))
    };
    let count = usize::try_from(waiting().count(conn).await?).unwrap_or(usize::MAX);
    let Some(person) = person else { return Ok((count, false)) };
    let theirs = sea_orm::sea_query::Query::select()
        .column(appointment_person::Column::AppointmentId)
        .from(appointment_person::Entity)
        .and_where(appointment_person::Column::PersonId.eq(person))
        .to_owned();
    let waits = waiting().filter(appointment::Column::Id.in_subquery(theirs)).count(conn).await? > 0;
    Ok((count, waits))
}

/// Everybody who waits, whoever asked first first, with what they wish. Nobody else gives them a time until the transaction
/// ends.
pub async fn waiting(
    conn: &impl ConnectionTrait,
    organisation: OrganisationId,
) -> Result<Vec<(appointment::Model, Waiting<()>)>, DbErr> {
    let rows = on_the_list(organisation).lock(LockType::NoKeyUpdate).all(conn).await?;
    let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
    let mut hubs: HashMap<AppointmentId, Vec<HubId>> = HashMap::new();
    for wish in wishes(conn, &ids).await? {
        hubs.entry(wish.appointment_id).or_default().push(wish.hub_id);
    }
    let waits = |row: appointment::Model| {
        let wish = Wish { hubs: hubs.remove(&row.id).unwrap_or_default(), need: None, not_before: row.not_before };
        let waiting = Waiting { id: row.id, asked: row.asked_at, wish };
        (row, waiting)
    };
    Ok(rows.into_iter().map(waits).collect())
}

/// Everybody who waits, whoever asked first first.
pub async fn list(conn: &impl ConnectionTrait, organisation: OrganisationId) -> Result<Vec<appointment::Model>, DbErr> {
    on_the_list(organisation).all(conn).await
}

fn on_the_list(organisation: OrganisationId) -> Select<appointment::Entity> {
    appointment::Entity::find()
        .filter(appointment::Column::OrganisationId.eq(organisation))
        .filter(appointment::Column::Status.eq(AppointmentStatus::Waitlist))
        .order_by_asc(appointment::Column::AskedAt)
        .order_by_asc(appointment::Column::Id)
        .limit(u64::try_from(MOST_WAITING).unwrap_or(u64::MAX))
}

/// Appointments that begin between two moments and that nobody was reminded of, the earliest first.
pub async fn ahead(
    conn: &impl ConnectionTrait,
    (from, to): (DateTime<Utc>, DateTime<Utc>),
    most: u64,
) -> Result<Vec<appointment::Model>, DbErr> {
    appointment::Entity::find()
        .filter(appointment::Column::Status.eq(AppointmentStatus::Booked))
        .filter(appointment::Column::RemindedAt.is_null())
        .filter(appointment::Column::StartsAt.gt(from))
        .filter(appointment::Column::StartsAt.lte(to))
        .order_by_asc(appointment::Column::StartsAt)
        .limit(most)
        .all(conn)
        .await
}

/// Notes that those who made appointments were reminded of them. Only those that nobody was reminded of yet.
pub async fn remind(conn: &impl ConnectionTrait, id: AppointmentId, now: DateTime<Utc>) -> Result<bool, DbErr> {
    let reminded = appointment::Entity::update_many()
        .col_expr(appointment::Column::RemindedAt, Expr::value(now))
        .filter(appointment::Column::Id.eq(id))
        .filter(appointment::Column::RemindedAt.is_null())
        .exec(conn)
        .await?;
    Ok(reminded.rows_affected == 1)
}
