//! Why somebody is not noted as a person: kindly, because whoever asks has them standing there.

use busfare_entity::words::{Language, PersonErrorCode};

use crate::rules::{
    refusal::{Refusal, say, say_id_used, say_key_reused, say_text},
    text::TextProblem,
};

/// Why somebody is not noted as a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PersonRefusal {
    /// The id belongs to something else.
    IdAlreadyUsed,
    /// The key was used with another input.
    IdempotencyKeyReused,
    /// Neither is there.
    NameOrReferenceNeeded,
    /// Both are one already.
    SamePerson,
    /// One of them was merged with somebody else.
    MergedAlready,
    /// They were not merged with anybody.
    NotMerged,
    /// The name cannot be kept.
    Name(TextProblem),
    /// The reference cannot be kept.
    Reference(TextProblem),
    /// The reference has other characters than letters, figures, hyphens and slashes.
    ReferenceNotValid,
    /// There is an NHS number in the name.
    NhsNumberInName,
    /// The reference is an NHS number, or has one in it.
    NhsNumberInReference,
    /// There is a date of birth in the name.
    DateOfBirthInName,
    /// The reference is a date of birth, or has one in it.
    DateOfBirthInReference,
}

impl Refusal for PersonRefusal {
    type Code = PersonErrorCode;

    fn code(&self) -> PersonErrorCode {
        match self {
            Self::IdAlreadyUsed => PersonErrorCode::IdAlreadyUsed,
            Self::IdempotencyKeyReused => PersonErrorCode::IdempotencyKeyReused,
            Self::NameOrReferenceNeeded => PersonErrorCode::NameOrReferenceNeeded,
            Self::SamePerson => PersonErrorCode::SamePerson,
            Self::MergedAlready => PersonErrorCode::MergedAlready,
            Self::NotMerged => PersonErrorCode::NotMerged,
            Self::Name(problem) | Self::Reference(problem) => match problem {
                TextProblem::TooLong(_) => PersonErrorCode::TextTooLong,
                TextProblem::NotPlain => PersonErrorCode::TextNotPlain,
            },
            Self::ReferenceNotValid => PersonErrorCode::ReferenceNotValid,
            Self::NhsNumberInName | Self::NhsNumberInReference => PersonErrorCode::LooksLikeNhsNumber,
            Self::DateOfBirthInName | Self::DateOfBirthInReference => PersonErrorCode::LooksLikeDateOfBirth,
        }
    }

    fn field(&self) -> &'static [&'static str] {
        match self {
            Self::IdAlreadyUsed | Self::NotMerged => &["personId"],
            Self::SamePerson | Self::MergedAlready => &["sameAsId"],
            Self::IdempotencyKeyReused => &["idempotencyKey"],
            Self::NameOrReferenceNeeded | Self::Name(_) | Self::NhsNumberInName | Self::DateOfBirthInName => {
                &["displayName"]
            }
            Self::Reference(_)
            | Self::ReferenceNotValid
            | Self::NhsNumberInReference
            | Self::DateOfBirthInReference => &["reference"],
        }
    }

    fn words(&self, language: Language) -> String {
        let (en, cy) = match self {
            Self::IdAlreadyUsed => return say_id_used(language),
            Self::IdempotencyKeyReused => return say_key_reused(language),
            Self::Name(problem) | Self::Reference(problem) => return say_text(*problem, language),
            Self::NameOrReferenceNeeded => (
                "Give a name to call them by, or the council's reference. One will do.",
                "Rhowch enw i'w galw, neu gyfeirnod y cyngor. Mae un yn ddigon.",
            ),
            Self::SamePerson => {
                ("Both are the same here. There is no more to do.", "Yr un yw'r ddau yma. Nid oes mwy i'w wneud.")
            }
            Self::MergedAlready => (
                "One of them is the same as a third. Take that back first, or name the third.",
                "Mae un ohonynt yr un â thrydydd. Tynnwch hynny'n ôl yn gyntaf, neu enwch y trydydd.",
            ),
            Self::NotMerged => (
                "No one said that they are the same as someone else. There is no more to do.",
                "Ni ddywedodd neb eu bod yr un â rhywun arall. Nid oes mwy i'w wneud.",
            ),
            Self::ReferenceNotValid => (
                "Use just letters, figures, - and / in a reference.",
                "Defnyddiwch lythrennau, ffigurau, - ac / yn unig mewn cyfeirnod.",
            ),
            Self::NhsNumberInName | Self::NhsNumberInReference => (
                "That looks like an NHS number. We don't need one, so we keep none. A first name will do.",
                "Mae hynny'n edrych fel rhif GIG. Nid oes angen un arnom, felly ni chadwn un. Mae enw cyntaf yn ddigon.",
            ),
            Self::DateOfBirthInName | Self::DateOfBirthInReference => (
                "That looks like a date of birth. We don't need one, so we keep none. A first name will do.",
                "Mae hynny'n edrych fel dyddiad geni. Nid oes angen un, felly ni chadwn un. Mae enw cyntaf yn ddigon.",
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
    fn every_refusal_about_a_person_fits_on_a_phone_in_both_languages() {
        for refusal in [
            PersonRefusal::IdAlreadyUsed,
            PersonRefusal::IdempotencyKeyReused,
            PersonRefusal::NameOrReferenceNeeded,
            PersonRefusal::SamePerson,
            PersonRefusal::MergedAlready,
            PersonRefusal::NotMerged,
            PersonRefusal::Name(TextProblem::TooLong(80)),
            PersonRefusal::Reference(TextProblem::NotPlain),
            PersonRefusal::ReferenceNotValid,
            PersonRefusal::NhsNumberInName,
            PersonRefusal::NhsNumberInReference,
            PersonRefusal::DateOfBirthInName,
            PersonRefusal::DateOfBirthInReference,
        ] {
            let [en, cy] = [Language::En, Language::Cy].map(|language| refusal.words(language));
            assert!(en.chars().count() <= MOST_WORDS && cy.chars().count() <= MOST_WORDS, "{en} / {cy}");
            assert!(!refusal.field().is_empty());
            reading::plain(&en);
            assert_ne!(en, cy);
        }
    }
}
