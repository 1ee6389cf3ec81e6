//! The shape of a source file: its first line, its length, its functions' lengths and, for a mutation, its one verb.

use super::tokens::{self, Token};

pub const LINES_IN_A_FILE: usize = 400;
pub const LINES_IN_A_FUNCTION: usize = 70;

pub fn untold_purpose(file: &str, source: &str) -> Vec<String> {
    let told = source.starts_with("//!");
    if told { Vec::new() } else { vec![format!("{file}:1: the first line says with `//!` what the file is for")] }
}

pub fn too_long(file: &str, source: &str) -> Vec<String> {
    let lines = source.lines().count();
    if lines <= LINES_IN_A_FILE {
        return Vec::new();
    }
    vec![format!("{file}:{LINES_IN_A_FILE}: {lines} lines; a file has at most {LINES_IN_A_FILE}")]
}

pub fn too_long_functions(file: &str, source: &str) -> Vec<String> {
    let tokens = tokens::read(source);
    let long = functions(&tokens).into_iter().filter(|it| it.lines > LINES_IN_A_FUNCTION);

    long.map(|it| {
        let Function { name, line, lines } = it;
        format!("{file}:{line}: {name} has {lines} lines; a function has at most {LINES_IN_A_FUNCTION}")
    })
    .collect()
}

/// A mutation's file has one way in: one `async fn` that others may call, or that the schema shows.
pub fn not_one_verb(file: &str, source: &str) -> Vec<String> {
    let tokens = tokens::without_tests(&tokens::read(source));
    let verbs = verbs(&tokens);
    if verbs.len() == 1 {
        return Vec::new();
    }

    let line = verbs.get(1).map_or(1, |it| it.line);
    let names: Vec<_> = verbs.into_iter().map(|it| it.text).collect();
    vec![format!("{file}:{line}: one mutation is one file, and this one has {}: {}", names.len(), names.join(", "))]
}

struct Function {
    name: String,
    line: usize,
    lines: usize,
}

/// Every function with a body; its length runs from the line with `fn` to the line of its closing brace.
fn functions(tokens: &[Token]) -> Vec<Function> {
    let mut functions = Vec::new();
    for (at, pair) in tokens.windows(2).enumerate() {
        // `fn(u32) -> u32` is a type and has no name.
        if pair[0].text != "fn" || !pair[1].is_word() {
            continue;
        }
        let last = &tokens[tokens::item_end(tokens, at) - 1];
        let lines = last.line - pair[0].line + 1;
        functions.push(Function { name: pair[1].text.clone(), line: pair[0].line, lines });
    }
    functions
}

/// The names of the `async fn`s that are public or stand in an `#[Object]`.
fn verbs(tokens: &[Token]) -> Vec<Token> {
    let (mut verbs, mut shown_until) = (Vec::new(), 0);
    for at in 0..tokens.len() {
        let ahead = &tokens[at..];
        if tokens::starts_with(ahead, &["Object", "]"]) || tokens::starts_with(ahead, &["Object", "("]) {
            shown_until = tokens::item_end(tokens, attribute_end(tokens, at));
        }
        let public = at > 0 && ["pub", ")"].contains(&tokens[at - 1].text.as_str());
        if tokens::starts_with(ahead, &["async", "fn"]) && (public || at < shown_until) {
            verbs.extend(ahead.get(2).cloned());
        }
    }
    verbs
}

fn attribute_end(tokens: &[Token], from: usize) -> usize {
    let mut depth = 0;
    for (at, token) in tokens.iter().enumerate().skip(from) {
        match token.text.as_str() {
            "(" | "[" => depth += 1,
            ")" => depth -= 1,
            "]" if depth == 0 => return at + 1,
            "]" => depth -= 1,
            _ => {}
        }
    }
    tokens.len()
}
