//! The roll of an organisation: everybody and everything that a scheme of delegation can name.

use busfare_entity::{hub, practitioner, spend_purpose, team, words::OrganisationId};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder};

use crate::rules::scheme::{PurposeOnRoll, Roll, Somebody};

/// Everybody who works here now, and everything there is.
pub async fn roll(conn: &impl ConnectionTrait, organisation: OrganisationId) -> Result<Roll, DbErr> {
    read(conn, organisation, Condition::all().add(practitioner::Column::Active.eq(true))).await
}

/// Everybody who works here or ever did, for the words of versions from long ago.
pub async fn everybody(conn: &impl ConnectionTrait, organisation: OrganisationId) -> Result<Roll, DbErr> {
    read(conn, organisation, Condition::all()).await
}

async fn read(conn: &impl ConnectionTrait, organisation: OrganisationId, who: Condition) -> Result<Roll, DbErr> {
    let people = practitioner::Entity::find()
        .filter(practitioner::Column::OrganisationId.eq(organisation))
        .filter(who)
        .order_by_asc(practitioner::Column::Id)
        .all(conn)
        .await?;
    let teams = team::Entity::find()
        .filter(team::Column::OrganisationId.eq(organisation))
        .order_by_asc(team::Column::Id)
        .all(conn)
        .await?;
    let hubs = hub::Entity::find()
        .filter(hub::Column::OrganisationId.eq(organisation))
        .order_by_asc(hub::Column::Id)
        .all(conn)
        .await?;
    let purposes = spend_purpose::Entity::find()
        .filter(spend_purpose::Column::OrganisationId.eq(organisation))
        .order_by_asc(spend_purpose::Column::Id)
        .all(conn)
        .await?;
    let somebody = |row: practitioner::Model| Somebody {
        id: row.id,
        email: row.email.to_lowercase(),
        name: row.name,
        role: row.role,
        team: row.team_id,
    };
    let purpose = |row: spend_purpose::Model| PurposeOnRoll {
        id: row.id,
        code: row.code,
        name_en: row.name_en,
        name_cy: row.name_cy,
    };
    Ok(Roll {
        people: people.into_iter().map(somebody).collect(),
        teams: teams.into_iter().map(|row| (row.id, row.name)).collect(),
        hubs: hubs.into_iter().map(|row| (row.id, row.name)).collect(),
        purposes: purposes.into_iter().map(purpose).collect(),
    })
}
