//! Organisations, hubs, teams and practitioners.

use busfare_entity::{
    hub, organisation, practitioner, practitioner_hub, session, team,
    words::{AppId, HubId, OrganisationId, PractitionerId, SessionId, TeamId, TeamKind},
};
use chrono_tz::Tz;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, IntoActiveModel, JoinType,
    QueryFilter, QueryOrder, QuerySelect, prelude::Json,
};

use super::rows::among;
use crate::rules::{calendar, sight::Viewer, token::Bearer};

/// Somebody who asks.
#[derive(Clone, Debug, FromQueryResult)]
pub struct SignedIn {
    /// Who.
    #[sea_orm(nested)]
    pub her: practitioner::Model,
    /// The session of her token.
    pub session_id: SessionId,
    /// The app that acts for her; none on a device of her own.
    pub app_id: Option<AppId>,
    /// A list of `AppScope` words that she granted it.
    pub scopes: Option<Json>,
}

impl SignedIn {
    /// Whose token she showed.
    pub fn bearer(&self) -> Bearer {
        Bearer { practitioner: self.her.id, session: self.session_id }
    }
}

/// Of those who hold these tokens, the ones whose session is alive and who still work here, in any order.
pub async fn signed_in(conn: &impl ConnectionTrait, bearers: &[Bearer]) -> Result<Vec<SignedIn>, DbErr> {
    let her_sessions = practitioner::Entity::belongs_to(session::Entity)
        .from(practitioner::Column::Id)
        .to(session::Column::PractitionerId)
        .into();
    let sessions = bearers.iter().map(|bearer| bearer.session);
    let found: Vec<SignedIn> = practitioner::Entity::find()
        .join(JoinType::InnerJoin, her_sessions)
        .filter(among(conn.get_database_backend(), session::Column::Id, sessions))
        .filter(session::Column::RevokedAt.is_null())
        .filter(practitioner::Column::Active.eq(true))
        .column_as(session::Column::Id, "session_id")
        .columns([session::Column::AppId, session::Column::Scopes])
        .into_model()
        .all(conn)
        .await?;
    Ok(found.into_iter().filter(|one| bearers.contains(&one.bearer())).collect())
}

/// Who holds a token now, without what she may do through an app.
pub async fn viewer(conn: &impl ConnectionTrait, bearer: Bearer) -> Result<Option<practitioner::Model>, DbErr> {
    Ok(signed_in(conn, &[bearer]).await?.pop().map(|found| found.her))
}

/// What rules need to know of a practitioner who looks.
pub fn as_viewer(practitioner: &practitioner::Model) -> Viewer {
    Viewer {
        id: practitioner.id,
        organisation: practitioner.organisation_id,
        team: practitioner.team_id,
        role: practitioner.role,
    }
}

/// An organisation.
pub async fn organisation(
    conn: &impl ConnectionTrait,
    id: OrganisationId,
) -> Result<Option<organisation::Model>, DbErr> {
    organisation::Entity::find_by_id(id).one(conn).await
}

/// The time zone of an organisation.
pub async fn zone(conn: &impl ConnectionTrait, organisation: OrganisationId) -> Result<Tz, DbErr> {
    let name: Option<String> = organisation::Entity::find_by_id(organisation)
        .select_only()
        .column(organisation::Column::TimeZone)
        .into_tuple()
        .one(conn)
        .await?;
    Ok(name.map_or(calendar::HOME, |name| calendar::zone(&name)))
}

/// Who signs in with this e-mail, in lower case.
pub async fn by_email(conn: &impl ConnectionTrait, email: &str) -> Result<Option<practitioner::Model>, DbErr> {
    practitioner::Entity::find()
        .filter(practitioner::Column::Email.eq(email))
        .filter(practitioner::Column::Active.eq(true))
        .one(conn)
        .await
}

/// Practitioners of an organisation by id, in any order.
pub async fn practitioners(
    conn: &impl ConnectionTrait,
    organisation: OrganisationId,
    ids: &[PractitionerId],
) -> Result<Vec<practitioner::Model>, DbErr> {
    practitioner::Entity::find()
        .filter(practitioner::Column::OrganisationId.eq(organisation))
        .filter(practitioner::Column::Id.is_in(ids.iter().copied()))
        .all(conn)
        .await
}

/// Somebody of an organisation who works there now.
pub async fn working(
    conn: &impl ConnectionTrait,
    organisation: OrganisationId,
    id: PractitionerId,
) -> Result<Option<practitioner::Model>, DbErr> {
    practitioner::Entity::find_by_id(id)
        .filter(practitioner::Column::OrganisationId.eq(organisation))
        .filter(practitioner::Column::Active.eq(true))
        .one(conn)
        .await
}

/// Teams of an organisation by id, in any order.
pub async fn teams(
    conn: &impl ConnectionTrait,
    organisation: OrganisationId,
    ids: &[TeamId],
) -> Result<Vec<team::Model>, DbErr> {
    team::Entity::find()
        .filter(team::Column::OrganisationId.eq(organisation))
        .filter(team::Column::Id.is_in(ids.iter().copied()))
        .all(conn)
        .await
}

/// What the team of somebody who looks is for; none where it is gone.
pub async fn kind_of_team(conn: &impl ConnectionTrait, viewer: &Viewer) -> Result<Option<TeamKind>, DbErr> {
    Ok(teams(conn, viewer.organisation, &[viewer.team]).await?.pop().map(|team| team.kind))
}

/// Hubs of an organisation by id, in any order.
pub async fn hubs(
    conn: &impl ConnectionTrait,
    organisation: OrganisationId,
    ids: &[HubId],
) -> Result<Vec<hub::Model>, DbErr> {
    hub::Entity::find()
        .filter(hub::Column::OrganisationId.eq(organisation))
        .filter(among(conn.get_database_backend(), hub::Column::Id, ids.iter().copied()))
        .all(conn)
        .await
}

/// Every hub of an organisation, by name.
pub async fn hubs_of(conn: &impl ConnectionTrait, organisation: OrganisationId) -> Result<Vec<hub::Model>, DbErr> {
    hub::Entity::find()
        .filter(hub::Column::OrganisationId.eq(organisation))
        .order_by_asc(hub::Column::Name)
        .all(conn)
        .await
}

/// The hubs a practitioner works in, by name.
pub async fn hubs_where(conn: &impl ConnectionTrait, practitioner: PractitionerId) -> Result<Vec<hub::Model>, DbErr> {
    let works_there = hub::Entity::belongs_to(practitioner_hub::Entity)
        .from(hub::Column::Id)
        .to(practitioner_hub::Column::HubId)
        .into();
    hub::Entity::find()
        .join(JoinType::InnerJoin, works_there)
        .filter(practitioner_hub::Column::PractitionerId.eq(practitioner))
        .order_by_asc(hub::Column::Name)
        .all(conn)
        .await
}

/// A hub of the organisation; somebody else's is not found.
pub async fn hub_in(
    conn: &impl ConnectionTrait,
    organisation: OrganisationId,
    id: HubId,
) -> Result<Option<hub::Model>, DbErr> {
    hub::Entity::find_by_id(id).filter(hub::Column::OrganisationId.eq(organisation)).one(conn).await
}

/// Adds an organisation.
pub async fn add_organisation(conn: &impl ConnectionTrait, row: organisation::Model) -> Result<(), DbErr> {
    row.into_active_model().insert(conn).await.map(|_| ())
}

/// Adds hubs.
pub async fn add_hubs(conn: &impl ConnectionTrait, rows: Vec<hub::Model>) -> Result<(), DbErr> {
    hub::Entity::insert_many(rows.into_iter().map(IntoActiveModel::into_active_model)).exec(conn).await.map(|_| ())
}

/// Adds teams.
pub async fn add_teams(conn: &impl ConnectionTrait, rows: Vec<team::Model>) -> Result<(), DbErr> {
    team::Entity::insert_many(rows.into_iter().map(IntoActiveModel::into_active_model)).exec(conn).await.map(|_| ())
}

/// Adds practitioners.
pub async fn add_practitioners(conn: &impl ConnectionTrait, rows: Vec<practitioner::Model>) -> Result<(), DbErr> {
    practitioner::Entity::insert_many(rows.into_iter().map(IntoActiveModel::into_active_model))
        .exec(conn)
        .await
        .map(|_| ())
}

/// Says in which hubs practitioners work.
pub async fn add_to_hubs(conn: &impl ConnectionTrait, rows: Vec<practitioner_hub::Model>) -> Result<(), DbErr> {
    practitioner_hub::Entity::insert_many(rows.into_iter().map(IntoActiveModel::into_active_model))
        .exec(conn)
        .await
        .map(|_| ())
}

/// Every organisation that is kept here.
pub async fn organisations(conn: &impl ConnectionTrait) -> Result<Vec<organisation::Model>, DbErr> {
    organisation::Entity::find().order_by_asc(organisation::Column::Id).all(conn).await
}

/// Whether anybody is here yet.
pub async fn is_empty(conn: &impl ConnectionTrait) -> Result<bool, DbErr> {
    Ok(organisation::Entity::find().one(conn).await?.is_none())
}
