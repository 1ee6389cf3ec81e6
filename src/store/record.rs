//! Records and their answers: append-only, one revision after another.

use busfare_entity::{
    answer, record,
    words::{RecordId, SpendId},
};
use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect,
    sea_query::{Expr, LockType, OnConflict},
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

/// No later revision of the same answer; its unique index answers this.
const NOT_REVISED: &str = "NOT EXISTS (SELECT 1 FROM answer AS later WHERE later.record_id = answer.record_id \
     AND later.link_id = answer.link_id AND later.revision > answer.revision)";

/// The answers in records as they stand: the highest revision of each.
pub async fn answers(conn: &impl ConnectionTrait, records: &[RecordId]) -> Result<Vec<answer::Model>, DbErr> {
    answer::Entity::find()
        .filter(answer::Column::RecordId.is_in(records.iter().copied()))
        .filter(Expr::cust(NOT_REVISED))
        .order_by_asc(answer::Column::RecordId)
        .order_by_asc(answer::Column::LinkId)
        .all(conn)
        .await
}

/// Appends one revision of an answer; false where that revision was written meanwhile.
pub async fn answer(conn: &impl ConnectionTrait, row: answer::Model) -> Result<bool, DbErr> {
    let added = answer::Entity::insert(row.into_active_model())
        .on_conflict(
            OnConflict::columns([answer::Column::RecordId, answer::Column::LinkId, answer::Column::Revision])
                .do_nothing()
                .to_owned(),
        )
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
