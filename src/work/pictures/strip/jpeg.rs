//! What a JPEG needs: its frame, tables and scans, and two or three words about colour.

use super::super::refusal::{PictureRefusal, UnsupportedKind};
use super::super::segments::{Segment, Segments};
use super::{Clean, orientation};

/// Progressive pictures have about ten scans. Hundreds of them are only there to keep a server busy.
const MAX_SCANS: usize = 32;

/// The frame marker of a picture that sharpens scan by scan.
const PROGRESSIVE: u8 = 0xc2;

const START: [u8; 2] = [0xff, 0xd8];
const END: [u8; 2] = [0xff, 0xd9];

pub(super) fn strip(original: &[u8]) -> Result<Clean, PictureRefusal> {
    let mut segments = Segments::new(original);
    let mut bytes = Vec::with_capacity(original.len());
    let mut scan_ends = Vec::new();
    let mut exif = None;
    let mut frame = None;

    bytes.extend(START);
    loop {
        match segments.next()? {
            Segment::Part { marker: 0xe1, body } if body.starts_with(b"Exif\0\0") => exif = exif.or(Some(body)),
            Segment::Part { marker, body } => {
                if is_frame(marker) && frame.replace(marker).is_some() {
                    return Err(PictureRefusal::Broken);
                }
                if let Some(body) = kept(marker, body)? {
                    push(&mut bytes, marker, &body);
                }
            }
            Segment::Scan { header } => {
                push(&mut bytes, 0xda, header);
                bytes.extend_from_slice(segments.coded_data()?);
                scan_ends.push(bytes.len());
            }
            Segment::End => break,
        }
    }
    bytes.extend(END);

    let guards = guards(frame, scan_ends)?;
    Ok(Clean { bytes, orientation: orientation(exif), guards })
}

/// Which scan ends can be guarded. The decoder must see the marker right after the first scan of a progressive picture,
/// and right after every scan but the last of others.
fn guards(frame: Option<u8>, mut scan_ends: Vec<usize>) -> Result<Vec<usize>, PictureRefusal> {
    match (frame, scan_ends.len()) {
        (None, _) | (_, 0) => Err(PictureRefusal::Broken),
        (_, scans) if scans > MAX_SCANS => Err(PictureRefusal::Broken),
        // The first scan of a progressive picture is only a sketch.
        (Some(PROGRESSIVE), 1) => Err(PictureRefusal::Truncated),
        (Some(PROGRESSIVE), _) => Ok(scan_ends.split_off(1)),
        (Some(_), scans) => Ok(scan_ends.split_off(scans - 1)),
    }
}

/// The part of a segment that may stay, if any.
fn kept(marker: u8, body: &[u8]) -> Result<Option<Vec<u8>>, PictureRefusal> {
    let kept = match marker {
        // Frame, Huffman tables, quantisation tables, restart interval.
        0xc0..=0xc2 | 0xc4 | 0xdb | 0xdd => body.to_vec(),
        0xc3 | 0xc5..=0xcf => return Err(UnsupportedKind::UnusualJpeg.into()),
        // JFIF, without the small picture it may carry: that one may show what was cropped away.
        0xe0 if body.starts_with(b"JFIF\0") && body.len() >= 14 => [&body[..12], &[0, 0]].concat(),
        // The colours' profile. Other users of this marker hold further pictures.
        0xe2 if body.starts_with(b"ICC_PROFILE\0") => body.to_vec(),
        // Adobe's word on how the colours are coded, without which some pictures turn green.
        0xee if body.starts_with(b"Adobe") && body.len() >= 12 => body[..12].to_vec(),
        _ => return Ok(None),
    };
    Ok(Some(kept))
}

fn is_frame(marker: u8) -> bool {
    matches!(marker, 0xc0..=0xc2)
}

/// Bodies come from a file or a prefix of one, so their length always fits.
fn push(bytes: &mut Vec<u8>, marker: u8, body: &[u8]) {
    let length = u16::try_from(body.len() + 2).unwrap_or(u16::MAX);
    bytes.extend([0xff, marker]);
    bytes.extend(length.to_be_bytes());
    bytes.extend_from_slice(body);
}
