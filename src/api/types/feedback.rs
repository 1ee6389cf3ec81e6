//! The person's voice: links with which somebody says how it was, and what was said of teams.

use async_graphql::{Context, Object, SimpleObject};
use busfare_entity::words::{DidWeKeepOurWord, DifferenceMade, FeedbackId, TeamId};
use chrono::Utc;
use serde::{Deserialize, Serialize};

use super::people::Team;
use crate::{
    api::{
        context::{Answer, Asked},
        error::Problem,
        loaders,
        scalars::{DateTime, Url},
    },
    rules::insight::InParts,
};

/// What was asked and when: the address follows from it, and is kept nowhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// What.
    pub id: FeedbackId,
    /// When.
    pub at: chrono::DateTime<Utc>,
}

/// An address for somebody who was helped.
pub struct FeedbackLink(pub Link);

/// An address for somebody who was helped, to say how it was: once, without signing in, within 60 days. Send it to nobody
/// else; it tells nothing about anybody. It is not an app's to use.
#[Object]
impl FeedbackLink {
    /// The address on this server, a page of two questions in English and Welsh that needs no JavaScript.
    async fn url(&self, ctx: &Context<'_>) -> Answer<Url> {
        let (token, _) = ctx.state()?.key.issue_feedback(self.0.id, self.0.at).map_err(Problem::internal)?;
        Ok(Url(format!("/feedback/{token}")))
    }

    /// Until when it can be answered.
    async fn expires_at(&self) -> DateTime {
        DateTime(self.0.at + crate::rules::token::feedback::LIFE)
    }
}

/// How often one answer was given. An app needs the scope `INSIGHT_READ`.
#[derive(Clone, Copy, Debug, SimpleObject)]
pub struct DifferenceCount {
    /// What difference it made.
    pub difference: DifferenceMade,
    /// How often that was said.
    pub count: i64,
}

/// How often one answer was given. An app needs the scope `TEAM_READ`.
#[derive(Clone, Copy, SimpleObject)]
pub struct KeptWordCount {
    /// Whether we did what we said we would.
    kept_word: DidWeKeepOurWord,
    /// How often that was said.
    count: i64,
}

/// What people said who were helped by a team.
pub struct TeamVoice {
    /// Which team.
    pub team: TeamId,
    /// What difference it made.
    pub difference: Option<InParts<DifferenceMade>>,
    /// Whether we kept our word.
    pub kept_word: Option<InParts<DidWeKeepOurWord>>,
    /// What else they said.
    pub words: Vec<String>,
}

/// What people said who were helped by a team: of the months in which five people at least said something, and in parts only
/// as far as no part, and nothing that is left over, tells of fewer. An app needs the scope `TEAM_READ`.
#[Object]
impl TeamVoice {
    /// The team.
    async fn team(&self, ctx: &Context<'_>) -> Answer<Team> {
        loaders::must(ctx.loaders()?, self.team).await.map(Team)
    }

    /// What difference it made, answer by answer; none where that would tell of fewer than five people.
    async fn difference_made(&self) -> Option<Vec<DifferenceCount>> {
        let told = self.difference.as_ref()?;
        Some(
            told.parts
                .iter()
                .map(|(difference, count)| DifferenceCount { difference: *difference, count: *count })
                .collect(),
        )
    }

    /// How many more said what difference it made, of whom it is not told what they said.
    async fn difference_made_others(&self) -> Option<i64> {
        Some(self.difference.as_ref()?.others)
    }

    /// Whether we did what we said we would, answer by answer; none where that would tell of fewer than five people.
    async fn kept_our_word(&self) -> Option<Vec<KeptWordCount>> {
        let told = self.kept_word.as_ref()?;
        Some(
            told.parts
                .iter()
                .map(|(kept_word, count)| KeptWordCount { kept_word: *kept_word, count: *count })
                .collect(),
        )
    }

    /// How many more said whether we did, of whom it is not told what they said.
    async fn kept_our_word_others(&self) -> Option<i64> {
        Some(self.kept_word.as_ref()?.others)
    }

    /// What they said in their own words, at most 100, in no order: of months in which five people at least wrote some.
    async fn words(&self) -> Vec<&str> {
        self.words.iter().map(String::as_str).collect()
    }
}
