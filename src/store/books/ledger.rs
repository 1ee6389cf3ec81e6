//! Both sides of the books as a month needs them: settled entries of the ledger, and lines of statements. A month
//! claims its lines first and is decided on exactly what it claimed; the primary key keeps a line out of two months.

use std::collections::HashMap;

use busfare_entity::{
    budget, budget_entry, month_close_line, spend,
    words::{BooksSide, BudgetEntryId, MonthCloseId, OrganisationId, PaymentMethod, SpendId},
};
use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, ExprTrait, FromQueryResult, JoinType, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait, Select,
    sea_query::{Alias, Expr, Query},
};

use super::{append_selected, not_built};
use crate::rules::{
    books::{
        balance::{Settled, StatementLine},
        shown,
    },
    money::Money,
};

/// How many ids one statement asks for.
const AT_ONCE: usize = 1_000;

/// Which lines: those that no month holds yet, or those of a month.
#[derive(Clone, Copy, Debug)]
pub enum Which {
    /// Of an organisation, from before a moment, and in no month that closed.
    Open(OrganisationId, DateTime<Utc>),
    /// In this month.
    Held(MonthCloseId),
}

#[derive(Debug, FromQueryResult)]
struct SettledRow {
    id: BudgetEntryId,
    spend_id: Option<SpendId>,
    method: Option<PaymentMethod>,
    at: DateTime<Utc>,
    settled_delta_pence: i64,
}

#[derive(Debug, FromQueryResult)]
struct EarlierRow {
    spend_id: SpendId,
    pence: i64,
}

/// The settled entries of the ledger.
pub async fn settled(conn: &impl ConnectionTrait, which: Which) -> Result<Vec<Settled>, DbErr> {
    let rows = entries(which)
        .select_only()
        .columns([
            budget_entry::Column::Id,
            budget_entry::Column::SpendId,
            budget_entry::Column::At,
            budget_entry::Column::SettledDeltaPence,
        ])
        .column(spend::Column::Method)
        .join(JoinType::LeftJoin, spend_behind())
        .into_model::<SettledRow>()
        .all(conn)
        .await?;
    let settled = |row: SettledRow| Settled {
        entry: row.id,
        spend: row.spend_id,
        shown: shown(row.method),
        at: row.at,
        amount: Money::from_pence(row.settled_delta_pence),
    };
    Ok(rows.into_iter().map(settled).collect())
}

/// The lines of statements, and what counts of the cash found.
#[expect(clippy::unused_async, reason = "no statement is imported yet")]
pub async fn statements(_: &impl ConnectionTrait, _: Which) -> Result<Vec<StatementLine>, DbErr> {
    Ok(vec![])
}

/// Claims for a month everything that is open before its end.
pub async fn claim(
    conn: &impl ConnectionTrait,
    organisation: OrganisationId,
    close: MonthCloseId,
    until: DateTime<Utc>,
) -> Result<(), DbErr> {
    let mut ledger = entries(Which::Open(organisation, until)).select_only().into_query();
    ledger
        .expr(Expr::value(BooksSide::Ledger))
        .column((budget_entry::Entity, budget_entry::Column::Id))
        .expr(Expr::value(close))
        .column((budget_entry::Entity, budget_entry::Column::SpendId))
        .column((budget_entry::Entity, budget_entry::Column::SettledDeltaPence));
    let mut insert = Query::insert();
    insert.into_table(month_close_line::Entity).columns(COLUMNS).select_from(ledger).map_err(not_built)?;
    append_selected(conn, &insert).await.map(|_| ())
}

const COLUMNS: [month_close_line::Column; 5] = [
    month_close_line::Column::Side,
    month_close_line::Column::SubjectId,
    month_close_line::Column::CloseId,
    month_close_line::Column::SpendId,
    month_close_line::Column::AmountPence,
];

/// For each of some spends, what months that closed hold of it, without the one that is about to.
pub async fn earlier(
    conn: &impl ConnectionTrait,
    spends: &[SpendId],
    but: Option<MonthCloseId>,
) -> Result<HashMap<SpendId, Money>, DbErr> {
    let mut held = HashMap::new();
    for some in spends.chunks(AT_ONCE) {
        let mut query = month_close_line::Entity::find()
            .select_only()
            .column(month_close_line::Column::SpendId)
            .column_as(month_close_line::Column::AmountPence.sum().cast_as(Alias::new("bigint")), "pence")
            .filter(month_close_line::Column::Side.eq(BooksSide::Ledger))
            .filter(month_close_line::Column::SpendId.is_in(some.iter().copied()))
            .group_by(month_close_line::Column::SpendId);
        if let Some(close) = but {
            query = query.filter(month_close_line::Column::CloseId.ne(close));
        }
        let rows = query.into_model::<EarlierRow>().all(conn).await?;
        held.extend(rows.into_iter().map(|row| (row.spend_id, Money::from_pence(row.pence))));
    }
    Ok(held)
}

/// Settled entries with their budgets, oldest first.
fn entries(which: Which) -> Select<budget_entry::Entity> {
    let query = budget_entry::Entity::find()
        .filter(budget_entry::Column::SettledDeltaPence.ne(0))
        .order_by_asc(budget_entry::Column::At)
        .order_by_asc(budget_entry::Column::Id);
    match which {
        Which::Open(organisation, until) => {
            let held = Query::select()
                .expr(Expr::value(1))
                .from(month_close_line::Entity)
                .and_where(month_close_line::Column::Side.eq(BooksSide::Ledger))
                .and_where(
                    Expr::col((month_close_line::Entity, month_close_line::Column::SubjectId))
                        .eq(Expr::col((budget_entry::Entity, budget_entry::Column::Id))),
                )
                .to_owned();
            query
                .join(JoinType::InnerJoin, its_budget())
                .filter(budget::Column::OrganisationId.eq(organisation))
                .filter(budget_entry::Column::At.lt(until))
                .filter(Expr::not_exists(held))
        }
        Which::Held(close) => {
            let line = budget_entry::Entity::belongs_to(month_close_line::Entity)
                .from(budget_entry::Column::Id)
                .to(month_close_line::Column::SubjectId)
                .into();
            query
                .join(JoinType::InnerJoin, line)
                .filter(month_close_line::Column::Side.eq(BooksSide::Ledger))
                .filter(month_close_line::Column::CloseId.eq(close))
        }
    }
}

/// An entry's budget.
pub(super) fn its_budget() -> sea_orm::RelationDef {
    budget_entry::Entity::belongs_to(budget::Entity).from(budget_entry::Column::BudgetId).to(budget::Column::Id).into()
}

/// The spend behind an entry.
pub(super) fn spend_behind() -> sea_orm::RelationDef {
    budget_entry::Entity::belongs_to(spend::Entity).from(budget_entry::Column::SpendId).to(spend::Column::Id).into()
}
