//! Changing a spend after it was asked for: what is lowered goes back at once, and of what is raised
//! only the difference is decided.

use super::{money::Money, spend::SpendRefusal};

/// Most times one spend may be raised.
pub const MOST_RAISES: usize = 20;

/// What is authorised under a spend, or under one that raised it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// What is authorised; what has left, once it has.
    pub stands: Money,
    /// Whether it can still be lowered, because its money has not left.
    pub lowers: bool,
}

/// What changing the total comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Plan {
    /// Nothing moves.
    Same,
    /// These parts, by their place, come down to so much; nothing means that the part is taken back.
    Lower(Vec<(usize, Money)>),
    /// So much more has to be decided.
    Raise(Money),
}

/// What is authorised in all.
pub fn in_all(parts: &[Part]) -> Money {
    parts.iter().fold(Money::ZERO, |sum, part| sum.plus(part.stands).unwrap_or(sum))
}

/// Plans a new total for a spend, its first part, and everything that raised it, oldest first. The newest comes down
/// first; the first part always keeps something.
pub fn plan(parts: &[Part], to: Money) -> Result<Plan, SpendRefusal> {
    let now = in_all(parts);
    if to == now {
        return Ok(Plan::Same);
    }
    if to > now {
        return Ok(Plan::Raise(to.less(now)));
    }

    let (mut excess, mut lowered) = (now.less(to), Vec::new());
    for (place, part) in parts.iter().enumerate().rev().filter(|(_, part)| part.lowers) {
        if excess == Money::ZERO {
            break;
        }
        let left = part.stands.less(excess);
        if place == 0 && left == Money::ZERO {
            return Err(SpendRefusal::AlreadySpent);
        }
        excess = excess.less(part.stands);
        lowered.push((place, left));
    }
    if excess == Money::ZERO { Ok(Plan::Lower(lowered)) } else { Err(SpendRefusal::AlreadySpent) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn part(pence: i64, lowers: bool) -> Part {
        Part { stands: Money::from_pence(pence), lowers }
    }

    #[test]
    fn the_newest_raise_comes_down_first_and_what_is_spent_stays() {
        let parts = [part(2_000, true), part(500, true), part(300, true)];
        let to = |pence| plan(&parts, Money::from_pence(pence));
        let at = |place, pence| (place, Money::from_pence(pence));

        assert_eq!(to(2_800), Ok(Plan::Same));
        assert_eq!(to(2_900), Ok(Plan::Raise(Money::from_pence(100))));
        assert_eq!(to(2_600), Ok(Plan::Lower(vec![at(2, 100)])));
        assert_eq!(to(1_900), Ok(Plan::Lower(vec![at(2, 0), at(1, 0), at(0, 1_900)])));
        assert_eq!(plan(&[part(2_000, false)], Money::from_pence(1_999)), Err(SpendRefusal::AlreadySpent));
        assert_eq!(
            plan(&[part(2_000, true), part(500, false)], Money::from_pence(500)),
            Err(SpendRefusal::AlreadySpent)
        );
    }

    proptest! {
        #[test]
        fn after_a_plan_the_parts_are_the_new_total(
            parts in proptest::collection::vec((1i64..10_000, any::<bool>()), 1..6), to in 1i64..60_000,
        ) {
            let parts: Vec<_> = parts.into_iter().map(|(pence, lowers)| part(pence, lowers)).collect();
            let to = Money::from_pence(to);
            match plan(&parts, to) {
                Ok(Plan::Same) => prop_assert_eq!(in_all(&parts), to),
                Ok(Plan::Raise(more)) => prop_assert_eq!(in_all(&parts).plus(more), Some(to)),
                Ok(Plan::Lower(lowered)) => {
                    let mut after = parts.clone();
                    for (place, left) in lowered {
                        prop_assert!(after[place].lowers && left < after[place].stands && (place > 0 || left > Money::ZERO));
                        after[place].stands = left;
                    }
                    prop_assert_eq!(in_all(&after), to);
                }
                Err(refusal) => {
                    prop_assert_eq!(refusal, SpendRefusal::AlreadySpent);
                    let spent: Vec<_> = parts.iter().copied().filter(|part| !part.lowers).collect();
                    prop_assert!(to <= in_all(&spent));
                }
            }
        }
    }
}
