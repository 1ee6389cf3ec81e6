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
}

impl MediaType {
    /// The name used in HTTP headers.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Webp => "image/webp",
        }
    }
}

/// The kind of picture these bytes begin as, or `None` when it is not one we keep.
pub fn sniff(bytes: &[u8]) -> Option<MediaType> {
    match bytes {
        [0xff, 0xd8, 0xff, ..] => Some(MediaType::Jpeg),
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some(MediaType::Png),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(MediaType::Webp),
        _ => None,
    }
}

/// The kindest true thing to say about bytes that [`sniff`] does not know.
pub(super) fn why_not(bytes: &[u8]) -> PictureRefusal {
    match bytes {
        [b'%', b'P', b'D', b'F', ..] => UnsupportedKind::Pdf.into(),
        [b'G', b'I', b'F', b'8', ..] => UnsupportedKind::Gif.into(),
        [b'P', b'K', 3 | 5, 4 | 6, ..] => UnsupportedKind::Zip.into(),
        [b'I', b'I', 42, 0, ..] | [b'M', b'M', 0, 42, ..] => UnsupportedKind::Tiff.into(),
        [0x1a, 0x45, 0xdf, 0xa3, ..] => UnsupportedKind::Video.into(),
        [_, _, _, _, b'f', b't', b'y', b'p', brand @ ..] => match brand.first_chunk::<4>() {
            Some(b"heic" | b"heix" | b"heim" | b"heis" | b"hevc" | b"hevx" | b"mif1" | b"msf1" | b"avif" | b"avis") => {
                UnsupportedKind::Heic.into()
            }
            _ => UnsupportedKind::Video.into(),
        },
        _ if is_markup(bytes) => UnsupportedKind::Markup.into(),
        _ => PictureRefusal::NotAPicture,
    }
}

/// Whether the text begins with a tag, after any byte order mark and blank space.
fn is_markup(bytes: &[u8]) -> bool {
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    matches!(text.trim_ascii_start(), [b'<', b'!' | b'?' | b'a'..=b'z' | b'A'..=b'Z', ..])
}
