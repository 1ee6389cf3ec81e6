//! Wording: what people read, in every language that somebody has put it into. English comes first; a translation keeps
//! the English it was made from, so that a changed English is seen to have left it behind.

use std::collections::BTreeMap;

use busfare_entity::words::Language;
use serde::{Deserialize, Serialize};

/// The language that everything is written in first.
pub const FIRST: &str = "en";

/// The BCP 47 tag of a language that the council works in.
pub fn tag(language: Language) -> &'static str {
    match language {
        Language::En => FIRST,
        Language::Cy => "cy",
    }
}

/// The same words in every language that there is, by BCP 47 tag in lower case.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wording {
    /// In English.
    pub en: String,
    /// In other languages.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub others: BTreeMap<String, Translation>,
}

/// Words in another language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Translation {
    /// The words.
    pub text: String,
    /// The English that they say.
    pub of: String,
}

/// How a translation stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It says what the English says.
    Ready,
    /// The English has changed since.
    Stale,
    /// There is none.
    Missing,
}

impl Wording {
    /// Words in English alone.
    pub fn english(en: impl Into<String>) -> Self {
        Self { en: en.into(), others: BTreeMap::new() }
    }

    /// The same with a translation that says what the English says now.
    #[must_use]
    pub fn with(mut self, language: impl Into<String>, text: impl Into<String>) -> Self {
        let (language, text, of) = (language.into(), text.into(), self.en.clone());
        if !text.is_empty() && language != FIRST {
            self.others.insert(language, Translation { text, of });
        }
        self
    }

    /// The same with other English. What was translated stays, and is stale where the words have changed.
    #[must_use]
    pub fn reworded(self, en: impl Into<String>) -> Self {
        Self { en: en.into(), ..self }
    }

    /// The words in a language, or in English where nobody has put them into it.
    pub fn said_in(&self, language: &str) -> &str {
        self.others.get(language).map_or(&self.en, |translation| &translation.text)
    }

    /// How the words stand in a language. Where there are none in English there is nothing to translate.
    pub fn standing(&self, language: &str) -> Standing {
        match self.others.get(language) {
            _ if language == FIRST || self.en.is_empty() => Standing::Ready,
            Some(translation) if translation.of == self.en => Standing::Ready,
            Some(_) => Standing::Stale,
            None => Standing::Missing,
        }
    }

    /// Whether there is nothing to read.
    pub fn is_empty(&self) -> bool {
        self.en.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_english_leaves_its_translations_behind_and_loses_none() {
        let first = Wording::english("What was it for?").with("cy", "Ar gyfer beth oedd hwn?");
        assert_eq!((first.standing("cy"), first.standing("pl")), (Standing::Ready, Standing::Missing));
        assert_eq!((first.said_in("cy"), first.said_in("pl")), ("Ar gyfer beth oedd hwn?", "What was it for?"));

        let second = first.clone().reworded("What did you buy?");
        assert_eq!((second.standing("en"), second.standing("cy")), (Standing::Ready, Standing::Stale));
        assert_eq!(second.said_in("cy"), "Ar gyfer beth oedd hwn?");
        assert_eq!(second.clone().with("cy", "Beth brynoch chi?").standing("cy"), Standing::Ready);
        // Whoever takes the change back has a translation that is right again.
        assert_eq!(second.reworded("What was it for?"), first);
    }
}
