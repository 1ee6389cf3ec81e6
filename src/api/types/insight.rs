//! Insight as the phone shows it: figures about groups of at least five people.

use std::collections::{BTreeMap, HashMap};

use async_graphql::{Context, Object};
use busfare_entity::words::TeamId;
use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use tokio::sync::OnceCell;

pub use self::groups::{Share, int, share};
use self::{
    groups::InsightGroup,
    recording::Recording,
    spending::{Spending, SpendingFigures},
    voice::{DifferenceMadeBy, SaidInTime},
    yes::{BreakGlassShare, TakeUp, TakeUpFigures, TimeToReceipt, TimeToYes},
};
use super::waits::DaysToAppointment;
use crate::{
    api::{
        context::{Answer, Asked},
        scalars::Date,
    },
    rules::{
        self,
        insight::{Figures, Group},
        money::Money,
    },
    store::{self, insight::Period},
};

mod groups;
mod recording;
mod spending;
mod table;
mod voice;
mod yes;

/// What may be told of each group.
type Told = BTreeMap<Group, Option<Figures>>;

/// What the work shows. What is not asked for is not counted.
pub struct Insight {
    /// The first days of the months, and of the month after.
    pub first_days: Vec<NaiveDate>,
    /// Where the organisation works.
    pub zone: Tz,
    /// The local day it is.
    pub today: NaiveDate,
    told: OnceCell<Told>,
}

/// What the work shows about groups of people, over whole months, those of money by the day of asking. Every figure is made
/// of parts in which at least five people took part in each month: a team's month with fewer is left out of every figure, the
/// organisation's too, and so is the smallest part of a budget where the rest of a team would be fewer. So nobody is found by
/// taking one figure from another. There are no figures about one person. An app needs the scope `INSIGHT_READ`.
#[Object]
impl Insight {
    /// The first day that is counted.
    async fn from(&self) -> Option<Date> {
        self.first_days.first().copied().map(Date)
    }

    /// The last day that is counted, if it has come.
    async fn to(&self) -> Option<Date> {
        self.last_day().map(Date)
    }

    /// How long it takes from asking to yes, and how many yeses the asker said herself: of the organisation, each team and
    /// each budget.
    async fn time_to_yes(&self, ctx: &Context<'_>) -> Answer<Vec<TimeToYes>> {
        Ok(times_to_yes(self.told(ctx).await?))
    }

    /// How long it takes from spending to the first evidence: of each team, and of nobody else.
    async fn time_to_receipt(&self, ctx: &Context<'_>) -> Answer<Vec<TimeToReceipt>> {
        self.times_to_receipt(ctx).await
    }

    /// How much of the spending could not wait: of the organisation and each team.
    async fn break_glass_share(&self, ctx: &Context<'_>) -> Answer<Vec<BreakGlassShare>> {
        Ok(break_glass_shares(self.told(ctx).await?))
    }

    /// What is spent, beside the budget and beside as many months before: of the organisation, each team and each budget.
    async fn spending(&self, ctx: &Context<'_>) -> Answer<Vec<Spending>> {
        self.spendings(ctx).await
    }

    /// How long it takes to write a conversation down, and how many questions nobody was asked again: of the organisation
    /// and each team.
    async fn recording(&self, ctx: &Context<'_>) -> Answer<Vec<Recording>> {
        self.recordings(ctx).await
    }

    /// How many days people wait to be seen: in each hub, and in all of them together.
    async fn days_to_appointment(&self, ctx: &Context<'_>) -> Answer<Vec<DaysToAppointment>> {
        self.waits(ctx).await
    }

    /// What difference it made, as the people say who were helped: by the organisation and each team.
    async fn difference_made(&self, ctx: &Context<'_>) -> Answer<Vec<DifferenceMadeBy>> {
        self.differences(ctx).await
    }

    /// Whether what staff say is answered in time.
    async fn said_in_time(&self, ctx: &Context<'_>) -> Answer<SaidInTime> {
        self.said(ctx).await
    }

    /// How much of their say people use: of the organisation, each team and each budget.
    async fn take_up(&self, ctx: &Context<'_>) -> Answer<Vec<TakeUp>> {
        self.take_ups(ctx).await
    }

    /// Every figure as a table in comma-separated values (RFC 4180), a line each under a line of headings: the period, the
    /// figure and the measure by their names here, the group, numerator and denominator or value, and the unit. A group that
    /// is too small has one line that says so. Put it into a file of its own; no cell of it runs in a spreadsheet.
    async fn csv(&self, ctx: &Context<'_>) -> Answer<String> {
        table::csv(self, ctx).await
    }
}

impl Insight {
    /// Looks back over months.
    pub fn new(first_days: Vec<NaiveDate>, zone: Tz, today: NaiveDate) -> Self {
        Self { first_days, zone, today, told: OnceCell::new() }
    }

    fn last_day(&self) -> Option<NaiveDate> {
        self.first_days.last().and_then(NaiveDate::pred_opt)
    }

    fn begins(&self, first_days: &[NaiveDate]) -> Vec<DateTime<Utc>> {
        first_days.iter().map(|day| rules::calendar::begins(*day, self.zone)).collect()
    }

    /// What may be told of money, counted once however often it is asked for.
    async fn told(&self, ctx: &Context<'_>) -> Answer<&Told> {
        self.told.get_or_try_init(|| self.count(ctx, &self.first_days)).await
    }

    async fn count(&self, ctx: &Context<'_>, first_days: &[NaiveDate]) -> Answer<Told> {
        let (reader, begins) = (ctx.reader()?, self.begins(first_days));
        let period = Period { organisation: ctx.viewer()?.organisation, begins: &begins };
        let (yeses, spent) =
            tokio::try_join!(store::insight::yeses(reader, period), store::insight::spent(reader, period))?;
        Ok(rules::insight::figures(&yeses, &spent))
    }

    async fn times_to_receipt(&self, ctx: &Context<'_>) -> Answer<Vec<TimeToReceipt>> {
        let begins = self.begins(&self.first_days);
        let period = Period { organisation: ctx.viewer()?.organisation, begins: &begins };
        let evidenced = store::insight::evidenced(ctx.reader()?, period).await?;
        let told = rules::insight::to_evidence(&evidenced).into_iter();
        Ok(told
            .map(|(team, told)| TimeToReceipt { group: InsightGroup::of(Some(team)), figures: told.map(Into::into) })
            .collect())
    }

    async fn spendings(&self, ctx: &Context<'_>) -> Answer<Vec<Spending>> {
        let (Some(first), Some(last)) = (self.first_days.first(), self.last_day()) else { return Ok(vec![]) };
        let (reader, organisation) = (ctx.reader()?, ctx.viewer()?.organisation);
        let before = rules::insight::months_before(&self.first_days);
        let (told, before) = tokio::try_join!(self.told(ctx), self.count(ctx, &before))?;
        let budgets = store::budget::during(reader, organisation, (*first, last)).await?;
        let of = |group: &Group, figures: &Figures| {
            let theirs = budgets.iter().filter(|budget| match group {
                Group::Organisation => true,
                Group::Team(team) => budget.team_id == Some(*team),
                Group::Budget(id) => budget.id == *id,
            });
            let pence = theirs.map(|budget| self.share_of_allocation(budget, figures).pence());
            let earlier = before.get(group).and_then(Option::as_ref);
            SpendingFigures::of(figures, Money::from_pence(pence.fold(0, i64::saturating_add)), earlier)
        };
        Ok(told
            .iter()
            .map(|(group, figures)| Spending {
                group: InsightGroup(*group),
                figures: figures.as_ref().map(|figures| of(group, figures)),
            })
            .collect())
    }

    async fn recordings(&self, ctx: &Context<'_>) -> Answer<Vec<Recording>> {
        let begins = self.begins(&self.first_days);
        let period = Period { organisation: ctx.viewer()?.organisation, begins: &begins };
        let recorded = store::insight::recorded(ctx.reader()?, period).await?;
        let told = rules::insight::recording(&recorded).into_iter();
        Ok(told
            .map(|(team, told)| Recording { group: InsightGroup::of(team), figures: told.map(Into::into) })
            .collect())
    }

    async fn waits(&self, ctx: &Context<'_>) -> Answer<Vec<DaysToAppointment>> {
        let (reader, organisation) = (ctx.reader()?, ctx.viewer()?.organisation);
        let waits = store::waits::between(reader, organisation, &self.first_days, self.zone).await?;
        let told = rules::appointment::days_to_appointment(&waits, self.today).into_iter();
        // Whoever waits for no hub in particular is in the sum alone.
        let of_hubs = told.filter(|(hub, _)| *hub != Some(store::waits::ANY_HUB));
        Ok(of_hubs.map(|(hub, figures)| DaysToAppointment::of(hub, figures)).collect())
    }

    async fn differences(&self, ctx: &Context<'_>) -> Answer<Vec<DifferenceMadeBy>> {
        let heard = store::feedback::heard(ctx.reader()?, ctx.viewer()?.organisation, &self.first_days).await?;
        let heard: Vec<_> = heard.into_iter().map(|(heard, _)| heard).collect();
        let told = rules::feedback::difference_made_in_all(&heard).into_iter();
        Ok(told
            .map(|(team, told)| DifferenceMadeBy {
                group: InsightGroup::of(team),
                figures: told.as_ref().map(Into::into),
            })
            .collect())
    }

    async fn said(&self, ctx: &Context<'_>) -> Answer<SaidInTime> {
        let (Some(first), Some(last)) = (self.first_days.first(), self.last_day()) else {
            return Ok(rules::said_and_done::answered(&[], self.today).into());
        };
        let said = store::said::counted(ctx.reader()?, ctx.viewer()?.organisation, *first).await?;
        let of_period: Vec<_> = said.into_iter().filter(|(on, _)| *on <= last).collect();
        Ok(rules::said_and_done::answered(&of_period, self.today).into())
    }

    async fn take_ups(&self, ctx: &Context<'_>) -> Answer<Vec<TakeUp>> {
        let (Some(first), Some(last)) = (self.first_days.first(), self.last_day()) else { return Ok(vec![]) };
        let told = self.told(ctx).await?;
        let of_teams = self.teams_may_use(ctx, told).await?;
        let budgets = store::budget::during(ctx.reader()?, ctx.viewer()?.organisation, (*first, last)).await?;
        let budgets: HashMap<_, _> = budgets.into_iter().map(|budget| (budget.id, budget)).collect();
        let of = |group: &Group, figures: &Figures| {
            let may_use = match group {
                Group::Organisation => of_teams.values().copied().sum::<Option<i64>>().map(Money::from_pence),
                Group::Team(team) => of_teams.get(team).copied().flatten().map(Money::from_pence),
                Group::Budget(id) => budgets.get(id).map(|budget| self.share_of_allocation(budget, figures)),
            };
            TakeUpFigures::of(figures, may_use)
        };
        Ok(told
            .iter()
            .map(|(group, figures)| TakeUp {
                group: InsightGroup(*group),
                figures: figures.as_ref().map(|figures| of(group, figures)),
            })
            .collect())
    }

    /// What the people of each team that is told of may use, in pence.
    async fn teams_may_use(&self, ctx: &Context<'_>, told: &Told) -> Answer<BTreeMap<TeamId, Option<i64>>> {
        let (reader, now) = (ctx.reader()?, ctx.now()?);
        let organisation = ctx.viewer()?.organisation;
        let working = store::insight::working(reader, organisation).await?;
        let granted = store::authority::granted(reader, organisation, None, now).await?;
        let ever = (NaiveDate::MIN, NaiveDate::MAX);
        let teams = told.iter().filter_map(|(group, figures)| match (group, figures) {
            (Group::Team(team), Some(told)) => Some((*team, told)),
            _ => None,
        });
        Ok(teams
            .map(|(team, told)| {
                let days = rules::insight::days_told(&self.first_days, &told.months, ever, self.today);
                let people = working.iter().filter(|person| person.team_id == team);
                let each = people.map(|person| {
                    let rolling = store::insight::rolling_of(&granted, person, now);
                    rules::insight::may_use(&rolling, days).map(Money::pence)
                });
                (team, each.sum())
            })
            .collect())
    }

    /// A budget's allocation for the days of the months that are told.
    fn share_of_allocation(&self, budget: &busfare_entity::budget::Model, told: &Figures) -> Money {
        let period = (budget.period_start, budget.period_end);
        let days = rules::insight::days_told(&self.first_days, &told.months, period, self.today);
        let of_period = (period.1 - period.0).num_days() + 1;
        rules::insight::share_of(Money::from_pence(budget.allocated_pence), days, of_period)
    }
}

fn times_to_yes(told: &Told) -> Vec<TimeToYes> {
    let of = |(group, figures): (&Group, &Option<Figures>)| TimeToYes {
        group: InsightGroup(*group),
        figures: figures.as_ref().map(Into::into),
    };
    told.iter().map(of).collect()
}

fn break_glass_shares(told: &Told) -> Vec<BreakGlassShare> {
    let of = |(group, figures): (&Group, &Option<Figures>)| BreakGlassShare {
        group: InsightGroup(*group),
        figures: figures.as_ref().map(Into::into),
    };
    told.iter().filter(|(group, _)| !matches!(group, Group::Budget(_))).map(of).collect()
}
