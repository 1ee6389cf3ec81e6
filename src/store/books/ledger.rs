//! Both sides of the books as a month needs them: settled entries of the ledger, and lines of statements. A month
//! claims its lines first and is decided on exactly what it claimed; the primary key keeps a line out of two months.

use std::collections::HashMap;

use busfare_entity::{
    budget, budget_entry, card_match, month_close_line, spend,
    words::{BooksSide, BudgetEntryId, BudgetMovement, MonthCloseId, OrganisationId, PaymentMethod, SpendId},
};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, ExprTrait, FromQueryResult, JoinType, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait, Select,
    sea_query::{Alias, Expr, Query, SimpleExpr},
};

use super::{append_selected, month::AT_ONCE, not_built, statements};
use crate::rules::{
    books::{balance::Settled, shown},
    money::Money,
};

/// Which lines: those that no month holds yet, or those of a month.
#[derive(Clone, Copy, Debug)]
pub enum Which {
    /// Of an organisation, from before a month's end, and in no month that closed.
    Open(OrganisationId, Until),
    /// In this month.
    Held(MonthCloseId),
}

/// The end of a month.
#[derive(Clone, Copy, Debug)]
pub struct Until {
    /// The moment at which it is over.
    pub moment: DateTime<Utc>,
    /// The first day after it.
    pub day: NaiveDate,
}

#[derive(Debug, FromQueryResult)]
struct SettledRow {
    id: BudgetEntryId,
    spend_id: Option<SpendId>,
    method: Option<PaymentMethod>,
    at: DateTime<Utc>,
    pence: i64,
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
        .columns([budget_entry::Column::Id, budget_entry::Column::SpendId, budget_entry::Column::At])
        .column_as(moved(), "pence")
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
        amount: Money::from_pence(row.pence),
    };
    Ok(rows.into_iter().map(settled).collect())
}

/// Claims for a month everything that is open before its end.
pub async fn claim(
    conn: &impl ConnectionTrait,
    organisation: OrganisationId,
    close: MonthCloseId,
    until: Until,
) -> Result<(), DbErr> {
    let mut ledger = entries(Which::Open(organisation, until)).select_only().into_query();
    ledger
        .expr(Expr::value(BooksSide::Ledger))
        .column((budget_entry::Entity, budget_entry::Column::Id))
        .expr(Expr::value(close))
        .column((budget_entry::Entity, budget_entry::Column::SpendId))
        .expr(moved());
    for lines in [ledger].into_iter().chain(statements::claims(Which::Open(organisation, until), close)) {
        let mut insert = Query::insert();
        insert.into_table(month_close_line::Entity).columns(COLUMNS).select_from(lines).map_err(not_built)?;
        append_selected(conn, &insert).await?;
    }
    Ok(())
}

/// What a line of a month holds.
pub(super) const COLUMNS: [month_close_line::Column; 5] = [
    month_close_line::Column::Side,
    month_close_line::Column::SubjectId,
    month_close_line::Column::CloseId,
    month_close_line::Column::SpendId,
    month_close_line::Column::AmountPence,
];

/// For each of some spends, what months that closed hold of it, without the one that is about to: ledger less the
/// statement lines that are matched with it now.
pub async fn earlier(
    conn: &impl ConnectionTrait,
    spends: &[SpendId],
    but: Option<MonthCloseId>,
) -> Result<HashMap<SpendId, Money>, DbErr> {
    let mut held: HashMap<SpendId, i64> = HashMap::new();
    for some in spends.chunks(AT_ONCE) {
        let sum = || month_close_line::Column::AmountPence.sum().cast_as(Alias::new("bigint"));
        let ledger = closed_lines(BooksSide::Ledger, but)
            .column(month_close_line::Column::SpendId)
            .column_as(sum(), "pence")
            .filter(month_close_line::Column::SpendId.is_in(some.iter().copied()))
            .group_by(month_close_line::Column::SpendId);
        let matched = month_close_line::Entity::belongs_to(card_match::Entity)
            .from(month_close_line::Column::SubjectId)
            .to(card_match::Column::LineId)
            .into();
        let statements = closed_lines(BooksSide::Statement, but)
            .column(card_match::Column::SpendId)
            .column_as(sum(), "pence")
            .join(JoinType::InnerJoin, matched)
            .filter(card_match::Column::UndoneAt.is_null())
            .filter(card_match::Column::SpendId.is_in(some.iter().copied()))
            .group_by(card_match::Column::SpendId);
        for row in ledger.into_model::<EarlierRow>().all(conn).await? {
            *held.entry(row.spend_id).or_default() += row.pence;
        }
        for row in statements.into_model::<EarlierRow>().all(conn).await? {
            *held.entry(row.spend_id).or_default() -= row.pence;
        }
    }
    Ok(held.into_iter().map(|(spend, pence)| (spend, Money::from_pence(pence))).collect())
}

fn closed_lines(side: BooksSide, but: Option<MonthCloseId>) -> Select<month_close_line::Entity> {
    let query = month_close_line::Entity::find().select_only().filter(month_close_line::Column::Side.eq(side));
    match but {
        Some(close) => query.filter(month_close_line::Column::CloseId.ne(close)),
        None => query,
    }
}

/// Settled entries with their budgets, oldest first.
fn entries(which: Which) -> Select<budget_entry::Entity> {
    let query = budget_entry::Entity::find()
        .filter(moved().ne(0))
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
                .filter(budget_entry::Column::At.lt(until.moment))
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

/// What really left with an entry; negative where it came back. A refund into a later period's budget settles
/// nothing there: it is what the budget got more to spend, without what paid back an over-run.
pub(super) fn moved() -> SimpleExpr {
    let column = |column| Expr::col((budget_entry::Entity, column));
    let settled = || column(budget_entry::Column::SettledDeltaPence);
    let refunded = settled()
        .sub(column(budget_entry::Column::AllocatedDeltaPence))
        .add(column(budget_entry::Column::OverrunDeltaPence));
    Expr::case(budget_entry::Column::Movement.eq(BudgetMovement::Refund), refunded).finally(settled()).into()
}

/// An entry's budget.
pub(super) fn its_budget() -> sea_orm::RelationDef {
    budget_entry::Entity::belongs_to(budget::Entity).from(budget_entry::Column::BudgetId).to(budget::Column::Id).into()
}

/// The spend behind an entry.
pub(super) fn spend_behind() -> sea_orm::RelationDef {
    budget_entry::Entity::belongs_to(spend::Entity).from(budget_entry::Column::SpendId).to(spend::Column::Id).into()
}
