//! The older file: a container of streams, in one of which every cell is a record.
//!
//! The library that reads cells makes room for a whole table as soon as one record names a far corner of it, and for as
//! much as a sheet says that it needs. So the records are looked through first; and what was looked through is put in a new
//! container, so that nobody reads other bytes than those.

use std::io::{Cursor, Read, Write};

use super::{MOST_BYTES, Unreadable};
use crate::rules::form::xlsform::{MOST_ROWS, MOST_SHEETS};

/// Columns that the format has.
const COLUMNS: usize = 256;
/// Most cells that a sheet may say it needs, used or not.
const MOST_SAID: u64 = 2_000_000;
/// Most cells with words, of all sheets. Each may have the longest words of the file, so this also bounds what they take.
const MOST_LABELS: usize = 30_000;

// Numbers of records, as [MS-XLS] has them.
const END: u16 = 0x000A;
const FORMULA: u16 = 0x0006;
const SHEET: u16 = 0x0085;
const MANY_NUMBERS: u16 = 0x00BD;
const RICH_WORDS: u16 = 0x00D6;
const SHARED_WORDS: u16 = 0x00FD;
const DIMENSIONS: u16 = 0x0200;
const NUMBER: u16 = 0x0203;
const WORDS: u16 = 0x0204;
const TRUTH: u16 = 0x0205;
const SHORT_NUMBER: u16 = 0x027E;
const BEGIN: u16 = 0x0809;

/// The same workbook in a container of its own, once its records are within bounds.
pub(super) fn checked(bytes: &[u8]) -> Result<Vec<u8>, Unreadable> {
    let damaged = |_| Unreadable::Damaged;
    let mut file = cfb::CompoundFile::open(Cursor::new(bytes)).map_err(damaged)?;
    let name = ["Workbook", "Book"].into_iter().find(|name| file.is_stream(name)).ok_or(Unreadable::NoWorkbook)?;
    let mut stream = Vec::new();
    let most = u64::try_from(MOST_BYTES).unwrap_or(u64::MAX);
    file.open_stream(name).map_err(damaged)?.take(most + 1).read_to_end(&mut stream).map_err(damaged)?;
    if stream.len() > MOST_BYTES {
        return Err(Unreadable::TooLarge);
    }
    look_through(&stream)?;
    let mut container =
        cfb::CompoundFile::create_with_version(cfb::Version::V3, Cursor::new(Vec::new())).map_err(damaged)?;
    container.create_stream(name).and_then(|mut new| new.write_all(&stream)).map_err(damaged)?;
    container.flush().map_err(damaged)?;
    Ok(container.into_inner().into_inner())
}

fn look_through(stream: &[u8]) -> Result<(), Unreadable> {
    let mut sheets = Vec::new();
    for (kind, data) in (Records { rest: stream }) {
        match (kind, data) {
            (END, _) => break,
            (SHEET, [a, b, c, d, ..]) => sheets.push(u32::from_le_bytes([*a, *b, *c, *d])),
            _ => {}
        }
    }
    if sheets.len() > MOST_SHEETS {
        return Err(Unreadable::TooLarge);
    }
    let mut labels = 0;
    for start in sheets {
        let start = usize::try_from(start).unwrap_or(usize::MAX);
        let rest = stream.get(start..).ok_or(Unreadable::Damaged)?;
        look_through_sheet(Records { rest }, &mut labels)?;
    }
    Ok(())
}

fn look_through_sheet(records: Records<'_>, labels: &mut usize) -> Result<(), Unreadable> {
    let (mut begun, mut depth) = (false, 0_usize);
    for (kind, data) in records {
        match kind {
            BEGIN if begun => depth += 1,
            BEGIN => begun = true,
            END if depth == 0 => break,
            END => depth -= 1,
            DIMENSIONS if said(data) > MOST_SAID => return Err(Unreadable::TooLarge),
            FORMULA | MANY_NUMBERS | RICH_WORDS | SHARED_WORDS | NUMBER | WORDS | TRUTH | SHORT_NUMBER => {
                let (row, column) = (two(data, 0), two(data, 2));
                let last = if kind == MANY_NUMBERS { column + data.len() / 6 } else { column };
                if row >= MOST_ROWS || last >= COLUMNS {
                    return Err(Unreadable::TooLarge);
                }
                *labels += usize::from(kind == SHARED_WORDS);
                if *labels > MOST_LABELS {
                    return Err(Unreadable::TooLarge);
                }
            }
            _ => {}
        }
    }
    Ok(())
}

/// How many cells a sheet says that it has, as whoever reads them makes room for. One that ends before it begins has no
/// number of cells.
fn said(data: &[u8]) -> u64 {
    let four = |at| two(data, at) as u64 | (two(data, at + 2) as u64) << 16;
    let (first, after, columns) = match data.len() {
        10 => (two(data, 0) as u64, two(data, 2) as u64, two(data, 6) as u64),
        14 | 16 => (four(0), four(4), two(data, 10) as u64),
        _ => (0, 0, 0),
    };
    if after > 0 && after <= first { u64::MAX } else { after.saturating_mul(columns) }
}

fn two(data: &[u8], at: usize) -> usize {
    match data.get(at..at + 2) {
        Some([low, high]) => usize::from(u16::from_le_bytes([*low, *high])),
        _ => 0,
    }
}

/// The records of a stream, each with its number and what is in it.
struct Records<'a> {
    rest: &'a [u8],
}

impl<'a> Iterator for Records<'a> {
    type Item = (u16, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let [a, b, c, d, rest @ ..] = self.rest else { return None };
        let data = rest.get(..usize::from(u16::from_le_bytes([*c, *d])))?;
        self.rest = &rest[data.len()..];
        Some((u16::from_le_bytes([*a, *b]), data))
    }
}
