//! Sessions of hubs, and the days on which the council is closed.

use std::collections::{BTreeSet, HashMap};

use busfare_entity::{
    council_closure, hub_session, hub_session_change, organisation,
    words::{HubId, HubSessionId, Nation, OrganisationId, SessionChangeKind},
};
use chrono::{NaiveDate, NaiveTime};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    QuerySelect,
    sea_query::{Expr, LockType, OnConflict},
};

use super::db::inserted;
use crate::rules::{
    bank_holiday::Closures,
    calendar,
    hub_session::{Change, Coming, Hours, HubSession, read},
};

/// Most sessions of one council that are looked at together.
const MOST_SESSIONS: u64 = 1_000;
/// Most days that a council itself says it is open or closed on.
const MOST_CLOSURES: u64 = 2_000;
/// How times on the wall are kept.
const ON_THE_WALL: &str = "%H:%M:%S";

/// A session as it is kept, with what it means.
#[derive(Clone, Debug, PartialEq)]
pub struct Kept {
    /// The row.
    pub row: hub_session::Model,
    /// When it is.
    pub session: HubSession,
}

/// Keeps a session, or what has become of it. False where the id is another organisation's.
pub async fn put(conn: &impl ConnectionTrait, row: hub_session::Model) -> Result<bool, DbErr> {
    let before = hub_session::Entity::find_by_id(row.id).one(conn).await?;
    match before {
        Some(before) if before.organisation_id != row.organisation_id => Ok(false),
        Some(_) => {
            hub_session::Entity::update(row.into_active_model().reset_all()).exec(conn).await?;
            Ok(true)
        }
        None => {
            let added = hub_session::Entity::insert(row.into_active_model())
                .on_conflict(OnConflict::column(hub_session::Column::Id).do_nothing().to_owned())
                .try_insert()
                .exec_without_returning(conn)
                .await?;
            Ok(inserted(&added))
        }
    }
}

/// A session as a row.
pub fn row_of(session: &HubSession, blank: hub_session::Model) -> hub_session::Model {
    let (slot_minutes, places) = match session.coming {
        Coming::DropIn => (None, None),
        Coming::Bookable { slot_minutes, places } => (Some(slot_minutes.into()), Some(places.into())),
    };
    hub_session::Model {
        rule: crate::rules::hub_session::write(&session.recurrence),
        first_on: session.recurrence.first(),
        opens: wall(session.hours.opens),
        closes: wall(session.hours.closes),
        slot_minutes,
        places,
        closes_with_council: session.closes_with_council,
        ..blank
    }
}

/// A session of the organisation. Nobody else changes it until the transaction ends.
pub async fn hold(
    conn: &impl ConnectionTrait,
    organisation: OrganisationId,
    id: HubSessionId,
) -> Result<Option<Kept>, DbErr> {
    let row = hub_session::Entity::find_by_id(id)
        .filter(hub_session::Column::OrganisationId.eq(organisation))
        .lock(LockType::NoKeyUpdate)
        .one(conn)
        .await?;
    Ok(kept(conn, row.into_iter().collect()).await?.pop())
}

/// A session of the organisation. Nobody changes it until the transaction ends; others may give times in it.
pub async fn share(
    conn: &impl ConnectionTrait,
    organisation: OrganisationId,
    id: HubSessionId,
) -> Result<Option<Kept>, DbErr> {
    let row = hub_session::Entity::find_by_id(id)
        .filter(hub_session::Column::OrganisationId.eq(organisation))
        .lock(LockType::Share)
        .one(conn)
        .await?;
    Ok(kept(conn, row.into_iter().collect()).await?.pop())
}

/// Sessions of the organisation by id, in any order.
pub async fn by_ids(
    conn: &impl ConnectionTrait,
    organisation: OrganisationId,
    ids: &[HubSessionId],
) -> Result<Vec<Kept>, DbErr> {
    let rows = hub_session::Entity::find()
        .filter(hub_session::Column::OrganisationId.eq(organisation))
        .filter(hub_session::Column::Id.is_in(ids.iter().copied()))
        .all(conn)
        .await?;
    kept(conn, rows).await
}

/// The sessions of hubs, by name; of every hub where none is named.
pub async fn of_hubs(
    conn: &impl ConnectionTrait,
    organisation: OrganisationId,
    hubs: &[HubId],
) -> Result<Vec<Kept>, DbErr> {
    let mut query = hub_session::Entity::find().filter(hub_session::Column::OrganisationId.eq(organisation));
    if !hubs.is_empty() {
        query = query.filter(hub_session::Column::HubId.is_in(hubs.iter().copied()));
    }
    let rows = query
        .order_by_asc(hub_session::Column::Name)
        .order_by_asc(hub_session::Column::Id)
        .limit(MOST_SESSIONS)
        .all(conn)
        .await?;
    kept(conn, rows).await
}

/// Sets the days of a session that differ.
pub async fn change(
    conn: &impl ConnectionTrait,
    session: HubSessionId,
    row: hub_session_change::Model,
) -> Result<(), DbErr> {
    hub_session_change::Entity::delete_many()
        .filter(hub_session_change::Column::SessionId.eq(session))
        .filter(hub_session_change::Column::OnDay.eq(row.on_day))
        .exec(conn)
        .await?;
    hub_session_change::Entity::insert(row.into_active_model()).exec_without_returning(conn).await.map(|_| ())
}

/// When the councils' hubs are closed as a rule.
pub async fn closures(conn: &impl ConnectionTrait, organisation: OrganisationId) -> Result<Closures, DbErr> {
    let nation: Option<Nation> = organisation::Entity::find_by_id(organisation)
        .select_only()
        .column(organisation::Column::Nation)
        .into_tuple()
        .one(conn)
        .await?;
    let rows = council_closure::Entity::find()
        .filter(council_closure::Column::OrganisationId.eq(organisation))
        .order_by_desc(council_closure::Column::Day)
        .limit(MOST_CLOSURES)
        .all(conn)
        .await?;
    let days = |closed: bool| -> BTreeSet<NaiveDate> {
        rows.iter().filter(|row| row.closed == closed).map(|row| row.day).collect()
    };
    let nation = nation.unwrap_or(Nation::EnglandAndWales);
    Ok(Closures { nation, added: days(true), removed: days(false) })
}

/// Says that the council is closed on a day, or open although it is a bank holiday; or neither any more.
pub async fn close(
    conn: &impl ConnectionTrait,
    (organisation, day): (OrganisationId, NaiveDate),
    row: Option<council_closure::Model>,
) -> Result<(), DbErr> {
    council_closure::Entity::delete_by_id((organisation, day)).exec(conn).await?;
    if let Some(row) = row {
        council_closure::Entity::insert(row.into_active_model()).exec_without_returning(conn).await?;
    }
    Ok(())
}

/// Says whose bank holidays the council keeps.
pub async fn keep_holidays_of(
    conn: &impl ConnectionTrait,
    organisation: OrganisationId,
    nation: Nation,
) -> Result<(), DbErr> {
    organisation::Entity::update_many()
        .col_expr(organisation::Column::Nation, Expr::value(nation))
        .filter(organisation::Column::Id.eq(organisation))
        .exec(conn)
        .await
        .map(|_| ())
}

async fn kept(conn: &impl ConnectionTrait, rows: Vec<hub_session::Model>) -> Result<Vec<Kept>, DbErr> {
    if rows.is_empty() {
        return Ok(vec![]);
    }
    let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
    let changes = hub_session_change::Entity::find()
        .filter(hub_session_change::Column::SessionId.is_in(ids))
        .order_by_asc(hub_session_change::Column::OnDay)
        .all(conn)
        .await?;
    let mut by_session: HashMap<HubSessionId, Vec<Change>> = HashMap::new();
    for row in changes {
        by_session.entry(row.session_id).or_default().extend(changed(&row));
    }
    let session = |row: hub_session::Model| {
        let changes = by_session.remove(&row.id).unwrap_or_default();
        session_of(&row, changes).map(|session| Kept { row, session })
    };
    rows.into_iter().map(session).collect()
}

fn session_of(row: &hub_session::Model, changes: Vec<Change>) -> Result<HubSession, DbErr> {
    let unreadable = || DbErr::Custom(format!("session {} cannot be read", row.id));
    let hours = hours(Some(&row.opens), Some(&row.closes)).ok_or_else(unreadable)?;
    // A rule that was written here ends on a day, so the zone does not matter.
    let recurrence = read(&row.rule, row.first_on, hours.opens, calendar::HOME).map_err(|_| unreadable())?;
    let coming = match row.slot_minutes.zip(row.places) {
        None => Coming::DropIn,
        Some((slot_minutes, places)) => Coming::Bookable {
            slot_minutes: u16::try_from(slot_minutes).map_err(|_| unreadable())?,
            places: u8::try_from(places).map_err(|_| unreadable())?,
        },
    };
    Ok(HubSession { recurrence, hours, coming, closes_with_council: row.closes_with_council, changes })
}

fn changed(row: &hub_session_change::Model) -> Option<Change> {
    let opens = || row.day.zip(hours(row.opens.as_deref(), row.closes.as_deref()));
    match row.kind {
        SessionChangeKind::Closed => Some(Change::Closed { on: row.on_day }),
        SessionChangeKind::Moved => opens().map(|(day, hours)| Change::Moved { on: row.on_day, day, hours }),
        SessionChangeKind::Extra => opens().map(|(day, hours)| Change::Extra { day, hours }),
    }
}

fn hours(opens: Option<&str>, closes: Option<&str>) -> Option<Hours> {
    let at = |text: &str| NaiveTime::parse_from_str(text, ON_THE_WALL).ok();
    Hours::try_new(at(opens?)?, at(closes?)?).ok()
}

/// A time on the wall, as it is kept.
pub fn wall(time: NaiveTime) -> String {
    time.format(ON_THE_WALL).to_string()
}
