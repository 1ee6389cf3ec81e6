//! Which budget a spend would draw on.

use std::collections::BTreeSet;

use busfare_entity::{
    budget,
    words::{Fund, HubId, OrganisationId, TeamId},
};
use chrono::NaiveDate;
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::LockType,
};

use crate::store::rows::among;

/// Where a spend's money would come from.
#[derive(Clone, Copy, Debug)]
pub struct Source {
    /// Whose organisation.
    pub organisation: OrganisationId,
    /// Which kind of budget.
    pub fund: Fund,
    /// The asker's team, whose section 17 budget it would be.
    pub team: TeamId,
    /// The hub, whose budget it would be.
    pub hub: Option<HubId>,
    /// The day it is for.
    pub on: NaiveDate,
}

impl Source {
    /// Whether this is the budget, if it is one of the organisation and of the day.
    fn is(&self, budget: &budget::Model) -> bool {
        self.fund == budget.fund
            && match self.fund {
                Fund::Section17 => budget.team_id == Some(self.team),
                Fund::Hub => budget.hub_id.is_some() && budget.hub_id == self.hub,
                Fund::Contingency => true,
            }
    }
}

/// The budget a spend would draw on, of those that are there; none where none is set up.
pub fn pick(budgets: &[budget::Model], source: Source) -> Option<&budget::Model> {
    budgets.iter().find(|budget| source.is(budget))
}

/// The budget one spend would draw on, only looking; none where none is set up.
pub async fn for_source(conn: &impl ConnectionTrait, source: Source) -> Result<Option<budget::Model>, DbErr> {
    Ok(pick(&for_sources(conn, &[source], Grip::Loose).await?, source).cloned())
}

/// Whether others may move a budget meanwhile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grip {
    /// Only looking.
    Loose,
    /// Nobody else moves it until the transaction ends.
    Firm,
}

/// The budgets that spends of one organisation on one day would draw on, by their ids, which is also the order in
/// which they are held.
pub async fn for_sources(
    conn: &impl ConnectionTrait,
    sources: &[Source],
    grip: Grip,
) -> Result<Vec<budget::Model>, DbErr> {
    let Some(one) = sources.first() else { return Ok(Vec::new()) };
    let backend = conn.get_database_backend();
    let of = |fund: Fund| sources.iter().filter(move |source| source.fund == fund);
    let teams: BTreeSet<_> = of(Fund::Section17).map(|source| source.team).collect();
    let hubs: BTreeSet<_> = of(Fund::Hub).filter_map(|source| source.hub).collect();
    let mut any = Condition::any();
    if !teams.is_empty() {
        any = any.add(budget::Column::Fund.eq(Fund::Section17).and(among(backend, budget::Column::TeamId, teams)));
    }
    if !hubs.is_empty() {
        any = any.add(budget::Column::Fund.eq(Fund::Hub).and(among(backend, budget::Column::HubId, hubs)));
    }
    if of(Fund::Contingency).next().is_some() {
        any = any.add(budget::Column::Fund.eq(Fund::Contingency));
    }
    if any.is_empty() {
        return Ok(Vec::new());
    }
    let query = budget::Entity::find()
        .filter(budget::Column::OrganisationId.eq(one.organisation))
        .filter(budget::Column::PeriodStart.lte(one.on))
        .filter(budget::Column::PeriodEnd.gte(one.on))
        .filter(budget::Column::ClosedAt.is_null())
        .filter(any)
        .order_by_asc(budget::Column::Id);
    match grip {
        Grip::Loose => query.all(conn).await,
        Grip::Firm => query.lock(LockType::NoKeyUpdate).all(conn).await,
    }
}
