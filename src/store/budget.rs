//! Budgets: counters that move by one conditional update each, and the entries they are the sum of.

use std::collections::BTreeSet;

use busfare_entity::{
    budget, budget_entry,
    words::{BudgetId, Fund, HubId, OrganisationId, SpendId, TeamId},
};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, ExprTrait, IntoActiveModel,
    QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, LockType},
};

use super::rows::among;
use crate::rules::{authority::Pot, budget::Step, money::Money};

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
        .filter(any)
        .order_by_asc(budget::Column::Id);
    match grip {
        Grip::Loose => query.all(conn).await,
        Grip::Firm => query.lock(LockType::NoKeyUpdate).all(conn).await,
    }
}

/// Reads a budget and keeps everybody else from moving it until the transaction ends.
/// (SQLite needs no row lock: its transaction already holds the only pen.)
pub async fn hold(conn: &impl ConnectionTrait, id: BudgetId) -> Result<budget::Model, DbErr> {
    budget::Entity::find_by_id(id)
        .lock(LockType::NoKeyUpdate)
        .one(conn)
        .await?
        .ok_or_else(|| DbErr::RecordNotFound("a budget of a spend".to_owned()))
}

/// Budgets of an organisation by id, in any order.
pub async fn by_ids(
    conn: &impl ConnectionTrait,
    organisation: OrganisationId,
    ids: &[BudgetId],
) -> Result<Vec<budget::Model>, DbErr> {
    budget::Entity::find()
        .filter(budget::Column::OrganisationId.eq(organisation))
        .filter(budget::Column::Id.is_in(ids.iter().copied()))
        .all(conn)
        .await
}

/// The budgets a practitioner's spends may draw on: her team's and those of her organisation's hubs.
pub async fn within_reach(
    conn: &impl ConnectionTrait,
    organisation: OrganisationId,
    team: TeamId,
    hubs: &[HubId],
    on: NaiveDate,
) -> Result<Vec<budget::Model>, DbErr> {
    let hers = budget::Column::TeamId.eq(team).or(budget::Column::HubId.is_in(hubs.iter().copied()));
    budget::Entity::find()
        .filter(budget::Column::OrganisationId.eq(organisation))
        .filter(hers)
        .filter(budget::Column::PeriodStart.lte(on))
        .filter(budget::Column::PeriodEnd.gte(on))
        .order_by_asc(budget::Column::Name)
        .all(conn)
        .await
}

/// Every movement on budgets, in the order they happened.
pub async fn entries(conn: &impl ConnectionTrait, of: &[BudgetId]) -> Result<Vec<budget_entry::Model>, DbErr> {
    budget_entry::Entity::find()
        .filter(budget_entry::Column::BudgetId.is_in(of.iter().copied()))
        .order_by_asc(budget_entry::Column::Id)
        .all(conn)
        .await
}

/// What a decision needs to know of a budget.
pub fn pot(budget: &budget::Model) -> Pot {
    Pot {
        name: budget.name.clone(),
        available: available(budget),
        mode: budget.mode,
        tolerance: Money::from_pence(budget.tolerance_pence - budget.overrun_pence),
    }
}

/// Allocated and neither held nor spent.
pub fn available(budget: &budget::Model) -> Money {
    let taken = budget.reserved_pence + budget.committed_pence + budget.settled_pence;
    Money::from_pence(budget.allocated_pence - taken)
}

/// Moves the counters by one step, if the money is there, and appends the entry. False where it is not:
/// then nothing has changed. The condition is in the UPDATE itself, and the table's CHECK stands behind it.
pub async fn apply(
    conn: &impl ConnectionTrait,
    budget: BudgetId,
    spend: SpendId,
    step: Step,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    let column = |column: budget::Column| Expr::col(column);
    let available = column(budget::Column::AllocatedPence)
        .sub(column(budget::Column::ReservedPence))
        .sub(column(budget::Column::CommittedPence))
        .sub(column(budget::Column::SettledPence));
    let moved = budget::Entity::update_many()
        .col_expr(budget::Column::AllocatedPence, column(budget::Column::AllocatedPence).add(step.allocated))
        .col_expr(budget::Column::OverrunPence, column(budget::Column::OverrunPence).add(step.overrun))
        .col_expr(budget::Column::ReservedPence, column(budget::Column::ReservedPence).add(step.reserved))
        .col_expr(budget::Column::CommittedPence, column(budget::Column::CommittedPence).add(step.committed))
        .col_expr(budget::Column::SettledPence, column(budget::Column::SettledPence).add(step.settled))
        .filter(budget::Column::Id.eq(budget))
        .filter(available.gte(step.takes() - step.allocated))
        .filter(column(budget::Column::OverrunPence).add(step.overrun).lte(column(budget::Column::TolerancePence)))
        .filter(column(budget::Column::OverrunPence).gte(-step.overrun))
        .filter(budget::Column::ClosedAt.is_null())
        .filter(column(budget::Column::ReservedPence).gte(-step.reserved))
        .filter(column(budget::Column::CommittedPence).gte(-step.committed))
        .exec(conn)
        .await?;
    if moved.rows_affected == 0 {
        return Ok(false);
    }
    append(conn, budget, Some(spend), step, now).await?;
    Ok(true)
}

/// Sets up a budget with its allocation as the first entry.
pub async fn open(conn: &impl ConnectionTrait, row: budget::Model, now: DateTime<Utc>) -> Result<(), DbErr> {
    let (id, allocated) = (row.id, row.allocated_pence);
    row.into_active_model().insert(conn).await?;
    append(conn, id, None, Step::allocate(Money::from_pence(allocated)), now).await
}

async fn append(
    conn: &impl ConnectionTrait,
    budget: BudgetId,
    spend: Option<SpendId>,
    step: Step,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let entry = entry(budget, spend, step, now);
    budget_entry::Entity::insert(entry.into_active_model()).exec_without_returning(conn).await.map(|_| ())
}

/// The entry of one step.
pub(super) fn entry(budget: BudgetId, spend: Option<SpendId>, step: Step, now: DateTime<Utc>) -> budget_entry::Model {
    budget_entry::Model {
        id: super::mint::id(),
        budget_id: budget,
        spend_id: spend,
        movement: step.movement,
        allowance_id: None,
        virement_id: None,
        allocated_delta_pence: step.allocated,
        overrun_delta_pence: step.overrun,
        reserved_delta_pence: step.reserved,
        committed_delta_pence: step.committed,
        settled_delta_pence: step.settled,
        at: now,
    }
}
