//! The ways a picture is refused, each in plain words that say what to do next.

use thiserror::Error;

/// Why we cannot keep what was sent. The words are for the person holding the phone, at most 140 characters.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum PictureRefusal {
    /// More bytes than [`super::MAX_BYTES`].
    #[error("This file is larger than 20 MB. Please choose a smaller picture size in your camera and take it again.")]
    TooLarge,
    /// The first bytes are not those of any picture we know.
    #[error("This file is not a picture. Please send a photo (JPEG, PNG, WebP or HEIC) or a PDF.")]
    NotAPicture,
    /// A kind of file we know but do not accept.
    #[error("{kind}")]
    UnsupportedKind {
        /// Which kind it was.
        kind: UnsupportedKind,
    },
    /// More pixels than [`super::MAX_PIXELS`] (a quarter fewer for 16-bit PNG and progressive four-ink JPEG), or a side longer than [`super::MAX_SIDE`].
    #[error("This picture has too many pixels. Please choose a smaller picture size in your camera and take it again.")]
    TooManyPixels,
    /// The file says it is zero pixels wide or high.
    #[error("This picture is empty. Please take the photo again.")]
    Empty,
    /// The file stops before the picture does.
    #[error("Part of this picture is missing. Please send it again, or take a new photo.")]
    Truncated,
    /// The file is not what it says it is, or cannot be read.
    #[error("This picture is damaged and cannot be opened. Please send it again, or take a new photo.")]
    Broken,
    /// A PDF that opens only with a password, or that says what may be done with it.
    #[error("This PDF is locked, so it cannot be checked. Please send a screenshot or a photo of it.")]
    Encrypted,
    /// A PDF with more than [`super::MAX_SHEETS`] sheets.
    #[error("This PDF has more than 20 pages. Please send only the pages with the receipt.")]
    TooManySheets,
    /// A PDF that unpacks to far more than a receipt can be.
    #[error("This PDF unpacks to far more than a receipt can be. Please send a screenshot or a photo of it.")]
    UnpacksTooLarge,
}

impl PictureRefusal {
    /// The closed word for this refusal, for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLarge => "TOO_LARGE",
            Self::NotAPicture => "NOT_A_PICTURE",
            Self::UnsupportedKind { .. } => "UNSUPPORTED_KIND",
            Self::TooManyPixels => "TOO_MANY_PIXELS",
            Self::Empty => "EMPTY",
            Self::Truncated => "TRUNCATED",
            Self::Broken => "BROKEN",
            Self::Encrypted => "ENCRYPTED",
            Self::TooManySheets => "TOO_MANY_SHEETS",
            Self::UnpacksTooLarge => "UNPACKS_TOO_LARGE",
        }
    }
}

/// Kinds of file that people do send and that we do not accept.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum UnsupportedKind {
    /// A HEIF whose picture is coded in a way that phones do not use.
    #[error("This is an unusual kind of HEIC; please send a screenshot of it, or take a new photo.")]
    UnusualHeic,
    /// AVIF, which web pages use.
    #[error("AVIF pictures are not accepted; please send a screenshot of it, or a photo as JPEG or HEIC.")]
    Avif,
    /// A GIF.
    #[error("GIF pictures are not accepted; please send a photo (JPEG, PNG, WebP or HEIC) or a PDF.")]
    Gif,
    /// SVG, HTML or other XML.
    #[error("Web pages and drawings are not accepted; please send a photo (JPEG, PNG, WebP or HEIC) or a PDF.")]
    Markup,
    /// A zip archive, which is also what office documents are.
    #[error("Zip files and documents are not accepted; please send a photo (JPEG, PNG, WebP or HEIC) or a PDF.")]
    Zip,
    /// TIFF or camera raw.
    #[error("Raw and TIFF pictures are not accepted; please send a photo as JPEG, PNG, WebP or HEIC.")]
    Tiff,
    /// A video.
    #[error("Videos are not accepted; please send a photo (JPEG, PNG, WebP or HEIC) or a PDF.")]
    Video,
    /// An animated PNG or WebP.
    #[error("Moving pictures are not accepted; please send a still photo (JPEG, PNG, WebP or HEIC).")]
    Animation,
    /// A JPEG coded in a way that cameras and phones do not use (arithmetic, lossless, hierarchical or 12 bits).
    #[error("This is an unusual kind of JPEG; please send a screenshot of it, or take a new photo.")]
    UnusualJpeg,
}

impl From<UnsupportedKind> for PictureRefusal {
    fn from(kind: UnsupportedKind) -> Self {
        Self::UnsupportedKind { kind }
    }
}
