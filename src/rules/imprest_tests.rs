//! The tin always adds up, and a difference is found once.

use busfare_entity::words::{OrganisationId, TeamId};
use proptest::prelude::*;
use uuid::Uuid;

use super::*;

fn pounds(pounds: i64) -> Money {
    Money::from_pence(pounds * 100)
}

fn pence(pence: i64) -> Money {
    Money::from_pence(pence)
}

/// Cash, advanced, unreimbursed.
type Tin = (i64, i64, i64);

/// The tin after a step, where the database would let it go ahead.
fn after(tin: Tin, step: Step) -> Option<Tin> {
    let next = (tin.0 + step.cash, tin.1 + step.advanced, tin.2 + step.unreimbursed);
    (next.0 >= 0 && next.1 >= 0 && next.2 >= 0).then_some(next)
}

fn viewer(id: u128, role: Role) -> Viewer {
    Viewer {
        id: PractitionerId(Uuid::from_u128(id)),
        organisation: OrganisationId(Uuid::from_u128(1)),
        team: TeamId(Uuid::from_u128(1)),
        role,
    }
}

proptest! {
    #[test]
    fn cash_and_advances_and_what_is_not_put_back_are_always_the_fixed_sum(
        fixed in 1i64..20_000, steps in proptest::collection::vec((0usize..4, 1i64..5_000, 0i64..5_000), 0..60),
    ) {
        let opened = Step::open(pence(fixed));
        prop_assert_eq!(opened.fixed, fixed);
        let mut tin = after((0, 0, 0), opened).unwrap();
        for (kind, one, other) in steps {
            let step = match kind {
                0 => Step::pay(pence(one)),
                1 => Step::advance(pence(one)),
                2 => Step::settle(pence(one.min(tin.1)), pence(other)),
                _ => Step::replenish(pence(one.min(tin.2))),
            };
            prop_assert_eq!(step.cash + step.advanced + step.unreimbursed, step.fixed);
            tin = after(tin, step).unwrap_or(tin);
            prop_assert_eq!(tin.0 + tin.1 + tin.2, fixed);
        }
    }

    #[test]
    fn a_difference_is_found_once_and_carried_until_it_is_put_right(book in 0i64..20_000, counted in 0i64..20_000, later in -3_000i64..3_000) {
        let found = counted - expected(pence(book), &[]);
        let carried = [Difference { pence: found, outcome: None }];
        prop_assert_eq!(expected(pence(book), &carried), counted);

        // Whatever is paid in or out in between, the same cash is still missing, and it is no news.
        let book = (book + later).max(0);
        prop_assert_eq!(expected(pence(book), &carried), book + found);
        let known = [Difference { pence: found, outcome: Some(DifferenceOutcome::StillThere) }];
        prop_assert_eq!(expected(pence(book), &known), book + found);
        let right = [Difference { pence: found, outcome: Some(DifferenceOutcome::PutRight) }];
        prop_assert_eq!(expected(pence(book), &right), book);
    }
}

#[test]
fn what_was_taken_and_spent_and_brought_back_moves_to_the_right_places() {
    assert_eq!(after((5_000, 0, 0), Step::advance(pounds(10))), Some((4_000, 1_000, 0)));
    assert_eq!(after((4_000, 1_000, 0), Step::settle(pounds(10), pence(850))), Some((4_150, 0, 850)));
    assert_eq!(after((4_000, 1_000, 0), Step::settle(pounds(10), Money::ZERO)), Some((5_000, 0, 0)));
    assert_eq!(after((4_000, 1_000, 0), Step::settle(pounds(10), pence(1_150))), Some((3_850, 0, 1_150)));
    assert_eq!(after((100, 0, 0), Step::pay(pence(101))), None);
}

#[test]
fn the_tin_is_filled_up_to_the_fixed_sum_and_no_further() {
    assert_eq!(replenishment(pence(850), None), Ok(pence(850)));
    assert_eq!(replenishment(pence(850), Some(pence(800))), Ok(pence(800)));
    assert_eq!(replenishment(pence(850), Some(pence(851))), Err(PaymentRefusal::AboveUnreimbursed(pence(850))));
    assert_eq!(replenishment(Money::ZERO, None), Err(PaymentRefusal::NothingToReplenish));
    assert_eq!(replenishment(Money::ZERO, Some(pence(1))), Err(PaymentRefusal::NothingToReplenish));
}

#[test]
fn only_a_difference_is_explained_and_only_until_it_is_put_right() {
    assert_eq!(explain(Difference { pence: 0, outcome: None }), Err(PaymentRefusal::NoDifference));
    assert_eq!(explain(Difference { pence: -200, outcome: None }), Ok(()));
    assert_eq!(explain(Difference { pence: -200, outcome: Some(DifferenceOutcome::StillThere) }), Ok(()));
    let right = Difference { pence: -200, outcome: Some(DifferenceOutcome::PutRight) };
    assert_eq!(explain(right), Err(PaymentRefusal::PutRightAlready));
}

#[test]
fn a_tin_goes_from_one_person_to_another_who_works_there() {
    let (mari, enabler) = (viewer(1, Role::Practitioner), viewer(2, Role::Enabler));
    let id = |id| PractitionerId(Uuid::from_u128(id));
    let handing = Handing { keeper: None, receiver: id(3), receiver_belongs: true, open_by: None };

    assert_eq!(hand_over(&mari, handing), Ok(()));
    assert_eq!(hand_over(&mari, Handing { keeper: Some(id(1)), open_by: Some(id(1)), ..handing }), Ok(()));
    assert_eq!(hand_over(&mari, Handing { receiver: id(1), ..handing }), Err(PaymentRefusal::SamePerson));
    assert_eq!(hand_over(&enabler, Handing { receiver: id(2), ..handing }), Err(PaymentRefusal::SamePerson));
    assert_eq!(hand_over(&mari, Handing { keeper: Some(id(9)), ..handing }), Err(PaymentRefusal::NotTheKeeper));
    assert_eq!(hand_over(&mari, Handing { receiver_belongs: false, ..handing }), Err(PaymentRefusal::NotInThisHub));
    assert_eq!(hand_over(&mari, Handing { open_by: Some(id(9)), ..handing }), Err(PaymentRefusal::HandoverOpen));
    // The keeper is ill: an enabler hands it over, and ends what was begun.
    assert_eq!(hand_over(&enabler, Handing { keeper: Some(id(9)), open_by: Some(id(9)), ..handing }), Ok(()));
}
