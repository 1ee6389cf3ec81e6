//! What practitioners have used of their say. It is counted by the grant's line in the scheme, so that a new version
//! of the scheme does not start anybody's week anew. Money that was taken back, not needed or refunded, or that has
//! gone back by itself, does not count.

use std::collections::{BTreeMap, BTreeSet};

use busfare_entity::{
    delegation, spend, spend_person, verdict,
    words::{BudgetId, OrganisationId, Outcome, PersonId, PractitionerId, SpendDecision, SpendMoney},
};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, DbErr, EntityTrait, ExprTrait, FromQueryResult, JoinType, QueryFilter,
    QuerySelect, Select,
    sea_query::{Alias, Expr, Func, SimpleExpr},
};

use super::Granted;
use crate::{
    rules::{
        money::Money,
        tally::{Uses, WINDOWS},
    },
    store::{allowance, rows::among},
};

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

#[derive(Debug, FromQueryResult)]
struct WindowRow {
    line: String,
    decided_by: PractitionerId,
    day: i64,
    week: i64,
    month: i64,
}

#[derive(Debug, FromQueryResult)]
struct BudgetRow {
    line: String,
    decided_by: PractitionerId,
    budget_id: BudgetId,
    used: i64,
}

#[derive(Debug, FromQueryResult)]
struct PersonRow {
    line: String,
    decided_by: PractitionerId,
    person_id: PersonId,
    used: i64,
}

/// Sums what was authorised under grants by practitioners, as far as any of the grants limits it:
/// for everybody at once, whatever their budgets and whomever they help.
pub(in crate::store) async fn uses(
    conn: &impl ConnectionTrait,
    granted: &[Granted],
    practitioners: &[PractitionerId],
    scopes: &[UseScope],
    now: DateTime<Utc>,
) -> Result<Uses, DbErr> {
    let mut uses = Uses::default();
    let Some(organisation) = scopes.first().map(|scope| scope.organisation) else { return Ok(uses) };
    let lines = |limits: fn(&Granted) -> bool| -> Vec<String> {
        let lines: BTreeSet<_> =
            granted.iter().filter(|grant| limits(grant)).map(|grant| &grant.delegation.line).collect();
        lines.into_iter().cloned().collect()
    };
    let yes = |lines| authorised(conn.get_database_backend(), organisation, lines, practitioners);

    let windowed = lines(|grant| !grant.windows.is_empty());
    if !windowed.is_empty() {
        for row in in_windows(conn, yes(windowed), now).await? {
            uses.entry(row.line, row.decided_by).windows = [row.day, row.week, row.month].map(Money::from_pence);
        }
    }
    let of_budget = lines(|grant| grant.delegation.budget_limit_pence.is_some());
    let budgets: BTreeSet<_> = scopes.iter().filter_map(|scope| scope.budget).collect();
    if !of_budget.is_empty() && !budgets.is_empty() {
        for row in of_budgets(conn, yes(of_budget), budgets).await? {
            let used = uses.entry(row.line, row.decided_by);
            used.of_budgets.insert(row.budget_id, Money::from_pence(row.used));
        }
    }
    let limited = lines(|grant| !grant.windows.is_empty() || grant.delegation.budget_limit_pence.is_some());
    for held in allowance::holding(conn, organisation, limited, practitioners).await? {
        uses.entry(held.line, held.practitioner_id).set_aside(held.budget_id, Money::from_pence(held.left));
    }
    let for_person = lines(|grant| grant.delegation.person_limit_pence.is_some());
    for (since, people) in people_by_period(scopes) {
        if for_person.is_empty() {
            break;
        }
        for row in for_people(conn, yes(for_person.clone()), people, since).await? {
            let used = uses.entry(row.line, row.decided_by);
            used.for_people.insert((row.person_id, since), Money::from_pence(row.used));
        }
    }
    Ok(uses)
}

/// Whom the asks help, by where the period of their budget begins: as good as always one day.
fn people_by_period(scopes: &[UseScope]) -> BTreeMap<NaiveDate, BTreeSet<PersonId>> {
    let mut by_period: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    for (since, person) in scopes.iter().filter_map(|scope| scope.period_start.zip(scope.person)) {
        by_period.entry(since).or_default().insert(person);
    }
    by_period
}

/// Every yes by these practitioners under these lines that still stands.
fn authorised(
    backend: DbBackend,
    organisation: OrganisationId,
    lines: Vec<String>,
    practitioners: &[PractitionerId],
) -> Select<verdict::Entity> {
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
        .filter(delegation::Column::OrganisationId.eq(organisation))
        .filter(among(backend, delegation::Column::Line, lines))
        .filter(among(backend, verdict::Column::DecidedBy, practitioners.iter().copied()))
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

async fn of_budgets(
    conn: &impl ConnectionTrait,
    query: Select<verdict::Entity>,
    budgets: BTreeSet<BudgetId>,
) -> Result<Vec<BudgetRow>, DbErr> {
    query
        .column(spend::Column::BudgetId)
        .column_as(sum(counted()), "used")
        .filter(among(conn.get_database_backend(), spend::Column::BudgetId, budgets))
        .group_by(spend::Column::BudgetId)
        .into_model::<BudgetRow>()
        .all(conn)
        .await
}

async fn for_people(
    conn: &impl ConnectionTrait,
    query: Select<verdict::Entity>,
    people: BTreeSet<PersonId>,
    since: NaiveDate,
) -> Result<Vec<PersonRow>, DbErr> {
    let helped = spend::Entity::belongs_to(spend_person::Entity)
        .from(spend::Column::Id)
        .to(spend_person::Column::SpendId)
        .into();
    query
        .column(spend_person::Column::PersonId)
        .column_as(sum(counted()), "used")
        .join(JoinType::InnerJoin, helped)
        .filter(among(conn.get_database_backend(), spend_person::Column::PersonId, people))
        .filter(verdict::Column::DecidedAt.gte(since.and_time(chrono::NaiveTime::MIN).and_utc()))
        .group_by(spend_person::Column::PersonId)
        .into_model::<PersonRow>()
        .all(conn)
        .await
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
