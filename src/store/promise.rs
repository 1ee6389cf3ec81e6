//! Promises: what was said after a record would be done, and by when. Whoever sees the record sees them.

use busfare_entity::{
    promise, record,
    words::{FollowUpId, OrganisationId, PractitionerId, PromiseState, RecordId, TeamId},
};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect,
    sea_query::{Expr, LockType, OnConflict, Query},
};

use super::{db::inserted, record::in_sight as records_in_sight};
use crate::rules::{follow_up::Promised, insight::month_of, sight::Viewer};

/// Most promises that are counted.
const MOST_COUNTED: u64 = 50_000;

fn in_sight(viewer: &Viewer, now: DateTime<Utc>) -> Condition {
    let seen = Query::select()
        .column(record::Column::Id)
        .from(record::Entity)
        .cond_where(records_in_sight(viewer, now))
        .to_owned();
    Condition::all().add(promise::Column::RecordId.in_subquery(seen))
}

/// Notes a promise; false where its id is taken.
pub async fn add(conn: &impl ConnectionTrait, row: promise::Model) -> Result<bool, DbErr> {
    let added = promise::Entity::insert(row.into_active_model())
        .on_conflict(OnConflict::column(promise::Column::Id).do_nothing().to_owned())
        .try_insert()
        .exec_without_returning(conn)
        .await?;
    Ok(inserted(&added))
}

/// How many promises a record has.
pub async fn count(conn: &impl ConnectionTrait, record: RecordId) -> Result<u64, DbErr> {
    promise::Entity::find().filter(promise::Column::RecordId.eq(record)).count(conn).await
}

/// A promise in sight, held.
pub async fn hold(
    conn: &impl ConnectionTrait,
    viewer: &Viewer,
    id: FollowUpId,
    now: DateTime<Utc>,
) -> Result<Option<promise::Model>, DbErr> {
    promise::Entity::find_by_id(id).filter(in_sight(viewer, now)).lock(LockType::NoKeyUpdate).one(conn).await
}

/// A promise in sight.
pub async fn find(
    conn: &impl ConnectionTrait,
    viewer: &Viewer,
    id: FollowUpId,
    now: DateTime<Utc>,
) -> Result<Option<promise::Model>, DbErr> {
    promise::Entity::find_by_id(id).filter(in_sight(viewer, now)).one(conn).await
}

/// Settles a promise that is open. False where somebody else did.
pub async fn settle(
    conn: &impl ConnectionTrait,
    id: FollowUpId,
    to: PromiseState,
    (by, on): (PractitionerId, NaiveDate),
) -> Result<bool, DbErr> {
    let settled = promise::Entity::update_many()
        .col_expr(promise::Column::State, Expr::value(to))
        .col_expr(promise::Column::SettledBy, Expr::value(Some(by)))
        .col_expr(promise::Column::SettledOn, Expr::value(Some(on)))
        .filter(promise::Column::Id.eq(id))
        .filter(promise::Column::State.eq(PromiseState::Open))
        .exec(conn)
        .await?;
    Ok(settled.rows_affected == 1)
}

/// The promises of records that the viewer sees, what is due first first.
pub async fn of_records(conn: &impl ConnectionTrait, records: &[RecordId]) -> Result<Vec<promise::Model>, DbErr> {
    promise::Entity::find()
        .filter(promise::Column::RecordId.is_in(records.iter().copied()))
        .order_by_asc(promise::Column::DueOn)
        .order_by_asc(promise::Column::Id)
        .all(conn)
        .await
}

/// What is still to be done in a team, as far as the viewer sees it: what is due first first, of days between two.
pub async fn open_in(
    conn: &impl ConnectionTrait,
    viewer: &Viewer,
    team: TeamId,
    (after, until): (Option<NaiveDate>, Option<NaiveDate>),
    (now, most): (DateTime<Utc>, u64),
) -> Result<Vec<promise::Model>, DbErr> {
    let mut query = promise::Entity::find()
        .filter(promise::Column::TeamId.eq(team))
        .filter(promise::Column::State.eq(PromiseState::Open))
        .filter(in_sight(viewer, now));
    if let Some(after) = after {
        query = query.filter(promise::Column::DueOn.gt(after));
    }
    if let Some(until) = until {
        query = query.filter(promise::Column::DueOn.lte(until));
    }
    query.order_by_asc(promise::Column::DueOn).order_by_asc(promise::Column::Id).limit(most).all(conn).await
}

/// The promises of a team since the first day of the first of these months, as they count. What is not needed any more does not.
pub async fn counted(
    conn: &impl ConnectionTrait,
    (organisation, team): (OrganisationId, TeamId),
    first_days: &[NaiveDate],
) -> Result<Vec<Promised>, DbErr> {
    let Some(since) = first_days.first() else { return Ok(vec![]) };
    let rows = promise::Entity::find()
        .filter(promise::Column::OrganisationId.eq(organisation))
        .filter(promise::Column::TeamId.eq(team))
        .filter(promise::Column::MadeOn.gte(*since))
        .filter(promise::Column::State.ne(PromiseState::NotNeeded))
        .order_by_desc(promise::Column::MadeOn)
        .limit(MOST_COUNTED)
        .all(conn)
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| Promised {
            team: row.team_id,
            month: month_of(first_days, row.made_on),
            by: row.made_by,
            on: row.made_on,
            due: row.due_on,
            kept: row.settled_on,
        })
        .collect())
}
