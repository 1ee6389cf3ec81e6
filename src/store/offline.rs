//! Spends that phones decided without signal, as they come home: everything about a batch of them is read at once.

use std::collections::{BTreeSet, HashMap, HashSet};

use busfare_entity::{
    allowance, delegation, offline_spend, practitioner, session, spend, spend_purpose,
    words::{AllowanceId, BudgetId, HubId, SpendId, SpendPurposeId},
};
use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter};

use super::{allowance as allowances, authority, budget as budgets, people, purpose};
use crate::rules::{
    allowance::{Held, Terms},
    calendar,
};

/// What a batch of spends names.
#[derive(Clone, Debug, Default)]
pub struct Named {
    /// The spends.
    pub spends: Vec<SpendId>,
    /// The allowances.
    pub allowances: Vec<AllowanceId>,
    /// What each is for, and where.
    pub places: HashSet<(SpendPurposeId, Option<HubId>)>,
}

/// A spend that is kept already, with what a phone said when it brought it.
#[derive(Clone, Debug)]
pub struct Kept {
    /// The spend.
    pub spend: spend::Model,
    /// What was said; none where it did not come from a phone without signal.
    pub said: Option<offline_spend::Model>,
}

/// What is known of everything that a batch names.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// Her allowances.
    pub allowances: HashMap<AllowanceId, allowance::Model>,
    /// When those ended early whose session or delegation was revoked.
    revoked: HashMap<AllowanceId, DateTime<Utc>>,
    /// The purposes of her organisation.
    pub purposes: HashMap<SpendPurposeId, spend_purpose::Model>,
    /// The hubs of her organisation.
    pub hubs: HashSet<HubId>,
    /// The budgets that are closed: nothing moves on them, but what they hold may pass from hand to hand.
    pub closed: HashSet<BudgetId>,
    /// The spends that are kept already.
    pub kept: HashMap<SpendId, Kept>,
}

/// Gathers what a batch names. Her say, then every budget that any of the spends may touch, in the order of their ids,
/// are held until the transaction ends; her allowances are read after that, so nobody moves them meanwhile.
pub async fn known(
    conn: &impl ConnectionTrait,
    her: &practitioner::Model,
    named: &Named,
    now: DateTime<Utc>,
) -> Result<Known, DbErr> {
    authority::take_turn(conn, her.id).await?;
    let purposes: Vec<_> = named.places.iter().map(|(purpose, _)| *purpose).collect();
    let purposes = purpose::by_ids(conn, her.organisation_id, &purposes).await?;
    let purposes: HashMap<_, _> = purposes.into_iter().map(|row| (row.id, row)).collect();
    let hubs: Vec<_> = named.places.iter().filter_map(|(_, hub)| *hub).collect();
    let hubs = people::hubs(conn, her.organisation_id, &hubs).await?.into_iter().map(|row| row.id).collect();

    let seen = allowances::by_ids(conn, her.id, &named.allowances).await?;
    let mut touched: BTreeSet<_> = seen.iter().map(|row| row.budget_id).collect();
    let on = calendar::day(now, people::zone(conn, her.organisation_id).await?);
    let sources: HashSet<_> =
        named.places.iter().filter_map(|(purpose, hub)| Some((purposes.get(purpose)?.fund, *hub))).collect();
    for (fund, hub) in sources {
        let source = budgets::Source { organisation: her.organisation_id, fund, team: her.team_id, hub, on };
        touched.extend(budgets::for_source(conn, source).await?.map(|row| row.id));
    }
    let mut closed = HashSet::new();
    for budget in touched {
        let row = budgets::hold(conn, budget).await?;
        closed.extend(row.closed_at.map(|_| row.id));
    }

    let held = allowances::by_ids(conn, her.id, &named.allowances).await?;
    Ok(Known {
        revoked: revoked(conn, &held).await?,
        allowances: held.into_iter().map(|row| (row.id, row)).collect(),
        purposes,
        hubs,
        closed,
        kept: kept(conn, &named.spends).await?,
    })
}

/// When a session or a delegation was taken away from under an allowance.
async fn revoked(
    conn: &impl ConnectionTrait,
    of: &[allowance::Model],
) -> Result<HashMap<AllowanceId, DateTime<Utc>>, DbErr> {
    let sessions: HashMap<_, _> = session::Entity::find()
        .filter(session::Column::Id.is_in(of.iter().map(|row| row.session_id)))
        .all(conn)
        .await?
        .into_iter()
        .filter_map(|row| Some((row.id, row.revoked_at?)))
        .collect();
    let delegations: HashMap<_, _> = delegation::Entity::find()
        .filter(delegation::Column::Id.is_in(of.iter().map(|row| row.delegation_id)))
        .all(conn)
        .await?
        .into_iter()
        .filter_map(|row| Some((row.id, row.revoked_at?)))
        .collect();
    let first = |row: &allowance::Model| {
        sessions.get(&row.session_id).into_iter().chain(delegations.get(&row.delegation_id)).min().copied()
    };
    Ok(of.iter().filter_map(|row| Some((row.id, first(row)?))).collect())
}

async fn kept(conn: &impl ConnectionTrait, ids: &[SpendId]) -> Result<HashMap<SpendId, Kept>, DbErr> {
    let said = offline_spend::Entity::find().filter(offline_spend::Column::SpendId.is_in(ids.iter().copied()));
    let mut said: HashMap<_, _> = said.all(conn).await?.into_iter().map(|row| (row.spend_id, row)).collect();
    let spends = spend::Entity::find().filter(spend::Column::Id.is_in(ids.iter().copied())).all(conn).await?;
    Ok(spends.into_iter().map(|spend| (spend.id, Kept { said: said.remove(&spend.id), spend })).collect())
}

impl Known {
    /// An allowance as it stands; none where it is not hers.
    pub fn held(&self, id: AllowanceId) -> Result<Option<(allowance::Model, Held)>, DbErr> {
        let Some(row) = self.allowances.get(&id) else { return Ok(None) };
        let held = Held {
            terms: terms(row)?,
            left: allowances::left_of(row),
            ended: row.ended_at.into_iter().chain(self.revoked.get(&id).copied()).min(),
            closes: row.closes_at,
        };
        Ok(Some((row.clone(), held)))
    }
}

/// What bounds each spend under an allowance.
pub fn terms(row: &allowance::Model) -> Result<Terms, DbErr> {
    serde_json::from_value(row.terms.clone()).map_err(|error| DbErr::Json(error.to_string()))
}

/// Keeps what a phone said about a spend.
pub async fn say(conn: &impl ConnectionTrait, row: offline_spend::Model) -> Result<(), DbErr> {
    offline_spend::Entity::insert(row.into_active_model()).exec_without_returning(conn).await.map(|_| ())
}

/// What phones said about spends.
pub async fn of_spends(conn: &impl ConnectionTrait, spends: &[SpendId]) -> Result<Vec<offline_spend::Model>, DbErr> {
    offline_spend::Entity::find().filter(offline_spend::Column::SpendId.is_in(spends.iter().copied())).all(conn).await
}
