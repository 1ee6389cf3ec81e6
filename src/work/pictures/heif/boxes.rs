//! The boxes that ISO files are made of: a length, a word, and what is inside.

use std::ops::Range;

use super::super::refusal::PictureRefusal;

/// Where a box is.
#[derive(Clone, Copy, Debug)]
pub(super) struct BoxAt {
    pub kind: [u8; 4],
    pub start: usize,
    header: usize,
    pub end: usize,
}

impl BoxAt {
    /// What is inside.
    pub fn body(&self) -> Range<usize> {
        self.start + self.header..self.end
    }

    /// What is inside after so many bytes.
    pub fn body_after(&self, bytes: usize) -> Result<Range<usize>, PictureRefusal> {
        let body = self.body();
        if body.len() < bytes { Err(PictureRefusal::Broken) } else { Ok(body.start + bytes..body.end) }
    }

    /// Says of a box that it ends where the file does now.
    pub fn shorten(&self, bytes: &mut [u8], end: usize) -> Result<(), PictureRefusal> {
        if self.end <= end {
            return Ok(());
        }
        let length =
            end.checked_sub(self.start).filter(|length| *length >= self.header).ok_or(PictureRefusal::Broken)?;
        if self.header == 16 {
            put(bytes, self.start + 8, &(length as u64).to_be_bytes());
        } else {
            put(bytes, self.start, &u32::try_from(length).map_err(|_| PictureRefusal::TooLarge)?.to_be_bytes());
        }
        Ok(())
    }
}

fn put(bytes: &mut [u8], at: usize, number: &[u8]) {
    if let Some(place) = bytes.get_mut(at..at + number.len()) {
        place.copy_from_slice(number);
    }
}

/// How many things a file may consist of. Phones use hundreds.
pub(super) struct Budget(usize);

impl Default for Budget {
    fn default() -> Self {
        Self(100_000)
    }
}

impl Budget {
    pub fn spend(&mut self, things: usize) -> Result<(), PictureRefusal> {
        self.0 = self.0.checked_sub(things).ok_or(PictureRefusal::Broken)?;
        Ok(())
    }
}

/// The boxes of a file. Behind a picture there may be something that is no box.
pub(super) fn top_level(bytes: &[u8], budget: &mut Budget) -> Result<Vec<BoxAt>, PictureRefusal> {
    let mut found: Vec<BoxAt> = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        budget.spend(1)?;
        match next(bytes, at..bytes.len()) {
            Ok(one) => {
                at = one.end;
                found.push(one);
            }
            Err(_) if [b"meta", b"mdat"].iter().all(|kind| found.iter().any(|it| &&it.kind == kind)) => break,
            Err(refusal) => return Err(refusal),
        }
    }
    Ok(found)
}

/// The boxes in a part of a file, which they fill.
pub(super) fn children(bytes: &[u8], range: Range<usize>, budget: &mut Budget) -> Result<Vec<BoxAt>, PictureRefusal> {
    let mut found = Vec::new();
    let mut at = range.start;
    while at < range.end {
        budget.spend(1)?;
        let one = next(bytes, at..range.end).map_err(|_| PictureRefusal::Broken)?;
        at = one.end;
        found.push(one);
    }
    Ok(found)
}

fn next(bytes: &[u8], range: Range<usize>) -> Result<BoxAt, PictureRefusal> {
    let mut reader = Reader::new(bytes, range.clone());
    let (length, kind) = (reader.u32()?, reader.word()?);
    let (header, length) = match length {
        0 => (8, range.len() as u64),
        1 => (16, reader.u64()?),
        length => (8, u64::from(length)),
    };
    if length < header as u64 {
        return Err(PictureRefusal::Broken);
    }
    let end = usize::try_from(length).ok().and_then(|length| range.start.checked_add(length));
    let end = end.filter(|end| *end <= range.end).ok_or(PictureRefusal::Truncated)?;
    Ok(BoxAt { kind, start: range.start, header, end })
}

/// Numbers in a part of a file, one after the other.
pub(super) struct Reader<'a> {
    bytes: &'a [u8],
    pub at: usize,
    end: usize,
}

impl<'a> Reader<'a> {
    pub fn new(bytes: &'a [u8], range: Range<usize>) -> Self {
        Self { bytes, at: range.start, end: range.end.min(bytes.len()) }
    }

    fn take<const N: usize>(&mut self) -> Result<[u8; N], PictureRefusal> {
        let rest = self.bytes.get(self.at..self.end).unwrap_or_default();
        let found = rest.first_chunk::<N>().ok_or(PictureRefusal::Truncated)?;
        self.at += N;
        Ok(*found)
    }

    pub fn u8(&mut self) -> Result<u8, PictureRefusal> {
        self.take::<1>().map(|[byte]| byte)
    }

    pub fn u16(&mut self) -> Result<u16, PictureRefusal> {
        self.take().map(u16::from_be_bytes)
    }

    pub fn u32(&mut self) -> Result<u32, PictureRefusal> {
        self.take().map(u32::from_be_bytes)
    }

    pub fn u64(&mut self) -> Result<u64, PictureRefusal> {
        self.take().map(u64::from_be_bytes)
    }

    pub fn word(&mut self) -> Result<[u8; 4], PictureRefusal> {
        self.take()
    }

    /// The version of a box, and past its flags.
    pub fn version(&mut self) -> Result<u8, PictureRefusal> {
        self.take::<4>().map(|[version, ..]| version)
    }

    /// The version and the flags of a box.
    pub fn version_and_flags(&mut self) -> Result<(u8, u32), PictureRefusal> {
        self.take::<4>().map(|[version, a, b, c]| (version, u32::from_be_bytes([0, a, b, c])))
    }

    /// A number of so many bytes: none, four or eight.
    pub fn sized(&mut self, bytes: u8) -> Result<u64, PictureRefusal> {
        match bytes {
            0 => Ok(0),
            4 => self.u32().map(u64::from),
            8 => self.u64(),
            _ => Err(PictureRefusal::Broken),
        }
    }
}
