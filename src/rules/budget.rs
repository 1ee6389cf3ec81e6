//! Movements on a budget, as deltas of its counters. The store applies one as a single conditional update.

use busfare_entity::words::BudgetMovement;

use super::money::Money;

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

    /// What it takes from the available money; negative where it gives some back.
    pub const fn takes(&self) -> i64 {
        self.reserved + self.committed + self.settled
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
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
