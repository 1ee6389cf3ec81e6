//! Bank holidays as they were proclaimed, and Easter as another library has it.

use super::*;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// Those that keep people from work, as "month-day".
fn on_weekdays(year: i32, nation: Nation) -> Vec<String> {
    let days = of_year(year, nation).into_iter().filter(|(day, _)| !is_weekend(*day));
    days.map(|(day, _)| day.format("%m-%d").to_string()).collect()
}

#[test]
fn england_and_wales_close_on_the_days_that_were_proclaimed() {
    let of = |year| on_weekdays(year, Nation::EnglandAndWales);
    assert_eq!(of(2021), ["01-01", "04-02", "04-05", "05-03", "05-31", "08-30", "12-27", "12-28"]);
    assert_eq!(of(2025), ["01-01", "04-18", "04-21", "05-05", "05-26", "08-25", "12-25", "12-26"]);
    assert_eq!(of(2026), ["01-01", "04-03", "04-06", "05-04", "05-25", "08-31", "12-25", "12-28"]);
    assert_eq!(of(2027), ["01-01", "03-26", "03-29", "05-03", "05-31", "08-30", "12-27", "12-28"]);
    // 2 January stands in for a Sunday, and so does the 27th for Christmas Day.
    assert_eq!(of(2023), ["01-02", "04-07", "04-10", "05-01", "05-29", "08-28", "12-25", "12-26"]);
    assert_eq!(of(2022), ["01-03", "04-15", "04-18", "05-02", "05-30", "08-29", "12-26", "12-27"]);
}

#[test]
fn scotland_and_northern_ireland_keep_their_own() {
    let (scotland, north) = (Nation::Scotland, Nation::NorthernIreland);
    let in_2022 = ["01-03", "01-04", "04-15", "05-02", "05-30", "08-01", "11-30", "12-26", "12-27"];
    assert_eq!(on_weekdays(2022, scotland), in_2022);
    // New Year's Day was a Sunday: the 2nd was a holiday in its own right, and the 3rd stood in.
    assert_eq!(on_weekdays(2023, scotland)[..2], ["01-02", "01-03"]);
    assert_eq!(bank_holiday(day("2024-12-02"), scotland), Some(BankHoliday::SaintAndrewsDay));
    let in_2025 = ["01-01", "03-17", "04-18", "04-21", "05-05", "05-26", "07-14", "08-25", "12-25", "12-26"];
    assert_eq!(on_weekdays(2025, north), in_2025);
    assert_eq!(bank_holiday(day("2026-11-30"), Nation::EnglandAndWales), None);
}

#[test]
fn a_holiday_at_a_weekend_closes_its_own_day_too() {
    let which = |text| bank_holiday(day(text), Nation::EnglandAndWales);
    assert_eq!(which("2027-12-25"), Some(BankHoliday::ChristmasDay));
    assert_eq!(which("2027-12-27"), Some(BankHoliday::ChristmasDay));
    assert_eq!(which("2027-12-28"), Some(BankHoliday::BoxingDay));
    assert_eq!(which("2027-12-24"), None);
}

#[test]
fn a_council_adds_and_takes_away_what_no_rule_knows() {
    let mut closures = Closures::of(Nation::EnglandAndWales);
    // In 2022 the spring holiday was moved into June, and a day was added.
    closures.removed.insert(day("2022-05-30"));
    closures.added.extend([day("2022-06-02"), day("2022-06-03")]);

    assert_eq!(closures.on(day("2022-05-30")), None);
    assert_eq!(closures.on(day("2022-06-02")), Some(CouncilClosed::Added));
    assert_eq!(closures.on(day("2022-08-29")), Some(CouncilClosed::BankHoliday(BankHoliday::Summer)));
    assert_eq!(closures.on(day("2022-06-01")), None);
}

#[test]
fn easter_is_when_another_library_has_it() {
    // python-dateutil 2.9: [easter(year) for year in range(2020, 2051)].
    let elsewhere = [
        "04-12", "04-04", "04-17", "04-09", "03-31", "04-20", "04-05", "03-28", "04-16", "04-01", "04-21", "04-13",
        "03-28", "04-17", "04-09", "03-25", "04-13", "04-05", "04-25", "04-10", "04-01", "04-21", "04-06", "03-29",
        "04-17", "04-09", "03-25", "04-14", "04-05", "04-18", "04-10",
    ];
    let ours: Vec<_> = (2020..=2050).filter_map(easter).map(|day| day.format("%m-%d").to_string()).collect();
    assert_eq!(ours, elsewhere);
}

#[test]
fn every_year_has_its_holidays_on_as_many_working_days() {
    for year in 1..3_000 {
        assert_eq!(on_weekdays(year, Nation::EnglandAndWales).len(), 8, "{year}");
        assert_eq!(on_weekdays(year, Nation::Scotland).len(), 9, "{year}");
    }
    for year in [i32::MIN, -5, 0, 262_143, i32::MAX] {
        let _ = of_year(year, Nation::Scotland);
    }
}

#[test]
fn each_has_a_name_in_both_languages() {
    for (which, ..) in BY_RULE {
        assert_ne!(name(which, Language::En), name(which, Language::Cy));
    }
}
