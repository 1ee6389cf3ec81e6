//! Money: whole pence, checked arithmetic, never a float.

use std::fmt;

use busfare_entity::words::Language;
use rust_decimal::{Decimal, prelude::ToPrimitive};
use serde::{Deserialize, Serialize};

use super::refusal::say;

/// The most one spend may come to: a million pounds. Above it a mistyped amount is likelier than a real one.
pub const MOST: Money = Money(100_000_000);

/// An amount in whole pence of the organisation's currency. May be zero; rules say where it may not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Money(i64);

/// Why a decimal amount is not money somebody can ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum MoneyProblem {
    /// It has a fraction of a penny.
    PartPennies,
    /// It is zero or negative.
    NotPositive,
    /// It is above [`MOST`].
    TooLarge,
}

impl Money {
    /// Nothing at all.
    pub const ZERO: Self = Self(0);

    /// From whole pence, as tables hold it.
    pub const fn from_pence(pence: i64) -> Self {
        Self(pence)
    }

    /// Whole pence, as tables hold it.
    pub const fn pence(self) -> i64 {
        self.0
    }

    /// An amount that a person may ask for: positive, whole pence, at most [`MOST`].
    pub fn try_asked(amount: Decimal) -> Result<Self, MoneyProblem> {
        if amount <= Decimal::ZERO {
            return Err(MoneyProblem::NotPositive);
        }
        if amount > MOST.to_decimal() {
            return Err(MoneyProblem::TooLarge);
        }
        let pence = amount.checked_mul(Decimal::ONE_HUNDRED).ok_or(MoneyProblem::TooLarge)?;
        if !pence.fract().is_zero() {
            return Err(MoneyProblem::PartPennies);
        }
        pence.to_i64().map(Self).ok_or(MoneyProblem::TooLarge)
    }

    /// An amount that a person may have counted: whole pence, at most [`MOST`], and nothing at all is an amount too.
    pub fn try_counted(amount: Decimal) -> Result<Self, MoneyProblem> {
        if amount.is_zero() { Ok(Self::ZERO) } else { Self::try_asked(amount) }
    }

    /// Pounds and pence with two decimals, for the API's edge.
    pub fn to_decimal(self) -> Decimal {
        Decimal::new(self.0, 2)
    }

    /// This many of it; none where the product is above [`MOST`].
    pub fn times(self, count: i32) -> Option<Self> {
        self.0.checked_mul(i64::from(count)).map(Self).filter(|total| *total <= MOST)
    }

    /// The sum; none only beyond what 64 bits hold.
    pub fn plus(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    /// What is left after taking `other`; zero where nothing is.
    pub fn less(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0).max(0))
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let pounds = (self.0 / 100).unsigned_abs().to_string();
        let sign = if self.0 < 0 { "-" } else { "" };
        let mut grouped = String::with_capacity(pounds.len() + pounds.len() / 3);
        for (place, digit) in pounds.chars().enumerate() {
            if place > 0 && (pounds.len() - place).is_multiple_of(3) {
                grouped.push(',');
            }
            grouped.push(digit);
        }
        write!(f, "{sign}£{grouped}.{:02}", (self.0 % 100).abs())
    }
}

/// The words for an amount that is not money somebody can ask for.
pub fn say_money(problem: MoneyProblem, language: Language) -> String {
    match problem {
        MoneyProblem::PartPennies => say(
            language,
            "That amount has part of a penny. Give pounds and whole pence, like 1.15.",
            "Mae rhan o geiniog yn y swm. Rhowch bunnoedd a cheiniogau cyfan, fel 1.15.",
        ),
        MoneyProblem::NotPositive => say(
            language,
            "The amount must be more than nothing. Give pounds and pence, like 1.15.",
            "Rhaid i'r swm fod yn fwy na dim. Rhowch bunnoedd a cheiniogau, fel 1.15.",
        ),
        MoneyProblem::TooLarge => say(
            language,
            format!("The total may be at most {MOST}. Check the amount and the count."),
            format!("Gall y cyfanswm fod yn {MOST} ar y mwyaf. Gwiriwch y swm a'r nifer."),
        ),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn asked(text: &str) -> Result<Money, MoneyProblem> {
        Money::try_asked(text.parse().unwrap())
    }

    #[test]
    fn a_bus_fare_is_115_pence() {
        assert_eq!(asked("1.15"), Ok(Money(115)));
        assert_eq!(asked("1.1500"), Ok(Money(115)));
        assert_eq!(asked("30"), Ok(Money(3000)));
    }

    #[test]
    fn part_pennies_nothing_and_fortunes_are_not_money_to_ask_for() {
        assert_eq!(asked("1.155"), Err(MoneyProblem::PartPennies));
        assert_eq!(asked("0"), Err(MoneyProblem::NotPositive));
        assert_eq!(asked("-1.15"), Err(MoneyProblem::NotPositive));
        assert_eq!(asked("79228162514264337593543950335"), Err(MoneyProblem::TooLarge));
        assert_eq!(asked("1000000.01"), Err(MoneyProblem::TooLarge));
        assert_eq!(asked("1000000"), Ok(MOST));
    }

    #[test]
    fn money_reads_like_money() {
        assert_eq!(Money(115).to_string(), "£1.15");
        assert_eq!(Money(100_000_000).to_string(), "£1,000,000.00");
        assert_eq!(Money(5).to_string(), "£0.05");
        assert_eq!(Money(-250_005).to_string(), "-£2,500.05");
    }

    proptest! {
        #[test]
        fn whole_pence_survive_the_trip_to_decimal_and_back(pence in 1..=MOST.0) {
            prop_assert_eq!(Money::try_asked(Money(pence).to_decimal()), Ok(Money(pence)));
        }

        #[test]
        fn four_fares_cost_four_times_one(pence in 1..=MOST.0, count in 1..=1000) {
            let product = i128::from(pence) * i128::from(count);
            let expected = (product <= i128::from(MOST.0)).then(|| Money(i64::try_from(product).unwrap()));
            prop_assert_eq!(Money(pence).times(count), expected);
        }
    }
}
