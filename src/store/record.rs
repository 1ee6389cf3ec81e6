//! Records: whose they are and whom they are about. Their answers are next door.

use busfare_entity::{
    record, record_activity, record_person, record_statement, record_upgrade,
    words::{FormVersionId, PersonId, PractitionerId, RecordId, Role, SpendId},
};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, JoinType, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, LockType, OnConflict},
};

use super::{
    db::inserted,
    page::{self, Page, Slice},
    restricted,
};
use crate::rules::sight::{RecordSeen, Viewer};

/// What sight of a record depends on, where it is open to the viewer or is not.
pub fn seen(record: &record::Model, open: bool) -> RecordSeen {
    RecordSeen {
        organisation: record.organisation_id,
        author: record.practitioner_id,
        team: record.team_id,
        restricted: record.restricted_at.is_some(),
        open,
    }
}

/// Which records a viewer may see now: her own and her team's, and of those that few read, only what she leads or has
/// opened. Which answers in them, the question's readers say.
pub fn in_sight(viewer: &Viewer, now: DateTime<Utc>) -> Condition {
    let reasons = reasons(viewer, now).into_iter().fold(Condition::any(), Condition::add);
    Condition::all().add(of_her_organisation(viewer)).add(reasons)
}

fn of_her_organisation(viewer: &Viewer) -> Expr {
    record::Column::OrganisationId.eq(viewer.organisation)
}

fn reasons(viewer: &Viewer, now: DateTime<Utc>) -> [Condition; 3] {
    let of_her_team = Condition::all().add(record::Column::TeamId.eq(viewer.team));
    let of_her_team = match viewer.role {
        Role::Senior => of_her_team,
        _ => of_her_team.add(record::Column::RestrictedAt.is_null()),
    };
    let opened = record::Column::Id.in_subquery(restricted::opened_by(viewer.id, now));
    [Condition::all().add(record::Column::PractitionerId.eq(viewer.id)), of_her_team, Condition::all().add(opened)]
}

/// Records in sight by id, in any order.
pub async fn by_ids(
    conn: &impl ConnectionTrait,
    viewer: &Viewer,
    ids: &[RecordId],
    now: DateTime<Utc>,
) -> Result<Vec<record::Model>, DbErr> {
    record::Entity::find()
        .filter(record::Column::Id.is_in(ids.iter().copied()))
        .filter(in_sight(viewer, now))
        .all(conn)
        .await
}

/// A record in sight; what may not be seen is not found. Nobody else answers in it until the transaction ends.
pub async fn hold(
    conn: &impl ConnectionTrait,
    viewer: &Viewer,
    id: RecordId,
    now: DateTime<Utc>,
) -> Result<Option<record::Model>, DbErr> {
    record::Entity::find_by_id(id).filter(in_sight(viewer, now)).lock(LockType::NoKeyUpdate).one(conn).await
}

/// One page of the records in sight, newest first.
pub async fn page(
    conn: &impl ConnectionTrait,
    viewer: &Viewer,
    page: Page,
    now: DateTime<Utc>,
) -> Result<Slice<record::Model>, DbErr> {
    let ours = record::Entity::find().filter(of_her_organisation(viewer));
    page::read_any(conn, ours, reasons(viewer, now), (record::Column::StartedAt, record::Column::Id), page).await
}

/// Records in sight that belong to spends, oldest first.
pub async fn of_spends(
    conn: &impl ConnectionTrait,
    viewer: &Viewer,
    spends: &[SpendId],
    now: DateTime<Utc>,
) -> Result<Vec<record::Model>, DbErr> {
    record::Entity::find()
        .filter(record::Column::SpendId.is_in(spends.iter().copied()))
        .filter(in_sight(viewer, now))
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
pub async fn complete(
    conn: &impl ConnectionTrait,
    id: RecordId,
    (answered, spared): (i32, i32),
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    let completed = record::Entity::update_many()
        .col_expr(record::Column::CompletedAt, Expr::value(Some(now)))
        .col_expr(record::Column::Answered, Expr::value(Some(answered)))
        .col_expr(record::Column::Spared, Expr::value(Some(spared)))
        .col_expr(record::Column::LookOn, Expr::value(now.date_naive()))
        .filter(record::Column::Id.eq(id))
        .filter(record::Column::CompletedAt.is_null())
        .exec(conn)
        .await?;
    Ok(completed.rows_affected > 0)
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

/// The records about people that a viewer may see, each with whom it is about, newest first.
pub async fn about_people(
    conn: &impl ConnectionTrait,
    viewer: &Viewer,
    people: &[PersonId],
    most: u64,
    now: DateTime<Utc>,
) -> Result<Vec<(PersonId, record::Model)>, DbErr> {
    let about =
        record_person::Entity::belongs_to(record::Entity).from(record_person::Column::RecordId).to(record::Column::Id);
    let rows = record_person::Entity::find()
        .join(JoinType::InnerJoin, about.into())
        .filter(record_person::Column::PersonId.is_in(people.iter().copied()))
        .filter(in_sight(viewer, now))
        .select_also(record::Entity)
        .order_by_desc(record::Column::StartedAt)
        .order_by_desc(record::Column::Id)
        .limit(most)
        .all(conn)
        .await?;
    Ok(rows.into_iter().filter_map(|(link, record)| Some((link.person_id, record?))).collect())
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

/// Has a record looked at, whether something in it is due; also one that was emptied, because somebody wrote in it again.
pub async fn look_again(conn: &impl ConnectionTrait, record: RecordId, on: NaiveDate) -> Result<(), DbErr> {
    record::Entity::update_many()
        .col_expr(record::Column::LookOn, Expr::value(on))
        .col_expr(record::Column::EmptiedOn, Expr::value(None::<NaiveDate>))
        .filter(record::Column::Id.eq(record))
        .exec(conn)
        .await
        .map(|_| ())
}
