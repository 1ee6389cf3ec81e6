//! One table of a file, read key by key: what is missing, what nobody asked for and what is of the wrong kind is
//! noted with its row, and reading goes on.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use toml::{
    Spanned,
    de::{DeArray, DeTable, DeValue},
};

use super::Problem;
use crate::rules::{money::Money, text};

/// The value of a key.
pub type Value<'a> = Spanned<DeValue<'a>>;

/// A file being read: its rows, and what is amiss so far.
pub struct Reading {
    breaks: Vec<usize>,
    problems: Vec<Problem>,
}

impl Reading {
    /// Begins.
    pub fn begin(source: &str) -> Self {
        Self { breaks: source.match_indices('\n').map(|(at, _)| at).collect(), problems: Vec::new() }
    }

    /// The row of a place in the file, from 1.
    pub fn row(&self, at: usize) -> usize {
        self.breaks.partition_point(|end| *end < at) + 1
    }

    /// The row on which a value begins.
    pub fn row_of<T>(&self, value: &Spanned<T>) -> usize {
        self.row(value.span().start)
    }

    /// Notes what is amiss.
    pub fn note(&mut self, row: usize, words: impl Into<String>) {
        self.problems.push(Problem::error(row, words));
    }

    /// Everything that was amiss.
    pub fn end(self) -> Vec<Problem> {
        self.problems
    }
}

/// A table whose keys are taken one by one.
pub struct Table<'a, 'i> {
    /// What it is, for a reader: `a grant`.
    what: &'static str,
    /// The row of its heading.
    pub row: usize,
    left: BTreeMap<&'a str, (usize, &'a Value<'i>)>,
    asked: Vec<&'static str>,
}

impl<'a, 'i> Table<'a, 'i> {
    /// A table to read.
    pub fn new(reading: &Reading, what: &'static str, row: usize, table: &'a DeTable<'i>) -> Self {
        let left = table.iter().map(|(key, value)| (key.get_ref().as_ref(), (reading.row_of(key), value))).collect();
        Self { what, row, left, asked: Vec::new() }
    }

    /// A key's row and value, where it is there.
    pub fn take(&mut self, key: &'static str) -> Option<(usize, &'a Value<'i>)> {
        self.asked.push(key);
        self.left.remove(key)
    }

    /// A key that must be there.
    pub fn must(&mut self, reading: &mut Reading, key: &'static str, why: &str) -> Option<(usize, &'a Value<'i>)> {
        let found = self.take(key);
        if found.is_none() {
            reading.note(self.row, format!("{} needs `{key}`: {why}", capital(self.what)));
        }
        found
    }

    /// The keys that are left, whatever they are called.
    pub fn rest(&mut self) -> Vec<(&'a str, usize, &'a Value<'i>)> {
        std::mem::take(&mut self.left).into_iter().map(|(key, (row, value))| (key, row, value)).collect()
    }

    /// Notes every key that nobody asked for.
    pub fn done(self, reading: &mut Reading) {
        for (key, (row, _)) in self.left {
            let known = self.asked.join(", ");
            reading.note(row, format!("`{}` is nothing that {} has. It has: {known}.", shown(key), self.what));
        }
    }
}

/// A key or a text of the file, safe and short enough to repeat.
pub fn shown(text: &str) -> String {
    let mut shown: String = text.chars().take(60).flat_map(char::escape_debug).collect();
    if text.chars().nth(60).is_some() {
        shown.push('…');
    }
    // The escape is for what hides or breaks a line, not for honest quotation marks.
    shown.replace("\\\"", "\"").replace("\\'", "'")
}

/// A sentence begins with a capital.
pub fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// What kind of value it is, for a reader.
fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a number with a point",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date or a time",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

/// A text that people typed, of at most so many characters.
pub fn words(reading: &mut Reading, row: usize, key: &str, value: &Value<'_>, most: usize) -> Option<String> {
    let DeValue::String(typed) = value.get_ref() else {
        reading.note(row, format!("`{key}` is {}; write a text in quotes.", kind(value.get_ref())));
        return None;
    };
    match text::plain(typed, most) {
        Ok(Some(kept)) => Some(kept),
        Ok(None) => {
            reading.note(row, format!("`{key}` is empty."));
            None
        }
        Err(text::TextProblem::TooLong(most)) => {
            reading.note(row, format!("`{key}` is longer than {most} characters."));
            None
        }
        Err(text::TextProblem::NotPlain) => {
            reading.note(row, format!("`{key}` has characters that cannot be seen; type it again."));
            None
        }
    }
}

/// A table inside.
pub fn table<'a, 'i>(
    reading: &mut Reading,
    row: usize,
    key: &str,
    value: &'a Value<'i>,
    what: &'static str,
) -> Option<Table<'a, 'i>> {
    match value.get_ref() {
        DeValue::Table(inside) => Some(Table::new(reading, what, row, inside)),
        other => {
            reading.note(row, format!("`{key}` is {}; it must be {what} in {{ }}.", kind(other)));
            None
        }
    }
}

/// A list, or nothing where it is none.
pub fn list<'a, 'i>(reading: &mut Reading, row: usize, key: &str, value: &'a Value<'i>) -> Option<&'a DeArray<'i>> {
    match value.get_ref() {
        DeValue::Array(items) if items.is_empty() => {
            reading.note(row, format!("`{key}` is an empty list; leave it out where all are meant."));
            None
        }
        DeValue::Array(items) if items.len() > 100 => {
            reading.note(row, format!("`{key}` names more than 100; leave it out where all are meant."));
            None
        }
        DeValue::Array(items) => Some(items),
        other => {
            reading.note(row, format!("`{key}` is {}; write a list in [ ].", kind(other)));
            None
        }
    }
}

/// An amount of money: whole pounds as a number, pounds and pence in quotes. A number with a point is refused,
/// because such numbers are not exact.
pub fn amount(reading: &mut Reading, row: usize, key: &str, value: &Value<'_>) -> Option<Money> {
    let typed = match value.get_ref() {
        DeValue::Integer(whole) if whole.radix() == 10 => whole.as_str().to_owned(),
        DeValue::String(typed) => typed.trim().trim_start_matches('£').replace(',', ""),
        DeValue::Float(float) => {
            let exact = shown(float.as_str());
            reading.note(row, format!("`{key}` is written without quotes; write \"{exact}\", so that it stays exact."));
            return None;
        }
        other => {
            reading.note(row, format!("`{key}` is {}; write an amount such as 30 or \"30.00\".", kind(other)));
            return None;
        }
    };
    let amount = in_pence(&typed);
    match amount {
        Some(Money::ZERO) => {
            reading.note(
                row,
                format!("`{key}` is nothing at all, which lets nobody decide; leave out what is not meant."),
            );
            None
        }
        Some(amount) => Some(amount),
        None => {
            let why = "is no amount from \"0.01\" to \"1000000.00\" in whole pence";
            reading.note(row, format!("`{key}`: \"{}\" {why}.", shown(&typed)));
            None
        }
    }
}

/// Pounds, and pence after a point, in whole pence; at most a million pounds.
fn in_pence(typed: &str) -> Option<Money> {
    let (pounds, pence) = typed.split_once('.').unwrap_or((typed, "00"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(pounds) || !digits(pence) || pence.len() > 2 || pounds.len() > 9 {
        return None;
    }
    let tens = if pence.len() == 1 { 10 } else { 1 };
    let pence = pounds.parse::<i64>().ok()? * 100 + pence.parse::<i64>().ok()? * tens;
    Some(Money::from_pence(pence)).filter(|amount| *amount <= crate::rules::money::MOST)
}

/// A day, as a date or as a text.
pub fn day(reading: &mut Reading, row: usize, key: &str, value: &Value<'_>) -> Option<NaiveDate> {
    let found = match value.get_ref() {
        DeValue::Datetime(typed) if typed.time.is_none() && typed.offset.is_none() => typed
            .date
            .and_then(|date| NaiveDate::from_ymd_opt(i32::from(date.year), u32::from(date.month), u32::from(date.day))),
        DeValue::String(typed) => typed.trim().parse().ok(),
        _ => None,
    };
    // A date of another century is a slip of the finger, and some calendars end.
    let found = found.filter(|day| (2000..=2199).contains(&chrono::Datelike::year(day)));
    if found.is_none() {
        reading.note(row, format!("`{key}` is no day from 2000 to 2199; write it as 2026-04-01."));
    }
    found
}

/// A local time as minutes of the day; `24:00` is the end of it.
pub fn minute(reading: &mut Reading, row: usize, key: &str, value: &Value<'_>) -> Option<u16> {
    let found = match value.get_ref() {
        DeValue::Datetime(typed) if typed.date.is_none() => {
            let on_the_minute = typed.time.filter(|time| time.second.unwrap_or(0) == 0);
            on_the_minute.map(|time| u16::from(time.hour) * 60 + u16::from(time.minute))
        }
        DeValue::String(typed) => clock(typed.trim()),
        _ => None,
    };
    if found.is_none() {
        reading.note(row, format!("`{key}` is no time of day; write it as \"09:00\"."));
    }
    found
}

fn clock(typed: &str) -> Option<u16> {
    let (hours, minutes) = typed.split_once(':')?;
    let number = |text: &str| if text.len() == 2 { text.parse::<u16>().ok() } else { None };
    let (hours, minutes) = (number(hours)?, number(minutes)?);
    let at = hours * 60 + minutes;
    (minutes < 60 && at <= 24 * 60).then_some(at)
}
