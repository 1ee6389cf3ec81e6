//! Files of spreadsheets as workbooks of plain text, and back: `.xlsx` and the older `.xls`.
//!
//! A file comes from strangers. How large it is, and how large it becomes, is known before it is read; what comes of it is
//! bounded; and a mistake of the library that reads it is an error like any other.

use std::{
    borrow::Cow,
    io::{self, Cursor, Read},
    panic::{AssertUnwindSafe, catch_unwind},
};

use calamine::{Data, DataRef, ExcelDateTime, Reader, Xls, Xlsx};

use crate::rules::form::xlsform::{LONGEST_CELL_CHARS, MOST_COLUMNS, MOST_ROWS, MOST_SHEETS, Sheet, Workbook};

mod older;

/// Largest file.
pub const MOST_BYTES: usize = 10 * 1_024 * 1_024;
/// Largest that all of an `.xlsx` may become when it is unpacked.
pub const MOST_UNPACKED_BYTES: u64 = 100 * 1_024 * 1_024;
/// How many times its packed size a part may become, once it is larger than a picture.
const MOST_TIMES: u64 = 300;
/// Most parts of an `.xlsx`.
const MOST_PARTS: usize = 2_000;
/// Most cells of all sheets, those left blank before others included.
const MOST_CELLS: usize = 1_000_000;
/// Most characters of all cells.
const MOST_CHARS: usize = 20_000_000;
/// How an `.xlsx` begins.
const ZIP: &[u8] = b"PK";
/// How an `.xls` begins.
const COMPOUND: &[u8] = &[0xD0, 0xCF, 0x11, 0xE0];

/// Why a file is not read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// It is larger than [`MOST_BYTES`], or becomes larger than [`MOST_UNPACKED_BYTES`].
    #[error("This file is too large; a form has at most 10 MB, and 100 MB unpacked.")]
    TooLarge,
    /// It is something else.
    #[error("This is no workbook; save the form as .xlsx and try again.")]
    NoWorkbook,
    /// It is damaged, or says something that no spreadsheet writes.
    #[error("This workbook is damaged; open it in a spreadsheet, save it as .xlsx and try again.")]
    Damaged,
    /// There is more in a sheet than a form has.
    #[error("{sheet}, row {row}: {words}")]
    TooMuch {
        /// The sheet.
        sheet: String,
        /// The row, as the spreadsheet numbers it.
        row: usize,
        /// What is too much, as a sentence.
        words: String,
    },
}

/// Whether a file is one by how it begins.
pub fn is_one(bytes: &[u8]) -> bool {
    bytes.starts_with(ZIP) || bytes.starts_with(COMPOUND)
}

/// Reads a file.
///
/// # Errors
///
/// A file that is too large, is no workbook, is damaged, or has more in it than a form.
pub fn read(bytes: &[u8]) -> Result<Workbook, Unreadable> {
    if bytes.len() > MOST_BYTES {
        return Err(Unreadable::TooLarge);
    }
    // The library reads the files of strangers; where it is wrong about one, that file is refused and nothing else.
    let read = catch_unwind(AssertUnwindSafe(|| match bytes {
        _ if bytes.starts_with(ZIP) => newer(bytes),
        _ if bytes.starts_with(COMPOUND) => older(bytes),
        _ => Err(Unreadable::NoWorkbook),
    }));
    read.unwrap_or(Err(Unreadable::Damaged))
}

/// Writes a file. Every cell is a string, also one that begins with `=`, `+`, `-` or `@`: no spreadsheet calculates it.
///
/// # Errors
///
/// What a spreadsheet cannot hold, such as a sheet without a name or a cell of more than 32,767 characters.
pub fn write(workbook: &Workbook) -> Result<Vec<u8>, rust_xlsxwriter::XlsxError> {
    let mut file = rust_xlsxwriter::Workbook::new();
    for sheet in &workbook.sheets {
        let written = file.add_worksheet().set_name(&sheet.name)?;
        for (row, cells) in (0..).zip(&sheet.rows) {
            for (column, cell) in (0..).zip(cells).filter(|(_, cell)| !cell.is_empty()) {
                written.write_string(row, column, cell)?;
            }
        }
    }
    file.save_to_buffer()
}

fn newer(bytes: &[u8]) -> Result<Workbook, Unreadable> {
    unpacked_size(bytes)?;
    let mut file = Xlsx::new(Cursor::new(bytes)).map_err(|_| Unreadable::Damaged)?;
    let names = file.sheet_names();
    let mut grid = Grid::default();
    for name in &names {
        grid.begin(name)?;
        // A sheet of charts has no cells.
        let Ok(mut cells) = file.worksheet_cells_reader(name) else { continue };
        while let Some(cell) = cells.next_cell().map_err(|_| Unreadable::Damaged)? {
            let (row, column) = cell.get_position();
            let text = match cell.get_value() {
                DataRef::SharedString(text) => Cow::Borrowed(*text),
                DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
                    Cow::Borrowed(text.as_str())
                }
                DataRef::Int(number) => number.to_string().into(),
                DataRef::Float(number) => figures(*number).into(),
                DataRef::Bool(yes) => truth(*yes).into(),
                DataRef::DateTime(moment) => day(moment).into(),
                DataRef::Error(error) => error.to_string().into(),
                DataRef::Empty => continue,
            };
            grid.put(row, column, &text)?;
        }
    }
    Ok(grid.workbook)
}

/// Unpacks every part and throws it away: what a file says of its own size may not be so.
fn unpacked_size(bytes: &[u8]) -> Result<(), Unreadable> {
    let mut file = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|_| Unreadable::Damaged)?;
    let (mut all, mut told) = (0_u64, 0_u64);
    if file.len() > MOST_PARTS {
        return Err(Unreadable::TooLarge);
    }
    for part in 0..file.len() {
        let part = file.by_index_raw(part).map_err(|_| Unreadable::Damaged)?;
        told = told.saturating_add(part.size());
    }
    if told > MOST_UNPACKED_BYTES {
        return Err(Unreadable::TooLarge);
    }
    for part in 0..file.len() {
        let part = file.by_index(part).map_err(|_| Unreadable::Damaged)?;
        let packed = part.compressed_size();
        let left = MOST_UNPACKED_BYTES.saturating_sub(all);
        let size = io::copy(&mut part.take(left + 1), &mut io::sink()).map_err(|_| Unreadable::Damaged)?;
        all = all.saturating_add(size);
        if size > left || size > 1_024 * 1_024 && size > packed.saturating_mul(MOST_TIMES) {
            return Err(Unreadable::TooLarge);
        }
    }
    Ok(())
}

fn older(bytes: &[u8]) -> Result<Workbook, Unreadable> {
    let checked = older::checked(bytes)?;
    let mut file = Xls::new(Cursor::new(checked)).map_err(|_| Unreadable::Damaged)?;
    let names = file.sheet_names();
    let mut grid = Grid::default();
    for name in &names {
        grid.begin(name)?;
        let Ok(range) = file.worksheet_range(name) else { continue };
        let (top, left) = range.start().unwrap_or_default();
        for (row, column, cell) in range.used_cells() {
            let text = match cell {
                Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => Cow::Borrowed(text.as_str()),
                Data::Int(number) => number.to_string().into(),
                Data::Float(number) => figures(*number).into(),
                Data::Bool(yes) => truth(*yes).into(),
                Data::DateTime(moment) => day(moment).into(),
                Data::Error(error) => error.to_string().into(),
                Data::Empty => continue,
            };
            let at = |start: u32, offset: usize| start.saturating_add(u32::try_from(offset).unwrap_or(u32::MAX));
            grid.put(at(top, row), at(left, column), &text)?;
        }
    }
    Ok(grid.workbook)
}

/// What is read so far, and how much it is.
#[derive(Default)]
struct Grid {
    workbook: Workbook,
    cells: usize,
    chars: usize,
}

impl Grid {
    fn begin(&mut self, name: &str) -> Result<(), Unreadable> {
        let name: String = name.chars().take(100).collect();
        if self.workbook.sheets.len() == MOST_SHEETS {
            let words = format!("A form has at most {MOST_SHEETS} sheets; take out those it does not need.");
            return Err(Unreadable::TooMuch { sheet: name, row: 1, words });
        }
        self.workbook.sheets.push(Sheet { name, rows: Vec::new() });
        Ok(())
    }

    fn put(&mut self, row: u32, column: u32, text: &str) -> Result<(), Unreadable> {
        let Some(sheet) = self.workbook.sheets.last_mut() else { return Ok(()) };
        if text.trim().is_empty() {
            return Ok(());
        }
        let (row, column) = (row as usize, column as usize);
        let too_much = |words: String| Err(Unreadable::TooMuch { sheet: sheet.name.clone(), row: row + 1, words });
        if row >= MOST_ROWS {
            return too_much(format!("A sheet has at most {MOST_ROWS} rows; take out those that are not needed."));
        }
        if column >= MOST_COLUMNS {
            return too_much(format!(
                "A sheet has at most {MOST_COLUMNS} columns; take out those that are not needed."
            ));
        }
        let chars = text.chars().count();
        if chars > LONGEST_CELL_CHARS {
            return too_much(format!("A cell has at most {LONGEST_CELL_CHARS} characters; make it shorter."));
        }
        self.chars += chars;
        let before = sheet.rows.get(row).map_or(0, Vec::len);
        self.cells += (row + 1).saturating_sub(sheet.rows.len()) + (column + 1).saturating_sub(before);
        if self.chars > MOST_CHARS || self.cells > MOST_CELLS {
            return too_much(
                "There is more in this workbook than in any form; take out what is not needed.".to_owned(),
            );
        }
        if sheet.rows.len() <= row {
            sheet.rows.resize(row + 1, Vec::new());
        }
        let cells = &mut sheet.rows[row];
        if cells.len() <= column {
            cells.resize(column + 1, String::new());
        }
        text.clone_into(&mut cells[column]);
        Ok(())
    }
}

fn truth(yes: bool) -> &'static str {
    if yes { "TRUE" } else { "FALSE" }
}

/// A number without a fraction that says nothing.
fn figures(number: f64) -> String {
    if number.fract() == 0.0 { format!("{number:.0}") } else { number.to_string() }
}

/// A day; with the time where there is one, and the time alone where there is no day.
fn day(moment: &ExcelDateTime) -> String {
    let (year, month, day, hours, minutes, seconds, _) = moment.to_ymd_hms_milli();
    let (date, time) = (format!("{year:04}-{month:02}-{day:02}"), format!("{hours:02}:{minutes:02}:{seconds:02}"));
    let whole = moment.as_f64().fract() == 0.0;
    match moment.as_f64() {
        _ if moment.is_duration() => time,
        days if days < 1.0 && !whole => time,
        _ if whole => date,
        _ => format!("{date} {time}"),
    }
}
