//! Keeps the picture and drops everything else, by lists of what may stay.
//!
//! A list of what to drop would be out of date with the next phone; a list of what a picture needs does not change.

mod jpeg;
mod png;
mod webp;

use image::metadata::Orientation;

use super::header::Header;
use super::refusal::PictureRefusal;
use super::sniff::MediaType;

/// A picture without its metadata, not yet turned upright.
#[derive(Debug)]
pub(super) struct Clean {
    pub bytes: Vec<u8>,
    /// How the picture must be turned to stand upright.
    pub orientation: Orientation,
    /// The places in `bytes`, at the ends of JPEG scans, where the decoder can be caught reading too far. Empty for
    /// other kinds.
    pub guards: Vec<usize>,
}

/// Takes the metadata out, and everything after the end of the picture.
pub(super) fn strip(header: &Header, original: &[u8]) -> Result<Clean, PictureRefusal> {
    match header.media_type {
        MediaType::Jpeg => jpeg::strip(original),
        MediaType::Png => png::strip(original),
        MediaType::Webp => webp::strip(header, original),
        MediaType::Heic | MediaType::Pdf => Err(PictureRefusal::Broken),
    }
}

/// A JPEG inside a document, without its metadata; none where it cannot be read. Some writers leave its end off.
pub(super) fn jpeg_inside(original: &[u8]) -> Option<Vec<u8>> {
    let start = original.windows(3).position(|window| window == [0xff, 0xd8, 0xff])?;
    let original = original.get(start..)?;
    let clean = jpeg::strip(original).or_else(|_| jpeg::strip(&[original, &[0xff, 0xd9]].concat()));
    clean.ok().map(|clean| clean.bytes)
}

/// The orientation an EXIF block asks for. A block that cannot be read asks for nothing: a crooked ticket is still a ticket.
pub(super) fn orientation(exif: Option<&[u8]>) -> Orientation {
    exif.map(|exif| exif.strip_prefix(b"Exif\0\0").unwrap_or(exif))
        .and_then(Orientation::from_exif_chunk)
        .unwrap_or(Orientation::NoTransforms)
}
