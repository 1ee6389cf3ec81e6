//! Whoever shares, warns or breaks the glass says enough, and it ends by itself.

use chrono::Days;
use proptest::prelude::*;

use super::*;
use crate::rules::text::TextProblem;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn today() -> NaiveDate {
    day("2026-11-23")
}

#[test]
fn a_disclosure_says_to_whom_why_what_and_until_when() {
    let told = |to: &str, fields: &[&'static str], expires: &str| {
        Disclosure::try_new(to, SharingBasis::Consent, fields.to_vec(), day(expires), today())
    };
    let disclosure = told(" Cardiff housing team ", &["address", "school", "address"], "2027-11-23").unwrap();

    assert_eq!(disclosure.to, "Cardiff housing team");
    assert_eq!(disclosure.fields, BTreeSet::from(["address", "school"]));
    assert!(disclosure.covers(&"school", day("2027-11-23")), "the last day is one of them");
    assert!(!disclosure.covers(&"school", day("2027-11-24")));
    assert!(!disclosure.covers(&"health", today()), "what was not named is not shared");

    assert_eq!(told("  ", &["school"], "2027-01-01"), Err(SharingRefusal::RecipientNeeded));
    assert_eq!(
        told(&"x".repeat(201), &["school"], "2027-01-01"),
        Err(SharingRefusal::Recipient(TextProblem::TooLong(200)))
    );
    assert_eq!(told("Housing", &[], "2027-01-01"), Err(SharingRefusal::FieldsNeeded));
    assert_eq!(told("Housing", &["school"; 201], "2027-01-01"), Err(SharingRefusal::TooManyFields));
    for out_of_range in ["2026-11-23", "2026-11-22", "2027-11-24", "+262142-12-31"] {
        assert_eq!(told("Housing", &["school"], out_of_range), Err(SharingRefusal::ExpiryOutOfRange), "{out_of_range}");
    }
    let endless = Disclosure::try_new("Housing", SharingBasis::Consent, 0.., day("2027-01-01"), today());
    assert_eq!(endless, Err(SharingRefusal::TooManyFields));
}

#[test]
fn a_warning_rests_on_evidence_and_says_whether_the_person_knows() {
    let warn = |evidence: &str, why_not_told: Option<&str>, review: &str| {
        WarningNote::try_new(WarningKind::Animal, evidence, why_not_told, day(review), today())
    };
    let evidence = "The dog bit a nurse on 3 November.";

    assert_eq!(warn(evidence, None, "2027-05-23").unwrap().told, Told::Yes);
    let told = warn(evidence, Some("They moved out; we wrote twice."), "2027-05-23").unwrap().told;
    assert_eq!(told, Told::No("They moved out; we wrote twice.".into()));

    for nothing in ["", "dog bites", "ddddddddddddd", "..............", "ha ha ha ha ha ha"] {
        assert_eq!(warn(nothing, None, "2027-01-01"), Err(SharingRefusal::EvidenceNeeded), "{nothing}");
        let refused = Err(SharingRefusal::WhyNotToldNeeded);
        assert_eq!(warn(evidence, Some(nothing), "2027-01-01"), refused, "{nothing}");
    }
    let too_long = Err(SharingRefusal::Evidence(TextProblem::TooLong(500)));
    assert_eq!(warn(&"The dog bit. ".repeat(40), None, "2027-01-01"), too_long);
    for out_of_range in ["2026-11-23", "2020-01-01", "2027-05-24"] {
        assert_eq!(warn(evidence, None, out_of_range), Err(SharingRefusal::ReviewOutOfRange), "{out_of_range}");
    }
}

#[test]
fn a_warning_lapses_by_itself_the_day_after_its_review() {
    let note = WarningNote::try_new(WarningKind::Premises, "No light on the stairs", None, day("2027-02-28"), today());
    let note = note.unwrap();

    assert!(note.stands(today()) && note.stands(day("2027-02-28")));
    assert!(!note.stands(day("2027-03-01")));
}

#[test]
fn six_months_from_the_end_of_august_is_the_end_of_february() {
    let note =
        |review| WarningNote::try_new(WarningKind::Weapon, "A knife by the door", None, review, day("2026-08-31"));
    assert!(note(day("2027-02-28")).is_ok());
    assert_eq!(note(day("2027-03-01")), Err(SharingRefusal::ReviewOutOfRange));
}

#[test]
fn broken_glass_needs_words_and_mends_in_an_hour() {
    let now: DateTime<Utc> = "2026-11-23T23:30:00Z".parse().unwrap();
    for nothing in ["", "urgent", "aaaaaaaaaaaaaaaaaaa", "          ", "1111111111"] {
        assert_eq!(BreakGlass::try_new(nothing, now), Err(SharingRefusal::ReasonNeeded), "{nothing}");
    }
    let hidden = BreakGlass::try_new("Mother is at\u{202E} A&E", now);
    assert_eq!(hidden, Err(SharingRefusal::Reason(TextProblem::NotPlain)));
    let glass = BreakGlass::try_new("Her mother is at A&E and asks who has the children", now).unwrap();

    assert!(glass.is_open(now) && glass.is_open(now + TimeDelta::seconds(3_599)));
    assert!(!glass.is_open(now + TimeDelta::minutes(60)) && !glass.is_open(now - TimeDelta::seconds(1)));
    let at_the_end_of_time = BreakGlass::try_new("Her mother is at A&E", DateTime::<Utc>::MAX_UTC).unwrap();
    assert!(!at_the_end_of_time.is_open(DateTime::<Utc>::MAX_UTC), "what has no end is not opened");
}

proptest! {
    #[test]
    fn nothing_is_shared_for_longer_than_a_year_or_warned_of_for_longer_than_half_of_one(
        start in 0u64..20_000,
        ahead in -900i64..900,
    ) {
        let today = day("2000-01-01") + Days::new(start);
        let on = today + TimeDelta::days(ahead);
        let disclosure = Disclosure::try_new("Housing", SharingBasis::PublicTask, [1], on, today);
        let warning = WarningNote::try_new(WarningKind::SafeContact, "He reads her letters", None, on, today);

        prop_assert!(disclosure.is_err() || (1..=366).contains(&ahead));
        prop_assert!(disclosure.is_ok() || !(1..=365).contains(&ahead));
        prop_assert!(warning.is_err() || (1..=184).contains(&ahead));
        prop_assert!(warning.is_ok() || !(1..=181).contains(&ahead));
    }

    #[test]
    fn whatever_is_typed_is_kept_or_refused_and_never_breaks(text in "\\PC{0,40}", now in 0i64..4_000_000_000) {
        let now = DateTime::from_timestamp(now, 0).unwrap();
        if let Ok(glass) = BreakGlass::try_new(&text, now) {
            prop_assert!(glass.reason.chars().count() >= 10);
            prop_assert_eq!(glass.until - glass.from, TimeDelta::minutes(60));
        }
    }
}
