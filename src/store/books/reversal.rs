//! Reversals: what was wrong in the books, put right by an entry that takes it back.

use busfare_entity::{
    reversal, spend,
    words::{SpendBooks, SpendId, SpendMoney},
};
use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, sea_query::Expr,
};

use crate::{
    rules::{budget::Step, money::Money},
    store::budget,
};

/// Where a reversal leaves a spend.
#[derive(Clone, Copy, Debug)]
pub struct Reversed {
    /// What came back in all.
    pub came_back: Money,
    /// Where the money is.
    pub money: SpendMoney,
    /// What moves on the budget.
    pub step: Step,
}

/// Moves the budget and the spend, and keeps why. None where the budget does not take money back any more, because
/// its year is closed; then nothing has changed that the caller does not drop with its transaction.
pub async fn reverse(
    conn: &impl ConnectionTrait,
    from: &spend::Model,
    to: Reversed,
    why: reversal::Model,
    now: DateTime<Utc>,
) -> Result<Option<spend::Model>, DbErr> {
    if !budget::apply(conn, from.budget_id, from.id, to.step, now).await? {
        return Ok(None);
    }
    let moved = spend::Entity::update_many()
        .col_expr(spend::Column::RefundedPence, Expr::value(to.came_back.pence()))
        .col_expr(spend::Column::Money, Expr::value(to.money))
        .col_expr(spend::Column::Books, Expr::value(SpendBooks::Corrected))
        .filter(spend::Column::Id.eq(from.id))
        .filter(spend::Column::Money.eq(from.money))
        .filter(spend::Column::RefundedPence.eq(from.refunded_pence))
        .exec(conn)
        .await?;
    if moved.rows_affected == 0 {
        return Err(DbErr::RecordNotUpdated);
    }
    reversal::Entity::insert(why.into_active_model()).exec_without_returning(conn).await?;
    let refunded_pence = to.came_back.pence();
    Ok(Some(spend::Model { refunded_pence, money: to.money, books: SpendBooks::Corrected, ..from.clone() }))
}

/// The reversals of spends, oldest first.
pub async fn of_spends(conn: &impl ConnectionTrait, spends: &[SpendId]) -> Result<Vec<reversal::Model>, DbErr> {
    reversal::Entity::find()
        .filter(reversal::Column::SpendId.is_in(spends.iter().copied()))
        .order_by_asc(reversal::Column::ReversedAt)
        .order_by_asc(reversal::Column::Id)
        .all(conn)
        .await
}
