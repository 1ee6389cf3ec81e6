//! The lives of budgets: how they are told to run short, and how their periods end. Both are appended.

use std::collections::HashSet;

use busfare_entity::{
    budget, budget_closing, budget_mode_change, spend,
    words::{BudgetClosingId, BudgetId, SpendDecision, SpendMoney},
};
use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    sea_query::Expr,
};

use super::budget::{Cause, apply};
use crate::rules::{
    budget::{Carried, Step},
    money::Money,
};

/// The spends of a budget that are under way: money is held for them, or a colleague is asked. The caller holds the
/// budget, so there will be no more and no fewer.
pub async fn under_way(conn: &impl ConnectionTrait, of: BudgetId) -> Result<Vec<spend::Model>, DbErr> {
    let waiting = spend::Column::Decision.is_in([SpendDecision::Asked, SpendDecision::Question]);
    spend::Entity::find()
        .filter(spend::Column::BudgetId.eq(of))
        .filter(Condition::any().add(spend::Column::HeldPence.gt(0)).add(waiting))
        .order_by_asc(spend::Column::Id)
        .all(conn)
        .await
}

/// What is held for a spend.
pub fn held(spend: &spend::Model) -> Carried {
    let held = Money::from_pence(spend.held_pence);
    match spend.money {
        SpendMoney::Reserved => Carried { reserved: held, ..Carried::default() },
        _ => Carried { committed: held, ..Carried::default() },
    }
}

/// Both sides of something carried from one budget into another. False where one of them could not be.
pub async fn carry(
    conn: &impl ConnectionTrait,
    (from, into): (BudgetId, BudgetId),
    cause: Cause,
    carried: Carried,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    Ok(apply(conn, from, cause, Step::carry_out(carried), now).await?
        && apply(conn, into, cause, Step::carry_in(carried), now).await?)
}

/// Carries a spend that is under way, with what is held for it.
pub async fn carry_spend(
    conn: &impl ConnectionTrait,
    spend: &spend::Model,
    into: BudgetId,
    closing: BudgetClosingId,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    if spend.held_pence > 0 {
        let cause = Cause { closing: Some(closing), ..Cause::from(spend.id) };
        if !carry(conn, (spend.budget_id, into), cause, held(spend), now).await? {
            return Ok(false);
        }
    }
    let moved = spend::Entity::update_many()
        .col_expr(spend::Column::BudgetId, Expr::value(into))
        .filter(spend::Column::Id.eq(spend.id))
        .filter(spend::Column::BudgetId.eq(spend.budget_id))
        .filter(spend::Column::HeldPence.eq(spend.held_pence))
        .exec(conn)
        .await?;
    Ok(moved.rows_affected == 1)
}

/// Closes an emptied budget and appends how that was done. False where somebody else closed it.
pub async fn close(conn: &impl ConnectionTrait, row: budget_closing::Model) -> Result<bool, DbErr> {
    if !super::budget::close(conn, row.budget_id, row.closed_at).await? {
        return Ok(false);
    }
    budget_closing::Entity::insert(row.into_active_model()).exec_without_returning(conn).await.map(|_| true)
}

/// How budgets were closed.
pub async fn of_budgets(conn: &impl ConnectionTrait, of: &[BudgetId]) -> Result<Vec<budget_closing::Model>, DbErr> {
    let of = of.iter().copied();
    budget_closing::Entity::find().filter(budget_closing::Column::BudgetId.is_in(of)).all(conn).await
}

/// Says what happens when a budget runs short, and appends who said so. The caller holds the budget.
pub async fn change_mode(
    conn: &impl ConnectionTrait,
    from: &budget::Model,
    row: budget_mode_change::Model,
) -> Result<budget::Model, DbErr> {
    let (mode, tolerance) = (row.new_mode, Money::from_pence(row.new_tolerance_pence));
    super::budget::set_mode(conn, from.id, mode, tolerance).await?;
    budget_mode_change::Entity::insert(row.into_active_model()).exec_without_returning(conn).await?;
    Ok(budget::Model { mode, tolerance_pence: tolerance.pence(), ..from.clone() })
}

/// The latest change of each budget's mode.
pub async fn latest_modes(
    conn: &impl ConnectionTrait,
    of: &[BudgetId],
) -> Result<Vec<budget_mode_change::Model>, DbErr> {
    let rows = budget_mode_change::Entity::find()
        .filter(budget_mode_change::Column::BudgetId.is_in(of.iter().copied()))
        .order_by_desc(budget_mode_change::Column::ChangedAt)
        .order_by_desc(budget_mode_change::Column::Id)
        .all(conn)
        .await?;
    let mut seen = HashSet::new();
    Ok(rows.into_iter().filter(|row| seen.insert(row.budget_id)).collect())
}
