//! Working days: Monday to Friday without the bank holidays of England and Wales, each worked out from its year.
//! A holiday that is proclaimed for one year alone counts as a working day: nobody waits longer for it.

use chrono::{Datelike, NaiveDate, TimeDelta, Weekday};

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
    !is_weekend(day) && !is_bank_holiday(day)
}

fn is_weekend(day: NaiveDate) -> bool {
    matches!(day.weekday(), Weekday::Sat | Weekday::Sun)
}

fn is_bank_holiday(day: NaiveDate) -> bool {
    let (year, month, date) = (day.year(), day.month(), day.day());
    let monday = day.weekday() == Weekday::Mon;
    let after_easter = easter(year).map(|easter| day.signed_duration_since(easter).num_days());
    match (month, date) {
        // Where New Year's Day is at a weekend, the Monday after it stands in.
        (1, 1) => true,
        (1, 2 | 3) if monday => true,
        // Early May, spring and summer.
        (5, 1..=7 | 25..=31) if monday => true,
        (8, 25..=31) if monday => true,
        (12, 25 | 26) => true,
        // Christmas Day and Boxing Day at a weekend: the Monday or Tuesday after them.
        (12, 27) if monday || day.weekday() == Weekday::Tue => true,
        (12, 28) if monday || day.weekday() == Weekday::Tue => true,
        _ => matches!(after_easter, Some(-2 | 1)),
    }
}

/// Easter Sunday by the anonymous Gregorian method.
fn easter(year: i32) -> Option<NaiveDate> {
    let (a, b, c) = (year % 19, year / 100, year % 100);
    let h = (19 * a + b - b / 4 - (b - (b + 8) / 25 + 1) / 3 + 15) % 30;
    let l = (32 + 2 * (b % 4) + 2 * (c / 4) - h - c % 4) % 7;
    let m = (a + 11 * h + 22 * l) / 451;
    let n = h + l - 7 * m + 114;
    NaiveDate::from_ymd_opt(year, u32::try_from(n / 31).ok()?, u32::try_from(n % 31 + 1).ok()?)
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
            .filter(|one| !is_weekend(*one) && is_bank_holiday(*one))
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
