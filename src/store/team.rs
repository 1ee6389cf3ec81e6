//! Teams: who is in which, counted by the database, which refuses what outgrows a team whoever joins at the same moment.

use busfare_entity::{
    practitioner, team,
    words::{OrganisationId, PractitionerId, TeamId, TeamKind},
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, LockType, OnConflict},
};

use super::db::inserted;

/// Most teams in one answer.
const MOST_TEAMS: u64 = 500;
/// Most people of one team in one answer.
const MOST_PEOPLE: u64 = 500;

/// Every team of an organisation, by name.
pub async fn all(conn: &impl ConnectionTrait, organisation: OrganisationId) -> Result<Vec<team::Model>, DbErr> {
    team::Entity::find()
        .filter(team::Column::OrganisationId.eq(organisation))
        .order_by_asc(team::Column::Name)
        .order_by_asc(team::Column::Id)
        .limit(MOST_TEAMS)
        .all(conn)
        .await
}

/// Who works in teams, by name.
pub async fn people(
    conn: &impl ConnectionTrait,
    organisation: OrganisationId,
    of: &[TeamId],
) -> Result<Vec<practitioner::Model>, DbErr> {
    practitioner::Entity::find()
        .filter(practitioner::Column::OrganisationId.eq(organisation))
        .filter(practitioner::Column::TeamId.is_in(of.iter().copied()))
        .filter(practitioner::Column::Active.eq(true))
        .order_by_asc(practitioner::Column::Name)
        .order_by_asc(practitioner::Column::Id)
        .limit(MOST_PEOPLE * of.len() as u64)
        .all(conn)
        .await
}

/// Teams of an organisation, held in the order of their ids: nobody joins or leaves them until the transaction ends.
pub async fn hold(
    conn: &impl ConnectionTrait,
    organisation: OrganisationId,
    ids: &[TeamId],
) -> Result<Vec<team::Model>, DbErr> {
    team::Entity::find()
        .filter(team::Column::OrganisationId.eq(organisation))
        .filter(team::Column::Id.is_in(ids.iter().copied()))
        .order_by_asc(team::Column::Id)
        .lock(LockType::NoKeyUpdate)
        .all(conn)
        .await
}

/// Somebody who works here, held: nobody else moves her until the transaction ends.
pub async fn hold_person(
    conn: &impl ConnectionTrait,
    organisation: OrganisationId,
    id: PractitionerId,
) -> Result<Option<practitioner::Model>, DbErr> {
    practitioner::Entity::find_by_id(id)
        .filter(practitioner::Column::OrganisationId.eq(organisation))
        .filter(practitioner::Column::Active.eq(true))
        .lock(LockType::NoKeyUpdate)
        .one(conn)
        .await
}

/// Moves somebody to a team. The database counts her out of the one and into the other, and refuses where that outgrows it.
pub async fn move_to(conn: &impl ConnectionTrait, id: PractitionerId, team: TeamId) -> Result<(), DbErr> {
    practitioner::Entity::update_many()
        .col_expr(practitioner::Column::TeamId, Expr::value(team))
        .filter(practitioner::Column::Id.eq(id))
        .exec(conn)
        .await
        .map(|_| ())
}

/// Sets a team up; false where its id is taken.
pub async fn add(conn: &impl ConnectionTrait, row: team::Model) -> Result<bool, DbErr> {
    let added = team::Entity::insert(row.into_active_model())
        .on_conflict(OnConflict::column(team::Column::Id).do_nothing().to_owned())
        .try_insert()
        .exec_without_returning(conn)
        .await?;
    Ok(inserted(&added))
}

/// Gives a team another name, or makes it one of another kind.
pub async fn change(conn: &impl ConnectionTrait, id: TeamId, name: &str, kind: TeamKind) -> Result<(), DbErr> {
    team::Entity::update_many()
        .col_expr(team::Column::Name, Expr::value(name))
        .col_expr(team::Column::Kind, Expr::value(kind))
        .filter(team::Column::Id.eq(id))
        .exec(conn)
        .await
        .map(|_| ())
}
