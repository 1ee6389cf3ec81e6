//! What somebody says of a session, parsed: only what can be kept becomes one.

use chrono::{NaiveDate, NaiveTime, TimeDelta};
use chrono_tz::Tz;

use super::{Coming, Hours, HubSession, HubSessionRefusal, Plain, Recurrence, rfc5545};
use crate::rules::text;

/// Most characters of a session's name.
pub const NAME_CHARS: usize = 80;
/// How long a slot is, at least and at most.
pub const SLOT_MINUTES: std::ops::RangeInclusive<u16> = 5..=480;
/// Most people who are seen at once.
const MOST_PLACES: u8 = 50;

/// What a session is to be, as the phone sent it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft<'a> {
    /// What it is called.
    pub name: &'a str,
    /// When, in plain fields or as a rule.
    pub when: When<'a>,
    /// How long a slot is and how many are seen at once; none where people walk in.
    pub slots: Option<(u16, u8)>,
    /// Whether it is closed when the council is.
    pub closes_with_council: bool,
}

/// When a session is to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum When<'a> {
    /// As plain fields have it.
    Plain(Plain),
    /// As a rule of RFC 5545 has it.
    Rule {
        /// The rule.
        rule: &'a str,
        /// The first day.
        first: NaiveDate,
        /// When it opens.
        opens: NaiveTime,
        /// When it closes.
        closes: NaiveTime,
    },
}

impl Draft<'_> {
    /// The name and the session, if it can be kept.
    pub fn parse(&self, zone: Tz) -> Result<(String, HubSession), HubSessionRefusal> {
        let name = text::plain(self.name, NAME_CHARS).map_err(HubSessionRefusal::Name)?;
        let name = name.ok_or(HubSessionRefusal::NameNeeded)?;
        let (recurrence, hours) = self.when.parse(zone)?;
        let coming = self.slots.map_or(Ok(Coming::DropIn), |slots| bookable(slots, hours))?;
        let closes_with_council = self.closes_with_council;
        Ok((name, HubSession { recurrence, hours, coming, closes_with_council, changes: vec![] }))
    }
}

impl When<'_> {
    fn parse(&self, zone: Tz) -> Result<(Recurrence, Hours), HubSessionRefusal> {
        match self {
            Self::Plain(plain) => plain.parse(),
            Self::Rule { rule, first, opens, closes } => {
                let hours = Hours::try_new(*opens, *closes)?;
                Ok((rfc5545::read(rule, *first, *opens, zone)?, hours))
            }
        }
    }
}

fn bookable((slot_minutes, places): (u16, u8), hours: Hours) -> Result<Coming, HubSessionRefusal> {
    let fits = TimeDelta::minutes(slot_minutes.into()) <= hours.closes - hours.opens;
    if !SLOT_MINUTES.contains(&slot_minutes) || !fits {
        return Err(HubSessionRefusal::SlotOutOfRange);
    }
    if !(1..=MOST_PLACES).contains(&places) {
        return Err(HubSessionRefusal::PlacesOutOfRange);
    }
    Ok(Coming::Bookable { slot_minutes, places })
}
