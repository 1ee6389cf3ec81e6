//! Refusals: a no with a reason from a closed list, in plain words, and what to do next.

use busfare_entity::words::{Language, RetryAdvice};

use super::{advice::Advised, text::TextProblem};

/// Most characters that the words of a refusal may have, so that they fit on a phone.
pub const MOST_WORDS: usize = 140;

/// A refusal of one family. The API turns it into a user error; nothing was changed.
pub trait Refusal {
    /// The family's closed list, which says what an offline queue should do.
    type Code: Advised;

    /// Which word of the list it is.
    fn code(&self) -> Self::Code;

    /// Which input field it is about, from the root of the input; empty where it is about none.
    fn field(&self) -> &'static [&'static str];

    /// What an offline queue should do with the request.
    fn retry(&self) -> RetryAdvice {
        self.code().advice()
    }

    /// Why, and what to do next: at most [`MOST_WORDS`] characters.
    fn words(&self, language: Language) -> String;
}

/// Picks the words of a language.
pub fn say(language: Language, en: impl Into<String>, cy: impl Into<String>) -> String {
    match language {
        Language::En => en.into(),
        Language::Cy => cy.into(),
    }
}

/// The words for a text that cannot be kept.
pub fn say_text(problem: TextProblem, language: Language) -> String {
    match problem {
        TextProblem::TooLong(most) => say(
            language,
            format!("That text is too long. Please keep it to {most} characters."),
            format!("Mae'r testun yn rhy hir. Cadwch ef o fewn {most} nod."),
        ),
        TextProblem::NotPlain => say(
            language,
            "That text has hidden characters in it. Please type it again.",
            "Mae nodau cudd neu nodau newid cyfeiriad yn y testun. Teipiwch ef eto.",
        ),
    }
}

/// The words for an id that belongs to something else.
pub fn say_id_used(language: Language) -> String {
    say(
        language,
        "That id is already used for something else. Make a new id and send it again.",
        "Mae'r id hwnnw eisoes ar waith. Gwnewch id newydd a'i anfon eto.",
    )
}

/// The words for a key that was used with another input.
pub fn say_key_reused(language: Language) -> String {
    say(
        language,
        "This idempotency key was used for a different request. Make a new key and send it again.",
        "Defnyddiwyd yr allwedd hon ar gyfer cais arall. Gwnewch allwedd newydd a'i anfon eto.",
    )
}
