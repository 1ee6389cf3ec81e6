//! Enough of Rust's grammar to read a source file: words and signs with their lines, without comments and literals.

#[derive(Clone, Debug, PartialEq)]
pub struct Token {
    pub text: String,
    pub line: usize,
}

impl Token {
    pub fn is_word(&self) -> bool {
        self.text.starts_with(|it: char| it.is_alphabetic() || it == '_')
    }
}

/// The words and signs of a source. `::` is one sign, every other sign is one character.
pub fn read(source: &str) -> Vec<Token> {
    let text: Vec<char> = source.chars().collect();
    let (mut tokens, mut at, mut line) = (Vec::new(), 0, 1);

    while at < text.len() {
        let (end, kept) = next(&text, at);
        if kept {
            tokens.push(Token { text: text[at..end].iter().collect(), line });
        }
        line += text[at..end].iter().filter(|it| **it == '\n').count();
        at = end;
    }
    tokens
}

/// Where the thing that starts at `at` ends, and whether it is a token rather than space, comment or literal.
fn next(text: &[char], at: usize) -> (usize, bool) {
    let rest = &text[at..];
    match rest {
        ['/', '/', ..] => (at + length_while(rest, |it| it != '\n'), false),
        ['/', '*', ..] => (at + block_comment(rest), false),
        ['"', ..] => (at + quoted(rest, '"'), false),
        ['\'', '\\', ..] => (at + quoted(rest, '\''), false),
        ['\'', _, '\'', ..] => (at + 3, false),
        [':', ':', ..] => (at + 2, true),
        [it, ..] if it.is_whitespace() => (at + 1, false),
        [it, ..] if it.is_alphanumeric() || *it == '_' => word_or_literal(rest, at),
        _ => (at + 1, true),
    }
}

fn word_or_literal(rest: &[char], at: usize) -> (usize, bool) {
    let length = length_while(rest, |it| it.is_alphanumeric() || it == '_');
    let word: String = rest[..length].iter().collect();
    let after = &rest[length..];
    let hashes = length_while(after, |it| it == '#');

    match word.as_str() {
        "r" | "br" | "cr" if after.get(hashes) == Some(&'"') => (at + length + raw_string(after, hashes), false),
        "b" | "c" if after.first() == Some(&'"') => (at + length + quoted(after, '"'), false),
        "b" if after.first() == Some(&'\'') => (at + length + quoted(after, '\''), false),
        _ => (at + length, true),
    }
}

fn length_while(text: &[char], wanted: impl Fn(char) -> bool) -> usize {
    text.iter().take_while(|it| wanted(**it)).count()
}

fn quoted(text: &[char], quote: char) -> usize {
    let mut at = 1;
    while at < text.len() && text[at] != quote {
        at += if text[at] == '\\' { 2 } else { 1 };
    }
    (at + 1).min(text.len())
}

fn raw_string(text: &[char], hashes: usize) -> usize {
    let mut at = hashes + 1;
    while at < text.len() {
        at += 1;
        if text[at - 1] == '"' && length_while(&text[at..], |it| it == '#') >= hashes {
            return at + hashes;
        }
    }
    text.len()
}

fn block_comment(text: &[char]) -> usize {
    let (mut at, mut depth) = (0, 0);
    while at < text.len() {
        match &text[at..] {
            ['/', '*', ..] => (depth, at) = (depth + 1, at + 2),
            ['*', '/', ..] => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            return at;
        }
    }
    text.len()
}

/// The tokens without what is only built for tests.
pub fn without_tests(tokens: &[Token]) -> Vec<Token> {
    let (mut kept, mut at) = (Vec::new(), 0);
    while at < tokens.len() {
        if starts_with(&tokens[at..], &["#", "[", "cfg", "(", "test", ")", "]"]) {
            at = item_end(tokens, at + 7);
        } else {
            kept.push(tokens[at].clone());
            at += 1;
        }
    }
    kept
}

pub fn starts_with(tokens: &[Token], wanted: &[&str]) -> bool {
    tokens.len() >= wanted.len() && tokens.iter().zip(wanted).all(|(token, wanted)| token.text == *wanted)
}

/// Just past the item that starts here: past its `;`, or past the brace that closes its first block.
pub fn item_end(tokens: &[Token], from: usize) -> usize {
    let mut depth = 0;
    for (at, token) in tokens.iter().enumerate().skip(from) {
        match token.text.as_str() {
            "{" | "(" | "[" => depth += 1,
            ")" | "]" => depth -= 1,
            "}" if depth == 1 => return at + 1 + usize::from(starts_with(&tokens[at + 1..], &[";"])),
            "}" => depth -= 1,
            ";" if depth == 0 => return at + 1,
            _ => {}
        }
    }
    tokens.len()
}

mod tests {
    use super::*;

    fn words(source: &str) -> Vec<String> {
        read(source).into_iter().map(|it| it.text).collect()
    }

    #[test]
    fn comments_and_literals_say_nothing() {
        let source = r###"a // b
            /* c /* d */ e */ "f \" g" r#"h " i"# b"j" 'k' '\'' '\u{1F68C}' z"###;
        assert_eq!(words(source), ["a", "z"]);
    }

    #[test]
    fn a_lifetime_is_not_the_start_of_a_letter() {
        assert_eq!(words("&'a str, 'b: 'static"), ["&", "'", "a", "str", ",", "'", "b", ":", "'", "static"]);
    }

    #[test]
    fn every_word_knows_its_line() {
        let lines: Vec<usize> = read("a /*\n\n*/ b \"\n\" c\nd").into_iter().map(|it| it.line).collect();
        assert_eq!(lines, [1, 3, 4, 5]);
    }

    #[test]
    fn what_is_only_built_for_tests_is_left_out() {
        let source = "a #[cfg(test)] use b::{c, d}; e #[cfg(test)] #[path = \"x\"] mod f { fn g() { h } } i";
        let kept: Vec<String> = without_tests(&read(source)).into_iter().map(|it| it.text).collect();
        assert_eq!(kept, ["a", "e", "i"]);
    }
}
