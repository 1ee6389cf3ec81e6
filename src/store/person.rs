//! People who were helped: known by an id alone until somebody gives a reference, and linked to spends in a table apart.

use busfare_entity::{
    person, practitioner, spend_person,
    words::{PersonId, SpendId},
};
use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter, sea_query::OnConflict};

use super::rows::among;

/// People by their ids, whoever's they are. Only to tell an organisation's own from somebody else's.
pub async fn by_ids(conn: &impl ConnectionTrait, ids: &[PersonId]) -> Result<Vec<person::Model>, DbErr> {
    let named = among(conn.get_database_backend(), person::Column::Id, ids.iter().copied());
    person::Entity::find().filter(named).all(conn).await
}

/// Somebody whom a phone has named for the first time.
pub fn named_by(her: &practitioner::Model, id: PersonId, now: DateTime<Utc>) -> person::Model {
    person::Model {
        id,
        organisation_id: her.organisation_id,
        team_id: her.team_id,
        reference: None,
        created_by: her.id,
        created_at: now,
    }
}

/// Makes sure that a person is known to the organisation. An id that a phone has minted is a person from its first
/// use on. False where the id belongs to somebody else's person.
pub async fn known(
    conn: &impl ConnectionTrait,
    her: &practitioner::Model,
    id: PersonId,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    person::Entity::insert(named_by(her, id, now).into_active_model())
        .on_conflict(OnConflict::column(person::Column::Id).do_nothing().to_owned())
        .try_insert()
        .exec_without_returning(conn)
        .await?;
    let hers = person::Entity::find_by_id(id).filter(person::Column::OrganisationId.eq(her.organisation_id));
    Ok(hers.one(conn).await?.is_some())
}

/// Links a spend to the person it helps, where one is named. False where the id belongs to somebody else's person:
/// the caller drops the transaction.
pub async fn helps(
    conn: &impl ConnectionTrait,
    her: &practitioner::Model,
    spend: SpendId,
    person: Option<PersonId>,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    let Some(person) = person else { return Ok(true) };
    if !known(conn, her, person, now).await? {
        return Ok(false);
    }
    link(conn, spend, person, now).await?;
    Ok(true)
}

/// Links a spend to the person it helps.
pub async fn link(conn: &impl ConnectionTrait, spend: SpendId, to: PersonId, now: DateTime<Utc>) -> Result<(), DbErr> {
    let row = spend_person::Model { spend_id: spend, person_id: to, linked_at: now };
    spend_person::Entity::insert(row.into_active_model()).exec_without_returning(conn).await.map(|_| ())
}

/// The person a spend helps, where one is linked.
pub async fn helped_by(conn: &impl ConnectionTrait, spend: SpendId) -> Result<Option<PersonId>, DbErr> {
    Ok(spend_person::Entity::find_by_id(spend).one(conn).await?.map(|link| link.person_id))
}

/// The people that spends help.
pub async fn helped_by_each(
    conn: &impl ConnectionTrait,
    spends: &[SpendId],
) -> Result<Vec<spend_person::Model>, DbErr> {
    spend_person::Entity::find().filter(spend_person::Column::SpendId.is_in(spends.iter().copied())).all(conn).await
}
