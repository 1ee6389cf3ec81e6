//! Sessions in London against two other libraries: a year with both changes of its clocks as python-dateutil has it, and
//! any rule, at any time of any day, as the `rrule` crate has it.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Utc};
use proptest::prelude::*;

use super::*;
use crate::rules::{
    bank_holiday::{self, Closures},
    calendar::{self, HOME, WEEK},
};
use busfare_entity::words::Nation;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn session(recurrence: Recurrence, opens: NaiveTime) -> HubSession {
    let closes = opens.overflowing_add_signed(TimeDelta::minutes(10)).0;
    HubSession {
        recurrence,
        hours: Hours::try_new(opens, closes).unwrap(),
        coming: Coming::DropIn,
        closes_with_council: false,
        changes: vec![],
    }
}

fn whole_year() -> (NaiveDate, NaiveDate) {
    (day("2026-01-01"), day("2026-12-31"))
}

/// Each line of the year that the other library worked out: the session, and when it opens.
fn year() -> Vec<(HubSession, Vec<DateTime<Utc>>)> {
    let lines = include_str!("dateutil_2026.txt").lines().filter(|line| !line.starts_with('#'));
    lines
        .map(|line| {
            let (mut words, moment) = (line.split(' '), |text: &str| {
                NaiveDateTime::parse_from_str(&format!("2026-{text}"), "%Y-%m-%dT%H:%MZ").unwrap().and_utc()
            });
            let (rule, first) = (words.next().unwrap(), words.next().unwrap());
            let first = NaiveDateTime::parse_from_str(first, "%Y-%m-%dT%H:%M").unwrap();
            let recurrence = read(rule, first.date(), first.time(), HOME).unwrap();
            (session(recurrence, first.time()), words.map(moment).collect())
        })
        .collect()
}

#[test]
fn a_year_of_sessions_in_london_is_as_another_library_has_it() {
    let closures = Closures::of(Nation::EnglandAndWales);
    let lines = year();
    assert_eq!(lines.len(), 12);
    for (session, expected) in lines {
        let found = expand(&session, &closures, whole_year(), HOME).unwrap().openings;
        let found: Vec<_> = found.into_iter().map(|opening| opening.starts).collect();
        assert_eq!(found, expected, "{}", write(&session.recurrence));
    }
}

#[test]
fn bank_holidays_are_the_only_difference_where_a_session_closes_with_the_council() {
    let closures = Closures::of(Nation::EnglandAndWales);
    let mut left_out = 0;
    for (mut session, expected) in year() {
        session.closes_with_council = true;
        let found = expand(&session, &closures, whole_year(), HOME).unwrap();
        let holiday = |at: &DateTime<Utc>| {
            bank_holiday::bank_holiday(at.with_timezone(&HOME).date_naive(), Nation::EnglandAndWales).is_some()
        };
        let (closed, open): (Vec<_>, Vec<_>) = expected.into_iter().partition(holiday);
        assert_eq!(found.openings.iter().map(|opening| opening.starts).collect::<Vec<_>>(), open);
        assert_eq!(found.closed.len(), closed.len());
        left_out += closed.len();
    }
    assert!(left_out > 20, "the year has bank holidays: {left_out}");
}

fn any_every() -> impl Strategy<Value = Every> {
    let weekday = || (0usize..7).prop_map(|place| WEEK[place]);
    prop_oneof![
        (1u8..=52, proptest::collection::vec(weekday(), 1..5))
            .prop_map(|(interval, days)| Every::Weeks { interval, days: Days::of(days).unwrap() }),
        (1u8..=12, prop_oneof![Just(-1i8), 1i8..=5], weekday())
            .prop_map(|(interval, place, day)| Every::WeekdayOfMonth { interval, place, day }),
        (1u8..=12, 1u8..=31).prop_map(|(interval, day)| Every::DayOfMonth { interval, day }),
    ]
}

fn any_day() -> impl Strategy<Value = NaiveDate> {
    (0u64..36_000).prop_map(|after| day("2000-01-01") + chrono::Days::new(after))
}

fn any_ends() -> impl Strategy<Value = Ends> {
    prop_oneof![Just(Ends::Never), any_day().prop_map(Ends::On), (1u16..=1_000).prop_map(Ends::After)]
}

/// When the other library has a rule begin, in a stretch of days.
fn elsewhere(
    from: NaiveDate,
    rule: &Recurrence,
    opens: NaiveTime,
    within: (NaiveDate, NaiveDate),
) -> Vec<DateTime<Utc>> {
    let zone = rrule::Tz::Europe__London;
    let written = write(rule);
    // Where times are local, the standard has the end in UTC.
    let (repeats, until) = written.split_once(";UNTIL=").unwrap_or((&written, ""));
    let until = NaiveDate::parse_from_str(until, "%Y%m%d").map_or(String::new(), |day| {
        format!(";UNTIL={}", calendar::moment(day.and_time(opens), HOME).format("%Y%m%dT%H%M%SZ"))
    });
    let first = from.and_time(opens).format("%Y%m%dT%H%M%S");
    let text = format!("DTSTART;TZID=Europe/London:{first}\nRRULE:{repeats}{until}");
    let set: rrule::RRuleSet = text.parse().unwrap();
    let (after, before) = calendar::between(within, HOME);
    let (after, before) = (after.with_timezone(&zone), (before - TimeDelta::seconds(1)).with_timezone(&zone));
    set.after(after).before(before).all_unchecked().into_iter().map(|at| at.to_utc()).collect()
}

proptest! {
    #[test]
    fn any_rule_is_on_when_another_library_has_it(
        from in any_day(), every in any_every(), ends in any_ends(), begin in any_day(), length in 0u64..400,
        minute in prop_oneof![0u32..150, 0u32..1_430],
    ) {
        let Ok(recurrence) = Recurrence::try_new(from, every, ends) else { return Ok(()) };
        let session = session(recurrence, NaiveTime::from_num_seconds_from_midnight_opt(minute * 60, 0).unwrap());
        // The other library takes no rule whose first time comes twice or never.
        prop_assume!(HOME.from_local_datetime(&from.and_time(session.hours.opens)).single().is_some());
        // Two stretches: one anywhere, and the one in which it begins.
        for begin in [begin, from] {
            let within = (begin, begin + chrono::Days::new(length));
            prop_assume!(within.1.year() <= 2_100);
            let openings = expand(&session, &Closures::of(Nation::Scotland), within, HOME).unwrap().openings;
            let starts: Vec<_> = openings.into_iter().map(|opening| opening.starts).collect();
            prop_assert_eq!(starts, elsewhere(from, &recurrence, session.hours.opens, within));
        }
    }

    #[test]
    fn a_rule_that_is_written_is_read_again(from in any_day(), every in any_every(), ends in any_ends()) {
        let Ok(recurrence) = Recurrence::try_new(from, every, ends) else { return Ok(()) };
        let opens = NaiveTime::from_hms_opt(9, 30, 0).unwrap();
        let again = read(&write(&recurrence), recurrence.first(), opens, HOME).unwrap();
        prop_assert_eq!(again, recurrence);
    }

    #[test]
    fn whatever_text_there_is_it_is_a_rule_or_refused(
        text in "(RRULE:)?(FREQ=(WEEKLY|MONTHLY|DAILY|YEARLY|SECONDLY|\\PC{0,4}))?(;(INTERVAL|COUNT|UNTIL|BYDAY|BYMONTHDAY|BYSETPOS|WKST|BYHOUR|X)=[-+0-9A-Z,é]{0,18}){0,4}",
        from in any_day(),
    ) {
        let opens = NaiveTime::MIN;
        if let Ok(recurrence) = read(&text, from, opens, HOME) {
            prop_assert!(recurrence.days(from, from + chrono::Days::new(399)).is_ok());
            prop_assert!(recurrence.has(recurrence.first()) && recurrence.first() >= from);
        }
    }

    #[test]
    fn every_opening_ends_after_it_begins_and_holds_its_slots(
        from in any_day(), opens in prop_oneof![0u32..150, 0u32..1_438], length in prop_oneof![1u32..90, 1u32..1_439],
        slot in 5u16..=480,
    ) {
        let time = |minute: u32| NaiveTime::from_num_seconds_from_midnight_opt(minute.min(1_439) * 60, 0).unwrap();
        let every = Every::Weeks { interval: 1, days: Days::of(WEEK).unwrap() };
        let Ok(recurrence) = Recurrence::try_new(from, every, Ends::Never) else { return Ok(()) };
        let mut session = session(recurrence, NaiveTime::MIN);
        session.hours = Hours::try_new(time(opens), time(opens + length)).unwrap();
        let within = (from, from + chrono::Days::new(399));
        prop_assume!(within.1.year() <= 2_100);
        for opening in expand(&session, &Closures::of(Nation::Scotland), within, HOME).unwrap().openings {
            prop_assert!(opening.starts < opening.ends, "{opening:?}");
            let slots = slots(&opening, slot);
            prop_assert!(slots.iter().all(|slot| opening.starts <= slot.starts && slot.ends <= opening.ends));
            prop_assert!(slots.windows(2).all(|two| two[0].ends == two[1].starts) && slots.len() <= 300);
        }
    }
}
