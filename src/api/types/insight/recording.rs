//! Recording: how long a conversation takes to write down, and what nobody had to be asked again.

use async_graphql::SimpleObject;

use super::groups::{InsightGroup, Share, count, int, share};
use crate::rules;

/// What recording takes in a group. An app needs the scope `INSIGHT_READ`.
#[derive(Clone, Copy, Debug, SimpleObject)]
pub struct Recording {
    /// Whose figures these are: a team's, or the whole organisation's.
    pub group: InsightGroup,
    /// The figures; none where too few people took part.
    pub figures: Option<RecordingFigures>,
}

/// What recording takes in a group: of the records that were completed in months in which five people at least completed one.
/// An app needs the scope `INSIGHT_READ`.
#[derive(Clone, Copy, Debug, SimpleObject)]
pub struct RecordingFigures {
    /// How many people wrote; five at least.
    pub people: i32,
    /// How many records they completed: one is one conversation.
    pub conversations: i32,
    /// Of how many of them a phone said how long they took.
    pub timed: i32,
    /// The 50th percentile of the seconds in which somebody was busy with one, of those (nearest rank).
    pub median_seconds: i32,
    /// The 90th percentile.
    pub p90_seconds: i32,
    /// Questions that nobody was asked again because the answer was known and is still true, of all questions that were
    /// answered.
    pub questions_spared: Share,
}

impl From<rules::insight::Recording> for RecordingFigures {
    fn from(told: rules::insight::Recording) -> Self {
        Self {
            people: count(told.people),
            conversations: int(told.conversations),
            timed: int(told.timed),
            median_seconds: int(told.median_seconds),
            p90_seconds: int(told.p90_seconds),
            questions_spared: share(told.spared, told.answered),
        }
    }
}
