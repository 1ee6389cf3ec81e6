//! Recurrence rules as text: RFC 5545, section 3.3.10. What hubs keep is read and written; what they do not keep is
//! refused by name, and what is no rule is refused as such. A text is short, and reading it takes no longer than it is.

use std::collections::BTreeMap;
use std::fmt::Write;

use busfare_entity::words::Weekday;
use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime};
use chrono_tz::Tz;

use super::{Days, Ends, Every, HubSessionRefusal, Recurrence, recurrence::weekday};
use crate::rules::calendar::{self, WEEK};

/// Most characters of a rule.
const RULE_CHARS: usize = 200;
/// How days are written, Monday first.
const DAYS: [&str; 7] = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];
/// Parts of a rule that hubs do not keep.
const NOT_KEPT: [&str; 8] = ["BYSECOND", "BYMINUTE", "BYHOUR", "BYYEARDAY", "BYWEEKNO", "BYMONTH", "RSCALE", "SKIP"];

/// Reads a rule, with or without `RRULE:` before it. It counts from the first day, at whose opening time it happens; that
/// time tells whether it still happens on the day of an end that has a time.
pub fn read(text: &str, first: NaiveDate, opens: NaiveTime, zone: Tz) -> Result<Recurrence, HubSessionRefusal> {
    if text.len() > RULE_CHARS {
        return Err(HubSessionRefusal::RuleNotUnderstood);
    }
    let rule = text.trim().to_ascii_uppercase();
    let parts = parts(rule.strip_prefix("RRULE:").unwrap_or(&rule))?;
    Recurrence::try_new(first, every(&parts, first)?, ends(&parts, opens, zone)?)
}

type Parts<'a> = BTreeMap<&'a str, &'a str>;

fn parts(rule: &str) -> Result<Parts<'_>, HubSessionRefusal> {
    const KEPT: [&str; 8] = ["FREQ", "INTERVAL", "BYDAY", "BYMONTHDAY", "BYSETPOS", "COUNT", "UNTIL", "WKST"];
    let mut parts = Parts::new();
    for part in rule.split(';') {
        let (name, value) = part.split_once('=').ok_or(HubSessionRefusal::RuleNotUnderstood)?;
        if let Some(part) = NOT_KEPT.into_iter().find(|part| *part == name) {
            return Err(HubSessionRefusal::RuleNotKept(part));
        }
        if !KEPT.contains(&name) || value.is_empty() || parts.insert(name, value).is_some() {
            return Err(HubSessionRefusal::RuleNotUnderstood);
        }
    }
    Ok(parts)
}

fn every(parts: &Parts<'_>, first: NaiveDate) -> Result<Every, HubSessionRefusal> {
    let interval = match parts.get("INTERVAL") {
        Some(text) => number(text)?.try_into().map_err(|_| HubSessionRefusal::IntervalOutOfRange)?,
        None => 1,
    };
    let days = parts.get("BYDAY").map(|text| days_of(text)).transpose()?;
    let has = |name: &str| parts.contains_key(name);
    let every = match parts.get("FREQ").copied() {
        Some("DAILY") if interval != 1 => return Err(HubSessionRefusal::RuleNotKept("DAILY")),
        Some("DAILY") => Every::Weeks {
            interval,
            days: plain_days(days)?.or_else(|| Days::of(WEEK)).ok_or(HubSessionRefusal::DaysNeeded)?,
        },
        Some("WEEKLY") => {
            let own = || Days::of([weekday(first)]).ok_or(HubSessionRefusal::DaysNeeded);
            Every::Weeks { interval, days: plain_days(days)?.map_or_else(own, Ok)? }
        }
        Some("MONTHLY") => monthly(parts, days, interval, first)?,
        Some("YEARLY") => return Err(HubSessionRefusal::RuleNotKept("YEARLY")),
        Some("HOURLY") => return Err(HubSessionRefusal::RuleNotKept("HOURLY")),
        Some("MINUTELY") => return Err(HubSessionRefusal::RuleNotKept("MINUTELY")),
        Some("SECONDLY") => return Err(HubSessionRefusal::RuleNotKept("SECONDLY")),
        _ => return Err(HubSessionRefusal::RuleNotUnderstood),
    };
    if matches!(every, Every::Weeks { .. }) && (has("BYMONTHDAY") || has("BYSETPOS")) {
        return Err(HubSessionRefusal::RuleNotKept(if has("BYSETPOS") { "BYSETPOS" } else { "BYMONTHDAY" }));
    }
    // Where weeks begin matters only where some are left out.
    match (parts.get("WKST").copied(), every) {
        (Some(day), _) if !DAYS.contains(&day) => Err(HubSessionRefusal::RuleNotUnderstood),
        (Some(day), Every::Weeks { interval: 2.., .. }) if day != "MO" => Err(HubSessionRefusal::RuleNotKept("WKST")),
        _ => Ok(every),
    }
}

fn monthly(
    parts: &Parts<'_>,
    days: Option<Vec<(Option<i8>, Weekday)>>,
    interval: u8,
    first: NaiveDate,
) -> Result<Every, HubSessionRefusal> {
    let at = parts.get("BYSETPOS").map(|text| signed(text)).transpose()?;
    let date = parts.get("BYMONTHDAY").map(|text| signed(text)).transpose()?;
    let place = match (days.as_deref(), at.as_ref()) {
        (Some([(Some(place), day)]), None) | (Some([(None, day)]), Some(place)) => Some((*place, *day)),
        _ => None,
    };
    let own = u8::try_from(first.day()).unwrap_or(1);
    match (place, days.is_some(), at, date) {
        (Some((place @ (-1 | 1..=5), day)), .., None) => Ok(Every::WeekdayOfMonth { interval, place, day }),
        (None, false, None, Some(day @ 1..=31)) => Ok(Every::DayOfMonth { interval, day: day.unsigned_abs() }),
        (None, false, None, None) => Ok(Every::DayOfMonth { interval, day: own }),
        (_, false, None, Some(_)) => Err(HubSessionRefusal::RuleNotKept("BYMONTHDAY")),
        (_, _, Some(_), _) => Err(HubSessionRefusal::RuleNotKept("BYSETPOS")),
        _ => Err(HubSessionRefusal::RuleNotKept("BYDAY")),
    }
}

fn ends(parts: &Parts<'_>, opens: NaiveTime, zone: Tz) -> Result<Ends, HubSessionRefusal> {
    match (parts.get("COUNT"), parts.get("UNTIL")) {
        (None, None) => Ok(Ends::Never),
        (Some(count), None) => {
            Ok(Ends::After(number(count)?.try_into().map_err(|_| HubSessionRefusal::CountOutOfRange)?))
        }
        (None, Some(until)) => last_day(until, opens, zone).map(Ends::On),
        // The standard has one or the other.
        (Some(_), Some(_)) => Err(HubSessionRefusal::RuleNotUnderstood),
    }
}

/// The last day on which it may happen: the day itself, or of a moment the day on whose opening time it has not passed.
fn last_day(until: &str, opens: NaiveTime, zone: Tz) -> Result<NaiveDate, HubSessionRefusal> {
    if let Ok(day) = NaiveDate::parse_from_str(until, "%Y%m%d") {
        return Ok(day);
    }
    let (text, in_utc) = until.strip_suffix('Z').map_or((until, false), |text| (text, true));
    let at = NaiveDateTime::parse_from_str(text, "%Y%m%dT%H%M%S").map_err(|_| HubSessionRefusal::RuleNotUnderstood)?;
    let until = if in_utc { at.and_utc() } else { calendar::moment(at, zone) };
    let day = calendar::day(until, zone);
    let reached = calendar::moment(day.and_time(opens), zone) <= until;
    if reached { Ok(day) } else { day.pred_opt().ok_or(HubSessionRefusal::DayOutOfRange) }
}

/// Whole numbers without a sign, of at most five digits.
fn number(text: &str) -> Result<u32, HubSessionRefusal> {
    let digits = (1..=5).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| digits).ok_or(HubSessionRefusal::RuleNotUnderstood)
}

/// A number from -99 to 99 that is not 0. A list of them is none.
fn signed(text: &str) -> Result<i8, HubSessionRefusal> {
    let digits = text.trim_start_matches(['+', '-']);
    let number = text.parse().ok().filter(|number: &i8| *number != 0 && (1..=2).contains(&digits.len()));
    number.ok_or(HubSessionRefusal::RuleNotUnderstood)
}

/// Days, each with its place in the month where that is said.
fn days_of(text: &str) -> Result<Vec<(Option<i8>, Weekday)>, HubSessionRefusal> {
    text.split(',')
        .map(|part| {
            let (place, day) = part.split_at_checked(part.len().saturating_sub(2)).unwrap_or_default();
            let day = DAYS.into_iter().zip(WEEK).find(|(name, _)| *name == day).map(|(_, day)| day);
            let place = if place.is_empty() { None } else { Some(signed(place)?) };
            Ok((place, day.ok_or(HubSessionRefusal::RuleNotUnderstood)?))
        })
        .collect()
}

/// Days of a week, which have no place in the month.
fn plain_days(days: Option<Vec<(Option<i8>, Weekday)>>) -> Result<Option<Days>, HubSessionRefusal> {
    let Some(days) = days else { return Ok(None) };
    if days.iter().any(|(place, _)| place.is_some()) {
        return Err(HubSessionRefusal::RuleNotUnderstood);
    }
    Ok(Days::of(days.into_iter().map(|(_, day)| day)))
}

/// Writes a rule without `RRULE:` before it. Its end is a day.
pub fn write(recurrence: &Recurrence) -> String {
    let (frequency, interval, (by, which)) = parts_of(recurrence);
    let mut rule = format!("FREQ={frequency}");
    if interval > 1 {
        let _ = write!(rule, ";INTERVAL={interval}");
    }
    let _ = write!(rule, ";{by}={which}");
    let _ = match recurrence.ends() {
        Ends::Never => Ok(()),
        Ends::On(day) => write!(rule, ";UNTIL={}", day.format("%Y%m%d")),
        Ends::After(times) => write!(rule, ";COUNT={times}"),
    };
    rule
}

/// What a rule is made of: its frequency, its interval, and the part that says on which days, with its value.
pub fn parts_of(recurrence: &Recurrence) -> (&'static str, u8, (&'static str, String)) {
    match recurrence.every() {
        Every::Weeks { interval, days } => {
            let days: Vec<_> = days.each().map(name).collect();
            ("WEEKLY", interval, ("BYDAY", days.join(",")))
        }
        Every::WeekdayOfMonth { interval, place, day } => {
            ("MONTHLY", interval, ("BYDAY", format!("{place}{}", name(day))))
        }
        Every::DayOfMonth { interval, day } => ("MONTHLY", interval, ("BYMONTHDAY", day.to_string())),
    }
}

fn name(day: Weekday) -> &'static str {
    WEEK.into_iter().zip(DAYS).find(|(one, _)| *one == day).map_or("MO", |(_, name)| name)
}
