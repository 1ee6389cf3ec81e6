//! Receipts: why a receipt or a note about one is not accepted. The receipt is evidence, never a gate.

use busfare_entity::words::{Language, ReceiptErrorCode, RetryAdvice};
use chrono::TimeDelta;

use super::{
    refusal::{Refusal, say, say_id_used, say_key_reused, say_text},
    text::TextProblem,
};

/// Most receipts or records on one spend, and most spends that one receipt is evidence for.
pub const MOST_ON_ONE: u64 = 20;
/// Most pages of one receipt.
pub const MOST_PAGES: i32 = 20;
/// Most uploads of one person that have begun and are not whole.
pub const MOST_UPLOADS: u64 = 100;
/// How long an upload waits for more of it.
pub const UPLOAD_LIFE: TimeDelta = TimeDelta::days(7);
/// Most characters of a note about a missing receipt.
pub const NOTE_CHARS: usize = 140;

/// Why a receipt, or a note about one, is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReceiptRefusal {
    /// The id belongs to something else.
    IdAlreadyUsed,
    /// The key was used with another input.
    IdempotencyKeyReused,
    /// The words of a note cannot be kept.
    Words(TextProblem),
    /// Somebody else asked for the money.
    NotYourSpend,
    /// The spend has, or the receipt is for, [`MOST_ON_ONE`] already.
    TooMany,
}

impl Refusal for ReceiptRefusal {
    type Code = ReceiptErrorCode;

    fn code(&self) -> ReceiptErrorCode {
        match self {
            Self::IdAlreadyUsed => ReceiptErrorCode::IdAlreadyUsed,
            Self::IdempotencyKeyReused => ReceiptErrorCode::IdempotencyKeyReused,
            Self::Words(TextProblem::TooLong(_)) => ReceiptErrorCode::TextTooLong,
            Self::Words(TextProblem::NotPlain) => ReceiptErrorCode::TextNotPlain,
            Self::NotYourSpend => ReceiptErrorCode::NotYourSpend,
            Self::TooMany => ReceiptErrorCode::TooMany,
        }
    }

    fn field(&self) -> &'static [&'static str] {
        match self {
            Self::IdAlreadyUsed => &["id"],
            Self::IdempotencyKeyReused => &["idempotencyKey"],
            Self::Words(_) => &["words"],
            Self::NotYourSpend | Self::TooMany => &["spendId"],
        }
    }

    fn retry(&self) -> RetryAdvice {
        match self {
            Self::NotYourSpend => RetryAdvice::Never,
            Self::IdAlreadyUsed | Self::IdempotencyKeyReused | Self::Words(_) | Self::TooMany => {
                RetryAdvice::AfterChange
            }
        }
    }

    fn words(&self, language: Language) -> String {
        match self {
            Self::IdAlreadyUsed => say_id_used(language),
            Self::IdempotencyKeyReused => say_key_reused(language),
            Self::Words(problem) => say_text(*problem, language),
            Self::TooMany => say(
                language,
                "Twenty is the most that belong together. The picture is kept in your receipt bin.",
                "Ugain yw'r mwyaf a all berthyn gyda'i gilydd. Cedwir y llun yn eich bin derbynebau.",
            ),
            Self::NotYourSpend => say(
                language,
                "Only the person who asked for this can give its receipt.",
                "Dim ond y person a ofynnodd am hyn all roi'r dderbynneb.",
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{reading, refusal::MOST_WORDS};

    #[test]
    fn every_refusal_about_a_receipt_fits_on_a_phone_in_both_languages() {
        for refusal in [
            ReceiptRefusal::IdAlreadyUsed,
            ReceiptRefusal::IdempotencyKeyReused,
            ReceiptRefusal::Words(TextProblem::TooLong(NOTE_CHARS)),
            ReceiptRefusal::Words(TextProblem::NotPlain),
            ReceiptRefusal::NotYourSpend,
            ReceiptRefusal::TooMany,
        ] {
            let [en, cy] = [Language::En, Language::Cy].map(|language| refusal.words(language));
            assert!(en.chars().count() <= MOST_WORDS && cy.chars().count() <= MOST_WORDS, "{en} / {cy}");
            reading::plain(&en);
            assert_ne!(en, cy);
        }
    }
}
