//! Reading: pages of receipts become words, by a program of this machine that is kept away from everything else. The
//! network too: what is on a receipt is nobody else's. Without the program everything else works as it does with it.

pub mod ready;
pub mod words;

use std::time::Duration;

use bytes::Bytes;
use image::{DynamicImage, GrayImage, ImageReader, Limits as Most};

use super::{
    Works,
    contained::{Contained, Failure, Limits, Task},
    pictures::{MediaType, showing, sniff},
};
use crate::{rules::receipt_reading::Word, store::receipt_reading::Engine};

/// The program that reads pictures.
const READER: &str = "tesseract";
/// The program that takes the text out of a document, and the one that paints its sheets.
const TEXT_READER: &str = "pdftotext";
const SHEET_PAINTER: &str = "pdftoppm";
/// A document with fewer words than this was scanned.
const LEAST_TEXT: usize = 8;
/// Sheets of one page are told apart by this.
const SHEETS: i32 = 100;
/// Ways of looking at a page: as one column of lines of any size, and as one block. What both find is likelier.
const WAYS: [&str; 2] = ["4", "6"];
/// What one look may use up.
const ONE_LOOK: Limits = Limits {
    memory_bytes: 1 << 30,
    cpu_seconds: 40,
    wall: Duration::from_secs(50),
    output_bytes: 8 << 20,
    open_files: 64,
};

/// Whether this server reads receipts, when it can.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Readers {
    /// It does not, whatever is installed.
    #[default]
    Off,
    /// It does where the program is installed.
    WhereInstalled,
}

/// Whether this server reads receipts.
pub fn available(works: &Works) -> bool {
    works.readers == Readers::WhereInstalled && works.contained.has(READER)
}

/// What reads here, and in which version.
pub async fn engine(contained: &Contained) -> Result<Engine, Failure> {
    let told = contained.run(Task::tool(READER, ["--version"])).await?;
    let told = String::from_utf8_lossy(&told.stdout);
    let version = told.lines().next().unwrap_or_default().trim_start_matches(READER).trim();
    Ok(Engine { name: READER.to_owned(), version: version.chars().take(40).collect() })
}

/// The words of one page, once for each way of looking at it. A page that cannot be opened has none.
pub async fn page(contained: &Contained, stored: Bytes, number: i32) -> Result<Vec<Vec<Word>>, Failure> {
    match sniff(&stored) {
        Some(MediaType::Pdf) => document(contained, stored, number).await,
        Some(MediaType::Heic) => match showing::as_jpeg(contained, stored).await? {
            Some(jpeg) => photo(contained, jpeg, number).await,
            None => Ok(vec![]),
        },
        _ => photo(contained, stored, number).await,
    }
}

/// A document's own text, where it has some; else its first sheets are looked at like photos.
async fn document(contained: &Contained, stored: Bytes, number: i32) -> Result<Vec<Vec<Word>>, Failure> {
    let with_it = |tool, args: &[&str]| Task {
        files: vec![("in.pdf", stored.clone())],
        limits: ONE_LOOK,
        ..Task::tool(tool, args.iter().copied())
    };
    match contained.run(with_it(TEXT_READER, &["-tsv", "-l", "5", "in.pdf", "-"])).await {
        Ok(done) => {
            let words = words::words(&String::from_utf8_lossy(&done.stdout), number);
            if words.len() >= LEAST_TEXT {
                // It is not guessed, so every look at it says the same.
                return Ok(vec![words; WAYS.len()]);
            }
        }
        Err(Failure::NotRun(error)) => return Err(Failure::NotRun(error)),
        Err(_) => {}
    }
    let sheets = match contained
        .run(with_it(SHEET_PAINTER, &["-png", "-gray", "-r", "200", "-l", "3", "in.pdf", "sheet"]))
        .await
    {
        Ok(done) => done.files,
        Err(Failure::Absent) => return Ok(vec![]),
        Err(failure) => return Err(failure),
    };
    let mut passes = vec![Vec::new(); WAYS.len()];
    for (sheet, (_, picture)) in (0..).zip(sheets.into_iter().filter(|(name, _)| name.ends_with(".png"))) {
        for (pass, words) in passes.iter_mut().zip(photo(contained, picture.into(), number * SHEETS + sheet).await?) {
            pass.extend(words);
        }
    }
    Ok(passes)
}

async fn photo(contained: &Contained, picture: Bytes, number: i32) -> Result<Vec<Vec<Word>>, Failure> {
    let made = tokio::task::spawn_blocking(move || opened(&picture).map(|photo| portable(&ready::ready(&photo)))).await;
    let Ok(Some(picture)) = made else { return Ok(vec![]) };
    let picture = Bytes::from(picture);
    let mut passes = Vec::with_capacity(WAYS.len());
    for way in WAYS {
        let args = ["stdin", "stdout", "--dpi", "300", "--psm", way, "tsv"];
        let task = Task { stdin: picture.clone(), limits: ONE_LOOK, ..Task::tool(READER, args) };
        let done = contained.run(task).await?;
        passes.push(words::words(&String::from_utf8_lossy(&done.stdout), number));
    }
    Ok(passes)
}

/// A stored picture, which was proved whole when it came, in grey.
fn opened(picture: &[u8]) -> Option<GrayImage> {
    let mut reader = ImageReader::new(std::io::Cursor::new(picture)).with_guessed_format().ok()?;
    let mut most = Most::default();
    most.max_alloc = Some(600 << 20);
    reader.limits(most);
    reader.decode().ok().map(DynamicImage::into_luma8)
}

/// The plainest file there is: a heading and the dots.
fn portable(picture: &GrayImage) -> Vec<u8> {
    let mut file = format!("P5\n{} {}\n255\n", picture.width(), picture.height()).into_bytes();
    file.extend_from_slice(picture.as_raw());
    file
}
