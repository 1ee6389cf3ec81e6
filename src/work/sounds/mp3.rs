//! What an MP3 needs: its frames of sound, and nothing before, between or after them.

use super::{Clean, SoundRefusal, number_at};

/// Kilobits a second, by their number in the header: of MPEG-1, and of MPEG-2 and 2.5.
const RATES_1: [u64; 15] = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320];
const RATES_2: [u64; 15] = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];
/// Samples a second of MPEG-1.
const SAMPLING: [u64; 3] = [44_100, 48_000, 32_000];
/// Fewer frames than these are no sound to speak of.
const FEWEST_FRAMES: usize = 3;

#[derive(Clone, Copy)]
struct Frame {
    length: usize,
    samples: u64,
    sampling: u64,
}

/// Whether two frames in a row are here.
pub(super) fn begins(bytes: &[u8]) -> bool {
    frame(bytes).is_some_and(|first| is_followed(bytes, first))
}

pub(super) fn strip(original: &[u8]) -> Result<Clean, SoundRefusal> {
    let mut at = after_tags(original);
    let (mut bytes, mut frames, mut microseconds) = (Vec::with_capacity(original.len()), 0_usize, 0_u64);
    let mut in_step = false;
    while at < original.len() {
        let rest = &original[at..];
        // In step, a frame need not be followed by another: it may be the last.
        let here = frame(rest).filter(|here| here.length <= rest.len() && (in_step || is_followed(rest, *here)));
        match here {
            Some(here) => {
                bytes.extend_from_slice(&rest[..here.length]);
                frames += 1;
                microseconds += here.samples * 1_000_000 / here.sampling;
                at += here.length;
                in_step = true;
            }
            None => {
                at += 1;
                in_step = false;
            }
        }
    }
    match frames {
        0 => Err(SoundRefusal::NotASound),
        few if few < FEWEST_FRAMES => Err(SoundRefusal::Empty),
        _ => Ok(Clean { bytes, seconds: Some(microseconds / 1_000_000) }),
    }
}

/// Where the tags before the sound end.
fn after_tags(original: &[u8]) -> usize {
    let mut at: usize = 0;
    while let Some(tag) = original.get(at..).filter(|rest| rest.starts_with(b"ID3")) {
        // Four times seven bits.
        let size = tag.get(6..10).unwrap_or_default().iter().fold(0, |size, byte| size << 7 | usize::from(byte & 0x7f));
        let footer = if tag.get(5).is_some_and(|flags| flags & 0x10 != 0) { 10 } else { 0 };
        at = at.saturating_add(10 + size + footer);
    }
    at
}

fn is_followed(bytes: &[u8], first: Frame) -> bool {
    let second = bytes.get(first.length..).and_then(frame);
    second.is_some_and(|second| second.sampling == first.sampling && second.samples == first.samples)
}

/// A frame of layer III that begins here.
fn frame(bytes: &[u8]) -> Option<Frame> {
    let head = number_at(bytes, 0, 4)?;
    let (version, layer) = (head >> 19 & 3, head >> 17 & 3);
    if head >> 21 != 0x7ff || version == 1 || layer != 1 {
        return None;
    }
    let pick = |shift: u32, mask: u64| usize::try_from(head >> shift & mask).ok();
    let (rate, sampling) = (pick(12, 15)?, pick(10, 3)?);
    let rates = if version == 3 { RATES_1 } else { RATES_2 };
    let rate = *rates.get(rate).filter(|rate| **rate > 0)?;
    // MPEG-2 is 2 and has half of it, MPEG-2.5 is 0 and has a quarter.
    let sampling = SAMPLING.get(sampling)? / [4, 1, 2, 1][usize::try_from(version).ok()?];
    let samples = if version == 3 { 1152 } else { 576 };
    let length = usize::try_from(samples / 8 * rate * 1000 / sampling + (head >> 9 & 1)).ok()?;
    Some(Frame { length, samples, sampling })
}
