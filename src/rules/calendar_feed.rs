//! A calendar that somebody follows on her phone: RFC 5545, with when and where, and never who. What is shown of an
//! appointment is a word of ours, so that no name can get in.

use busfare_entity::words::Language;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use icalendar::{Calendar, Component, Event, EventLike, EventStatus, Property};
use uuid::Uuid;

use super::{refusal::say, text};

/// Most entries of one calendar.
pub const MOST_ENTRIES: usize = 2_000;
/// How often a phone looks again.
const EVERY: TimeDelta = TimeDelta::hours(1);
/// Most characters of a name of ours or of a place.
const NAME_CHARS: usize = 80;

/// What an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What<'a> {
    /// A session, by the name that everybody knows it by.
    Session(&'a str),
    /// An appointment. Whose it is, her phone shows her when she has signed in.
    Appointment,
}

/// Once on a calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry<'a> {
    /// Of the session or the appointment: the same as long as it is the same entry.
    pub id: Uuid,
    /// Which of a session's openings, by the day of its rule.
    pub on: Option<NaiveDate>,
    /// What it is.
    pub what: What<'a>,
    /// When it begins.
    pub starts: DateTime<Utc>,
    /// When it ends.
    pub ends: DateTime<Utc>,
    /// Where: what the hub is called, and its address.
    pub place: (&'a str, &'a str),
    /// Whether it is called off.
    pub called_off: bool,
    /// When it was last changed.
    pub changed: DateTime<Utc>,
}

/// The calendar as a text. Times are in UTC, so no phone needs to know our clocks; the same entries make the same text.
pub fn calendar(entries: &[Entry<'_>], language: Language) -> String {
    let mut calendar = Calendar::empty();
    for (name, value) in
        [("VERSION", "2.0"), ("PRODID", "-//Busfare//Hub times//EN"), ("CALSCALE", "GREGORIAN"), ("METHOD", "PUBLISH")]
    {
        calendar.append_property(Property::new(name, value));
    }
    calendar.name(&say(language, "Busfare: hub times", "Busfare: amserau'r hwb"));
    let every = format!("PT{}H", EVERY.num_hours());
    calendar.append_property(Property::new("REFRESH-INTERVAL", &every).add_parameter("VALUE", "DURATION").done());
    for entry in entries.iter().take(MOST_ENTRIES) {
        calendar.push(event(entry, language));
    }
    calendar.to_string()
}

fn event(entry: &Entry<'_>, language: Language) -> Event {
    let summary = match entry.what {
        What::Session(name) => one_line(name),
        What::Appointment => say(language, "Appointment", "Apwyntiad"),
    };
    let day = entry.on.map(|day| format!("-{}", day.format("%Y%m%d"))).unwrap_or_default();
    let (hub, address) = (one_line(entry.place.0), one_line(entry.place.1));
    let place = if address.is_empty() { hub } else { format!("{hub}, {address}") };
    let mut event = Event::new();
    event
        .uid(&format!("{}{day}@busfare", entry.id))
        .timestamp(entry.changed)
        .last_modified(entry.changed)
        .summary(&summary)
        .location(&place)
        .starts(entry.starts)
        .ends(entry.ends)
        .status(if entry.called_off { EventStatus::Cancelled } else { EventStatus::Confirmed });
    event.done()
}

/// What somebody else wrote, on one line and without what hides.
fn one_line(words: &str) -> String {
    text::shown(&words.split_whitespace().collect::<Vec<_>>().join(" "), NAME_CHARS)
}

#[cfg(test)]
#[path = "calendar_feed_tests.rs"]
mod tests;
