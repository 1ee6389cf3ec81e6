//! What can be read about teams, what people say afterwards, and what a team says, learns and keeps to.

use std::collections::BTreeSet;

use async_graphql::{Context, ID, Object};
use busfare_entity::words::{Due, TeamId};
use chrono::{Months, NaiveDate, TimeDelta};

use super::insight::months;
use crate::{
    api::{
        context::{Answer, Asked, id},
        scalars::Date,
        today::today,
        types::{
            connection::{FIRST, ReflectionConnection, SaidConnection, page},
            feedback::TeamVoice,
            people::Team,
            policy::Policy,
            promise::{FollowUps, Promise},
            said::SaidFigures,
        },
    },
    rules::{feedback, follow_up, insight, said_and_done},
    store,
};

/// Most promises in one answer.
const MOST_PROMISES: u64 = 500;
/// Most of people's own words about one team in one answer.
const MOST_WORDS: usize = 100;

/// What can be read about voices.
#[derive(Default)]
pub struct VoiceQuery;

#[Object]
impl VoiceQuery {
    /// The teams of the organisation, by name, at most 500. An app needs the scope `TEAM_READ`.
    async fn teams(&self, ctx: &Context<'_>) -> Answer<Vec<Team>> {
        let teams = store::team::all(ctx.reader()?, ctx.viewer()?.organisation).await?;
        Ok(teams.into_iter().map(Team).collect())
    }

    /// What a team said it would do and has still to do, and how it follows up. An app needs the scope `RECORDS_READ`.
    async fn follow_ups(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "The team; the viewer's where none is named. What she may not see of another's is not there."
        )]
        team_id: Option<ID>,
        #[graphql(desc = "What is due then; all of it where nothing is said.")] due: Option<Due>,
    ) -> Answer<FollowUps> {
        let (viewer, now, today) = (ctx.viewer()?, ctx.now()?, today(ctx).await?);
        let team: TeamId = team_id.as_ref().map(id).transpose()?.unwrap_or(viewer.team);
        let open = store::promise::open_in(ctx.reader()?, &viewer, team, days_of(due, today), (now, MOST_PROMISES));
        let promises = open.await?.into_iter().map(Promise).collect();

        let months = insight::months(a_year_before(today), today).unwrap_or_default();
        let counted = store::promise::counted(ctx.reader()?, (viewer.organisation, team), &months).await?;
        let figures = follow_up::followed_up(&counted, today).remove(&team).flatten();
        Ok(FollowUps { promises, figures: figures.map(Into::into) })
    }

    /// You said, we did: what staff said, newest first, with what came of it. Everybody of the organisation reads it. An app
    /// needs the scope `TEAM_READ`.
    async fn said(
        &self,
        ctx: &Context<'_>,
        #[graphql(default, desc = "With `true` only what waits for an answer, the oldest first.")] waiting: bool,
        #[graphql(default_with = "Some(FIRST)", desc = "How many, 1 to 100.")] first: Option<i32>,
        #[graphql(desc = "Continue after this cursor.")] after: Option<String>,
    ) -> Answer<SaidConnection> {
        let (viewer, page) = (ctx.viewer()?, page(first, after.as_deref())?);
        let said = if waiting {
            store::said::waiting(ctx.reader()?, viewer.organisation, page).await?
        } else {
            store::said::all(ctx.reader()?, viewer.organisation, page).await?
        };
        Ok(SaidConnection::new(said, page))
    }

    /// How soon what staff say is answered. An app needs the scope `TEAM_READ`.
    async fn said_figures(&self, ctx: &Context<'_>) -> Answer<SaidFigures> {
        let (viewer, today) = (ctx.viewer()?, today(ctx).await?);
        let said = store::said::counted(ctx.reader()?, viewer.organisation, a_year_before(today)).await?;
        Ok(said_and_done::answered(&said, today).into())
    }

    /// Policies on a page, the last to start first, at most 500: what everybody was told, and the viewer's drafts. An app
    /// needs the scope `TEAM_READ`.
    async fn policies(
        &self,
        ctx: &Context<'_>,
        #[graphql(default, desc = "Whether those that have ended are in it.")] ended: bool,
    ) -> Answer<Vec<Policy>> {
        let (viewer, today) = (ctx.viewer()?, today(ctx).await?);
        let policies = store::policy::all(ctx.reader()?, &viewer, (!ended).then_some(today)).await?;
        Ok(policies.into_iter().map(Policy).collect())
    }

    /// Reflections among colleagues that the viewer takes part in, newest first. It is not an app's to use.
    async fn reflections(
        &self,
        ctx: &Context<'_>,
        #[graphql(default_with = "Some(FIRST)", desc = "How many, 1 to 100.")] first: Option<i32>,
        #[graphql(desc = "Continue after this cursor.")] after: Option<String>,
    ) -> Answer<ReflectionConnection> {
        let (viewer, page) = (ctx.viewer()?, page(first, after.as_deref())?);
        let reflections = store::reflection::page(ctx.reader()?, &viewer, page).await?;
        Ok(ReflectionConnection::new(reflections, page))
    }

    /// What the people who were helped say of each team, as far as it may be told, over whole months in which they were
    /// asked. Every practitioner of the organisation may look. An app needs the scope `TEAM_READ`.
    async fn voices(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Any day of the first month.")] from: Date,
        #[graphql(desc = "Any day of the last month; at most 24 months are.")] to: Date,
    ) -> Answer<Vec<TeamVoice>> {
        let viewer = ctx.viewer()?;
        let months = months(from.0, to.0)?;
        let said = store::feedback::heard(ctx.reader()?, viewer.organisation, &months).await?;
        Ok(told(&said))
    }
}

/// The days, after one and until another, on which something is due.
fn days_of(due: Option<Due>, today: NaiveDate) -> (Option<NaiveDate>, Option<NaiveDate>) {
    let (yesterday, week) = (today.pred_opt(), today + TimeDelta::days(7));
    match due {
        None => (None, None),
        Some(Due::Overdue) => (None, yesterday),
        Some(Due::Today) => (yesterday, Some(today)),
        Some(Due::ThisWeek) => (Some(today), Some(week)),
        Some(Due::Later) => (Some(week), None),
    }
}

fn a_year_before(today: NaiveDate) -> NaiveDate {
    today.checked_sub_months(Months::new(11)).unwrap_or(today)
}

fn told(said: &[(feedback::Heard<[u8; 32]>, Option<String>)]) -> Vec<TeamVoice> {
    let heard: Vec<_> = said.iter().map(|(heard, _)| *heard).collect();
    let (mut difference, mut kept_word) = (feedback::difference_made(&heard), feedback::word_kept(&heard));
    let wrote: Vec<_> = said.iter().filter_map(|(heard, words)| Some((heard, words.as_deref()?))).collect();
    let in_company = insight::in_company(&wrote, |(heard, _)| ((heard.team, heard.month), heard.person));
    let teams: BTreeSet<TeamId> = heard.iter().map(|heard| heard.team).collect();
    let voice = |team: TeamId| {
        let hers = in_company.iter().filter(|(heard, _)| heard.team == team).map(|(_, words)| *words);
        let mut words: Vec<String> = hers.map(str::to_owned).collect();
        words.sort_unstable();
        words.truncate(MOST_WORDS);
        let (difference, kept_word) = (difference.remove(&team).flatten(), kept_word.remove(&team).flatten());
        TeamVoice { team, difference, kept_word, words }
    };
    teams.into_iter().map(voice).collect()
}
