//! Insight: how yeses came about, counted by the database, and what is used of a week.

use busfare_entity::{
    first_yes, no_receipt_note, practitioner, receipt_link, record, spend,
    words::{BudgetId, OrganisationId, Outcome, PractitionerId, SpendDecision, TeamId},
};
use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, DbErr, EntityTrait, ExprTrait, FromQueryResult, JoinType, PaginatorTrait,
    QueryFilter, QuerySelect,
    sea_query::{Alias, Asterisk, CaseStatement, Expr, Func, IntoColumnRef, SimpleExpr},
};

use super::authority::{self, Granted};
use crate::rules::{
    insight::{Evidenced, Recorded, Rolling, SaidBy, Spent, Yeses},
    money::Money,
    sight::Viewer,
};

/// Every decision that stands as a yes.
const STANDS: [SpendDecision; 4] =
    [SpendDecision::AuthorisedSelf, SpendDecision::Authorised, SpendDecision::AuthorisedLess, SpendDecision::Emergency];

/// Where an organisation looks back: over which months, by the moments at which they begin, and at which the last ends.
#[derive(Clone, Copy, Debug)]
pub struct Period<'a> {
    /// Whose.
    pub organisation: OrganisationId,
    /// The moments.
    pub begins: &'a [DateTime<Utc>],
}

#[derive(Debug, FromQueryResult)]
struct YesRow {
    in_month: i64,
    team_id: TeamId,
    budget_id: BudgetId,
    practitioner_id: PractitionerId,
    outcome: Outcome,
    each: String,
    pence: i64,
}

/// The first yes to everything that was asked in months, by month, team, budget, asker and outcome.
pub async fn yeses(conn: &impl ConnectionTrait, period: Period<'_>) -> Result<Vec<Yeses>, DbErr> {
    let Some((first, end)) = period.ends() else { return Ok(Vec::new()) };
    let rows = first_yes::Entity::find()
        .select_only()
        .column_as(month(period.begins, (first_yes::Entity, first_yes::Column::RequestedAt)), "in_month")
        .column(first_yes::Column::TeamId)
        .column(first_yes::Column::BudgetId)
        .column(first_yes::Column::PractitionerId)
        .column(first_yes::Column::Outcome)
        .column_as(each(conn.get_database_backend(), "seconds"), "each")
        .column_as(whole(Expr::col(first_yes::Column::AuthorisedPence).sum()), "pence")
        .filter(first_yes::Column::OrganisationId.eq(period.organisation))
        .filter(first_yes::Column::RequestedAt.gte(first))
        .filter(first_yes::Column::RequestedAt.lt(end))
        .group_by(Expr::col(Alias::new("in_month")))
        .group_by(first_yes::Column::TeamId)
        .group_by(first_yes::Column::BudgetId)
        .group_by(first_yes::Column::PractitionerId)
        .group_by(first_yes::Column::Outcome)
        .into_model::<YesRow>()
        .all(conn)
        .await?;
    let counted = |row: YesRow| Yeses {
        month: place(row.in_month),
        team: row.team_id,
        budget: row.budget_id,
        asker: row.practitioner_id,
        seconds: numbers(&row.each).collect(),
        by: match row.outcome {
            Outcome::AuthorisedSelf => SaidBy::Asker,
            Outcome::Emergency => SaidBy::AskerInEmergency,
            _ => SaidBy::Colleague,
        },
        amount: Money::from_pence(row.pence),
    };
    Ok(rows.into_iter().map(counted).collect())
}

/// What was spent of everything that was asked in months, by month, team, budget and asker; less what came back.
pub async fn spent(conn: &impl ConnectionTrait, period: Period<'_>) -> Result<Vec<Spent>, DbErr> {
    let Some((first, end)) = period.ends() else { return Ok(Vec::new()) };
    let net = Expr::col(spend::Column::SpentPence).sub(Expr::col(spend::Column::RefundedPence));
    let rows: Vec<(i64, TeamId, BudgetId, PractitionerId, i64)> = spend::Entity::find()
        .select_only()
        .column_as(month(period.begins, (spend::Entity, spend::Column::RequestedAt)), "in_month")
        .column(spend::Column::TeamId)
        .column(spend::Column::BudgetId)
        .column(spend::Column::PractitionerId)
        .column_as(whole(net.sum()), "pence")
        .filter(spend::Column::OrganisationId.eq(period.organisation))
        .filter(spend::Column::RequestedAt.gte(first))
        .filter(spend::Column::RequestedAt.lt(end))
        .filter(spend::Column::SpentPence.is_not_null())
        .group_by(Expr::col(Alias::new("in_month")))
        .group_by(spend::Column::TeamId)
        .group_by(spend::Column::BudgetId)
        .group_by(spend::Column::PractitionerId)
        .into_tuple()
        .all(conn)
        .await?;
    let counted = |(month, team, budget, asker, pence)| Spent {
        month: place(month),
        team,
        budget,
        asker,
        amount: Money::from_pence(pence),
    };
    Ok(rows.into_iter().map(counted).collect())
}

#[derive(Debug, FromQueryResult)]
struct RecordedRow {
    in_month: i64,
    team_id: TeamId,
    practitioner_id: PractitionerId,
    conversations: i64,
    each: String,
    answered: Option<i64>,
    spared: Option<i64>,
}

/// What everybody completed in months, by month, team and author.
pub async fn recorded(conn: &impl ConnectionTrait, period: Period<'_>) -> Result<Vec<Recorded>, DbErr> {
    let Some((first, end)) = period.ends() else { return Ok(Vec::new()) };
    let rows = record::Entity::find()
        .select_only()
        .column_as(month(period.begins, (record::Entity, record::Column::CompletedAt)), "in_month")
        .column(record::Column::TeamId)
        .column(record::Column::PractitionerId)
        .column_as(Expr::col(Asterisk).count(), "conversations")
        .column_as(each(conn.get_database_backend(), "seconds"), "each")
        .column_as(whole(Expr::col(record::Column::Answered).sum()), "answered")
        .column_as(whole(Expr::col(record::Column::Spared).sum()), "spared")
        .filter(record::Column::OrganisationId.eq(period.organisation))
        .filter(record::Column::CompletedAt.gte(first))
        .filter(record::Column::CompletedAt.lt(end))
        .group_by(Expr::col(Alias::new("in_month")))
        .group_by(record::Column::TeamId)
        .group_by(record::Column::PractitionerId)
        .into_model::<RecordedRow>()
        .all(conn)
        .await?;
    let counted = |row: RecordedRow| Recorded {
        month: place(row.in_month),
        team: row.team_id,
        author: row.practitioner_id,
        conversations: row.conversations,
        // Where no phone said how long it took, that is not known.
        seconds: numbers(&row.each).filter(|seconds| *seconds > 0).collect(),
        answered: row.answered.unwrap_or_default(),
        spared: row.spared.unwrap_or_default(),
    };
    Ok(rows.into_iter().map(counted).collect())
}

impl Period<'_> {
    fn ends(&self) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
        self.begins.first().copied().zip(self.begins.last().copied())
    }
}

/// Which month a moment is in, from 0: after each beginning that has passed, one more.
fn month(begins: &[DateTime<Utc>], moment: impl IntoColumnRef + Copy) -> SimpleExpr {
    let mut months = CaseStatement::new();
    for (place, end) in (0i64..).zip(begins.iter().skip(1)) {
        months = months.case(Expr::col(moment).lt(*end), place);
    }
    months.finally(i64::try_from(begins.len()).unwrap_or(i64::MAX)).into()
}

/// Every number of a column in one text, because a row for each costs more than all of them.
fn each(backend: DbBackend, column: &str) -> SimpleExpr {
    Expr::cust(match backend {
        DbBackend::Postgres => format!(r#"string_agg(CAST("{column}" AS text), ',')"#),
        _ => format!(r#"group_concat("{column}", ',')"#),
    })
}

fn numbers(each: &str) -> impl Iterator<Item = i64> {
    each.split(',').filter_map(|number| number.parse().ok())
}

/// A sum as both databases can give it.
fn whole(sum: impl Into<SimpleExpr>) -> SimpleExpr {
    sum.into().cast_as(Alias::new("bigint"))
}

fn place(month: i64) -> usize {
    usize::try_from(month).unwrap_or_default()
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
pub async fn evidenced(conn: &impl ConnectionTrait, period: Period<'_>) -> Result<Vec<Evidenced>, DbErr> {
    let Some((first, end)) = period.ends() else { return Ok(Vec::new()) };
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
        .column_as(month(period.begins, (spend::Entity, spend::Column::SpentAt)), "in_month")
        .columns([spend::Column::TeamId, spend::Column::PractitionerId, spend::Column::SpentAt])
        .column_as(receipt_link::Column::LinkedAt.min(), "attached")
        .column_as(no_receipt_note::Column::NotedAt.min(), "noted")
        .join(JoinType::LeftJoin, links)
        .join(JoinType::LeftJoin, notes)
        .filter(spend::Column::OrganisationId.eq(period.organisation))
        .filter(spend::Column::SpentAt.gte(first))
        .filter(spend::Column::SpentAt.lt(end))
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
            month: place(row.in_month),
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
