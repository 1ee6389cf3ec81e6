//! Nobody lends the council her own money by default, and nobody waits without being seen to wait.

use busfare_entity::words::{Language, OrganisationId, RetryAdvice, Role, TeamId};
use proptest::prelude::*;
use sea_orm::Iterable;
use uuid::Uuid;

use super::*;
use crate::rules::{
    money::MoneyProblem,
    refusal::{MOST_WORDS, Refusal},
    text::TextProblem,
};

fn viewer(id: u128, role: Role) -> Viewer {
    Viewer {
        id: PractitionerId(Uuid::from_u128(id)),
        organisation: OrganisationId(Uuid::from_u128(1)),
        team: TeamId(Uuid::from_u128(1)),
        role,
    }
}

fn paying(method: PaymentMethod, money: SpendMoney) -> Paying {
    Paying { asker: PractitionerId(Uuid::from_u128(1)), method: Some(method), money }
}

proptest! {
    #[test]
    fn paying_oneself_is_never_the_way_that_is_taken_where_none_is_said(chosen: u8) {
        let all: Vec<PaymentMethod> = PaymentMethod::iter().collect();
        let allowed: Vec<_> = all.iter().enumerate().filter(|(bit, _)| chosen & (1 << bit) != 0).map(|(_, one)| *one).collect();

        let taken = by_default(&allowed);

        prop_assert_ne!(taken, Some(PaymentMethod::Reimbursement));
        prop_assert!(taken.is_none_or(|one| allowed.contains(&one)));
        let others = allowed.iter().any(|one| *one != PaymentMethod::Reimbursement);
        prop_assert_eq!(taken.is_some(), others);
    }
}

#[test]
fn somebody_else_says_that_she_has_her_money_back_and_only_once_it_left() {
    let (spent, way) = (SpendMoney::Spent, PaymentMethod::Reimbursement);
    let (senior, mari) = (viewer(2, Role::Senior), viewer(3, Role::Practitioner));

    assert_eq!(reimburse(&senior, paying(way, spent)), Ok(()));
    assert_eq!(reimburse(&viewer(2, Role::Enabler), paying(way, SpendMoney::PartRefunded)), Ok(()));
    assert_eq!(reimburse(&mari, paying(way, spent)), Err(PaymentRefusal::NotYoursToDo));
    assert_eq!(reimburse(&viewer(1, Role::Senior), paying(way, spent)), Err(PaymentRefusal::YourOwn));
    assert_eq!(reimburse(&senior, paying(way, SpendMoney::Committed)), Err(PaymentRefusal::NotSpent));
    assert_eq!(reimburse(&senior, paying(PaymentMethod::Card, spent)), Err(PaymentRefusal::OtherMethod));
}

#[test]
fn a_line_and_a_spend_are_a_pair_only_to_the_penny() {
    let spent = Money::from_pence(115);
    assert_eq!(pair(115, paying(PaymentMethod::Card, SpendMoney::Spent), spent), Ok(()));
    assert_eq!(pair(115, Paying { method: None, ..paying(PaymentMethod::Card, SpendMoney::Spent) }, spent), Ok(()));
    assert!(matches!(
        pair(116, paying(PaymentMethod::Card, SpendMoney::Spent), spent),
        Err(PaymentRefusal::AmountsDiffer { .. })
    ));
    assert_eq!(pair(115, paying(PaymentMethod::Card, SpendMoney::Committed), spent), Err(PaymentRefusal::NotSpent));
    assert_eq!(pair(115, paying(PaymentMethod::HubCash, SpendMoney::Spent), spent), Err(PaymentRefusal::OtherMethod));
}

#[test]
fn five_working_days_are_long_enough_and_six_are_too_long() {
    let (friday, next_friday) = ("2026-11-20".parse().unwrap(), "2026-11-27".parse().unwrap());
    assert_eq!(waiting(friday, next_friday), Waiting { working_days: 5, too_long: false });
    assert_eq!(waiting(friday, "2026-11-30".parse().unwrap()), Waiting { working_days: 6, too_long: true });
}

/// Each refusal with the most that can be in it.
fn every_refusal() -> Vec<PaymentRefusal> {
    let most = Money::from_pence(99_999_999);
    vec![
        PaymentRefusal::IdAlreadyUsed,
        PaymentRefusal::IdempotencyKeyReused,
        PaymentRefusal::Amount(MoneyProblem::PartPennies),
        PaymentRefusal::Amount(MoneyProblem::NotPositive),
        PaymentRefusal::Amount(MoneyProblem::TooLarge),
        PaymentRefusal::Text("words", TextProblem::TooLong(140)),
        PaymentRefusal::Text("words", TextProblem::NotPlain),
        PaymentRefusal::WordsNeeded("words"),
        PaymentRefusal::NotYoursToDo,
        PaymentRefusal::NotYourSpend,
        PaymentRefusal::ImprestThereAlready,
        PaymentRefusal::TinShort(most),
        PaymentRefusal::AboveUnreimbursed(most),
        PaymentRefusal::NothingToReplenish,
        PaymentRefusal::SamePerson,
        PaymentRefusal::NotTheKeeper,
        PaymentRefusal::NotInThisHub,
        PaymentRefusal::HandoverOpen,
        PaymentRefusal::HandoverOver,
        PaymentRefusal::NoDifference,
        PaymentRefusal::PutRightAlready,
        PaymentRefusal::OtherMethod,
        PaymentRefusal::NotSetAside,
        PaymentRefusal::NotSpent,
        PaymentRefusal::AboveAuthorised(most),
        PaymentRefusal::OneAlready,
        PaymentRefusal::OverAlready,
        PaymentRefusal::CardNotFourDigits,
        PaymentRefusal::CardThereAlready,
        PaymentRefusal::HolderNeeded,
        PaymentRefusal::StatementUnclear(2_000),
        PaymentRefusal::MatchedAlready,
        PaymentRefusal::AmountsDiffer { line: most, spend: most },
        PaymentRefusal::YourOwn,
        PaymentRefusal::ReferenceUsed,
    ]
}

#[test]
fn every_refusal_about_paying_fits_on_a_phone_in_both_languages() {
    let mut said = Vec::new();
    for refusal in every_refusal() {
        for language in [Language::En, Language::Cy] {
            let words = refusal.words(language);
            let length = words.chars().count();
            assert!((10..=MOST_WORDS).contains(&length), "{length}: {words}");
            assert!(words.ends_with('.'), "{words}");
            said.push(words);
        }
        assert_ne!(refusal.retry(), RetryAdvice::SameKey);
    }
    said.sort();
    let all = said.len();
    said.dedup();
    assert_eq!(said.len(), all, "two refusals say the same");
}
