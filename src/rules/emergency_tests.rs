//! What break-glass promises, as sentences.

use busfare_entity::words::{BudgetMode, DecidesFor, DelegationId, PaymentMethod};
use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::rules::{
    authority::{Pot, Snapshot, Window},
    text::TextProblem,
};

fn now() -> DateTime<Utc> {
    "2026-11-20T22:30:00Z".parse().unwrap()
}

fn pence(pence: i64) -> Money {
    Money::from_pence(pence)
}

/// A grant whose every other limit is used up and which is bound to another way of paying.
fn used_up(ceiling: Option<i64>) -> Grant {
    Grant {
        delegation: DelegationId(Uuid::from_u128(1)),
        line: "practitioners".into(),
        scheme_version: 1,
        grantor: PractitionerId(Uuid::from_u128(9)),
        backing_statement: "If it cannot wait, do not wait.".into(),
        item_limit: Some(pence(1)),
        windows: vec![Window { hours: 168, limit: pence(100), used: pence(100) }],
        budget_limit: None,
        person_limit: None,
        break_glass: ceiling.map(pence),
        hubs: vec![],
        methods: vec![PaymentMethod::Voucher],
        hours: None,
        decides_for: DecidesFor::NobodyElse,
        valid_from: now() - TimeDelta::days(1),
        valid_to: None,
    }
}

fn emergency(amount: i64, available: i64, grants: Vec<Grant>) -> Emergency {
    let pot =
        Pot { name: "Emergencies".into(), available: pence(available), mode: BudgetMode::Warn, tolerance: Money::ZERO };
    Emergency { amount: pence(amount), facts: Facts { grants, pot, now: now(), local: None } }
}

#[test]
fn the_most_generous_ceiling_in_force_counts() {
    let over = Grant { valid_to: Some(now()), ..used_up(Some(90_000)) };
    let grants = vec![used_up(None), used_up(Some(10_000)), used_up(Some(50_000)), over];

    assert_eq!(decide(&emergency(50_000, 0, grants.clone())).outcome, Outcome::Emergency);
    assert_eq!(decide(&emergency(50_001, 0, grants.clone())).outcome, Outcome::Refused);
    let why = why_not(&emergency(50_001, 0, grants), Some("Nia Talfan".into()));
    assert_eq!(why, SpendRefusal::AboveCeiling { ceiling: pence(50_000), ask: Some("Nia Talfan".into()) });
}

#[test]
fn without_a_ceiling_there_is_no_say_in_emergencies() {
    for grants in [vec![], vec![used_up(None)]] {
        let emergency = emergency(1, 1_000, grants);

        assert_eq!(decide(&emergency).outcome, Outcome::Refused);
        assert_eq!(why_not(&emergency, None), SpendRefusal::NoEmergencySay { ask: None });
    }
}

#[test]
fn one_sentence_is_needed_and_no_more() {
    assert_eq!(sentence(" Nos da, no heating \n"), Ok("Nos da, no heating".into()));
    assert_eq!(sentence("tân"), Ok("tân".into()));
    for too_short in ["", "  ", "no", " \n x \n "] {
        assert_eq!(sentence(too_short), Err(SpendRefusal::SentenceNeeded), "{too_short:?}");
    }
    assert_eq!(sentence(&"x".repeat(501)), Err(SpendRefusal::Sentence(TextProblem::TooLong(500))));
    assert_eq!(sentence("fare\u{202e}51.1"), Err(SpendRefusal::Sentence(TextProblem::NotPlain)));
}

#[test]
fn her_lead_is_told_or_who_stands_behind_her_or_the_first_of_the_rest() {
    let id = |id| PractitionerId(Uuid::from_u128(id));
    let senior = |number, team| Senior { id: id(number), team: TeamId(Uuid::from_u128(team)) };
    let her = Standing { id: id(1), team: TeamId(Uuid::from_u128(1)) };
    let all = [senior(7, 3), senior(2, 2), senior(3, 1), senior(4, 1), senior(1, 1)];

    assert_eq!(told(her, Some(id(7)), &all), Some(id(3)));
    assert_eq!(told(her, Some(id(4)), &all), Some(id(4)));
    assert_eq!(told(her, Some(id(7)), &all[..2]), Some(id(7)));
    assert_eq!(told(her, Some(id(9)), &all[..2]), Some(id(2)));
    assert_eq!(told(her, None, &all[4..]), None);
}

#[test]
fn a_financial_year_begins_on_1_april() {
    let day = |text: &str| text.parse::<NaiveDate>().unwrap();

    assert_eq!(financial_year(day("2026-03-31")), (day("2025-04-01"), day("2026-03-31")));
    assert_eq!(financial_year(day("2026-04-01")), (day("2026-04-01"), day("2027-03-31")));
}

proptest! {
    #[test]
    fn up_to_the_ceiling_it_is_yes_whatever_is_left_and_it_is_the_same_years_later(
        amount in 1i64..100_000, available in 0i64..50_000, ceilings in proptest::collection::vec(proptest::option::of(0i64..100_000), 0..4),
    ) {
        let emergency = emergency(amount, available, ceilings.iter().map(|ceiling| used_up(*ceiling)).collect());

        let verdict = decide(&emergency);

        let most = ceilings.into_iter().flatten().max();
        prop_assert_eq!(verdict.outcome == Outcome::Emergency, most.is_some_and(|most| amount <= most));
        let kept = serde_json::to_value(Snapshot::Emergency(emergency)).unwrap();
        let again: Snapshot = serde_json::from_value(kept).unwrap();
        prop_assert_eq!(again.decide(), verdict);
    }
}
