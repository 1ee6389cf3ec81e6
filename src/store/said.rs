//! You said, we did: what staff said, and what came of it. Everybody of the organisation sees all of it.

use busfare_entity::{
    said,
    words::{DoneAboutIt, OrganisationId, PractitionerId, SaidId},
};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, LockType, OnConflict},
};

use super::{
    db::inserted,
    page::{self, Page, Slice},
};
use crate::rules::said_and_done::Answer;

/// Most that is counted, the newest first.
const MOST_COUNTED: u64 = 10_000;

/// Notes what was said; false where its id is taken.
pub async fn add(conn: &impl ConnectionTrait, row: said::Model) -> Result<bool, DbErr> {
    let added = said::Entity::insert(row.into_active_model())
        .on_conflict(OnConflict::column(said::Column::Id).do_nothing().to_owned())
        .try_insert()
        .exec_without_returning(conn)
        .await?;
    Ok(inserted(&added))
}

/// What was said in the organisation, held.
pub async fn hold(
    conn: &impl ConnectionTrait,
    organisation: OrganisationId,
    id: SaidId,
) -> Result<Option<said::Model>, DbErr> {
    said::Entity::find_by_id(id)
        .filter(said::Column::OrganisationId.eq(organisation))
        .lock(LockType::NoKeyUpdate)
        .one(conn)
        .await
}

/// What was said in the organisation.
pub async fn find(
    conn: &impl ConnectionTrait,
    organisation: OrganisationId,
    id: SaidId,
) -> Result<Option<said::Model>, DbErr> {
    said::Entity::find_by_id(id).filter(said::Column::OrganisationId.eq(organisation)).one(conn).await
}

/// Answers what nobody has answered. False where somebody did.
pub async fn answer(
    conn: &impl ConnectionTrait,
    id: SaidId,
    answer: &Answer,
    (by, on, now): (PractitionerId, NaiveDate, DateTime<Utc>),
) -> Result<bool, DbErr> {
    let answered = said::Entity::update_many()
        .col_expr(said::Column::Done, Expr::value(Some(answer.done)))
        .col_expr(said::Column::Answer, Expr::value(Some(answer.words.clone())))
        .col_expr(said::Column::AnsweredBy, Expr::value(Some(by)))
        .col_expr(said::Column::AnsweredOn, Expr::value(Some(on)))
        .col_expr(said::Column::AnsweredAt, Expr::value(Some(now)))
        .filter(said::Column::Id.eq(id))
        .filter(said::Column::AnsweredAt.is_null())
        .exec(conn)
        .await?;
    Ok(answered.rows_affected == 1)
}

/// One page of what waits for an answer, the oldest first.
pub async fn waiting(
    conn: &impl ConnectionTrait,
    organisation: OrganisationId,
    page: Page,
) -> Result<Slice<said::Model>, DbErr> {
    let query = said::Entity::find()
        .filter(said::Column::OrganisationId.eq(organisation))
        .filter(said::Column::AnsweredAt.is_null());
    page::read_oldest(conn, query, (said::Column::SaidAt, said::Column::Id), page).await
}

/// One page of everything that was said, newest first.
pub async fn all(
    conn: &impl ConnectionTrait,
    organisation: OrganisationId,
    page: Page,
) -> Result<Slice<said::Model>, DbErr> {
    let query = said::Entity::find().filter(said::Column::OrganisationId.eq(organisation));
    page::read(conn, query, (said::Column::SaidAt, said::Column::Id), page).await
}

/// On which days something was said since a day, and on which it was answered with what.
pub async fn counted(
    conn: &impl ConnectionTrait,
    organisation: OrganisationId,
    since: NaiveDate,
) -> Result<Vec<(NaiveDate, Option<(NaiveDate, DoneAboutIt)>)>, DbErr> {
    let rows: Vec<(NaiveDate, Option<NaiveDate>, Option<DoneAboutIt>)> = said::Entity::find()
        .select_only()
        .columns([said::Column::SaidOn, said::Column::AnsweredOn, said::Column::Done])
        .filter(said::Column::OrganisationId.eq(organisation))
        .filter(said::Column::SaidOn.gte(since))
        .order_by_desc(said::Column::SaidAt)
        .limit(MOST_COUNTED)
        .into_tuple()
        .all(conn)
        .await?;
    Ok(rows.into_iter().map(|(on, answered, done)| (on, answered.zip(done))).collect())
}
