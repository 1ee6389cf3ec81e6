//! Every figure as one table, for whoever works in a spreadsheet.

use std::collections::HashMap;

use async_graphql::Context;
use busfare_entity::words::{BudgetId, HubId, TeamId};

use super::{
    Insight, break_glass_shares,
    groups::{InsightGroup, MoneyShare, Share},
    times_to_yes,
};
use crate::{
    api::{
        context::{Answer, Asked},
        error::Problem,
        loaders::{self, Loaders},
        types::{
            money::Money,
            waits::{DaysSoFar, DaysToAppointmentFigures},
        },
    },
    rules::{cell::guarded, insight::Group},
};

const HEADINGS: [&str; 11] =
    ["from", "to", "figure", "group", "name", "people", "measure", "part", "whole", "value", "unit"];

/// The table.
pub(super) async fn csv(insight: &Insight, ctx: &Context<'_>) -> Answer<String> {
    let mut table = Table::default();
    money(insight, ctx, &mut table).await?;
    seconds(insight, ctx, &mut table).await?;
    voices(insight, ctx, &mut table).await?;
    days(insight, ctx, &mut table).await?;
    table.written(insight, ctx.loaders()?).await
}

async fn money(insight: &Insight, ctx: &Context<'_>, table: &mut Table) -> Answer<()> {
    let told = insight.told(ctx).await?;
    for row in times_to_yes(told) {
        let lines = row.figures.map(|told| {
            let lines = vec![
                Line::count("yeses", told.yeses),
                Line::value("medianSeconds", told.median_seconds, "seconds"),
                Line::value("p90Seconds", told.p90_seconds, "seconds"),
                Line::share("decidedByAsker", told.decided_by_asker),
            ];
            (told.people, lines)
        });
        table.add("timeToYes", row.group, lines);
    }
    for row in break_glass_shares(told) {
        let lines = row.figures.map(|told| {
            (told.people, vec![Line::share("spends", told.spends), Line::share_of_money("money", told.money)])
        });
        table.add("breakGlassShare", row.group, lines);
    }
    for row in insight.spendings(ctx).await? {
        let lines = row.figures.map(|told| {
            let mut lines = vec![
                Line::count("months", told.months),
                Line::money("authorised", told.authorised),
                Line::share_of_money("ofBudget", told.of_budget),
            ];
            lines.extend(told.before.map(|before| Line::money("before.spent", before.spent)));
            lines.extend(told.change_percent.map(|change| Line::value("changePercent", change.0, "percent")));
            (told.people, lines)
        });
        table.add("spending", row.group, lines);
    }
    for row in insight.take_ups(ctx).await? {
        let lines = row.figures.map(|told| {
            let mut lines = vec![Line::money("used", told.used)];
            lines.extend(told.may_use.map(|may_use| Line::money("mayUse", may_use)));
            lines.extend(told.percent.map(|percent| Line::value("percent", percent.0, "percent")));
            (told.people, lines)
        });
        table.add("takeUp", row.group, lines);
    }
    Ok(())
}

async fn seconds(insight: &Insight, ctx: &Context<'_>, table: &mut Table) -> Answer<()> {
    for row in insight.times_to_receipt(ctx).await? {
        let lines = row.figures.map(|told| {
            let median = Line::value("medianSeconds", told.median_seconds, "seconds");
            (told.people, vec![Line::count("spends", told.spends), median])
        });
        table.add("timeToReceipt", row.group, lines);
    }
    for row in insight.recordings(ctx).await? {
        let lines = row.figures.map(|told| {
            let lines = vec![
                Line::count("conversations", told.conversations),
                Line::count("timed", told.timed),
                Line::value("medianSeconds", told.median_seconds, "seconds"),
                Line::value("p90Seconds", told.p90_seconds, "seconds"),
                Line::share("questionsSpared", told.questions_spared),
            ];
            (told.people, lines)
        });
        table.add("recording", row.group, lines);
    }
    Ok(())
}

async fn voices(insight: &Insight, ctx: &Context<'_>, table: &mut Table) -> Answer<()> {
    for row in insight.differences(ctx).await? {
        let lines = row.figures.map(|told| {
            let said = told.told.iter().map(|count| Line {
                measure: async_graphql::resolver_utils::enum_value(count.difference).to_string(),
                part: count.count.to_string(),
                whole: told.answers.to_string(),
                unit: "answers",
                ..Line::default()
            });
            let others = Line::count("others", told.others);
            (told.people, said.chain([others]).collect())
        });
        table.add("differenceMade", row.group, lines);
    }
    let said = insight.said(ctx).await?;
    let lines = vec![
        Line::count("said", said.said),
        Line::count("answered", said.answered),
        Line::count("did", said.did),
        Line::share("inTime", said.in_time),
        Line::days("median", said.median),
        Line::value("oldestWaitingDays", said.oldest_waiting_days, "days"),
    ];
    table.put("saidInTime", Whose::Group(Group::Organisation), None, lines);
    Ok(())
}

async fn days(insight: &Insight, ctx: &Context<'_>, table: &mut Table) -> Answer<()> {
    for row in insight.waits(ctx).await? {
        let whose = row.hub.map_or(Whose::Group(Group::Organisation), Whose::Hub);
        let lines = row.figures.map(days_of);
        match lines {
            Some(lines) => table.put("daysToAppointment", whose, None, lines),
            None => table.put("daysToAppointment", whose, None, vec![Line::not_told()]),
        }
    }
    Ok(())
}

fn days_of(told: DaysToAppointmentFigures) -> Vec<Line> {
    vec![
        Line::count("waits", told.waits),
        Line::count("met", told.met),
        Line::count("stillWaiting", told.still_waiting),
        Line::value("oldestWaitingDays", told.oldest_waiting_days, "days"),
        Line::days("median", told.median),
        Line::days("p90", told.p90),
        Line::share("within14Days", told.within_14_days),
        Line::share("within7Days", told.within_7_days),
        Line::share("within3Days", told.within_3_days),
    ]
}

/// One measure.
#[derive(Debug, Default)]
struct Line {
    measure: String,
    part: String,
    whole: String,
    value: String,
    unit: &'static str,
}

impl Line {
    fn value(measure: &str, value: impl ToString, unit: &'static str) -> Self {
        Self { measure: measure.to_owned(), value: value.to_string(), unit, ..Self::default() }
    }

    fn count(measure: &str, count: i32) -> Self {
        Self::value(measure, count, "count")
    }

    fn money(measure: &str, money: Money) -> Self {
        Self::value(measure, money.amount.0, "GBP")
    }

    /// Days that may yet be more say so.
    fn days(measure: &str, days: DaysSoFar) -> Self {
        Self::value(measure, days.days, if days.at_least { "days at least" } else { "days" })
    }

    fn share(measure: &str, share: Share) -> Self {
        let (part, whole) = (share.part.to_string(), share.whole.to_string());
        Self { part, whole, ..Self::value(measure, share.percent.0, "percent") }
    }

    fn share_of_money(measure: &str, share: MoneyShare) -> Self {
        let (part, whole) = (share.part.amount.0.to_string(), share.whole.amount.0.to_string());
        Self { part, whole, ..Self::value(measure, share.percent.0, "percent of GBP") }
    }

    fn not_told() -> Self {
        Self::value("not told: too few people", "", "")
    }
}

/// Whose figures a line has.
#[derive(Clone, Copy, Debug)]
enum Whose {
    Group(Group),
    Hub(HubId),
}

/// The lines, each with the figure, whose it is and how many people they are.
#[derive(Debug, Default)]
struct Table(Vec<(&'static str, Whose, Option<i32>, Line)>);

impl Table {
    fn add(&mut self, figure: &'static str, group: InsightGroup, lines: Option<(i32, Vec<Line>)>) {
        let (people, lines) = match lines {
            Some((people, lines)) => (Some(people), lines),
            None => (None, vec![Line::not_told()]),
        };
        self.put(figure, Whose::Group(group.0), people, lines);
    }

    fn put(&mut self, figure: &'static str, whose: Whose, people: Option<i32>, lines: Vec<Line>) {
        self.0.extend(lines.into_iter().map(|line| (figure, whose, people, line)));
    }

    async fn written(self, insight: &Insight, loaders: &Loaders) -> Answer<String> {
        let names = Names::of(&self.0, loaders).await?;
        let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(vec![]);
        writer.write_record(HEADINGS).map_err(Problem::internal)?;
        let day = |day: Option<chrono::NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
        let (from, to) = (day(insight.first_days.first().copied()), day(insight.last_day()));
        for (figure, whose, people, line) in &self.0 {
            let (group, name) = names.of_whom(*whose);
            let people = people.map(|people| people.to_string()).unwrap_or_default();
            let cells = [
                &from,
                &to,
                *figure,
                group,
                &guarded(name),
                &people,
                &line.measure,
                &line.part,
                &line.whole,
                &line.value,
                line.unit,
            ];
            writer.write_record(cells).map_err(Problem::internal)?;
        }
        let bytes = writer.into_inner().map_err(|error| Problem::internal(error.into_error()))?;
        String::from_utf8(bytes).map_err(Problem::internal)
    }
}

/// What those are called whose figures stand in the table.
struct Names {
    teams: HashMap<TeamId, String>,
    budgets: HashMap<BudgetId, String>,
    hubs: HashMap<HubId, String>,
}

impl Names {
    async fn of(lines: &[(&'static str, Whose, Option<i32>, Line)], loaders: &Loaders) -> Answer<Self> {
        let (mut teams, mut budgets, mut hubs) = (vec![], vec![], vec![]);
        for (_, whose, ..) in lines {
            match whose {
                Whose::Group(Group::Organisation) => {}
                Whose::Group(Group::Team(team)) => teams.push(*team),
                Whose::Group(Group::Budget(budget)) => budgets.push(*budget),
                Whose::Hub(hub) => hubs.push(*hub),
            }
        }
        let teams = loaders::many(loaders, teams.into_iter()).await?;
        let budgets = loaders::many(loaders, budgets.into_iter()).await?;
        let hubs = loaders::many(loaders, hubs.into_iter()).await?;
        Ok(Self {
            teams: teams.into_iter().map(|(id, row)| (id, row.name)).collect(),
            budgets: budgets.into_iter().map(|(id, row)| (id, row.name)).collect(),
            hubs: hubs.into_iter().map(|(id, row)| (id, row.name)).collect(),
        })
    }

    fn of_whom(&self, whose: Whose) -> (&'static str, &str) {
        match whose {
            Whose::Group(Group::Organisation) => ("organisation", ""),
            Whose::Group(Group::Team(team)) => ("team", self.teams.get(&team).map_or("", String::as_str)),
            Whose::Group(Group::Budget(budget)) => ("budget", self.budgets.get(&budget).map_or("", String::as_str)),
            Whose::Hub(hub) => ("hub", self.hubs.get(&hub).map_or("", String::as_str)),
        }
    }
}
