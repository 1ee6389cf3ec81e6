//! What callers are told of errors, in English and in Welsh. The sentences stand in two catalogues of Project Fluent's
//! syntax (`messages/en.ftl` and `messages/cy.ftl`), and the code names them; which of the two is told is decided where an
//! answer is written.

use std::sync::LazyLock;

use busfare_entity::words::Language;
use fluent_bundle::{FluentArgs, FluentResource, concurrent::FluentBundle};

const ENGLISH: &str = include_str!("messages/en.ftl");
const WELSH: &str = include_str!("messages/cy.ftl");

/// Something to tell a caller, in whichever language she reads.
#[derive(Debug, Clone)]
pub struct Message(Said);

#[derive(Debug, Clone)]
enum Said {
    /// A sentence of the catalogues, with what stands in its places.
    Sentence { name: &'static str, places: Vec<(&'static str, String)> },
    /// Words that are written elsewhere, as those of a refusal are.
    Words { en: String, cy: String },
}

impl Message {
    /// Words that some other list has in both languages.
    pub fn in_both(words: impl Fn(Language) -> String) -> Self {
        Self(Said::Words { en: words(Language::En), cy: words(Language::Cy) })
    }

    /// The words in a language, at most 140 characters.
    #[must_use]
    pub fn told_in(&self, language: Language) -> String {
        match (&self.0, language) {
            (Said::Sentence { name, places }, language) => filled(language, name, places),
            (Said::Words { en, .. }, Language::En) => en.clone(),
            (Said::Words { cy, .. }, Language::Cy) => cy.clone(),
        }
    }

    /// Only [`message!`] calls this, which has looked whether the catalogues have such a sentence.
    pub(crate) fn of_catalogues(name: &'static str, places: Vec<(&'static str, String)>) -> Self {
        Self(Said::Sentence { name, places })
    }
}

/// A sentence of the catalogues, by its name and with what stands in its places: `message!("first-out-of-range", most = 100)`.
/// It does not compile unless there is a sentence of that name with those places and no others.
macro_rules! message {
    ($name:literal $(, $place:ident = $value:expr)*) => {{
        const {
            let is_known = $crate::api::messages::is_known($name, &[$(stringify!($place)),*]);
            assert!(is_known, "en.ftl has no sentence of that name with those places and no others");
        };
        $crate::api::messages::Message::of_catalogues($name, vec![$((stringify!($place), $value.to_string())),*])
    }};
}
pub(crate) use message;

/// Whether the English catalogue has a sentence of this name, with these places and no others. It is asked while compiling;
/// that the Welsh one has the same is asked by a test.
pub(crate) const fn is_known(name: &str, places: &[&str]) -> bool {
    let (catalogue, name) = (ENGLISH.as_bytes(), name.as_bytes());
    let mut line = 0;
    while line < catalogue.len() {
        if stands(catalogue, line, name) && stands(catalogue, line + name.len(), b" = ") {
            return has_places(catalogue, line, places);
        }
        while line < catalogue.len() && catalogue[line] != b'\n' {
            line += 1;
        }
        line += 1;
    }
    false
}

/// Whether a sentence, which ends with its line, has these places and no others.
const fn has_places(catalogue: &[u8], mut at: usize, places: &[&str]) -> bool {
    let mut found = 0;
    while at < catalogue.len() && catalogue[at] != b'\n' {
        if stands(catalogue, at, b"{ $") {
            let mut which = 0;
            while which < places.len() && !is_place(catalogue, at, places[which].as_bytes()) {
                which += 1;
            }
            if which == places.len() {
                return false;
            }
            found |= 1 << which;
        }
        at += 1;
    }
    found == (1_u32 << places.len()) - 1
}

const fn is_place(catalogue: &[u8], at: usize, name: &[u8]) -> bool {
    stands(catalogue, at + 3, name) && stands(catalogue, at + 3 + name.len(), b" }")
}

const fn stands(catalogue: &[u8], at: usize, words: &[u8]) -> bool {
    let mut n = 0;
    while n < words.len() {
        if at + n >= catalogue.len() || catalogue[at + n] != words[n] {
            return false;
        }
        n += 1;
    }
    true
}

type Catalogue = FluentBundle<FluentResource>;

fn filled(language: Language, name: &str, places: &[(&str, String)]) -> String {
    static IN_ENGLISH: LazyLock<Catalogue> = LazyLock::new(|| read("en", ENGLISH));
    static IN_WELSH: LazyLock<Catalogue> = LazyLock::new(|| read("cy", WELSH));
    let catalogue = match language {
        Language::En => &*IN_ENGLISH,
        Language::Cy => &*IN_WELSH,
    };
    let Some(sentence) = catalogue.get_message(name).and_then(|message| message.value()) else {
        return name.to_owned();
    };
    let places: FluentArgs<'_> = places.iter().map(|(place, value)| (*place, value.as_str())).collect();
    // Nothing can fail to be filled in: `message!` has compared the places.
    catalogue.format_pattern(sentence, Some(&places), &mut Vec::new()).into_owned()
}

fn read(language: &str, text: &str) -> Catalogue {
    let mut catalogue = Catalogue::new_concurrent(language.parse().into_iter().collect());
    // Marks around what is filled in would show on a phone as boxes, and both languages are written from left to right.
    catalogue.set_use_isolating(false);
    let sentences = FluentResource::try_new(text.to_owned()).unwrap_or_else(|(readable, _mistakes)| readable);
    catalogue.add_resource_overriding(sentences);
    catalogue
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::rules::{reading, refusal::MOST_WORDS};

    /// The one sentence that is none: apps look for this very word.
    const A_WORD: &str = "persisted-query-not-found";

    /// The sentences of a catalogue in order: their names, and their words as they are written there.
    fn sentences(catalogue: &str) -> Vec<(&str, &str)> {
        let written = catalogue.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
        written.map(|line| line.split_once(" = ").expect(line)).collect()
    }

    fn places(written: &str) -> BTreeSet<&str> {
        written.split("{ $").skip(1).filter_map(|rest| rest.split_once(" }")).map(|(place, _)| place).collect()
    }

    /// A sentence with the longest that may stand in its places.
    fn longest(language: Language, name: &str, written: &str) -> String {
        let places: Vec<_> = places(written)
            .into_iter()
            .map(|place| match place {
                "name" => (place, format!("{}...", "n".repeat(40))),
                "field" => ("field", "Mutation.answerDuplicateQuestion".to_owned()),
                "scope" => ("scope", "DIRECTORY_READ".to_owned()),
                "value" => ("value", "input.answers.0.value".to_owned()),
                "kind" => ("kind", "DateTime".to_owned()),
                "cost" => ("cost", u32::MAX.to_string()),
                number => (number, "1000000".to_owned()),
            })
            .collect();
        filled(language, name, &places)
    }

    #[test]
    fn both_catalogues_are_read_to_the_last_sentence() {
        for text in [ENGLISH, WELSH] {
            let read = FluentResource::try_new(text.to_owned()).map_err(|(_, mistakes)| mistakes).unwrap();
            assert!(Catalogue::new_concurrent(Vec::new()).add_resource(read).is_ok(), "a name stands there twice");
        }
    }

    #[test]
    fn both_catalogues_have_the_same_sentences_in_the_same_order_with_the_same_places() {
        let [english, welsh] = [ENGLISH, WELSH]
            .map(|text| sentences(text).into_iter().map(|(name, written)| (name, places(written))).collect::<Vec<_>>());
        assert_eq!(english, welsh);
        assert!(english.len() > 100);
    }

    #[test]
    fn every_sentence_fits_on_a_phone_in_both_languages() {
        for (name, written) in sentences(ENGLISH) {
            let [en, cy] = [Language::En, Language::Cy].map(|language| longest(language, name, written));
            assert!(en.chars().count() <= MOST_WORDS && cy.chars().count() <= MOST_WORDS, "{en} / {cy}");
            assert!(!en.contains(['{', '\u{2068}']) || name == "table-days-not-valid", "{en}");
            assert_eq!(en == cy, name == A_WORD, "{en}");
        }
    }

    #[test]
    fn every_sentence_is_plain() {
        for (name, written) in sentences(ENGLISH).into_iter().filter(|(name, _)| *name != A_WORD) {
            let places: Vec<_> = places(written).into_iter().map(|place| (place, "1".to_owned())).collect();
            let told = filled(Language::En, name, &places);
            // What is quoted is read at a glance, as an amount is.
            let glanced: Vec<_> =
                told.split('`').enumerate().map(|(n, part)| if n % 2 == 1 { "1" } else { part }).collect();
            reading::plain(&glanced.concat());
        }
    }

    #[test]
    fn a_message_says_what_stands_in_its_places_in_either_language() {
        let message = message!("too-costly", cost = 12_345, limit = 10_000);
        let [en, cy] = [Language::En, Language::Cy].map(|language| message.told_in(language));
        assert!(en.starts_with("This would cost 12345, and one request may cost 10000."), "{en}");
        assert!(cy.starts_with("Byddai hyn yn costio 12345, a chaiff un cais gostio 10000."), "{cy}");
    }

    #[test]
    fn only_what_is_written_in_the_catalogue_is_known() {
        assert!(is_known("too-costly", &["limit", "cost"]) && is_known("not-found", &[]));
        for (name, places) in [
            ("too", &[][..]),
            ("costly", &[]),
            ("found", &[]),
            ("too-costly", &[]),
            ("too-costly", &["cost"]),
            ("too-costly", &["cost", "limit", "more"]),
            ("too-costly", &["cost", "lim"]),
            ("not-found", &["id"]),
        ] {
            assert!(!is_known(name, places), "{name} {places:?}");
        }
    }
}
