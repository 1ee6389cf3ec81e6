//! A card statement as text: a table with a first line that names its columns. Every line is read or its problem
//! is named; a statement with a problem is not imported at all.

use std::collections::HashMap;

use busfare_entity::words::{StatementProblemCode, StatementSign};
use chrono::NaiveDate;
use csv::{ReaderBuilder, StringRecord, Trim};
use sha2::{Digest, Sha256};

mod cells;
mod columns;

use self::columns::Columns;

/// Most lines in one import.
pub const MOST_LINES: usize = 2_000;
/// Most problems that are named at once; whoever repairs a file repairs these first.
pub const MOST_PROBLEMS: usize = 50;
/// Most characters of a merchant's name.
pub const MERCHANT_CHARS: usize = 140;
/// Most characters of a bank's own reference.
pub const REFERENCE_CHARS: usize = 80;

/// One line of a statement, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Where it stands in the text, from 1.
    pub number: u64,
    /// The last four digits of the card, where the statement has a column for it.
    pub card: Option<String>,
    /// The day on which it was booked.
    pub booked_on: NaiveDate,
    /// Money that left, in pence; negative for a refund.
    pub pence: i64,
    /// Who was paid, as the bank writes it.
    pub merchant: String,
    /// The bank's own reference.
    pub reference: Option<String>,
    /// How many lines before it in the same text say the same: two like fares on one day are two fares.
    pub ordinal: u32,
}

impl Line {
    /// What tells it from every other line of its card, also when another file brings it again.
    pub fn sha256(&self) -> Vec<u8> {
        let said = (&self.booked_on.to_string(), self.pence, plain(&self.merchant), &self.reference, self.ordinal);
        Sha256::digest(format!("{said:?}")).to_vec()
    }
}

/// What is wrong with one line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Which line, from 1.
    pub line: u64,
    /// What is wrong.
    pub code: StatementProblemCode,
    /// In which column, where it is about one.
    pub column: Option<Column>,
}

/// A column that a statement has or needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    /// The day.
    Date,
    /// The amount, or what was paid out and in.
    Amount,
    /// Who was paid.
    Merchant,
    /// The bank's reference.
    Reference,
    /// The card's number, of which the last four digits count.
    Card,
}

/// Reads a statement. Where anything is wrong with it, its problems are the answer, at most [`MOST_PROBLEMS`].
pub fn read(text: &str, sign: StatementSign) -> Result<Vec<Line>, Vec<Problem>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = ReaderBuilder::new().flexible(true).trim(Trim::All).from_reader(text.as_bytes());
    let columns = reader
        .headers()
        .map_err(|_| Problem { line: 1, code: StatementProblemCode::NotATable, column: None })
        .and_then(Columns::find)
        .map_err(|problem| vec![problem])?;

    let (mut lines, mut problems) = (Vec::new(), Vec::new());
    let mut same: HashMap<Vec<u8>, u32> = HashMap::new();
    let (mut record, mut place) = (StringRecord::new(), Place { text, byte: 0, line: 1 });
    while problems.len() < MOST_PROBLEMS {
        let read = reader.read_record(&mut record);
        let line = place.of(record.position());
        match read {
            Ok(false) => break,
            Ok(true) if record.iter().all(str::is_empty) => {}
            Ok(true) if lines.len() == MOST_LINES => {
                problems.push(Problem { line, code: StatementProblemCode::TooManyLines, column: None });
                break;
            }
            Ok(true) => match columns.read(&record, sign) {
                Ok(mut read) => {
                    read.number = line;
                    let earlier = same.entry(card_and_hash(&read)).or_default();
                    read.ordinal = *earlier;
                    *earlier += 1;
                    lines.push(read);
                }
                Err((code, column)) => problems.push(Problem { line, code, column }),
            },
            Err(_) => problems.push(Problem { line, code: StatementProblemCode::NotATable, column: None }),
        }
    }
    if problems.is_empty() { Ok(lines) } else { Err(problems) }
}

/// Counts lines as a person does who looks at the file, empty ones and all.
struct Place<'a> {
    text: &'a str,
    byte: usize,
    line: u64,
}

impl Place<'_> {
    fn of(&mut self, position: Option<&csv::Position>) -> u64 {
        let bytes = self.text.as_bytes();
        let begins = position.and_then(|it| usize::try_from(it.byte()).ok()).unwrap_or(self.byte).min(bytes.len());
        let breaks = bytes[begins..].iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        while self.byte < begins + breaks {
            self.line += u64::from(bytes[self.byte] == b'\n');
            self.byte += 1;
        }
        self.line
    }
}

fn card_and_hash(line: &Line) -> Vec<u8> {
    let mut key = line.sha256();
    key.extend(line.card.as_deref().unwrap_or_default().bytes());
    key
}

/// A merchant's name as it is compared: one file may write it in capitals or with two spaces.
fn plain(merchant: &str) -> String {
    merchant.split_whitespace().collect::<Vec<_>>().join(" ").to_uppercase()
}

#[cfg(test)]
#[path = "statement_tests.rs"]
mod tests;
