//! Records: why answers are not accepted, and the advice at the end. Advice never stops a record.

use busfare_entity::words::{AnswerProblem, Language, RecordErrorCode, RetryAdvice};

use super::{
    refusal::{Refusal, say, say_id_used, say_key_reused, say_text},
    text::TextProblem,
};

/// Most answers in one request: more than the largest form has questions.
pub const MOST_ANSWERS: usize = 60;
/// Most characters of any one answer, whatever its question allows; a longer answer than the question
/// allows is kept with its problem, one beyond this is not an answer.
pub const ANSWER_CHARS: usize = 4_000;

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
    /// Somebody answered in between.
    AnswerChanged,
    /// An answer cannot be stored.
    Text(TextProblem),
    /// More than [`MOST_ANSWERS`].
    TooManyAnswers,
    /// Somebody else wrote it.
    NotYourRecord,
    /// Twenty records are about the spend already.
    TooManyRecords,
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
            Self::AnswerChanged => RecordErrorCode::AnswerChanged,
            Self::Text(TextProblem::TooLong(_)) => RecordErrorCode::TextTooLong,
            Self::Text(TextProblem::NotPlain) => RecordErrorCode::TextNotPlain,
            Self::TooManyAnswers => RecordErrorCode::TooManyAnswers,
            Self::TooManyRecords => RecordErrorCode::TooManyRecords,
            Self::NotYourRecord => RecordErrorCode::NotYourRecord,
        }
    }

    fn field(&self) -> &'static [&'static str] {
        match self {
            Self::IdAlreadyUsed | Self::NotYourRecord => &["recordId"],
            Self::IdempotencyKeyReused => &["idempotencyKey"],
            Self::FormNeeded | Self::TooManyRecords => &["begin"],
            Self::NoSuchQuestion => &["answers", "linkId"],
            Self::AnswerChanged => &["answers", "baseRevision"],
            Self::Text(_) => &["answers", "value"],
            Self::AnsweredTwice | Self::TooManyAnswers => &["answers"],
        }
    }

    fn retry(&self) -> RetryAdvice {
        match self {
            Self::NotYourRecord => RetryAdvice::Never,
            _ => RetryAdvice::AfterChange,
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
            Self::AnswerChanged => (
                "This was answered on another device meanwhile. Look at both and send yours again.",
                "Atebwyd hwn ar ddyfais arall yn y cyfamser. Edrychwch ar y ddau ac anfonwch eich un chi eto.",
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

/// What would make a record better. It is complete all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Advice {
    /// A question that matters has neither an answer nor a reason for none.
    Unanswered,
    /// An answer was kept as it is, with its problem.
    Problem(AnswerProblem),
}

impl Advice {
    /// The advice in plain words.
    pub fn words(self, language: Language) -> String {
        let (en, cy) = match self {
            Self::Unanswered => (
                "Still open. Answer it, or say why not, whenever you like.",
                "Yn dal ar agor. Atebwch, neu dywedwch pam ddim, pryd bynnag y mynnwch.",
            ),
            Self::Problem(AnswerProblem::TooLong) => {
                ("Kept, and longer than it needs to be.", "Cadwyd, ac yn hirach nag sydd angen.")
            }
            Self::Problem(AnswerProblem::WrongKind) => {
                ("Kept, but not the kind of answer the question takes.", "Cadwyd, ond nid y math o ateb a ddisgwylir.")
            }
            Self::Problem(AnswerProblem::NotAChoice) => {
                ("Kept, but not one of the choices.", "Cadwyd, ond nid un o'r dewisiadau.")
            }
            Self::Problem(AnswerProblem::NotADate) => {
                ("Kept, but not a date that exists.", "Cadwyd, ond nid dyddiad sy'n bod.")
            }
        };
        say(language, en, cy)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{reading, refusal::MOST_WORDS};

    #[test]
    fn every_refusal_about_a_record_fits_on_a_phone_in_both_languages() {
        for refusal in [
            RecordRefusal::IdAlreadyUsed,
            RecordRefusal::IdempotencyKeyReused,
            RecordRefusal::FormNeeded,
            RecordRefusal::NoSuchQuestion,
            RecordRefusal::AnsweredTwice,
            RecordRefusal::AnswerChanged,
            RecordRefusal::Text(TextProblem::TooLong(ANSWER_CHARS)),
            RecordRefusal::TooManyAnswers,
            RecordRefusal::NotYourRecord,
            RecordRefusal::TooManyRecords,
        ] {
            let [en, cy] = [Language::En, Language::Cy].map(|language| refusal.words(language));
            assert!(en.chars().count() <= MOST_WORDS && cy.chars().count() <= MOST_WORDS, "{en} / {cy}");
            reading::plain(&en);
            assert_ne!(en, cy);
        }
    }

    #[test]
    fn every_advice_is_plain() {
        let problems =
            [AnswerProblem::TooLong, AnswerProblem::WrongKind, AnswerProblem::NotAChoice, AnswerProblem::NotADate];
        for advice in problems.map(Advice::Problem).into_iter().chain([Advice::Unanswered]) {
            reading::plain(&advice.words(Language::En));
        }
    }
}
