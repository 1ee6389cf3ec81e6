//! You said, we did: what staff said, with what came of it.

use async_graphql::{Context, ID, Object, SimpleObject};
use busfare_entity::{said, words::DoneAboutIt};

use super::people::Practitioner;
use crate::{
    api::{
        context::{Answer, Asked},
        loaders,
        scalars::{Date, DateTime},
        today::today,
    },
    rules::{self, said_and_done::Answered},
};

/// Something that staff said.
pub struct YouSaid(pub said::Model);

/// Something that staff said, with what came of it. Everybody who works in the organisation sees both. An app needs the scope
/// `TEAM_READ`.
#[Object]
impl YouSaid {
    /// Its id, `usay_` and 26 characters.
    async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    /// What was said.
    async fn words(&self) -> &str {
        &self.0.words
    }

    /// Who said it.
    async fn said_by(&self, ctx: &Context<'_>) -> Answer<Practitioner> {
        loaders::must(ctx.loaders()?, self.0.said_by).await.map(Practitioner)
    }

    /// When.
    async fn said_at(&self) -> DateTime {
        DateTime(self.0.said_at)
    }

    /// By which day it has an answer: within 14 days.
    async fn due_on(&self) -> Date {
        Date(rules::said_and_done::due(self.0.said_on))
    }

    /// Whether that day is over and there is none.
    async fn late(&self, ctx: &Context<'_>) -> Answer<bool> {
        Ok(rules::said_and_done::is_late(self.0.said_on, self.0.answered_on, today(ctx).await?))
    }

    /// What came of it; none while it waits.
    async fn done(&self) -> Option<DoneAboutIt> {
        self.0.done
    }

    /// What was done, or why it will not be.
    async fn answer(&self) -> Option<&str> {
        self.0.answer.as_deref()
    }

    /// Who answered.
    async fn answered_by(&self, ctx: &Context<'_>) -> Answer<Option<Practitioner>> {
        match self.0.answered_by {
            Some(who) => loaders::must(ctx.loaders()?, who).await.map(|row| Some(Practitioner(row))),
            None => Ok(None),
        }
    }

    /// When.
    async fn answered_at(&self) -> Option<DateTime> {
        self.0.answered_at.map(DateTime)
    }
}

/// How soon what staff say is answered: of all that was said in the last twelve months. An app needs the scope `TEAM_READ`.
#[derive(Clone, Copy, SimpleObject)]
pub struct SaidFigures {
    /// How much was said.
    said: i64,
    /// How much of it was answered.
    answered: i64,
    /// How much of it was done.
    did: i64,
    /// How many days an answer takes in the middle; what waits counts with its days so far.
    median_days: i64,
    /// Whether something that waits is in that, so that it will be no less and may be more.
    at_least: bool,
    /// How much in a thousand was answered within 14 days, of what was answered or is due.
    in_time_per_mille: i64,
    /// Of how much that is.
    in_time_of: i64,
    /// How many days the oldest that waits has waited.
    oldest_waiting_days: i64,
}

impl From<Answered> for SaidFigures {
    fn from(counted: Answered) -> Self {
        Self {
            said: counted.said,
            answered: counted.answered,
            did: counted.did,
            median_days: counted.median_days.days,
            at_least: counted.median_days.at_least,
            in_time_per_mille: counted.in_time_per_mille,
            in_time_of: counted.in_time_known,
            oldest_waiting_days: counted.oldest_waiting_days,
        }
    }
}
