//! The ways a picture is refused, each in plain words that say what to do next.

use busfare_entity::words::Language;
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

    /// Why, and what to do next.
    pub fn words(self, language: Language) -> String {
        match language {
            Language::En => self.to_string(),
            Language::Cy => self.in_welsh().to_owned(),
        }
    }

    fn in_welsh(self) -> &'static str {
        match self {
            Self::TooLarge => {
                "Mae'r ffeil hon yn fwy nag 20 MB. Dewiswch faint llai yn eich camera a thynnwch y llun eto."
            }
            Self::NotAPicture => "Nid llun yw'r ffeil hon. Anfonwch lun (JPEG, PNG, WebP neu HEIC) neu PDF.",
            Self::UnsupportedKind { kind } => kind.in_welsh(),
            Self::TooManyPixels => {
                "Mae gormod o bicseli yn y llun hwn. Dewiswch faint llai yn eich camera a thynnwch y llun eto."
            }
            Self::Empty => "Mae'r llun hwn yn wag. Tynnwch y llun eto.",
            Self::Truncated => "Mae rhan o'r llun hwn ar goll. Anfonwch ef eto, neu tynnwch lun newydd.",
            Self::Broken => {
                "Mae'r llun hwn wedi'i ddifrodi ac ni ellir ei agor. Anfonwch ef eto, neu tynnwch lun newydd."
            }
            Self::Encrypted => "Mae'r PDF hwn wedi'i gloi, felly ni ellir ei wirio. Anfonwch sgrinlun neu lun ohono.",
            Self::TooManySheets => {
                "Mae mwy nag 20 tudalen yn y PDF hwn. Anfonwch y tudalennau sydd â'r dderbynneb yn unig."
            }
            Self::UnpacksTooLarge => {
                "Mae'r PDF hwn yn dadbacio i lawer mwy nag y gall derbynneb fod. Anfonwch sgrinlun neu lun ohono."
            }
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

impl UnsupportedKind {
    fn in_welsh(self) -> &'static str {
        match self {
            Self::UnusualHeic => "Mae hwn yn fath anarferol o HEIC; anfonwch sgrinlun ohono, neu tynnwch lun newydd.",
            Self::Avif => "Ni dderbynnir lluniau AVIF; anfonwch sgrinlun ohono, neu lun fel JPEG neu HEIC.",
            Self::Gif => "Ni dderbynnir lluniau GIF; anfonwch lun (JPEG, PNG, WebP neu HEIC) neu PDF.",
            Self::Markup => {
                "Ni dderbynnir tudalennau gwe na darluniau; anfonwch lun (JPEG, PNG, WebP neu HEIC) neu PDF."
            }
            Self::Zip => "Ni dderbynnir ffeiliau zip na dogfennau; anfonwch lun (JPEG, PNG, WebP neu HEIC) neu PDF.",
            Self::Tiff => "Ni dderbynnir lluniau raw na TIFF; anfonwch lun fel JPEG, PNG, WebP neu HEIC.",
            Self::Video => "Ni dderbynnir fideos; anfonwch lun (JPEG, PNG, WebP neu HEIC) neu PDF.",
            Self::Animation => "Ni dderbynnir lluniau sy'n symud; anfonwch lun llonydd (JPEG, PNG, WebP neu HEIC).",
            Self::UnusualJpeg => "Mae hwn yn fath anarferol o JPEG; anfonwch sgrinlun ohono, neu tynnwch lun newydd.",
        }
    }
}

impl From<UnsupportedKind> for PictureRefusal {
    fn from(kind: UnsupportedKind) -> Self {
        Self::UnsupportedKind { kind }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::refusal::MOST_WORDS;

    #[test]
    fn every_refusal_of_a_picture_fits_on_a_phone_in_both_languages() {
        use PictureRefusal as No;
        use UnsupportedKind as Kind;
        let kinds = [
            Kind::UnusualHeic,
            Kind::Avif,
            Kind::Gif,
            Kind::Markup,
            Kind::Zip,
            Kind::Tiff,
            Kind::Video,
            Kind::Animation,
            Kind::UnusualJpeg,
        ];
        let others = [
            No::TooLarge,
            No::NotAPicture,
            No::TooManyPixels,
            No::Empty,
            No::Truncated,
            No::Broken,
            No::Encrypted,
            No::TooManySheets,
            No::UnpacksTooLarge,
        ];
        for refusal in kinds.into_iter().map(No::from).chain(others) {
            let [en, cy] = [Language::En, Language::Cy].map(|language| refusal.words(language));
            assert!(en != cy && en.chars().count() <= MOST_WORDS && cy.chars().count() <= MOST_WORDS, "{en} / {cy}");
        }
    }
}
