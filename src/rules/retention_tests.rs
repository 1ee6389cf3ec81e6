//! Nothing leaves early, and everything that is due is on the list.

use busfare_entity::words::{OrganisationId, PractitionerId, Role, TeamId};
use chrono::TimeDelta;
use proptest::prelude::*;
use uuid::Uuid;

use super::*;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn answers(days: &[i32]) -> Vec<KeptAnswer<usize>> {
    days.iter().enumerate().map(|(answer, days)| KeptAnswer { answer, retention_days: *days }).collect()
}

fn completed(record: u8, on: &str, days: &[i32]) -> Kept<u8, usize> {
    Kept { record, since: Since::Completed(day(on)), legal_hold: false, answers: answers(days) }
}

fn draft(last_saved: &str) -> Draft {
    Draft { last_saved: day(last_saved), keep_days: DEFAULT_DRAFT_DAYS, extended_to: None, warned_on: None }
}

fn open(record: u8, draft: Draft, days: &[i32]) -> Kept<u8, usize> {
    Kept { record, since: Since::Open(draft), legal_hold: false, answers: answers(days) }
}

fn told(list: &[Leaving<u8, usize>]) -> Vec<(u8, What<usize>, String)> {
    list.iter().map(|it| (it.record, it.what, it.due_on.to_string())).collect()
}

#[test]
fn what_goes_is_listed_oldest_first_and_a_record_after_the_last_of_its_answers() {
    let records = [
        completed(1, "2026-01-31", &[30, 365]),
        completed(2, "2026-01-01", &[10, 20]),
        completed(3, "2026-02-01", &[]),
    ];
    let goes = |on: &str| dry_run(&records, day(on)).goes;

    assert_eq!(goes("2026-01-11"), [], "the tenth whole day is still its own");
    let (first, second) = ((2, What::Answer(0), "2026-01-12".into()), (2, What::Answer(1), "2026-01-22".into()));
    let (rest, empty) = ((2, What::Record, "2026-01-22".into()), (3, What::Record, "2026-02-02".into()));
    assert_eq!(told(&goes("2026-01-12")), std::slice::from_ref(&first));
    assert_eq!(told(&goes("2026-02-02")), [first, second, rest, empty]);

    let why: Vec<_> = goes("2026-01-22").into_iter().map(|it| it.why).collect();
    let from = day("2026-01-01");
    let kept = |days| Why::KeptLongEnough { from, days };
    assert_eq!(why, [kept(10), kept(20), Why::NothingLeft]);
}

#[test]
fn a_legal_hold_keeps_everything_and_says_what_it_keeps() {
    let mut record = completed(1, "2020-01-01", &[1]);
    record.legal_hold = true;
    let mut forgotten = open(2, draft("2020-01-01"), &[1]);
    forgotten.legal_hold = true;

    let run = dry_run(&[record, forgotten.clone()], day("2026-01-01"));

    assert_eq!(run.goes, []);
    assert_eq!(run.held_back.len(), 3);
    assert_eq!(warnings(&[forgotten], day("2026-01-01")), []);
}

#[test]
fn a_number_of_days_that_is_a_mistake_destroys_nothing() {
    let records = [completed(1, "1900-01-01", &[-1, i32::MIN]), completed(2, "+262142-12-31", &[i32::MAX, 0])];
    assert_eq!(dry_run(&records, NaiveDate::MAX).goes.iter().filter(|it| it.record == 1).count(), 0);
    assert!(dry_run(&records, NaiveDate::MAX).goes.iter().all(|it| it.what != What::Record));
}

#[test]
fn a_draft_goes_after_ninety_days_and_a_warning_of_fourteen() {
    let saved = draft("2026-01-01");
    assert_eq!(saved.expires_on(), Some(day("2026-04-01")));
    assert!(!saved.needs_warning(day("2026-03-17")) && saved.needs_warning(day("2026-03-18")));
    assert_eq!(saved.goes_on(), None, "nobody was warned yet");

    let in_time = Draft { warned_on: Some(day("2026-03-18")), ..saved };
    assert!(!in_time.needs_warning(day("2026-03-31")));
    assert_eq!(in_time.goes_on(), Some(day("2026-04-02")));
    // The warning came late, so the draft waits for as long as a warning is due.
    let late = Draft { warned_on: Some(day("2026-05-01")), ..saved };
    assert_eq!(late.goes_on(), Some(day("2026-05-16")));
    // Whoever writes in it again begins its time again, and is warned again.
    let again = Draft { last_saved: day("2026-03-20"), ..in_time };
    assert_eq!((again.goes_on(), again.needs_warning(day("2026-06-04"))), (None, true));

    let gone = dry_run(&[open(1, in_time, &[3_650, 3_650])], day("2026-04-02")).goes;
    assert_eq!(told(&gone), [(1, What::Record, "2026-04-02".into())]);
    assert_eq!(gone[0].why, Why::DraftExpired { last_saved: day("2026-01-01") });
}

#[test]
fn owners_are_warned_the_first_to_expire_first() {
    let records =
        [open(1, draft("2026-01-09"), &[]), open(2, draft("2026-01-01"), &[]), open(3, draft("2026-03-01"), &[])];
    // One of them a week late; it is still two whole weeks until it goes.
    let warned: Vec<_> = warnings(&records, day("2026-03-26")).into_iter().map(|it| (it.record, it.goes_on)).collect();
    assert_eq!(warned, [2, 1].map(|record| (record, day("2026-04-10"))));
}

#[test]
fn an_owner_extends_by_thirty_days_and_never_beyond_a_year() {
    let [owner, other] = [1, 2].map(|number| PractitionerId(Uuid::from_u128(number)));
    let mut draft = draft("2026-01-01");
    let on = day("2026-02-01");

    assert_eq!(extend(Since::Open(draft), owner, other, on), Err(RetentionRefusal::NotYourDraft));
    assert_eq!(extend(Since::Completed(on), owner, owner, on), Err(RetentionRefusal::NotADraft));
    assert_eq!(extend(Since::Open(draft), owner, owner, on), Ok(day("2026-05-01")));
    // Long after it should have gone, and is still there: thirty days from today.
    assert_eq!(extend(Since::Open(draft), owner, owner, day("2026-06-01")), Ok(day("2026-07-01")));
    let mut times = 0;
    while let Ok(to) = extend(Since::Open(draft), owner, owner, on) {
        draft.extended_to = Some(to);
        times += 1;
    }
    assert_eq!((times, draft.expires_on()), (10, Some(day("2027-01-01"))));
    assert_eq!(extend(Since::Open(draft), owner, owner, on), Err(RetentionRefusal::KeptLongestAlready));
}

#[test]
fn those_who_answer_for_a_record_may_hold_it_and_the_practice_group_takes_away() {
    let [east, west] = [1, 2].map(|number| TeamId(Uuid::from_u128(number)));
    let her = |role, team| Viewer {
        id: PractitionerId(Uuid::from_u128(1)),
        organisation: OrganisationId(Uuid::from_u128(1)),
        team,
        role,
    };
    for (role, team, in_group, may) in [
        (Role::Senior, east, false, true),
        (Role::Senior, west, false, false),
        (Role::Enabler, east, false, false),
        (Role::Practitioner, east, false, false),
        (Role::Practitioner, west, true, true),
    ] {
        assert_eq!(may_hold(&her(role, team), in_group, east).is_ok(), may, "{role:?} {in_group}");
        assert_eq!(may_purge(in_group).is_ok(), in_group);
    }
}

fn any_draft() -> impl Strategy<Value = Draft> {
    let extended = prop::option::of(-50i64..800);
    let warned = prop::option::of(-50i64..500);
    (0i64..1_500, prop_oneof![-5i32..500, any::<i32>()], extended, warned).prop_map(
        |(saved, keep_days, extended, warned)| {
            let last_saved = day("2026-01-01") + TimeDelta::days(saved);
            let after = |days: i64| last_saved + TimeDelta::days(days);
            Draft { last_saved, keep_days, extended_to: extended.map(after), warned_on: warned.map(after) }
        },
    )
}

fn any_record() -> impl Strategy<Value = Kept<u8, usize>> {
    let since = prop_oneof![
        (0i64..1_500).prop_map(|days| Since::Completed(day("2026-01-01") + TimeDelta::days(days))),
        any_draft().prop_map(Since::Open),
    ];
    let days = prop::collection::vec(prop_oneof![Just(-1), 0i32..1_000, any::<i32>()], 0..6);
    (any::<u8>(), since, prop::bool::weighted(0.2), days).prop_map(|(record, since, legal_hold, days)| Kept {
        record,
        since,
        legal_hold,
        answers: answers(&days),
    })
}

/// How many whole days lie between, as a child counts them on a calendar.
fn whole_days(from: NaiveDate, today: NaiveDate) -> i64 {
    (today - from).num_days() - 1
}

proptest! {
    #[test]
    fn nothing_leaves_early_and_every_due_thing_is_listed(record in any_record(), later in -100i64..2_500) {
        let (from, is_draft) = match record.since {
            Since::Completed(on) => (on, false),
            Since::Open(draft) => (draft.last_saved, true),
        };
        let today = from + TimeDelta::days(later);
        let DryRun { goes, held_back } = dry_run(std::slice::from_ref(&record), today);
        let (list, none) = if record.legal_hold { (held_back, goes) } else { (goes, held_back) };
        prop_assert!(none.is_empty());

        let past = whole_days(from, today);
        let mut left = 0;
        for answer in &record.answers {
            let least = if is_draft { answer.retention_days.max(30) } else { answer.retention_days };
            let due = answer.retention_days >= 0 && past >= i64::from(least);
            let listed = list.iter().filter(|it| it.what == What::Answer(answer.answer)).count();
            prop_assert_eq!(listed, usize::from(due), "kept {} days, {} have passed", answer.retention_days, past);
            left += usize::from(!due);
        }
        let goes_whole = list.iter().any(|it| it.what == What::Record);
        match record.since {
            Since::Completed(_) => prop_assert_eq!(goes_whole, left == 0 && past >= 0),
            Since::Open(draft) if goes_whole => {
                prop_assert!(past >= 30, "never before thirty days");
                prop_assert!(whole_days(draft.warned_on.unwrap(), today) >= 14, "never without a warning");
                prop_assert!(draft.extended_to.is_none_or(|to| today > to || past >= 365), "never before it was extended to");
            }
            // What is past its year and was warned of is on the list.
            Since::Open(draft) => {
                let warned = draft.warned_on.is_some_and(|on| past >= 365 && whole_days(on, today) >= 14);
                prop_assert!(!warned || draft.needs_warning(today));
            }
        }
        prop_assert!(list.is_sorted_by_key(|it| it.due_on) && list.iter().all(|it| it.due_on <= today));
    }

    #[test]
    fn before_the_day_to_look_again_nothing_is_due_whatever_is_written(
        record in any_record(), on in 0i64..2_500, later in 0i64..400, written in prop::option::of((0i64..400, -1i32..400)),
    ) {
        let today = day("2026-01-01") + TimeDelta::days(on);
        let run = dry_run(std::slice::from_ref(&record), today);
        prop_assume!(run.goes.is_empty() && warnings(std::slice::from_ref(&record), today).is_empty());
        let look_on = record.look_on(today);
        prop_assert!(look_on > today);
        let then = (today + TimeDelta::days(later)).min(look_on.pred_opt().unwrap());
        let mut record = Kept { legal_hold: false, ..record };
        // Somebody writes in a draft meanwhile, also what is kept for a day only.
        if let (Since::Open(draft), Some((after, days))) = (&mut record.since, written) {
            draft.last_saved = draft.last_saved.max((today + TimeDelta::days(after)).min(then));
            record.answers.push(KeptAnswer { answer: 99, retention_days: days });
        }
        let before: Vec<_> = run.held_back.iter().map(|it| it.what).collect();
        let due = dry_run(std::slice::from_ref(&record), then);
        prop_assert!(due.goes.iter().all(|it| before.contains(&it.what)), "{:?}", due.goes);
        let was_due = run.held_back.iter().any(|it| it.what == What::Record);
        let needed = matches!(record.since, Since::Open(draft) if draft.needs_warning(today));
        prop_assert!(was_due || needed || warnings(std::slice::from_ref(&record), then).is_empty());
    }

    #[test]
    fn the_list_of_many_is_the_lists_of_each(records in prop::collection::vec(any_record(), 0..12), on in 0i64..4_000) {
        let today = day("2026-01-01") + TimeDelta::days(on);
        let run = dry_run(&records, today);
        let each: usize = records.iter().map(|it| dry_run(std::slice::from_ref(it), today).goes.len()).sum();
        prop_assert_eq!(run.goes.len(), each);
        prop_assert!(run.goes.is_sorted_by_key(|it| it.due_on) && run.held_back.is_sorted_by_key(|it| it.due_on));
    }

    /// A job that looks every so many days, and was away for a while, warns first and lets nothing go before its time.
    #[test]
    fn a_job_that_looks_now_and_then_warns_and_then_lets_go(draft in any_draft(), every in 1i64..40) {
        let mut draft = Draft { warned_on: None, ..draft };
        let mut today = draft.last_saved;
        let mut warned = None;
        let gone = loop {
            let record = [open(1, draft, &[])];
            if let Some(warning) = warnings(&record, today).first() {
                draft.warned_on = Some(today);
                warned = Some((today, warning.goes_on));
            } else if !dry_run(&record, today).goes.is_empty() {
                break today;
            }
            today += TimeDelta::days(every);
            prop_assert!((today - draft.last_saved).num_days() <= 365 + 40 + 15 + 40, "it goes some day");
        };
        let (warned, goes_on) = warned.unwrap();
        prop_assert!(gone >= goes_on && whole_days(warned, gone) >= 14 && whole_days(draft.last_saved, gone) >= 30);
    }
}
