//! What a PNG needs: its header, palette, transparency, colour and pixels.

use super::super::refusal::{PictureRefusal, UnsupportedKind};
use super::{Clean, orientation};

const SIGNATURE_BYTES: usize = 8;

pub(super) fn strip(original: &[u8]) -> Result<Clean, PictureRefusal> {
    let (signature, mut rest) = original.split_at_checked(SIGNATURE_BYTES).ok_or(PictureRefusal::Truncated)?;
    let mut bytes = Vec::with_capacity(original.len());
    let mut exif = None;

    bytes.extend_from_slice(signature);
    loop {
        let chunk = next(&mut rest)?;
        match &chunk.name {
            b"IHDR" | b"PLTE" | b"IDAT" | b"IEND" => bytes.extend_from_slice(chunk.whole),
            b"tRNS" | b"gAMA" | b"cHRM" | b"sRGB" | b"iCCP" | b"sBIT" | b"pHYs" => bytes.extend_from_slice(chunk.whole),
            b"eXIf" => exif = exif.or(Some(chunk.body)),
            b"acTL" | b"fcTL" | b"fdAT" => return Err(UnsupportedKind::Animation.into()),
            // A capital first letter means the picture cannot be understood without it.
            name if name[0].is_ascii_uppercase() => return Err(PictureRefusal::Broken),
            _ => {}
        }
        if &chunk.name == b"IEND" {
            break;
        }
    }

    Ok(Clean { bytes, orientation: orientation(exif), guards: Vec::new() })
}

struct Chunk<'a> {
    name: [u8; 4],
    body: &'a [u8],
    /// Length, name, body and checksum. The decoder checks the sum.
    whole: &'a [u8],
}

fn next<'a>(rest: &mut &'a [u8]) -> Result<Chunk<'a>, PictureRefusal> {
    let &[l3, l2, l1, l0, a, b, c, d, ref after @ ..] = *rest else { return Err(PictureRefusal::Truncated) };
    let length = u32::from_be_bytes([l3, l2, l1, l0]) as usize;
    let body = after.get(..length).ok_or(PictureRefusal::Truncated)?;
    let (whole, left) = rest.split_at_checked(length + 12).ok_or(PictureRefusal::Truncated)?;
    *rest = left;
    Ok(Chunk { name: [a, b, c, d], body, whole })
}
