//! Days of a session that differ from its rule: closed, moved or extra. Each day differs in one way at most.

use busfare_entity::words::SessionChangeKind;
use chrono::{Datelike, NaiveDate};

use super::{Hours, HubSession, HubSessionRefusal, recurrence::YEARS};

/// Most days of one session that differ.
pub const MOST_CHANGES: usize = 400;

/// How one day differs. A day of the rule is known by itself, also when the session opens on another instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// It is closed.
    Closed {
        /// A day of the rule.
        on: NaiveDate,
    },
    /// It opens on another day, or at other hours on the same.
    Moved {
        /// A day of the rule.
        on: NaiveDate,
        /// The day instead.
        day: NaiveDate,
        /// The hours instead.
        hours: Hours,
    },
    /// It opens on a day that the rule has not, or at which the council is closed.
    Extra {
        /// That day.
        day: NaiveDate,
        /// At these hours.
        hours: Hours,
    },
}

impl Change {
    /// The day by which it is known.
    pub fn on(self) -> NaiveDate {
        match self {
            Self::Closed { on } | Self::Moved { on, .. } => on,
            Self::Extra { day, .. } => day,
        }
    }

    /// The day on which it opens, and the hours; none where it is closed.
    pub fn opens(self) -> Option<(NaiveDate, Hours)> {
        match self {
            Self::Closed { .. } => None,
            Self::Moved { day, hours, .. } | Self::Extra { day, hours } => Some((day, hours)),
        }
    }

    /// The word for it.
    pub fn kind(self) -> SessionChangeKind {
        match self {
            Self::Closed { .. } => SessionChangeKind::Closed,
            Self::Moved { .. } => SessionChangeKind::Moved,
            Self::Extra { .. } => SessionChangeKind::Extra,
        }
    }
}

/// The days of a session that differ, with one more. A later change of the same day takes the place of an earlier.
/// `closed` says on which days the council is.
pub fn changed(
    session: &HubSession,
    change: Change,
    closed: impl Fn(NaiveDate) -> bool,
) -> Result<Vec<Change>, HubSessionRefusal> {
    let stands = |day| session.has(day) && !(session.closes_with_council && closed(day));
    match change {
        Change::Closed { on } | Change::Moved { on, .. } if !session.has(on) => {
            return Err(HubSessionRefusal::NotOnThatDay(on));
        }
        Change::Extra { day, .. } if stands(day) => return Err(HubSessionRefusal::OnThatDayAlready(day)),
        Change::Closed { .. } | Change::Moved { .. } | Change::Extra { .. } => {}
    }
    if change.opens().is_some_and(|(day, _)| !YEARS.contains(&day.year())) {
        return Err(HubSessionRefusal::DayOutOfRange);
    }
    let mut changes: Vec<_> = session.changes.iter().copied().filter(|other| other.on() != change.on()).collect();
    if changes.len() >= MOST_CHANGES {
        return Err(HubSessionRefusal::TooManyChanges);
    }
    changes.push(change);
    Ok(changes)
}
