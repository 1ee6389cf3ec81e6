//! Waits: when people asked to be seen, and when they were.

use std::collections::HashMap;

use busfare_entity::{
    appointment, appointment_person,
    words::{AppointmentId, AppointmentStatus, HubId, OrganisationId, PersonId},
};
use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, JoinType, QueryFilter, QuerySelect};
use uuid::Uuid;

use super::appointment as appointments;
use crate::rules::{appointment::Waited, calendar};

/// Stands for no hub in particular.
pub const ANY_HUB: HubId = HubId(Uuid::nil());

/// Where a wait still goes on, or has ended with a talk. What was called off or missed tells of neither.
const WAITS: [AppointmentStatus; 7] = [
    AppointmentStatus::Waitlist,
    AppointmentStatus::Proposed,
    AppointmentStatus::Pending,
    AppointmentStatus::Booked,
    AppointmentStatus::CheckedIn,
    AppointmentStatus::Arrived,
    AppointmentStatus::Fulfilled,
];

/// Which appointment, where it is to be, when it was asked for, and when the people met.
type Wait = (AppointmentId, Option<HubId>, DateTime<Utc>, Option<DateTime<Utc>>);

/// Everybody who asked to be seen in months, by where and when. `first_days` are the first days of the months, and of the
/// month after.
pub async fn between(
    conn: &impl ConnectionTrait,
    organisation: OrganisationId,
    first_days: &[NaiveDate],
    zone: Tz,
) -> Result<Vec<Waited<Uuid>>, DbErr> {
    let (Some(first), Some(end)) = (first_days.first(), first_days.last()) else { return Ok(vec![]) };
    let rows: Vec<Wait> = appointment::Entity::find()
        .select_only()
        .column(appointment::Column::Id)
        .column(appointment::Column::HubId)
        .column(appointment::Column::AskedAt)
        .column(appointment::Column::MetAt)
        .filter(appointment::Column::OrganisationId.eq(organisation))
        .filter(appointment::Column::AskedAt.gte(calendar::begins(*first, zone)))
        .filter(appointment::Column::AskedAt.lt(calendar::begins(*end, zone)))
        .filter(appointment::Column::Status.is_in(WAITS))
        .into_tuple()
        .all(conn)
        .await?;
    let waiting: Vec<_> = rows.iter().filter(|row| row.1.is_none()).map(|row| row.0).collect();
    let mut wished: HashMap<AppointmentId, HubId> = HashMap::new();
    for wish in appointments::wishes(conn, &waiting).await? {
        wished.entry(wish.appointment_id).or_insert(wish.hub_id);
    }
    let people = people(conn, organisation, (*first, *end), zone).await?;
    let waited = |(id, hub, asked, met): Wait| {
        let asked = calendar::day(asked, zone);
        Waited {
            hub: hub.or_else(|| wished.get(&id).copied()).unwrap_or(ANY_HUB),
            month: first_days.partition_point(|day| *day <= asked).saturating_sub(1),
            // Whoever gave no name is somebody of their own.
            person: people.get(&id).copied().unwrap_or(id.0),
            asked,
            met: met.map(|met| calendar::day(met, zone)),
        }
    };
    Ok(rows.into_iter().map(waited).collect())
}

/// Whom the appointments are for that were asked for between two days.
async fn people(
    conn: &impl ConnectionTrait,
    organisation: OrganisationId,
    (first, end): (NaiveDate, NaiveDate),
    zone: Tz,
) -> Result<HashMap<AppointmentId, Uuid>, DbErr> {
    let of_these = appointment_person::Entity::belongs_to(appointment::Entity)
        .from(appointment_person::Column::AppointmentId)
        .to(appointment::Column::Id);
    let rows: Vec<(AppointmentId, PersonId)> = appointment_person::Entity::find()
        .select_only()
        .column(appointment_person::Column::AppointmentId)
        .column(appointment_person::Column::PersonId)
        .join(JoinType::InnerJoin, of_these.into())
        .filter(appointment::Column::OrganisationId.eq(organisation))
        .filter(appointment::Column::AskedAt.gte(calendar::begins(first, zone)))
        .filter(appointment::Column::AskedAt.lt(calendar::begins(end, zone)))
        .into_tuple()
        .all(conn)
        .await?;
    Ok(rows.into_iter().map(|(appointment, person)| (appointment, person.0)).collect())
}
