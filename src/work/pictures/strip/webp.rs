//! What a WebP needs: one coded picture, and for the extended form its canvas, transparency and colour profile.

use super::super::header::{Header, webp_frame_size};
use super::super::refusal::{PictureRefusal, UnsupportedKind};
use super::{Clean, orientation};

const FLAG_ANIMATION: u8 = 0x02;
const FLAG_ALPHA: u8 = 0x10;
const FLAG_PROFILE: u8 = 0x20;

pub(super) fn strip(header: &Header, original: &[u8]) -> Result<Clean, PictureRefusal> {
    let parts = read(original)?;
    let (name, body) = parts.frame.ok_or(PictureRefusal::Broken)?;

    // The decoder makes room for the frame's own size before it compares it with the canvas, so we compare first.
    if webp_frame_size(name, body) != Some((header.width, header.height)) {
        return Err(PictureRefusal::Broken);
    }

    let mut bytes = Vec::with_capacity(original.len());
    bytes.extend_from_slice(b"RIFF\0\0\0\0WEBP");
    if let Some(canvas) = parts.extended {
        let mut canvas = canvas.to_vec();
        let profile = if parts.profile.is_some() { FLAG_PROFILE } else { 0 };
        let flags = canvas[0] & FLAG_ALPHA | profile;
        canvas[..4].copy_from_slice(&[flags, 0, 0, 0]);
        push(&mut bytes, *b"VP8X", &canvas);
        parts.profile.iter().for_each(|body| push(&mut bytes, *b"ICCP", body));
        parts.alpha.iter().for_each(|body| push(&mut bytes, *b"ALPH", body));
    }
    push(&mut bytes, name, body);

    let riff_bytes = u32::try_from(bytes.len() - 8).map_err(|_| PictureRefusal::TooLarge)?;
    bytes[4..8].copy_from_slice(&riff_bytes.to_le_bytes());
    Ok(Clean { bytes, orientation: orientation(parts.exif), guards: Vec::new() })
}

#[derive(Default)]
struct Parts<'a> {
    extended: Option<&'a [u8]>,
    profile: Option<&'a [u8]>,
    alpha: Option<&'a [u8]>,
    exif: Option<&'a [u8]>,
    frame: Option<([u8; 4], &'a [u8])>,
}

/// Reads as far as the file says it goes, and not a byte further.
fn read(original: &[u8]) -> Result<Parts<'_>, PictureRefusal> {
    let &[_, _, _, _, s0, s1, s2, s3, ref after @ ..] = original else { return Err(PictureRefusal::Truncated) };
    let size = u32::from_le_bytes([s0, s1, s2, s3]) as usize;
    let mut rest = after.get(..size).and_then(|riff| riff.get(4..)).ok_or(PictureRefusal::Truncated)?;

    let mut parts = Parts::default();
    while !rest.is_empty() {
        let (name, body) = next(&mut rest)?;
        match &name {
            b"VP8X" if body.len() != 10 => return Err(PictureRefusal::Broken),
            b"VP8X" if body[0] & FLAG_ANIMATION != 0 => return Err(UnsupportedKind::Animation.into()),
            b"ANIM" | b"ANMF" => return Err(UnsupportedKind::Animation.into()),
            b"VP8X" => keep_one(&mut parts.extended, body)?,
            b"ICCP" => keep_one(&mut parts.profile, body)?,
            b"ALPH" => keep_one(&mut parts.alpha, body)?,
            b"VP8 " | b"VP8L" => keep_one(&mut parts.frame, (name, body))?,
            b"EXIF" => parts.exif = parts.exif.or(Some(body)),
            _ => {}
        }
    }
    Ok(parts)
}

/// Two pictures in one file are one too many.
fn keep_one<T>(place: &mut Option<T>, found: T) -> Result<(), PictureRefusal> {
    match place.replace(found) {
        None => Ok(()),
        Some(_) => Err(PictureRefusal::Broken),
    }
}

fn next<'a>(rest: &mut &'a [u8]) -> Result<([u8; 4], &'a [u8]), PictureRefusal> {
    let &[a, b, c, d, l0, l1, l2, l3, ref after @ ..] = *rest else { return Err(PictureRefusal::Truncated) };
    let length = u32::from_le_bytes([l0, l1, l2, l3]) as usize;
    let body = after.get(..length).ok_or(PictureRefusal::Truncated)?;
    // Chunks begin on even places; some writers leave the last byte of padding out.
    *rest = after.get(length + length % 2..).unwrap_or_default();
    Ok(([a, b, c, d], body))
}

fn push(bytes: &mut Vec<u8>, name: [u8; 4], body: &[u8]) {
    let length = u32::try_from(body.len()).unwrap_or(u32::MAX);
    bytes.extend(name);
    bytes.extend(length.to_le_bytes());
    bytes.extend_from_slice(body);
    if body.len() % 2 == 1 {
        bytes.push(0);
    }
}
