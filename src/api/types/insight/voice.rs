//! Voices: what difference it made, and whether what staff say is answered in time.

use async_graphql::SimpleObject;
use busfare_entity::words::DifferenceMade as Difference;

use super::groups::{InsightGroup, Share, count, int, share};
use crate::{
    api::types::{feedback::DifferenceCount, waits::DaysSoFar},
    rules::{insight::InParts, said_and_done::Answered},
};

/// What difference it made to the people whom a group helped. An app needs the scope `INSIGHT_READ`.
#[derive(Clone, Debug, SimpleObject)]
pub struct DifferenceMadeBy {
    /// Whose figures these are: a team's, or the whole organisation's.
    pub group: InsightGroup,
    /// The figures; none where too few people said.
    pub figures: Option<DifferenceMadeFigures>,
}

/// What difference it made, as people said themselves on a page that needs no name: of the months in which they were asked
/// and five at least of those whom a team helped said it. An app needs the scope `INSIGHT_READ`.
#[derive(Clone, Debug, SimpleObject)]
pub struct DifferenceMadeFigures {
    /// How many people said; five at least. Who was helped by two teams counts with each.
    pub people: i32,
    /// How many answers there are: the denominator of each.
    pub answers: i32,
    /// How often each answer was given, as far as it may be told.
    pub told: Vec<DifferenceCount>,
    /// How many answers there are of which it is not told what they said.
    pub others: i32,
}

impl From<&InParts<Difference>> for DifferenceMadeFigures {
    fn from(told: &InParts<Difference>) -> Self {
        Self {
            people: count(told.people),
            answers: int(told.parts.values().sum::<i64>() + told.others),
            told: told.parts.iter().map(|(said, count)| DifferenceCount { difference: *said, count: *count }).collect(),
            others: int(told.others),
        }
    }
}

/// How soon what staff say is answered: of everything that was said in the period. Everybody sees each of them, so nothing is
/// kept back. An app needs the scope `INSIGHT_READ`.
#[derive(Clone, Copy, Debug, SimpleObject)]
pub struct SaidInTime {
    /// How much was said.
    pub said: i32,
    /// How much of it was answered.
    pub answered: i32,
    /// How much of it was done.
    pub did: i32,
    /// Answered within 14 days, of what was answered or is due.
    pub in_time: Share,
    /// The 50th percentile of days to an answer (nearest rank); what waits counts with its days so far.
    pub median: DaysSoFar,
    /// How many days the oldest that waits has waited; 0 where nothing does.
    pub oldest_waiting_days: i32,
}

impl From<Answered> for SaidInTime {
    fn from(counted: Answered) -> Self {
        Self {
            said: int(counted.said),
            answered: int(counted.answered),
            did: int(counted.did),
            in_time: share(counted.in_time, counted.in_time_known),
            median: counted.median_days.into(),
            oldest_waiting_days: int(counted.oldest_waiting_days),
        }
    }
}
