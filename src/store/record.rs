//! Records: whose they are and whom they are about. Their answers are next door.

use busfare_entity::{
    record, record_activity, record_person, record_statement, record_upgrade,
    words::{FormVersionId, PersonId, PractitionerId, RecordId, SpendId},
};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect,
    sea_query::{Expr, LockType, OnConflict, Query},
};

use super::{
    db::inserted,
    page::{self, Page, Slice},
};
use crate::rules::sight::Viewer;

/// Which records a viewer may see: her own and her team's. Which answers in them, the question's readers say.
pub fn in_sight(viewer: &Viewer) -> Condition {
    Condition::all().add(record::Column::OrganisationId.eq(viewer.organisation)).add(
        Condition::any().add(record::Column::PractitionerId.eq(viewer.id)).add(record::Column::TeamId.eq(viewer.team)),
    )
}

/// Records in sight by id, in any order.
pub async fn by_ids(
    conn: &impl ConnectionTrait,
    viewer: &Viewer,
    ids: &[RecordId],
) -> Result<Vec<record::Model>, DbErr> {
    record::Entity::find()
        .filter(record::Column::Id.is_in(ids.iter().copied()))
        .filter(in_sight(viewer))
        .all(conn)
        .await
}

/// A record in sight; what may not be seen is not found. Nobody else answers in it until the transaction ends.
pub async fn hold(conn: &impl ConnectionTrait, viewer: &Viewer, id: RecordId) -> Result<Option<record::Model>, DbErr> {
    record::Entity::find_by_id(id).filter(in_sight(viewer)).lock(LockType::NoKeyUpdate).one(conn).await
}

/// One page of the records in sight, newest first.
pub async fn page(conn: &impl ConnectionTrait, viewer: &Viewer, page: Page) -> Result<Slice<record::Model>, DbErr> {
    let query = record::Entity::find().filter(in_sight(viewer));
    page::read(conn, query, (record::Column::StartedAt, record::Column::Id), page).await
}

/// Records in sight that belong to spends, oldest first.
pub async fn of_spends(
    conn: &impl ConnectionTrait,
    viewer: &Viewer,
    spends: &[SpendId],
) -> Result<Vec<record::Model>, DbErr> {
    record::Entity::find()
        .filter(record::Column::SpendId.is_in(spends.iter().copied()))
        .filter(in_sight(viewer))
        .order_by_asc(record::Column::StartedAt)
        .order_by_asc(record::Column::Id)
        .all(conn)
        .await
}

/// How many records are about a spend.
pub async fn count_about(conn: &impl ConnectionTrait, spend: SpendId) -> Result<u64, DbErr> {
    record::Entity::find().filter(record::Column::SpendId.eq(spend)).count(conn).await
}

/// Begins a record; false where the id is taken.
pub async fn add(conn: &impl ConnectionTrait, row: record::Model) -> Result<bool, DbErr> {
    let added = record::Entity::insert(row.into_active_model())
        .on_conflict(OnConflict::column(record::Column::Id).do_nothing().to_owned())
        .try_insert()
        .exec_without_returning(conn)
        .await?;
    Ok(inserted(&added))
}

/// Completes a record; completing twice is completing once, at the first time.
pub async fn complete(conn: &impl ConnectionTrait, id: RecordId, now: DateTime<Utc>) -> Result<(), DbErr> {
    record::Entity::update_many()
        .col_expr(record::Column::CompletedAt, Expr::value(Some(now)))
        .filter(record::Column::Id.eq(id))
        .filter(record::Column::CompletedAt.is_null())
        .exec(conn)
        .await
        .map(|_| ())
}

/// Says whom a record is about. False where it is about somebody else already.
pub async fn link(
    conn: &impl ConnectionTrait,
    record: RecordId,
    person: PersonId,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    let row = record_person::Model { record_id: record, person_id: person, linked_at: now };
    record_person::Entity::insert(row.into_active_model())
        .on_conflict(OnConflict::column(record_person::Column::RecordId).do_nothing().to_owned())
        .try_insert()
        .exec_without_returning(conn)
        .await?;
    Ok(about(conn, &[record]).await?.first().is_some_and(|link| link.person_id == person))
}

/// Whom records are about.
pub async fn about(conn: &impl ConnectionTrait, records: &[RecordId]) -> Result<Vec<record_person::Model>, DbErr> {
    record_person::Entity::find().filter(record_person::Column::RecordId.is_in(records.iter().copied())).all(conn).await
}

/// The records about somebody that a viewer may see, newest first.
pub async fn about_person(
    conn: &impl ConnectionTrait,
    viewer: &Viewer,
    person: PersonId,
    most: u64,
) -> Result<Vec<record::Model>, DbErr> {
    let about = Query::select()
        .column(record_person::Column::RecordId)
        .from(record_person::Entity)
        .and_where(record_person::Column::PersonId.eq(person))
        .to_owned();
    record::Entity::find()
        .filter(record::Column::Id.in_subquery(about))
        .filter(in_sight(viewer))
        .order_by_desc(record::Column::StartedAt)
        .order_by_desc(record::Column::Id)
        .limit(most)
        .all(conn)
        .await
}

/// Pins a record to another version of its form, and keeps what became of its answers.
pub async fn move_to(
    conn: &impl ConnectionTrait,
    record: RecordId,
    version: FormVersionId,
    upgrade: record_upgrade::Model,
) -> Result<(), DbErr> {
    record::Entity::update_many()
        .col_expr(record::Column::FormVersionId, Expr::value(version))
        .filter(record::Column::Id.eq(record))
        .exec(conn)
        .await?;
    record_upgrade::Entity::insert(upgrade.into_active_model()).exec_without_returning(conn).await.map(|_| ())
}

/// The moves of records to other versions, oldest first.
pub async fn upgrades(conn: &impl ConnectionTrait, records: &[RecordId]) -> Result<Vec<record_upgrade::Model>, DbErr> {
    record_upgrade::Entity::find()
        .filter(record_upgrade::Column::RecordId.is_in(records.iter().copied()))
        .order_by_asc(record_upgrade::Column::UpgradedAt)
        .order_by_asc(record_upgrade::Column::Id)
        .all(conn)
        .await
}

/// Open records on a version of a form.
pub async fn open_on(conn: &impl ConnectionTrait, version: FormVersionId) -> Result<Vec<RecordId>, DbErr> {
    record::Entity::find()
        .select_only()
        .column(record::Column::Id)
        .filter(record::Column::FormVersionId.eq(version))
        .filter(record::Column::CompletedAt.is_null())
        .into_tuple()
        .all(conn)
        .await
}

/// Keeps what somebody says of herself.
pub async fn state(conn: &impl ConnectionTrait, row: record_statement::Model) -> Result<(), DbErr> {
    record_statement::Entity::insert(row.into_active_model()).exec_without_returning(conn).await.map(|_| ())
}

/// What people say of themselves in records, oldest first.
pub async fn statements(
    conn: &impl ConnectionTrait,
    records: &[RecordId],
) -> Result<Vec<record_statement::Model>, DbErr> {
    record_statement::Entity::find()
        .filter(record_statement::Column::RecordId.is_in(records.iter().copied()))
        .order_by_asc(record_statement::Column::NotedAt)
        .order_by_asc(record_statement::Column::Id)
        .all(conn)
        .await
}

/// Notes time that somebody spent on a record.
pub async fn spend_time(conn: &impl ConnectionTrait, row: record_activity::Model) -> Result<(), DbErr> {
    record_activity::Entity::insert(row.into_active_model()).exec_without_returning(conn).await.map(|_| ())
}

/// How many seconds somebody spent on records, by record.
pub async fn seconds_of(
    conn: &impl ConnectionTrait,
    who: PractitionerId,
    records: &[RecordId],
) -> Result<Vec<(RecordId, i64)>, DbErr> {
    record_activity::Entity::find()
        .select_only()
        .column(record_activity::Column::RecordId)
        .column_as(record_activity::Column::Seconds.sum(), "seconds")
        .filter(record_activity::Column::RecordId.is_in(records.iter().copied()))
        .filter(record_activity::Column::PractitionerId.eq(who))
        .group_by(record_activity::Column::RecordId)
        .into_tuple()
        .all(conn)
        .await
}

/// Keeps a record open up to a day.
pub async fn keep_open(conn: &impl ConnectionTrait, record: RecordId, until: NaiveDate) -> Result<(), DbErr> {
    record::Entity::update_many()
        .col_expr(record::Column::OpenUntil, Expr::value(Some(until)))
        .filter(record::Column::Id.eq(record))
        .exec(conn)
        .await
        .map(|_| ())
}
