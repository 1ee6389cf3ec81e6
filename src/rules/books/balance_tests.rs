//! What the balance of a month promises, as sentences.

use proptest::prelude::*;

use super::*;

fn spend(number: u128) -> SpendId {
    SpendId(Uuid::from_u128(number))
}

fn money(pence: i64) -> Money {
    Money::from_pence(pence)
}

fn settled(number: u128, of: u128, pence: i64) -> Settled {
    Settled {
        entry: BudgetEntryId(Uuid::from_u128(number)),
        spend: Some(spend(of)),
        shown: Shown::OnStatement,
        at: DateTime::UNIX_EPOCH,
        amount: money(pence),
    }
}

fn line(number: u128, pence: i64, matched: Option<u128>) -> StatementLine {
    StatementLine {
        about: DifferenceAbout::StatementLine,
        id: Uuid::from_u128(number),
        at: DateTime::UNIX_EPOCH,
        amount: money(pence),
        matched: matched.map(spend),
    }
}

fn kinds(balance: &Balance) -> Vec<(DifferenceKind, i64)> {
    balance.differences.iter().map(|difference| (difference.kind, difference.amount.pence())).collect()
}

fn alone(ledger: &[Settled], statements: &[StatementLine]) -> Balance {
    balance(ledger, statements, &HashMap::new())
}

#[test]
fn a_fare_that_the_statement_has_too_is_no_difference() {
    let balance = alone(&[settled(1, 1, 115)], &[line(2, 115, Some(1))]);

    assert_eq!((balance.ledger, balance.statements, balance.differences.len()), (money(115), money(115), 0));
    assert_eq!(balance.may_close(), Ok(()));
}

#[test]
fn every_kind_of_difference_has_its_own_line() {
    let cash = Settled { shown: Shown::Elsewhere, ..settled(3, 3, 400) };
    let count = StatementLine { about: DifferenceAbout::CashCount, ..line(9, 200, None) };
    let balance =
        alone(&[settled(1, 1, 115), settled(2, 2, 1_000), cash], &[line(7, 1_050, Some(2)), line(8, 333, None), count]);

    let mut kinds = kinds(&balance);
    kinds.sort_unstable();
    assert_eq!(
        kinds,
        [
            (DifferenceKind::MoneyWithoutStatement, 115),
            (DifferenceKind::StatementWithoutSpend, -333),
            (DifferenceKind::AmountDiffers, -50),
            (DifferenceKind::CashCountDiffers, -200),
            (DifferenceKind::PaidAnotherWay, 400),
        ]
    );
    assert_eq!(balance.may_close(), Err(BooksRefusal::Unexplained { count: 4, amount: money(-468) }));
}

#[test]
fn words_explain_exactly_the_amount_they_were_about() {
    let subject = Subject { about: DifferenceAbout::Spend, id: spend(1).0 };
    let by = PractitionerId(Uuid::from_u128(9));
    let words = |pence| Explanation { amount: money(pence), words: "The line comes on the 2nd".into(), by };
    let balance = || alone(&[settled(1, 1, 115)], &[]);

    assert_eq!(balance().explained(HashMap::from([(subject, words(115))])).may_close(), Ok(()));
    assert!(balance().explained(HashMap::from([(subject, words(114))])).may_close().is_err());
    assert_eq!(
        balance().meant(subject, money(115)).map(|difference| difference.kind),
        Ok(DifferenceKind::MoneyWithoutStatement)
    );
    assert_eq!(balance().meant(subject, money(1)), Err(BooksRefusal::DifferenceChanged(money(115))));
}

#[test]
fn a_line_that_comes_a_month_later_clears_what_the_month_before_listed() {
    let october = alone(&[settled(1, 1, 115)], &[]);
    let november = balance(&[], &[line(2, 115, Some(1))], &HashMap::from([(spend(1), october.difference())]));

    assert_eq!(kinds(&november), [(DifferenceKind::ClearsEarlier, -115)]);
    assert_eq!((november.may_close(), october.difference().pence() + november.difference().pence()), (Ok(()), 0));
    let other = balance(&[], &[line(2, 114, Some(1))], &HashMap::from([(spend(1), money(115))]));
    assert_eq!(kinds(&other), [(DifferenceKind::AmountDiffers, -114)]);
}

#[test]
fn a_spend_that_went_back_in_full_within_the_month_leaves_nothing_to_explain() {
    assert_eq!(alone(&[settled(1, 1, 115), settled(2, 1, -115)], &[]).differences, []);
}

prop_compose! {
    fn a_movement()(number in any::<u128>(), of in proptest::option::of(1u128..20), pence in -5_000i64..5_000, elsewhere: bool) -> Settled {
        let shown = if elsewhere { Shown::Elsewhere } else { Shown::OnStatement };
        Settled { spend: of.map(spend), shown, ..settled(number, 0, pence) }
    }
}

prop_compose! {
    fn a_line()(number in any::<u128>(), of in proptest::option::of(1u128..20), pence in -5_000i64..5_000, count: bool) -> StatementLine {
        let about = if count { DifferenceAbout::CashCount } else { DifferenceAbout::StatementLine };
        StatementLine { about, ..line(number, pence, of) }
    }
}

proptest! {
    #[test]
    fn the_ledger_is_the_statements_and_the_listed_differences_to_the_penny(
        ledger in proptest::collection::vec(a_movement(), 0..40), statements in proptest::collection::vec(a_line(), 0..40),
        earlier in proptest::collection::hash_map(1u128..20, -5_000i64..5_000, 0..20),
    ) {
        let earlier = earlier.into_iter().map(|(number, pence)| (spend(number), money(pence))).collect();
        let balance = balance(&ledger, &statements, &earlier);

        prop_assert_eq!(balance.ledger.pence(), balance.statements.pence() + balance.difference().pence());
        prop_assert!(balance.differences.iter().all(|difference| difference.amount != Money::ZERO));
        let uneven = uneven(&ledger, &statements);
        let about_spends = balance.differences.iter().filter(|difference| difference.subject.about == DifferenceAbout::Spend);
        prop_assert_eq!(about_spends.count(), uneven.len());
    }
}
