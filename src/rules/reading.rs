//! How easily words are read, for the tests that ask it of everything we say: Rudolf Flesch's reading ease.

/// What everything said in English must reach: plain English.
pub const PLAIN: f64 = 60.0;

/// Flesch reading ease: 206.835, less 1.015 for every word of a sentence, less 84.6 for every syllable of a word.
/// An amount is read at a glance, so it counts as one syllable.
pub fn ease(text: &str) -> f64 {
    let words: Vec<_> = text.split([' ', '-', '/']).filter(|word| word.chars().any(char::is_alphanumeric)).collect();
    let ends = text.split(' ').filter(|word| word.ends_with(['.', '!', '?'])).count().max(1);
    let syllables: usize = words.iter().map(|word| syllables(word)).sum();
    let (words, ends, syllables) = (words.len() as f64, ends as f64, syllables as f64);
    206.835 - 1.015 * words / ends - 84.6 * syllables / words
}

/// Panics where English words are not plain.
#[track_caller]
pub fn plain(text: &str) {
    let ease = ease(text);
    assert!(ease >= PLAIN, "reading ease {ease:.0}: {text}");
}

/// Runs of vowels, without the endings that are written and not said.
fn syllables(word: &str) -> usize {
    if word.chars().any(|c| c.is_ascii_digit()) {
        return 1;
    }
    let letters: Vec<char> = word.to_lowercase().chars().filter(|c| c.is_alphabetic()).collect();
    let is_vowel = |c: char| "aeiouyâêîôûŵŷ".contains(c);
    let runs = letters.split(|c| !is_vowel(*c)).filter(|run| !run.is_empty()).count();
    let silent = match letters.as_slice() {
        [.., before, 'l', 'e'] if !is_vowel(*before) => false,
        [.., 'e', 'e'] => false,
        [.., 'e'] => true,
        [.., before, 'e', 'd'] => !matches!(before, 't' | 'd'),
        [.., before, 'e', 's'] => "bfgkmnprtvwd".contains(*before),
        _ => false,
    };
    (runs - usize::from(silent && runs > 0)).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn syllables_are_counted_as_they_are_said() {
        for (word, count) in [
            ("a", 1),
            ("fare", 1),
            ("asked", 1),
            ("decided", 3),
            ("people", 2),
            ("colleague", 2),
            ("authorised", 3),
            ("emergency", 4),
            ("£1,150.00", 1),
            ("twelve", 1),
            ("see", 1),
            ("used", 1),
            ("can't", 1),
            ("Siân", 1),
        ] {
            assert_eq!(syllables(word), count, "{word}");
        }
    }

    #[test]
    fn plain_words_are_plain_and_others_are_not() {
        assert!(ease("The cat sat on the mat.") > 100.0);
        assert!(
            ease("The cat sat on the mat. It was warm.") > ease("The cat sat on the mat because it was warm there.")
        );
        assert!(ease("Expenditure authorisation necessitates prior organisational consultation.") < 0.0);
    }
}
