//! Text that people type: normalised, bounded in characters, and without characters that hide or
//! turn other characters around.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

/// Why a text cannot be kept as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TextProblem {
    /// Longer than this many characters.
    TooLong(usize),
    /// It has control, direction-changing or invisible characters.
    NotPlain,
}

/// A text in NFC, trimmed, of at most `most` characters; none where only white space is left.
/// Line breaks and tabs are allowed, other control characters and bidirectional controls are not.
pub fn plain(text: &str, most: usize) -> Result<Option<String>, TextProblem> {
    // Normalising a hostile text costs time, so a length no honest text reaches is refused first.
    if text.len() > most.saturating_mul(16).max(64) {
        return Err(TextProblem::TooLong(most));
    }
    if hides_something(text) {
        return Err(TextProblem::NotPlain);
    }
    let normal: String = text.trim().nfc().collect();
    if normal.chars().count() > most {
        return Err(TextProblem::TooLong(most));
    }
    Ok(Some(normal).filter(|text| !text.is_empty()))
}

/// A reason in words: a plain text of `least` to `most` characters. None where it is shorter, or where it says nothing,
/// as when one key is held down.
pub fn reason(text: &str, least: usize, most: usize) -> Result<Option<String>, TextProblem> {
    let long_enough = |text: &String| text.chars().count() >= least && says_something(text);
    Ok(plain(text, most)?.filter(long_enough))
}

/// Whether there are enough different letters for words.
fn says_something(text: &str) -> bool {
    /// Fewer than these are in no sentence, and in every key that is held down or hit again and again.
    const LETTERS: usize = 4;
    let letters: HashSet<char> = text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    letters.len() >= LETTERS
}

/// What is shown of a text that somebody else wrote: without characters that hide, trimmed, at most `most` characters.
pub fn shown(text: &str, most: usize) -> String {
    let plain: String = text.chars().filter(|c| !is_hidden(*c)).collect();
    plain.trim().chars().take(most).collect::<String>().trim_end().to_owned()
}

/// Whether a text has characters that hide, or that change how a reader sees the others.
pub fn hides_something(text: &str) -> bool {
    text.chars().any(is_hidden)
}

/// Characters that change how a reader sees the others. The joiners U+200C and U+200D stay,
/// because Welsh emoji and many scripts need them.
fn is_hidden(c: char) -> bool {
    (c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
        || matches!(c,
            '\u{061C}' | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{2028}' | '\u{2029}'
            | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}'
            | '\u{E0000}'..='\u{E007F}')
}

/// A text as it stands on a page in HTML, in a paragraph as in a quoted attribute.
pub fn escaped_for_html(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn ordinary_words_in_any_language_are_kept() {
        assert_eq!(plain("  Bws i'r ysbyty, tŷ Siân ", 40), Ok(Some("Bws i'r ysbyty, tŷ Siân".into())));
        assert_eq!(plain("زيارة الطبيب", 40), Ok(Some("زيارة الطبيب".into())));
        assert_eq!(plain("Ella e\u{301}", 40), Ok(Some("Ella é".into())));
        assert_eq!(plain(" \n ", 40), Ok(None));
    }

    #[test]
    fn characters_that_hide_or_turn_others_are_refused() {
        for text in ["a\u{0}b", "fare\u{202E}51.1", "zero\u{200B}width", "\u{FEFF}bom", "bell\u{7}", "\u{2066}x"] {
            assert_eq!(plain(text, 40), Err(TextProblem::NotPlain), "{text:?}");
        }
    }

    #[test]
    fn what_others_wrote_is_shown_without_what_hides() {
        assert_eq!(shown(" Caffi\u{202E} Siân\u{200B}\u{0} \n", 40), "Caffi Siân");
        assert_eq!(shown("one two", 4), "one");
    }

    #[test]
    fn length_is_counted_in_characters_not_bytes() {
        assert_eq!(plain(&"ŵ".repeat(140), 140), Ok(Some("ŵ".repeat(140))));
        assert_eq!(plain(&"a".repeat(141), 140), Err(TextProblem::TooLong(140)));
        assert_eq!(plain(&"x".repeat(10_000), 500), Err(TextProblem::TooLong(500)));
    }

    #[test]
    fn a_reason_is_in_words_and_no_key_held_down() {
        for words in ["Her mother rang from A&E", "Tad ar y ffordd", "她今天没有来学校，电话也没有人接"]
        {
            assert_eq!(reason(words, 10, 500), Ok(Some(words.into())), "{words}");
        }
        for nothing in
            ["", "short", "aaaaaaaaaaaaaaa", "AaAaAaAaAaAa", "..........", "x x x x x x x", "ababababab", "  why   "]
        {
            assert_eq!(reason(nothing, 10, 500), Ok(None), "{nothing}");
        }
        assert_eq!(reason(&"word ".repeat(101), 10, 500), Err(TextProblem::TooLong(500)));
        assert_eq!(reason("because\u{202E} of this", 10, 500), Err(TextProblem::NotPlain));
    }

    proptest! {
        #[test]
        fn what_is_kept_is_stable(text in "\\PC{0,60}") {
            if let Ok(Some(kept)) = plain(&text, 100) {
                prop_assert_eq!(plain(&kept, 100), Ok(Some(kept.clone())));
            }
        }
    }
}
