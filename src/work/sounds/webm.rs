//! What a WebM with Opus needs, by a list of elements. An element that is not on it becomes an empty one of the same length, in
//! its place, so that everything else stays where the file says it is.

use super::{Clean, SoundRefusal, number_at};

const EBML: u64 = 0x1a45_dfa3;
const DOC_TYPE: u64 = 0x4282;
const SEGMENT: u64 = 0x1853_8067;
const INFO: u64 = 0x1549_a966;
const TIME_SCALE: u64 = 0x2a_d7b1;
const DURATION: u64 = 0x4489;
const PROGRAMS: [u64; 2] = [0x4d80, 0x5741];
const TRACKS: u64 = 0x1654_ae6b;
const TRACK: u64 = 0xae;
const TRACK_TYPE: u64 = 0x83;
const CODEC: u64 = 0x86;
const CLUSTER: u64 = 0x1f43_b675;
const CLUSTER_TIME: u64 = 0xe7;
const BLOCKS: [u64; 2] = [0xa3, 0xa0];
const VOID: u8 = 0xec;

/// How the file describes itself: its versions, and the longest ids and lengths in it.
const OF_EBML: [u64; 7] = [0x4286, 0x42f7, 0x42f2, 0x42f3, DOC_TYPE, 0x4287, 0x4285];
/// Whatever is in a segment; where a cluster says no length, one of these ends it.
const OF_SEGMENT: [u64; 8] = [INFO, TRACKS, CLUSTER, 0x114d_9b74, 0x1c53_bb6b, 0x1254_c367, 0x1941_a469, 0x1043_a770];
/// Number, uid, kind, codec with its header and delays, flags, language, sound, and how long a block is.
const OF_TRACK: [u64; 14] =
    [0xd7, 0x73c5, TRACK_TYPE, CODEC, 0x63a2, 0x56aa, 0x56bb, 0xb9, 0x88, 0x55aa, 0x9c, 0x22_b59c, 0xe1, 0x23_e383];
/// Time, blocks, position and the size of the cluster before.
const OF_CLUSTER: [u64; 5] = [CLUSTER_TIME, BLOCKS[0], BLOCKS[1], 0xa7, 0xab];

/// One element.
#[derive(Clone, Copy)]
struct Element {
    id: u64,
    start: usize,
    body: usize,
    /// None where it goes on until something else begins.
    end: Option<usize>,
}

#[derive(Default)]
struct Found {
    sounds: usize,
    blocks: usize,
    /// Nanoseconds a tick.
    scale: Option<u64>,
    /// Ticks.
    length: u64,
}

pub(super) fn strip(original: &[u8]) -> Result<Clean, SoundRefusal> {
    let (mut bytes, mut found) = (original.to_vec(), Found::default());
    let header = element(&bytes, 0, original.len())?;
    let (EBML, Some(end)) = (header.id, header.end) else { return Err(SoundRefusal::Broken) };
    keep(&mut bytes, (header.body, end), &OF_EBML, |_, _| Ok(()))?;
    let segment = element(&bytes, end, original.len())?;
    if segment.id != SEGMENT {
        return Err(SoundRefusal::Broken);
    }
    // Whatever comes after the segment is none of it.
    bytes.truncate(segment.end.unwrap_or(original.len()));
    let mut at = segment.body;
    while at < bytes.len() {
        at = part(&mut bytes, at, &mut found)?;
    }
    match found {
        Found { sounds: 0, .. } => Err(SoundRefusal::Broken),
        Found { blocks: 0, .. } => Err(SoundRefusal::Empty),
        Found { scale, length, .. } => {
            let seconds = u128::from(length) * u128::from(scale.unwrap_or(1_000_000)) / 1_000_000_000;
            Ok(Clean { bytes, seconds: Some(u64::try_from(seconds).unwrap_or(u64::MAX)) })
        }
    }
}

/// Cleans one part of a segment, and says where the next begins.
fn part(bytes: &mut [u8], at: usize, found: &mut Found) -> Result<usize, SoundRefusal> {
    let here = element(bytes, at, bytes.len())?;
    let until = here.end.unwrap_or(bytes.len());
    match here.id {
        CLUSTER => return cluster(bytes, here, found),
        _ if here.end.is_none() => return Err(SoundRefusal::Broken),
        INFO => keep(bytes, (here.body, until), &[TIME_SCALE, DURATION, PROGRAMS[0], PROGRAMS[1]], |id, body| {
            match id {
                TIME_SCALE => found.scale = number_at(body, 0, body.len().min(8)),
                DURATION => found.length = found.length.max(ticks(body)),
                // They must be there, and need not say anything.
                _ => body.fill(0),
            }
            Ok(())
        })?,
        TRACKS => keep_tracks(bytes, (here.body, until), found)?,
        // Where to look for what: it still is there.
        0x114d_9b74 | 0x1c53_bb6b => {}
        _ => void(&mut bytes[here.start..until]),
    }
    Ok(until)
}

fn keep_tracks(bytes: &mut [u8], (mut at, to): (usize, usize), found: &mut Found) -> Result<(), SoundRefusal> {
    while at < to {
        let here = element(bytes, at, to)?;
        let end = here.end.ok_or(SoundRefusal::Broken)?;
        if here.id == TRACK {
            let (mut kind, mut codec) = (0, Vec::new());
            keep(bytes, (here.body, end), &OF_TRACK, |id, body| {
                match id {
                    TRACK_TYPE => kind = number_at(body, 0, body.len().min(8)).unwrap_or_default(),
                    CODEC => codec = body.to_vec(),
                    _ => {}
                }
                Ok(())
            })?;
            match (kind, codec.as_slice()) {
                (2, b"A_OPUS") => found.sounds += 1,
                (1, _) => return Err(SoundRefusal::Video),
                _ => return Err(SoundRefusal::UnsupportedKind),
            }
        } else {
            void(&mut bytes[here.start..end]);
        }
        at = end;
    }
    Ok(())
}

/// Blocks of sound, up to the end of the cluster or, where it says none, to what comes after it.
fn cluster(bytes: &mut [u8], cluster: Element, found: &mut Found) -> Result<usize, SoundRefusal> {
    let (mut at, to) = (cluster.body, cluster.end.unwrap_or(bytes.len()));
    while at < to {
        let here = element(bytes, at, to)?;
        if cluster.end.is_none() && OF_SEGMENT.contains(&here.id) {
            break;
        }
        let end = here.end.ok_or(SoundRefusal::Broken)?;
        if !OF_CLUSTER.contains(&here.id) {
            void(&mut bytes[here.start..end]);
        } else if here.id == CLUSTER_TIME {
            found.length = found.length.max(number_at(bytes, here.body, (end - here.body).min(8)).unwrap_or_default());
        } else if BLOCKS.contains(&here.id) {
            found.blocks += 1;
        }
        at = end;
    }
    Ok(at)
}

/// Keeps what may stay between two places, looks at it, and empties the rest.
fn keep(
    bytes: &mut [u8],
    (mut at, to): (usize, usize),
    may_stay: &[u64],
    mut look: impl FnMut(u64, &mut [u8]) -> Result<(), SoundRefusal>,
) -> Result<(), SoundRefusal> {
    while at < to {
        let here = element(bytes, at, to)?;
        let end = here.end.ok_or(SoundRefusal::Broken)?;
        if may_stay.contains(&here.id) {
            look(here.id, &mut bytes[here.body..end])?;
        } else {
            void(&mut bytes[here.start..end]);
        }
        at = end;
    }
    Ok(())
}

/// An element of the same length with nothing in it. None is shorter than two bytes.
fn void(whole: &mut [u8]) {
    let length = whole.len() as u64;
    whole.fill(0);
    whole[0] = VOID;
    if length <= 128 {
        whole[1] = 0x80 | u8::try_from(length - 2).unwrap_or_default();
    } else {
        whole[1..9].copy_from_slice(&(0x0100_0000_0000_0000 | (length - 9)).to_be_bytes());
    }
}

fn element(bytes: &[u8], start: usize, to: usize) -> Result<Element, SoundRefusal> {
    let width = |at: usize, most: usize| {
        let first = *bytes.get(at).ok_or(SoundRefusal::Truncated)?;
        let width = first.leading_zeros() as usize + 1;
        if width <= most { Ok(width) } else { Err(SoundRefusal::Broken) }
    };
    let id_width = width(start, 4)?;
    let id = number_at(bytes, start, id_width).ok_or(SoundRefusal::Truncated)?;
    let length_at = start + id_width;
    let length_width = width(length_at, 8)?;
    let length = number_at(bytes, length_at, length_width).ok_or(SoundRefusal::Truncated)?;
    // The highest bit says how many bytes the number has; all others set say that nobody knows.
    let marker = 1_u64 << (7 * length_width);
    let (length, body) = (length & !marker, length_at + length_width);
    if length == marker - 1 {
        return Ok(Element { id, start, body, end: None });
    }
    let end = usize::try_from(length).ok().and_then(|length| body.checked_add(length)).ok_or(SoundRefusal::Broken)?;
    match end {
        end if end <= to => Ok(Element { id, start, body, end: Some(end) }),
        _ if to == bytes.len() => Err(SoundRefusal::Truncated),
        _ => Err(SoundRefusal::Broken),
    }
}

/// A length that is written as a floating-point number.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the cast stops at the ends, which is what we want"
)]
fn ticks(body: &[u8]) -> u64 {
    match body.len() {
        4 => body.try_into().map_or(0, |bytes| f32::from_be_bytes(bytes) as u64),
        8 => body.try_into().map_or(0, |bytes| f64::from_be_bytes(bytes) as u64),
        _ => 0,
    }
}
