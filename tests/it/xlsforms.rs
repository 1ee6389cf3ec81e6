//! Forms of other tools: every workbook that survey tools are tried with is read as a form or refused at its cell, and one
//! that is damaged in any way never does worse than that.
//!
//! Those workbooks lie beside the project where they have been fetched; where they are not, that part says SKIPPED.

use std::{
    fs,
    io::{Cursor, Read, Write},
    panic,
    path::{Path, PathBuf},
};

use busfare::{
    desk::forms::workbook,
    rules::form::xlsform::{self, Imported, Remark, Sheet, Workbook},
};
use zip::{ZipArchive, ZipWriter, write::SimpleFileOptions};

/// What became of a file.
enum Outcome {
    Read(Box<Imported>),
    Refused(Vec<Remark>),
    Unreadable(String),
}

#[test]
fn every_workbook_is_read_as_a_form_or_refused_at_its_cell() {
    let Some(files) = fixtures() else { return };
    let mut table = Vec::new();
    for file in &files {
        let bytes = fs::read(file).unwrap();
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        match outcome(&bytes) {
            Outcome::Read(imported) => {
                let Imported { definition, notes } = *imported;
                table.push(format!("{name:40} read: {} items, {} notes", definition.items.len(), notes.len()));
                let bytes = workbook::write(&xlsform::write(&definition)).unwrap();
                let Outcome::Read(again) = outcome(&bytes) else { panic!("{name} is not read again") };
                assert_eq!(again.definition, definition, "{name} reads as another form when it is written");
            }
            Outcome::Refused(refused) => {
                table.push(format!("{name:40} refused ({}): {}", refused.len(), refused[0]));
            }
            Outcome::Unreadable(words) => panic!("{name} is a workbook and is not read: {words}"),
        }
    }
    println!("{}", table.join("\n"));
    assert!(!files.is_empty(), "there is no workbook where there should be some");
}

#[test]
fn a_damaged_workbook_is_read_or_refused() {
    let Some(files) = fixtures() else { return };
    let mut chance = Chance(0x5EED);
    let (mut read, mut refused, mut unreadable) = (0, 0, 0);
    let originals: Vec<Vec<u8>> = files.iter().map(|file| fs::read(file).unwrap()).collect();
    for round in 0..1_000 {
        let original = &originals[round % originals.len()];
        let bytes = match original.starts_with(b"PK") && round % 2 == 0 {
            true => damaged_inside(original, &mut chance),
            false => damaged(original.clone(), &mut chance),
        };
        let outcome = panic::catch_unwind(|| outcome(&bytes));
        match outcome.unwrap_or_else(|_| panic!("round {round} is neither read nor refused")) {
            Outcome::Read(_) => read += 1,
            Outcome::Refused(_) => refused += 1,
            Outcome::Unreadable(_) => unreadable += 1,
        }
    }
    println!("1,000 damaged workbooks: {read} read, {refused} refused at a cell, {unreadable} not readable");
    assert!(unreadable > 0 && read + refused > 0, "either everything was damaged or nothing");
}

#[test]
fn what_is_written_is_text_whatever_it_begins_with() {
    let cells = [
        "=1+1",
        "+44 1632 960001",
        "-5",
        "@home",
        "=HYPERLINK(\"http://example.invalid\")",
        "1.0",
        "TRUE",
        "2026-01-31",
    ];
    let rows = vec![cells.map(str::to_owned).to_vec(), vec![], vec![String::new(), "b".to_owned()]];
    let book = Workbook { sheets: vec![Sheet { name: "survey".to_owned(), rows }] };
    let bytes = workbook::write(&book).unwrap();
    assert_eq!(workbook::read(&bytes), Ok(book));

    let mut zip = ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut sheet = String::new();
    zip.by_name("xl/worksheets/sheet1.xml").unwrap().read_to_string(&mut sheet).unwrap();
    assert!(!sheet.contains("<f>") && sheet.contains("t=\"s\""), "{sheet}");
}

#[test]
fn what_is_no_workbook_or_too_large_is_refused_before_it_is_read() {
    assert_eq!(workbook::read(b""), Err(workbook::Unreadable::NoWorkbook));
    assert_eq!(workbook::read(b"type,name,label"), Err(workbook::Unreadable::NoWorkbook));
    assert_eq!(workbook::read(b"PK\x03\x04"), Err(workbook::Unreadable::Damaged));
    assert_eq!(workbook::read(&vec![b'P'; workbook::MOST_BYTES + 1]), Err(workbook::Unreadable::TooLarge));

    // A small file that becomes a large one.
    let mut bomb = ZipWriter::new(Cursor::new(Vec::new()));
    bomb.start_file("xl/sharedStrings.xml", SimpleFileOptions::default()).unwrap();
    for _ in 0..150 {
        bomb.write_all(&vec![b' '; 1_024 * 1_024]).unwrap();
    }
    let bomb = bomb.finish().unwrap().into_inner();
    assert!(bomb.len() < 1_024 * 1_024);
    assert_eq!(workbook::read(&bomb), Err(workbook::Unreadable::TooLarge));
}

#[test]
fn a_cell_in_the_far_corner_is_refused_where_it_stands() {
    let mut book = Workbook { sheets: vec![Sheet { name: "survey".to_owned(), rows: vec![vec!["type".to_owned()]] }] };
    book.sheets[0].rows.resize(6_000, Vec::new());
    book.sheets[0].rows[5_999] = vec!["text".to_owned()];
    let words = workbook::read(&workbook::write(&book).unwrap()).unwrap_err().to_string();
    assert_eq!(words, "survey, row 6000: A sheet has at most 5000 rows; take out those that are not needed.");
}

fn outcome(bytes: &[u8]) -> Outcome {
    let book = match workbook::read(bytes) {
        Ok(book) => book,
        Err(words) => return Outcome::Unreadable(words.to_string()),
    };
    match xlsform::read(&book) {
        Ok(imported) => {
            assert!(imported.definition.check().is_ok());
            Outcome::Read(Box::new(imported))
        }
        Err(refused) => {
            assert!((1..=xlsform::MOST_REFUSALS).contains(&refused.len()), "{} refusals", refused.len());
            for Remark { sheet: _, row, column, words } in &refused {
                assert!(*row > 0 && !column.is_empty() && words.ends_with('.'), "{row} {column}: {words}");
            }
            Outcome::Refused(refused)
        }
    }
}

fn fixtures() -> Option<Vec<PathBuf>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/fixtures/xlsforms");
    let Ok(entries) = fs::read_dir(&folder) else {
        eprintln!("SKIPPED: the workbooks are not in {}", folder.display());
        return None;
    };
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|it| it == "xls" || it == "xlsx"));
    files.sort();
    Some(files)
}

/// The same numbers in every run.
struct Chance(u64);

impl Chance {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let number = (self.0 >> 33) ^ (self.0 >> 13);
        usize::try_from(number).unwrap() % most.max(1)
    }
}

/// Bytes flipped, cut out, doubled, or cut off.
fn damaged(mut bytes: Vec<u8>, chance: &mut Chance) -> Vec<u8> {
    for _ in 0..=chance.below(8) {
        if bytes.is_empty() {
            break;
        }
        let at = chance.below(bytes.len());
        let length = chance.below(64).min(bytes.len() - at);
        match chance.below(6) {
            0..=2 => bytes[at] ^= 1 << chance.below(8),
            3 => bytes[at] = [0x00, 0xFF, 0x7F, 0x80][chance.below(4)],
            4 => {
                let piece: Vec<u8> = bytes[at..at + length].to_vec();
                let to = chance.below(bytes.len());
                bytes.splice(to..to, piece);
            }
            _ if chance.below(4) == 0 => bytes.truncate(at),
            _ => drop(bytes.drain(at..at + length)),
        }
    }
    bytes
}

/// Letters and figures put in place of others, so that much of it is still understood.
fn retyped(mut bytes: Vec<u8>, chance: &mut Chance) -> Vec<u8> {
    for _ in 0..=chance.below(12) {
        let at = chance.below(bytes.len());
        if let Some(byte) = bytes.get_mut(at).filter(|byte| byte.is_ascii_alphanumeric()) {
            *byte = b"059aezAEZ"[chance.below(9)];
        }
    }
    bytes
}

/// One part damaged and everything packed again, so that what unpacks it sees nothing amiss.
fn damaged_inside(original: &[u8], chance: &mut Chance) -> Vec<u8> {
    let mut from = ZipArchive::new(Cursor::new(original)).unwrap();
    let chosen = chance.below(from.len());
    let mut to = ZipWriter::new(Cursor::new(Vec::new()));
    for part in 0..from.len() {
        let mut part_of = from.by_index(part).unwrap();
        let (name, mut bytes) = (part_of.name().unwrap().into_owned(), Vec::new());
        part_of.read_to_end(&mut bytes).unwrap();
        let cells = name.contains("sheet") || name.contains("sharedStrings");
        if part == chosen || cells && chance.below(3) == 0 {
            bytes = if chance.below(3) == 0 { damaged(bytes, chance) } else { retyped(bytes, chance) };
        }
        to.start_file(name, SimpleFileOptions::default()).unwrap();
        to.write_all(&bytes).unwrap();
    }
    to.finish().unwrap().into_inner()
}
