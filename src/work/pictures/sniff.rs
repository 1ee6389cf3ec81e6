//! What kind of file is this? The magic bytes decide; names and declared types are not asked.

use super::refusal::{PictureRefusal, UnsupportedKind};

/// The kinds of picture we keep.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MediaType {
    /// `image/jpeg`
    Jpeg,
    /// `image/png`
    Png,
    /// `image/webp`
    Webp,
    /// `image/heic`
    Heic,
    /// `application/pdf`
    Pdf,
}

impl MediaType {
    /// The name used in HTTP headers.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Webp => "image/webp",
            Self::Heic => "image/heic",
            Self::Pdf => "application/pdf",
        }
    }

    /// The kind of picture that a stored one says it is.
    pub fn named(name: &str) -> Option<Self> {
        [Self::Jpeg, Self::Png, Self::Webp, Self::Heic, Self::Pdf].into_iter().find(|kind| kind.as_str() == name)
    }
}

/// The kind of picture these bytes begin as, or `None` when it is not one we keep.
pub fn sniff(bytes: &[u8]) -> Option<MediaType> {
    match bytes {
        [0xff, 0xd8, 0xff, ..] => Some(MediaType::Jpeg),
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some(MediaType::Png),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(MediaType::Webp),
        [b'%', b'P', b'D', b'F', b'-', ..] => Some(MediaType::Pdf),
        [_, _, _, _, b'f', b't', b'y', b'p', ..] if is_heic(bytes) => Some(MediaType::Heic),
        _ => None,
    }
}

/// The kindest true thing to say about bytes that [`sniff`] does not know.
pub(super) fn why_not(bytes: &[u8]) -> PictureRefusal {
    match bytes {
        [b'G', b'I', b'F', b'8', ..] => UnsupportedKind::Gif.into(),
        [b'P', b'K', 3 | 5, 4 | 6, ..] => UnsupportedKind::Zip.into(),
        [b'I', b'I', 42, 0, ..] | [b'M', b'M', 0, 42, ..] => UnsupportedKind::Tiff.into(),
        [0x1a, 0x45, 0xdf, 0xa3, ..] => UnsupportedKind::Video.into(),
        [_, _, _, _, b'f', b't', b'y', b'p', ..] => match brands(bytes).any(|brand| AVIF.contains(&brand)) {
            true => UnsupportedKind::Avif.into(),
            false => UnsupportedKind::Video.into(),
        },
        _ if is_markup(bytes) => UnsupportedKind::Markup.into(),
        _ => PictureRefusal::NotAPicture,
    }
}

/// What HEIF files with a picture coded as HEVC, or that do not say how it is coded, call themselves.
const HEIC: [&[u8]; 10] = [b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"mif2", b"msf1", b"heif"];
/// What AVIF files call themselves.
const AVIF: [&[u8]; 2] = [b"avif", b"avis"];

/// An AVIF also says that it is a HEIF, so what it says first counts most.
fn is_heic(bytes: &[u8]) -> bool {
    let mut names = brands(bytes);
    let first = names.next().unwrap_or_default();
    !AVIF.contains(&first) && (HEIC.contains(&first) || names.any(|brand| HEIC.contains(&brand)))
}

/// What an ISO file calls itself: the one name that counts most, and then those that are true too.
fn brands(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let length = bytes.first_chunk::<4>().map_or(0, |length| u32::from_be_bytes(*length));
    let end = usize::try_from(length).unwrap_or(usize::MAX).min(bytes.len()).min(256);
    let words = bytes.get(8..end).unwrap_or_default().chunks_exact(4).enumerate();
    // The second word is a number.
    words.filter(|(place, _)| *place != 1).map(|(_, word)| word)
}

/// Whether the text begins with a tag, after any byte order mark and blank space.
fn is_markup(bytes: &[u8]) -> bool {
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    matches!(text.trim_ascii_start(), [b'<', b'!' | b'?' | b'a'..=b'z' | b'A'..=b'Z', ..])
}
