//! Reminders: how people want them, who still has something to bring, and whose appointments are soon.

use busfare_entity::{
    appointment, digest, practitioner, reminder, spend,
    words::{AppointmentStatus, OrganisationId, PractitionerId},
};
use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, ExprTrait, IntoActiveModel, JoinType, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect,
    sea_query::{OnConflict, Query},
};

use super::{db::inserted, pairing};
use crate::rules::{
    calendar,
    reminder::{Due, USUAL, Wishes, soon},
};

/// How somebody wants to be reminded; what is usual where she never said.
pub async fn of(conn: &impl ConnectionTrait, practitioner: PractitionerId) -> Result<Wishes, DbErr> {
    Ok(reminder::Entity::find_by_id(practitioner).one(conn).await?.map_or(USUAL, |row| wishes(&row)))
}

fn wishes(row: &reminder::Model) -> Wishes {
    let hour = |hour: i32| u32::try_from(hour).unwrap_or_default();
    Wishes {
        enabled: row.enabled,
        hour: hour(row.hour),
        quiet: (hour(row.quiet_from), hour(row.quiet_to)),
        language: row.language,
        channel: row.channel,
    }
}

/// Keeps how somebody wants to be reminded.
pub async fn set(
    conn: &impl ConnectionTrait,
    practitioner: PractitionerId,
    wishes: &Wishes,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let hour = |hour: u32| i32::try_from(hour).unwrap_or_default();
    let row = reminder::Model {
        practitioner_id: practitioner,
        enabled: wishes.enabled,
        hour: hour(wishes.hour),
        quiet_from: hour(wishes.quiet.0),
        quiet_to: hour(wishes.quiet.1),
        language: wishes.language,
        channel: wishes.channel,
        set_at: now,
    };
    let said = [
        reminder::Column::Enabled,
        reminder::Column::Hour,
        reminder::Column::QuietFrom,
        reminder::Column::QuietTo,
        reminder::Column::Language,
        reminder::Column::Channel,
        reminder::Column::SetAt,
    ];
    reminder::Entity::insert(row.into_active_model())
        .on_conflict(OnConflict::column(reminder::Column::PractitionerId).update_columns(said).to_owned())
        .exec_without_returning(conn)
        .await
        .map(|_| ())
}

/// Somebody who is to be reminded of something, and how she wants to be.
#[derive(Clone, Debug)]
pub struct Owing {
    /// Who.
    pub practitioner: PractitionerId,
    /// How.
    pub wishes: Wishes,
}

/// What is spent and has neither a receipt nor a note, from before a moment.
fn missing(before: DateTime<Utc>) -> Condition {
    pairing::without_evidence().add(spend::Column::SpentAt.lt(before))
}

/// A local day on which people are reminded.
#[derive(Clone, Copy, Debug)]
pub struct Span {
    /// The day.
    day: NaiveDate,
    /// What was spent before it began.
    before: DateTime<Utc>,
    /// From now on, and until when an appointment is soon.
    ahead: (DateTime<Utc>, DateTime<Utc>),
}

impl Span {
    /// A day, seen from a moment in it.
    pub fn of(day: NaiveDate, zone: Tz, now: DateTime<Utc>) -> Self {
        Self { day, before: calendar::begins(day, zone), ahead: (now, calendar::begins(soon(day), zone)) }
    }

    fn is_ahead(&self) -> Condition {
        Condition::all()
            .add(appointment::Column::Status.eq(AppointmentStatus::Booked))
            .add(appointment::Column::StartsAt.gte(self.ahead.0))
            .add(appointment::Column::StartsAt.lt(self.ahead.1))
    }
}

/// What there is to remind somebody of.
pub async fn due(conn: &impl ConnectionTrait, practitioner: PractitionerId, span: &Span) -> Result<Due, DbErr> {
    let spends = spend::Entity::find().filter(spend::Column::PractitionerId.eq(practitioner));
    let made = appointment::Entity::find().filter(appointment::Column::MadeBy.eq(practitioner));
    Ok(Due {
        missing: spends.filter(missing(span.before)).count(conn).await?,
        ahead: made.filter(span.is_ahead()).count(conn).await?,
    })
}

/// The next people of an organisation who are to be reminded of something and were not on this day yet, in the order of their
/// ids after one.
pub async fn owing(
    conn: &impl ConnectionTrait,
    organisation: OrganisationId,
    span: &Span,
    after: Option<PractitionerId>,
    most: u64,
) -> Result<Vec<Owing>, DbErr> {
    let owe = Query::select()
        .column(spend::Column::PractitionerId)
        .from(spend::Entity)
        .cond_where(missing(span.before).add(spend::Column::OrganisationId.eq(organisation)))
        .to_owned();
    let meet = Query::select()
        .column(appointment::Column::MadeBy)
        .from(appointment::Entity)
        .cond_where(span.is_ahead().add(appointment::Column::OrganisationId.eq(organisation)))
        .to_owned();
    let reminded = Query::select()
        .column(digest::Column::PractitionerId)
        .from(digest::Entity)
        .and_where(digest::Column::LocalDay.eq(span.day))
        .to_owned();
    let said = practitioner::Entity::belongs_to(reminder::Entity)
        .from(practitioner::Column::Id)
        .to(reminder::Column::PractitionerId)
        .into();
    let mut people = practitioner::Entity::find()
        .join(JoinType::LeftJoin, said)
        .select_also(reminder::Entity)
        .filter(practitioner::Column::OrganisationId.eq(organisation))
        .filter(practitioner::Column::Active.eq(true))
        .filter(practitioner::Column::Id.in_subquery(owe).or(practitioner::Column::Id.in_subquery(meet)))
        .filter(practitioner::Column::Id.not_in_subquery(reminded))
        .filter(Condition::any().add(reminder::Column::Enabled.is_null()).add(reminder::Column::Enabled.eq(true)));
    if let Some(after) = after {
        people = people.filter(practitioner::Column::Id.gt(after));
    }
    let rows = people.order_by_asc(practitioner::Column::Id).limit(most).all(conn).await?;
    Ok(rows
        .into_iter()
        .map(|(row, said)| Owing { practitioner: row.id, wishes: said.as_ref().map_or(USUAL, wishes) })
        .collect())
}

/// Claims somebody's day. False where she was reminded on it already: the database lets there be one.
pub async fn claim_day(
    conn: &impl ConnectionTrait,
    practitioner: PractitionerId,
    day: NaiveDate,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    let row = digest::Model { practitioner_id: practitioner, local_day: day, made_at: now };
    let claimed = digest::Entity::insert(row.into_active_model())
        .on_conflict(
            OnConflict::columns([digest::Column::PractitionerId, digest::Column::LocalDay]).do_nothing().to_owned(),
        )
        .try_insert()
        .exec_without_returning(conn)
        .await?;
    Ok(inserted(&claimed))
}

/// The last local day on which somebody was reminded.
pub async fn last_day(conn: &impl ConnectionTrait, practitioner: PractitionerId) -> Result<Option<NaiveDate>, DbErr> {
    let days = digest::Entity::find().filter(digest::Column::PractitionerId.eq(practitioner));
    Ok(days.order_by_desc(digest::Column::LocalDay).one(conn).await?.map(|row| row.local_day))
}

/// Forgets days before one.
pub async fn forget_days(conn: &impl ConnectionTrait, before: NaiveDate) -> Result<u64, DbErr> {
    let old = digest::Entity::delete_many().filter(digest::Column::LocalDay.lt(before));
    Ok(old.exec(conn).await?.rows_affected)
}
