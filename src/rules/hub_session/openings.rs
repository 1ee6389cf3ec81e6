//! When a session really is open: its rule, the days on which the council is closed, and what the hub said of single days;
//! the hub's own word counts most. Here local times become moments, and slots of an equal length whatever the clocks do.

use std::collections::BTreeMap;

use busfare_entity::words::{BankHoliday, WhyClosed};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;

use super::{Change, Hours, HubSession, HubSessionRefusal};
use crate::rules::{
    bank_holiday::{Closures, CouncilClosed},
    calendar,
};

/// Once that a session is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Opening {
    /// The day by which it is known, which stays the same when it is moved.
    pub on: NaiveDate,
    /// When it opens.
    pub starts: DateTime<Utc>,
    /// When it closes.
    pub ends: DateTime<Utc>,
    /// Why it is open then.
    pub because: Because,
}

/// Why a session is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Because {
    /// By its rule.
    Rule,
    /// It was moved there.
    Moved,
    /// It is an extra one.
    Extra,
}

/// Once that a session is closed although its rule has the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Closed {
    /// The day.
    pub on: NaiveDate,
    /// Why.
    pub why: Why,
}

/// Why a session is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// A bank holiday.
    BankHoliday(BankHoliday),
    /// The council is closed.
    Council,
    /// The hub said so.
    Hub,
}

impl Why {
    /// The word for it.
    pub fn word(self) -> WhyClosed {
        match self {
            Self::BankHoliday(_) => WhyClosed::BankHoliday,
            Self::Council => WhyClosed::Council,
            Self::Hub => WhyClosed::Hub,
        }
    }
}

/// What comes of a session in a stretch of days.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expanded {
    /// When it is open, in the order of time.
    pub openings: Vec<Opening>,
    /// When it is closed although its rule has the day, in the order of days.
    pub closed: Vec<Closed>,
}

/// When a session is open from one local day to another, both included: at most [`super::MOST_DAYS`] days.
pub fn expand(
    session: &HubSession,
    closures: &Closures,
    (from, to): (NaiveDate, NaiveDate),
    zone: Tz,
) -> Result<Expanded, HubSessionRefusal> {
    let days = session.recurrence.days(from, to)?;
    // A change may outlive the rule that it was made for: only what still differs from something counts.
    let changes: BTreeMap<NaiveDate, Change> = session.changes.iter().map(|change| (change.on(), *change)).collect();
    let mut expanded = Expanded::default();

    for (on, change) in &changes {
        let because = match change {
            Change::Closed { .. } => continue,
            Change::Moved { .. } if !session.has(*on) => continue,
            Change::Moved { .. } => Because::Moved,
            Change::Extra { .. } => Because::Extra,
        };
        let Some((day, hours)) = change.opens().filter(|(day, _)| (from..=to).contains(day)) else { continue };
        expanded.openings.push(opening(*on, day, hours, because, zone));
    }
    for on in days {
        let council = || closures.on(on).filter(|_| session.closes_with_council);
        match changes.get(&on) {
            Some(Change::Moved { .. } | Change::Extra { .. }) => {}
            Some(Change::Closed { .. }) => expanded.closed.push(Closed { on, why: Why::Hub }),
            None => match council() {
                Some(CouncilClosed::BankHoliday(which)) => {
                    expanded.closed.push(Closed { on, why: Why::BankHoliday(which) });
                }
                Some(CouncilClosed::Added) => expanded.closed.push(Closed { on, why: Why::Council }),
                None => expanded.openings.push(opening(on, on, session.hours, Because::Rule, zone)),
            },
        }
    }
    expanded.openings.sort_by_key(|opening| (opening.starts, opening.on));
    Ok(expanded)
}

fn opening(on: NaiveDate, day: NaiveDate, hours: Hours, because: Because, zone: Tz) -> Opening {
    let starts = calendar::moment(day.and_time(hours.opens), zone);
    let ends = calendar::moment(day.and_time(hours.closes), zone);
    // Where the clocks skip the opening, it is so much later, which may be after it would close: it keeps its length then.
    let ends = if ends > starts { ends } else { starts + (hours.closes - hours.opens) };
    Opening { on, starts, ends, because }
}

/// A time that can be booked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Slot {
    /// When it begins.
    pub starts: DateTime<Utc>,
    /// When it ends.
    pub ends: DateTime<Utc>,
}

/// The slots of an opening: one after the other, all as long, as many as end before it does.
pub fn slots(opening: &Opening, slot_minutes: u16) -> Vec<Slot> {
    let long = TimeDelta::minutes(slot_minutes.max(1).into());
    std::iter::successors(Some(opening.starts), |starts| starts.checked_add_signed(long))
        .map(|starts| Slot { starts, ends: starts + long })
        .take_while(|slot| slot.ends <= opening.ends)
        .collect()
}
