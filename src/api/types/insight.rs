//! Insight as the phone shows it: figures about groups of at least five people.

use std::collections::BTreeMap;

use async_graphql::{Context, Object, SimpleObject};
use busfare_entity::words::TeamId;
use chrono::NaiveDate;

use super::{budget::Budget, money::Money, people::Team};
use crate::{
    api::{
        context::{Answer, Asked},
        loaders,
        scalars::{Date, Decimal},
    },
    rules::{
        self,
        insight::{Figures, Group, ToEvidence},
    },
    store,
};

/// A part of a whole, both as counts.
#[derive(Clone, Copy, Debug, SimpleObject)]
pub struct Share {
    /// The numerator.
    pub part: i32,
    /// The denominator.
    pub whole: i32,
    /// The part of a hundred, to one decimal place, rounded half up, such as `"1.7"`.
    pub percent: Decimal,
}

/// A part of a whole, both as money.
#[derive(Clone, Copy, Debug, SimpleObject)]
pub struct MoneyShare {
    /// The numerator.
    pub part: Money,
    /// The denominator.
    pub whole: Money,
    /// The part of a hundred, to one decimal place, rounded half up, such as `"1.7"`.
    pub percent: Decimal,
}

fn percent(part: i64, whole: i64) -> Decimal {
    Decimal(rust_decimal::Decimal::new(rules::insight::per_mille(part, whole), 1))
}

/// A part of a whole.
pub fn share(part: i64, whole: i64) -> Share {
    Share { part: int(part), whole: int(whole), percent: percent(part, whole) }
}

fn share_of_money(part: rules::money::Money, whole: rules::money::Money) -> MoneyShare {
    MoneyShare { part: part.into(), whole: whole.into(), percent: percent(part.pence(), whole.pence()) }
}

fn int(number: i64) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

/// Whose figures they are: a team's, a budget's, or the whole organisation's where neither is given.
#[derive(Clone, Copy, Debug)]
pub struct InsightGroup(Group);

/// Whose figures they are: a team's, a budget's, or the whole organisation's where neither is given.
#[Object]
impl InsightGroup {
    /// The team that asked.
    async fn team(&self, ctx: &Context<'_>) -> Answer<Option<Team>> {
        let Group::Team(team) = self.0 else { return Ok(None) };
        loaders::must(ctx.loaders()?, team).await.map(|row| Some(Team(row)))
    }

    /// The budget that was asked of.
    async fn budget(&self, ctx: &Context<'_>) -> Answer<Option<Budget>> {
        let Group::Budget(budget) = self.0 else { return Ok(None) };
        loaders::must(ctx.loaders()?, budget).await.map(|row| Some(Budget(row)))
    }
}

/// How long a group waits for a yes.
#[derive(Clone, Copy, Debug, SimpleObject)]
pub struct TimeToYes {
    /// Whose figures these are.
    pub group: InsightGroup,
    /// The figures; none where too few people took part.
    pub figures: Option<TimeToYesFigures>,
}

/// How long a group waits for a yes, from `requestedAt` to the moment of the first verdict that is a yes. What was
/// declined, or still waits, is not in it. Times are whole seconds; a percentile is the smallest time that at least
/// so many in a hundred do not exceed (nearest rank), so it is always a time that somebody waited.
#[derive(Clone, Copy, Debug, SimpleObject)]
pub struct TimeToYesFigures {
    /// How many people asked; five at least.
    pub people: i32,
    /// How many yeses they got.
    pub yeses: i32,
    /// The 50th percentile, in seconds.
    pub median_seconds: i32,
    /// The 90th percentile, in seconds.
    pub p90_seconds: i32,
    /// Yeses by the asker's own say, emergencies included, of all yeses.
    pub decided_by_asker: Share,
}

/// How much of a group's spending could not wait.
#[derive(Clone, Copy, Debug, SimpleObject)]
pub struct BreakGlassShare {
    /// Whose figures these are.
    pub group: InsightGroup,
    /// The figures; none where too few people took part.
    pub figures: Option<BreakGlassFigures>,
}

/// How much of a group's spending could not wait. Below two percent the scheme of delegation fits the work.
#[derive(Clone, Copy, Debug, SimpleObject)]
pub struct BreakGlassFigures {
    /// How many people asked; five at least.
    pub people: i32,
    /// Spends authorised in emergencies, of all spends that got a yes.
    pub spends: Share,
    /// Money authorised in emergencies, of all money that was authorised, as the first yes had it.
    pub money: MoneyShare,
}

/// How much of its say a group uses.
#[derive(Clone, Copy, Debug, SimpleObject)]
pub struct TakeUp {
    /// Whose figures these are.
    pub group: InsightGroup,
    /// The figures; none where too few people took part.
    pub figures: Option<TakeUpFigures>,
}

/// How much of its say a group uses, in the days of the period that have begun.
#[derive(Clone, Copy, Debug, SimpleObject)]
pub struct TakeUpFigures {
    /// How many people asked; five at least.
    pub people: i32,
    /// Authorised by the askers' own say, emergencies left out.
    pub used: Money,
    /// Of a team or the organisation: what the people who work there now may authorise by themselves in so many days, each
    /// by her most generous delegation at its tightest rolling limit; none where no rolling limit bounds somebody.
    /// Of a budget: its allocation for so many days of its period.
    pub may_use: Option<Money>,
    /// What is used of it, in percent to one decimal place.
    pub percent: Option<Decimal>,
}

/// How long a team takes from spending to the first evidence.
#[derive(Clone, Copy, Debug, SimpleObject)]
pub struct TimeToReceipt {
    /// Whose figures these are: always a team's.
    pub group: InsightGroup,
    /// The figures; none where too few people took part.
    pub figures: Option<TimeToReceiptFigures>,
}

/// How long a team takes from the moment a spend is recorded as spent to the first receipt attached to it or note why
/// there is none, whichever came first; nothing where it was there before. What has neither yet is not in it, and
/// neither is a receipt that was taken off again. Counted are months, by the day the money left, in which five people at
/// least brought evidence. There is only the middle: no fastest, no slowest, and nobody's own.
#[derive(Clone, Copy, Debug, SimpleObject)]
pub struct TimeToReceiptFigures {
    /// How many people brought evidence; five at least.
    pub people: i32,
    /// For how many spends.
    pub spends: i32,
    /// The 50th percentile, in seconds (nearest rank).
    pub median_seconds: i32,
}

/// What the work shows.
pub struct Insight {
    /// The first days of the months, and of the month after.
    pub first_days: Vec<NaiveDate>,
    /// What may be told of each group.
    pub figures: BTreeMap<Group, Option<Figures>>,
    /// What may be told of how long each team takes to bring its evidence.
    pub to_evidence: BTreeMap<TeamId, Option<ToEvidence>>,
    /// The local day it is.
    pub today: NaiveDate,
}

/// What the work shows about groups of people, over whole months by the day of asking. Every figure is made of parts
/// in which at least five people took part in each month: a team's month with fewer is left out of every figure, the
/// organisation's too, and so is the smallest part of a budget where the rest of a team would be fewer. So nobody is
/// found by taking one figure from another. There are no figures about one person.
#[Object]
impl Insight {
    /// The first day that is counted.
    async fn from(&self) -> Option<Date> {
        self.first_days.first().copied().map(Date)
    }

    /// The last day that is counted, if it has come.
    async fn to(&self) -> Option<Date> {
        self.first_days.last().and_then(NaiveDate::pred_opt).map(Date)
    }

    /// How long it takes from asking to yes: of the organisation, each team and each budget.
    async fn time_to_yes(&self) -> Vec<TimeToYes> {
        let groups = self.figures.iter();
        groups
            .map(|(group, figures)| TimeToYes {
                group: InsightGroup(*group),
                figures: figures.as_ref().map(|told| TimeToYesFigures {
                    people: people(told),
                    yeses: int(told.yeses),
                    median_seconds: int(told.median_seconds),
                    p90_seconds: int(told.p90_seconds),
                    decided_by_asker: share(told.by_asker, told.yeses),
                }),
            })
            .collect()
    }

    /// How long it takes from spending to the first evidence: of each team, and of nobody else.
    async fn time_to_receipt(&self) -> Vec<TimeToReceipt> {
        let teams = self.to_evidence.iter();
        teams
            .map(|(team, told)| TimeToReceipt {
                group: InsightGroup(Group::Team(*team)),
                figures: told.map(|told| TimeToReceiptFigures {
                    people: i32::try_from(told.people).unwrap_or(i32::MAX),
                    spends: int(told.spends),
                    median_seconds: int(told.median_seconds),
                }),
            })
            .collect()
    }

    /// How much of the spending could not wait: of the organisation and each team.
    async fn break_glass_share(&self) -> Vec<BreakGlassShare> {
        let groups = self.figures.iter().filter(|(group, _)| !matches!(group, Group::Budget(_)));
        groups
            .map(|(group, figures)| BreakGlassShare {
                group: InsightGroup(*group),
                figures: figures.as_ref().map(|told| BreakGlassFigures {
                    people: people(told),
                    spends: share(told.emergencies, told.yeses),
                    money: share_of_money(told.in_emergencies, told.amount),
                }),
            })
            .collect()
    }

    /// How much of their say people use: of the organisation, each team and each budget.
    async fn take_up(&self, ctx: &Context<'_>) -> Answer<Vec<TakeUp>> {
        let of_teams = self.teams_may_use(ctx).await?;
        let mut groups = Vec::new();
        for (group, figures) in &self.figures {
            let figures = match figures {
                None => None,
                Some(told) => {
                    let may_use = match group {
                        Group::Organisation => of_teams.values().copied().sum::<Option<i64>>(),
                        Group::Team(team) => of_teams.get(team).copied().flatten(),
                        Group::Budget(budget) => Some(self.budget_may_use(ctx, *budget, told).await?),
                    };
                    let may_use = may_use.map(rules::money::Money::from_pence);
                    Some(TakeUpFigures {
                        people: people(told),
                        used: told.own_say.into(),
                        may_use: may_use.map(Into::into),
                        percent: may_use.map(|may_use| percent(told.own_say.pence(), may_use.pence())),
                    })
                }
            };
            groups.push(TakeUp { group: InsightGroup(*group), figures });
        }
        Ok(groups)
    }
}

impl Insight {
    /// What the people of each team that is told of may use, in pence.
    async fn teams_may_use(&self, ctx: &Context<'_>) -> Answer<BTreeMap<TeamId, Option<i64>>> {
        let (reader, now) = (ctx.reader()?, ctx.now()?);
        let organisation = ctx.viewer()?.organisation;
        let working = store::insight::working(reader, organisation).await?;
        let granted = store::authority::granted(reader, organisation, None, now).await?;
        let ever = (NaiveDate::MIN, NaiveDate::MAX);
        let teams = self.figures.iter().filter_map(|(group, figures)| match (group, figures) {
            (Group::Team(team), Some(told)) => Some((*team, told)),
            _ => None,
        });
        Ok(teams
            .map(|(team, told)| {
                let days = rules::insight::days_told(&self.first_days, &told.months, ever, self.today);
                let people = working.iter().filter(|person| person.team_id == team);
                let each = people.map(|person| {
                    let rolling = store::insight::rolling_of(&granted, person, now);
                    rules::insight::may_use(&rolling, days).map(rules::money::Money::pence)
                });
                (team, each.sum())
            })
            .collect())
    }

    async fn budget_may_use(
        &self,
        ctx: &Context<'_>,
        budget: busfare_entity::words::BudgetId,
        told: &Figures,
    ) -> Answer<i64> {
        let row = loaders::must(ctx.loaders()?, budget).await?;
        let period = (row.period_start, row.period_end);
        let days = rules::insight::days_told(&self.first_days, &told.months, period, self.today);
        let of_period = (period.1 - period.0).num_days() + 1;
        let allocated = rules::money::Money::from_pence(row.allocated_pence);
        Ok(rules::insight::share_of(allocated, days, of_period).pence())
    }
}

fn people(told: &Figures) -> i32 {
    i32::try_from(told.people).unwrap_or(i32::MAX)
}
