//! Stewards: what somebody's right to act on budgets depends on, and how much each role may move.

use busfare_entity::{
    budget, practitioner, practitioner_hub, virement_limit,
    words::{DecidesFor, OrganisationId, Role},
};
use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, sea_query::Query,
};

use super::{authority, people};
use crate::rules::{money::Money, steward::Steward};

/// What she may do with budgets now.
pub async fn of(conn: &impl ConnectionTrait, her: &practitioner::Model, now: DateTime<Utc>) -> Result<Steward, DbErr> {
    let granted = authority::granted(conn, her.organisation_id, None, now).await?;
    let hers = granted.iter().map(|granted| &granted.delegation).filter(|grant| authority::is_to(grant, her));
    let in_force = hers.filter(|grant| grant.valid_from <= now && grant.valid_to.is_none_or(|end| now < end));
    let decides_for = in_force.map(|grant| grant.decides_for).max().unwrap_or(DecidesFor::NobodyElse);
    let limit = virement_limit::Entity::find_by_id((her.organisation_id, her.role)).one(conn).await?;
    Ok(Steward {
        role: her.role,
        team: her.team_id,
        hubs: people::hubs_where(conn, her.id).await?.into_iter().map(|hub| hub.id).collect(),
        decides_for,
        limit: limit.map(|row| Money::from_pence(row.limit_pence)),
    })
}

/// Somebody who answers for a budget and whose role may move this much out of it: in her own team before others.
pub async fn who_may_move(
    conn: &impl ConnectionTrait,
    her: &practitioner::Model,
    from: &budget::Model,
    amount: Money,
) -> Result<Option<practitioner::Model>, DbErr> {
    let enough: Vec<Role> = virement_limit::Entity::find()
        .filter(virement_limit::Column::OrganisationId.eq(her.organisation_id))
        .filter(virement_limit::Column::LimitPence.gte(amount.pence()))
        .all(conn)
        .await?
        .into_iter()
        .map(|limit| limit.role)
        .collect();
    let query = practitioner::Entity::find()
        .filter(practitioner::Column::OrganisationId.eq(her.organisation_id))
        .filter(practitioner::Column::Active.eq(true))
        .filter(practitioner::Column::Id.ne(her.id))
        .filter(practitioner::Column::Role.is_in(enough))
        .order_by_asc(practitioner::Column::Name);
    let query = match (from.team_id, from.hub_id) {
        (Some(team), _) => query.filter(practitioner::Column::TeamId.eq(team)),
        (None, Some(hub)) => {
            let there = Query::select()
                .column(practitioner_hub::Column::PractitionerId)
                .from(practitioner_hub::Entity)
                .and_where(practitioner_hub::Column::HubId.eq(hub))
                .to_owned();
            query.filter(practitioner::Column::Id.in_subquery(there))
        }
        (None, None) => return Ok(None),
    };
    let people = query.all(conn).await?;
    Ok(people.into_iter().min_by_key(|person| person.team_id != her.team_id))
}

/// Says how much a role may move at once.
pub async fn set_limit(
    conn: &impl ConnectionTrait,
    organisation: OrganisationId,
    role: Role,
    limit: Money,
) -> Result<(), DbErr> {
    let row = virement_limit::Model { organisation_id: organisation, role, limit_pence: limit.pence() };
    virement_limit::Entity::insert(row.into_active_model()).exec_without_returning(conn).await.map(|_| ())
}
