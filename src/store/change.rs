//! Changes to what a spend asks for: its new terms, its money, and a row that says what it was before.

use busfare_entity::{
    spend, spend_change,
    words::{PractitionerId, SpendId},
};
use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, sea_query::Expr,
};

use super::spend::{Moved, apply_all, if_it_stands, on_course};
use crate::rules::course::Course;

/// What a spend says, apart from its course.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    /// The price of one.
    pub unit_price_pence: i64,
    /// How many.
    pub count: i32,
    /// The asker's own words.
    pub reason: Option<String>,
}

impl Terms {
    /// What a spend says now.
    pub fn of(spend: &spend::Model) -> Self {
        Self { unit_price_pence: spend.unit_price_pence, count: spend.count, reason: spend.reason.clone() }
    }

    /// The same words for one thing at this price.
    pub fn one_at(self, pence: i64) -> Self {
        Self { unit_price_pence: pence, count: 1, ..self }
    }
}

/// Changes a spend, budget first, if it still stands where it was read. Where it cannot, the caller drops the
/// transaction. Without a course only the words change.
pub async fn change(
    conn: &impl ConnectionTrait,
    from: &spend::Model,
    terms: &Terms,
    course: Option<&Course>,
    by: PractitionerId,
    now: DateTime<Utc>,
) -> Result<Moved, DbErr> {
    let mut to = from.clone();
    if let Some(course) = course {
        if !apply_all(conn, from, course, now).await? {
            return Ok(Moved::BudgetShort);
        }
        to = on_course(from, course, now);
        to.unit_price_pence = terms.unit_price_pence;
        to.count = terms.count;
        to.total_pence = terms.unit_price_pence.saturating_mul(i64::from(terms.count));
    }
    to.reason.clone_from(&terms.reason);
    let moved = if_it_stands(from, &to)
        .col_expr(spend::Column::UnitPricePence, Expr::value(to.unit_price_pence))
        .col_expr(spend::Column::Count, Expr::value(to.count))
        .col_expr(spend::Column::TotalPence, Expr::value(to.total_pence))
        .col_expr(spend::Column::Reason, Expr::value(to.reason.clone()))
        .filter(spend::Column::HeldPence.eq(from.held_pence))
        .exec(conn)
        .await?;
    if moved.rows_affected != 1 {
        return Ok(Moved::Overtaken);
    }
    let row = spend_change::Model {
        id: super::mint::id(),
        spend_id: from.id,
        changed_by: by,
        total_before_pence: from.total_pence,
        authorised_before_pence: from.authorised_pence,
        reason_before: from.reason.clone(),
        total_after_pence: to.total_pence,
        authorised_after_pence: to.authorised_pence,
        changed_at: now,
    };
    spend_change::Entity::insert(row.into_active_model()).exec_without_returning(conn).await?;
    Ok(Moved::To(Box::new(to)))
}

/// Every change to spends, oldest first.
pub async fn of_spends(conn: &impl ConnectionTrait, spends: &[SpendId]) -> Result<Vec<spend_change::Model>, DbErr> {
    spend_change::Entity::find()
        .filter(spend_change::Column::SpendId.is_in(spends.iter().copied()))
        .order_by_asc(spend_change::Column::ChangedAt)
        .order_by_asc(spend_change::Column::Id)
        .all(conn)
        .await
}
