//! A calendar month of the organisation, which is what closes.

use std::fmt;

use chrono::{Datelike, Days, Months, NaiveDate};

/// A calendar month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Month(NaiveDate);

impl Month {
    /// The month that a day is in.
    pub fn of(day: NaiveDate) -> Self {
        Self(day.with_day(1).unwrap_or(day))
    }

    /// Its first day, as tables hold it.
    pub fn first_day(self) -> NaiveDate {
        self.0
    }

    /// The month after it.
    pub fn next(self) -> Self {
        Self(self.0.checked_add_months(Months::new(1)).unwrap_or(NaiveDate::MAX))
    }

    /// Its last day.
    pub fn last_day(self) -> NaiveDate {
        self.next().0.checked_sub_days(Days::new(1)).unwrap_or(self.0)
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}/{}", self.0.month(), self.0.year())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_is_the_same_from_any_of_its_days() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let february = Month::of(day("2028-02-29"));

        assert_eq!(february, Month::of(day("2028-02-01")));
        assert_eq!((february.last_day(), february.next()), (day("2028-02-29"), Month::of(day("2028-03-31"))));
        assert_eq!(Month::of(day("2026-12-31")).next().to_string(), "01/2027");
    }
}
