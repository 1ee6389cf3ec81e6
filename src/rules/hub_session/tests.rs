//! Sessions told as a hub lives them.

use busfare_entity::words::{BankHoliday, Language, Nation, Weekday, WhyClosed};

use super::*;
use crate::rules::{bank_holiday::Closures, calendar::HOME};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn time(text: &str) -> NaiveTime {
    NaiveTime::parse_from_str(text, "%H:%M").unwrap()
}

fn tuesdays() -> Plain {
    Plain {
        plan: Plan::Weekly { weekdays: vec![Weekday::Tuesday], every_weeks: 1 },
        from: time("09:30"),
        to: time("11:30"),
        starts_on: day("2026-01-01"),
        ends_on: None,
    }
}

fn set_up(plain: Plain) -> Result<HubSession, HubSessionRefusal> {
    let draft = Draft { name: " Family drop-in ", when: When::Plain(plain), slots: None, closes_with_council: true };
    draft.parse(HOME).map(|(_, session)| session)
}

fn ruled(rule: &str) -> Result<HubSession, HubSessionRefusal> {
    let (opens, closes) = (time("09:30"), time("11:30"));
    let when = When::Rule { rule, first: day("2026-01-06"), opens, closes };
    Draft { name: "x", when, slots: None, closes_with_council: false }.parse(HOME).map(|(_, session)| session)
}

fn open(session: &HubSession, from: &str, to: &str) -> Vec<String> {
    let closures = Closures::of(Nation::EnglandAndWales);
    let found = expand(session, &closures, (day(from), day(to)), HOME).unwrap().openings;
    found.into_iter().map(|opening| opening.starts.format("%m-%dT%H:%MZ").to_string()).collect()
}

#[test]
fn half_past_nine_stays_half_past_nine_when_the_clocks_change() {
    let session = set_up(tuesdays()).unwrap();
    assert_eq!(session.recurrence.first(), day("2026-01-06"));
    assert_eq!(open(&session, "2026-03-20", "2026-04-01"), ["03-24T09:30Z", "03-31T08:30Z"]);
    assert_eq!(open(&session, "2026-10-19", "2026-11-01"), ["10-20T08:30Z", "10-27T09:30Z"]);
    assert_eq!(said(&session, Language::En), "Every Tuesday, 09:30 to 11:30");
    assert_eq!(said(&session, Language::Cy), "Bob dydd Mawrth, 09:30 i 11:30");
}

#[test]
fn a_session_closes_for_a_bank_holiday_and_the_hub_may_open_all_the_same() {
    let mondays = Plan::Weekly { weekdays: vec![Weekday::Monday], every_weeks: 1 };
    let mut session = set_up(Plain { plan: mondays, ..tuesdays() }).unwrap();
    let closures = Closures::of(Nation::EnglandAndWales);
    let may = (day("2026-05-01"), day("2026-05-31"));
    let found = expand(&session, &closures, may, HOME).unwrap();
    let holidays: Vec<_> = found.closed.iter().map(|closed| (closed.on, closed.why)).collect();
    assert_eq!(
        holidays,
        [
            (day("2026-05-04"), Why::BankHoliday(BankHoliday::EarlyMay)),
            (day("2026-05-25"), Why::BankHoliday(BankHoliday::Spring)),
        ]
    );
    assert_eq!((holidays[0].1.word(), found.openings.len()), (WhyClosed::BankHoliday, 2));

    let closed = |on: NaiveDate| closures.on(on).is_some();
    let hours = Hours::try_new(time("12:00"), time("13:00")).unwrap();
    session.changes = changed(&session, Change::Extra { day: day("2026-05-25"), hours }, closed).unwrap();
    session.changes = changed(&session, Change::Closed { on: day("2026-05-11") }, closed).unwrap();
    let moved = Change::Moved { on: day("2026-05-18"), day: day("2026-05-20"), hours };
    session.changes = changed(&session, moved, closed).unwrap();

    assert_eq!(open(&session, "2026-05-01", "2026-05-31"), ["05-20T11:00Z", "05-25T11:00Z"]);
    let found = expand(&session, &closures, may, HOME).unwrap();
    assert_eq!(found.openings[0].on, day("2026-05-18"), "it is known by the day of its rule");
    assert_eq!(
        found.closed.iter().map(|closed| closed.why.word()).collect::<Vec<_>>(),
        [WhyClosed::BankHoliday, WhyClosed::Hub]
    );
    // Looked at alone, the day from which it moved is empty, and the day to which it moved is not.
    assert_eq!(open(&session, "2026-05-18", "2026-05-18"), [""; 0]);
    assert_eq!(open(&session, "2026-05-20", "2026-05-20"), ["05-20T11:00Z"]);
}

#[test]
fn a_day_differs_in_one_way_and_only_where_there_is_something_to_differ_from() {
    let session = set_up(tuesdays()).unwrap();
    let never = |_: NaiveDate| false;
    let hours = Hours::try_new(time("12:00"), time("13:00")).unwrap();
    let (tuesday, wednesday) = (day("2026-02-03"), day("2026-02-04"));
    let change = |change| changed(&session, change, never);

    assert_eq!(change(Change::Closed { on: wednesday }), Err(HubSessionRefusal::NotOnThatDay(wednesday)));
    assert_eq!(change(Change::Extra { day: tuesday, hours }), Err(HubSessionRefusal::OnThatDayAlready(tuesday)));
    let too_late = Change::Moved { on: tuesday, day: day("2101-01-01"), hours };
    assert_eq!(change(too_late), Err(HubSessionRefusal::DayOutOfRange));

    let mut session = session;
    session.changes = changed(&session, Change::Closed { on: tuesday }, never).unwrap();
    let moved = Change::Moved { on: tuesday, day: wednesday, hours };
    session.changes = changed(&session, moved, never).unwrap();
    assert_eq!(session.changes, [moved], "the later word counts");
    session.changes = session
        .recurrence
        .days(day("2027-01-01"), day("2027-12-31"))
        .unwrap()
        .into_iter()
        .map(|on| Change::Closed { on })
        .cycle()
        .take(MOST_CHANGES)
        .collect();
    assert_eq!(changed(&session, moved, never), Err(HubSessionRefusal::TooManyChanges));
}

#[test]
fn every_other_monday_begins_with_the_next_one() {
    let plan = Plan::Weekly { weekdays: vec![Weekday::Monday], every_weeks: 2 };
    let session = set_up(Plain { plan, starts_on: day("2026-01-07"), ..tuesdays() }).unwrap();
    assert_eq!(open(&session, "2026-01-01", "2026-02-10"), ["01-12T09:30Z", "01-26T09:30Z", "02-09T09:30Z"]);
    assert_eq!(said(&session, Language::En), "Every second Monday, 09:30 to 11:30");
}

#[test]
fn what_is_said_plainly_is_shown_plainly_again() {
    let weekly = |every_weeks| Plan::Weekly { weekdays: vec![Weekday::Tuesday, Weekday::Friday], every_weeks };
    let monthly = |place, every_months| Plan::Monthly { place, weekday: Weekday::Thursday, every_months };
    for plan in [Plan::Once, weekly(1), weekly(2), weekly(52), monthly(1, 1), monthly(5, 1), monthly(-1, 3)] {
        for ends_on in [None, Some(day("2031-12-31"))] {
            let ends_on = ends_on.filter(|_| plan != Plan::Once);
            let session = set_up(Plain { plan: plan.clone(), ends_on, ..tuesdays() }).unwrap();
            let shown = plain(&session).unwrap();
            assert_eq!((&shown.plan, shown.ends_on), (&plan, ends_on));
            assert_eq!(set_up(shown).unwrap(), session);
            assert_ne!(said(&session, Language::En), said(&session, Language::Cy));
        }
    }
    assert_eq!(plain(&ruled("FREQ=MONTHLY;BYMONTHDAY=31").unwrap()), None);
    assert_eq!(plain(&ruled("FREQ=WEEKLY;COUNT=4").unwrap()), None);
}

#[test]
fn what_no_hub_keeps_is_refused_in_words() {
    use HubSessionRefusal as No;
    for part in ["YEARLY", "HOURLY", "MINUTELY", "SECONDLY"] {
        assert_eq!(ruled(&format!("FREQ={part}")), Err(No::RuleNotKept(part)));
    }
    for (rule, refusal) in [
        ("FREQ=SECONDLY;COUNT=999999999", No::RuleNotKept("SECONDLY")),
        ("FREQ=WEEKLY;BYHOUR=1,2,3", No::RuleNotKept("BYHOUR")),
        ("FREQ=DAILY;INTERVAL=2", No::RuleNotKept("DAILY")),
        ("FREQ=WEEKLY;INTERVAL=2;WKST=SU", No::RuleNotKept("WKST")),
        ("FREQ=MONTHLY;BYDAY=1MO,2TU", No::RuleNotKept("BYDAY")),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", No::RuleNotKept("BYMONTHDAY")),
        ("FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=1", No::RuleNotKept("BYSETPOS")),
        ("FREQ=WEEKLY;INTERVAL=0", No::IntervalOutOfRange),
        ("FREQ=WEEKLY;INTERVAL=99999", No::IntervalOutOfRange),
        ("FREQ=WEEKLY;COUNT=0", No::CountOutOfRange),
        ("FREQ=WEEKLY;COUNT=65535", No::CountOutOfRange),
        ("FREQ=WEEKLY;UNTIL=20251231", No::NeverHappens),
        ("FREQ=WEEKLY;UNTIL=99991231", No::DayOutOfRange),
        ("FREQ=WEEKLY;COUNT=3;UNTIL=20261231", No::RuleNotUnderstood),
        ("FREQ=WEEKLY;FREQ=WEEKLY", No::RuleNotUnderstood),
        ("FREQ=WEEKLY;INTERVAL=-1", No::RuleNotUnderstood),
        ("FREQ=WEEKLY;BYDAY=2TU", No::RuleNotUnderstood),
        ("FREQ=WEEKLY;BYDAY=XX", No::RuleNotUnderstood),
        ("INTERVAL=2", No::RuleNotUnderstood),
        ("", No::RuleNotUnderstood),
        ("FREQ=WEEKLY;BYDAY=é", No::RuleNotUnderstood),
    ] {
        assert_eq!(ruled(rule), Err(refusal), "{rule}");
    }
    assert_eq!(ruled(&format!("FREQ=WEEKLY;BYDAY={}", "MO,".repeat(100_000))), Err(No::RuleNotUnderstood));
}

#[test]
fn an_end_with_a_time_reaches_the_day_whose_opening_it_does_not_precede() {
    let last = |until: &str| {
        let session = ruled(&format!("FREQ=WEEKLY;UNTIL={until}")).unwrap();
        session.recurrence.days(day("2026-06-01"), day("2026-12-31")).unwrap().last().copied()
    };
    // Half past nine in summer is 08:30 in UTC.
    assert_eq!(last("20260630T083000Z"), Some(day("2026-06-30")));
    assert_eq!(last("20260630T082959Z"), Some(day("2026-06-23")));
    assert_eq!(last("20260630T093000"), Some(day("2026-06-30")));
    assert_eq!(last("20260630"), Some(day("2026-06-30")));
}

#[test]
fn a_session_that_cannot_be_is_not_set_up() {
    use HubSessionRefusal as No;
    let refused = |plain| set_up(plain).unwrap_err();
    assert_eq!(refused(Plain { to: time("09:30"), ..tuesdays() }), No::ClosesBeforeOpens);
    assert_eq!(refused(Plain { starts_on: day("1999-12-31"), ..tuesdays() }), No::DayOutOfRange);
    assert_eq!(refused(Plain { starts_on: NaiveDate::MAX, ..tuesdays() }), No::DayOutOfRange);
    assert_eq!(refused(Plain { ends_on: Some(NaiveDate::MIN), ..tuesdays() }), No::DayOutOfRange);
    assert_eq!(refused(Plain { ends_on: Some(day("2026-01-02")), ..tuesdays() }), No::NeverHappens);
    let weekly = |weekdays, every_weeks| Plan::Weekly { weekdays, every_weeks };
    assert_eq!(refused(Plain { plan: weekly(vec![], 1), ..tuesdays() }), No::DaysNeeded);
    for every_weeks in [0, 53, 255] {
        assert_eq!(
            refused(Plain { plan: weekly(vec![Weekday::Monday], every_weeks), ..tuesdays() }),
            No::IntervalOutOfRange
        );
    }
    let monthly = |place| Plan::Monthly { place, weekday: Weekday::Monday, every_months: 1 };
    for place in [0, 6, -2, i8::MIN] {
        assert_eq!(refused(Plain { plan: monthly(place), ..tuesdays() }), No::RuleNotUnderstood);
    }

    let draft =
        |name, slots| Draft { name, when: When::Plain(tuesdays()), slots, closes_with_council: true }.parse(HOME);
    assert_eq!(draft(" ", None).unwrap_err(), No::NameNeeded);
    assert!(matches!(draft("a\u{202E}b", None).unwrap_err(), No::Name(_)));
    for minutes in [0, 4, 121, 481, u16::MAX] {
        assert_eq!(draft("x", Some((minutes, 1))).unwrap_err(), No::SlotOutOfRange, "{minutes}");
    }
    assert_eq!(draft("x", Some((120, 0))).unwrap_err(), No::PlacesOutOfRange);
    let (name, session) = draft(" Family  hub ", Some((120, 2))).unwrap();
    assert_eq!((name.as_str(), session.coming), ("Family  hub", Coming::Bookable { slot_minutes: 120, places: 2 }));
}

#[test]
fn slots_are_all_as_long_and_end_before_the_session_does() {
    let session = set_up(tuesdays()).unwrap();
    let closures = Closures::of(Nation::EnglandAndWales);
    let week = (day("2026-01-05"), day("2026-01-11"));
    let opening = expand(&session, &closures, week, HOME).unwrap().openings[0];
    let begin: Vec<_> = slots(&opening, 25).iter().map(|slot| slot.starts.format("%H:%M").to_string()).collect();
    assert_eq!(begin, ["09:30", "09:55", "10:20", "10:45"]);
    // A session over the hour that comes twice has an hour more.
    let night =
        Plain { plan: Plan::Once, from: time("00:30"), to: time("03:00"), starts_on: day("2026-10-25"), ends_on: None };
    let opening =
        expand(&set_up(night).unwrap(), &closures, (day("2026-10-25"), day("2026-10-25")), HOME).unwrap().openings[0];
    assert_eq!(slots(&opening, 30).len(), 7);
}

#[test]
fn at_most_four_hundred_days_are_looked_at_together() {
    let rule = set_up(tuesdays()).unwrap().recurrence;
    assert!(rule.days(day("2026-01-01"), day("2027-02-04")).is_ok());
    assert_eq!(rule.days(day("2026-01-01"), day("2027-02-05")), Err(HubSessionRefusal::TooManyDays));
    assert_eq!(rule.days(NaiveDate::MIN, NaiveDate::MAX), Err(HubSessionRefusal::TooManyDays));
    assert_eq!(rule.days(day("2026-02-01"), day("2026-01-01")), Ok(vec![]));
    assert_eq!(rule.days(day("2199-01-01"), day("2199-12-31")), Ok(vec![]));
    assert_eq!((rule.next(day("2026-01-07")), rule.next(day("2101-01-01"))), (Some(day("2026-01-13")), None));
}

#[test]
fn a_session_whose_opening_the_clocks_skip_is_as_long_as_ever() {
    // On this night it is half past two when it would be half past one, and a quarter past two has been.
    let night = |to: &str| {
        let (from, starts_on) = (time("01:30"), day("2026-03-29"));
        let session = set_up(Plain { plan: Plan::Once, from, to: time(to), starts_on, ends_on: None }).unwrap();
        let closures = Closures::of(Nation::EnglandAndWales);
        let opening = expand(&session, &closures, (starts_on, starts_on), HOME).unwrap().openings[0];
        (opening.starts.format("%H:%MZ").to_string(), (opening.ends - opening.starts).num_minutes())
    };
    assert_eq!(night("02:15"), ("01:30Z".into(), 45));
    // One that still closes after it opens closes when the clock says so.
    assert_eq!(night("05:00"), ("01:30Z".into(), 150));
}
