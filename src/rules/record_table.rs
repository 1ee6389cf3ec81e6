//! Records as a table: those of one form, across all its versions, for a spreadsheet. A column is a question of the bank
//! and no place on a form, so whatever is moved, renamed, added or dropped from version to version, no cell shifts.
//!
//! - Columns stand in the order in which the versions first asked them. A new version adds columns and moves none.
//! - A record is one line, and one line more for each of what is repeated: each child, each visit. `part` says of what, and
//!   `number` which. However many there are, the columns stay the same; whoever counts records takes lines without a number.
//! - Several choices are one cell, joined by `;`. Choices are told by their codes, which are the same in every language.
//! - A reason for no answer stands in brackets where the answer would. What is amiss with answers stands in `problems`, so
//!   that the answers stay as they were given.
//! - Answers that nothing asks any more come last, under the name they had, and headings of people's own in one column.

mod columns;
mod said;

use std::collections::{BTreeMap, HashMap, HashSet};

use busfare_entity::words::{AbsenceReason, AnswerProblem, Language, PrivacyErrorCode};

use self::columns::Columns;
use super::{
    cell::guarded,
    form::Definition,
    refusal::{Refusal, say},
};

pub use self::columns::Column;

/// Most columns that spreadsheets take.
pub const MOST_COLUMNS: usize = 16_384;
/// Most records in one table; more are for a shorter time.
pub const MOST_RECORDS: u64 = 5_000;
/// Most cells in one table: what it may cost in memory.
pub const MOST_CELLS: usize = 400_000;
/// The link id that every heading of people's own has in a table.
pub const OWN: &str = "own:";
/// The columns before those of questions.
pub const LEADING: [&str; 5] = ["record", "version", "part", "number", "problems"];

/// A filled form. `version` is the place of its version among those the table is made of; the oldest is 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filled {
    /// Its id.
    pub record: String,
    /// Which version it is filled in.
    pub version: usize,
    /// What was answered, in the order of the form.
    pub answers: Vec<Answered>,
}

/// One answer in a filled form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered {
    /// The link id that it hangs on.
    pub link_id: String,
    /// Which of several, in a part that is repeated.
    pub instance: Option<String>,
    /// Whether its version still asks it. What an upgrade left behind is not asked, also where its link id now asks
    /// something else.
    pub asked: bool,
    /// What was said.
    pub said: Said,
    /// What is amiss with it, if anything.
    pub problem: Option<AnswerProblem>,
}

/// What was said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    /// Words, numbers, days and times, as they were written.
    Words(String),
    /// Yes or no.
    YesNo(bool),
    /// Codes of choices: one, or some.
    Chosen(Vec<String>),
    /// Nothing, and why.
    Absent(AbsenceReason),
}

/// A table, ready to be written. Nothing in it runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// The columns of questions, after the [`LEADING`] ones.
    pub columns: Vec<Column>,
    /// The headings of all columns. No two are the same.
    pub header: Vec<String>,
    /// The lines, each with as many cells as there are headings.
    pub rows: Vec<Vec<String>>,
}

/// Why there is no table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TableRefusal {
    /// More than [`MOST_COLUMNS`].
    TooManyColumns,
    /// More than [`MOST_CELLS`].
    TooManyCells,
}

/// Makes the table of records. `versions` are all versions of the form, the oldest first.
pub fn table(versions: &[&Definition], records: &[Filled], language: Language) -> Result<Table, TableRefusal> {
    let columns = Columns::of(versions, records, language);
    if LEADING.len() + columns.told.len() > MOST_COLUMNS {
        return Err(TableRefusal::TooManyColumns);
    }
    let line_count: usize = records.iter().map(|record| lines_of(record, &columns)).sum();
    if line_count.saturating_mul(LEADING.len() + columns.told.len()) > MOST_CELLS {
        return Err(TableRefusal::TooManyCells);
    }
    let heading = |column: &Column| column.heading.clone();
    let header = LEADING.iter().map(|lead| (*lead).to_owned()).chain(columns.told.iter().map(heading)).collect();
    let rows = records.iter().flat_map(|record| lines(record, &columns, language)).collect();
    Ok(Table { columns: columns.told, header, rows })
}

/// How many lines a record has: its own, and one for each of what is repeated.
fn lines_of(record: &Filled, columns: &Columns<'_>) -> usize {
    let repeated = |answer| Some((columns.part(record, answer), answer.instance.as_deref()?));
    1 + record.answers.iter().filter_map(repeated).collect::<HashSet<_>>().len()
}

/// The lines of one record: its own, then one for each of what is repeated, in the order in which it comes up.
fn lines(record: &Filled, columns: &Columns<'_>, language: Language) -> Vec<Vec<String>> {
    let width = columns.told.len();
    let mut lines = vec![Line::new(String::new(), 0, width)];
    let mut by_instance: HashMap<(&str, &str), usize> = HashMap::new();
    let mut numbers: BTreeMap<&str, usize> = BTreeMap::new();
    for answer in &record.answers {
        let Some(column) = columns.place(record, answer) else { continue };
        let line = match answer.instance.as_deref() {
            None => 0,
            Some(instance) => {
                let part = columns.part(record, answer);
                *by_instance.entry((part, instance)).or_insert_with(|| {
                    let number = numbers.entry(part).or_default();
                    *number += 1;
                    lines.push(Line::new(part.to_owned(), *number, width));
                    lines.len() - 1
                })
            }
        };
        lines[line].say(column, &cell(&answer.said, language));
        if let Some(problem) = answer.problem {
            lines[line].problems.push(format!("{}: {}", columns.told[column].heading, in_words(problem, language)));
        }
    }
    lines.into_iter().map(|line| line.written(record)).collect()
}

/// A line as it fills.
struct Line {
    part: String,
    number: usize,
    problems: Vec<String>,
    cells: Vec<String>,
}

impl Line {
    fn new(part: String, number: usize, width: usize) -> Self {
        Self { part, number, problems: vec![], cells: vec![String::new(); width] }
    }

    /// Nothing said is lost: what comes twice stands twice.
    fn say(&mut self, column: usize, said: &str) {
        let cell = &mut self.cells[column];
        if !cell.is_empty() && !said.is_empty() {
            cell.push_str(" | ");
        }
        cell.push_str(said);
    }

    fn written(self, record: &Filled) -> Vec<String> {
        let number = if self.number == 0 { String::new() } else { self.number.to_string() };
        let version = record.version.saturating_add(1).to_string();
        let leading = [record.record.clone(), version, self.part, number, self.problems.join("; ")];
        leading.into_iter().chain(self.cells).map(|cell| guarded(&cell).into_owned()).collect()
    }
}

fn cell(said: &Said, language: Language) -> String {
    match said {
        Said::Words(words) => words.clone(),
        Said::YesNo(yes) => if *yes { "yes" } else { "no" }.to_owned(),
        Said::Chosen(codes) => codes.join(";"),
        Said::Absent(reason) => {
            let (en, cy) = match reason {
                AbsenceReason::NotAsked => ("(did not come up)", "(ni chododd)"),
                AbsenceReason::Declined => ("(would rather not say)", "(gwell ganddynt beidio â dweud)"),
                AbsenceReason::Unknown => ("(nobody knows)", "(nid oes neb yn gwybod)"),
                AbsenceReason::NotAppropriate => ("(not right to ask)", "(nid oedd yn iawn gofyn)"),
            };
            say(language, en, cy)
        }
    }
}

fn in_words(problem: AnswerProblem, language: Language) -> String {
    let (en, cy) = match problem {
        AnswerProblem::TooLong => ("longer than it needs to be", "yn hirach nag sydd angen"),
        AnswerProblem::WrongKind => ("not the kind of answer it takes", "nid y math o ateb a ddisgwylir"),
        AnswerProblem::NotAChoice => ("not one of the choices", "nid un o'r dewisiadau"),
        AnswerProblem::NotADate => ("not a date that exists", "nid dyddiad sy'n bod"),
        AnswerProblem::NotANumber => ("not a number", "nid rhif"),
        AnswerProblem::NotATime => ("not a time of day", "nid amser o'r dydd"),
        AnswerProblem::TooLittle => ("less than it allows", "llai nag y mae'n ei ganiatáu"),
        AnswerProblem::TooMuch => ("more than it allows", "mwy nag y mae'n ei ganiatáu"),
    };
    say(language, en, cy)
}

impl Refusal for TableRefusal {
    type Code = PrivacyErrorCode;

    fn code(&self) -> PrivacyErrorCode {
        match self {
            Self::TooManyColumns | Self::TooManyCells => PrivacyErrorCode::TooManyColumns,
        }
    }

    fn field(&self) -> &'static [&'static str] {
        &["form"]
    }

    fn words(&self, language: Language) -> String {
        match self {
            Self::TooManyColumns | Self::TooManyCells => say(
                language,
                "That is too wide for one sheet. Pick fewer records, or a shorter time.",
                "Mae hynny'n rhy lydan i un daflen. Dewiswch lai o gofnodion, neu gyfnod byrrach.",
            ),
        }
    }
}

#[cfg(test)]
#[path = "record_table_tests.rs"]
mod tests;
