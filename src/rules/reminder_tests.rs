//! Tests of reminders: a year of every hour, with both changes of the clocks.

use chrono::{Datelike, TimeDelta, TimeZone};
use proptest::prelude::*;

use super::*;
use crate::rules::calendar::HOME;

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn remind(wishes: &Wishes, now: DateTime<Utc>) -> Result<NaiveDate, NotNow> {
    may_remind(wishes, false, now, HOME)
}

#[test]
fn she_is_reminded_at_her_hour_on_a_working_day_and_at_no_other_time() {
    let tuesday = "2026-11-24".parse().unwrap();
    assert_eq!(remind(&USUAL, at("2026-11-24T09:00:00Z")), Ok(tuesday));
    assert_eq!(remind(&USUAL, at("2026-11-24T17:59:59Z")), Ok(tuesday));
    assert_eq!(remind(&USUAL, at("2026-11-24T18:00:00Z")), Err(NotNow::Quiet));
    assert_eq!(remind(&USUAL, at("2026-11-24T07:59:59Z")), Err(NotNow::Quiet));
    assert_eq!(remind(&USUAL, at("2026-11-24T08:59:59Z")), Err(NotNow::Early));
    assert_eq!(remind(&USUAL, at("2026-11-22T12:00:00Z")), Err(NotNow::DayOff), "a Sunday");
    assert_eq!(remind(&USUAL, at("2026-12-25T12:00:00Z")), Err(NotNow::DayOff), "Christmas");
    assert_eq!(may_remind(&USUAL, true, at("2026-11-24T12:00:00Z"), HOME), Err(NotNow::Away));
    let off = Wishes { enabled: false, ..USUAL };
    assert_eq!(remind(&off, at("2026-11-24T12:00:00Z")), Err(NotNow::Off));
    // In summer nine o'clock is eight in UTC.
    assert_eq!(remind(&USUAL, at("2026-07-07T08:00:00Z")).map(|day| day.to_string()), Ok("2026-07-07".into()));
    assert_eq!(remind(&USUAL, at("2026-07-07T07:59:59Z")), Err(NotNow::Early));
}

#[test]
fn an_hour_is_hers_to_say_unless_it_is_none_or_quiet() {
    let wishes = |hour, from, to| Wishes::try_new((true, hour), (from, to), (Language::Cy, ReminderChannel::Email));
    assert!(wishes(9, 18, 8).is_ok() && wishes(17, 18, 8).is_ok() && wishes(8, 18, 8).is_ok());
    assert!(wishes(3, 0, 0).is_ok(), "no hour is quiet");
    for hour in [-1, 24, i32::MAX, i32::MIN] {
        assert_eq!(wishes(hour, 18, 8), Err(ReminderRefusal::HourNotValid("hour")));
        assert_eq!(wishes(9, hour, 8), Err(ReminderRefusal::HourNotValid("quietFrom")));
        assert_eq!(wishes(9, 18, hour), Err(ReminderRefusal::HourNotValid("quietTo")));
    }
    for quiet in [18, 23, 0, 7] {
        assert_eq!(wishes(quiet, 18, 8), Err(ReminderRefusal::HourIsQuiet));
    }
    assert_eq!(wishes(13, 12, 14), Err(ReminderRefusal::HourIsQuiet));
}

#[test]
fn it_goes_by_the_way_she_wants_of_those_that_there_are() {
    let reach = |push: bool, email| Reach { push_key: push.then(|| "key".into()), email, loopback: false };
    assert_eq!(way(ReminderChannel::Any, true, &reach(true, true)), Some(Way::Push));
    assert_eq!(way(ReminderChannel::Any, false, &reach(true, true)), Some(Way::Email));
    assert_eq!(way(ReminderChannel::Any, true, &reach(false, true)), Some(Way::Email));
    assert_eq!(way(ReminderChannel::Email, true, &reach(true, false)), None);
    assert_eq!(way(ReminderChannel::Push, false, &reach(true, true)), None);
    assert_eq!(way(ReminderChannel::Any, true, &Reach::default()), None);
}

#[test]
fn what_she_reads_has_a_number_and_nothing_about_anybody() {
    for language in [Language::En, Language::Cy] {
        for due in [due(7, 0), due(0, 7)] {
            assert!(title(due, language).contains('7'));
        }
        assert!(!title(due(1, 1), language).contains('1'));
        assert!(title(due(1_000, 1_000), language).chars().count() <= 80);
        let letter = letter(due(3, 1), Some("https://app.example/"), language);
        assert!(letter.contains("https://app.example/") && !letter.contains('£'), "{letter}");
    }
    assert_ne!(title(due(1, 0), Language::En), title(due(1, 0), Language::Cy));
    assert_ne!(letter(due(2, 0), None, Language::En), letter(due(2, 0), None, Language::Cy));
    assert_eq!(title(due(1, 2), Language::En), "One receipt or note is still to come; 2 appointments are soon");
    // Of what there is nothing of, there is no word.
    assert!(!letter(due(0, 1), None, Language::En).contains("photograph"));
    assert!(!letter(due(1, 0), None, Language::En).contains("beforehand"));
}

fn due(missing: u64, ahead: u64) -> Due {
    Due { missing, ahead }
}

#[test]
fn an_appointment_is_soon_until_the_next_working_day_is_over() {
    let day = |text: &str| text.parse::<NaiveDate>().unwrap();
    assert_eq!(soon(day("2026-11-23")), day("2026-11-25"));
    // After a Friday comes a Monday, and before Christmas the Tuesday after it.
    assert_eq!(soon(day("2026-11-27")), day("2026-12-01"));
    assert_eq!(soon(day("2026-12-24")), day("2026-12-30"));
}

fn any_wishes() -> impl Strategy<Value = Wishes> {
    (0..24, 0..24, 0..24).prop_filter_map("an hour that is quiet", |(hour, from, to)| {
        Wishes::try_new((true, hour), (from, to), (Language::En, ReminderChannel::Any)).ok()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    /// Every quarter of an hour of a year, a first yes of a day counts and no other does: as the database keeps it.
    #[test]
    fn over_a_year_she_is_reminded_once_on_each_working_day_and_never_when_it_is_quiet(wishes in any_wishes(), year in 2025..2030i32) {
        let mut now = Utc.with_ymd_and_hms(year, 1, 1, 0, 0, 0).unwrap();
        let mut days = std::collections::BTreeSet::new();
        while now.year() == year {
            if let Ok(day) = remind(&wishes, now) {
                let local = calendar::local(now, HOME);
                prop_assert_eq!(day, local.date());
                prop_assert!(is_working_day(day) && !is_quiet(local.hour(), wishes.quiet) && local.hour() >= wishes.hour);
                days.insert(day);
            }
            now += TimeDelta::minutes(15);
        }
        let first = NaiveDate::from_ymd_opt(year, 1, 1).unwrap();
        let working = first.iter_days().take_while(|day| day.year() == year).filter(|day| is_working_day(*day));
        prop_assert!(days.iter().copied().eq(working), "each working day has its moment, those on which clocks change too");
    }
}
