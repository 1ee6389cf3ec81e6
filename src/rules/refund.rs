//! Refunds: money that comes back of a spend, never more than left for it.

use busfare_entity::words::SpendMoney;

use super::{budget::Step, money::Money, spend::SpendRefusal};

/// Most characters of why it came back.
pub const REASON_CHARS: usize = 500;

/// Where it goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Into {
    /// The budget that paid, in the same period.
    SameBudget,
    /// The budget of the next period, because the one that paid is closed.
    Successor,
}

/// What a refund comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refund {
    /// What came back now.
    pub amount: Money,
    /// What has come back in all.
    pub refunded: Money,
    /// Where the money is from here on.
    pub money: SpendMoney,
    /// What moves on the budget.
    pub step: Step,
}

/// Part or all of what was spent comes back; all that has not yet come back where no amount is given.
pub fn refund(spent: Money, before: Money, amount: Option<Money>, into: Into) -> Result<Refund, SpendRefusal> {
    let left = spent.less(before);
    let amount = amount.unwrap_or(left);
    let refunded = before.plus(amount).ok_or(SpendRefusal::AboveSpent(left))?;
    if amount > left || amount == Money::ZERO {
        return Err(SpendRefusal::AboveSpent(left));
    }
    let money = if refunded == spent { SpendMoney::Refunded } else { SpendMoney::PartRefunded };
    let step = match into {
        Into::SameBudget => Step::refund(amount),
        Into::Successor => Step::refund_late(amount),
    };
    Ok(Refund { amount, refunded, money, step })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_pair_of_shoes_goes_back_in_two_trips() {
        let (spent, half) = (Money::from_pence(3_000), Money::from_pence(1_500));

        let first = refund(spent, Money::ZERO, Some(half), Into::SameBudget).unwrap();
        assert_eq!((first.money, first.step.settled, first.step.allocated), (SpendMoney::PartRefunded, -1_500, 0));
        let second = refund(spent, first.refunded, None, Into::Successor).unwrap();
        assert_eq!((second.money, second.step.settled, second.step.allocated), (SpendMoney::Refunded, 0, 1_500));
        assert_eq!(
            refund(spent, second.refunded, Some(half), Into::SameBudget),
            Err(SpendRefusal::AboveSpent(Money::ZERO))
        );
    }

    proptest! {
        #[test]
        fn never_more_comes_back_than_left(spent in 1i64..10_000, amounts in proptest::collection::vec(0i64..5_000, 1..10)) {
            let spent = Money::from_pence(spent);
            let mut back = Money::ZERO;
            for amount in amounts {
                if let Ok(refund) = refund(spent, back, Some(Money::from_pence(amount)), Into::SameBudget) {
                    prop_assert_eq!(refund.step.frees(), amount);
                    back = refund.refunded;
                }
                prop_assert!(back <= spent);
            }
        }
    }
}
