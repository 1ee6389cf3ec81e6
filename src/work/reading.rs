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
};
use crate::{rules::receipt_reading::Word, store::receipt_reading::Engine};

/// The program that reads pictures.
const READER: &str = "tesseract";
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
pub async fn page(contained: &Contained, picture: Bytes, number: i32) -> Result<Vec<Vec<Word>>, Failure> {
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
