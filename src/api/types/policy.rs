//! Policies on a page, with what people think of them before they start.

use async_graphql::{Context, ID, Object};
use busfare_entity::{policy, policy_comment, words::PolicyState};

use super::people::Practitioner;
use crate::{
    api::{
        context::{Answer, Asked},
        loaders::{self, CommentsOn, ReplacedBy},
        scalars::{Date, DateTime},
        today::today,
    },
    rules::{self, policy::Dates},
};

/// The days of a policy.
pub fn dates(row: &policy::Model) -> Dates {
    Dates { told_on: row.told_on, starts_on: row.starts_on, review_on: row.review_on, ended_on: row.ended_on }
}

/// A comment on a policy.
pub struct PolicyComment(pub policy_comment::Model);

/// A comment on a policy, from before it started. An app needs the scope `TEAM_READ`.
#[Object]
impl PolicyComment {
    /// The words.
    async fn words(&self) -> &str {
        &self.0.words
    }

    /// Whose words they are.
    async fn author(&self, ctx: &Context<'_>) -> Answer<Practitioner> {
        loaders::must(ctx.loaders()?, self.0.author_id).await.map(Practitioner)
    }

    /// When they were written.
    async fn commented_at(&self) -> DateTime {
        DateTime(self.0.commented_at)
    }
}

/// One version of a policy on a page.
pub struct Policy(pub policy::Model);

/// One version of a policy on a page: at most 400 words, told 14 days before it starts, and looked at again. What was told
/// stays as it was read; another version takes its place. An app needs the scope `TEAM_READ`.
#[Object]
impl Policy {
    /// Its id, `plcy_` and 26 characters.
    async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    /// What it is called.
    async fn title(&self) -> &str {
        &self.0.title
    }

    /// What it says.
    async fn words(&self) -> &str {
        &self.0.words
    }

    /// How many words there are to read.
    async fn word_count(&self) -> i32 {
        i32::try_from(rules::policy::word_count(&self.0.words)).unwrap_or(i32::MAX)
    }

    /// Who answers for it.
    async fn owner(&self, ctx: &Context<'_>) -> Answer<Practitioner> {
        loaders::must(ctx.loaders()?, self.0.owner_id).await.map(Practitioner)
    }

    /// Where it stands today.
    async fn state(&self, ctx: &Context<'_>) -> Answer<PolicyState> {
        Ok(rules::policy::state(dates(&self.0), today(ctx).await?))
    }

    /// On which day everybody was told; none while it is being written.
    async fn told_on(&self) -> Option<Date> {
        self.0.told_on.map(Date)
    }

    /// When it starts.
    async fn starts_on(&self) -> Date {
        Date(self.0.starts_on)
    }

    /// When it is looked at again.
    async fn review_on(&self) -> Date {
        Date(self.0.review_on)
    }

    /// From which day on it does not hold any more.
    async fn ended_on(&self) -> Option<Date> {
        self.0.ended_on.map(Date)
    }

    /// The version whose place it takes on the day it starts.
    async fn replaces(&self, ctx: &Context<'_>) -> Answer<Option<Policy>> {
        match self.0.replaces_id {
            Some(before) => Ok(loaders::maybe(ctx.loaders()?, before).await?.map(Policy)),
            None => Ok(None),
        }
    }

    /// The version that takes its place, once people were told of that.
    async fn replaced_by(&self, ctx: &Context<'_>) -> Answer<Option<Policy>> {
        let rows = loaders::maybe(ctx.loaders()?, ReplacedBy(self.0.id)).await?.unwrap_or_default();
        Ok(rows.into_iter().next().map(Policy))
    }

    /// What people said of it before it started, oldest first, at most 500.
    async fn comments(&self, ctx: &Context<'_>) -> Answer<Vec<PolicyComment>> {
        let rows = loaders::maybe(ctx.loaders()?, CommentsOn(self.0.id)).await?.unwrap_or_default();
        Ok(rows.into_iter().map(PolicyComment).collect())
    }
}
