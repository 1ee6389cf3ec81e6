//! Following up: what we said we would do, and by when. A promise is kept or not needed any more; it is never deleted.

use busfare_entity::words::{Due, FollowUpErrorCode, FollowUpId, Language, PractitionerId, PromiseState, TeamId};
use chrono::{Months, NaiveDate, TimeDelta};
use std::collections::BTreeMap;

use super::{
    insight::{AtLeast, in_company, per_mille, so_far},
    refusal::{Refusal, say, say_id_used, say_key_reused, say_text},
    text::{self, TextProblem},
};

/// Most characters of a promise.
pub const PROMISE_CHARS: usize = 200;
/// How far ahead a promise is made.
pub const DUE_MONTHS: u32 = 12;
/// Most promises of one record.
pub const MOST_PROMISES: usize = 20;

/// What we said we would do, and by when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Promise {
    /// What.
    pub what: String,
    /// By which day.
    pub due: NaiveDate,
}

impl Promise {
    /// Parses what the phone sent.
    pub fn try_new(what: &str, due: NaiveDate, so_far: usize, today: NaiveDate) -> Result<Self, FollowUpRefusal> {
        let what = text::plain(what, PROMISE_CHARS).map_err(FollowUpRefusal::What)?;
        let what = what.ok_or(FollowUpRefusal::PromiseNeeded)?;
        let last = today.checked_add_months(Months::new(DUE_MONTHS)).unwrap_or(today);
        if due < today || due > last {
            return Err(FollowUpRefusal::DueOutOfRange);
        }
        if so_far >= MOST_PROMISES {
            return Err(FollowUpRefusal::TooManyPromises);
        }
        Ok(Self { what, due })
    }
}

/// Where a promise goes from where it stands: once it is settled it stays so.
pub fn settle(from: PromiseState, to: PromiseState) -> Result<PromiseState, FollowUpRefusal> {
    match (from, to) {
        (PromiseState::Open, PromiseState::Kept | PromiseState::NotNeeded) => Ok(to),
        _ => Err(FollowUpRefusal::SettledAlready),
    }
}

/// When a promise is due, seen from today.
pub fn due(on: NaiveDate, today: NaiveDate) -> Due {
    match on.signed_duration_since(today) {
        left if left < TimeDelta::zero() => Due::Overdue,
        left if left.is_zero() => Due::Today,
        left if left <= TimeDelta::days(7) => Due::ThisWeek,
        _ => Due::Later,
    }
}

/// What comes first on a team's list: what is due first, and of that what was promised first.
pub fn list_order(on: NaiveDate, id: FollowUpId) -> impl Ord {
    (on, id)
}

/// One promise, as it counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Promised {
    /// In which team.
    pub team: TeamId,
    /// In which month of the period it was made, from 0.
    pub month: usize,
    /// Who made it.
    pub by: PractitionerId,
    /// On which day.
    pub on: NaiveDate,
    /// For which day.
    pub due: NaiveDate,
    /// On which day it was kept; none while it is open.
    pub kept: Option<NaiveDate>,
}

/// How a team follows up; over the months that may be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FollowedUp {
    /// How many promises.
    pub promises: i64,
    /// How many of them are still open.
    pub open: i64,
    /// How many days after it was made one is kept, in the middle.
    pub median_days: AtLeast,
    /// How many in a thousand were kept by their day, of those whose day has come.
    pub in_time_per_mille: i64,
    /// Of how many the day has come, or they were kept before.
    pub come: i64,
}

/// Sums what may be told of each team with a promise: its months in which five people made some. Whatever is not needed any
/// more is not among them. None for a team that is too small.
pub fn followed_up(promises: &[Promised], today: NaiveDate) -> BTreeMap<TeamId, Option<FollowedUp>> {
    let mut told: BTreeMap<TeamId, Vec<&Promised>> = promises.iter().map(|promise| (promise.team, vec![])).collect();
    for promise in in_company(promises, |promise| ((promise.team, promise.month), promise.by)) {
        told.entry(promise.team).or_default().push(promise);
    }
    told.into_iter().map(|(team, promises)| (team, sum(&promises, today))).collect()
}

fn sum(promises: &[&Promised], today: NaiveDate) -> Option<FollowedUp> {
    let count = |which: &dyn Fn(&Promised) -> bool| {
        i64::try_from(promises.iter().filter(|promise| which(promise)).count()).unwrap_or(i64::MAX)
    };
    let days = |promise: &&Promised| {
        let until = promise.kept.unwrap_or(today);
        (until.signed_duration_since(promise.on).num_days().max(0), promise.kept.is_none())
    };
    let in_time = |promise: &Promised| promise.kept.is_some_and(|kept| kept <= promise.due);
    let come = count(&|promise| promise.kept.is_some() || promise.due < today);
    (!promises.is_empty()).then(|| FollowedUp {
        promises: count(&|_| true),
        open: count(&|promise| promise.kept.is_none()),
        median_days: so_far(&promises.iter().map(days).collect::<Vec<_>>(), 50),
        in_time_per_mille: per_mille(count(&in_time), come),
        come,
    })
}

/// Why a promise is not noted or changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FollowUpRefusal {
    /// The id belongs to something else.
    IdAlreadyUsed,
    /// The key was used with another input.
    IdempotencyKeyReused,
    /// What was promised cannot be kept.
    What(TextProblem),
    /// It is not said what was promised.
    PromiseNeeded,
    /// Before today, or more than a year ahead.
    DueOutOfRange,
    /// It was kept, or is not needed, already.
    SettledAlready,
    /// As many as one record keeps.
    TooManyPromises,
}

impl Refusal for FollowUpRefusal {
    type Code = FollowUpErrorCode;

    fn code(&self) -> FollowUpErrorCode {
        match self {
            Self::IdAlreadyUsed => FollowUpErrorCode::IdAlreadyUsed,
            Self::IdempotencyKeyReused => FollowUpErrorCode::IdempotencyKeyReused,
            Self::What(TextProblem::TooLong(_)) => FollowUpErrorCode::TextTooLong,
            Self::What(TextProblem::NotPlain) => FollowUpErrorCode::TextNotPlain,
            Self::PromiseNeeded => FollowUpErrorCode::PromiseNeeded,
            Self::DueOutOfRange => FollowUpErrorCode::DueOutOfRange,
            Self::SettledAlready => FollowUpErrorCode::SettledAlready,
            Self::TooManyPromises => FollowUpErrorCode::TooManyPromises,
        }
    }

    fn field(&self) -> &'static [&'static str] {
        match self {
            Self::IdAlreadyUsed => &["id"],
            Self::IdempotencyKeyReused => &["idempotencyKey"],
            Self::What(_) | Self::PromiseNeeded => &["what"],
            Self::DueOutOfRange => &["due"],
            Self::SettledAlready => &["followUpId"],
            Self::TooManyPromises => &["recordId"],
        }
    }

    fn words(&self, language: Language) -> String {
        let (en, cy) = match self {
            Self::IdAlreadyUsed => return say_id_used(language),
            Self::IdempotencyKeyReused => return say_key_reused(language),
            Self::What(problem) => return say_text(*problem, language),
            Self::PromiseNeeded => ("Say what we said we would do.", "Dywedwch beth y dywedom y byddem yn ei wneud."),
            Self::DueOutOfRange => (
                "Pick the day by which we do it: from today on, and within a year.",
                "Dewiswch y dydd erbyn pryd y gwnawn hyn: o heddiw ymlaen, ac o fewn blwyddyn.",
            ),
            Self::SettledAlready => (
                "That is settled by now. Note a new one if there is more to do.",
                "Mae hynny wedi'i setlo. Nodwch un newydd os oes mwy i'w wneud.",
            ),
            Self::TooManyPromises => (
                "Twenty stand here as it is. Keep some of them first.",
                "Mae ugain yma eisoes. Cadwch rai ohonynt yn gyntaf.",
            ),
        };
        say(language, en, cy)
    }
}

#[cfg(test)]
#[path = "follow_up_tests.rs"]
mod tests;
