//! Receipts: why a receipt or a note about one is not accepted. The receipt is evidence, never a gate.

use busfare_entity::words::{Language, PictureHint, ReceiptErrorCode};
use chrono::TimeDelta;

use super::{
    money::{Money, MoneyProblem, say_money},
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
    /// An amount is not one of money.
    Amount(MoneyProblem),
    /// The portions come to more than the confirmed total.
    PortionsAboveTotal(Money),
    /// Nothing was said.
    NothingSaid,
    /// The day is still to come or long gone, or the time is none.
    DayNotValid,
    /// No VAT registration number.
    VatNumberNotValid,
    /// The VAT is not less than the total.
    VatAboveTotal,
    /// There is nothing to take off.
    NotAttached,
    /// No page has this number.
    PageNotValid,
    /// The page has another picture.
    AnotherPicture,
    /// The file is not what its hash promised.
    DigestMismatch,
    /// There is nothing to read.
    NoPicture,
    /// It was captured for something else.
    NotAReceipt,
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
            Self::Amount(_) => ReceiptErrorCode::AmountNotValid,
            Self::PortionsAboveTotal(_) => ReceiptErrorCode::PortionsAboveTotal,
            Self::NothingSaid => ReceiptErrorCode::NothingSaid,
            Self::DayNotValid => ReceiptErrorCode::DayNotValid,
            Self::VatNumberNotValid => ReceiptErrorCode::VatNumberNotValid,
            Self::VatAboveTotal => ReceiptErrorCode::VatAboveTotal,
            Self::NotAttached => ReceiptErrorCode::NotAttached,
            Self::PageNotValid => ReceiptErrorCode::PageNotValid,
            Self::AnotherPicture => ReceiptErrorCode::AnotherPicture,
            Self::DigestMismatch => ReceiptErrorCode::DigestMismatch,
            Self::NoPicture => ReceiptErrorCode::NoPicture,
            Self::NotAReceipt => ReceiptErrorCode::NotAReceipt,
        }
    }

    fn field(&self) -> &'static [&'static str] {
        match self {
            Self::IdAlreadyUsed => &["id"],
            Self::IdempotencyKeyReused => &["idempotencyKey"],
            Self::Words(_) => &["words"],
            Self::NotYourSpend | Self::TooMany | Self::NotAttached => &["spendId"],
            Self::PortionsAboveTotal(_) => &["portion"],
            Self::VatNumberNotValid => &["vatNumber"],
            Self::VatAboveTotal => &["vat"],
            Self::DayNotValid => &["boughtOn"],
            Self::PageNotValid | Self::AnotherPicture => &["page"],
            Self::DigestMismatch => &["sha256"],
            Self::NoPicture | Self::NotAReceipt => &["receiptId"],
            Self::Amount(_) | Self::NothingSaid => &[],
        }
    }

    fn words(&self, language: Language) -> String {
        let (en, cy) = match self {
            Self::IdAlreadyUsed => return say_id_used(language),
            Self::IdempotencyKeyReused => return say_key_reused(language),
            Self::Words(problem) => return say_text(*problem, language),
            Self::TooMany => (
                "Twenty is the most that belong together. The picture is kept in your receipt bin.",
                "Ugain yw'r mwyaf a all berthyn gyda'i gilydd. Cedwir y llun yn eich bin derbynebau.",
            ),
            Self::Amount(problem) => return say_money(*problem, language),
            Self::PortionsAboveTotal(total) => {
                let en = format!("The parts come to more than the {total} that the receipt says.");
                return say(language, en, format!("Mae'r rhannau'n fwy na'r {total} a ddywed y dderbynneb."));
            }
            Self::NothingSaid => (
                "Nothing was said yet. Give the shop, the day or the total.",
                "Ni ddywedwyd dim eto. Rhowch y siop, y dydd neu'r cyfanswm.",
            ),
            Self::DayNotValid => (
                "Look at the day and the time again. They cannot be in the future.",
                "Edrychwch ar y dydd a'r amser eto. Ni allant fod yn y dyfodol.",
            ),
            Self::VatNumberNotValid => (
                "That is not a VAT number. It has nine digits; one of them may be misread.",
                "Nid rhif TAW yw hwnnw. Mae ganddo naw digid; efallai bod un wedi'i gamddarllen.",
            ),
            Self::VatAboveTotal => (
                "The VAT is part of the total, so it is less than the total.",
                "Mae'r TAW yn rhan o'r cyfanswm, felly mae'n llai na'r cyfanswm.",
            ),
            Self::NotAttached => (
                "This receipt is not attached to that spend.",
                "Nid yw'r dderbynneb hon wedi'i hatodi i'r gwariant hwnnw.",
            ),
            Self::PageNotValid => (
                "A receipt has pages 1 to 20. Capture another receipt for the rest.",
                "Mae gan dderbynneb dudalennau 1 i 20. Cofnodwch dderbynneb arall am y gweddill.",
            ),
            Self::AnotherPicture => (
                "This page already has another picture. Capture a new receipt for this one.",
                "Mae llun arall ar y dudalen hon eisoes. Cofnodwch dderbynneb newydd am hwn.",
            ),
            Self::DigestMismatch => (
                "The picture changed on its way here. Send it again.",
                "Newidiodd y llun ar ei ffordd yma. Anfonwch ef eto.",
            ),
            Self::NoPicture => (
                "There is no picture to read yet. Send it first.",
                "Nid oes llun i'w ddarllen eto. Anfonwch ef yn gyntaf.",
            ),
            Self::NotAReceipt => (
                "This was captured as notes. Capture a receipt for the spend.",
                "Fel nodiadau y cofnodwyd hwn. Cofnodwch dderbynneb ar gyfer y gwariant.",
            ),
            Self::NotYourSpend => (
                "Only the person who asked for this can give its receipt.",
                "Dim ond y person a ofynnodd am hyn all roi'r dderbynneb.",
            ),
        };
        say(language, en, cy)
    }
}

/// What may make a picture hard to read, as advice to the person who holds the phone.
pub fn say_hint(hint: PictureHint, language: Language) -> String {
    match hint {
        PictureHint::Dark => say(
            language,
            "This picture is dark. It is kept; take another one in better light if you can.",
            "Mae'r llun hwn yn dywyll. Fe'i cedwir; tynnwch un arall mewn gwell golau os gallwch.",
        ),
        PictureHint::Blurred => say(
            language,
            "This picture looks blurred. It is kept; hold still and take another one if you can.",
            "Mae'r llun hwn yn edrych yn aneglur. Fe'i cedwir; daliwch yn llonydd a thynnwch un arall os gallwch.",
        ),
        PictureHint::Glare => say(
            language,
            "Light hides a part of this picture. It is kept; turn away from the lamp and try again if you can.",
            "Mae golau'n cuddio rhan o'r llun hwn. Fe'i cedwir; trowch o'r lamp a cheisiwch eto os gallwch.",
        ),
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
            ReceiptRefusal::PortionsAboveTotal(Money::from_pence(123_456_789)),
            ReceiptRefusal::NothingSaid,
            ReceiptRefusal::DayNotValid,
            ReceiptRefusal::VatNumberNotValid,
            ReceiptRefusal::VatAboveTotal,
            ReceiptRefusal::NotAttached,
            ReceiptRefusal::PageNotValid,
            ReceiptRefusal::AnotherPicture,
            ReceiptRefusal::DigestMismatch,
            ReceiptRefusal::NoPicture,
            ReceiptRefusal::NotAReceipt,
        ] {
            let [en, cy] = [Language::En, Language::Cy].map(|language| refusal.words(language));
            assert!(en.chars().count() <= MOST_WORDS && cy.chars().count() <= MOST_WORDS, "{en} / {cy}");
            reading::plain(&en);
            assert_ne!(en, cy);
        }
    }

    #[test]
    fn advice_about_a_picture_fits_on_a_phone_in_both_languages() {
        for hint in [PictureHint::Dark, PictureHint::Blurred, PictureHint::Glare] {
            let [en, cy] = [Language::En, Language::Cy].map(|language| say_hint(hint, language));
            assert!(en.chars().count() <= MOST_WORDS && cy.chars().count() <= MOST_WORDS, "{en} / {cy}");
            reading::plain(&en);
            assert_ne!(en, cy);
        }
    }
}
