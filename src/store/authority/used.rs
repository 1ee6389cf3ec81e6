//! What practitioners have used of their say. It is counted by the grant's line in the scheme, so that a new version
//! of the scheme does not start anybody's week anew. Money that was taken back, not needed or refunded, or that has
//! gone back by itself, does not count.

use std::collections::HashMap;

use busfare_entity::{
    delegation, spend, spend_person, verdict,
    words::{BudgetId, OrganisationId, Outcome, PersonId, PractitionerId, SpendDecision, SpendMoney},
};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, ExprTrait, FromQueryResult, JoinType, QueryFilter, QuerySelect,
    Select,
    sea_query::{Alias, Expr, Func, SimpleExpr},
};

use super::Granted;
use crate::{rules::money::Money, store::allowance};

/// The rolling windows, in hours.
const WINDOWS: [i32; 3] = [24, 168, 672];

/// Which uses matter to a decision besides those of the rolling windows.
#[derive(Clone, Copy, Debug)]
pub struct UseScope {
    /// Whose organisation.
    pub organisation: OrganisationId,
    /// The budget that would pay, for limits over its period.
    pub budget: Option<BudgetId>,
    /// The person helped, for limits on what one person is helped with.
    pub person: Option<PersonId>,
    /// Where the budget's period begins.
    pub period_start: Option<NaiveDate>,
}

impl UseScope {
    /// Only the rolling windows.
    pub fn windows_of(organisation: OrganisationId) -> Self {
        Self { organisation, budget: None, person: None, period_start: None }
    }
}

/// What one practitioner has used of one grant.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Used {
    windows: [Money; 3],
    /// From the budget, in its period.
    pub of_budget: Money,
    /// For the person helped, in the budget's period.
    pub for_person: Money,
}

impl Used {
    /// Counts what an offline allowance still holds: it may be spent at any moment, so it counts in every window.
    fn set_aside(&mut self, left: Money, from_this_budget: bool) {
        let add = |used: &mut Money, more| *used = used.plus(more).unwrap_or(*used);
        self.windows.iter_mut().for_each(|window| add(window, left));
        add(&mut self.of_budget, if from_this_budget { left } else { Money::ZERO });
    }

    /// In the last so many hours.
    pub fn within(&self, hours: i32) -> Money {
        WINDOWS.iter().position(|window| *window == hours).map_or(Money::ZERO, |place| self.windows[place])
    }
}

/// What each practitioner has used of each line of the scheme.
#[derive(Debug, Default)]
pub(super) struct Uses(HashMap<(String, PractitionerId), Used>);

impl Uses {
    /// What she has used of one line.
    pub fn of(&self, line: &str, by: PractitionerId) -> Used {
        self.0.get(&(line.to_owned(), by)).copied().unwrap_or_default()
    }
}

#[derive(Debug, FromQueryResult)]
struct WindowRow {
    line: String,
    decided_by: PractitionerId,
    day: i64,
    week: i64,
    month: i64,
}

#[derive(Debug, FromQueryResult)]
struct PeriodRow {
    line: String,
    decided_by: PractitionerId,
    used: i64,
}

/// Sums what was authorised under grants by practitioners, as far as any of the grants limits it.
pub(super) async fn uses(
    conn: &impl ConnectionTrait,
    granted: &[Granted],
    practitioners: &[PractitionerId],
    scope: &UseScope,
    now: DateTime<Utc>,
) -> Result<Uses, DbErr> {
    let mut uses = Uses::default();
    let lines = |limits: fn(&Granted) -> bool| -> Vec<String> {
        granted.iter().filter(|grant| limits(grant)).map(|grant| grant.delegation.line.clone()).collect()
    };

    let windowed = lines(|grant| !grant.windows.is_empty());
    if !windowed.is_empty() {
        for row in in_windows(conn, authorised(scope, windowed, practitioners), now).await? {
            let windows = [row.day, row.week, row.month].map(Money::from_pence);
            uses.0.entry((row.line, row.decided_by)).or_default().windows = windows;
        }
    }
    let of_budget = lines(|grant| grant.delegation.budget_limit_pence.is_some());
    if let (Some(budget), false) = (scope.budget, of_budget.is_empty()) {
        let query = authorised(scope, of_budget, practitioners).filter(spend::Column::BudgetId.eq(budget));
        for row in in_period(conn, query).await? {
            uses.0.entry((row.line, row.decided_by)).or_default().of_budget = Money::from_pence(row.used);
        }
    }
    let limited = lines(|grant| !grant.windows.is_empty() || grant.delegation.budget_limit_pence.is_some());
    for held in allowance::holding(conn, scope.organisation, limited, practitioners).await? {
        let used = uses.0.entry((held.line, held.practitioner_id)).or_default();
        used.set_aside(Money::from_pence(held.left), scope.budget == Some(held.budget_id));
    }
    let for_person = lines(|grant| grant.delegation.person_limit_pence.is_some());
    if let (Some(person), Some(since), false) = (scope.person, scope.period_start, for_person.is_empty()) {
        let helped = spend::Entity::belongs_to(spend_person::Entity)
            .from(spend::Column::Id)
            .to(spend_person::Column::SpendId)
            .into();
        let query = authorised(scope, for_person, practitioners)
            .join(JoinType::InnerJoin, helped)
            .filter(spend_person::Column::PersonId.eq(person))
            .filter(verdict::Column::DecidedAt.gte(since.and_time(chrono::NaiveTime::MIN).and_utc()));
        for row in in_period(conn, query).await? {
            uses.0.entry((row.line, row.decided_by)).or_default().for_person = Money::from_pence(row.used);
        }
    }
    Ok(uses)
}

/// Every yes by these practitioners under these lines that still stands.
fn authorised(scope: &UseScope, lines: Vec<String>, practitioners: &[PractitionerId]) -> Select<verdict::Entity> {
    let about_spend =
        verdict::Entity::belongs_to(spend::Entity).from(verdict::Column::SpendId).to(spend::Column::Id).into();
    let under = verdict::Entity::belongs_to(delegation::Entity)
        .from(verdict::Column::DelegationId)
        .to(delegation::Column::Id)
        .into();
    verdict::Entity::find()
        .select_only()
        .column_as(delegation::Column::Line, "line")
        .column(verdict::Column::DecidedBy)
        .join(JoinType::InnerJoin, about_spend)
        .join(JoinType::InnerJoin, under)
        .filter(delegation::Column::OrganisationId.eq(scope.organisation))
        .filter(delegation::Column::Line.is_in(lines))
        .filter(verdict::Column::DecidedBy.is_in(practitioners.iter().copied()))
        .filter(verdict::Column::Outcome.is_in([Outcome::AuthorisedSelf, Outcome::Authorised, Outcome::AuthorisedLess]))
        .filter(spend::Column::Decision.ne(SpendDecision::Withdrawn))
        .filter(spend::Column::Money.ne(SpendMoney::Released))
        .group_by(delegation::Column::Line)
        .group_by(verdict::Column::DecidedBy)
}

async fn in_windows(
    conn: &impl ConnectionTrait,
    query: Select<verdict::Entity>,
    now: DateTime<Utc>,
) -> Result<Vec<WindowRow>, DbErr> {
    let [day, week, month] = WINDOWS.map(|hours| now - TimeDelta::hours(i64::from(hours)));
    query
        .column_as(sum(counted_since(day)), "day")
        .column_as(sum(counted_since(week)), "week")
        .column_as(sum(counted_since(month)), "month")
        .filter(verdict::Column::DecidedAt.gt(month))
        .into_model::<WindowRow>()
        .all(conn)
        .await
}

async fn in_period(conn: &impl ConnectionTrait, query: Select<verdict::Entity>) -> Result<Vec<PeriodRow>, DbErr> {
    query.column_as(sum(counted()), "used").into_model::<PeriodRow>().all(conn).await
}

/// What counts of one spend.
fn counted() -> SimpleExpr {
    let taken = Func::coalesce([
        Expr::col((spend::Entity, spend::Column::SpentPence)),
        Expr::col((spend::Entity, spend::Column::AuthorisedPence)),
    ]);
    SimpleExpr::from(taken).sub(Expr::col((spend::Entity, spend::Column::RefundedPence)))
}

fn counted_since(moment: DateTime<Utc>) -> SimpleExpr {
    Expr::case(verdict::Column::DecidedAt.gt(moment), counted()).finally(0).into()
}

fn sum(counted: SimpleExpr) -> SimpleExpr {
    counted.sum().cast_as(Alias::new("bigint"))
}
