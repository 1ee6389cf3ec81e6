//! PDF: what shops and railways send. We keep its pages and nothing else, and a contained process takes it apart.
//!
//! A list of what may stay again: pages, what is drawn on them, and with what. Scripts, attachments, links, forms'
//! machinery, authors and histories are not on it. One PDF is one page of a receipt and has up to [`MAX_SHEETS`] sheets.

mod annotations;
mod child;
mod copy;
mod streams;

use bytes::Bytes;

pub(in crate::work) use self::child::clean_in_child;
use super::header::MAX_BYTES;
use super::refusal::PictureRefusal;
use crate::work::contained::{Contained, Failure, Limits, Program, Task};

/// The most sheets of one PDF.
pub const MAX_SHEETS: u32 = 20;
/// The word by which our own program knows this work.
pub(in crate::work) const WORD: &str = "clean-pdf";

/// Exit statuses of the child that stand for a refusal.
const STATUSES: [(u8, PictureRefusal); 7] = [
    (40, PictureRefusal::Encrypted),
    (41, PictureRefusal::TooManySheets),
    (42, PictureRefusal::UnpacksTooLarge),
    (43, PictureRefusal::TooManyPixels),
    (44, PictureRefusal::Empty),
    (45, PictureRefusal::Broken),
    (46, PictureRefusal::TooLarge),
];

/// A PDF with nothing but pages in it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct CleanPdf {
    pub bytes: Vec<u8>,
    pub sheets: u32,
    /// Width of the first sheet as it is shown, in points.
    pub width: u32,
    /// Height of the first sheet as it is shown, in points.
    pub height: u32,
}

/// Why there is no clean PDF.
#[derive(Debug)]
pub(super) enum PdfError {
    Refused(PictureRefusal),
    /// It could not be looked at just now.
    Later(Failure),
}

/// Has a PDF cleaned in a process of its own.
pub(super) async fn clean(contained: &Contained, original: Bytes) -> Result<CleanPdf, PdfError> {
    let limits = Limits { cpu_seconds: 8, output_bytes: 2 * MAX_BYTES as u64, ..Limits::default() };
    let task = Task { program: Program::Own(WORD), args: Vec::new(), stdin: original, files: Vec::new(), limits };
    match contained.run(task).await {
        Ok(done) => read_answer(done.stdout).ok_or(PdfError::Refused(PictureRefusal::Broken)),
        Err(Failure::Failed { status }) => Err(PdfError::Refused(refusal_of(status))),
        // It was given far more time and room than a receipt needs.
        Err(Failure::TimedOut | Failure::TooMuch) => Err(PdfError::Refused(PictureRefusal::UnpacksTooLarge)),
        Err(later) => Err(PdfError::Later(later)),
    }
}

/// What the child says first: sheets, width and height, on a line.
fn read_answer(mut stdout: Vec<u8>) -> Option<CleanPdf> {
    let line = stdout.iter().take(64).position(|byte| *byte == b'\n')?;
    let said = String::from_utf8(stdout.drain(..=line).collect()).ok()?;
    let mut numbers = said.split_whitespace().map(str::parse);
    let (sheets, width, height) = (numbers.next()?.ok()?, numbers.next()?.ok()?, numbers.next()?.ok()?);
    Some(CleanPdf { bytes: stdout, sheets, width, height })
}

/// One that ended in another way ran into its limits, or is damaged in a way that nobody thought of.
fn refusal_of(status: Option<i32>) -> PictureRefusal {
    let known = STATUSES.iter().find(|(code, _)| Some(i32::from(*code)) == status);
    known.map_or(PictureRefusal::Broken, |(_, refusal)| *refusal)
}
