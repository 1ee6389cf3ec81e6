//! May this file come in? Decided from its first bytes, before anything is allocated for its pixels.

use image::metadata::Orientation;

use super::refusal::{PictureRefusal, UnsupportedKind};
use super::segments::{Segment, Segments};
use super::sniff::{self, MediaType, sniff};
use super::strip::orientation;

/// The largest file we take, in bytes.
pub const MAX_BYTES: usize = 20_000_000;
/// The most pixels we take, width times height.
pub const MAX_PIXELS: u64 = 50_000_000;
/// The longest side we take, in pixels.
pub const MAX_SIDE: u32 = 16_000;

/// The most pixels once [`Header::memory_factor`] is counted, so that no picture needs half a gigabyte.
const MAX_WEIGHED_PIXELS: u64 = 3 * MAX_PIXELS;

/// What the header promises. The decoder holds it to its word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Header {
    pub media_type: MediaType,
    /// Stored width in pixels, before any turning.
    pub width: u32,
    /// Stored height in pixels, before any turning.
    pub height: u32,
    /// How much memory a pixel needs while decoding, as a multiple of an ordinary JPEG's.
    pub memory_factor: u32,
}

impl Header {
    /// The pixels in this picture.
    pub fn pixels(&self) -> u64 {
        u64::from(self.width) * u64::from(self.height)
    }

    fn weighed_pixels(&self) -> u64 {
        self.pixels() * u64::from(self.memory_factor)
    }

    /// The memory this picture needs, counted in ordinary megapixels, rounded up and at least one.
    pub fn megapixels_of_memory(&self) -> u32 {
        u32::try_from(self.weighed_pixels().div_ceil(1_000_000)).unwrap_or(u32::MAX).max(1)
    }
}

/// Reads the header and refuses what is too large, of another kind, or has too many pixels.
pub(super) fn admit(bytes: &[u8]) -> Result<Header, PictureRefusal> {
    if bytes.len() > MAX_BYTES {
        return Err(PictureRefusal::TooLarge);
    }

    let header = match sniff(bytes).ok_or_else(|| sniff::why_not(bytes))? {
        MediaType::Jpeg => read_jpeg(bytes)?,
        MediaType::Png => read_png(bytes)?,
        MediaType::Webp => read_webp(bytes)?,
        // These are never decoded here; whoever asks for it has not looked.
        MediaType::Heic | MediaType::Pdf => return Err(PictureRefusal::Broken),
    };

    if header.width == 0 || header.height == 0 {
        return Err(PictureRefusal::Empty);
    }
    let has_long_side = header.width > MAX_SIDE || header.height > MAX_SIDE;
    if has_long_side || header.pixels() > MAX_PIXELS || header.weighed_pixels() > MAX_WEIGHED_PIXELS {
        return Err(PictureRefusal::TooManyPixels);
    }
    Ok(header)
}

/// A JPEG whose colours come one after the other (every progressive one) keeps all its coefficients in memory at once,
/// and one that must be turned is there twice for a moment.
fn read_jpeg(bytes: &[u8]) -> Result<Header, PictureRefusal> {
    let mut segments = Segments::new(bytes);
    let mut frame = None;
    let mut is_turned = false;

    loop {
        match segments.next()? {
            Segment::Part { marker: marker @ 0xc0..=0xc2, body } => {
                let &[_, h1, h0, w1, w0, colours, ..] = body else { return Err(PictureRefusal::Broken) };
                let (width, height) = (u16::from_be_bytes([w1, w0]), u16::from_be_bytes([h1, h0]));
                frame = Some((marker, u32::from(width), u32::from(height), colours));
            }
            Segment::Part { marker, .. } if is_unusual_frame(marker) => return Err(UnsupportedKind::UnusualJpeg.into()),
            Segment::Part { marker: 0xe1, body } => is_turned |= orientation(Some(body)) != Orientation::NoTransforms,
            Segment::Part { .. } => {}
            Segment::Scan { header } => {
                let (marker, width, height, colours) = frame.ok_or(PictureRefusal::Broken)?;
                let in_one_scan = marker != 0xc2 && header.first() == Some(&colours);
                let memory_factor = match (in_one_scan, is_turned) {
                    (true, false) => 1,
                    (true, true) => 2,
                    (false, _) => u32::from(colours).clamp(3, 4),
                };
                return Ok(Header { media_type: MediaType::Jpeg, width, height, memory_factor });
            }
            Segment::End => return Err(PictureRefusal::Broken),
        }
    }
}

/// Lossless, hierarchical and arithmetic frames share the numbers around DHT (c4), the reserved c8 and DAC (cc).
fn is_unusual_frame(marker: u8) -> bool {
    matches!(marker, 0xc3 | 0xc5..=0xcf)
}

fn read_png(bytes: &[u8]) -> Result<Header, PictureRefusal> {
    let ihdr = bytes.get(8..33).ok_or(PictureRefusal::Truncated)?;
    let &[0, 0, 0, 13, b'I', b'H', b'D', b'R', w3, w2, w1, w0, h3, h2, h1, h0, depth, ..] = ihdr else {
        return Err(PictureRefusal::Broken);
    };

    Ok(Header {
        media_type: MediaType::Png,
        width: u32::from_be_bytes([w3, w2, w1, w0]),
        height: u32::from_be_bytes([h3, h2, h1, h0]),
        memory_factor: if depth == 16 { 4 } else { 2 },
    })
}

fn read_webp(bytes: &[u8]) -> Result<Header, PictureRefusal> {
    let chunk = bytes.get(12..30).ok_or(PictureRefusal::Truncated)?;
    let (width, height) = match *chunk {
        [b'V', b'P', b'8', b'X', _, _, _, _, _, _, _, _, w0, w1, w2, h0, h1, h2] => {
            (1 + u32::from_le_bytes([w0, w1, w2, 0]), 1 + u32::from_le_bytes([h0, h1, h2, 0]))
        }
        [a, b, c, d, _, _, _, _, ref body @ ..] => webp_frame_size([a, b, c, d], body).ok_or(PictureRefusal::Broken)?,
        _ => return Err(PictureRefusal::Broken),
    };
    Ok(Header { media_type: MediaType::Webp, width, height, memory_factor: 3 })
}

/// The width and height that a `VP8 ` or `VP8L` chunk gives itself.
pub(super) fn webp_frame_size(name: [u8; 4], body: &[u8]) -> Option<(u32, u32)> {
    match (&name, body) {
        (b"VP8 ", &[_, _, _, 0x9d, 0x01, 0x2a, w0, w1, h0, h1, ..]) => {
            let side = |low, high| u32::from(u16::from_le_bytes([low, high]) & 0x3fff);
            Some((side(w0, w1), side(h0, h1)))
        }
        (b"VP8L", &[0x2f, a, b, c, d, ..]) => {
            let bits = u32::from_le_bytes([a, b, c, d]);
            Some((1 + (bits & 0x3fff), 1 + ((bits >> 14) & 0x3fff)))
        }
        _ => None,
    }
}
