//! Promises, told as a team keeps them.

use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::rules::{reading, refusal::MOST_WORDS};

fn day(number: i64) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 1, 1).unwrap() + TimeDelta::days(number)
}

#[test]
fn a_promise_says_what_and_by_when() {
    let promise = |what: &str, due, so_far| Promise::try_new(what, due, so_far, day(0));
    assert_eq!(promise(" Ring the school ", day(0), 19), Ok(Promise { what: "Ring the school".into(), due: day(0) }));
    assert_eq!(promise("Ring", day(-1), 0), Err(FollowUpRefusal::DueOutOfRange));
    assert!(promise("Ring", day(365), 0).is_ok());
    assert_eq!(promise("Ring", day(366), 0), Err(FollowUpRefusal::DueOutOfRange));
    assert_eq!(promise("Ring", NaiveDate::MAX, 0), Err(FollowUpRefusal::DueOutOfRange));
    assert_eq!(promise(" ", day(1), 0), Err(FollowUpRefusal::PromiseNeeded));
    assert_eq!(promise(&"a".repeat(201), day(1), 0), Err(FollowUpRefusal::What(TextProblem::TooLong(200))));
    assert_eq!(promise("Ring", day(1), 20), Err(FollowUpRefusal::TooManyPromises));
}

#[test]
fn a_promise_is_settled_once() {
    use PromiseState::{Kept, NotNeeded, Open};
    assert_eq!((settle(Open, Kept), settle(Open, NotNeeded)), (Ok(Kept), Ok(NotNeeded)));
    for (from, to) in [(Open, Open), (Kept, Open), (Kept, NotNeeded), (NotNeeded, Kept)] {
        assert_eq!(settle(from, to), Err(FollowUpRefusal::SettledAlready));
    }
}

#[test]
fn what_is_due_first_comes_first() {
    let seen: Vec<_> = [-1, 0, 1, 7, 8].into_iter().map(|after| due(day(after), day(0))).collect();
    assert_eq!(seen, [Due::Overdue, Due::Today, Due::ThisWeek, Due::ThisWeek, Due::Later]);
    assert!(seen.is_sorted(), "the words are in the order of the list");
    let id = |number| FollowUpId(Uuid::from_u128(number));
    assert!(
        list_order(day(1), id(2)) < list_order(day(2), id(1)) && list_order(day(1), id(1)) < list_order(day(1), id(2))
    );
}

fn promised(by: u128, due: i64, kept: Option<i64>) -> Promised {
    let (team, by) = (TeamId(Uuid::from_u128(1)), PractitionerId(Uuid::from_u128(by)));
    Promised { team, month: 0, by, on: day(0), due: day(due), kept: kept.map(day) }
}

#[test]
fn days_to_follow_up_count_what_is_still_open() {
    let promises = [
        promised(1, 3, Some(2)),
        promised(2, 3, Some(3)),
        promised(3, 3, Some(5)),
        promised(4, 3, None),
        promised(5, 30, None),
    ];
    let team = promises[0].team;
    let told = followed_up(&promises, day(9))[&team].unwrap();
    let expected = FollowedUp {
        promises: 5,
        open: 2,
        median_days: AtLeast { days: 5, at_least: false },
        in_time_per_mille: 500,
        come: 4,
    };
    assert_eq!(told, expected);
    assert_eq!(followed_up(&promises[1..], day(9))[&team], None, "four people are too few");
    // On the day itself there is still time.
    assert_eq!(followed_up(&promises, day(3))[&team].unwrap().come, 3);
}

#[test]
fn every_refusal_about_a_promise_fits_on_a_phone_in_both_languages() {
    use FollowUpRefusal as No;
    for refusal in [
        No::IdAlreadyUsed,
        No::IdempotencyKeyReused,
        No::What(TextProblem::TooLong(200)),
        No::What(TextProblem::NotPlain),
        No::PromiseNeeded,
        No::DueOutOfRange,
        No::SettledAlready,
        No::TooManyPromises,
    ] {
        let [en, cy] = [Language::En, Language::Cy].map(|language| refusal.words(language));
        assert!(en.chars().count() <= MOST_WORDS && cy.chars().count() <= MOST_WORDS, "{en} / {cy}");
        assert!(!refusal.field().is_empty() && en != cy);
        reading::plain(&en);
    }
}

proptest! {
    #[test]
    fn keeping_one_more_promise_never_looks_worse(
        rows in proptest::collection::vec((0u128..8, 0i64..20, proptest::option::of(0i64..20)), 5..30), which in 0usize..30,
    ) {
        let mut promises: Vec<_> = rows.into_iter().map(|(by, due, kept)| promised(by, due, kept)).collect();
        let (today, team) = (day(20), TeamId(Uuid::from_u128(1)));
        let before = followed_up(&promises, today)[&team];
        let which = which % promises.len();
        promises[which].kept = promises[which].kept.or(Some(promises[which].due));
        let after = followed_up(&promises, today)[&team];
        if let (Some(before), Some(after)) = (before, after) {
            prop_assert!(after.open <= before.open && after.in_time_per_mille >= before.in_time_per_mille);
            prop_assert!(after.median_days.days <= before.median_days.days);
        }
        prop_assert_eq!(before.is_some(), after.is_some());
    }
}
