//! A small lexer that measures text before anything recursive reads it: tokens and bracket nesting, nothing else.

use super::{Limits, Refused};

/// Refuses a document with too many tokens, brackets nested too deep, or text that never ends.
///
/// The library's parser is recursive and does not bound nested literals, so a deep one would overflow the stack.
/// This pass is a single loop over the bytes; it agrees with the parser on where comments and strings end, and what
/// it is unsure of it refuses, so no bracket can hide from it.
pub(super) fn measure_document(document: &str, limits: &Limits) -> Result<(), Refused> {
    let bytes = document.as_bytes();
    let (mut at, mut tokens, mut nesting) = (0, 0_usize, 0_usize);
    while let Some(&byte) = bytes.get(at) {
        let next = match byte {
            b' ' | b'\t' | b',' | b'\n' | b'\r' => {
                at += 1;
                continue;
            }
            b'#' => {
                at = end_of_comment(bytes, at);
                continue;
            }
            // The byte order mark is white space wherever it stands.
            0xEF if bytes[at..].starts_with("\u{feff}".as_bytes()) => {
                at += 3;
                continue;
            }
            b'"' => end_of_text(bytes, at).ok_or_else(|| unfinished(document, at))?,
            b'{' | b'[' | b'(' => {
                nesting += 1;
                if nesting > limits.nesting {
                    return Err(Refused::TooNested { limit: limits.nesting });
                }
                at + 1
            }
            b'}' | b']' | b')' => {
                nesting = nesting.saturating_sub(1);
                at + 1
            }
            b'.' if bytes[at..].starts_with(b"...") => at + 3,
            b'_' | b'a'..=b'z' | b'A'..=b'Z' => end_of_word(bytes, at),
            b'-' | b'0'..=b'9' => end_of_number(bytes, at),
            _ => at + 1,
        };
        tokens += 1;
        if tokens > limits.tokens {
            return Err(Refused::TooManyTokens { limit: limits.tokens });
        }
        at = next;
    }
    Ok(())
}

/// Refuses JSON text whose brackets nest deeper, or which holds more values, than the limits allow.
///
/// Whether it is JSON at all is left to the parser; this only makes the parser's work small and shallow.
///
/// # Errors
///
/// [`Refused::TooNested`] and [`Refused::TooManyValues`].
pub fn measure_json(text: &str, limits: &Limits) -> Result<(), Refused> {
    let bytes = text.as_bytes();
    let (mut at, mut values, mut nesting) = (0, 0_usize, 0_usize);
    while let Some(&byte) = bytes.get(at) {
        match byte {
            // A string that never ends holds no more brackets, and the parser says what is wrong with it.
            b'"' => match end_of_quoted(bytes, at, |_| false) {
                Some(end) => at = end - 1,
                None => return Ok(()),
            },
            b'{' | b'[' => {
                nesting += 1;
                values += 1;
            }
            b'}' | b']' => nesting = nesting.saturating_sub(1),
            b',' => values += 1,
            _ => {}
        }
        if nesting > limits.nesting {
            return Err(Refused::TooNested { limit: limits.nesting });
        }
        if values > limits.json_values {
            return Err(Refused::TooManyValues { limit: limits.json_values });
        }
        at += 1;
    }
    Ok(())
}

/// The one-based line and column of a byte, counted in characters as the parser counts them.
fn line_and_column(document: &str, at: usize) -> (usize, usize) {
    let before = document.get(..at).unwrap_or(document);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit(['\n', '\r']).next().map_or(0, |rest| rest.chars().count()) + 1;
    (line, column)
}

fn unfinished(document: &str, at: usize) -> Refused {
    let (line, column) = line_and_column(document, at);
    Refused::UnfinishedText { line, column }
}

fn end_of_comment(bytes: &[u8], start: usize) -> usize {
    end_while(bytes, start, |byte| !matches!(byte, b'\n' | b'\r'))
}

fn end_of_word(bytes: &[u8], start: usize) -> usize {
    end_while(bytes, start, |byte| byte == b'_' || byte.is_ascii_alphanumeric())
}

fn end_while(bytes: &[u8], start: usize, wanted: impl Fn(u8) -> bool) -> usize {
    bytes[start..].iter().position(|&byte| !wanted(byte)).map_or(bytes.len(), |length| start + length)
}

/// The end of a number; a dot belongs to it only before a digit, so that `1...rest` is two tokens.
fn end_of_number(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while let Some(&byte) = bytes.get(at) {
        let belongs = match byte {
            b'0'..=b'9' | b'e' | b'E' => true,
            b'.' => bytes.get(at + 1).is_some_and(u8::is_ascii_digit),
            b'+' | b'-' => matches!(bytes[at - 1], b'e' | b'E'),
            _ => false,
        };
        if !belongs {
            break;
        }
        at += 1;
    }
    at
}

/// The byte after a string or block string that starts here, or `None` when it never ends.
pub(super) fn end_of_text(bytes: &[u8], start: usize) -> Option<usize> {
    if bytes[start..].starts_with(br#"""""#) {
        end_of_block(bytes, start)
    } else {
        end_of_quoted(bytes, start, |byte| matches!(byte, b'\n' | b'\r'))
    }
}

fn end_of_block(bytes: &[u8], start: usize) -> Option<usize> {
    let mut at = start + 3;
    loop {
        match bytes.get(at)? {
            b'\\' if bytes[at + 1..].starts_with(br#"""""#) => at += 4,
            b'"' if bytes[at..].starts_with(br#"""""#) => return Some(at + 3),
            _ => at += 1,
        }
    }
}

fn end_of_quoted(bytes: &[u8], start: usize, ends_too_soon: impl Fn(u8) -> bool) -> Option<usize> {
    let mut at = start + 1;
    loop {
        match *bytes.get(at)? {
            b'"' => return Some(at + 1),
            byte if ends_too_soon(byte) => return None,
            // What an escape stands for does not matter here, only that an escaped quote ends nothing.
            b'\\' if !bytes.get(at + 1).is_some_and(|&byte| ends_too_soon(byte)) => at += 2,
            _ => at += 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measure(document: &str) -> Result<(), Refused> {
        measure_document(document, &Limits::default())
    }

    #[test]
    fn a_bracket_in_a_string_is_only_text() {
        assert_eq!(measure(&format!(r#"{{ a(b: "{}") }}"#, "{[(".repeat(100))), Ok(()));
    }

    #[test]
    fn a_bracket_in_a_block_string_is_only_text() {
        assert_eq!(measure(&format!(r#"{{ a(b: """{} " "" \""" {}""") }}"#, "[".repeat(99), "{".repeat(99))), Ok(()));
    }

    #[test]
    fn a_bracket_in_a_comment_is_only_text() {
        assert_eq!(measure(&format!("{{ # it's \" {}\r a }}", "{".repeat(99))), Ok(()));
    }

    #[test]
    fn an_escaped_quote_does_not_end_a_string() {
        assert_eq!(measure(&format!(r#"{{ a(b: "\" {} \\") }}"#, "{".repeat(99))), Ok(()));
    }

    #[test]
    fn an_escaped_backslash_does_not_hide_the_quote_after_it() {
        let hidden = format!(r#"{{ a(b: "\\", c: {}) }}"#, "[".repeat(99));
        assert_eq!(measure(&hidden), Err(Refused::TooNested { limit: 32 }));
    }

    #[test]
    fn an_empty_string_is_not_the_start_of_a_block() {
        let hidden = format!(r#"{{ a(b: "", c: {}) }}"#, "[".repeat(99));
        assert_eq!(measure(&hidden), Err(Refused::TooNested { limit: 32 }));
    }

    #[test]
    fn thirty_two_brackets_deep_is_allowed_and_thirty_three_is_not() {
        assert_eq!(measure(&"[".repeat(32)), Ok(()));
        assert_eq!(measure(&"[".repeat(33)), Err(Refused::TooNested { limit: 32 }));
        assert_eq!(measure(&"[]".repeat(500)), Ok(()));
    }

    #[test]
    fn text_that_never_ends_is_a_syntax_error_where_it_began() {
        assert_eq!(measure("{\n é(b: \"c\n\") }"), Err(Refused::UnfinishedText { line: 2, column: 7 }));
        assert_eq!(measure("{ a(b: \"\"\"c \\\"\"\" }"), Err(Refused::UnfinishedText { line: 1, column: 8 }));
        assert_eq!(measure("{ a(b: \"c\\"), Err(Refused::UnfinishedText { line: 1, column: 8 }));
    }

    #[test]
    fn the_two_thousand_and_first_token_is_refused() {
        assert_eq!(measure(&"a1,\u{feff}".repeat(2_000)), Ok(()));
        assert_eq!(measure(&"@".repeat(2_001)), Err(Refused::TooManyTokens { limit: 2_000 }));
    }

    #[test]
    fn numbers_and_dots_are_counted_apart() {
        let limits = Limits { tokens: 3, ..Limits::default() };
        assert_eq!(measure_document("-1.5e+3...rest", &limits), Ok(()));
        assert_eq!(measure_document("-1.5e+3...rest!", &limits), Err(Refused::TooManyTokens { limit: 3 }));
    }

    #[test]
    fn json_brackets_are_counted_outside_strings_only() {
        let limits = Limits::default();
        assert_eq!(measure_json(&format!(r#"{{"a":"\"{}"}}"#, "[".repeat(99)), &limits), Ok(()));
        assert_eq!(measure_json(&"[".repeat(60_000), &limits), Err(Refused::TooNested { limit: 32 }));
        assert_eq!(measure_json("\"\\", &limits), Ok(()));
    }

    #[test]
    fn a_json_list_of_too_many_values_is_refused() {
        let limits = Limits::default();
        let list = format!("[{}0]", "0,".repeat(limits.json_values));
        assert_eq!(measure_json(&list, &limits), Err(Refused::TooManyValues { limit: limits.json_values }));
    }
}
