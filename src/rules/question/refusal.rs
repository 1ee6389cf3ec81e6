//! Why a question of the bank is not added or changed.

use busfare_entity::words::{Language, QuestionErrorCode};

use crate::rules::{
    refusal::{Refusal, say, say_id_used, say_key_reused, say_text},
    text::TextProblem,
};

/// Why a question of the bank is not added or changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QuestionRefusal {
    /// The id belongs to something else.
    IdAlreadyUsed,
    /// The key was used with another input.
    IdempotencyKeyReused,
    /// See [`super::code`].
    CodeNotValid,
    /// Another question has it.
    CodeTaken,
    /// There is no prompt, or no reason for asking.
    WordsNeeded,
    /// More than [`crate::rules::form::WHY_WORDS`] in a language.
    ReasonTooLong,
    /// A text cannot be stored.
    Text(TextProblem),
    /// The choices do not go with the kind.
    ChoicesNotValid,
    /// The limits do not go with the kind or with each other.
    BoundsNotValid,
    /// See [`super::retention`].
    RetentionNotValid,
    /// See [`super::review_day`].
    ReviewNotValid,
    /// The steward does not work here.
    NotAPractitioner,
    /// Somebody else answers for it.
    NotYourQuestion,
    /// The practice group does this.
    ForThePracticeGroup,
    /// It is not asked any more.
    Retired,
    /// Fewer than three characters of reason.
    WhyNeeded,
    /// None, or more than [`super::MOST_AT_ONCE`].
    TooMany,
    /// A practice group of nobody.
    NobodyLeft,
}

impl Refusal for QuestionRefusal {
    type Code = QuestionErrorCode;

    fn code(&self) -> QuestionErrorCode {
        match self {
            Self::IdAlreadyUsed => QuestionErrorCode::IdAlreadyUsed,
            Self::IdempotencyKeyReused => QuestionErrorCode::IdempotencyKeyReused,
            Self::CodeNotValid => QuestionErrorCode::CodeNotValid,
            Self::CodeTaken => QuestionErrorCode::CodeTaken,
            Self::WordsNeeded => QuestionErrorCode::WordsNeeded,
            Self::ReasonTooLong => QuestionErrorCode::ReasonTooLong,
            Self::Text(TextProblem::TooLong(_)) => QuestionErrorCode::TextTooLong,
            Self::Text(TextProblem::NotPlain) => QuestionErrorCode::TextNotPlain,
            Self::ChoicesNotValid => QuestionErrorCode::ChoicesNotValid,
            Self::BoundsNotValid => QuestionErrorCode::BoundsNotValid,
            Self::RetentionNotValid => QuestionErrorCode::RetentionNotValid,
            Self::ReviewNotValid => QuestionErrorCode::ReviewNotValid,
            Self::NotAPractitioner => QuestionErrorCode::NotAPractitioner,
            Self::NotYourQuestion => QuestionErrorCode::NotYourQuestion,
            Self::ForThePracticeGroup => QuestionErrorCode::ForThePracticeGroup,
            Self::Retired => QuestionErrorCode::Retired,
            Self::WhyNeeded => QuestionErrorCode::WhyNeeded,
            Self::TooMany => QuestionErrorCode::TooMany,
            Self::NobodyLeft => QuestionErrorCode::NobodyLeft,
        }
    }

    fn field(&self) -> &'static [&'static str] {
        match self {
            Self::IdempotencyKeyReused => &["idempotencyKey"],
            Self::CodeNotValid | Self::CodeTaken => &["code"],
            Self::WordsNeeded => &["prompt"],
            Self::ReasonTooLong => &["whyWeAsk"],
            Self::ChoicesNotValid => &["choices"],
            Self::BoundsNotValid => &["bounds"],
            Self::RetentionNotValid => &["retentionDays"],
            Self::ReviewNotValid => &["reviewOn"],
            Self::NotAPractitioner => &["stewardId"],
            Self::WhyNeeded => &["because"],
            Self::IdAlreadyUsed => &["questionId"],
            _ => &[],
        }
    }

    fn words(&self, language: Language) -> String {
        let (en, cy) = match self {
            Self::IdAlreadyUsed => return say_id_used(language),
            Self::IdempotencyKeyReused => return say_key_reused(language),
            Self::Text(problem) => return say_text(*problem, language),
            Self::CodeNotValid => (
                "Use lower-case letters, figures, hyphens and dots for the code, at most 80.",
                "Defnyddiwch lythrennau bach, ffigurau, cysylltnodau a dotiau i'r cod, 80 ar y mwyaf.",
            ),
            Self::CodeTaken => (
                "There is a question with this code already. Use it, or choose another code.",
                "Mae cwestiwn gyda'r cod hwn eisoes. Defnyddiwch ef, neu dewiswch god arall.",
            ),
            Self::WordsNeeded => (
                "Say in English what is asked, and why. Other languages can follow.",
                "Dywedwch yn Saesneg beth a ofynnir, a pham. Gall ieithoedd eraill ddilyn.",
            ),
            Self::ReasonTooLong => (
                "Say why it is asked in at most 25 words, in each language.",
                "Dywedwch pam y gofynnir mewn 25 gair ar y mwyaf, ym mhob iaith.",
            ),
            Self::ChoicesNotValid => (
                "A question for choices needs 1 to 200 of them, each once and with words. Others take none.",
                "Mae angen 1 i 200 o ddewisiadau, pob un unwaith a gyda geiriau. Nid yw cwestiynau eraill yn cymryd rhai.",
            ),
            Self::BoundsNotValid => (
                "These limits do not go with this kind of question, or with each other.",
                "Nid yw'r terfynau hyn yn mynd gyda'r math hwn o gwestiwn, na gyda'i gilydd.",
            ),
            Self::RetentionNotValid => (
                "Say for how many days answers are kept, from 1 to 36525.",
                "Dywedwch am sawl diwrnod y cedwir atebion, o 1 i 36525.",
            ),
            Self::ReviewNotValid => (
                "Choose a day to look at it again: from today on, within two years.",
                "Dewiswch ddiwrnod i edrych arno eto: o heddiw ymlaen, o fewn dwy flynedd.",
            ),
            Self::NotAPractitioner => {
                ("Choose a steward who works here now.", "Dewiswch stiward sy'n gweithio yma nawr.")
            }
            Self::NotYourQuestion => (
                "Only its steward or the practice group can change this. Ask one of them.",
                "Dim ond ei stiward neu'r grŵp ymarfer all newid hwn. Gofynnwch i un ohonynt.",
            ),
            Self::ForThePracticeGroup => (
                "Only the practice group can do this. Ask one of them.",
                "Dim ond y grŵp ymarfer all wneud hyn. Gofynnwch i un ohonynt.",
            ),
            Self::Retired => (
                "This question is retired. What was answered stays. Add a new question if you need one.",
                "Mae'r cwestiwn hwn wedi ymddeol. Mae'r atebion yn aros. Ychwanegwch un newydd os oes angen.",
            ),
            Self::WhyNeeded => ("Say why, in a few words.", "Dywedwch pam, mewn ychydig eiriau."),
            Self::TooMany => ("Name from 1 to 100 at once.", "Enwch o 1 i 100 ar y tro."),
            Self::NobodyLeft => {
                ("Leave at least one person in the practice group.", "Gadewch o leiaf un person yn y grŵp ymarfer.")
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
    fn every_refusal_about_a_question_fits_on_a_phone_in_both_languages() {
        use QuestionRefusal::{
            BoundsNotValid, ChoicesNotValid, CodeNotValid, CodeTaken, ForThePracticeGroup, IdAlreadyUsed,
            IdempotencyKeyReused, NobodyLeft, NotAPractitioner, NotYourQuestion, ReasonTooLong, RetentionNotValid,
            Retired, ReviewNotValid, Text, TooMany, WhyNeeded, WordsNeeded,
        };
        for refusal in [
            IdAlreadyUsed,
            IdempotencyKeyReused,
            CodeNotValid,
            CodeTaken,
            WordsNeeded,
            ReasonTooLong,
            Text(TextProblem::TooLong(500)),
            ChoicesNotValid,
            BoundsNotValid,
            RetentionNotValid,
            ReviewNotValid,
            NotAPractitioner,
            NotYourQuestion,
            ForThePracticeGroup,
            Retired,
            WhyNeeded,
            TooMany,
            NobodyLeft,
        ] {
            let [en, cy] = [Language::En, Language::Cy].map(|language| refusal.words(language));
            assert!(en.chars().count() <= MOST_WORDS && cy.chars().count() <= MOST_WORDS, "{en} / {cy}");
            reading::plain(&en);
            assert_ne!(en, cy);
        }
    }
}
