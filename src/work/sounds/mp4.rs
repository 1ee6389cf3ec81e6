//! What an MP4 with one or more tracks of sound needs, by a list of boxes. A box that is not on it becomes an empty one of the
//! same length, in its place, so that everything else stays where the file says it is.

use super::{Clean, SoundRefusal, number_at};

/// Boxes that have other boxes in them, with those that may stay.
const INSIDE: [(&[u8; 4], &[&[u8; 4]]); 9] = [
    (b"moov", &[b"mvhd", b"trak", b"mvex"]),
    (b"trak", &[b"tkhd", b"mdia", b"edts"]),
    (b"edts", &[b"elst"]),
    (b"mdia", &[b"mdhd", b"hdlr", b"minf"]),
    (b"minf", &[b"smhd", b"dinf", b"stbl", b"hdlr"]),
    (
        b"stbl",
        &[b"stsd", b"stts", b"stsc", b"stsz", b"stz2", b"stco", b"co64", b"stss", b"ctts", b"sgpd", b"sbgp", b"sdtp"],
    ),
    (b"mvex", &[b"mehd", b"trex"]),
    (b"moof", &[b"mfhd", b"traf"]),
    (b"traf", &[b"tfhd", b"tfdt", b"trun", b"sgpd", b"sbgp", b"sdtp"]),
];
/// Boxes of the file itself that may stay.
const OUTSIDE: [&[u8; 4]; 6] = [b"ftyp", b"styp", b"moov", b"moof", b"mdat", b"sidx"];
/// How the sound may be coded.
const CODINGS: [&[u8]; 3] = [b"mp4a", b"alac", b"Opus"];

/// What was found on the way.
#[derive(Default)]
struct Found {
    sounds: usize,
    coded: usize,
    samples: bool,
    seconds: Option<u64>,
}

pub(super) fn strip(original: &[u8]) -> Result<Clean, SoundRefusal> {
    let (mut bytes, mut found) = (original.to_vec(), Found::default());
    clean(&mut bytes, (0, original.len()), &OUTSIDE, &mut found)?;
    match found {
        Found { sounds: 0, .. } | Found { coded: 0, .. } => Err(SoundRefusal::Broken),
        Found { samples: false, .. } => Err(SoundRefusal::Empty),
        Found { seconds, .. } => Ok(Clean { bytes, seconds }),
    }
}

/// Cleans the boxes between two places. How deep it goes, [`INSIDE`] says: none of it is in itself.
fn clean(
    bytes: &mut [u8],
    (from, to): (usize, usize),
    may_stay: &[&[u8; 4]],
    found: &mut Found,
) -> Result<(), SoundRefusal> {
    let mut at = from;
    while at < to {
        let (name, body, end) = head(bytes, at, to)?;
        if !may_stay.contains(&&name) {
            bytes[at + 4..at + 8].copy_from_slice(b"free");
            bytes[body..end].fill(0);
        } else if let Some((_, inside)) = INSIDE.iter().find(|(outer, _)| **outer == name) {
            clean(bytes, (body, end), inside, found)?;
        } else {
            look(&name, &mut bytes[body..end], found)?;
        }
        at = end;
    }
    Ok(())
}

/// A box: its name, where its contents begin, and where it ends.
fn head(bytes: &[u8], at: usize, to: usize) -> Result<([u8; 4], usize, usize), SoundRefusal> {
    let name = bytes.get(at + 4..at + 8).and_then(|name| name.try_into().ok()).ok_or(SoundRefusal::Truncated)?;
    let (body, length) = match number_at(bytes, at, 4).ok_or(SoundRefusal::Truncated)? {
        0 => (at + 8, (to - at) as u64),
        1 => (at + 16, number_at(bytes, at + 8, 8).ok_or(SoundRefusal::Truncated)?),
        length => (at + 8, length),
    };
    let end = usize::try_from(length).ok().and_then(|length| at.checked_add(length));
    match end.ok_or(SoundRefusal::Broken)? {
        end if end < body => Err(SoundRefusal::Broken),
        end if end > to => Err(if to == bytes.len() { SoundRefusal::Truncated } else { SoundRefusal::Broken }),
        end => Ok((name, body, end)),
    }
}

/// Looks at a box that stays, and takes out of it what it does not need.
fn look(name: &[u8; 4], body: &mut [u8], found: &mut Found) -> Result<(), SoundRefusal> {
    match name {
        b"mvhd" | b"tkhd" | b"mdhd" => {
            let wide = *body.first().ok_or(SoundRefusal::Broken)? == 1;
            // When it was made, and when it was changed.
            body.get_mut(4..if wide { 20 } else { 12 }).ok_or(SoundRefusal::Broken)?.fill(0);
            if name == b"mvhd" {
                let (scale, length) = if wide { (20, (24, 8)) } else { (12, (16, 4)) };
                let scale = number_at(body, scale, 4).filter(|scale| *scale > 0);
                let length = number_at(body, length.0, length.1).filter(|length| *length > 0);
                found.seconds = length.zip(scale).map(|(length, scale)| length / scale);
            }
        }
        b"hdlr" => {
            match body.get(8..12).ok_or(SoundRefusal::Broken)? {
                b"soun" => found.sounds += 1,
                // QuickTime says so of where the samples are.
                b"url " | b"alis" => {}
                b"vide" => return Err(SoundRefusal::Video),
                _ => return Err(SoundRefusal::UnsupportedKind),
            }
            body[12..].fill(0);
        }
        b"stsd" => match body.get(12..16) {
            Some(coding) if CODINGS.contains(&coding) => found.coded += 1,
            _ => return Err(SoundRefusal::UnsupportedKind),
        },
        b"mdat" => found.samples |= !body.is_empty(),
        _ => {}
    }
    Ok(())
}
