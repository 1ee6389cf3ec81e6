//! Which room may use which, and a reading of what each source really uses.

use super::tokens::{self, Token};

struct Room {
    name: &'static str,
    may_use: &'static [&'static str],
    /// A word here also stands for the words that go on with an underscore: `actix` is `actix_web` too.
    never_mentions: &'static [&'static str],
    /// Besides `api/types`, which turns rows into nouns.
    may_query_tables: bool,
}

/// The whole house. A file in the root of `src` is a room of its own, and `lib` is also what stands in the crate's root.
const ROOMS: [Room; 10] = [
    Room {
        name: "rules",
        may_use: &[],
        never_mentions: &[
            "sea_orm",
            "actix",
            "async_graphql",
            "async",
            "tokio",
            "Utc::now",
            "Local::now",
            "SystemTime",
            "Instant",
            "rand",
            "getrandom",
            "now_v7",
            "new_v4",
        ],
        may_query_tables: false,
    },
    Room {
        name: "store",
        may_use: &["rules", "config"],
        never_mentions: &["async_graphql", "actix"],
        may_query_tables: true,
    },
    Room { name: "api", may_use: &["store", "rules", "config"], never_mentions: &["actix"], may_query_tables: false },
    Room { name: "work", may_use: &["store", "rules", "config"], never_mentions: &[], may_query_tables: false },
    Room {
        name: "http",
        may_use: &["api", "work", "store", "rules", "config"],
        never_mentions: &[],
        may_query_tables: false,
    },
    Room { name: "config", may_use: &["rules"], never_mentions: &[], may_query_tables: false },
    Room {
        name: "demo",
        may_use: &["http", "api", "work", "store", "rules", "config", "lib"],
        never_mentions: &[],
        may_query_tables: true,
    },
    Room { name: "desk", may_use: &["http", "store", "rules", "config"], never_mentions: &[], may_query_tables: false },
    Room {
        name: "lib",
        may_use: &["http", "api", "work", "store", "rules", "config"],
        never_mentions: &[],
        may_query_tables: false,
    },
    Room {
        name: "main",
        may_use: &["demo", "desk", "http", "api", "work", "store", "rules", "config", "lib"],
        never_mentions: &[],
        may_query_tables: false,
    },
];

/// How a table is spoken to. Naming its row or its types is everybody's right; querying it is the store's.
const QUERIES: [&str; 3] = ["Entity", "ActiveModel", "Column"];

/// Every wrong arrow in one source, as `file:line: what is wrong`. `file` is relative to the crate, with slashes.
pub fn wrong_arrows(file: &str, source: &str) -> Vec<String> {
    let module = module_of(file);
    let name = module.first().map_or_else(|| file_stem(file), String::as_str);
    let Some(room) = ROOMS.iter().find(|it| it.name == name) else {
        return vec![format!("{file}:1: {name} is no room of this house; see the map in lib.rs")];
    };

    let tokens = tokens::without_tests(&tokens::read(source));
    let mut wrong = Vec::new();
    for used in paths(&tokens, &module) {
        let may_query = room.may_query_tables || file.starts_with("src/api/types");
        if let Some(why) = objection(room, may_query, &used.path) {
            wrong.push((used.line, format!("{file}:{}: {why}", used.line)));
        }
    }
    for (line, word) in mentions(&tokens, room.never_mentions) {
        wrong.push((line, format!("{file}:{line}: {name} never mentions {word}")));
    }

    wrong.sort_by_key(|(line, _)| *line);
    wrong.into_iter().map(|(_, why)| why).collect()
}

fn objection(room: &Room, may_query: bool, path: &Path) -> Option<String> {
    match path {
        Path::Inside(segments) => {
            let first = segments.first()?.as_str();
            let target = ROOMS.iter().map(|it| it.name).find(|it| *it == first).unwrap_or("lib");
            if target != room.name && !room.may_use.contains(&target) {
                return Some(format!("{} -> {target} (crate::{})", room.name, segments.join("::")));
            }
        }
        Path::Outside(segments) => {
            let entity = segments[0] == "busfare_entity";
            if entity && room.name == "rules" && segments.get(1).is_none_or(|it| it != "words") {
                return Some(format!("rules -> entity ({}): only its words are for rules", segments.join("::")));
            }
            if !may_query && segments[1..].iter().any(|it| QUERIES.contains(&it.as_str())) {
                return Some(format!("{} -> tables ({}): only the store queries", room.name, segments.join("::")));
            }
        }
    }
    None
}

/// Where the words are mentioned that this room never mentions.
fn mentions<'a>(tokens: &'a [Token], words: &'a [&'a str]) -> impl Iterator<Item = (usize, &'a str)> {
    let mentioned = |at: usize, word: &str| match word.split_once("::") {
        Some((head, tail)) => tokens::starts_with(&tokens[at..], &[head, "::", tail]),
        None => tokens[at].text.strip_prefix(word).is_some_and(|rest| rest.is_empty() || rest.starts_with('_')),
    };
    let found = move |at: usize| words.iter().find(|word| mentioned(at, word)).map(|word| (tokens[at].line, *word));

    (0..tokens.len()).filter_map(found)
}

enum Path {
    /// Within this crate, from its root.
    Inside(Vec<String>),
    /// As it is written: another crate's, or a name that a `use` brought in.
    Outside(Vec<String>),
}

struct Used {
    path: Path,
    line: usize,
}

/// Every path of two names or more that a source spells out, whether in a `use` or in the middle of a line.
fn paths(tokens: &[Token], module: &[String]) -> Vec<Used> {
    let mut module = module.to_vec();
    let (mut used, mut depth, mut inline_modules, mut at) = (Vec::new(), 0, Vec::new(), 0);

    while at < tokens.len() {
        let mut spelled = Vec::new();
        let ahead = &tokens[at..];
        match tokens[at].text.as_str() {
            "mod" if ahead.len() > 2 && ahead[2].text == "{" => {
                module.push(ahead[1].text.clone());
                inline_modules.push(depth);
                at += 2;
                continue;
            }
            "{" => depth += 1,
            "}" => {
                depth -= 1;
                if inline_modules.last() == Some(&depth) {
                    inline_modules.pop();
                    module.pop();
                }
            }
            // `impl Trait + use<'a>` imports nothing.
            "use" if !tokens::starts_with(ahead, &["use", "<"]) => at = use_tree(tokens, at + 1, &[], &mut spelled),
            _ if tokens[at].is_word() => at = inline_path(tokens, at, &mut spelled),
            _ => {}
        }
        at += 1;
        used.extend(spelled.into_iter().map(|(path, line)| Used { path: absolute(path, &module), line }));
    }
    used
}

/// Reads one branch of a `use` and what it forks into; returns where the sign stands that ended it.
fn use_tree(tokens: &[Token], from: usize, stem: &[String], spelled: &mut Vec<(Vec<String>, usize)>) -> usize {
    let (mut path, mut at) = (stem.to_vec(), from);

    while at < tokens.len() {
        match tokens[at].text.as_str() {
            "," | "}" | ";" => break,
            "{" => {
                while at < tokens.len() && tokens[at].text != "}" {
                    at = use_tree(tokens, at + 1, &path, spelled);
                }
                return at + 1;
            }
            "as" => at += 1,
            "::" => {}
            name => path.push(name.to_owned()),
        }
        at += 1;
    }
    if path.len() > stem.len() {
        spelled.push((path, tokens[at - 1].line));
    }
    at
}

/// Reads a path that stands in the middle of a line; returns where its last name stands.
fn inline_path(tokens: &[Token], from: usize, spelled: &mut Vec<(Vec<String>, usize)>) -> usize {
    let (mut path, mut at) = (vec![tokens[from].text.clone()], from);

    while at + 2 < tokens.len() && tokens[at + 1].text == "::" && tokens[at + 2].is_word() {
        path.push(tokens[at + 2].text.clone());
        at += 2;
    }
    if path.len() > 1 {
        spelled.push((path, tokens[from].line));
    }
    at
}

fn absolute(path: Vec<String>, module: &[String]) -> Path {
    let mut base = match path[0].as_str() {
        "crate" | "busfare" => Vec::new(),
        "self" | "super" => module.to_vec(),
        _ => return Path::Outside(path),
    };
    for name in path {
        match name.as_str() {
            "crate" | "busfare" | "self" => {}
            "super" => drop(base.pop()),
            _ => base.push(name),
        }
    }
    Path::Inside(base)
}

/// The module that a file is: `src/api/types/spend.rs` is `api::types::spend`, and the roots are nothing.
fn module_of(file: &str) -> Vec<String> {
    let inside = file.trim_start_matches("src/").trim_end_matches(".rs");
    let inside = inside.trim_end_matches("/mod");
    if ["lib", "main"].contains(&inside) {
        return Vec::new();
    }
    inside.split('/').map(str::to_owned).collect()
}

fn file_stem(file: &str) -> &str {
    file.trim_start_matches("src/").trim_end_matches(".rs")
}
