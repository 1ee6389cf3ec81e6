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
    #[error("This file is not a picture. Please send a photo as JPEG, PNG or WebP.")]
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
        }
    }
}

/// Kinds of file that people do send and that we do not accept.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum UnsupportedKind {
    /// HEIC, HEIF or AVIF, the iPhone's own form.
    #[error(
        "iPhone HEIC pictures are not accepted yet; in Settings, Camera, Formats choose Most Compatible to send JPEG."
    )]
    Heic,
    /// A PDF document.
    #[error("PDF files are not accepted yet; please take a photo or a screenshot of the receipt (JPEG, PNG or WebP).")]
    Pdf,
    /// A GIF.
    #[error("GIF pictures are not accepted; please send a photo as JPEG, PNG or WebP.")]
    Gif,
    /// SVG, HTML or other XML.
    #[error("Web pages and drawings are not accepted; please send a photo as JPEG, PNG or WebP.")]
    Markup,
    /// A zip archive, which is also what office documents are.
    #[error("Zip files and documents are not accepted; please send a photo as JPEG, PNG or WebP.")]
    Zip,
    /// TIFF or camera raw.
    #[error("Raw and TIFF pictures are not accepted; please send a photo as JPEG, PNG or WebP.")]
    Tiff,
    /// A video.
    #[error("Videos are not accepted; please send a photo as JPEG, PNG or WebP.")]
    Video,
    /// An animated PNG or WebP.
    #[error("Moving pictures are not accepted; please send a still photo as JPEG, PNG or WebP.")]
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
