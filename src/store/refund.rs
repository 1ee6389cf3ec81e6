//! Refunds: what came back of a spend, appended, with the budget and the spend moved in the same transaction.

use busfare_entity::{
    budget, refund, spend,
    words::{PractitionerId, SpendId},
};
use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, ExprTrait, IntoActiveModel, QueryFilter, QueryOrder,
    sea_query::Expr,
};

use crate::rules::{
    money::Money,
    refund::{Into, Refund},
};

/// Where what comes back of a spend goes: into the budget that paid, or, once that is closed, into the one that
/// follows. It is held. None where it is closed and none follows.
pub async fn budget_for(
    conn: &impl ConnectionTrait,
    spend: &spend::Model,
) -> Result<Option<(budget::Model, Into)>, DbErr> {
    let own = super::budget::hold(conn, spend.budget_id).await?;
    if own.closed_at.is_none() {
        return Ok(Some((own, Into::SameBudget)));
    }
    // A closed budget is never held together with another by anybody else, so this waits for nobody who waits for it.
    match super::budget::successor(conn, &own).await? {
        Some(next) => Ok(Some((super::budget::hold(conn, next.id).await?, Into::Successor))),
        None => Ok(None),
    }
}

/// Who says so, why and when.
#[derive(Clone, Debug)]
pub struct Said {
    /// Who.
    pub by: PractitionerId,
    /// Why it came back.
    pub reason: Option<String>,
    /// When.
    pub at: DateTime<Utc>,
}

/// Gives it back to the budget, moves the spend on if nobody else did meanwhile, and appends the refund. None where
/// somebody did, or the budget was closed: the caller drops the transaction.
pub async fn record(
    conn: &impl ConnectionTrait,
    from: &spend::Model,
    (budget, into): (&budget::Model, Into),
    back: Refund,
    said: Said,
) -> Result<Option<spend::Model>, DbErr> {
    if !super::budget::apply(conn, budget.id, from.id, back.step, said.at).await? {
        return Ok(None);
    }
    let refunded = Expr::col(spend::Column::RefundedPence).add(back.amount.pence());
    let moved = spend::Entity::update_many()
        .col_expr(spend::Column::RefundedPence, refunded.clone())
        .col_expr(spend::Column::Money, Expr::value(back.money))
        .filter(spend::Column::Id.eq(from.id))
        .filter(spend::Column::Money.eq(from.money))
        .filter(spend::Column::RefundedPence.eq(from.refunded_pence))
        .filter(refunded.lte(Expr::col(spend::Column::SpentPence)))
        .exec(conn)
        .await?;
    if moved.rows_affected == 0 {
        return Ok(None);
    }
    let row = refund::Model {
        id: super::mint::id(),
        organisation_id: from.organisation_id,
        spend_id: from.id,
        budget_id: budget.id,
        into_successor: into == Into::Successor,
        amount_pence: back.amount.pence(),
        spent_pence: from.spent_pence.unwrap_or_default(),
        refunded_pence: back.refunded.pence(),
        reason: said.reason,
        recorded_by: said.by,
        recorded_at: said.at,
    };
    refund::Entity::insert(row.into_active_model()).exec_without_returning(conn).await?;
    Ok(Some(spend::Model { money: back.money, refunded_pence: back.refunded.pence(), ..from.clone() }))
}

/// What had left, and what has come back of it.
pub fn so_far(spend: &spend::Model) -> (Money, Money) {
    (Money::from_pence(spend.spent_pence.unwrap_or_default()), Money::from_pence(spend.refunded_pence))
}

/// Refunds of spends, oldest first.
pub async fn of_spends(conn: &impl ConnectionTrait, spends: &[SpendId]) -> Result<Vec<refund::Model>, DbErr> {
    refund::Entity::find()
        .filter(refund::Column::SpendId.is_in(spends.iter().copied()))
        .order_by_asc(refund::Column::RecordedAt)
        .order_by_asc(refund::Column::Id)
        .all(conn)
        .await
}
