//! Why something is not shared, a warning not noted, or a restricted record not opened.

use busfare_entity::words::{Language, PrivacyErrorCode};

use crate::rules::{
    refusal::{Refusal, say, say_id_used, say_key_reused, say_text},
    text::TextProblem,
};

/// Why something is not shared, a warning not noted, or a restricted record not opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SharingRefusal {
    /// The id belongs to something else.
    IdAlreadyUsed,
    /// The key was used with another input.
    IdempotencyKeyReused,
    /// Nobody is named who is told.
    RecipientNeeded,
    /// The name of whoever is told cannot be kept.
    Recipient(TextProblem),
    /// No field is named.
    FieldsNeeded,
    /// More than [`super::MOST_FIELDS`].
    TooManyFields,
    /// There is no such answer for whoever shares to read.
    NotAnswered,
    /// Today or before, or more than [`super::DISCLOSURE_MONTHS`] ahead.
    ExpiryOutOfRange,
    /// What a warning rests on is missing, too short, or says nothing.
    EvidenceNeeded,
    /// What a warning rests on cannot be kept.
    Evidence(TextProblem),
    /// Why the person was not told is missing, too short, or says nothing.
    WhyNotToldNeeded,
    /// Why the person was not told cannot be kept.
    WhyNotTold(TextProblem),
    /// Today or before, or more than [`super::REVIEW_MONTHS`] ahead.
    ReviewOutOfRange,
    /// As many warnings about one person as can be read before going there.
    TooManyWarnings,
    /// Neither its author nor a senior of its team.
    NotYoursToRestrict,
    /// A reason is missing, too short, or says nothing.
    ReasonNeeded,
    /// A reason cannot be kept.
    Reason(TextProblem),
}

impl Refusal for SharingRefusal {
    type Code = PrivacyErrorCode;

    fn code(&self) -> PrivacyErrorCode {
        match self {
            Self::IdAlreadyUsed => PrivacyErrorCode::IdAlreadyUsed,
            Self::IdempotencyKeyReused => PrivacyErrorCode::IdempotencyKeyReused,
            Self::RecipientNeeded => PrivacyErrorCode::RecipientNeeded,
            Self::FieldsNeeded => PrivacyErrorCode::FieldsNeeded,
            Self::TooManyFields => PrivacyErrorCode::TooManyFields,
            Self::NotAnswered => PrivacyErrorCode::NotAnswered,
            Self::ExpiryOutOfRange => PrivacyErrorCode::ExpiryOutOfRange,
            Self::EvidenceNeeded => PrivacyErrorCode::EvidenceNeeded,
            Self::WhyNotToldNeeded => PrivacyErrorCode::WhyNotToldNeeded,
            Self::ReviewOutOfRange => PrivacyErrorCode::ReviewOutOfRange,
            Self::TooManyWarnings => PrivacyErrorCode::TooManyWarnings,
            Self::NotYoursToRestrict => PrivacyErrorCode::NotYoursToRestrict,
            Self::ReasonNeeded => PrivacyErrorCode::ReasonNeeded,
            Self::Recipient(problem) | Self::Evidence(problem) | Self::WhyNotTold(problem) | Self::Reason(problem) => {
                match problem {
                    TextProblem::TooLong(_) => PrivacyErrorCode::TextTooLong,
                    TextProblem::NotPlain => PrivacyErrorCode::TextNotPlain,
                }
            }
        }
    }

    fn field(&self) -> &'static [&'static str] {
        match self {
            Self::IdAlreadyUsed => &["id"],
            Self::IdempotencyKeyReused => &["idempotencyKey"],
            Self::RecipientNeeded | Self::Recipient(_) => &["to"],
            Self::FieldsNeeded | Self::TooManyFields | Self::NotAnswered => &["fields"],
            Self::ExpiryOutOfRange => &["expiresOn"],
            Self::EvidenceNeeded | Self::Evidence(_) => &["evidence"],
            Self::WhyNotToldNeeded | Self::WhyNotTold(_) => &["whyNotTold"],
            Self::ReviewOutOfRange => &["reviewOn"],
            Self::TooManyWarnings => &["personId"],
            Self::NotYoursToRestrict => &["recordId"],
            Self::ReasonNeeded | Self::Reason(_) => &["reason"],
        }
    }

    fn words(&self, language: Language) -> String {
        let (en, cy) = match self {
            Self::IdAlreadyUsed => return say_id_used(language),
            Self::IdempotencyKeyReused => return say_key_reused(language),
            Self::Recipient(problem) | Self::Evidence(problem) | Self::WhyNotTold(problem) | Self::Reason(problem) => {
                return say_text(*problem, language);
            }
            Self::RecipientNeeded => ("Say who will be told this.", "Dywedwch wrth bwy y caiff hyn ei ddweud."),
            Self::FieldsNeeded => (
                "Say which answers you share. Share only what is needed.",
                "Dywedwch pa atebion yr ydych yn eu rhannu. Rhannwch ddim ond yr hyn sydd ei angen.",
            ),
            Self::TooManyFields => (
                "Share at most 200 answers at once. Share only what is needed.",
                "Rhannwch 200 ateb ar y mwyaf ar y tro. Rhannwch ddim ond yr hyn sydd ei angen.",
            ),
            Self::NotAnswered => (
                "One of these has no answer that you may read. Share only what is there.",
                "Nid oes ateb y cewch ei ddarllen i un o'r rhain. Rhannwch ddim ond yr hyn sydd yno.",
            ),
            Self::ExpiryOutOfRange => (
                "Pick the day on which sharing ends: after today, and within a year.",
                "Dewiswch y dydd y daw'r rhannu i ben: ar ôl heddiw, ac o fewn blwyddyn.",
            ),
            Self::EvidenceNeeded => (
                "Say what you saw or heard, and when. Use at least 10 characters.",
                "Dywedwch beth a welsoch neu a glywsoch, a phryd. Defnyddiwch o leiaf 10 nod.",
            ),
            Self::WhyNotToldNeeded => (
                "Say why they were not told. Use at least 10 characters.",
                "Dywedwch pam na ddywedwyd wrthynt. Defnyddiwch o leiaf 10 nod.",
            ),
            Self::ReviewOutOfRange => (
                "Pick the day to look at this again: after today, and within six months.",
                "Dewiswch y dydd i edrych ar hyn eto: ar ôl heddiw, ac o fewn chwe mis.",
            ),
            Self::TooManyWarnings => (
                "Twenty warnings stand already. End one that no longer holds, then add this.",
                "Mae ugain rhybudd yn sefyll eisoes. Dewch ag un i ben, yna ychwanegwch hwn.",
            ),
            Self::NotYoursToRestrict => (
                "Only the person who wrote this, or a senior of their team, can do that. Ask them.",
                "Dim ond y sawl a ysgrifennodd hwn, neu uwch aelod o'u tîm, all wneud hynny. Gofynnwch iddynt.",
            ),
            Self::ReasonNeeded => (
                "Say why, in a few words of your own. Use at least 10 characters.",
                "Dywedwch pam, mewn ychydig eiriau. Defnyddiwch o leiaf 10 nod.",
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
    fn every_refusal_to_share_fits_on_a_phone_in_both_languages() {
        let too_long = TextProblem::TooLong(500);
        for refusal in [
            SharingRefusal::IdAlreadyUsed,
            SharingRefusal::IdempotencyKeyReused,
            SharingRefusal::RecipientNeeded,
            SharingRefusal::Recipient(too_long),
            SharingRefusal::FieldsNeeded,
            SharingRefusal::TooManyFields,
            SharingRefusal::NotAnswered,
            SharingRefusal::ExpiryOutOfRange,
            SharingRefusal::EvidenceNeeded,
            SharingRefusal::Evidence(TextProblem::NotPlain),
            SharingRefusal::WhyNotToldNeeded,
            SharingRefusal::WhyNotTold(too_long),
            SharingRefusal::ReviewOutOfRange,
            SharingRefusal::TooManyWarnings,
            SharingRefusal::NotYoursToRestrict,
            SharingRefusal::ReasonNeeded,
            SharingRefusal::Reason(too_long),
        ] {
            let [en, cy] = [Language::En, Language::Cy].map(|language| refusal.words(language));
            assert!(en.chars().count() <= MOST_WORDS && cy.chars().count() <= MOST_WORDS, "{en} / {cy}");
            assert!(!refusal.field().is_empty());
            reading::plain(&en);
            assert_ne!(en, cy);
        }
    }
}
