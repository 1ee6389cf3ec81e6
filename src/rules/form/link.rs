//! Link ids: what answers hang on, in one version of a form after the other.

use sha2::{Digest, Sha256};

/// Longest link id, in characters.
pub const LINK_ID_CHARS: usize = 160;

/// Whether this may be a link id: lower-case letters of English, figures, hyphens and, between parts, slashes.
pub fn is_link_id(text: &str) -> bool {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '/';
    (1..=LINK_ID_CHARS).contains(&text.len()) && text.chars().all(fits)
}

/// A link id out of words. Words that differ have link ids that differ, but for their capitals, spaces and punctuation.
pub fn link_id(text: &str) -> String {
    /// Enough to recognise it by.
    const READABLE: usize = 40;
    let mut slug = String::new();
    for letter in text.chars() {
        match letter {
            _ if letter.is_ascii_alphanumeric() => slug.push(letter.to_ascii_lowercase()),
            '\'' | '\u{2019}' => {}
            _ if slug.is_empty() || slug.ends_with('-') => {}
            _ => slug.push('-'),
        }
    }
    let slug = slug.trim_end_matches('-');
    if slug.len() <= READABLE && !slug.is_empty() && text.is_ascii() {
        return slug.to_owned();
    }
    // What was cut off, or has no letter of English, still tells it apart.
    let plain: String = text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    let digest = Sha256::digest(plain);
    let short: String = slug.chars().take(READABLE).collect();
    format!("{}-{:02x}{:02x}{:02x}{:02x}", short.trim_end_matches('-'), digest[0], digest[1], digest[2], digest[3])
        .trim_start_matches('-')
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_id_is_made_of_any_words_and_tells_them_apart() {
        assert_eq!(link_id("Who are your key contacts?"), "who-are-your-key-contacts");
        assert_eq!(link_id("Carer's social care ID"), "carers-social-care-id");
        let long = "Please tell us everything that matters about how you get about at home";
        for text in [long, "Beth sy'n bwysig i chi, a phwy arall sydd ŵ?", "что важно?", "???", ""] {
            let id = link_id(text);
            assert!(is_link_id(&id), "{text}: {id}");
            assert_ne!(id, link_id(&format!("{text} today")));
        }
        assert_ne!(link_id(long), link_id(&format!("{long} and away")));
    }
}
