//! Insight: how yeses came about, counted by the database, and what is used of a week.

use busfare_entity::{
    no_receipt_note, practitioner, receipt_link, spend, verdict,
    words::{BudgetId, OrganisationId, Outcome, PractitionerId, SpendDecision, TeamId},
};
use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, DbErr, EntityTrait, ExprTrait, FromQueryResult, JoinType, PaginatorTrait,
    QueryFilter, QuerySelect,
    sea_query::{Alias, CaseStatement, Expr, Func, Query, SimpleExpr},
};

use super::authority::{self, Granted};
use crate::rules::{
    insight::{Evidenced, Rolling, SaidBy, Yeses},
    money::Money,
    sight::Viewer,
};

/// Every outcome that is a yes.
const YES: [Outcome; 4] = [Outcome::AuthorisedSelf, Outcome::Authorised, Outcome::AuthorisedLess, Outcome::Emergency];
/// Every decision that stands as a yes.
const STANDS: [SpendDecision; 4] =
    [SpendDecision::AuthorisedSelf, SpendDecision::Authorised, SpendDecision::AuthorisedLess, SpendDecision::Emergency];

#[derive(Debug, FromQueryResult)]
struct Row {
    in_month: i64,
    team_id: TeamId,
    budget_id: BudgetId,
    practitioner_id: PractitionerId,
    waited: i64,
    outcome: Outcome,
    yeses: i64,
    pence: i64,
}

/// The first yes to everything that was asked in months, counted by month, team, budget, asker, time and outcome.
/// `begins` are the moments at which the months begin, and the moment at which the last ends.
pub async fn yeses(
    conn: &impl ConnectionTrait,
    organisation: OrganisationId,
    begins: &[DateTime<Utc>],
) -> Result<Vec<Yeses>, DbErr> {
    let (Some(first), Some(end)) = (begins.first(), begins.last()) else { return Ok(Vec::new()) };
    let about = verdict::Entity::belongs_to(spend::Entity).from(verdict::Column::SpendId).to(spend::Column::Id).into();
    let sum = Expr::col((verdict::Entity, verdict::Column::AuthorisedPence)).sum().cast_as(Alias::new("bigint"));
    let rows = verdict::Entity::find()
        .select_only()
        .column_as(month(begins, spend::Column::RequestedAt), "in_month")
        .column(spend::Column::TeamId)
        .column(spend::Column::BudgetId)
        .column(spend::Column::PractitionerId)
        .column_as(waited(conn.get_database_backend()), "waited")
        .column(verdict::Column::Outcome)
        .column_as(verdict::Column::Id.count(), "yeses")
        .column_as(sum, "pence")
        .join(JoinType::InnerJoin, about)
        .filter(spend::Column::OrganisationId.eq(organisation))
        .filter(spend::Column::RequestedAt.gte(*first))
        .filter(spend::Column::RequestedAt.lt(*end))
        .filter(verdict::Column::Outcome.is_in(YES))
        .filter(Expr::exists(an_earlier_yes()).not())
        .group_by(Expr::col(Alias::new("in_month")))
        .group_by(spend::Column::TeamId)
        .group_by(spend::Column::BudgetId)
        .group_by(spend::Column::PractitionerId)
        .group_by(Expr::col(Alias::new("waited")))
        .group_by(verdict::Column::Outcome)
        .into_model::<Row>()
        .all(conn)
        .await?;
    Ok(rows.into_iter().map(counted).collect())
}

fn counted(row: Row) -> Yeses {
    Yeses {
        month: usize::try_from(row.in_month).unwrap_or_default(),
        team: row.team_id,
        budget: row.budget_id,
        asker: row.practitioner_id,
        seconds: row.waited,
        by: match row.outcome {
            Outcome::AuthorisedSelf => SaidBy::Asker,
            Outcome::Emergency => SaidBy::AskerInEmergency,
            _ => SaidBy::Colleague,
        },
        count: row.yeses,
        amount: Money::from_pence(row.pence),
    }
}

/// Which month a moment of a spend is in, from 0: after each beginning that has passed, one more.
fn month(begins: &[DateTime<Utc>], moment: spend::Column) -> SimpleExpr {
    let mut months = CaseStatement::new();
    for (place, end) in (0i64..).zip(begins.iter().skip(1)) {
        months = months.case(Expr::col((spend::Entity, moment)).lt(*end), place);
    }
    months.finally(i64::try_from(begins.len()).unwrap_or(i64::MAX)).into()
}

/// Whole seconds from asking to yes, by the seconds that the clock showed. Both databases drop what is beyond them.
fn waited(backend: DbBackend) -> SimpleExpr {
    Expr::cust(match backend {
        DbBackend::Postgres => {
            r#"CAST(floor(extract(epoch FROM "verdict"."decided_at")) - floor(extract(epoch FROM "spend"."requested_at")) AS bigint)"#
        }
        _ => {
            r#"CAST(strftime('%s', substr("verdict"."decided_at", 1, 19)) AS integer) - CAST(strftime('%s', substr("spend"."requested_at", 1, 19)) AS integer)"#
        }
    })
}

/// Another yes to the same spend, made before.
fn an_earlier_yes() -> sea_orm::sea_query::SelectStatement {
    let earlier = Alias::new("earlier");
    let of = |column| Expr::col((earlier.clone(), column));
    Query::select()
        .expr(Expr::value(1))
        .from_as(verdict::Entity, earlier.clone())
        .and_where(of(verdict::Column::SpendId).equals((verdict::Entity, verdict::Column::SpendId)))
        .and_where(of(verdict::Column::Outcome).is_in(YES))
        .and_where(of(verdict::Column::Id).lt(Expr::col((verdict::Entity, verdict::Column::Id))))
        .to_owned()
}

#[derive(Debug, FromQueryResult)]
struct FirstEvidence {
    in_month: i64,
    team_id: TeamId,
    practitioner_id: PractitionerId,
    spent_at: DateTime<Utc>,
    attached: Option<DateTime<Utc>>,
    noted: Option<DateTime<Utc>>,
}

/// When the first evidence came of everything whose money left in months and that has any.
pub async fn evidenced(
    conn: &impl ConnectionTrait,
    organisation: OrganisationId,
    begins: &[DateTime<Utc>],
) -> Result<Vec<Evidenced>, DbErr> {
    let (Some(first), Some(end)) = (begins.first(), begins.last()) else { return Ok(Vec::new()) };
    let links = spend::Entity::belongs_to(receipt_link::Entity)
        .from(spend::Column::Id)
        .to(receipt_link::Column::SpendId)
        .into();
    let notes = spend::Entity::belongs_to(no_receipt_note::Entity)
        .from(spend::Column::Id)
        .to(no_receipt_note::Column::SpendId)
        .into();
    let rows = spend::Entity::find()
        .select_only()
        .column_as(month(begins, spend::Column::SpentAt), "in_month")
        .columns([spend::Column::TeamId, spend::Column::PractitionerId, spend::Column::SpentAt])
        .column_as(receipt_link::Column::LinkedAt.min(), "attached")
        .column_as(no_receipt_note::Column::NotedAt.min(), "noted")
        .join(JoinType::LeftJoin, links)
        .join(JoinType::LeftJoin, notes)
        .filter(spend::Column::OrganisationId.eq(organisation))
        .filter(spend::Column::SpentAt.gte(*first))
        .filter(spend::Column::SpentAt.lt(*end))
        .filter(receipt_link::Column::SpendId.is_not_null().or(no_receipt_note::Column::SpendId.is_not_null()))
        .group_by(spend::Column::Id)
        .group_by(spend::Column::TeamId)
        .group_by(spend::Column::PractitionerId)
        .group_by(spend::Column::SpentAt)
        .into_model::<FirstEvidence>()
        .all(conn)
        .await?;
    let taken = |row: FirstEvidence| {
        let came = row.attached.into_iter().chain(row.noted).min()?;
        Some(Evidenced {
            month: usize::try_from(row.in_month).unwrap_or_default(),
            team: row.team_id,
            spender: row.practitioner_id,
            seconds: (came - row.spent_at).num_seconds(),
        })
    };
    Ok(rows.into_iter().filter_map(taken).collect())
}

/// Everybody who works in an organisation now.
pub async fn working(
    conn: &impl ConnectionTrait,
    organisation: OrganisationId,
) -> Result<Vec<practitioner::Model>, DbErr> {
    practitioner::Entity::find()
        .filter(practitioner::Column::OrganisationId.eq(organisation))
        .filter(practitioner::Column::Active.eq(true))
        .all(conn)
        .await
}

/// What was authorised in the last seven days and still stands.
#[derive(Clone, Copy, Debug)]
pub struct Week {
    /// Of what she asked for.
    pub hers: Money,
    /// Of what her team asked for.
    pub team: Money,
    /// How many people work in her team, besides her.
    pub others: u64,
    /// Since when.
    pub since: DateTime<Utc>,
}

#[derive(Debug, Default, FromQueryResult)]
struct WeekRow {
    hers: Option<i64>,
    team: Option<i64>,
}

/// Her week and her team's.
pub async fn week(conn: &impl ConnectionTrait, viewer: &Viewer, now: DateTime<Utc>) -> Result<Week, DbErr> {
    let since = now - TimeDelta::days(7);
    let row = spend::Entity::find()
        .select_only()
        .column_as(sum_where(spend::Column::PractitionerId.eq(viewer.id)), "hers")
        .column_as(sum_where(spend::Column::TeamId.eq(viewer.team)), "team")
        .filter(spend::Column::OrganisationId.eq(viewer.organisation))
        .filter(spend::Column::PractitionerId.eq(viewer.id).or(spend::Column::TeamId.eq(viewer.team)))
        .filter(spend::Column::Decision.is_in(STANDS))
        .filter(spend::Column::DecidedAt.gt(since))
        .into_model::<WeekRow>()
        .one(conn)
        .await?
        .unwrap_or_default();
    let others = practitioner::Entity::find()
        .filter(practitioner::Column::TeamId.eq(viewer.team))
        .filter(practitioner::Column::Active.eq(true))
        .filter(practitioner::Column::Id.ne(viewer.id))
        .count(conn)
        .await?;
    let money = |pence: Option<i64>| Money::from_pence(pence.unwrap_or_default());
    Ok(Week { hers: money(row.hers), team: money(row.team), others, since })
}

/// What stands of spends, refunds taken off.
fn sum_where(which: SimpleExpr) -> SimpleExpr {
    let taken = Func::coalesce([Expr::col(spend::Column::SpentPence), Expr::col(spend::Column::AuthorisedPence)]);
    let stands = SimpleExpr::from(taken).sub(Expr::col(spend::Column::RefundedPence));
    let counted: SimpleExpr = Expr::case(which, stands).finally(0).into();
    counted.sum().cast_as(Alias::new("bigint"))
}

/// The rolling limits of each grant that a person has in force.
pub fn rolling_of(granted: &[Granted], person: &practitioner::Model, now: DateTime<Utc>) -> Vec<Rolling> {
    let in_force = |grant: &&Granted| {
        let delegation = &grant.delegation;
        authority::is_to(delegation, person)
            && delegation.valid_from <= now
            && delegation.valid_to.is_none_or(|end| now < end)
    };
    let limits = |grant: &Granted| grant.windows.iter().map(|window| (window.hours, window.limit)).collect();
    granted.iter().filter(in_force).map(limits).collect()
}
