//! Days and times as receipts print them: British order, with points, dashes or names of months.

use busfare_entity::words::ReadingReason;
use chrono::{Datelike, NaiveDate, TimeDelta};

use super::{
    guess::Candidate,
    label::{folded, is},
    paper::Line,
};

const MONTHS: [[&str; 3]; 12] = [
    ["JAN", "ION", "JANUARY"],
    ["FEB", "CHW", "FEBRUARY"],
    ["MAR", "MAW", "MARCH"],
    ["APR", "EBR", "APRIL"],
    ["MAY", "MAI", "MAY"],
    ["JUN", "MEH", "JUNE"],
    ["JUL", "GOR", "JULY"],
    ["AUG", "AWS", "AUGUST"],
    ["SEP", "MED", "SEPT"],
    ["OCT", "HYD", "OCTOBER"],
    ["NOV", "TAC", "NOVEMBER"],
    ["DEC", "RHA", "DECEMBER"],
];
/// Words beside a day that is not the day of the purchase.
const ANOTHER_DAY: [&str; 24] = [
    "EXPIRES", "EXPIRY", "EXP", "VALID", "UNTIL", "BEFORE", "RETURN", "RETURNS", "END", "ENDS", "BEST", "USE", "OFFER",
    "OFFERS", "FROM", "CLOSES", "NEXT", "REFUND", "REFUNDS", "EXCHANGE", "DOB", "SINCE", "EST", "LEAVE",
];
const THIS_DAY: [&str; 8] = ["DATE", "DATED", "PURCHASED", "ISSUED", "SOLD", "DYDDIAD", "TIME", "TRANSACTION"];

/// A day with where on the line it stands.
struct Found {
    day: NaiveDate,
    from: usize,
    long: bool,
    named: bool,
    british: bool,
}

/// Every day on the paper up to the last that can be.
pub(super) fn days(lines: &[Line], latest: NaiveDate) -> Vec<Candidate<NaiveDate>> {
    let mut candidates = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let text: Vec<char> = line.text().chars().collect();
        for found in on(&text) {
            let before: String = text[..found.from].iter().collect();
            let mut score = 50 + (line.sure() - 80) / 4;
            let mut reasons = vec![ReadingReason::DayForm];
            if found.named {
                score += 12;
                reasons.push(ReadingReason::NamedMonth);
            }
            if found.long {
                score += 8;
            }
            if !found.british {
                score -= 30;
            }
            if !minutes_on(&text).is_empty() {
                score += 15;
                reasons.push(ReadingReason::TimeBeside);
            }
            let words: Vec<_> = before.split_whitespace().map(folded).collect();
            let above = at.checked_sub(1).and_then(|above| lines.get(above)).map(Line::text).unwrap_or_default();
            let above: Vec<_> = above.split_whitespace().map(folded).collect();
            let near = &words[words.len().saturating_sub(4)..];
            if near.iter().any(|word| ANOTHER_DAY.contains(&word.as_str())) {
                score -= 45;
            } else if near.iter().any(|word| THIS_DAY.iter().any(|wanted| is(word, wanted))) {
                score += 14;
                reasons.push(ReadingReason::DayWord);
            } else if words.is_empty() && above.iter().any(|word| ANOTHER_DAY.contains(&word.as_str())) {
                score -= 25;
            }
            let age = latest - found.day;
            if age < TimeDelta::zero() {
                continue;
            }
            score += match age.num_days() {
                0..=31 => 16,
                32..=400 => 8,
                401..=7_300 => 0,
                _ => -40,
            };
            candidates.push(Candidate { value: found.day, score, reasons });
        }
    }
    candidates
}

/// Every day on one line.
fn on(text: &[char]) -> Vec<Found> {
    let (mut found, mut at) = (Vec::new(), 0);
    while at < text.len() {
        let begins = at == 0
            || !(text[at - 1].is_alphanumeric()
                || matches!(text[at - 1], '.' | '/' | '-') && at > 1 && text[at - 2].is_ascii_digit());
        match if begins { day_at(text, at) } else { None } {
            Some((one, end)) => {
                found.push(one);
                at = end;
            }
            None => at += 1,
        }
    }
    found
}

/// A number of at most so many digits; some letters are digits that were misread.
fn number(text: &[char], from: usize, most: usize) -> Option<(i32, usize, usize)> {
    let (mut value, mut digits, mut real, mut at) = (0, 0, 0, from);
    while digits < most {
        let digit = match text.get(at) {
            Some(c) if c.is_ascii_digit() => {
                real += 1;
                c.to_digit(10)
            }
            Some('O' | 'o') => Some(0),
            Some('l' | 'I' | '|') => Some(1),
            _ => None,
        };
        let Some(digit) = digit.and_then(|digit| i32::try_from(digit).ok()) else { break };
        (value, digits, at) = (value * 10 + digit, digits + 1, at + 1);
    }
    (real > 0).then_some((value, digits, at))
}

fn skip(text: &[char], mut at: usize, wanted: &[char], most: usize) -> usize {
    let from = at;
    while at - from < most && text.get(at).is_some_and(|c| wanted.contains(c)) {
        at += 1;
    }
    at
}

fn month_name(text: &[char], from: usize) -> Option<(i32, usize)> {
    let name: String =
        text[from.min(text.len())..].iter().take_while(|c| c.is_alphabetic() || **c == '0').take(10).collect();
    let end = from + name.chars().count();
    let name = folded(&name);
    if name.chars().count() < 3 {
        return None;
    }
    let first: String = name.chars().take(3).collect();
    let place = MONTHS.iter().position(|names| {
        names[..2].contains(&first.as_str())
            && (name.chars().count() == 3 || is(&name, names[2]) || names[1] == first || names[2] == name)
    })?;
    Some((i32::try_from(place).ok()? + 1, end))
}

fn day_at(text: &[char], from: usize) -> Option<(Found, usize)> {
    const SEPARATORS: [char; 6] = ['/', '-', '.', ' ', '–', ','];
    // A month's name first: Nov 2, 2026.
    if let Some((month, at)) = month_name(text, from) {
        let at = skip(text, at, &['.', ' '], 2);
        let (day, digits, at) = number(text, at, 2)?;
        let at = ordinal(text, at);
        let next = skip(text, at, &[',', ' '], 2);
        let (year, long, end) = year(text, next).filter(|_| digits <= 2 && next > at)?;
        return Some((Found { day: valid(year, month, day)?, from, long, named: true, british: true }, end));
    }
    let (first, digits, at) = number(text, from, 4)?;
    if digits == 4 {
        // 2026-11-02.
        let separator = text.get(at).filter(|c| matches!(c, '-' | '/' | '.'))?;
        let (month, _, at) = number(text, at + 1, 2)?;
        let (day, digits, end) = number(text, (text.get(at) == Some(separator)).then_some(at + 1)?, 2)?;
        let whole = digits == 2 && !text.get(end).is_some_and(char::is_ascii_digit);
        let day = valid(first, month, day).filter(|_| whole)?;
        return Some((Found { day, from, long: true, named: false, british: true }, end));
    }
    if digits == 3 {
        return None;
    }
    let at = ordinal(text, at);
    let next = skip(text, at, &SEPARATORS, 3);
    if let Some((month, at)) = month_name(text, next) {
        let next = skip(text, at, &['/', '-', '.', ' ', ',', '\'', '’'], 3);
        let (year, long, end) = year(text, next)?;
        return Some((Found { day: valid(year, month, first)?, from, long, named: true, british: true }, end));
    }
    let separator = text.get(at).filter(|c| matches!(c, '/' | '-' | '.' | '–'))?;
    let at = skip(text, at + 1, &[' '], 1);
    let (second, _, at) = number(text, at, 2)?;
    let same = text.get(at).is_some_and(|c| c == separator || *separator != '.' && matches!(c, '/' | '-'));
    let (year, long, end) = year(text, skip(text, same.then_some(at + 1)?, &[' '], 1))?;
    // A version, or the address of a machine.
    if text.get(end) == Some(separator) && text.get(end + 1).is_some_and(char::is_ascii_digit) {
        return None;
    }
    match valid(year, second, first) {
        Some(day) => Some((Found { day, from, long, named: false, british: true }, end)),
        None => Some((Found { day: valid(year, first, second)?, from, long, named: false, british: false }, end)),
    }
}

fn ordinal(text: &[char], at: usize) -> usize {
    let two: String = text.iter().skip(at).take(2).collect::<String>().to_lowercase();
    if ["st", "nd", "rd", "th", "af", "il", "ed", "ain"].contains(&two.as_str()) { at + 2 } else { at }
}

/// A year of four digits, or of two.
fn year(text: &[char], at: usize) -> Option<(i32, bool, usize)> {
    let (value, digits, end) = number(text, at, 4)?;
    let ends = !text.get(end).is_some_and(|c| c.is_ascii_digit());
    match digits {
        4 if (1990..2100).contains(&value) && ends => Some((value, true, end)),
        2 if ends => Some((2000 + value, false, end)),
        // A year and the hour that follows it are sometimes read as one word.
        4 if ends && value / 100 < 24 => None,
        _ => None,
    }
}

fn valid(year: i32, month: i32, day: i32) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(year, u32::try_from(month).ok()?, u32::try_from(day).ok()?).filter(|day| day.year() >= 1990)
}

/// Every time of day on the paper, in minutes since midnight.
pub(super) fn times(lines: &[Line], days: &[Candidate<NaiveDate>], latest: NaiveDate) -> Vec<Candidate<i32>> {
    let best = days.iter().max_by_key(|candidate| candidate.score).map(|candidate| candidate.value);
    let mut candidates = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let text: Vec<char> = line.text().chars().collect();
        let found = minutes_on(&text);
        for (place, (minute, from, exact)) in found.iter().enumerate() {
            let words: Vec<_> = line.text().split_whitespace().map(folded).collect();
            let before: String = text[..*from].iter().collect();
            let before: Vec<_> = before.split_whitespace().map(folded).collect();
            let mut score = 42 + (line.sure() - 80) / 4;
            let mut reasons = vec![ReadingReason::TimeForm];
            let has_day = |line: &Line| {
                let text: Vec<char> = line.text().chars().collect();
                on(&text).iter().any(|found| best.is_none_or(|best| best == found.day) && found.day <= latest)
            };
            if has_day(line) {
                score += 32;
                reasons.push(ReadingReason::DayBeside);
            } else if at > 0 && has_day(&lines[at - 1]) || lines.get(at + 1).is_some_and(has_day) {
                score += 16;
            }
            if before.iter().rev().take(3).any(|word| ["TIME", "AMSER", "AT", "AM"].contains(&word.as_str())) {
                score += 18;
                reasons.push(ReadingReason::TimeWord);
            }
            score += if *exact { 6 } else { 0 };
            let hours = ["OPEN", "OPENING", "HOURS", "CLOSED", "MON", "SUN", "SAT", "FRI"];
            let is_range = found.len() > 1
                && text[*from..].iter().chain(&text[..*from]).any(|c| matches!(c, '-' | '–'))
                && place < 2;
            if words.iter().any(|word| hours.contains(&word.as_str())) && !has_day(line) || is_range && !has_day(line) {
                score -= 45;
            }
            if before.iter().rev().take(3).any(|word| {
                ["UNTIL", "EXPIRES", "EXPIRY", "VALID", "LEAVE", "BY", "DEP", "ARR", "DEPARTS", "END", "BEFORE"]
                    .contains(&word.as_str())
            }) {
                score -= 40;
            }
            candidates.push(Candidate { value: *minute, score, reasons });
        }
    }
    candidates
}

/// Every time on one line: minutes since midnight, where it stands, and whether it has seconds or says am or pm.
fn minutes_on(text: &[char]) -> Vec<(i32, usize, bool)> {
    let (mut found, mut at) = (Vec::new(), 0);
    while at < text.len() {
        let begins = at == 0 || !text[at - 1].is_alphanumeric() && !matches!(text[at - 1], ':' | '.' | '£');
        match if begins { time_at(text, at) } else { None } {
            Some((minute, exact, end)) => {
                found.push((minute, at, exact));
                at = end;
            }
            None => at += 1,
        }
    }
    found
}

fn time_at(text: &[char], from: usize) -> Option<(i32, bool, usize)> {
    let (hour, digits, at) = number(text, from, 2)?;
    let separator = *text.get(at)?;
    let at = skip(text, at + 1, &[' '], 1);
    let (minute, two, mut end) = number(text, at, 2)?;
    let half = |at: usize| {
        let at = skip(text, at, &[' ', '.'], 1);
        match text.get(at).map(char::to_ascii_lowercase) {
            Some(c @ ('a' | 'p'))
                if text.get(at + 1).is_some_and(|m| m.eq_ignore_ascii_case(&'m'))
                    && !text.get(at + 2).is_some_and(|c| c.is_alphabetic()) =>
            {
                Some((c == 'p', at + 2))
            }
            _ => None,
        }
    };
    if two != 2
        || minute > 59
        || !(1..=2).contains(&digits)
        || !(separator == ':' || separator == '.' && half(end).is_some())
    {
        return None;
    }
    let mut exact = false;
    if text.get(end) == Some(&':')
        && let Some((second, 2, after)) = number(text, end + 1, 2)
        && second < 60
    {
        (exact, end) = (true, after);
    }
    let hour = match half(end) {
        Some((afternoon, after)) if (1..=12).contains(&hour) => {
            (exact, end) = (true, after);
            hour % 12 + if afternoon { 12 } else { 0 }
        }
        _ => hour,
    };
    let ends = !text.get(end).is_some_and(|c| c.is_ascii_digit());
    (hour < 24 && ends).then_some((hour * 60 + minute, exact, end))
}
