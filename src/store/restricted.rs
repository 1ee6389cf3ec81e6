//! Records that few read: who may, who opened one because it could not wait, and who read what somebody else wrote.

use std::collections::HashSet;

use busfare_entity::{
    practitioner, record, record_access, record_opening, record_person,
    words::{OrganisationId, PersonId, PractitionerId, RecordId, RecordOpeningId, Role, TeamId},
};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, LockType, OnConflict, Query, SelectStatement},
};

use super::{Db, bank, record as records};
use crate::rules::sight::Viewer;

/// Most openings of a record that are listed.
const MOST_OPENINGS: u64 = 100;
/// Most reads of a record that are listed.
const MOST_READERS: u64 = 100;
/// Most records that few read which are pointed out about one person.
const MOST_BESIDE: u64 = 100;

/// The records that are open to somebody now, as a subquery.
pub fn opened_by(who: PractitionerId, now: DateTime<Utc>) -> SelectStatement {
    Query::select()
        .column(record_opening::Column::RecordId)
        .from(record_opening::Entity)
        .and_where(record_opening::Column::OpenedBy.eq(who))
        .and_where(record_opening::Column::OpenedAt.lte(now))
        .and_where(record_opening::Column::OpenUntil.gt(now))
        .to_owned()
}

/// Which of these records are open to somebody now.
pub async fn open_to(
    conn: &impl ConnectionTrait,
    who: PractitionerId,
    records: &[RecordId],
    now: DateTime<Utc>,
) -> Result<HashSet<RecordId>, DbErr> {
    let open: Vec<RecordId> = record_opening::Entity::find()
        .select_only()
        .column(record_opening::Column::RecordId)
        .filter(record_opening::Column::RecordId.is_in(records.iter().copied()))
        .filter(record_opening::Column::OpenedBy.eq(who))
        .filter(record_opening::Column::OpenedAt.lte(now))
        .filter(record_opening::Column::OpenUntil.gt(now))
        .into_tuple()
        .all(conn)
        .await?;
    Ok(open.into_iter().collect())
}

/// A record of the organisation that few read, also for whoever is not among them. Nobody changes who reads it until the
/// transaction ends.
pub async fn hold(
    conn: &impl ConnectionTrait,
    organisation: OrganisationId,
    id: RecordId,
) -> Result<Option<record::Model>, DbErr> {
    record::Entity::find_by_id(id)
        .filter(record::Column::OrganisationId.eq(organisation))
        .filter(record::Column::RestrictedAt.is_not_null())
        .lock(LockType::NoKeyUpdate)
        .one(conn)
        .await
}

/// Says that few read a record, or that all of its team do again.
pub async fn restrict(conn: &impl ConnectionTrait, record: &record::Model) -> Result<(), DbErr> {
    record::Entity::update_many()
        .col_expr(record::Column::RestrictedAt, Expr::value(record.restricted_at))
        .col_expr(record::Column::RestrictedBy, Expr::value(record.restricted_by))
        .filter(record::Column::Id.eq(record.id))
        .exec(conn)
        .await
        .map(|_| ())
}

/// Opens a record to somebody for a while.
pub async fn open(conn: &impl ConnectionTrait, row: record_opening::Model) -> Result<(), DbErr> {
    record_opening::Entity::insert(row.into_active_model()).exec_without_returning(conn).await.map(|_| ())
}

/// Who is told that somebody opened a record: the seniors of its team, and where there is none but herself, the practice
/// group.
pub async fn stewards(
    conn: &impl ConnectionTrait,
    organisation: OrganisationId,
    team: TeamId,
    opener: PractitionerId,
) -> Result<Vec<PractitionerId>, DbErr> {
    let seniors: Vec<PractitionerId> = practitioner::Entity::find()
        .select_only()
        .column(practitioner::Column::Id)
        .filter(practitioner::Column::OrganisationId.eq(organisation))
        .filter(practitioner::Column::TeamId.eq(team))
        .filter(practitioner::Column::Role.eq(Role::Senior))
        .filter(practitioner::Column::Active.eq(true))
        .filter(practitioner::Column::Id.ne(opener))
        .order_by_asc(practitioner::Column::Id)
        .into_tuple()
        .all(conn)
        .await?;
    if !seniors.is_empty() {
        return Ok(seniors);
    }
    let group = bank::group(conn, organisation).await?;
    Ok(group.into_iter().map(|member| member.id).filter(|member| *member != opener).collect())
}

/// Openings by id, in any order.
pub async fn openings_by_ids(
    conn: &impl ConnectionTrait,
    ids: &[RecordOpeningId],
) -> Result<Vec<record_opening::Model>, DbErr> {
    record_opening::Entity::find().filter(record_opening::Column::Id.is_in(ids.iter().copied())).all(conn).await
}

/// The openings of records, newest first.
pub async fn openings_of(
    conn: &impl ConnectionTrait,
    records: &[RecordId],
) -> Result<Vec<record_opening::Model>, DbErr> {
    record_opening::Entity::find()
        .filter(record_opening::Column::RecordId.is_in(records.iter().copied()))
        .order_by_desc(record_opening::Column::OpenedAt)
        .order_by_desc(record_opening::Column::Id)
        .limit(most(MOST_OPENINGS, records))
        .all(conn)
        .await
}

/// The records about somebody that few read and the viewer is not among.
pub async fn beside(
    conn: &impl ConnectionTrait,
    viewer: &Viewer,
    people: &[PersonId],
    now: DateTime<Utc>,
) -> Result<Vec<record::Model>, DbErr> {
    let about = Query::select()
        .column(record_person::Column::RecordId)
        .from(record_person::Entity)
        .and_where(record_person::Column::PersonId.is_in(people.iter().copied()))
        .to_owned();
    record::Entity::find()
        .filter(record::Column::OrganisationId.eq(viewer.organisation))
        .filter(record::Column::RestrictedAt.is_not_null())
        .filter(record::Column::Id.in_subquery(about))
        .filter(Condition::not(records::in_sight(viewer, now)))
        .order_by_desc(record::Column::StartedAt)
        .limit(MOST_BESIDE)
        .all(conn)
        .await
}

/// Notes that somebody reads what others wrote: once a day for each record, in a transaction of its own.
pub async fn note(
    db: &Db,
    who: PractitionerId,
    records: &[RecordId],
    day: NaiveDate,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let noted: Vec<RecordId> = record_access::Entity::find()
        .select_only()
        .column(record_access::Column::RecordId)
        .filter(record_access::Column::RecordId.is_in(records.iter().copied()))
        .filter(record_access::Column::PractitionerId.eq(who))
        .filter(record_access::Column::ReadOn.eq(day))
        .into_tuple()
        .all(db.reader())
        .await?;
    let mut new: Vec<RecordId> = records.iter().copied().filter(|record| !noted.contains(record)).collect();
    if new.is_empty() {
        return Ok(());
    }
    // Two servers that note the same records at once take them in the same order.
    new.sort_unstable();
    let rows = new.into_iter().map(|record_id| {
        record_access::Model { record_id, practitioner_id: who, read_on: day, first_at: now }.into_active_model()
    });
    let txn = db.begin().await?;
    record_access::Entity::insert_many(rows)
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .try_insert()
        .exec_without_returning(&txn)
        .await?;
    txn.commit().await
}

/// Who read records since a day that somebody else wrote, newest first.
pub async fn readers_of(
    conn: &impl ConnectionTrait,
    records: &[RecordId],
    since: NaiveDate,
) -> Result<Vec<record_access::Model>, DbErr> {
    record_access::Entity::find()
        .filter(record_access::Column::RecordId.is_in(records.iter().copied()))
        .filter(record_access::Column::ReadOn.gte(since))
        .order_by_desc(record_access::Column::FirstAt)
        .order_by_asc(record_access::Column::PractitionerId)
        .limit(most(MOST_READERS, records))
        .all(conn)
        .await
}

fn most(of_each: u64, records: &[RecordId]) -> u64 {
    of_each.saturating_mul(u64::try_from(records.len()).unwrap_or(u64::MAX))
}
