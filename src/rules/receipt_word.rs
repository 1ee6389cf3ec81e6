//! Words of receipts as they are searched for: folded, so that neither capitals nor accents matter, and long enough to
//! say something.

use std::collections::BTreeSet;

use unicode_normalization::UnicodeNormalization;

/// Shorter words say nothing.
const LEAST_CHARS: usize = 3;
/// Longer words are cut off there.
const MOST_CHARS: usize = 40;
/// Most different words of one receipt that can be searched for.
const MOST_WORDS: usize = 600;
/// Most characters that somebody may search for.
pub const MOST_SOUGHT_CHARS: usize = 100;
/// Most characters that are looked at.
const MOST_TEXT: usize = 200_000;

/// The different words of a text, folded.
pub fn words(text: &str) -> BTreeSet<String> {
    let end = text.char_indices().nth(MOST_TEXT).map_or(text.len(), |(end, _)| end);
    let plain: String = text[..end].nfkd().filter(|c| !unicode_normalization::char::is_combining_mark(*c)).collect();
    plain
        .split(|c: char| !c.is_alphanumeric() && !matches!(c, '\'' | '’'))
        .map(|word| {
            word.chars()
                .filter(|c| c.is_alphanumeric())
                .flat_map(char::to_lowercase)
                .take(MOST_CHARS)
                .collect::<String>()
        })
        .filter(|word| word.chars().count() >= LEAST_CHARS)
        .take(MOST_WORDS * 4)
        .collect::<BTreeSet<_>>()
        .into_iter()
        .take(MOST_WORDS)
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn capitals_accents_and_short_words_do_not_matter() {
        let found: Vec<_> =
            words("Siop y Bont, CAFÉ Tŷ-Gwyn: Sainsbury's £1.15 at 14:05 & 123456").into_iter().collect();
        assert_eq!(found, ["123456", "bont", "cafe", "gwyn", "sainsburys", "siop"]);
        assert!(words("a ab £ 1").is_empty());
    }

    proptest! {
        #[test]
        fn whatever_a_machine_reads_has_few_and_folded_words(text in "\\PC{0,400}") {
            let found = words(&text);
            prop_assert!(found.len() <= MOST_WORDS);
            for word in &found {
                prop_assert!((LEAST_CHARS..=MOST_CHARS * 3).contains(&word.chars().count()));
                prop_assert!(words(word).iter().all(|again| again.chars().count() <= MOST_CHARS * 3));
            }
        }
    }
}
