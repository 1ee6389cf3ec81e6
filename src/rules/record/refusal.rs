//! Why answers, or a record, are not accepted.

use busfare_entity::words::{Language, RecordErrorCode};

use crate::rules::{
    refusal::{Refusal, say, say_id_used, say_key_reused, say_text},
    text::TextProblem,
};

/// Why answers, or a record, are not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordRefusal {
    /// The id belongs to something else.
    IdAlreadyUsed,
    /// The key was used with another input.
    IdempotencyKeyReused,
    /// A new record does not say which form it is for.
    FormNeeded,
    /// The form does not ask this.
    NoSuchQuestion,
    /// The same question twice in one request.
    AnsweredTwice,
    /// An answer cannot be stored.
    Text(TextProblem),
    /// More than [`MOST_ANSWERS`].
    TooManyAnswers,
    /// Somebody else wrote it.
    NotYourRecord,
    /// Twenty records are about the spend already.
    TooManyRecords,
    /// A heading of one's own is not one.
    HeadingNotValid,
    /// Which of several is not a short plain word.
    InstanceNotValid,
    /// There is no such answer to confirm, or it does not fit.
    NothingToConfirm,
    /// Nothing was said.
    WordsNeeded,
    /// It is complete.
    AlreadyComplete,
    /// The other version is of another form, or older.
    NotAVersion,
    /// The record is about another person, or the person is somebody else's.
    AnotherPerson,
    /// More than [`super::MOST_CAPTURED`] in one answer.
    TooManyCaptured,
    /// What was captured is a receipt.
    CapturedAsReceipt,
}

impl Refusal for RecordRefusal {
    type Code = RecordErrorCode;

    fn code(&self) -> RecordErrorCode {
        match self {
            Self::IdAlreadyUsed => RecordErrorCode::IdAlreadyUsed,
            Self::IdempotencyKeyReused => RecordErrorCode::IdempotencyKeyReused,
            Self::FormNeeded => RecordErrorCode::FormNeeded,
            Self::NoSuchQuestion => RecordErrorCode::NoSuchQuestion,
            Self::AnsweredTwice => RecordErrorCode::AnsweredTwice,
            Self::Text(TextProblem::TooLong(_)) => RecordErrorCode::TextTooLong,
            Self::Text(TextProblem::NotPlain) => RecordErrorCode::TextNotPlain,
            Self::TooManyAnswers => RecordErrorCode::TooManyAnswers,
            Self::TooManyRecords => RecordErrorCode::TooManyRecords,
            Self::NotYourRecord => RecordErrorCode::NotYourRecord,
            Self::HeadingNotValid => RecordErrorCode::HeadingNotValid,
            Self::InstanceNotValid => RecordErrorCode::InstanceNotValid,
            Self::NothingToConfirm => RecordErrorCode::NothingToConfirm,
            Self::WordsNeeded => RecordErrorCode::WordsNeeded,
            Self::AlreadyComplete => RecordErrorCode::AlreadyComplete,
            Self::NotAVersion => RecordErrorCode::NotAVersion,
            Self::AnotherPerson => RecordErrorCode::AnotherPerson,
            Self::TooManyCaptured => RecordErrorCode::TooManyCaptured,
            Self::CapturedAsReceipt => RecordErrorCode::CapturedAsReceipt,
        }
    }

    fn field(&self) -> &'static [&'static str] {
        match self {
            Self::IdAlreadyUsed | Self::NotYourRecord => &["recordId"],
            Self::IdempotencyKeyReused => &["idempotencyKey"],
            Self::FormNeeded | Self::TooManyRecords => &["begin"],
            Self::NoSuchQuestion => &["answers", "linkId"],
            Self::InstanceNotValid => &["answers", "instance"],
            Self::WordsNeeded => &["words"],
            Self::AlreadyComplete => &["recordId"],
            Self::NotAVersion => &["formId"],
            Self::AnotherPerson => &["begin", "personId"],
            Self::Text(_) | Self::HeadingNotValid | Self::NothingToConfirm => &["answers", "value"],
            Self::TooManyCaptured | Self::CapturedAsReceipt => &["answers", "value"],
            Self::AnsweredTwice | Self::TooManyAnswers => &["answers"],
        }
    }

    fn words(&self, language: Language) -> String {
        let (en, cy) = match self {
            Self::IdAlreadyUsed => return say_id_used(language),
            Self::IdempotencyKeyReused => return say_key_reused(language),
            Self::Text(problem) => return say_text(*problem, language),
            Self::FormNeeded => (
                "This record is new. Say in `begin` which form it is for.",
                "Mae'r cofnod hwn yn newydd. Dywedwch yn `begin` ar gyfer pa ffurflen.",
            ),
            Self::NoSuchQuestion => (
                "The form does not ask that. Take the linkId from the form's items.",
                "Nid yw'r ffurflen yn gofyn hynny. Cymerwch y linkId o eitemau'r ffurflen.",
            ),
            Self::AnsweredTwice => (
                "The same question is answered twice. Send one answer for each question.",
                "Atebwyd yr un cwestiwn ddwywaith. Anfonwch un ateb i bob cwestiwn.",
            ),
            Self::HeadingNotValid => (
                "A heading of your own has 1 to 80 characters, and a link id such as `own:1`.",
                "Mae gan bennawd eich hun 1 i 80 nod, a linkId megis `own:1`.",
            ),
            Self::InstanceNotValid => (
                "Name each one with at most 36 letters, figures and hyphens, and only in a part that repeats.",
                "Enwch bob un â hyd at 36 llythyren, ffigur a chysylltnod, a dim ond mewn rhan sy'n ailadrodd.",
            ),
            Self::NothingToConfirm => (
                "There is no such answer to keep, or it does not fit here. Answer afresh.",
                "Nid oes ateb o'r fath i'w gadw, neu nid yw'n ffitio yma. Atebwch o'r newydd.",
            ),
            Self::WordsNeeded => ("Write a few words.", "Ysgrifennwch ychydig eiriau."),
            Self::AlreadyComplete => (
                "This record is complete, so its form stays. You can still put answers right.",
                "Mae'r cofnod hwn yn gyflawn, felly erys ei ffurflen. Gallwch gywiro atebion o hyd.",
            ),
            Self::NotAVersion => (
                "Choose a newer version of this record's own form.",
                "Dewiswch fersiwn newydd o ffurflen y cofnod ei hun.",
            ),
            Self::AnotherPerson => (
                "This record is about somebody else. Begin a new one.",
                "Mae'r cofnod hwn am rywun arall. Dechreuwch un newydd.",
            ),
            Self::TooManyCaptured => (
                "Put at most 20 pictures in one answer. The others fit under a heading of your own.",
                "Rhowch 20 llun ar y mwyaf mewn un ateb. Mae lle i'r lleill o dan bennawd eich hun.",
            ),
            Self::CapturedAsReceipt => (
                "That is a receipt. Attach it to its spend, or capture it again as notes.",
                "Derbynneb yw honno. Atodwch hi i'w gwariant, neu cofnodwch hi eto fel nodiadau.",
            ),
            Self::TooManyAnswers => ("Send at most 60 answers at once.", "Anfonwch 60 ateb ar y mwyaf ar y tro."),
            Self::TooManyRecords => (
                "Twenty records are about this already. Add to one of them.",
                "Mae ugain cofnod am hyn eisoes. Ychwanegwch at un ohonynt.",
            ),
            Self::NotYourRecord => (
                "Only the person who began this record can answer in it.",
                "Dim ond y person a ddechreuodd y cofnod hwn all ateb ynddo.",
            ),
        };
        say(language, en, cy)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{reading, record::ANSWER_CHARS, refusal::MOST_WORDS};

    #[test]
    fn every_refusal_about_a_record_fits_on_a_phone_in_both_languages() {
        for refusal in [
            RecordRefusal::IdAlreadyUsed,
            RecordRefusal::IdempotencyKeyReused,
            RecordRefusal::FormNeeded,
            RecordRefusal::NoSuchQuestion,
            RecordRefusal::AnsweredTwice,
            RecordRefusal::Text(TextProblem::TooLong(ANSWER_CHARS)),
            RecordRefusal::TooManyAnswers,
            RecordRefusal::NotYourRecord,
            RecordRefusal::TooManyRecords,
            RecordRefusal::HeadingNotValid,
            RecordRefusal::InstanceNotValid,
            RecordRefusal::NothingToConfirm,
            RecordRefusal::WordsNeeded,
            RecordRefusal::AlreadyComplete,
            RecordRefusal::NotAVersion,
            RecordRefusal::AnotherPerson,
            RecordRefusal::TooManyCaptured,
            RecordRefusal::CapturedAsReceipt,
        ] {
            let [en, cy] = [Language::En, Language::Cy].map(|language| refusal.words(language));
            assert!(en.chars().count() <= MOST_WORDS && cy.chars().count() <= MOST_WORDS, "{en} / {cy}");
            reading::plain(&en);
            assert_ne!(en, cy);
        }
    }
}
