//! Escapes of characters beyond the first 65,536, which the specification knows in two ways (September 2025, section 2.9.4)
//! and the library's parser in none. Each is written as a way that it does know before it reads the document.

use std::borrow::Cow;

use super::lexer::end_of_text;

/// The same document, where each `\u{…}` and each pair of surrogates within a string is a character or an escape of four
/// digits. What names no character stays, and the parser refuses it.
pub(super) fn rewritten(document: &str) -> Cow<'_, str> {
    let has = |escape: &str| document.contains(escape);
    if !(has("\\u{") || has("\\ud") || has("\\uD")) {
        return Cow::Borrowed(document);
    }
    let (mut written, mut rest) = (String::with_capacity(document.len()), document);
    while let Some(start) = rest.find(['"', '#']) {
        let bytes = rest.as_bytes();
        let is_comment = bytes[start] == b'#';
        let comment_end = || rest[start..].find(['\n', '\r']).map_or(rest.len(), |length| start + length);
        let end = if is_comment { comment_end() } else { end_of_text(bytes, start).unwrap_or(rest.len()) };
        written.push_str(&rest[..start]);
        if is_comment || rest[start..].starts_with(r#"""""#) {
            written.push_str(&rest[start..end]);
        } else {
            string(&rest[start..end], &mut written);
        }
        rest = &rest[end..];
    }
    written.push_str(rest);
    Cow::Owned(written)
}

fn string(text: &str, written: &mut String) {
    let mut rest = text;
    while let Some(start) = rest.find('\\') {
        written.push_str(&rest[..start]);
        rest = &rest[start..];
        let (character, length) = match in_braces(rest).or_else(|| pair(rest)) {
            Some((character, length)) => (Some(character), length),
            // The escape's own letter goes with it, as it may be a backslash.
            None => (None, 1 + rest[1..].chars().next().map_or(0, char::len_utf8)),
        };
        match character {
            Some(character) if u32::from(character) < 0x1_0000 => {
                written.push_str(&format!("\\u{:04X}", u32::from(character)));
            }
            Some(character) => written.push(character),
            None => written.push_str(&rest[..length]),
        }
        rest = &rest[length..];
    }
    written.push_str(rest);
}

/// `\u{1F600}`: its character and its length.
fn in_braces(text: &str) -> Option<(char, usize)> {
    let (digits, _) = text.strip_prefix("\\u{")?.split_once('}')?;
    let character = char::from_u32(hexadecimal(digits)?)?;
    Some((character, digits.len() + 4))
}

/// `\uD83D\uDE00`: its character and its length.
fn pair(text: &str) -> Option<(char, usize)> {
    let unit = |text: &str| u16::try_from(hexadecimal(text.strip_prefix("\\u")?.get(..4)?)?).ok();
    let units = [unit(text)?, unit(text.get(6..)?)?];
    let character = char::decode_utf16(units).next()?.ok()?;
    (u32::from(character) >= 0x1_0000).then_some((character, 12))
}

fn hexadecimal(digits: &str) -> Option<u32> {
    let all = !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    all.then(|| u32::from_str_radix(digits, 16).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use async_graphql_parser::parse_query;

    use super::*;

    #[test]
    fn escapes_of_any_character_are_read() {
        for (document, same) in [
            (r#"{ a(b: "\u{1F600}\uD83D\uDE00") }"#, "{ a(b: \"😀😀\") }"),
            (r#"{ a(b: "\u{41} \u{22}\ud83d\ude00\n") }"#, r#"{ a(b: "\u0041 \u0022😀\n") }"#),
            (r#"{ a(b: "\u{0000041}") }"#, r#"{ a(b: "\u0041") }"#),
        ] {
            assert_eq!(rewritten(document), same);
            assert!(parse_query(rewritten(document)).is_ok(), "{document}");
        }
    }

    #[test]
    fn what_is_no_escape_stays() {
        for document in [
            r#"{ a(b: "\\u{41}") }"#,
            r#"{ a(b: """\u{41}""") } # "\u{41}"#,
            r#"{ a } # \uD83D\uDE00"#,
            r#"{ a(b: "\u0041\u{D800}\u{110000}\u{}\u{zz}\u{+41}\uD83D\u0041\uDE00\uD83D") }"#,
            "{ a(b: \"\\u{41",
            "\\u{\"\\",
        ] {
            assert_eq!(rewritten(document), document);
        }
    }
}
