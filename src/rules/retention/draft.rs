//! Drafts that nobody finishes: how long they are kept, when their owners are warned, and how far they may be extended.

use busfare_entity::words::PractitionerId;
use chrono::{Days, NaiveDate};

use super::{Kept, RetentionRefusal, Since};

/// Fewest whole days that a draft is kept after it was last saved, whatever an organisation sets.
pub const FEWEST_DRAFT_DAYS: i32 = 30;
/// For how long nobody is to be warned of a draft, nor anything of it due, after somebody wrote in it.
pub(super) const QUIET: Days = Days::new(FEWEST_DRAFT_DAYS.unsigned_abs() as u64 - WARNING_DAYS);
/// How many days a draft is kept where an organisation sets nothing else.
pub const DEFAULT_DRAFT_DAYS: i32 = 90;
/// Most days that a draft is kept after it was last saved, with every extension.
pub const MOST_DRAFT_DAYS: i32 = 365;
/// How many whole days before a draft goes its owner is warned.
pub const WARNING_DAYS: u64 = 14;
/// By how many days an owner extends a draft.
pub const EXTENSION_DAYS: u64 = 30;

/// A record that is not completed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Draft {
    /// The day somebody last wrote in it. Whoever writes in it again begins its time again.
    pub last_saved: NaiveDate,
    /// How many days the organisation keeps drafts; see [`DEFAULT_DRAFT_DAYS`].
    pub keep_days: i32,
    /// Until when its owner has extended it.
    pub extended_to: Option<NaiveDate>,
    /// The day its owner was last warned.
    pub warned_on: Option<NaiveDate>,
}

impl Draft {
    /// The last day on which it is surely there.
    pub fn expires_on(&self) -> Option<NaiveDate> {
        let kept = self.after(self.keep_days.clamp(FEWEST_DRAFT_DAYS, MOST_DRAFT_DAYS))?;
        Some(self.extended_to.map_or(kept, |extended| kept.max(extended)).min(self.after(MOST_DRAFT_DAYS)?))
    }

    /// The first day on which its owner is warned.
    pub fn warned_from(&self) -> Option<NaiveDate> {
        self.expires_on()?.checked_sub_days(Days::new(WARNING_DAYS))
    }

    /// Whether its owner is to be warned today. A warning from before she wrote in it again, or extended it, is none.
    pub fn needs_warning(&self, today: NaiveDate) -> bool {
        self.warning().is_none() && self.warned_from().is_some_and(|from| from <= today)
    }

    /// The first day on which it must not be there. None as long as nobody was warned: it waits for that, and then for as
    /// long as a warning is due, however late the warning came.
    pub fn goes_on(&self) -> Option<NaiveDate> {
        let after_warning = self.warning()?.checked_add_days(Days::new(WARNING_DAYS + 1))?;
        Some(self.expires_on()?.succ_opt()?.max(after_warning))
    }

    fn warning(&self) -> Option<NaiveDate> {
        let from = self.warned_from()?;
        self.warned_on.filter(|warned| *warned >= from)
    }

    fn after(&self, days: i32) -> Option<NaiveDate> {
        self.last_saved.checked_add_days(Days::new(u64::try_from(days).ok()?))
    }
}

/// Until when a draft is kept if its owner extends it today: thirty days more, and never more than a year after it was last
/// saved.
pub fn extend(
    since: Since,
    owner: PractitionerId,
    who: PractitionerId,
    today: NaiveDate,
) -> Result<NaiveDate, RetentionRefusal> {
    if who != owner {
        return Err(RetentionRefusal::NotYourDraft);
    }
    let Since::Open(draft) = since else { return Err(RetentionRefusal::NotADraft) };
    let longer = || {
        let from = draft.expires_on()?.max(today);
        let to = from.checked_add_days(Days::new(EXTENSION_DAYS))?.min(draft.after(MOST_DRAFT_DAYS)?);
        (to > from).then_some(to)
    };
    longer().ok_or(RetentionRefusal::KeptLongestAlready)
}

/// Somebody who is to be told that a draft will go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Warning<R> {
    /// Which record.
    pub record: R,
    /// The first day on which it will not be there, if the warning goes out today.
    pub goes_on: NaiveDate,
}

/// Whose owners are to be warned today, the first to expire first. What a legal hold keeps goes nowhere, so nobody is warned.
pub fn warnings<R: Copy, A>(records: &[Kept<R, A>], today: NaiveDate) -> Vec<Warning<R>> {
    let warned = |record: &Kept<R, A>| match record.since {
        Since::Open(draft) if draft.needs_warning(today) && !record.legal_hold => {
            let goes_on = Draft { warned_on: Some(today), ..draft }.goes_on()?;
            Some((draft.expires_on(), Warning { record: record.record, goes_on }))
        }
        _ => None,
    };
    let mut warnings: Vec<_> = records.iter().filter_map(warned).collect();
    warnings.sort_by_key(|(expires_on, _)| *expires_on);
    warnings.into_iter().map(|(_, warning)| warning).collect()
}
