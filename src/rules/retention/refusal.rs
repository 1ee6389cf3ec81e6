//! Why a draft is not extended, or a legal hold not laid.

use busfare_entity::words::{Language, PrivacyErrorCode};

use crate::rules::{
    refusal::{Refusal, say, say_id_used, say_key_reused, say_text},
    sharing::{FEWEST_CHARS, MOST_CHARS},
    text::{self, TextProblem},
};

/// Why a draft is not extended, or a legal hold not laid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RetentionRefusal {
    /// The id belongs to something else.
    IdAlreadyUsed,
    /// The key was used with another input.
    IdempotencyKeyReused,
    /// Somebody else began it.
    NotYourDraft,
    /// It is completed.
    NotADraft,
    /// She is neither of the practice group nor leads the record's team.
    ForThePracticeGroup,
    /// It is kept for [`super::MOST_DRAFT_DAYS`] already.
    KeptLongestAlready,
    /// A hold has no reason, one too short, or one that says nothing.
    ReasonNeeded,
    /// A reason cannot be kept.
    Reason(TextProblem),
}

/// The reason for a legal hold, or for ending one, if it is one.
pub fn hold(reason: &str) -> Result<String, RetentionRefusal> {
    text::reason(reason, FEWEST_CHARS, MOST_CHARS)
        .map_err(RetentionRefusal::Reason)?
        .ok_or(RetentionRefusal::ReasonNeeded)
}

impl Refusal for RetentionRefusal {
    type Code = PrivacyErrorCode;

    fn code(&self) -> PrivacyErrorCode {
        match self {
            Self::IdAlreadyUsed => PrivacyErrorCode::IdAlreadyUsed,
            Self::IdempotencyKeyReused => PrivacyErrorCode::IdempotencyKeyReused,
            Self::NotYourDraft => PrivacyErrorCode::NotYourDraft,
            Self::NotADraft => PrivacyErrorCode::NotADraft,
            Self::ForThePracticeGroup => PrivacyErrorCode::ForThePracticeGroup,
            Self::KeptLongestAlready => PrivacyErrorCode::KeptLongestAlready,
            Self::ReasonNeeded => PrivacyErrorCode::ReasonNeeded,
            Self::Reason(TextProblem::TooLong(_)) => PrivacyErrorCode::TextTooLong,
            Self::Reason(TextProblem::NotPlain) => PrivacyErrorCode::TextNotPlain,
        }
    }

    fn field(&self) -> &'static [&'static str] {
        match self {
            Self::IdAlreadyUsed => &["id"],
            Self::IdempotencyKeyReused => &["idempotencyKey"],
            Self::NotYourDraft | Self::NotADraft | Self::KeptLongestAlready => &["recordId"],
            Self::ForThePracticeGroup => &[],
            Self::ReasonNeeded | Self::Reason(_) => &["reason"],
        }
    }

    fn words(&self, language: Language) -> String {
        let (en, cy) = match self {
            Self::IdAlreadyUsed => return say_id_used(language),
            Self::IdempotencyKeyReused => return say_key_reused(language),
            Self::Reason(problem) => return say_text(*problem, language),
            Self::NotYourDraft => (
                "Only the person who began this draft can keep it for longer. Ask them.",
                "Dim ond y person a ddechreuodd y drafft hwn all ei gadw'n hirach. Gofynnwch iddynt.",
            ),
            Self::NotADraft => (
                "This is complete, so it stays. There is no need to keep it for longer.",
                "Mae hwn yn gyflawn, felly mae'n aros. Nid oes angen ei gadw'n hirach.",
            ),
            Self::ForThePracticeGroup => (
                "Only the practice group, or a senior of the team, can do this. Ask one of them.",
                "Dim ond y grŵp ymarfer, neu uwch-swyddog y tîm, all wneud hyn. Gofynnwch i un ohonynt.",
            ),
            Self::KeptLongestAlready => (
                "A draft stays for a year at most. Write in it or complete it, and it is kept.",
                "Mae drafft yn aros am flwyddyn ar y mwyaf. Ysgrifennwch ynddo neu ei gwblhau, ac fe'i cedwir.",
            ),
            Self::ReasonNeeded => (
                "Say why this must be kept. Use at least 10 characters.",
                "Dywedwch pam mae'n rhaid cadw hwn. Defnyddiwch o leiaf 10 nod.",
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
    fn every_refusal_about_keeping_fits_on_a_phone_in_both_languages() {
        for refusal in [
            RetentionRefusal::IdAlreadyUsed,
            RetentionRefusal::IdempotencyKeyReused,
            RetentionRefusal::NotYourDraft,
            RetentionRefusal::NotADraft,
            RetentionRefusal::KeptLongestAlready,
            RetentionRefusal::ForThePracticeGroup,
            RetentionRefusal::ReasonNeeded,
            RetentionRefusal::Reason(TextProblem::TooLong(MOST_CHARS)),
        ] {
            let [en, cy] = [Language::En, Language::Cy].map(|language| refusal.words(language));
            assert!(en.chars().count() <= MOST_WORDS && cy.chars().count() <= MOST_WORDS, "{en} / {cy}");
            assert_eq!(refusal.field().is_empty(), refusal == RetentionRefusal::ForThePracticeGroup);
            reading::plain(&en);
            assert_ne!(en, cy);
        }
    }

    #[test]
    fn a_legal_hold_has_a_reason() {
        assert_eq!(hold(" Inquest, letter of 3 May "), Ok("Inquest, letter of 3 May".into()));
        assert_eq!(hold("hhhhhhhhhhhhhhhh"), Err(RetentionRefusal::ReasonNeeded));
        assert_eq!(hold(&"court ".repeat(100)), Err(RetentionRefusal::Reason(TextProblem::TooLong(500))));
    }
}
