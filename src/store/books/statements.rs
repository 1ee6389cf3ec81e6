//! What others say about money that left: lines of card statements, counts of hub cash that found more or less than
//! the book says, and such differences that were put right since.

use std::collections::HashMap;

use busfare_entity::{
    card_match, imprest, imprest_count, imprest_explanation, month_close_line, statement_line,
    words::{
        BooksSide, DifferenceAbout, DifferenceOutcome, ImprestCountId, ImprestExplanationId, MonthCloseId,
        OrganisationId, SpendId, StatementLineId,
    },
};
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, ExprTrait, FromQueryResult, JoinType, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait, RelationDef, Select,
    sea_query::{Expr, IntoColumnRef, IntoCondition, Query, SelectStatement, SimpleExpr},
};
use uuid::Uuid;

use super::{
    ledger::{COLUMNS, Which},
    month::AT_ONCE,
};
use crate::rules::{
    books::balance::{Explanation, StatementLine, Subject},
    money::Money,
};

#[derive(Debug, FromQueryResult)]
struct CardRow {
    id: StatementLineId,
    booked_on: NaiveDate,
    amount_pence: i64,
    spend_id: Option<SpendId>,
}

#[derive(Debug, FromQueryResult)]
struct CountRow {
    id: ImprestCountId,
    counted_at: DateTime<Utc>,
    pence: i64,
}

#[derive(Debug, FromQueryResult)]
struct PutRightRow {
    id: ImprestExplanationId,
    explained_at: DateTime<Utc>,
    pence: i64,
}

/// Every line.
pub async fn all(conn: &impl ConnectionTrait, which: Which) -> Result<Vec<StatementLine>, DbErr> {
    let cards = of_cards(which)
        .columns([statement_line::Column::Id, statement_line::Column::BookedOn, statement_line::Column::AmountPence])
        .column(card_match::Column::SpendId)
        .into_model::<CardRow>()
        .all(conn)
        .await?;
    let counts = of_counts(which)
        .columns([imprest_count::Column::Id, imprest_count::Column::CountedAt])
        .column_as(missing(), "pence")
        .into_model::<CountRow>()
        .all(conn)
        .await?;
    let put_right = put_right(which)
        .columns([imprest_explanation::Column::Id, imprest_explanation::Column::ExplainedAt])
        .column_as(found(), "pence")
        .into_model::<PutRightRow>()
        .all(conn)
        .await?;
    let line =
        |about, id, at, pence, matched| StatementLine { about, id, at, amount: Money::from_pence(pence), matched };
    let mut lines: Vec<_> = cards
        .into_iter()
        .map(|row| line(DifferenceAbout::StatementLine, row.id.0, noon(row.booked_on), row.amount_pence, row.spend_id))
        .collect();
    lines.extend(
        counts.into_iter().map(|row| line(DifferenceAbout::CashCount, row.id.0, row.counted_at, row.pence, None)),
    );
    lines.extend(
        put_right
            .into_iter()
            .map(|row| line(DifferenceAbout::CashPutRight, row.id.0, row.explained_at, row.pence, None)),
    );
    Ok(lines)
}

/// What a month claims of them, as rows of its lines.
pub(super) fn claims(which: Which, close: MonthCloseId) -> [SelectStatement; 3] {
    let mut cards = of_cards(which).into_query();
    as_claim(&mut cards, close, Expr::col((statement_line::Entity, statement_line::Column::Id)));
    cards
        .column((card_match::Entity, card_match::Column::SpendId))
        .column((statement_line::Entity, statement_line::Column::AmountPence));
    let nobody = || Expr::value(None::<SpendId>);
    let mut counts = of_counts(which).into_query();
    as_claim(&mut counts, close, Expr::col((imprest_count::Entity, imprest_count::Column::Id)));
    counts.expr(nobody()).expr(missing());
    let mut put_right = put_right(which).into_query();
    as_claim(&mut put_right, close, Expr::col((imprest_explanation::Entity, imprest_explanation::Column::Id)));
    put_right.expr(nobody()).expr(found());
    [cards, counts, put_right]
}

/// The first three of [`COLUMNS`].
fn as_claim(select: &mut SelectStatement, close: MonthCloseId, id: Expr) {
    debug_assert_eq!(COLUMNS.len(), 5, "side, subject, close, spend, amount");
    select.expr(Expr::value(BooksSide::Statement)).expr(id).expr(Expr::value(close));
}

/// What people said about counts, where they counted.
pub async fn notes(
    conn: &impl ConnectionTrait,
    lines: &[StatementLine],
) -> Result<HashMap<Subject, Explanation>, DbErr> {
    let (mut notes, mut amounts) = (HashMap::new(), HashMap::new());
    let counts = lines.iter().filter(|line| line.about != DifferenceAbout::StatementLine);
    for line in counts {
        amounts.insert(line.id, Money::from_pence(-line.amount.pence()));
    }
    let ids: Vec<Uuid> = amounts.keys().copied().collect();
    for some in ids.chunks(AT_ONCE) {
        let said = imprest_explanation::Column::CountId
            .is_in(some.iter().copied())
            .or(imprest_explanation::Column::Id.is_in(some.iter().copied()));
        let rows = imprest_explanation::Entity::find()
            .filter(said)
            .order_by_asc(imprest_explanation::Column::ExplainedAt)
            .order_by_asc(imprest_explanation::Column::Id)
            .all(conn)
            .await?;
        for row in rows {
            let about = [(DifferenceAbout::CashCount, row.count_id.0), (DifferenceAbout::CashPutRight, row.id.0)];
            for (about, id) in about {
                let Some(amount) = amounts.get(&id).copied() else { continue };
                let words = Explanation { amount, words: row.words.clone(), by: row.explained_by };
                notes.insert(Subject { about, id }, words);
            }
        }
    }
    Ok(notes)
}

/// Statements say a day and no hour.
fn noon(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(NaiveTime::from_hms_opt(12, 0, 0).unwrap_or_default()).and_utc()
}

/// What a count did not find, and so must have left.
fn missing() -> SimpleExpr {
    let column = |column| Expr::col((imprest_count::Entity, column));
    column(imprest_count::Column::ExpectedPence).sub(column(imprest_count::Column::CountedPence))
}

/// The other way round: what came back when the difference was put right.
fn found() -> SimpleExpr {
    let column = |column| Expr::col((imprest_count::Entity, column));
    column(imprest_count::Column::CountedPence).sub(column(imprest_count::Column::ExpectedPence))
}

fn of_cards(which: Which) -> Select<statement_line::Entity> {
    let standing: RelationDef = statement_line::Entity::belongs_to(card_match::Entity)
        .from(statement_line::Column::Id)
        .to(card_match::Column::LineId)
        .on_condition(|_, its| Expr::col((its, card_match::Column::UndoneAt)).is_null().into_condition())
        .into();
    let query = statement_line::Entity::find().select_only().join(JoinType::LeftJoin, standing);
    match which {
        Which::Open(organisation, until) => query
            .filter(statement_line::Column::OrganisationId.eq(organisation))
            .filter(statement_line::Column::BookedOn.lt(until.day))
            .filter(in_no_month((statement_line::Entity, statement_line::Column::Id))),
        Which::Held(close) => query.filter(in_month((statement_line::Entity, statement_line::Column::Id), close)),
    }
}

fn of_counts(which: Which) -> Select<imprest_count::Entity> {
    let query = imprest_count::Entity::find().select_only().filter(missing().ne(0));
    match which {
        Which::Open(organisation, until) => query
            .filter(in_tins_of(organisation))
            .filter(imprest_count::Column::CountedAt.lt(until.moment))
            .filter(in_no_month((imprest_count::Entity, imprest_count::Column::Id))),
        Which::Held(close) => query.filter(in_month((imprest_count::Entity, imprest_count::Column::Id), close)),
    }
}

fn put_right(which: Which) -> Select<imprest_explanation::Entity> {
    let its_count: RelationDef = imprest_explanation::Entity::belongs_to(imprest_count::Entity)
        .from(imprest_explanation::Column::CountId)
        .to(imprest_count::Column::Id)
        .into();
    let query = imprest_explanation::Entity::find()
        .select_only()
        .join(JoinType::InnerJoin, its_count)
        .filter(imprest_explanation::Column::Outcome.eq(DifferenceOutcome::PutRight))
        .filter(missing().ne(0));
    let id = (imprest_explanation::Entity, imprest_explanation::Column::Id);
    match which {
        Which::Open(organisation, until) => query
            .filter(in_tins_of(organisation))
            .filter(imprest_explanation::Column::ExplainedAt.lt(until.moment))
            .filter(in_no_month(id)),
        Which::Held(close) => query.filter(in_month(id, close)),
    }
}

fn in_tins_of(organisation: OrganisationId) -> SimpleExpr {
    let tins = Query::select()
        .column(imprest::Column::Id)
        .from(imprest::Entity)
        .and_where(imprest::Column::OrganisationId.eq(organisation))
        .to_owned();
    imprest_count::Column::ImprestId.in_subquery(tins)
}

fn in_no_month(id: impl IntoColumnRef) -> SimpleExpr {
    Expr::not_exists(held(id))
}

fn in_month(id: impl IntoColumnRef, close: MonthCloseId) -> SimpleExpr {
    Expr::exists(held(id).and_where(month_close_line::Column::CloseId.eq(close)).to_owned())
}

fn held(id: impl IntoColumnRef) -> SelectStatement {
    Query::select()
        .expr(Expr::value(1))
        .from(month_close_line::Entity)
        .and_where(month_close_line::Column::Side.eq(BooksSide::Statement))
        .and_where(Expr::col((month_close_line::Entity, month_close_line::Column::SubjectId)).eq(Expr::col(id)))
        .to_owned()
}
