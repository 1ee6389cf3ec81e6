//! XLSForm: forms as tables of a workbook, the way that survey tools of many makers write them, read as definitions and
//! written from them.
//!
//! Everything that asks people something is read as what it is or refused with its sheet, row and column; nothing is
//! guessed. What only says how a form looks elsewhere is left out, and a note says so. How a file becomes a [`Workbook`]
//! is not known here: a cell is the text that the spreadsheet shows.

mod build;
mod condition;
mod constraint;
mod expression;
mod kinds;
mod languages;
mod lines;
mod lists;
mod read;
mod speech;
mod spoken;
mod table;
mod write;

#[cfg(test)]
mod tests;
#[cfg(test)]
mod there_and_back;

use super::Definition;

pub use self::{
    read::read,
    write::{unsaid, write},
};

/// Most sheets of one workbook.
pub const MOST_SHEETS: usize = 20;
/// Most rows of one sheet.
pub const MOST_ROWS: usize = 5_000;
/// Most columns of one sheet.
pub const MOST_COLUMNS: usize = 200;
/// Longest text of one cell, in characters.
pub const LONGEST_CELL_CHARS: usize = 10_000;
/// Most refusals that are told; whoever has mended so many reads the form again.
pub const MOST_REFUSALS: usize = 50;
/// Most notes that are told.
pub const MOST_NOTES: usize = 200;

/// Tables of cells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Workbook {
    /// In the order of their tabs.
    pub sheets: Vec<Sheet>,
}

/// One table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sheet {
    /// As its tab says.
    pub name: String,
    /// From the first row of the sheet on, whether there is anything in it or not; so are the cells from its first column.
    pub rows: Vec<Vec<String>>,
}

/// Something about a place in a workbook.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{sheet}, row {row}, column {column}: {words}")]
pub struct Remark {
    /// The sheet, as its tab says.
    pub sheet: String,
    /// The row, as the spreadsheet numbers it.
    pub row: usize,
    /// The column: its letter and, where it has one, its header, such as `C (relevant)`.
    pub column: String,
    /// One plain sentence.
    pub words: String,
}

/// What is not accepted, and where it can be said what to do instead.
pub type Refused = Remark;
/// What was left out although the form was accepted.
pub type Note = Remark;

/// A form that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imported {
    /// The form. It can be checked, measured and published like any other.
    pub definition: Definition,
    /// What was left out.
    pub notes: Vec<Note>,
}

/// What is told at the end.
#[derive(Debug, Default)]
struct Log {
    refused: Vec<Refused>,
    notes: Vec<Note>,
}

impl Log {
    fn refuse(&mut self, at: Remark) {
        if self.refused.len() < MOST_REFUSALS {
            self.refused.push(at);
        }
    }

    fn note(&mut self, at: Remark) {
        if self.notes.len() < MOST_NOTES {
            self.notes.push(at);
        }
    }
}

/// What somebody wrote, short enough to be shown in a sentence.
fn shown(text: &str) -> String {
    const ENOUGH: usize = 60;
    let mut start: String = text.chars().take(ENOUGH).collect();
    if start.len() < text.len() {
        start.push('\u{2026}');
    }
    start.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}

/// Without spaces around it, those that do not break and those of no width among them.
fn clean(text: &str) -> &str {
    text.trim_matches(|letter: char| letter.is_whitespace() || matches!(letter, '\u{feff}' | '\u{200b}' | '\u{200e}'))
}
