//! Budgets: counters that move by one conditional update each, and the entries they are the sum of.

use busfare_entity::{
    budget, budget_entry,
    words::{AllowanceId, BudgetClosingId, BudgetId, BudgetMode, HubId, OrganisationId, SpendId, TeamId, VirementId},
};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, ExprTrait, IntoActiveModel, QueryFilter,
    QueryOrder, QuerySelect, Select, UpdateMany,
    sea_query::{Expr, LockType},
};

mod source;

pub use self::source::{Grip, Source, for_source, for_sources, pick};
use crate::rules::{authority::Pot, budget::Step, money::Money, period::Period, steward::Owned};

/// Reads a budget and keeps everybody else from moving it until the transaction ends.
/// (SQLite needs no row lock: its transaction already holds the only pen.)
pub async fn hold(conn: &impl ConnectionTrait, id: BudgetId) -> Result<budget::Model, DbErr> {
    budget::Entity::find_by_id(id)
        .lock(LockType::NoKeyUpdate)
        .one(conn)
        .await?
        .ok_or_else(|| DbErr::RecordNotFound("a budget of a spend".to_owned()))
}

/// Reads two budgets and keeps everybody else from moving them, in the order of their ids, so that two who want the
/// same two never wait for each other.
pub async fn hold_both(
    conn: &impl ConnectionTrait,
    one: BudgetId,
    other: BudgetId,
) -> Result<(budget::Model, budget::Model), DbErr> {
    if one <= other {
        let one = hold(conn, one).await?;
        Ok((one, hold(conn, other).await?))
    } else {
        let other = hold(conn, other).await?;
        Ok((hold(conn, one).await?, other))
    }
}

/// A budget of the organisation; somebody else's is not found.
pub async fn find(
    conn: &impl ConnectionTrait,
    organisation: OrganisationId,
    id: BudgetId,
) -> Result<Option<budget::Model>, DbErr> {
    budget::Entity::find_by_id(id).filter(budget::Column::OrganisationId.eq(organisation)).one(conn).await
}

/// Whether an id is taken, by whoever's budget.
pub async fn taken(conn: &impl ConnectionTrait, id: BudgetId) -> Result<Option<budget::Model>, DbErr> {
    budget::Entity::find_by_id(id).one(conn).await
}

/// The open budget of the same fund, team and hub that follows, if it is there.
pub async fn successor(conn: &impl ConnectionTrait, of: &budget::Model) -> Result<Option<budget::Model>, DbErr> {
    like(of)
        .filter(budget::Column::PeriodStart.gt(of.period_end))
        .filter(budget::Column::ClosedAt.is_null())
        .order_by_asc(budget::Column::PeriodStart)
        .order_by_asc(budget::Column::Id)
        .one(conn)
        .await
}

/// Whether there is a budget of the same fund, team and hub for any day of a period.
pub async fn overlaps(conn: &impl ConnectionTrait, of: &budget::Model, period: Period) -> Result<bool, DbErr> {
    let there = like(of)
        .filter(budget::Column::PeriodStart.lte(period.end))
        .filter(budget::Column::PeriodEnd.gte(period.start));
    Ok(there.one(conn).await?.is_some())
}

/// Budgets of the same fund, team and hub, this one included.
fn like(of: &budget::Model) -> Select<budget::Entity> {
    let query = budget::Entity::find()
        .filter(budget::Column::OrganisationId.eq(of.organisation_id))
        .filter(budget::Column::Fund.eq(of.fund));
    let query = match of.team_id {
        Some(team) => query.filter(budget::Column::TeamId.eq(team)),
        None => query.filter(budget::Column::TeamId.is_null()),
    };
    match of.hub_id {
        Some(hub) => query.filter(budget::Column::HubId.eq(hub)),
        None => query.filter(budget::Column::HubId.is_null()),
    }
}

/// Its first and last day.
pub fn period(of: &budget::Model) -> Period {
    Period { start: of.period_start, end: of.period_end }
}

/// Whose it is.
pub fn owned(budget: &budget::Model) -> Owned {
    Owned { name: budget.name.clone(), team: budget.team_id, hub: budget.hub_id }
}

/// Says what happens when it runs short. The caller holds it.
pub async fn set_mode(
    conn: &impl ConnectionTrait,
    id: BudgetId,
    mode: BudgetMode,
    tolerance: Money,
) -> Result<(), DbErr> {
    budget::Entity::update_many()
        .col_expr(budget::Column::Mode, Expr::value(mode))
        .col_expr(budget::Column::TolerancePence, Expr::value(tolerance.pence()))
        .filter(budget::Column::Id.eq(id))
        .exec(conn)
        .await
        .map(|_| ())
}

/// Closes it, once. From here on nothing moves on it. The caller holds it and has emptied it.
pub async fn close(conn: &impl ConnectionTrait, id: BudgetId, now: DateTime<Utc>) -> Result<bool, DbErr> {
    let closed = budget::Entity::update_many()
        .col_expr(budget::Column::ClosedAt, Expr::value(Some(now)))
        .filter(budget::Column::Id.eq(id))
        .filter(budget::Column::ClosedAt.is_null())
        .exec(conn)
        .await?;
    Ok(closed.rows_affected == 1)
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

/// Every budget of an organisation whose period has a day in common with these.
pub async fn during(
    conn: &impl ConnectionTrait,
    organisation: OrganisationId,
    (first, last): (NaiveDate, NaiveDate),
) -> Result<Vec<budget::Model>, DbErr> {
    budget::Entity::find()
        .filter(budget::Column::OrganisationId.eq(organisation))
        .filter(budget::Column::PeriodStart.lte(last))
        .filter(budget::Column::PeriodEnd.gte(first))
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

/// What a movement belongs to; its entry says so.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cause {
    /// The spend it is for.
    pub spend: Option<SpendId>,
    /// The offline allowance it is for.
    pub allowance: Option<AllowanceId>,
    /// The virement it is one side of.
    pub virement: Option<VirementId>,
    /// The end of a period that it is part of.
    pub closing: Option<BudgetClosingId>,
}

impl From<SpendId> for Cause {
    fn from(spend: SpendId) -> Self {
        Self { spend: Some(spend), ..Self::default() }
    }
}

impl From<AllowanceId> for Cause {
    fn from(allowance: AllowanceId) -> Self {
        Self { allowance: Some(allowance), ..Self::default() }
    }
}

impl From<VirementId> for Cause {
    fn from(virement: VirementId) -> Self {
        Self { virement: Some(virement), ..Self::default() }
    }
}

impl From<BudgetClosingId> for Cause {
    fn from(closing: BudgetClosingId) -> Self {
        Self { closing: Some(closing), ..Self::default() }
    }
}

/// Moves the counters by one step, if the money is there, and appends the entry. False where it is not:
/// then nothing has changed. The condition is in the UPDATE itself, and the table's CHECK stands behind it.
/// What a step frees on a budget that has run over pays that back first.
pub async fn apply(
    conn: &impl ConnectionTrait,
    budget: BudgetId,
    cause: impl Into<Cause>,
    step: Step,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    let Some(moved) = moved(conn, budget, step).await? else { return Ok(false) };
    append(conn, budget, cause.into(), moved, now).await?;
    Ok(true)
}

/// The step as it was made; none where it could not be.
async fn moved(conn: &impl ConnectionTrait, budget: BudgetId, step: Step) -> Result<Option<Step>, DbErr> {
    if step.frees() <= 0 {
        let one = moving(budget, step).exec(conn).await?.rows_affected == 1;
        return Ok(one.then_some(step));
    }
    let in_the_black = moving(budget, step).filter(budget::Column::OverrunPence.eq(0));
    if in_the_black.exec(conn).await?.rows_affected == 1 {
        return Ok(Some(step));
    }
    let row = hold(conn, budget).await?;
    let step = step.paying_back(available(&row), Money::from_pence(row.overrun_pence));
    let one = moving(budget, step).exec(conn).await?.rows_affected == 1;
    Ok(one.then_some(step))
}

/// The one statement that moves counters, and the conditions under which it does.
fn moving(budget: BudgetId, step: Step) -> UpdateMany<budget::Entity> {
    let column = |column: budget::Column| Expr::col(column);
    let available = column(budget::Column::AllocatedPence)
        .sub(column(budget::Column::ReservedPence))
        .sub(column(budget::Column::CommittedPence))
        .sub(column(budget::Column::SettledPence));
    budget::Entity::update_many()
        .col_expr(budget::Column::AllocatedPence, column(budget::Column::AllocatedPence).add(step.allocated))
        .col_expr(budget::Column::OverrunPence, column(budget::Column::OverrunPence).add(step.overrun))
        .col_expr(budget::Column::ReservedPence, column(budget::Column::ReservedPence).add(step.reserved))
        .col_expr(budget::Column::CommittedPence, column(budget::Column::CommittedPence).add(step.committed))
        .col_expr(budget::Column::SettledPence, column(budget::Column::SettledPence).add(step.settled))
        .filter(budget::Column::Id.eq(budget))
        .filter(available.gte(-step.frees()))
        .filter(column(budget::Column::OverrunPence).add(step.overrun).lte(column(budget::Column::TolerancePence)))
        .filter(column(budget::Column::OverrunPence).gte(-step.overrun))
        .filter(budget::Column::ClosedAt.is_null())
        .filter(column(budget::Column::AllocatedPence).gte(-step.allocated))
        .filter(column(budget::Column::ReservedPence).gte(-step.reserved))
        .filter(column(budget::Column::CommittedPence).gte(-step.committed))
        .filter(column(budget::Column::SettledPence).gte(-step.settled))
}

/// What is set aside passes from one cause to another: two entries that cancel out, so that no counter moves.
pub async fn pass(
    conn: &impl ConnectionTrait,
    budget: BudgetId,
    (from, out): (Cause, Step),
    (to, into): (Cause, Step),
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    append(conn, budget, from, out, now).await?;
    append(conn, budget, to, into, now).await
}

/// Sets up a budget with its allocation as the first entry.
pub async fn open(conn: &impl ConnectionTrait, row: budget::Model, now: DateTime<Utc>) -> Result<(), DbErr> {
    let (id, allocated) = (row.id, row.allocated_pence);
    row.into_active_model().insert(conn).await?;
    append(conn, id, Cause::default(), Step::allocate(Money::from_pence(allocated)), now).await
}

async fn append(
    conn: &impl ConnectionTrait,
    budget: BudgetId,
    cause: Cause,
    step: Step,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let entry = entry(budget, cause, step, now);
    budget_entry::Entity::insert(entry.into_active_model()).exec_without_returning(conn).await.map(|_| ())
}

/// The entry of one step.
pub(super) fn entry(budget: BudgetId, cause: Cause, step: Step, now: DateTime<Utc>) -> budget_entry::Model {
    budget_entry::Model {
        id: super::mint::id(),
        budget_id: budget,
        spend_id: cause.spend,
        movement: step.movement,
        allowance_id: cause.allowance,
        virement_id: cause.virement,
        closing_id: cause.closing,
        allocated_delta_pence: step.allocated,
        overrun_delta_pence: step.overrun,
        reserved_delta_pence: step.reserved,
        committed_delta_pence: step.committed,
        settled_delta_pence: step.settled,
        at: now,
    }
}
