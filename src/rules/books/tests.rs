//! What the books promise, as sentences.

use busfare_entity::words::{Language, OrganisationId, PractitionerId, TeamId};
use proptest::prelude::*;
use uuid::Uuid;

use super::{
    mapping::{MappingFault, MappingProblem},
    month::Month,
    *,
};
use crate::rules::{
    money::{MOST, MoneyProblem},
    refusal::{MOST_WORDS, Refusal},
    text::TextProblem,
};

fn viewer(role: Role) -> Viewer {
    let id = Uuid::from_u128(1);
    Viewer { id: PractitionerId(id), organisation: OrganisationId(id), team: TeamId(id), role }
}

#[test]
fn an_enabler_and_a_senior_see_to_the_books_and_a_practitioner_does_not() {
    assert!(sees_to_books(&viewer(Role::Enabler)) && sees_to_books(&viewer(Role::Senior)));
    assert_eq!(may_keep_books(&viewer(Role::Practitioner)), Err(BooksRefusal::NotYourBooks));
}

#[test]
fn only_what_is_spent_and_still_spent_can_be_reversed() {
    let (enabler, left) = (viewer(Role::Enabler), Money::from_pence(115));

    assert_eq!(may_reverse(&enabler, SpendMoney::Spent, left), Ok(()));
    assert_eq!(may_reverse(&enabler, SpendMoney::PartRefunded, left), Ok(()));
    for (money, left) in [
        (SpendMoney::Committed, left),
        (SpendMoney::Released, left),
        (SpendMoney::Spent, Money::ZERO),
        (SpendMoney::Refunded, left),
    ] {
        assert_eq!(may_reverse(&enabler, money, left), Err(BooksRefusal::NothingSpent));
    }
    assert_eq!(may_reverse(&viewer(Role::Practitioner), SpendMoney::Spent, left), Err(BooksRefusal::NotYourBooks));
}

#[test]
fn months_close_in_order_and_not_before_they_are_over() {
    let month = |text: &str| Month::of(text.parse().unwrap());
    let (september, october, november) = (month("2026-09-01"), month("2026-10-01"), month("2026-11-01"));
    let next = |wanted, last, today: &str| is_next(wanted, last, september, today.parse().unwrap());

    assert_eq!(next(october, Some(september), "2026-11-01"), Ok(()));
    assert_eq!(next(october, None, "2026-11-01"), Ok(()));
    assert_eq!(next(october, Some(september), "2026-10-31"), Err(BooksRefusal::MonthNotOver(october)));
    assert_eq!(next(september, Some(september), "2026-11-01"), Err(BooksRefusal::MonthClosed(september)));
    assert_eq!(next(november, Some(september), "2026-12-01"), Err(BooksRefusal::EarlierMonthOpen(october)));
    assert_eq!(next(month("0001-01-01"), None, "2026-12-01"), Err(BooksRefusal::BeforeTheBooks(september)));
    assert_eq!(next(month("9999-12-31"), None, "2026-12-01"), Err(BooksRefusal::MonthNotOver(month("9999-12-01"))));
}

#[test]
fn a_reversal_in_full_leaves_nothing_spent() {
    let pounds = |pence| Money::from_pence(pence);
    let (back, money, step) = reversed(pounds(1_000), pounds(400), pounds(600));

    assert_eq!((back, money, step.settled, step.takes()), (pounds(1_000), SpendMoney::Refunded, -600, -600));
    assert_eq!(reversed(pounds(1_000), pounds(0), pounds(999)).1, SpendMoney::PartRefunded);
}

#[test]
fn every_refusal_of_the_books_fits_on_a_phone_in_both_languages() {
    let month = Month::of("2026-11-01".parse().unwrap());
    for refusal in [
        BooksRefusal::NotYourBooks,
        BooksRefusal::IdempotencyKeyReused,
        BooksRefusal::MonthNotOver(month),
        BooksRefusal::MonthClosed(month),
        BooksRefusal::EarlierMonthOpen(month),
        BooksRefusal::BeforeTheBooks(month),
        BooksRefusal::BudgetClosed,
        BooksRefusal::Unexplained { count: 100_000, amount: Money::from_pence(-100_000_000_000) },
        BooksRefusal::NoSuchDifference,
        BooksRefusal::DifferenceChanged(MOST),
        BooksRefusal::WordsNeeded,
        BooksRefusal::Words(TextProblem::TooLong(WORDS_CHARS)),
        BooksRefusal::Words(TextProblem::NotPlain),
        BooksRefusal::HowMany(MOST_EXPLAINED),
        BooksRefusal::DayInFuture,
        BooksRefusal::NothingToExport,
        BooksRefusal::Mapping(MappingProblem { line: 1, fault: MappingFault::NotToml }),
        BooksRefusal::NothingSpent,
        BooksRefusal::ReversedTooOften,
        BooksRefusal::AboveSpent(MOST),
        BooksRefusal::Amount(MoneyProblem::PartPennies),
        BooksRefusal::Amount(MoneyProblem::NotPositive),
        BooksRefusal::Amount(MoneyProblem::TooLarge),
    ] {
        let (en, cy) = (refusal.words(Language::En), refusal.words(Language::Cy));
        assert!(!en.is_empty() && !cy.is_empty() && en != cy, "{refusal:?}");
        assert!(en.chars().count() <= MOST_WORDS && cy.chars().count() <= MOST_WORDS, "{en} {cy}");
    }
}

proptest! {
    #[test]
    fn a_reversal_takes_back_at_most_what_is_left(left in 1i64..10_000, said in proptest::option::of(1i64..20_000)) {
        match reversal(Money::from_pence(left), said.map(Money::from_pence), 0) {
            Ok(back) => prop_assert_eq!(back.pence(), said.unwrap_or(left)),
            Err(refusal) => {
                prop_assert!(said.is_some_and(|said| said > left));
                prop_assert_eq!(refusal, BooksRefusal::AboveSpent(Money::from_pence(left)));
            }
        }
    }
}
