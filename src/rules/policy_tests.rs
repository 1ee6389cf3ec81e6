//! Policies, told as a team hears of them.

use chrono::TimeDelta;
use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::rules::{reading, refusal};

fn day(number: i64) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 23).unwrap() + TimeDelta::days(number)
}

fn told(title: &str, words: &str, starts: i64, review: i64) -> Result<Policy, PolicyRefusal> {
    Policy::try_new(title, words, day(starts), day(review), day(0))
}

#[test]
fn a_policy_fits_on_a_page_and_is_told_fourteen_days_before() {
    assert!(told("Taxis", &"word ".repeat(400), 14, 380).is_ok());
    assert_eq!(told("Taxis", &"word ".repeat(401), 14, 380), Err(PolicyRefusal::TooManyWords(401)));
    assert_eq!(told("Taxis", "We pay.", 13, 380), Err(PolicyRefusal::NoticeTooShort { earliest: day(14) }));
    assert_eq!(told("Taxis", "We pay.", -13, 380), Err(PolicyRefusal::NoticeTooShort { earliest: day(14) }));
    assert_eq!(told("Taxis", "We pay.", 740, 800), Err(PolicyRefusal::StartOutOfRange));
    assert_eq!(told("Taxis", "We pay.", 14, 14), Err(PolicyRefusal::ReviewOutOfRange));
    assert_eq!(told("Taxis", "We pay.", 14, 14 + 732), Err(PolicyRefusal::ReviewOutOfRange));
    assert_eq!(told(" ", "We pay.", 14, 30), Err(PolicyRefusal::TitleNeeded));
    assert_eq!(told("Taxis", "\n", 14, 30), Err(PolicyRefusal::WordsNeeded));
    assert_eq!(told("Taxis", &"x".repeat(4_001), 14, 30), Err(PolicyRefusal::Text(TextProblem::TooLong(4_000))));
    let (last, review) = (NaiveDate::MAX, NaiveDate::MAX);
    assert_eq!(Policy::try_new("Taxis", "We pay.", last, review, last), Err(PolicyRefusal::ReviewOutOfRange));
}

#[test]
fn words_are_counted_as_they_are_read() {
    for (text, count) in [
        ("", 0),
        ("Bws i'r ysbyty", 3),
        ("  one\n\ttwo  - three ", 3),
        ("and/or", 2),
        ("before—after", 2),
        ("self-help", 1),
        ("£5.00 * * *", 1),
        ("每个人都可以说", 4),
        ("zero\u{200d}joined", 1),
    ] {
        assert_eq!(word_count(text), count, "{text}");
    }
}

#[test]
fn a_policy_is_open_to_comments_until_it_starts() {
    let dates = Dates { told_on: Some(day(0)), starts_on: day(14), review_on: day(100), ended_on: None };
    let states: Vec<_> = [0, 13, 14, 99, 100].into_iter().map(|number| state(dates, day(number))).collect();
    use PolicyState::{Draft, Ended, InForce, OnNotice, ReviewDue};
    assert_eq!(states, [OnNotice, OnNotice, InForce, InForce, ReviewDue]);
    assert_eq!(state(Dates { told_on: None, ..dates }, day(50)), Draft);
    let ended = Dates { ended_on: Some(day(50)), ..dates };
    assert_eq!((state(ended, day(49)), state(ended, day(50))), (InForce, Ended));

    assert_eq!(comment(" What of nights? ", dates, 0, day(13)), Ok("What of nights?".into()));
    assert_eq!(comment("Late", dates, 0, day(14)), Err(PolicyRefusal::CommentsClosed));
    assert_eq!(comment("Early", Dates { told_on: None, ..dates }, 0, day(1)), Err(PolicyRefusal::CommentsClosed));
    assert_eq!(comment("More", dates, 500, day(1)), Err(PolicyRefusal::TooManyComments));
    assert_eq!(comment(" ", dates, 0, day(1)), Err(PolicyRefusal::CommentNeeded));
}

#[test]
fn what_people_have_read_does_not_change() {
    let (owner, other) = (PractitionerId(Uuid::from_u128(1)), PractitionerId(Uuid::from_u128(2)));
    let draft = Dates { told_on: None, starts_on: day(14), review_on: day(100), ended_on: None };
    assert_eq!(may_change(owner, owner, draft), Ok(()));
    assert_eq!(may_change(other, owner, draft), Err(PolicyRefusal::NotYours));
    assert_eq!(may_change(owner, owner, Dates { told_on: Some(day(0)), ..draft }), Err(PolicyRefusal::ToldAlready));
}

#[test]
fn every_refusal_about_a_policy_fits_on_a_phone_in_both_languages() {
    use PolicyRefusal as No;
    for refusal in [
        No::IdAlreadyUsed,
        No::IdempotencyKeyReused,
        No::Title(TextProblem::TooLong(80)),
        No::TitleNeeded,
        No::Text(TextProblem::NotPlain),
        No::WordsNeeded,
        No::TooManyWords(2_000),
        No::NoticeTooShort { earliest: day(14) },
        No::StartOutOfRange,
        No::ReviewOutOfRange,
        No::Comment(TextProblem::TooLong(1_000)),
        No::CommentNeeded,
        No::CommentsClosed,
        No::TooManyComments,
        No::ToldAlready,
        No::NotYours,
    ] {
        let [en, cy] = [Language::En, Language::Cy].map(|language| refusal.words(language));
        assert!(en.chars().count() <= refusal::MOST_WORDS && cy.chars().count() <= refusal::MOST_WORDS, "{en} / {cy}");
        assert!(!refusal.field().is_empty() && en != cy);
        reading::plain(&en);
    }
}

proptest! {
    #[test]
    fn whatever_is_kept_has_few_words_and_long_notice(
        words in "(\\PC{0,9} ){0,450}", starts in -30i64..1_000, review in -30i64..2_000,
    ) {
        if let Ok(policy) = told("Taxis", &words, starts, review) {
            prop_assert!(policy.words.split_whitespace().filter(|word| word.chars().any(char::is_alphanumeric)).count() <= 400);
            prop_assert!(starts >= 14 && review > starts);
            let dates = Dates { told_on: Some(day(0)), starts_on: policy.starts_on, review_on: policy.review_on, ended_on: None };
            prop_assert!((0..14).all(|number| comment("Why?", dates, 0, day(number)).is_ok()));
        }
    }
}
