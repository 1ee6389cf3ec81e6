//! When the demo's hubs are open: a drop-in in each, and times to book in one or in all.

use busfare_entity::{hub_session, words::Weekday};
use chrono::{DateTime, Days, NaiveTime, Utc};

use super::council::Council;
use crate::{
    rules::{
        calendar::{self, HOME},
        hub_session::{Draft, HubSessionRefusal, Plain, Plan, When},
    },
    store::{hub_session::row_of, mint},
};

/// A session of the demo: its name, days, hours, and how long a time is where people are given one.
type Told = (&'static str, &'static [Weekday], (u32, u32), Option<u16>);

const SESSIONS: [Told; 2] = [
    ("Drop-in", &[Weekday::Tuesday, Weekday::Friday], (10, 12), None),
    (
        "Time to talk",
        &[Weekday::Monday, Weekday::Tuesday, Weekday::Wednesday, Weekday::Thursday, Weekday::Friday],
        (13, 16),
        Some(30),
    ),
];

/// Where times can be booked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bookable {
    /// In the first hub.
    InOneHub,
    /// In all of them.
    InEveryHub,
}

/// When the demo's hubs are open, from a month before a moment on.
pub fn sessions(
    council: &Council,
    now: DateTime<Utc>,
    bookable: Bookable,
) -> Result<Vec<hub_session::Model>, HubSessionRefusal> {
    let starts_on = calendar::day(now, HOME) - Days::new(28);
    let mut rows = Vec::new();
    for (place, hub) in council.hubs.iter().enumerate() {
        // Every hub has a drop-in.
        let booked = place == 0 || bookable == Bookable::InEveryHub;
        for (name, weekdays, (from, to), slot) in SESSIONS.into_iter().filter(|told| booked || told.3.is_none()) {
            let at = |hour: u32| NaiveTime::from_hms_opt(hour, 0, 0).unwrap_or_default();
            let plan = Plan::Weekly { weekdays: weekdays.to_vec(), every_weeks: 1 };
            let when = When::Plain(Plain { plan, from: at(from), to: at(to), starts_on, ends_on: None });
            let draft = Draft { name, when, slots: slot.map(|minutes| (minutes, 1)), closes_with_council: true };
            let (name, session) = draft.parse(HOME)?;
            let blank = hub_session::Model {
                id: mint::id(),
                organisation_id: council.organisation.id,
                hub_id: hub.id,
                name,
                rule: String::new(),
                first_on: starts_on,
                opens: String::new(),
                closes: String::new(),
                slot_minutes: None,
                places: None,
                closes_with_council: true,
                put_by: council.head_of_service.id,
                put_at: now,
            };
            rows.push(row_of(&session, blank));
        }
    }
    Ok(rows)
}
