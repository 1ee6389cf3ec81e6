//! A JPEG read as the list of segments that it is.
//!
//! The library we looked at first keeps everything after the first scan as one lump, trailing files included, so it
//! cannot drop what hides there. Walking the markers is short enough to own.

use super::refusal::PictureRefusal;

/// One step through the file.
pub(super) enum Segment<'a> {
    /// A marker with a length, such as a table or an application's own data.
    Part { marker: u8, body: &'a [u8] },
    /// A start of scan. Its coded data follows: see [`Segments::coded_data`].
    Scan { header: &'a [u8] },
    /// The end of the picture. Whatever follows is not part of it.
    End,
}

/// A walk over the segments of a JPEG.
pub(super) struct Segments<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Segments<'a> {
    /// Starts after the first marker, which [`super::sniff`] has seen.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 2 }
    }

    /// The next segment.
    pub fn next(&mut self) -> Result<Segment<'a>, PictureRefusal> {
        loop {
            let marker = self.marker()?;
            match marker {
                // Stray bytes and restart markers between segments stand for nothing.
                0x00 | 0x01 | 0xd0..=0xd7 => {}
                0xd8 => return Err(PictureRefusal::Broken),
                0xd9 => return Ok(Segment::End),
                0xda => return Ok(Segment::Scan { header: self.body()? }),
                _ => return Ok(Segment::Part { marker, body: self.body()? }),
            }
        }
    }

    /// The coded data of the scan just returned, up to the next real marker.
    pub fn coded_data(&mut self) -> Result<&'a [u8], PictureRefusal> {
        let start = self.at;
        loop {
            let rest = self.bytes.get(self.at..).unwrap_or_default();
            let found = rest.iter().position(|&byte| byte == 0xff).ok_or(PictureRefusal::Truncated)?;
            match rest.get(found + 1) {
                // A stuffed zero or a restart marker belongs to the data.
                Some(0x00 | 0xd0..=0xd7) => self.at += found + 2,
                Some(0xff) => self.at += found + 1,
                Some(_) => {
                    self.at += found;
                    return self.bytes.get(start..self.at).ok_or(PictureRefusal::Broken);
                }
                None => return Err(PictureRefusal::Truncated),
            }
        }
    }

    fn marker(&mut self) -> Result<u8, PictureRefusal> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let start = rest.iter().position(|&byte| byte == 0xff).ok_or(PictureRefusal::Truncated)?;
        let (after, &marker) =
            rest.iter().enumerate().skip(start).find(|&(_, &byte)| byte != 0xff).ok_or(PictureRefusal::Truncated)?;
        self.at += after + 1;
        Ok(marker)
    }

    fn body(&mut self) -> Result<&'a [u8], PictureRefusal> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let (length, rest) = rest.split_first_chunk::<2>().ok_or(PictureRefusal::Truncated)?;
        let length = usize::from(u16::from_be_bytes(*length)).checked_sub(2).ok_or(PictureRefusal::Broken)?;
        let body = rest.get(..length).ok_or(PictureRefusal::Truncated)?;
        self.at += 2 + length;
        Ok(body)
    }
}
