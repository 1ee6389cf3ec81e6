//! Reflections among colleagues: read and written by those who take part, and by nobody else.

use std::collections::BTreeSet;

use busfare_entity::{
    reflection, reflection_note, reflection_participant,
    words::{PractitionerId, ReflectionId},
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect,
    sea_query::{LockType, OnConflict, Query},
};

use super::{
    db::inserted,
    page::{self, Page, Slice},
};
use crate::rules::sight::Viewer;

/// Which reflections a viewer may read: those she takes part in.
fn in_sight(viewer: &Viewer) -> Condition {
    let hers = Query::select()
        .column(reflection_participant::Column::ReflectionId)
        .from(reflection_participant::Entity)
        .and_where(reflection_participant::Column::PractitionerId.eq(viewer.id))
        .to_owned();
    Condition::all()
        .add(reflection::Column::OrganisationId.eq(viewer.organisation))
        .add(reflection::Column::Id.in_subquery(hers))
}

/// Begins a reflection among whoever asks and whoever is asked; false where its id is taken.
pub async fn begin(
    conn: &impl ConnectionTrait,
    row: reflection::Model,
    asked: &BTreeSet<PractitionerId>,
) -> Result<bool, DbErr> {
    let (reflection_id, by) = (row.id, row.asked_by);
    let added = reflection::Entity::insert(row.into_active_model())
        .on_conflict(OnConflict::column(reflection::Column::Id).do_nothing().to_owned())
        .try_insert()
        .exec_without_returning(conn)
        .await?;
    if !inserted(&added) {
        return Ok(false);
    }
    let rows = asked
        .iter()
        .copied()
        .chain([by])
        .map(|practitioner_id| reflection_participant::Model { reflection_id, practitioner_id })
        .map(IntoActiveModel::into_active_model);
    reflection_participant::Entity::insert_many(rows).exec_without_returning(conn).await?;
    Ok(true)
}

/// Reflections in sight by id, in any order.
pub async fn by_ids(
    conn: &impl ConnectionTrait,
    viewer: &Viewer,
    ids: &[ReflectionId],
) -> Result<Vec<reflection::Model>, DbErr> {
    reflection::Entity::find()
        .filter(reflection::Column::Id.is_in(ids.iter().copied()))
        .filter(in_sight(viewer))
        .all(conn)
        .await
}

/// One page of the reflections a viewer takes part in, newest first.
pub async fn page(conn: &impl ConnectionTrait, viewer: &Viewer, page: Page) -> Result<Slice<reflection::Model>, DbErr> {
    let query = reflection::Entity::find().filter(in_sight(viewer));
    page::read(conn, query, (reflection::Column::AskedAt, reflection::Column::Id), page).await
}

/// A reflection of hers, held: whoever writes in it next waits until the transaction ends.
pub async fn hold(
    conn: &impl ConnectionTrait,
    viewer: &Viewer,
    id: ReflectionId,
) -> Result<Option<reflection::Model>, DbErr> {
    reflection::Entity::find_by_id(id).filter(in_sight(viewer)).lock(LockType::NoKeyUpdate).one(conn).await
}

/// How many notes a reflection holds.
pub async fn count_notes(conn: &impl ConnectionTrait, id: ReflectionId) -> Result<u64, DbErr> {
    reflection_note::Entity::find().filter(reflection_note::Column::ReflectionId.eq(id)).count(conn).await
}

/// Appends what somebody thinks, or what they decide.
pub async fn note(conn: &impl ConnectionTrait, row: reflection_note::Model) -> Result<(), DbErr> {
    reflection_note::Entity::insert(row.into_active_model()).exec_without_returning(conn).await.map(|_| ())
}

/// The notes in reflections, oldest first.
pub async fn notes(conn: &impl ConnectionTrait, of: &[ReflectionId]) -> Result<Vec<reflection_note::Model>, DbErr> {
    reflection_note::Entity::find()
        .filter(reflection_note::Column::ReflectionId.is_in(of.iter().copied()))
        .order_by_asc(reflection_note::Column::NotedAt)
        .order_by_asc(reflection_note::Column::Id)
        .all(conn)
        .await
}

/// Who takes part in reflections.
pub async fn participants(
    conn: &impl ConnectionTrait,
    of: &[ReflectionId],
) -> Result<Vec<reflection_participant::Model>, DbErr> {
    reflection_participant::Entity::find()
        .filter(reflection_participant::Column::ReflectionId.is_in(of.iter().copied()))
        .order_by_asc(reflection_participant::Column::PractitionerId)
        .all(conn)
        .await
}
