//! Expressions: the part of XPath that conditions and constraints of forms are written in, read by hand and never evaluated.

use std::str::FromStr;

use rust_decimal::Decimal;

use super::shown;
use crate::rules::logic::Operator;

/// Longest expression that is read, in characters.
const LONGEST: usize = 4_000;
/// Deepest nesting of one, brackets and functions together.
const DEEPEST: usize = 24;

/// An expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Expression {
    /// The answer to another question, by its name.
    Answer(String),
    /// The answer to the question itself.
    This,
    Text(String),
    Number(Decimal),
    Call(String, Vec<Expression>),
    Compare(Box<Expression>, Operator, Box<Expression>),
    And(Vec<Expression>),
    Or(Vec<Expression>),
}

/// Reads an expression; else one sentence about what in it is not understood.
pub(super) fn read(text: &str) -> Result<Expression, String> {
    if text.chars().count() > LONGEST {
        return Err(format!("This is longer than {LONGEST} characters; say it in fewer parts."));
    }
    let tokens = tokens(text)?;
    let mut parser = Parser { tokens: &tokens, at: 0, depth: 0 };
    let expression = parser.either()?;
    match parser.peek() {
        None => Ok(expression),
        Some(token) => Err(format!("{} is not expected here.", token.named())),
    }
}

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Answer(String),
    Text(String),
    Number(Decimal),
    Word(String),
    Operator(Operator),
    Open,
    Close,
    Comma,
    Dot,
    Minus,
}

impl Token {
    fn named(&self) -> String {
        match self {
            Self::Answer(name) => format!("`${{{}}}`", shown(name)),
            Self::Text(text) => format!("'{}'", shown(text)),
            Self::Number(number) => format!("`{number}`"),
            Self::Word(word) => format!("`{}`", shown(word)),
            Self::Operator(_) => "A comparison".to_owned(),
            Self::Open => "`(`".to_owned(),
            Self::Close => "`)`".to_owned(),
            Self::Comma => "`,`".to_owned(),
            Self::Dot => "`.`".to_owned(),
            Self::Minus => "`-`".to_owned(),
        }
    }
}

fn tokens(text: &str) -> Result<Vec<Token>, String> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let (token, length) = token(first, rest)?;
        tokens.push(token);
        rest = rest[length..].trim_start();
    }
    Ok(tokens)
}

/// The first token of what is left, and how many bytes it takes.
fn token(first: char, rest: &str) -> Result<(Token, usize), String> {
    let two = rest.as_bytes().get(1).copied();
    let plain = |token| Ok((token, first.len_utf8()));
    match first {
        '$' => {
            let named = rest.strip_prefix("${").and_then(|rest| rest.split_once('}'));
            let Some((name, _)) = named else { return Err("A `$` begins a name such as `${name}`.".to_owned()) };
            Ok((Token::Answer(name.trim().to_owned()), name.len() + 3))
        }
        '\'' | '"' => quoted(rest, first, first),
        '\u{2018}' | '\u{2019}' => quoted(rest, '\u{2019}', '\u{2018}'),
        '\u{201c}' | '\u{201d}' => quoted(rest, '\u{201d}', '\u{201c}'),
        '(' => plain(Token::Open),
        ')' => plain(Token::Close),
        ',' => plain(Token::Comma),
        '=' => plain(Token::Operator(Operator::Equal)),
        '!' if two == Some(b'=') => Ok((Token::Operator(Operator::NotEqual), 2)),
        '<' if two == Some(b'=') => Ok((Token::Operator(Operator::AtMost), 2)),
        '>' if two == Some(b'=') => Ok((Token::Operator(Operator::AtLeast), 2)),
        '<' => plain(Token::Operator(Operator::Less)),
        '>' => plain(Token::Operator(Operator::Greater)),
        '\u{2264}' => plain(Token::Operator(Operator::AtMost)),
        '\u{2265}' => plain(Token::Operator(Operator::AtLeast)),
        '\u{2260}' => plain(Token::Operator(Operator::NotEqual)),
        '-' => plain(Token::Minus),
        '.' if two.is_none_or(|next| !next.is_ascii_digit() && next != b'.') => plain(Token::Dot),
        '0'..='9' => number(rest),
        '.' if two.is_some_and(|next| next.is_ascii_digit()) => number(rest),
        _ if first.is_alphabetic() || first == '_' => {
            let fits = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '-' | '.' | ':');
            let length = rest.find(|letter| !fits(letter)).unwrap_or(rest.len());
            Ok((Token::Word(rest[..length].to_owned()), length))
        }
        '/' | '.' => Err("Paths are not read here; name a question as `${name}`.".to_owned()),
        '+' | '*' => Err("Nothing is calculated here; compare an answer with a value.".to_owned()),
        other => Err(format!("`{}` is not understood here.", shown(&other.to_string()))),
    }
}

fn quoted(rest: &str, close: char, also: char) -> Result<(Token, usize), String> {
    let start = rest.chars().next().map_or(0, char::len_utf8);
    match rest[start..].find([close, also]) {
        Some(length) => {
            let end = rest[start + length..].chars().next().map_or(0, char::len_utf8);
            Ok((Token::Text(rest[start..start + length].to_owned()), start + length + end))
        }
        None => Err("A quotation mark is not closed.".to_owned()),
    }
}

fn number(rest: &str) -> Result<(Token, usize), String> {
    let length = rest.find(|letter: char| !letter.is_ascii_digit() && letter != '.').unwrap_or(rest.len());
    let written = &rest[..length];
    match Decimal::from_str(written.strip_suffix('.').unwrap_or(written)) {
        Ok(number) => Ok((Token::Number(number), length)),
        Err(_) => Err(format!("`{}` is no number.", shown(written))),
    }
}

struct Parser<'a> {
    tokens: &'a [Token],
    at: usize,
    depth: usize,
}

impl Parser<'_> {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn takes(&mut self, token: &Token) -> bool {
        let same = self.peek() == Some(token);
        self.at += usize::from(same);
        same
    }

    fn takes_word(&mut self, word: &str) -> bool {
        let same = matches!(self.peek(), Some(Token::Word(written)) if written == word);
        self.at += usize::from(same);
        same
    }

    fn either(&mut self) -> Result<Expression, String> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err("This has more brackets in brackets than anybody can read; say it in fewer parts.".to_owned());
        }
        let mut parts = vec![self.both()?];
        while self.takes_word("or") {
            parts.push(self.both()?);
        }
        self.depth -= 1;
        Ok(one_or(parts, Expression::Or))
    }

    fn both(&mut self) -> Result<Expression, String> {
        let mut parts = vec![self.comparison()?];
        while self.takes_word("and") {
            parts.push(self.comparison()?);
        }
        Ok(one_or(parts, Expression::And))
    }

    fn comparison(&mut self) -> Result<Expression, String> {
        let left = self.value()?;
        let Some(Token::Operator(operator)) = self.peek().cloned() else { return Ok(left) };
        self.at += 1;
        let right = self.value()?;
        match self.peek() {
            Some(Token::Operator(_)) => {
                Err("Two comparisons in a row are not understood; join them by `and`.".to_owned())
            }
            _ => Ok(Expression::Compare(Box::new(left), operator, Box::new(right))),
        }
    }

    fn value(&mut self) -> Result<Expression, String> {
        let Some(token) = self.peek().cloned() else { return Err("Something is missing at the end.".to_owned()) };
        self.at += 1;
        let value = match token {
            Token::Answer(name) => Expression::Answer(name),
            Token::Text(text) => Expression::Text(text),
            Token::Number(number) => Expression::Number(number),
            Token::Dot => Expression::This,
            Token::Minus => match self.peek().cloned() {
                Some(Token::Number(number)) => {
                    self.at += 1;
                    Expression::Number(-number)
                }
                _ => return Err("Nothing is calculated here; compare an answer with a value.".to_owned()),
            },
            Token::Open => {
                let inner = self.either()?;
                self.closes()?;
                inner
            }
            Token::Word(word) if self.takes(&Token::Open) => Expression::Call(word, self.arguments()?),
            token => return Err(format!("{} is not expected here.", token.named())),
        };
        match self.peek() {
            Some(Token::Minus) => Err("Nothing is calculated here; compare an answer with a value.".to_owned()),
            Some(Token::Word(word)) if word == "div" || word == "mod" => {
                Err("Nothing is calculated here; compare an answer with a value.".to_owned())
            }
            _ => Ok(value),
        }
    }

    fn arguments(&mut self) -> Result<Vec<Expression>, String> {
        let mut arguments = Vec::new();
        if self.takes(&Token::Close) {
            return Ok(arguments);
        }
        loop {
            arguments.push(self.either()?);
            if !self.takes(&Token::Comma) {
                break;
            }
        }
        self.closes()?;
        Ok(arguments)
    }

    fn closes(&mut self) -> Result<(), String> {
        if self.takes(&Token::Close) { Ok(()) } else { Err("A bracket is not closed.".to_owned()) }
    }
}

/// The one part, or all together.
fn one_or(mut parts: Vec<Expression>, together: impl Fn(Vec<Expression>) -> Expression) -> Expression {
    match parts.pop() {
        Some(only) if parts.is_empty() => only,
        last => {
            parts.extend(last);
            together(parts)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn and_binds_closer_than_or() {
        let is = |name: &str| {
            let answer = Expression::Answer(name.to_owned());
            Expression::Compare(Box::new(answer), Operator::Equal, Box::new(Expression::Text("x".to_owned())))
        };
        let read = read("${a}='x' or ${ b } = \"x\" and ${c}= ‘x’").unwrap();
        assert_eq!(read, Expression::Or(vec![is("a"), Expression::And(vec![is("b"), is("c")])]));
    }

    #[test]
    fn whatever_is_written_is_read_or_refused_in_words() {
        for text in [
            "",
            "(",
            "((",
            ")",
            "${",
            "${a",
            "'",
            "a b",
            "1 = 2 = 3",
            "not(",
            "..",
            "../a",
            "/data/a = 1",
            "${a} + 1",
            "1e5",
            "${a} -1 > 2",
            "$a",
            "é(",
            "≥",
            "“a",
            "99999999999999999999999999999999999999",
            "1.2.3",
            ".",
            "-",
            "--1",
            ",",
        ] {
            if let Err(words) = read(text) {
                assert!(words.ends_with('.'), "{text}: {words}");
            }
        }
        let deep = "(".repeat(1_900) + "1" + &")".repeat(1_900);
        assert!(read(&deep).unwrap_err().contains("brackets"));
        assert!(read(&"1".repeat(5_000)).unwrap_err().contains("longer"));
        assert!(read("${a} = 'x' and").is_err());
        assert!(read("string-length(.)<= 50").is_ok());
    }
}
