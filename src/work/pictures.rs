//! Pictures: a phone's photo comes in, and a picture we may keep comes out.
//!
//! What leaves here is upright, carries no place, no serial number and no hidden second file, and has a thumbnail that a
//! slow phone can load. The order is: size, magic bytes, header, strip, decode. Stripping comes before decoding so that
//! the bytes that were proved good are the very bytes that are stored.
//!
//! HEIC and PDF are cleaned and kept, and never decoded here: [`showing`] has contained programs make what is shown.

mod decode;
mod encode;
mod header;
mod heif;
mod hints;
mod look;
pub(in crate::work) mod pdf;
mod refusal;
pub mod sample;
mod segments;
mod sheet;
pub mod showing;
mod sniff;
mod strip;
#[cfg(test)]
mod tests;
mod upright;
mod worker;

use std::fmt;

use image::metadata::Orientation;
use sha2::{Digest, Sha256};

pub use self::header::{MAX_BYTES, MAX_PIXELS, MAX_SIDE};
pub use self::look::look;
pub use self::pdf::MAX_SHEETS;
pub use self::refusal::{PictureRefusal, UnsupportedKind};
pub use self::sheet::{PREVIEW_SIDE, Sheet, THUMBNAIL_MAX_BYTES, THUMBNAIL_SIDE};
pub use self::sniff::{MediaType, sniff};

use self::upright::Upright;
pub use self::worker::{PictureError, Pictures};

/// A picture that is ready to be stored and shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture {
    /// What `bytes` holds. It may differ from what was sent: a picture that had to be turned upright is written anew.
    pub media_type: MediaType,
    /// The stored form: upright, without metadata.
    pub bytes: Vec<u8>,
    /// Width of the upright picture, in pixels.
    pub width: u32,
    /// Height of the upright picture, in pixels.
    pub height: u32,
    /// How many things there are to look at: one, or the sheets of a PDF.
    pub sheet_count: u32,
    /// What is shown of it; nothing yet where a contained program has to make it.
    pub sheets: Vec<Sheet>,
    /// SHA-256 of `bytes`.
    pub stored_sha256: [u8; 32],
    /// SHA-256 of what the phone sent, so that a retry is known for what it is.
    pub original_sha256: [u8; 32],
    /// Whether anything besides the picture itself was taken out.
    pub metadata_removed: bool,
}

/// Sizes and not contents: a photo does not belong in a log.
impl fmt::Debug for Picture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Picture")
            .field("media_type", &self.media_type.as_str())
            .field("width", &self.width)
            .field("height", &self.height)
            .field("bytes", &self.bytes.len())
            .field("sheets", &self.sheets.len())
            .finish_non_exhaustive()
    }
}

/// Makes a picture we may keep out of what a phone sent. Blocking and pure: the same bytes give the same answer.
///
/// # Errors
///
/// A [`PictureRefusal`] in plain words when the bytes are too big, not a picture we accept, or damaged. A PDF is none of
/// its pictures: [`Pictures::prepare`] has it taken apart elsewhere.
///
/// # Panics
///
/// The decoders are not expected to panic; [`Pictures::prepare`] turns it into a refusal if one ever does.
pub fn prepare(original: &[u8]) -> Result<Picture, PictureRefusal> {
    if original.len() <= MAX_BYTES && sniff(original) == Some(MediaType::Heic) {
        return prepare_heic(original);
    }

    // May it come in at all?
    let header = header::admit(original)?;

    // Keep the picture and nothing else, then prove that what we kept is whole.
    let clean = strip::strip(&header, original)?;
    let metadata_removed = clean.bytes != original;
    let original_sha256 = Sha256::digest(original).into();
    let decoded = decode::decode(&header, &clean)?;

    // Stand it upright. A picture that already stands keeps its own bytes, so not one pixel changes.
    let Upright { media_type, bytes, image, profile } = match clean.orientation {
        Orientation::NoTransforms => Upright {
            media_type: header.media_type,
            bytes: clean.bytes,
            image: decoded.image,
            profile: decoded.profile,
        },
        turned => {
            drop(clean.bytes);
            upright::turn_and_encode(decoded, turned)?
        }
    };
    let sheet = sheet::sheet(&image, profile.as_deref())?;

    Ok(Picture {
        media_type,
        width: image.width(),
        height: image.height(),
        sheet_count: 1,
        sheets: vec![sheet],
        stored_sha256: Sha256::digest(&bytes).into(),
        original_sha256,
        bytes,
        metadata_removed,
    })
}

/// A HEIC stays as it is but for what is taken out of it.
fn prepare_heic(original: &[u8]) -> Result<Picture, PictureRefusal> {
    let heif::Heif { bytes, width, height } = heif::clean(original)?;
    Ok(kept_whole(MediaType::Heic, original, bytes, (width, height, 1)))
}

/// A picture that is shown later.
fn kept_whole(
    media_type: MediaType,
    original: &[u8],
    bytes: Vec<u8>,
    (width, height, sheet_count): (u32, u32, u32),
) -> Picture {
    Picture {
        media_type,
        width,
        height,
        sheet_count,
        sheets: Vec::new(),
        stored_sha256: Sha256::digest(&bytes).into(),
        original_sha256: Sha256::digest(original).into(),
        metadata_removed: bytes != original,
        bytes,
    }
}
