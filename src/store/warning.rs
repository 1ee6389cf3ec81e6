//! Warnings about people: what whoever goes there should know first.

use busfare_entity::{
    person_warning,
    words::{PersonId, PersonWarningId},
};
use chrono::NaiveDate;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    QuerySelect,
};

use crate::rules::sharing::MOST_WARNINGS;

/// Most people whose warnings are read at once.
const MOST_PEOPLE: u64 = 100;

/// Keeps a warning.
pub async fn raise(conn: &impl ConnectionTrait, row: person_warning::Model) -> Result<(), DbErr> {
    person_warning::Entity::insert(row.into_active_model()).exec_without_returning(conn).await.map(|_| ())
}

/// The warnings about people that stand on a day, newest first. The day after its review a warning has lapsed without
/// anybody doing anything.
pub async fn standing(
    conn: &impl ConnectionTrait,
    people: &[PersonId],
    on: NaiveDate,
) -> Result<Vec<person_warning::Model>, DbErr> {
    person_warning::Entity::find()
        .filter(person_warning::Column::PersonId.is_in(people.iter().copied()))
        .filter(person_warning::Column::EndedAt.is_null())
        .filter(person_warning::Column::ReviewOn.gte(on))
        .order_by_desc(person_warning::Column::RaisedAt)
        .order_by_desc(person_warning::Column::Id)
        .limit(MOST_PEOPLE * u64::try_from(MOST_WARNINGS).unwrap_or(u64::MAX))
        .all(conn)
        .await
}

/// Every warning there ever was about some people, oldest first, no more than so many.
pub async fn all_about(
    conn: &impl ConnectionTrait,
    people: &[PersonId],
    most: u64,
) -> Result<Vec<person_warning::Model>, DbErr> {
    person_warning::Entity::find()
        .filter(person_warning::Column::PersonId.is_in(people.iter().copied()))
        .order_by_asc(person_warning::Column::RaisedAt)
        .order_by_asc(person_warning::Column::Id)
        .limit(most)
        .all(conn)
        .await
}

/// A warning.
pub async fn find(conn: &impl ConnectionTrait, id: PersonWarningId) -> Result<Option<person_warning::Model>, DbErr> {
    person_warning::Entity::find_by_id(id).one(conn).await
}

/// Writes a warning as it is now.
pub async fn write(conn: &impl ConnectionTrait, row: &person_warning::Model) -> Result<(), DbErr> {
    person_warning::Entity::update(row.clone().into_active_model().reset_all()).exec(conn).await.map(|_| ())
}
