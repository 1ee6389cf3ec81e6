//! What is shown of stored pictures that we do not decode ourselves: contained programs turn them into JPEG, and only that
//! is decoded here, as strictly as what a stranger sent.

use bytes::Bytes;

use super::header::admit;
use super::sheet::PREVIEW_SIDE;
use super::sniff::MediaType;
use super::worker::{PictureError, Pictures};
use super::{MAX_SHEETS, Sheet, prepare};
use crate::work::contained::{Contained, Done, Failure, Limits, Task};

use std::time::Duration;

/// What turns HEIC into JPEG: libheif's own program, under its older and its newer name.
const HEIC_TOOLS: [&str; 2] = ["heif-convert", "heif-dec"];
/// What turns sheets of a PDF into JPEG: poppler's.
const PDF_TOOL: &str = "pdftoppm";

/// What came of it.
#[derive(Clone, PartialEq, Eq)]
pub enum Shown {
    /// It can be looked at.
    Sheets(Vec<Sheet>),
    /// This machine has no program for it.
    NoConverter,
    /// No program here can show it.
    NotShowable,
}

/// Why it is tried again later.
#[derive(Debug, thiserror::Error)]
pub enum NotShown {
    /// The program could not be run.
    #[error(transparent)]
    NotRun(Failure),
    /// The server is closing.
    #[error("the server is closing")]
    Stopping,
}

/// Whether this machine can show a kind of picture.
pub fn can_show(contained: &Contained, media_type: MediaType) -> bool {
    match media_type {
        MediaType::Heic => heic_tool(contained).is_some(),
        MediaType::Pdf => contained.has(PDF_TOOL),
        MediaType::Jpeg | MediaType::Png | MediaType::Webp => true,
    }
}

/// Makes what is shown of a stored picture.
pub async fn show(
    contained: &Contained,
    pictures: &Pictures,
    media_type: MediaType,
    stored: Bytes,
) -> Result<Shown, NotShown> {
    let task = match media_type {
        MediaType::Jpeg | MediaType::Png | MediaType::Webp => return sheets(pictures, vec![stored]).await,
        MediaType::Heic => heic_tool(contained).map(|tool| heic(tool, stored)),
        MediaType::Pdf => contained.has(PDF_TOOL).then(|| pdf(stored)),
    };
    let Some(task) = task else { return Ok(Shown::NoConverter) };
    match contained.run(task).await {
        Ok(done) => sheets(pictures, jpegs(done)).await,
        Err(Failure::Absent) => Ok(Shown::NoConverter),
        Err(Failure::Failed { .. } | Failure::TimedOut | Failure::TooMuch) => Ok(Shown::NotShowable),
        Err(failure @ Failure::NotRun(_)) => Err(NotShown::NotRun(failure)),
    }
}

/// A stored HEIC as a JPEG, for who reads it; none where this machine has no program for it.
pub async fn as_jpeg(contained: &Contained, stored: Bytes) -> Result<Option<Bytes>, Failure> {
    let Some(tool) = heic_tool(contained) else { return Ok(None) };
    match contained.run(heic(tool, stored)).await {
        Ok(done) => Ok(jpegs(done).into_iter().next()),
        Err(Failure::Absent) => Ok(None),
        Err(failure) => Err(failure),
    }
}

fn heic_tool(contained: &Contained) -> Option<&'static str> {
    HEIC_TOOLS.into_iter().find(|tool| contained.has(tool))
}

/// It stands the picture upright itself.
fn heic(tool: &'static str, stored: Bytes) -> Task {
    // The largest phones take 48 megapixels, which are there three times over while they are turned.
    let limits = Limits { memory_bytes: 1 << 30, cpu_seconds: 60, wall: Duration::from_secs(90), ..Limits::default() };
    let task = Task::tool(tool, ["-q", "92", "in.heic", "out.jpg"]);
    Task { files: vec![("in.heic", stored)], limits, ..task }
}

fn pdf(stored: Bytes) -> Task {
    let limits = Limits { cpu_seconds: 90, wall: Duration::from_secs(120), ..Limits::default() };
    let (side, last) = (PREVIEW_SIDE.to_string(), MAX_SHEETS.to_string());
    let args = ["-jpeg", "-jpegopt", "quality=92", "-scale-to", &side, "-l", &last, "in.pdf", "sheet"];
    Task { files: vec![("in.pdf", stored)], limits, ..Task::tool(PDF_TOOL, args) }
}

/// In order of their names, which poppler fills up with zeros.
fn jpegs(done: Done) -> Vec<Bytes> {
    done.files.into_iter().filter(|(name, _)| name.ends_with(".jpg")).map(|(_, bytes)| bytes.into()).collect()
}

async fn sheets(pictures: &Pictures, jpegs: Vec<Bytes>) -> Result<Shown, NotShown> {
    let mut sheets = Vec::new();
    for jpeg in jpegs {
        let Ok(header) = admit(&jpeg) else { return Ok(Shown::NotShowable) };
        let made = pictures.with_room(header.pixels(), move || prepare(&jpeg)).await;
        match made.map(|picture| picture.sheets) {
            Ok(made) => sheets.extend(made),
            Err(PictureError::Refused(_) | PictureError::Later) => return Ok(Shown::NotShowable),
            Err(PictureError::Stopping) => return Err(NotShown::Stopping),
        }
    }
    Ok(if sheets.is_empty() { Shown::NotShowable } else { Shown::Sheets(sheets) })
}
