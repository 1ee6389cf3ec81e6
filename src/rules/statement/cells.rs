//! The cells of a statement: days and amounts as banks write them.

use chrono::{Datelike, NaiveDate};

use crate::rules::money::MOST;

/// How banks write a day. The month never comes first: `03/04/2026` is 3 April here.
const DATES: [&str; 6] = ["%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d %b %Y", "%d %B %Y"];

/// A day, also where a time follows it; none where there is no such day, or none in our age.
pub fn date(text: &str) -> Option<NaiveDate> {
    let day = text.split_once('T').map_or(text, |(day, _)| day);
    let day = match day.rsplit_once(' ') {
        Some((day, time)) if time.contains(':') => day,
        _ => day,
    };
    DATES
        .iter()
        .find_map(|format| NaiveDate::parse_from_str(day, format).ok())
        .filter(|day| (2000..=2199).contains(&day.year()))
}

/// Pence from pounds as banks write them: `1.15`, `£1,234.50`, `-1.15`, `(1.15)`, `1.15 CR`. None for part pennies,
/// for other words, and above what any spend may come to.
pub fn pence(text: &str) -> Option<i64> {
    let upper = text.trim().to_uppercase();
    let (text, credit) = match (upper.strip_suffix("CR"), upper.strip_suffix("DR")) {
        (Some(text), _) => (text.trim(), true),
        (_, Some(text)) => (text.trim(), false),
        _ => (upper.as_str(), false),
    };
    let (text, bracketed) = match text.strip_prefix('(').and_then(|text| text.strip_suffix(')')) {
        Some(text) => (text, true),
        None => (text, false),
    };
    let (text, minus) = signed(text);
    let text = text.strip_prefix("GBP").unwrap_or(text).trim();
    let (text, minus_after) = signed(text.strip_prefix('£').unwrap_or(text));
    if [credit, bracketed, minus, minus_after].iter().filter(|negative| **negative).count() > 1 {
        return None;
    }
    let negative = credit || bracketed || minus || minus_after;
    let pence = whole(text)?;
    Some(if negative { -pence } else { pence })
}

fn signed(text: &str) -> (&str, bool) {
    match text.strip_prefix(['-', '\u{2212}']) {
        Some(text) => (text.trim(), true),
        None => (text.strip_prefix('+').unwrap_or(text).trim(), false),
    }
}

/// Pounds and perhaps pence, with commas between thousands or none at all.
fn whole(text: &str) -> Option<i64> {
    let (pounds, part) = text.split_once('.').unwrap_or((text, ""));
    let groups: Vec<&str> = pounds.split(',').collect();
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let grouped = groups.len() == 1 || (groups[0].len() <= 3 && groups[1..].iter().all(|group| group.len() == 3));
    if !grouped || groups.iter().any(|group| group.is_empty() || group.len() > 9 || !digits(group)) || groups.len() > 3
    {
        return None;
    }
    let pence = match part.len() {
        _ if !digits(part) => return None,
        0 if !text.ends_with('.') => 0,
        1 => part.parse::<i64>().ok()? * 10,
        2 => part.parse::<i64>().ok()?,
        _ => return None,
    };
    let pounds: i64 = groups.concat().parse().ok()?;
    pounds.checked_mul(100)?.checked_add(pence).filter(|pence| *pence <= MOST.pence())
}

/// The last four digits of a card's number, however the rest is hidden. The rest is never kept.
pub fn last_four(text: &str) -> Option<String> {
    let digits: String = text.chars().rev().take(4).collect::<Vec<_>>().into_iter().rev().collect();
    let hidden = text.chars().all(|c| c.is_ascii_digit() || matches!(c, '*' | 'x' | 'X' | '.' | ' ' | '-' | '•'));
    (hidden && digits.len() == 4 && digits.bytes().all(|byte| byte.is_ascii_digit())).then_some(digits)
}
