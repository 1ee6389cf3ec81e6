//! Bank holidays of each nation, worked out from their year, with the days that stand in for those at a weekend.
//! What is proclaimed or moved for one year alone no rule can know: a council adds and takes away those itself.

use std::collections::BTreeSet;

use busfare_entity::words::{BankHoliday, Language, Nation};
use chrono::{Datelike, NaiveDate, TimeDelta, Weekday};
use serde::{Deserialize, Serialize};

/// The days on which a council's hubs are closed, unless a hub says otherwise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closures {
    /// Whose bank holidays they keep.
    pub nation: Nation,
    /// Days that are added, as one that is proclaimed for this year.
    pub added: BTreeSet<NaiveDate>,
    /// Bank holidays that are taken away, as one that is moved this year.
    pub removed: BTreeSet<NaiveDate>,
}

/// Why the council is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CouncilClosed {
    /// For a bank holiday.
    BankHoliday(BankHoliday),
    /// For a reason of its own.
    Added,
}

impl Closures {
    /// The bank holidays of a nation, and no others.
    pub fn of(nation: Nation) -> Self {
        Self { nation, added: BTreeSet::new(), removed: BTreeSet::new() }
    }

    /// Why the council is closed on a day, if it is. A day that is added and taken away is added.
    pub fn on(&self, day: NaiveDate) -> Option<CouncilClosed> {
        if self.added.contains(&day) {
            return Some(CouncilClosed::Added);
        }
        let kept = bank_holiday(day, self.nation).filter(|_| !self.removed.contains(&day));
        kept.map(CouncilClosed::BankHoliday)
    }
}

/// Which bank holiday a day is, itself or as the day that stands in for one.
pub fn bank_holiday(day: NaiveDate, nation: Nation) -> Option<BankHoliday> {
    of_year(day.year(), nation).into_iter().find(|(on, _)| *on == day).map(|(_, which)| which)
}

/// The bank holidays of a year: each on its own day, and where that is at a weekend also on the next working day that
/// is not one already.
pub fn of_year(year: i32, nation: Nation) -> Vec<(NaiveDate, BankHoliday)> {
    let mut days: Vec<_> = BY_RULE
        .into_iter()
        .filter_map(|(which, kept_in, rule)| {
            Some((rule.on(year, nation)?, which)).filter(|_| kept_in.contains(&nation))
        })
        .collect();
    let at_weekends: Vec<_> = days.iter().copied().filter(|(day, _)| is_weekend(*day)).collect();
    for (day, which) in at_weekends {
        let free = |day: &NaiveDate| !is_weekend(*day) && !days.iter().any(|(taken, _)| taken == day);
        days.extend(day.iter_days().take(7).find(free).map(|stands_in| (stands_in, which)));
    }
    days.sort_unstable();
    days
}

/// What a bank holiday is called.
pub fn name(which: BankHoliday, language: Language) -> &'static str {
    let (en, cy) = match which {
        BankHoliday::NewYearsDay => ("New Year's Day", "Dydd Calan"),
        BankHoliday::SecondOfJanuary => ("2 January", "2 Ionawr"),
        BankHoliday::SaintPatricksDay => ("St Patrick's Day", "Gŵyl San Padrig"),
        BankHoliday::GoodFriday => ("Good Friday", "Dydd Gwener y Groglith"),
        BankHoliday::EasterMonday => ("Easter Monday", "Dydd Llun y Pasg"),
        BankHoliday::EarlyMay => ("Early May bank holiday", "Gŵyl Banc Calan Mai"),
        BankHoliday::Spring => ("Spring bank holiday", "Gŵyl Banc y Gwanwyn"),
        BankHoliday::BattleOfTheBoyne => ("Battle of the Boyne", "Brwydr y Boyne"),
        BankHoliday::Summer => ("Summer bank holiday", "Gŵyl Banc yr Haf"),
        BankHoliday::SaintAndrewsDay => ("St Andrew's Day", "Gŵyl San Andreas"),
        BankHoliday::ChristmasDay => ("Christmas Day", "Dydd Nadolig"),
        BankHoliday::BoxingDay => ("Boxing Day", "Gŵyl San Steffan"),
    };
    match language {
        Language::En => en,
        Language::Cy => cy,
    }
}

/// Whether a day is a Saturday or a Sunday.
pub fn is_weekend(day: NaiveDate) -> bool {
    matches!(day.weekday(), Weekday::Sat | Weekday::Sun)
}

/// On which day of a year a holiday is.
#[derive(Clone, Copy)]
enum Rule {
    /// Always the same month and day.
    On(u32, u32),
    /// So many days after Easter Sunday.
    AfterEaster(i64),
    /// The first Monday of a month.
    FirstMonday(u32),
    /// The last Monday of a month.
    LastMonday(u32),
    /// In Scotland the first Monday in August, elsewhere the last.
    Summer,
}

const EVERYWHERE: &[Nation] = &[Nation::EnglandAndWales, Nation::Scotland, Nation::NorthernIreland];
const NOT_IN_SCOTLAND: &[Nation] = &[Nation::EnglandAndWales, Nation::NorthernIreland];
const IN_SCOTLAND: &[Nation] = &[Nation::Scotland];
const IN_NORTHERN_IRELAND: &[Nation] = &[Nation::NorthernIreland];

const BY_RULE: [(BankHoliday, &[Nation], Rule); 12] = [
    (BankHoliday::NewYearsDay, EVERYWHERE, Rule::On(1, 1)),
    (BankHoliday::SecondOfJanuary, IN_SCOTLAND, Rule::On(1, 2)),
    (BankHoliday::SaintPatricksDay, IN_NORTHERN_IRELAND, Rule::On(3, 17)),
    (BankHoliday::GoodFriday, EVERYWHERE, Rule::AfterEaster(-2)),
    (BankHoliday::EasterMonday, NOT_IN_SCOTLAND, Rule::AfterEaster(1)),
    (BankHoliday::EarlyMay, EVERYWHERE, Rule::FirstMonday(5)),
    (BankHoliday::Spring, EVERYWHERE, Rule::LastMonday(5)),
    (BankHoliday::BattleOfTheBoyne, IN_NORTHERN_IRELAND, Rule::On(7, 12)),
    (BankHoliday::Summer, EVERYWHERE, Rule::Summer),
    (BankHoliday::SaintAndrewsDay, IN_SCOTLAND, Rule::On(11, 30)),
    (BankHoliday::ChristmasDay, EVERYWHERE, Rule::On(12, 25)),
    (BankHoliday::BoxingDay, EVERYWHERE, Rule::On(12, 26)),
];

impl Rule {
    fn on(self, year: i32, nation: Nation) -> Option<NaiveDate> {
        let monday = |month, place| NaiveDate::from_weekday_of_month_opt(year, month, Weekday::Mon, place);
        match self {
            Self::On(month, day) => NaiveDate::from_ymd_opt(year, month, day),
            Self::AfterEaster(days) => easter(year)?.checked_add_signed(TimeDelta::days(days)),
            Self::FirstMonday(month) => monday(month, 1),
            Self::LastMonday(month) => monday(month, 5).or_else(|| monday(month, 4)),
            Self::Summer if nation == Nation::Scotland => monday(8, 1),
            Self::Summer => Self::LastMonday(8).on(year, nation),
        }
    }
}

/// Easter Sunday by the anonymous Gregorian method.
fn easter(year: i32) -> Option<NaiveDate> {
    let (a, b, c) = (year.rem_euclid(19), year.div_euclid(100), year.rem_euclid(100));
    let h = (19 * a + b - b / 4 - (b - (b + 8) / 25 + 1) / 3 + 15) % 30;
    let l = (32 + 2 * (b % 4) + 2 * (c / 4) - h - c % 4) % 7;
    let m = (a + 11 * h + 22 * l) / 451;
    let n = h + l - 7 * m + 114;
    NaiveDate::from_ymd_opt(year, u32::try_from(n / 31).ok()?, u32::try_from(n % 31 + 1).ok()?)
}

#[cfg(test)]
#[path = "bank_holiday_tests.rs"]
mod tests;
