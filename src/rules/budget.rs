//! Movements on a budget, as deltas of its counters. The store applies one as a single conditional update.

use busfare_entity::words::BudgetMovement;

mod refusal;

pub use self::refusal::BudgetRefusal;
use super::money::Money;

/// Most characters of the reason for a change of a budget.
pub const REASON_CHARS: usize = 500;
/// Fewest characters of it.
pub const REASON_LEAST: usize = 3;

/// One movement. Deltas are pence; their sum is what it takes from the money still available.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// What kind of movement it is.
    pub movement: BudgetMovement,
    /// Change of what is allocated.
    pub allocated: i64,
    /// The part of that change by which the budget runs over.
    pub overrun: i64,
    /// Change of the soft hold.
    pub reserved: i64,
    /// Change of the hard hold.
    pub committed: i64,
    /// Change of what has left.
    pub settled: i64,
}

impl Step {
    const fn new(movement: BudgetMovement, reserved: i64, committed: i64, settled: i64) -> Self {
        Self { movement, allocated: 0, overrun: 0, reserved, committed, settled }
    }

    /// Puts money into the budget.
    pub const fn allocate(amount: Money) -> Self {
        Self { allocated: amount.pence(), ..Self::new(BudgetMovement::Allocate, 0, 0, 0) }
    }

    /// Holds softly while a colleague decides.
    pub const fn reserve(amount: Money) -> Self {
        Self::new(BudgetMovement::Reserve, amount.pence(), 0, 0)
    }

    /// Gives a soft hold back.
    pub const fn unreserve(amount: Money) -> Self {
        Self::new(BudgetMovement::Unreserve, -amount.pence(), 0, 0)
    }

    /// Sets aside what was authorised, out of what was softly held for it, if anything was.
    /// Where less was authorised than held, the rest goes back in the same step.
    pub const fn commit(amount: Money, held: Money) -> Self {
        Self::new(BudgetMovement::Commit, -held.pence(), amount.pence(), 0)
    }

    /// The same step, for which the budget runs over by so much.
    pub const fn running_over(self, by: Money) -> Self {
        Self { allocated: self.allocated + by.pence(), overrun: self.overrun + by.pence(), ..self }
    }

    /// Gives a hard hold back.
    pub const fn release(amount: Money) -> Self {
        Self::new(BudgetMovement::Release, 0, -amount.pence(), 0)
    }

    /// Money leaves, out of what was set aside for it; what was not needed goes back in the same step.
    pub const fn settle(spent: Money, committed: Money) -> Self {
        Self::new(BudgetMovement::Settle, 0, -committed.pence(), spent.pence())
    }

    /// Money goes to another budget. Only what is available goes.
    pub const fn vire_out(amount: Money) -> Self {
        Self { allocated: -amount.pence(), ..Self::new(BudgetMovement::Vire, 0, 0, 0) }
    }

    /// The other side of [`Self::vire_out`].
    pub const fn vire_in(amount: Money) -> Self {
        Self { allocated: amount.pence(), ..Self::new(BudgetMovement::Vire, 0, 0, 0) }
    }

    /// Money that had left comes back: a negative settlement.
    pub const fn refund(amount: Money) -> Self {
        Self::new(BudgetMovement::Refund, 0, 0, -amount.pence())
    }

    /// Money that had left in a period that is closed comes back into the next one, as something more to spend.
    pub const fn refund_late(amount: Money) -> Self {
        Self { allocated: amount.pence(), ..Self::new(BudgetMovement::Refund, 0, 0, 0) }
    }

    /// What a closed budget does not carry forward.
    pub const fn lapse(amount: Money) -> Self {
        Self { allocated: -amount.pence(), ..Self::new(BudgetMovement::Lapse, 0, 0, 0) }
    }

    /// Leaves for the next period: what is held takes its money along, and nothing else in the new period pays for it.
    pub const fn carry_out(carried: Carried) -> Self {
        let Carried { reserved, committed, unspent } = carried;
        let all = reserved.pence() + committed.pence() + unspent.pence();
        let held = Self::new(BudgetMovement::Carry, -reserved.pence(), -committed.pence(), 0);
        Self { allocated: -all, ..held }
    }

    /// The other side of [`Self::carry_out`].
    pub const fn carry_in(carried: Carried) -> Self {
        let Carried { reserved, committed, unspent } = carried;
        let all = reserved.pence() + committed.pence() + unspent.pence();
        let held = Self::new(BudgetMovement::Carry, reserved.pence(), committed.pence(), 0);
        Self { allocated: all, ..held }
    }

    /// What it takes from the available money; negative where it gives some back.
    pub const fn takes(&self) -> i64 {
        self.reserved + self.committed + self.settled
    }

    /// By how much more is available after it; negative where less is.
    pub const fn frees(&self) -> i64 {
        self.allocated - self.takes()
    }

    /// The same step, with what it frees paying back what the budget has run over by, before anything else may be
    /// asked of it. So a budget is only ever over while it has nothing left, and comes back to what was put into it.
    pub fn paying_back(self, available: Money, overrun: Money) -> Self {
        let spare = (available.pence() + self.frees()).max(0);
        let back = (overrun.pence() + self.overrun).clamp(0, spare);
        Self { allocated: self.allocated - back, overrun: self.overrun - back, ..self }
    }
}

/// What goes from one period's budget into the next one's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Carried {
    /// Held while a colleague decides.
    pub reserved: Money,
    /// Authorised and not yet spent.
    pub committed: Money,
    /// Neither held nor spent.
    pub unspent: Money,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A budget of the imagination: what it was given, over, reserved, committed and settled.
    #[derive(Clone, Copy, Debug)]
    struct Counters {
        given: i64,
        allocated: i64,
        overrun: i64,
        taken: i64,
    }

    impl Counters {
        fn available(self) -> i64 {
            self.allocated - self.taken
        }

        fn moved(self, step: Step) -> Self {
            let step = if step.frees() > 0 {
                step.paying_back(Money::from_pence(self.available()), Money::from_pence(self.overrun))
            } else {
                step
            };
            Self {
                allocated: self.allocated + step.allocated,
                overrun: self.overrun + step.overrun,
                taken: self.taken + step.takes(),
                ..self
            }
        }
    }

    #[test]
    fn what_is_given_back_pays_back_the_over_run_first() {
        let over = Step::commit(Money::from_pence(500), Money::ZERO).running_over(Money::from_pence(200));
        let start = Counters { given: 300, allocated: 300, overrun: 0, taken: 0 };

        let ran_over = start.moved(over);
        assert_eq!((ran_over.allocated, ran_over.overrun, ran_over.available()), (500, 200, 0));
        let under_spent = ran_over.moved(Step::settle(Money::from_pence(350), Money::from_pence(500)));
        assert_eq!((under_spent.allocated, under_spent.overrun, under_spent.available()), (350, 50, 0));
        let refunded = under_spent.moved(Step::refund(Money::from_pence(100)));
        assert_eq!((refunded.allocated, refunded.overrun, refunded.available()), (300, 0, 50));
    }

    proptest! {
        #[test]
        fn a_budget_is_over_only_while_it_has_nothing_left_and_comes_back_to_what_was_put_into_it(
            given in 0i64..5_000, tolerance in 0i64..3_000, spends in proptest::collection::vec((1i64..2_000, 0i64..2_000), 1..20),
        ) {
            let mut budget = Counters { given, allocated: given, overrun: 0, taken: 0 };
            let mut held = Vec::new();
            for (asked, gives_back) in spends {
                let (amount, available) = (Money::from_pence(asked), Money::from_pence(budget.available()));
                let over = amount.less(available);
                if budget.overrun + over.pence() <= tolerance {
                    budget = budget.moved(Step::commit(amount, Money::ZERO).running_over(over));
                    held.push(amount);
                }
                if let (Some(last), true) = (held.last().copied(), gives_back % 2 == 0) {
                    held.pop();
                    budget = budget.moved(Step::settle(Money::from_pence(gives_back.min(last.pence())), last));
                }
                prop_assert!(budget.overrun >= 0 && budget.overrun <= tolerance);
                prop_assert!(budget.overrun == 0 || budget.available() == 0, "{budget:?}");
                prop_assert_eq!(budget.allocated - budget.overrun, budget.given);
                prop_assert!(budget.taken <= budget.allocated);
            }
            for amount in held {
                budget = budget.moved(Step::release(amount));
            }
            prop_assert!(budget.overrun == 0 || budget.taken > budget.given);
        }

        #[test]
        fn what_is_moved_between_budgets_sums_to_nothing(
            amount in 1i64..100_000, reserved in 0i64..100, committed in 0i64..100, unspent in 0i64..100,
        ) {
            let amount = Money::from_pence(amount);
            let carried = Carried {
                reserved: Money::from_pence(reserved), committed: Money::from_pence(committed), unspent: Money::from_pence(unspent),
            };
            for (out, into) in [
                (Step::vire_out(amount), Step::vire_in(amount)), (Step::carry_out(carried), Step::carry_in(carried)),
            ] {
                prop_assert_eq!(out.allocated + into.allocated, 0);
                prop_assert_eq!(out.reserved + into.reserved, 0);
                prop_assert_eq!(out.committed + into.committed, 0);
                prop_assert_eq!((out.settled, into.settled), (0, 0));
            }
        }

        #[test]
        fn a_spend_that_runs_its_course_takes_what_was_spent_and_nothing_else(
            asked in 0i64..10_000, authorised in 0i64..10_000, spent in 0i64..10_000,
        ) {
            let (asked, authorised, spent) = (Money::from_pence(asked), Money::from_pence(authorised), Money::from_pence(spent));
            let steps = [Step::reserve(asked), Step::commit(authorised, asked), Step::settle(spent, authorised)];

            prop_assert_eq!(steps.iter().map(Step::takes).sum::<i64>(), spent.pence());
            prop_assert_eq!(steps.iter().map(|step| step.reserved).sum::<i64>(), 0);
            prop_assert_eq!(steps.iter().map(|step| step.committed).sum::<i64>(), 0);
        }

        #[test]
        fn a_spend_that_is_taken_back_takes_nothing(asked in 0i64..10_000, authorised in 0i64..10_000) {
            let (asked, authorised) = (Money::from_pence(asked), Money::from_pence(authorised));

            prop_assert_eq!(Step::reserve(asked).takes() + Step::unreserve(asked).takes(), 0);
            prop_assert_eq!(Step::commit(authorised, Money::ZERO).takes() + Step::release(authorised).takes(), 0);
        }
    }
}
