//! Why a service is not pointed out, or a hub not placed.

use busfare_entity::words::{DirectoryErrorCode, Language};

use crate::rules::{
    refusal::{Refusal, say, say_key_reused, say_text},
    text::TextProblem,
};

/// Why a service is not pointed out, or a hub not placed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DirectoryRefusal {
    /// The key was used with another input.
    IdempotencyKeyReused,
    /// A text cannot be kept, in this field.
    Text(&'static str, TextProblem),
    /// Neither a record nor a person is named, or both are.
    WhomNeeded,
    /// The service has ended, or its publisher has it no more.
    ResourceGone,
    /// Latitude and longitude are no point on the earth.
    NoSuchPoint,
    /// More notes on how people get in than are kept.
    TooManyNotes,
}

impl Refusal for DirectoryRefusal {
    type Code = DirectoryErrorCode;

    fn code(&self) -> DirectoryErrorCode {
        match self {
            Self::IdempotencyKeyReused => DirectoryErrorCode::IdempotencyKeyReused,
            Self::Text(_, TextProblem::TooLong(_)) => DirectoryErrorCode::TextTooLong,
            Self::Text(_, TextProblem::NotPlain) => DirectoryErrorCode::TextNotPlain,
            Self::WhomNeeded => DirectoryErrorCode::WhomNeeded,
            Self::ResourceGone => DirectoryErrorCode::ResourceGone,
            Self::NoSuchPoint => DirectoryErrorCode::NoSuchPoint,
            Self::TooManyNotes => DirectoryErrorCode::TooManyNotes,
        }
    }

    fn field(&self) -> &'static [&'static str] {
        match self {
            Self::IdempotencyKeyReused => &["idempotencyKey"],
            Self::Text("note", _) => &["note"],
            Self::Text("street", _) => &["street"],
            Self::Text("city", _) => &["city"],
            Self::Text("county", _) => &["county"],
            Self::Text("postcode", _) => &["postcode"],
            Self::Text(..) | Self::TooManyNotes => &["accessibility"],
            Self::WhomNeeded => &["recordId"],
            Self::ResourceGone => &["resourceId"],
            Self::NoSuchPoint => &["latitude"],
        }
    }

    fn words(&self, language: Language) -> String {
        let (en, cy) = match self {
            Self::IdempotencyKeyReused => return say_key_reused(language),
            Self::Text(_, problem) => return say_text(*problem, language),
            Self::WhomNeeded => (
                "Say for whom: name the record or the person, and just one of the two.",
                "Dywedwch i bwy: enwch y cofnod neu'r person, ac un o'r ddau yn unig.",
            ),
            Self::ResourceGone => (
                "That service is not there any more. Look for another.",
                "Nid yw'r gwasanaeth yno mwyach. Chwiliwch am un arall.",
            ),
            Self::NoSuchPoint => (
                "That is no place on a map. Give both numbers, like 51.48 and -3.18.",
                "Nid yw hynny'n lle ar fap. Rhowch y ddau rif, fel 51.48 a -3.18.",
            ),
            Self::TooManyNotes => (
                "Keep it to 20 notes on how to get in. Put the most needed first.",
                "Cadwch at 20 nodyn ar sut i fynd i mewn. Rhowch y rhai pwysicaf gyntaf.",
            ),
        };
        say(language, en, cy)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{reading, refusal::MOST_WORDS};

    #[test]
    fn every_refusal_about_the_directory_fits_on_a_phone_in_both_languages() {
        use DirectoryRefusal as No;
        let texts = ["note", "street", "city", "county", "postcode", "accessibility"];
        let texts = texts.into_iter().map(|field| No::Text(field, TextProblem::TooLong(140)));
        let others = [No::IdempotencyKeyReused, No::WhomNeeded, No::ResourceGone, No::NoSuchPoint, No::TooManyNotes];
        for refusal in others.into_iter().chain(texts) {
            let [en, cy] = [Language::En, Language::Cy].map(|language| refusal.words(language));
            assert!(en.chars().count() <= MOST_WORDS && cy.chars().count() <= MOST_WORDS, "{en} / {cy}");
            assert!(!refusal.field().is_empty());
            reading::plain(&en);
            assert_ne!(en, cy);
        }
    }
}
