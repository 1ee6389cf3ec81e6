//! Languages of a form's columns: by tag, by English name, or as they are called.

use crate::rules::{form::xlsform::clean, wording::FIRST};

/// Names that forms use, in lower case. Of several for one tag the first is written.
const NAMES: &[(&str, &str)] = &[
    ("english", "en"),
    ("welsh", "cy"),
    ("cymraeg", "cy"),
    ("albanian", "sq"),
    ("amharic", "am"),
    ("arabic", "ar"),
    ("bengali", "bn"),
    ("bulgarian", "bg"),
    ("chinese", "zh"),
    ("czech", "cs"),
    ("dari", "prs"),
    ("dutch", "nl"),
    ("french", "fr"),
    ("fran\u{e7}ais", "fr"),
    ("german", "de"),
    ("greek", "el"),
    ("gujarati", "gu"),
    ("hindi", "hi"),
    ("hungarian", "hu"),
    ("irish", "ga"),
    ("italian", "it"),
    ("kurdish", "ku"),
    ("lithuanian", "lt"),
    ("nepali", "ne"),
    ("pashto", "ps"),
    ("persian", "fa"),
    ("farsi", "fa"),
    ("polish", "pl"),
    ("portuguese", "pt"),
    ("punjabi", "pa"),
    ("romanian", "ro"),
    ("russian", "ru"),
    ("scottish gaelic", "gd"),
    ("slovak", "sk"),
    ("somali", "so"),
    ("spanish", "es"),
    ("espa\u{f1}ol", "es"),
    ("swahili", "sw"),
    ("tamil", "ta"),
    ("tigrinya", "ti"),
    ("turkish", "tr"),
    ("ukrainian", "uk"),
    ("urdu", "ur"),
    ("vietnamese", "vi"),
];

/// The tag of a language as a header or the settings name it: `Welsh (cy)`, `Welsh` and `cy` are all `cy`.
pub(super) fn tag(named: &str) -> String {
    let named = clean(named).to_lowercase();
    let in_brackets = named.strip_suffix(')').and_then(|rest| rest.rsplit_once('(')).map(|(_, tag)| clean(tag));
    let tag = match in_brackets.filter(|tag| is_tag(tag)) {
        Some(tag) => tag.to_owned(),
        None => match NAMES.iter().find(|(name, _)| *name == named) {
            Some((_, tag)) => (*tag).to_owned(),
            None => named.split_whitespace().collect::<Vec<_>>().join("-"),
        },
    };
    // English is English, wherever it is spoken.
    if tag.starts_with("en-") || tag.starts_with("en_") { FIRST.to_owned() } else { tag }
}

/// A language as a header names it.
pub(super) fn header(tag: &str) -> String {
    match NAMES.iter().find(|(_, known)| *known == tag) {
        Some((name, _)) => {
            let capital: String =
                name.chars().take(1).flat_map(char::to_uppercase).chain(name.chars().skip(1)).collect();
            format!("{capital} ({tag})")
        }
        None => tag.to_owned(),
    }
}

fn is_tag(text: &str) -> bool {
    (2..=35).contains(&text.len()) && text.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_is_known_by_tag_and_by_name() {
        for (named, is) in [
            ("English (en)", "en"),
            ("EN", "en"),
            ("English (en-GB)", "en"),
            ("Welsh", "cy"),
            (" cy\u{a0}", "cy"),
            ("Cymraeg (cy)", "cy"),
            ("Polski (pl)", "pl"),
            ("Klingon", "klingon"),
            ("Old Norse (western)", "western"),
            ("Old Norse", "old-norse"),
        ] {
            assert_eq!(tag(named), is, "{named}");
        }
        for (_, known) in NAMES {
            assert_eq!(tag(&header(known)), *known);
        }
        assert_eq!(tag(&header("tlh")), "tlh");
    }
}
