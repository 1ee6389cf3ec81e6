//! Retention: when what was written down must go, and never before. Every answer is kept for as long as its question says;
//! a record goes when nothing in it is left; a draft that nobody finishes goes after a warning. A legal hold keeps all of it.
//!
//! What goes is listed first, with its reasons, so that somebody can look before anything is gone.

mod draft;
mod refusal;

use busfare_entity::words::{Role, TeamId};
use chrono::{Days, NaiveDate};

pub use self::{
    draft::{
        DEFAULT_DRAFT_DAYS, Draft, EXTENSION_DAYS, FEWEST_DRAFT_DAYS, MOST_DRAFT_DAYS, WARNING_DAYS, Warning, extend,
        warnings,
    },
    refusal::{RetentionRefusal, hold},
};
use super::sight::Viewer;

/// Longest time that passes before a record is looked at again, so that what cannot be told today is not forgotten.
const LONGEST_LOOK: Days = Days::new(365);

/// A record with what is left in it. `R` and `A` name the record and its answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept<R, A> {
    /// Which record.
    pub record: R,
    /// From when its answers are kept.
    pub since: Since,
    /// Whether it is kept for a court, whatever the questions say.
    pub legal_hold: bool,
    /// The answers whose words are still there, each with all its revisions.
    pub answers: Vec<KeptAnswer<A>>,
}

/// An answer whose words are still there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeptAnswer<A> {
    /// Which.
    pub answer: A,
    /// For how many whole days its question keeps it. Below zero it is a mistake, and a mistake destroys nothing.
    pub retention_days: i32,
}

/// From when the answers of a record are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Since {
    /// From the day it was completed. What is corrected later does not begin again.
    Completed(NaiveDate),
    /// It is a draft: from the day it was last saved.
    Open(Draft),
}

/// Something that must go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leaving<R, A> {
    /// Of which record.
    pub record: R,
    /// What.
    pub what: What<A>,
    /// Why.
    pub why: Why,
    /// The first day on which it must not be there.
    pub due_on: NaiveDate,
}

/// What must go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum What<A> {
    /// The words of an answer, in every revision.
    Answer(A),
    /// The record with everything in it.
    Record,
}

/// Why something must go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// It was kept for as long as its question says.
    KeptLongEnough {
        /// From when.
        from: NaiveDate,
        /// For how many whole days.
        days: i32,
    },
    /// Nothing is left in the record.
    NothingLeft,
    /// Nobody finished the draft, and its owner was warned.
    DraftExpired {
        /// When somebody last wrote in it.
        last_saved: NaiveDate,
    },
}

/// What would go today.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DryRun<R, A> {
    /// What goes, oldest first; an answer before its record.
    pub goes: Vec<Leaving<R, A>>,
    /// What would go if no legal hold kept it, oldest first.
    pub held_back: Vec<Leaving<R, A>>,
}

/// Lists everything that must go, as of today.
pub fn dry_run<R: Copy, A: Copy>(records: &[Kept<R, A>], today: NaiveDate) -> DryRun<R, A> {
    let mut run = DryRun { goes: vec![], held_back: vec![] };
    for record in records {
        let list = if record.legal_hold { &mut run.held_back } else { &mut run.goes };
        list.extend(record.leaving().filter(|it| it.due_on <= today));
    }
    for list in [&mut run.goes, &mut run.held_back] {
        // The order of records, and of answers in them, stays where the day is the same.
        list.sort_by_key(|it| (it.due_on, it.what.is_record()));
    }
    run
}

impl<R: Copy, A: Copy> Kept<R, A> {
    /// The first day on which an answer must not be there; none where no such day can be told.
    pub fn answer_goes_on(&self, answer: &KeptAnswer<A>) -> Option<NaiveDate> {
        let days = answer.retention_days;
        let whole_days = u64::try_from(self.since.days(days)).ok().filter(|_| days >= 0)?;
        self.since.day().checked_add_days(Days::new(whole_days + 1))
    }

    /// The first day on which the record must not be there. A draft goes as a draft; any other when the last of its answers
    /// has gone, and where it has none, the day after it was completed.
    pub fn record_goes_on(&self) -> Option<NaiveDate> {
        match self.since {
            Since::Open(draft) => draft.goes_on(),
            Since::Completed(day) => {
                let next = day.succ_opt();
                self.answers
                    .iter()
                    .map(|answer| self.answer_goes_on(answer))
                    .fold(next, |last, goes| Some(last?.max(goes?)))
            }
        }
    }

    /// The day on which to look again, as of today: before it nothing is due and nobody is to be warned, whatever somebody
    /// writes in a draft meanwhile. Whoever completes a record, or writes in it after that, has it looked at at once.
    pub fn look_on(&self, today: NaiveDate) -> NaiveDate {
        let (warned_from, writing) = match self.since {
            Since::Open(draft) => (draft.warned_from(), today.checked_add_days(draft::QUIET)),
            Since::Completed(_) => (None, None),
        };
        let goes = self.answers.iter().map(|answer| self.answer_goes_on(answer));
        let days = goes.chain([self.record_goes_on(), warned_from]).flatten().filter(|day| *day > today);
        days.chain(writing).chain(today.checked_add_days(LONGEST_LOOK)).min().unwrap_or(NaiveDate::MAX)
    }

    fn leaving(&self) -> impl Iterator<Item = Leaving<R, A>> {
        let leaves = |what, why, due_on| Leaving { record: self.record, what, why, due_on };
        let answers = self.answers.iter().filter_map(move |answer| {
            let why = Why::KeptLongEnough { from: self.since.day(), days: self.since.days(answer.retention_days) };
            Some(leaves(What::Answer(answer.answer), why, self.answer_goes_on(answer)?))
        });
        let why = match self.since {
            Since::Completed(_) => Why::NothingLeft,
            Since::Open(draft) => Why::DraftExpired { last_saved: draft.last_saved },
        };
        answers.chain(self.record_goes_on().map(|due_on| leaves(What::Record, why, due_on)))
    }
}

/// Whether somebody may say that a record of a team is kept for a court, or need not be any more.
pub fn may_hold(viewer: &Viewer, in_group: bool, team: TeamId) -> Result<(), RetentionRefusal> {
    let leads = viewer.role == Role::Senior && viewer.team == team;
    if in_group || leads { Ok(()) } else { Err(RetentionRefusal::ForThePracticeGroup) }
}

/// Whether somebody may see what is due, and have it taken away.
pub fn may_purge(in_group: bool) -> Result<(), RetentionRefusal> {
    if in_group { Ok(()) } else { Err(RetentionRefusal::ForThePracticeGroup) }
}

impl Since {
    fn day(&self) -> NaiveDate {
        match self {
            Self::Completed(day) => *day,
            Self::Open(draft) => draft.last_saved,
        }
    }

    /// For how many days something is kept that its question keeps for so many. What somebody is still writing is not taken
    /// from under her hands.
    fn days(&self, retention_days: i32) -> i32 {
        match self {
            Self::Completed(_) => retention_days,
            Self::Open(_) => retention_days.max(FEWEST_DRAFT_DAYS),
        }
    }
}

impl<A> What<A> {
    fn is_record(&self) -> bool {
        matches!(self, Self::Record)
    }
}

#[cfg(test)]
#[path = "retention_tests.rs"]
mod tests;
