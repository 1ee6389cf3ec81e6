//! What an Ogg with Opus or Vorbis needs: its first header, and its pages of sound. The header with the comments is written
//! anew without any, and with it every page's number and checksum.

use super::{Clean, SoundRefusal, little_at};

/// A stream's first page.
const BEGINS: u8 = 2;
/// A page that goes on with what the last began.
const GOES_ON: u8 = 1;
/// A stream's last page.
const ENDS: u8 = 4;
/// Opus always counts at this rate.
const OPUS_RATE: u64 = 48_000;
/// A page on which no packet ends.
const NO_TIME: u64 = u64::MAX;
/// The stream's number, which encoders draw by lot.
const SERIAL: u32 = 1;
const MOST_SEGMENTS: usize = 255;

struct Page<'a> {
    flags: u8,
    granule: u64,
    serial: u64,
    lacing: &'a [u8],
    body: &'a [u8],
}

/// How a stream is coded.
struct Coding {
    /// How many headers there are.
    headers: usize,
    rate: u64,
    /// Samples before the sound.
    skipped: u64,
    /// A header with comments that has none.
    comments: Vec<u8>,
}

pub(super) fn strip(original: &[u8]) -> Result<Clean, SoundRefusal> {
    let mut rest = original;
    let first = next(&mut rest)?;
    if first.flags & BEGINS == 0 {
        return Err(SoundRefusal::Broken);
    }
    let (head, coding) = coding(first.body)?;
    let mut writer = Writer { bytes: Vec::with_capacity(original.len()), number: 0 };
    writer.packets(BEGINS, &[head]);

    // The headers end with a page.
    let (mut packets, mut packet) = (Vec::new(), Vec::new());
    while packets.len() + 1 < coding.headers {
        let page = of_stream(&mut rest, first.serial)?;
        let mut body = page.body;
        for length in page.lacing {
            let (segment, after) = body.split_at_checked(usize::from(*length)).ok_or(SoundRefusal::Broken)?;
            packet.extend_from_slice(segment);
            body = after;
            if *length < 255 {
                packets.push(std::mem::take(&mut packet));
            }
        }
    }
    if packets.len() + 1 != coding.headers || !packet.is_empty() {
        return Err(SoundRefusal::Broken);
    }
    packets[0] = coding.comments;
    writer.packets(0, &packets.iter().map(Vec::as_slice).collect::<Vec<_>>());

    let mut last = None;
    loop {
        let page = of_stream(&mut rest, first.serial)?;
        writer.page(page.flags & (GOES_ON | ENDS), page.granule, page.lacing, page.body);
        last = Some(page.granule).filter(|granule| *granule != NO_TIME).or(last);
        if page.flags & ENDS != 0 || rest.is_empty() {
            break;
        }
    }
    // Another stream after this one would be lost; anything else there is no sound.
    if rest.starts_with(b"OggS") {
        return Err(SoundRefusal::UnsupportedKind);
    }
    let seconds = last.map(|samples| samples.saturating_sub(coding.skipped) / coding.rate);
    Ok(Clean { bytes: writer.bytes, seconds })
}

/// What is in the first header, and no more of it than there has to be.
fn coding(head: &[u8]) -> Result<(&[u8], Coding), SoundRefusal> {
    if head.starts_with(b"OpusHead") {
        let simple = head.get(18).ok_or(SoundRefusal::Broken)? == &0;
        let head = if simple { &head[..19] } else { head };
        let skipped = little_at(head, 10, 2).ok_or(SoundRefusal::Broken)?;
        let comments = [b"OpusTags".as_slice(), &[0; 8]].concat();
        return Ok((head, Coding { headers: 2, rate: OPUS_RATE, skipped, comments }));
    }
    if head.starts_with(b"\x01vorbis") {
        let head = head.get(..30).ok_or(SoundRefusal::Broken)?;
        let rate = little_at(head, 12, 4).filter(|rate| *rate > 0).ok_or(SoundRefusal::Broken)?;
        let comments = [b"\x03vorbis".as_slice(), &[0; 8], &[1]].concat();
        return Ok((head, Coding { headers: 3, rate, skipped: 0, comments }));
    }
    Err(SoundRefusal::UnsupportedKind)
}

fn of_stream<'a>(rest: &mut &'a [u8], serial: u64) -> Result<Page<'a>, SoundRefusal> {
    if rest.is_empty() {
        return Err(SoundRefusal::Truncated);
    }
    let page = next(rest)?;
    if page.serial != serial || page.flags & BEGINS != 0 {
        return Err(SoundRefusal::UnsupportedKind);
    }
    Ok(page)
}

fn next<'a>(rest: &mut &'a [u8]) -> Result<Page<'a>, SoundRefusal> {
    let whole = *rest;
    if !whole.starts_with(b"OggS\0") {
        return Err(SoundRefusal::Broken);
    }
    let segments = usize::from(*whole.get(26).ok_or(SoundRefusal::Truncated)?);
    let lacing = whole.get(27..27 + segments).ok_or(SoundRefusal::Truncated)?;
    let (from, length) = (27 + segments, lacing.iter().map(|length| usize::from(*length)).sum::<usize>());
    let body = whole.get(from..from + length).ok_or(SoundRefusal::Truncated)?;
    let part = |place, length| little_at(whole, place, length).ok_or(SoundRefusal::Truncated);
    let (flags, granule, serial, sum) = (whole[5], part(6, 8)?, part(14, 4)?, part(22, 4)?);
    let sums = [&whole[..22], &[0; 4], &whole[26..from + length]];
    if u64::from(sums.iter().fold(0, |sum, bytes| checksum(sum, bytes))) != sum {
        return Err(SoundRefusal::Broken);
    }
    *rest = &whole[from + length..];
    Ok(Page { flags, granule, serial, lacing, body })
}

struct Writer {
    bytes: Vec<u8>,
    number: u32,
}

impl Writer {
    /// Headers, on as many pages as they need.
    fn packets(&mut self, flags: u8, packets: &[&[u8]]) {
        let (mut lacing, body) = (Vec::new(), packets.concat());
        for packet in packets {
            lacing.resize(lacing.len() + packet.len() / 255, 255);
            lacing.push(u8::try_from(packet.len() % 255).unwrap_or_default());
        }
        let (mut from, mut goes_on) = (0, 0);
        for lacing in lacing.chunks(MOST_SEGMENTS) {
            let length = lacing.iter().map(|length| usize::from(*length)).sum::<usize>();
            let granule = if lacing.iter().any(|length| *length < 255) { 0 } else { NO_TIME };
            self.page(flags | goes_on, granule, lacing, &body[from..from + length]);
            from += length;
            goes_on = if lacing.last() == Some(&255) { GOES_ON } else { 0 };
        }
    }

    fn page(&mut self, flags: u8, granule: u64, lacing: &[u8], body: &[u8]) {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(b"OggS\0");
        self.bytes.push(flags);
        self.bytes.extend_from_slice(&granule.to_le_bytes());
        self.bytes.extend_from_slice(&SERIAL.to_le_bytes());
        self.bytes.extend_from_slice(&self.number.to_le_bytes());
        self.bytes.extend_from_slice(&[0; 4]);
        self.bytes.push(u8::try_from(lacing.len()).unwrap_or(u8::MAX));
        self.bytes.extend_from_slice(lacing);
        self.bytes.extend_from_slice(body);
        let sum = checksum(0, &self.bytes[start..]);
        self.bytes[start + 22..start + 26].copy_from_slice(&sum.to_le_bytes());
        self.number += 1;
    }
}

/// The checksum of Ogg pages: CRC-32 with the most significant bit first, from nothing to nothing.
pub(super) fn checksum(sum: u32, bytes: &[u8]) -> u32 {
    bytes.iter().fold(sum, |sum, byte| sum << 8 ^ SUMS[usize::from((sum >> 24) as u8 ^ byte)])
}

const SUMS: [u32; 256] = {
    let mut sums = [0; 256];
    let mut at = 0;
    while at < 256 {
        let mut sum = (at as u32) << 24;
        let mut bit = 0;
        while bit < 8 {
            sum = if sum >> 31 == 1 { sum << 1 ^ 0x04c1_1db7 } else { sum << 1 };
            bit += 1;
        }
        sums[at] = sum;
        at += 1;
    }
    sums
};
