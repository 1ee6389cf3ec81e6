//! On which days something happens again and again: the part of RFC 5545 that hubs keep. It is over days alone, so no
//! change of clocks can lose or double one, and it skips to the days that are asked for, so no rule can run on.
//! The first day always is one on which it happens.

use busfare_entity::words::Weekday;
use chrono::{Datelike, NaiveDate, TimeDelta};

use super::HubSessionRefusal;
use crate::rules::calendar::WEEK;

/// Most days that are looked at together.
pub const MOST_DAYS: i64 = 400;
/// Most times that something happens, where they are counted.
pub(super) const MOST_TIMES: u16 = 1_000;
/// The years in which hubs are open. Whatever has no end ends with the last.
pub(super) const YEARS: std::ops::RangeInclusive<i32> = 2_000..=2_100;

/// Days of the week: at least one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Days(u8);

impl Days {
    /// Some days of the week; none where there is none.
    pub fn of(days: impl IntoIterator<Item = Weekday>) -> Option<Self> {
        let bits = days.into_iter().fold(0, |bits, day| bits | bit(day));
        (bits != 0).then_some(Self(bits))
    }

    /// Monday first.
    pub fn each(self) -> impl Iterator<Item = Weekday> {
        WEEK.into_iter().filter(move |day| self.0 & bit(*day) != 0)
    }
}

fn bit(day: Weekday) -> u8 {
    1 << place(day)
}

/// How many days after Monday.
fn place(day: Weekday) -> u8 {
    WEEK.into_iter().zip(0..).find(|(one, _)| *one == day).map_or(0, |(_, place)| place)
}

/// The day of the week of a day.
pub(super) fn weekday(day: NaiveDate) -> Weekday {
    WEEK.into_iter().nth(day.weekday().num_days_from_monday() as usize).unwrap_or(Weekday::Monday)
}

/// Which days, of which weeks or months.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Every {
    /// Days of every so many weeks. Weeks begin on Monday.
    Weeks {
        /// Of every how many, from 1 to 52.
        interval: u8,
        /// On which days.
        days: Days,
    },
    /// A day of the week, counted within every so many months.
    WeekdayOfMonth {
        /// Of every how many, from 1 to 12.
        interval: u8,
        /// The first to the fifth, or -1 for the last.
        place: i8,
        /// Of which days.
        day: Weekday,
    },
    /// The same date of every so many months that have it.
    DayOfMonth {
        /// Of every how many, from 1 to 12.
        interval: u8,
        /// From 1 to 31.
        day: u8,
    },
}

/// When it is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ends {
    /// It goes on.
    Never,
    /// After this day.
    On(NaiveDate),
    /// Once it has happened so many times.
    After(u16),
}

/// When something happens again and again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recurrence {
    first: NaiveDate,
    last: NaiveDate,
    every: Every,
    ends: Ends,
}

impl Recurrence {
    /// Weeks and months are counted from those of `from`, and it happens first on or after that day.
    pub fn try_new(from: NaiveDate, every: Every, ends: Ends) -> Result<Self, HubSessionRefusal> {
        every.check()?;
        let until = match ends {
            Ends::On(day) => day,
            Ends::Never | Ends::After(_) => from,
        };
        if !YEARS.contains(&from.year()) || !YEARS.contains(&until.year()) {
            return Err(HubSessionRefusal::DayOutOfRange);
        }
        let times = match ends {
            Ends::After(times) if !(1..=MOST_TIMES).contains(&times) => {
                return Err(HubSessionRefusal::CountOutOfRange);
            }
            Ends::After(times) => Some(usize::from(times)),
            Ends::Never | Ends::On(_) => None,
        };
        let end = match ends {
            Ends::On(day) => day,
            Ends::Never | Ends::After(_) => end_of_time(),
        };

        let mut happens = every.from(from, 0).take_while(|day| *day <= end);
        let first = happens.next().ok_or(HubSessionRefusal::NeverHappens)?;
        let last = match times {
            Some(times) => std::iter::once(first).chain(happens).take(times).last().unwrap_or(first),
            None => end,
        };
        Ok(Self { first, last, every, ends })
    }

    /// The first day on which it happens.
    pub fn first(&self) -> NaiveDate {
        self.first
    }

    /// The day after which it is over; none where it goes on.
    pub fn over_after(&self) -> Option<NaiveDate> {
        (self.ends != Ends::Never).then_some(self.last)
    }

    /// Which days, of which weeks or months.
    pub fn every(&self) -> Every {
        self.every
    }

    /// When it is over.
    pub fn ends(&self) -> Ends {
        self.ends
    }

    /// Whether it happens on a day.
    pub fn has(&self, day: NaiveDate) -> bool {
        self.between(day, day).next().is_some()
    }

    /// The days on which it happens from one day to another, both included: [`MOST_DAYS`] at most.
    pub fn days(&self, from: NaiveDate, to: NaiveDate) -> Result<Vec<NaiveDate>, HubSessionRefusal> {
        if to.signed_duration_since(from).num_days() >= MOST_DAYS {
            return Err(HubSessionRefusal::TooManyDays);
        }
        Ok(self.between(from, to).collect())
    }

    /// The first day on which it happens, on or after another.
    pub fn next(&self, from: NaiveDate) -> Option<NaiveDate> {
        self.between(from, self.last).next()
    }

    fn between(&self, from: NaiveDate, to: NaiveDate) -> impl Iterator<Item = NaiveDate> {
        let (from, to) = (from.max(self.first), to.min(self.last));
        let skip = self.every.periods_before(self.first, from);
        self.every.from(self.first, skip).skip_while(move |day| *day < from).take_while(move |day| *day <= to)
    }
}

/// The last day of the last of [`YEARS`].
pub(super) fn end_of_time() -> NaiveDate {
    NaiveDate::from_ymd_opt(*YEARS.end(), 12, 31).unwrap_or(NaiveDate::MAX)
}

impl Every {
    fn check(self) -> Result<(), HubSessionRefusal> {
        let (interval, most) = match self {
            Self::Weeks { interval, .. } => (interval, 52),
            Self::WeekdayOfMonth { interval, .. } | Self::DayOfMonth { interval, .. } => (interval, 12),
        };
        let place_is_one = match self {
            Self::Weeks { .. } => true,
            Self::WeekdayOfMonth { place, .. } => place == -1 || (1..=5).contains(&place),
            Self::DayOfMonth { day, .. } => (1..=31).contains(&day),
        };
        if !(1..=most).contains(&interval) {
            return Err(HubSessionRefusal::IntervalOutOfRange);
        }
        if place_is_one { Ok(()) } else { Err(HubSessionRefusal::RuleNotUnderstood) }
    }

    /// Every day of it in order, on or after an origin from whose week or month it counts, without the first so many
    /// weeks or months; until the end of time.
    fn from(self, origin: NaiveDate, skip: i32) -> impl Iterator<Item = NaiveDate> {
        let periods = (skip..).map_while(move |number| self.period(origin, number));
        periods.flatten().filter(move |day| *day >= origin).take_while(|day| *day <= end_of_time())
    }

    /// The days of one of its weeks or months, in order; none after the end of time.
    fn period(self, origin: NaiveDate, number: i32) -> Option<Vec<NaiveDate>> {
        match self {
            Self::Weeks { interval, days } => {
                let weeks = i64::from(number) * i64::from(interval);
                let monday = monday_of(origin).checked_add_signed(TimeDelta::try_weeks(weeks)?)?;
                let days = days.each().filter_map(|day| monday.checked_add_signed(TimeDelta::days(place(day).into())));
                (monday <= end_of_time()).then(|| days.collect())
            }
            Self::WeekdayOfMonth { interval, place: which, day } => {
                let (year, month) = month_after(origin, number, interval)?;
                let weekday = chrono::Weekday::try_from(place(day)).ok()?;
                let of = |which| NaiveDate::from_weekday_of_month_opt(year, month, weekday, which);
                let found = u8::try_from(which).map_or_else(|_| of(5).or_else(|| of(4)), of);
                Some(found.into_iter().collect())
            }
            Self::DayOfMonth { interval, day } => {
                let (year, month) = month_after(origin, number, interval)?;
                Some(NaiveDate::from_ymd_opt(year, month, day.into()).into_iter().collect())
            }
        }
    }

    /// How many of its weeks or months are surely over before a day.
    fn periods_before(self, origin: NaiveDate, day: NaiveDate) -> i32 {
        let (between, interval) = match self {
            Self::Weeks { interval, .. } => {
                (monday_of(day).signed_duration_since(monday_of(origin)).num_weeks(), interval)
            }
            Self::WeekdayOfMonth { interval, .. } | Self::DayOfMonth { interval, .. } => {
                let months = |day: NaiveDate| i64::from(day.year()) * 12 + i64::from(day.month0());
                (months(day) - months(origin), interval)
            }
        };
        i32::try_from(between.max(0) / i64::from(interval.max(1))).unwrap_or(i32::MAX)
    }
}

fn monday_of(day: NaiveDate) -> NaiveDate {
    let after = i64::from(day.weekday().num_days_from_monday());
    day.checked_sub_signed(TimeDelta::days(after)).unwrap_or(day)
}

/// The year and month so many times so many months after that of a day; none after the end of time.
fn month_after(day: NaiveDate, number: i32, interval: u8) -> Option<(i32, u32)> {
    let months = i64::from(day.year()) * 12 + i64::from(day.month0()) + i64::from(number) * i64::from(interval);
    let year = i32::try_from(months.div_euclid(12)).ok()?;
    let month = u32::try_from(months.rem_euclid(12)).ok()? + 1;
    (year <= *YEARS.end()).then_some((year, month))
}
