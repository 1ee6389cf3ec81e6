//! Who is the same person as whom. What is known of each stays where it is, so that it is taken back without a trace.

use std::collections::HashMap;

use busfare_entity::{
    person_merge,
    words::{PersonId, PractitionerId},
};
use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter,
    sea_query::{Expr, OnConflict},
};

use super::{db::inserted, rows::among};

/// Whoever is one with some people: each of them, and those who are the same. Nobody is the same as somebody who is the same
/// as a third, so one look is enough.
pub async fn everybody(
    conn: &impl ConnectionTrait,
    people: &[PersonId],
) -> Result<HashMap<PersonId, Vec<PersonId>>, DbErr> {
    let mut everybody: HashMap<PersonId, Vec<PersonId>> = people.iter().map(|one| (*one, vec![*one])).collect();
    let into = among(conn.get_database_backend(), person_merge::Column::KeptId, people.iter().copied());
    for row in person_merge::Entity::find().filter(stands()).filter(into).all(conn).await? {
        everybody.entry(row.kept_id).or_default().push(row.merged_id);
    }
    Ok(everybody)
}

/// Under whom people are found who are the same as somebody else; nobody else is in it.
pub async fn kept_for(conn: &impl ConnectionTrait, people: &[PersonId]) -> Result<HashMap<PersonId, PersonId>, DbErr> {
    let merged = among(conn.get_database_backend(), person_merge::Column::MergedId, people.iter().copied());
    let rows = person_merge::Entity::find().filter(stands()).filter(merged).all(conn).await?;
    Ok(rows.into_iter().map(|row| (row.merged_id, row.kept_id)).collect())
}

/// Notes that somebody is the same as another; false where somebody else has just said so.
pub async fn merge(conn: &impl ConnectionTrait, row: person_merge::Model) -> Result<bool, DbErr> {
    let added = person_merge::Entity::insert(row.into_active_model())
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .try_insert()
        .exec_without_returning(conn)
        .await?;
    Ok(inserted(&added))
}

/// Takes it back; false where nobody has said so.
pub async fn undo(
    conn: &impl ConnectionTrait,
    merged: PersonId,
    by: PractitionerId,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    let undone = person_merge::Entity::update_many()
        .col_expr(person_merge::Column::UndoneBy, Expr::value(Some(by)))
        .col_expr(person_merge::Column::UndoneAt, Expr::value(Some(now)))
        .filter(person_merge::Column::MergedId.eq(merged))
        .filter(stands())
        .exec(conn)
        .await?;
    Ok(undone.rows_affected == 1)
}

fn stands() -> Condition {
    Condition::all().add(person_merge::Column::UndoneAt.is_null())
}
