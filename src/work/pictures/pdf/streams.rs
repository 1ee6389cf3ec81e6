//! The streams of a PDF: none unpacks to more than there is room for, and pictures inside lose their metadata as pictures
//! outside do.

use lopdf::{Dictionary, Document, Object, Stream};

use super::super::header::MAX_PIXELS;
use super::super::refusal::PictureRefusal;
use super::super::strip;

/// What everything in one document may unpack to.
const MAX_UNPACKED: usize = 150_000_000;
/// Filters that make bytes of bytes. The others hold pictures.
const PACKED: [&[u8]; 11] = [
    b"FlateDecode",
    b"Fl",
    b"LZWDecode",
    b"LZW",
    b"ASCII85Decode",
    b"A85",
    b"ASCIIHexDecode",
    b"AHx",
    b"RunLengthDecode",
    b"RL",
    b"BrotliDecode",
];
/// Where a stream says that its bytes are elsewhere.
const ELSEWHERE: [&[u8]; 4] = [b"F", b"FFilter", b"FDecodeParms", b"DL"];
/// The boxes of a JPEG 2000 that hold the picture.
const JPEG_2000: [&[u8; 4]; 4] = [b"jP  ", b"ftyp", b"jp2h", b"jp2c"];

/// Room that is left for unpacking.
pub(super) struct Room(usize);

impl Default for Room {
    fn default() -> Self {
        Self(MAX_UNPACKED)
    }
}

/// Programs for printers, and words in XML, are nothing to see.
pub(super) fn is_stranger(stream: &Stream) -> bool {
    let kind = stream.dict.get(b"Subtype").and_then(Object::as_name).unwrap_or_default();
    [&b"XML"[..], b"PS"].contains(&kind)
}

/// The bytes of a stream as they may stay; `dictionary` is what will be said of them.
pub(super) fn content(
    stream: &Stream,
    document: &Document,
    dictionary: &mut Dictionary,
    room: &mut Room,
) -> Result<Vec<u8>, PictureRefusal> {
    for key in ELSEWHERE {
        dictionary.remove(key);
    }
    let filters = filters(stream, document);
    let (packed, held) =
        filters.split_at(filters.iter().take_while(|filter| PACKED.contains(&filter.as_slice())).count());
    check_pixels(stream, document)?;
    if !packed.is_empty() {
        weigh(stream, packed, room)?;
    }
    match held {
        [] => Ok(stream.content.clone()),
        [picture] => Ok(picture_inside(stream, packed, picture, dictionary, room)),
        // A picture inside a picture is nothing that anybody makes.
        _ => Err(PictureRefusal::Broken),
    }
}

fn filters(stream: &Stream, document: &Document) -> Vec<Vec<u8>> {
    let Ok(said) = stream.dict.get(b"Filter") else { return Vec::new() };
    let name =
        |object: &Object| document.dereference(object).ok().and_then(|(_, it)| it.as_name().ok().map(<[u8]>::to_vec));
    match document.dereference(said) {
        Ok((_, Object::Array(names))) => names.iter().filter_map(name).collect(),
        _ => name(said).into_iter().collect(),
    }
}

fn check_pixels(stream: &Stream, document: &Document) -> Result<(), PictureRefusal> {
    let side = |key: &[u8]| {
        let said = stream.dict.get(key).ok().and_then(|said| document.dereference(said).ok())?;
        u64::try_from(said.1.as_i64().ok()?).ok()
    };
    let is_picture = stream.dict.get(b"Subtype").and_then(Object::as_name).is_ok_and(|kind| kind == b"Image");
    match (side(b"Width"), side(b"Height")) {
        (Some(width), Some(height)) if is_picture && width.saturating_mul(height) > MAX_PIXELS => {
            Err(PictureRefusal::TooManyPixels)
        }
        _ => Ok(()),
    }
}

/// A stream that is packed by these filters alone.
fn only(stream: &Stream, packed: &[Vec<u8>]) -> Stream {
    let mut dict = stream.dict.clone();
    dict.set("Filter", Object::Array(packed.iter().map(|name| Object::Name(name.clone())).collect()));
    Stream::new(dict, stream.content.clone())
}

/// Unpacks it to nowhere, within what room is left. What cannot be unpacked to its end is left to readers to bear with.
fn weigh(stream: &Stream, packed: &[Vec<u8>], room: &mut Room) -> Result<(), PictureRefusal> {
    let mut counted = Counted { bytes: 0, most: room.0 };
    let unpacked = only(stream, packed).decompress_to_writer(&mut counted, room.0);
    room.0 = room.0.checked_sub(counted.bytes).ok_or(PictureRefusal::UnpacksTooLarge)?;
    match unpacked {
        Err(lopdf::Error::Decompress(lopdf::DecompressError::MemoryLimitExceeded { .. })) => {
            Err(PictureRefusal::UnpacksTooLarge)
        }
        _ if room.0 == 0 => Err(PictureRefusal::UnpacksTooLarge),
        _ => Ok(()),
    }
}

/// Counts what is written to it, up to a point.
struct Counted {
    bytes: usize,
    most: usize,
}

impl std::io::Write for Counted {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.bytes = self.bytes.saturating_add(bytes.len()).min(self.most);
        if self.bytes == self.most { Err(std::io::Error::other("no more room")) } else { Ok(bytes.len()) }
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// A picture without its metadata. One that we cannot read is left as it is to those who can, if it holds no words of
/// its own that we know of.
fn picture_inside(
    stream: &Stream,
    packed: &[Vec<u8>],
    filter: &[u8],
    dictionary: &mut Dictionary,
    room: &Room,
) -> Vec<u8> {
    let unpacked = if packed.is_empty() {
        Some(stream.content.clone())
    } else {
        only(stream, packed).decompressed_content_with_limit(room.0).ok()
    };
    let clean = match (filter, unpacked) {
        (b"DCTDecode" | b"DCT", Some(bytes)) => strip::jpeg_inside(&bytes),
        (b"JPXDecode", Some(bytes)) => jpeg_2000(&bytes),
        _ => return stream.content.clone(),
    };
    // Unpacked now; the picture is small by itself. What could not be read is empty rather than unknown.
    if !packed.is_empty() {
        dictionary.set("Filter", Object::Name(filter.to_vec()));
        if let Ok(Object::Array(said)) = stream.dict.get(b"DecodeParms") {
            dictionary.set("DecodeParms", said.last().filter(|it| !it.is_null()).cloned().unwrap_or(Object::Null));
        }
    }
    clean.unwrap_or_default()
}

/// The boxes that hold the picture; a bare stream of codes is none of boxes.
fn jpeg_2000(bytes: &[u8]) -> Option<Vec<u8>> {
    if bytes.starts_with(&[0xff, 0x4f, 0xff, 0x51]) {
        return Some(bytes.to_vec());
    }
    let (mut rest, mut kept) = (bytes, Vec::with_capacity(bytes.len()));
    while let [l3, l2, l1, l0, a, b, c, d, ..] = *rest {
        let length = match u32::from_be_bytes([l3, l2, l1, l0]) as usize {
            0 => rest.len(),
            length => length,
        };
        let (whole, after) = rest.split_at_checked(length.max(8))?;
        if JPEG_2000.contains(&&[a, b, c, d]) {
            kept.extend_from_slice(whole);
        }
        rest = after;
    }
    (!kept.is_empty()).then_some(kept)
}
