//! Sessions of a hub: when it is open, again and again, and the days that differ. What is kept are local times on local
//! days, so that half past nine stays half past nine when the clocks change; moments are worked out when they are needed.

mod change;
mod draft;
mod editor;
mod openings;
mod recurrence;
mod refusal;
mod rfc5545;

use busfare_entity::words::SessionKind;
use chrono::{NaiveDate, NaiveTime};

pub use self::{
    change::{Change, MOST_CHANGES, changed},
    draft::{Draft, NAME_CHARS, SLOT_MINUTES, When},
    editor::{Plain, Plan, plain, said},
    openings::{Because, Closed, Expanded, Opening, Slot, Why, expand, slots},
    recurrence::{Days, Ends, Every, MOST_DAYS, Recurrence},
    refusal::HubSessionRefusal,
    rfc5545::{parts_of, read, write},
};

/// Opening hours of one day, on the wall. They end after they begin, on the same day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hours {
    /// When it opens.
    pub opens: NaiveTime,
    /// When it closes.
    pub closes: NaiveTime,
}

impl Hours {
    /// Hours that end after they begin.
    pub fn try_new(opens: NaiveTime, closes: NaiveTime) -> Result<Self, HubSessionRefusal> {
        if closes <= opens { Err(HubSessionRefusal::ClosesBeforeOpens) } else { Ok(Self { opens, closes }) }
    }
}

/// How people come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coming {
    /// They walk in.
    DropIn,
    /// They are given a time.
    Bookable {
        /// How long a slot is.
        slot_minutes: u16,
        /// How many are seen at once.
        places: u8,
    },
}

impl Coming {
    /// The word for it.
    pub fn kind(self) -> SessionKind {
        match self {
            Self::DropIn => SessionKind::DropIn,
            Self::Bookable { .. } => SessionKind::Bookable,
        }
    }
}

/// A session, with what of it differs on single days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HubSession {
    /// On which days.
    pub recurrence: Recurrence,
    /// At which hours.
    pub hours: Hours,
    /// How people come.
    pub coming: Coming,
    /// Whether it is closed when the council is.
    pub closes_with_council: bool,
    /// The days that differ, each once.
    pub changes: Vec<Change>,
}

impl HubSession {
    /// Whether its rule has a day.
    pub fn has(&self, day: NaiveDate) -> bool {
        self.recurrence.has(day)
    }
}

#[cfg(test)]
#[path = "hub_session/tests.rs"]
mod tests;

#[cfg(test)]
#[path = "hub_session/oracle_tests.rs"]
mod oracle_tests;
