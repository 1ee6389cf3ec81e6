//! Periods of budgets: local days, from the first to the last, and the period that follows.

use chrono::{Days, Months, NaiveDate};

use super::budget::BudgetRefusal;

/// The longest period that is counted in months.
const MOST_MONTHS: u32 = 60;

/// First and last day, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// The first day.
    pub start: NaiveDate,
    /// The last day.
    pub end: NaiveDate,
}

impl Period {
    /// The period of the same length that follows: as many months where it is whole months, else as many days.
    /// None only where the calendar ends.
    pub fn next(self) -> Option<Self> {
        let start = self.end.succ_opt()?;
        let months =
            (1..=MOST_MONTHS).find(|months| self.start.checked_add_months(Months::new(*months)) == Some(start));
        let after = match months {
            Some(months) => start.checked_add_months(Months::new(months))?,
            None => start.checked_add_days(Days::new(u64::try_from((start - self.start).num_days()).ok()?))?,
        };
        Some(Self { start, end: after.pred_opt()? })
    }

    /// A budget is closed when its last day is over, on the calendar on the wall.
    pub fn is_over(self, today: NaiveDate) -> Result<(), BudgetRefusal> {
        if today > self.end { Ok(()) } else { Err(BudgetRefusal::PeriodNotOver(self.end)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::calendar::{HOME, day};

    fn period(start: &str, end: &str) -> Period {
        Period { start: start.parse().unwrap(), end: end.parse().unwrap() }
    }

    #[test]
    fn a_year_follows_a_year_and_a_month_a_month() {
        for (this, next) in [
            (("2026-04-01", "2027-03-31"), ("2027-04-01", "2028-03-31")),
            (("2027-04-01", "2028-03-31"), ("2028-04-01", "2029-03-31")),
            (("2027-02-01", "2027-02-28"), ("2027-03-01", "2027-03-31")),
            (("2026-11-02", "2026-11-15"), ("2026-11-16", "2026-11-29")),
        ] {
            assert_eq!(period(this.0, this.1).next(), Some(period(next.0, next.1)), "{this:?}");
        }
    }

    #[test]
    fn the_year_ends_at_local_midnight_and_the_clocks_may_change() {
        let year = period("2026-04-01", "2027-03-31");
        let at = |moment: &str| year.is_over(day(moment.parse().unwrap(), HOME)).is_ok();

        // 31 March is summer time already: midnight is at 23:00 in UTC.
        assert!(!at("2027-03-31T22:59:59Z"));
        assert!(at("2027-03-31T23:00:00Z"));
        // A budget that ends on the day the clocks go forward, and one on the day they go back.
        for (end, last, first) in [
            ("2027-03-28", "2027-03-28T22:59:59Z", "2027-03-28T23:00:00Z"),
            ("2026-10-25", "2026-10-25T23:59:59Z", "2026-10-26T00:00:00Z"),
        ] {
            let short = period("2026-10-01", end);
            assert!(short.is_over(day(last.parse().unwrap(), HOME)).is_err(), "{last}");
            assert!(short.is_over(day(first.parse().unwrap(), HOME)).is_ok(), "{first}");
        }
    }
}
