//! Working days: Monday to Friday without the bank holidays of England and Wales.
//! A holiday that is proclaimed for one year alone counts as a working day: nobody waits longer for it.

use busfare_entity::words::Nation;
use chrono::{NaiveDate, TimeDelta};

use super::bank_holiday::{bank_holiday, is_weekend};

/// How many years are counted day by day; longer is all the same to somebody who waits.
const MOST_DAYS: i64 = 3_660;

/// How many working days have come after a day, up to and including another. None before it.
pub fn working_days_after(day: NaiveDate, until: NaiveDate) -> u32 {
    let days = until.signed_duration_since(day).num_days().clamp(0, MOST_DAYS);
    let working =
        (1..=days).filter(|after| day.checked_add_signed(TimeDelta::days(*after)).is_some_and(is_working_day));
    u32::try_from(working.count()).unwrap_or(u32::MAX)
}

/// Whether people work on a day.
pub fn is_working_day(day: NaiveDate) -> bool {
    !is_weekend(day) && bank_holiday(day, Nation::EnglandAndWales).is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn the_bank_holidays_of_three_years_are_those_on_the_wall() {
        let listed = [
            "2025-01-01",
            "2025-04-18",
            "2025-04-21",
            "2025-05-05",
            "2025-05-26",
            "2025-08-25",
            "2025-12-25",
            "2025-12-26",
            "2026-01-01",
            "2026-04-03",
            "2026-04-06",
            "2026-05-04",
            "2026-05-25",
            "2026-08-31",
            "2026-12-25",
            "2026-12-28",
            "2027-01-01",
            "2027-03-26",
            "2027-03-29",
            "2027-05-03",
            "2027-05-31",
            "2027-08-30",
            "2027-12-27",
            "2027-12-28",
        ];
        let found: Vec<String> = day("2025-01-01")
            .iter_days()
            .take_while(|one| *one < day("2028-01-01"))
            .filter(|one| !is_weekend(*one) && !is_working_day(*one))
            .map(|one| one.to_string())
            .collect();
        assert_eq!(found, listed);
    }

    #[test]
    fn a_weekend_is_no_working_day_and_neither_is_the_day_itself() {
        assert_eq!(working_days_after(day("2026-11-20"), day("2026-11-20")), 0);
        assert_eq!(working_days_after(day("2026-11-20"), day("2026-11-22")), 0);
        assert_eq!(working_days_after(day("2026-11-20"), day("2026-11-23")), 1);
        assert_eq!(working_days_after(day("2026-11-20"), day("2026-11-27")), 5);
        assert_eq!(working_days_after(day("2026-12-24"), day("2026-12-29")), 1);
        assert_eq!(working_days_after(day("2026-11-20"), day("2026-11-01")), 0);
    }

    #[test]
    fn an_age_of_centuries_costs_no_more_than_ten_years() {
        assert!(working_days_after(NaiveDate::MIN, NaiveDate::MAX) < 3_660);
    }
}
