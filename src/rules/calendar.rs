//! The calendar on the wall: which local day and hour a moment is, and the hours in which a delegation counts.

use busfare_entity::words::Weekday;
use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeDelta, TimeZone, Timelike, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

/// The zone of an organisation that names none we know.
pub const HOME: Tz = Tz::Europe__London;

/// The days of the week, Monday first.
pub const WEEK: [Weekday; 7] = [
    Weekday::Monday,
    Weekday::Tuesday,
    Weekday::Wednesday,
    Weekday::Thursday,
    Weekday::Friday,
    Weekday::Saturday,
    Weekday::Sunday,
];

/// A time zone by its name in the IANA database; [`HOME`] where there is none of that name.
pub fn zone(name: &str) -> Tz {
    name.parse().unwrap_or(HOME)
}

/// What the clock on the wall says.
pub fn local(now: DateTime<Utc>, zone: Tz) -> NaiveDateTime {
    now.with_timezone(&zone).naive_local()
}

/// Which day it is on the wall.
pub fn day(now: DateTime<Utc>, zone: Tz) -> NaiveDate {
    local(now, zone).date()
}

/// The moment a local day begins. Where the clocks skip its midnight, it begins when they go on.
pub fn begins(day: NaiveDate, zone: Tz) -> DateTime<Utc> {
    let midnight = day.and_time(NaiveTime::MIN);
    let (first, skipped) = (zone.from_local_datetime(&midnight), midnight + TimeDelta::hours(1));
    let local = first.earliest().or_else(|| zone.from_local_datetime(&skipped).earliest());
    local.map_or(midnight.and_utc(), |local| local.to_utc())
}

/// The moment that a clock on the wall means, as RFC 5545 has it: a time that the clocks skip is told by the clock before
/// they do, so it is as much later as they skip; of a time that comes twice, the first.
pub fn moment(wall: NaiveDateTime, zone: Tz) -> DateTime<Utc> {
    if let Some(local) = zone.from_local_datetime(&wall).earliest() {
        return local.to_utc();
    }
    // No zone skips more than a day, so two days before it the old clock was still the only one.
    let a_while_before = wall.checked_sub_signed(TimeDelta::days(2)).unwrap_or(wall);
    let before = zone.offset_from_utc_datetime(&a_while_before).fix();
    wall.and_utc() - TimeDelta::seconds(i64::from(before.local_minus_utc()))
}

/// The moments between which local days lie: when the first begins, and when the last has ended.
pub fn between((from, to): (NaiveDate, NaiveDate), zone: Tz) -> (DateTime<Utc>, DateTime<Utc>) {
    (begins(from, zone), begins(to.succ_opt().unwrap_or(to), zone))
}

/// Local hours of some days of the week. Where they end before they begin, they run past midnight
/// and belong to the day they begin on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hours {
    /// The days, as bits from Monday (1) to Sunday (64).
    pub days: u8,
    /// The first minute of the day.
    pub from_minute: u16,
    /// The minute just after the last, 1,440 at most.
    pub to_minute: u16,
}

impl Hours {
    /// Every day of the week.
    pub const EVERY_DAY: u8 = 127;

    /// Whether they hold at this local time.
    pub fn hold(self, at: NaiveDateTime) -> bool {
        let minute = u16::try_from(at.hour() * 60 + at.minute()).unwrap_or(u16::MAX);
        let today = self.on(at.date());
        if self.from_minute < self.to_minute {
            return today && (self.from_minute..self.to_minute).contains(&minute);
        }
        let yesterday = at.date().pred_opt().is_some_and(|day| self.on(day));
        (today && minute >= self.from_minute) || (yesterday && minute < self.to_minute)
    }

    /// The days, Monday first.
    pub fn weekdays(self) -> Vec<Weekday> {
        WEEK.into_iter().enumerate().filter(|(place, _)| self.days & (1 << place) != 0).map(|(_, day)| day).collect()
    }

    fn on(self, day: NaiveDate) -> bool {
        self.days & (1 << day.weekday().num_days_from_monday()) != 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> NaiveDateTime {
        text.parse().unwrap()
    }

    #[test]
    fn a_day_begins_at_local_midnight_in_summer_too() {
        let half_past_midnight_in_london = "2026-03-31T23:30:00Z".parse().unwrap();

        assert_eq!(day(half_past_midnight_in_london, HOME).to_string(), "2026-04-01");
        assert_eq!(day("2026-12-31T23:30:00Z".parse().unwrap(), HOME).to_string(), "2026-12-31");
        assert_eq!(zone("Mars/Olympus"), HOME);
    }

    #[test]
    fn a_local_day_begins_at_its_midnight_or_just_after() {
        let begin = |day: &str, name: &str| begins(day.parse().unwrap(), zone(name)).to_rfc3339();

        assert_eq!(begin("2026-01-01", "Europe/London"), "2026-01-01T00:00:00+00:00");
        assert_eq!(begin("2026-07-01", "Europe/London"), "2026-06-30T23:00:00+00:00");
        assert_eq!(begin("2026-04-24", "Africa/Cairo"), "2026-04-23T22:00:00+00:00", "its clocks skip this midnight");
    }

    #[test]
    fn a_time_on_the_wall_is_one_moment_even_when_the_clocks_change() {
        let means = |wall: &str, name: &str| moment(at(wall), zone(name)).to_rfc3339();

        assert_eq!(means("2026-03-28T01:30:00", "Europe/London"), "2026-03-28T01:30:00+00:00");
        // Half past one is skipped on this day, and comes twice on the other.
        assert_eq!(means("2026-03-29T01:30:00", "Europe/London"), "2026-03-29T01:30:00+00:00");
        assert_eq!(means("2026-03-29T02:00:00", "Europe/London"), "2026-03-29T01:00:00+00:00");
        assert_eq!(means("2026-10-25T01:30:00", "Europe/London"), "2026-10-25T00:30:00+00:00");
        assert_eq!(means("2026-10-25T02:00:00", "Europe/London"), "2026-10-25T02:00:00+00:00");
        assert_eq!(means("2026-03-08T02:30:00", "America/New_York"), "2026-03-08T07:30:00+00:00");
        assert_eq!(means("2011-12-30T12:00:00", "Pacific/Apia"), "2011-12-30T22:00:00+00:00", "a day that never was");
    }

    #[test]
    fn office_hours_hold_on_weekdays_until_six() {
        let office = Hours { days: 0b001_1111, from_minute: 8 * 60, to_minute: 18 * 60 };

        assert!(office.hold(at("2026-11-20T08:00:00")));
        assert!(office.hold(at("2026-11-20T17:59:59")));
        assert!(!office.hold(at("2026-11-20T18:00:00")));
        assert!(!office.hold(at("2026-11-21T12:00:00")));
    }

    #[test]
    fn friday_night_lasts_into_saturday_morning() {
        let friday_night = Hours { days: 0b001_0000, from_minute: 18 * 60, to_minute: 8 * 60 };

        assert!(friday_night.hold(at("2026-11-20T23:00:00")));
        assert!(friday_night.hold(at("2026-11-21T07:59:00")));
        assert!(!friday_night.hold(at("2026-11-21T08:00:00")));
        assert!(!friday_night.hold(at("2026-11-20T07:00:00")));
    }
}
