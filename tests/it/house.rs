//! The rules of the house, read from the sources themselves: who may use whom, and how long a thing may be.

use std::fs;
use std::path::{Path, PathBuf};

mod arrows;
mod shape;
mod tokens;

#[test]
fn arrows_go_one_way_and_rules_know_no_machinery() {
    agree(&["src"], is_built_into_the_server, arrows::wrong_arrows);
}

#[test]
fn every_file_says_first_what_it_is_for() {
    agree(&["src", "entity/src", "migration/src", "benches", "tests"], any, shape::untold_purpose);
}

#[test]
fn no_file_is_too_long_to_read_at_a_sitting() {
    agree(&["src", "entity/src", "migration/src", "benches", "tests"], any, shape::too_long);
}

#[test]
fn no_function_is_too_long_to_hold_in_mind() {
    agree(&["src", "entity/src", "migration/src", "benches", "tests"], any, shape::too_long_functions);
}

#[test]
fn one_mutation_is_one_file() {
    agree(&["src/api/mutations"], is_a_mutation, shape::not_one_verb);
}

#[test]
fn every_sentence_of_the_catalogues_is_told_somewhere() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    collect(&root.join("src"), &mut files);
    let sources: String = files.iter().map(|path| fs::read_to_string(path).unwrap()).collect();
    let catalogue = fs::read_to_string(root.join("src/api/messages/en.ftl")).unwrap();
    let names = catalogue.lines().filter_map(|line| line.split_once(" = ")).map(|(name, _)| name);
    let untold: Vec<_> = names.filter(|name| !sources.contains(&format!("message!(\"{name}\""))).collect();
    assert_eq!(untold, [""; 0]);
}

/// Panics with every problem that `check` finds in the sources under `folders`, so that one run tells them all.
fn agree(folders: &[&str], wanted: fn(&str) -> bool, check: fn(&str, &str) -> Vec<String>) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    for folder in folders {
        collect(&root.join(folder), &mut files);
    }
    files.sort();
    assert!(!files.is_empty(), "there is nothing under {folders:?}: has it moved?");

    let mut problems = Vec::new();
    for path in files {
        let file = path.strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/");
        if wanted(&file) {
            problems.extend(check(&file, &fs::read_to_string(&path).unwrap()));
        }
    }
    assert!(problems.is_empty(), "\n{}\n", problems.join("\n"));
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|it| it == "rs") {
            files.push(path);
        }
    }
}

fn any(_: &str) -> bool {
    true
}

fn is_built_into_the_server(file: &str) -> bool {
    !file.ends_with("tests.rs") && !file.contains("/tests/")
}

fn is_a_mutation(file: &str) -> bool {
    is_built_into_the_server(file) && !file.ends_with("/mod.rs")
}

/// A check that cannot fail checks nothing, so each is shown sources that nobody should write.
mod can_fail {
    use super::{arrows, shape};

    #[track_caller]
    fn wrong(file: &str, source: &str, expected: &[&str]) {
        assert_eq!(arrows::wrong_arrows(file, source), expected, "{source}");
    }

    #[test]
    fn a_use_against_the_arrow_is_named_with_its_line() {
        wrong(
            "src/rules/spend.rs",
            "//! x\nuse std::fmt;\nuse crate::store::spend;",
            &["src/rules/spend.rs:3: rules -> store (crate::store::spend)"],
        );
        wrong(
            "src/store/spend.rs",
            "use crate::api::Viewer as Who;",
            &["src/store/spend.rs:1: store -> api (crate::api::Viewer)"],
        );
        wrong("src/work/digest.rs", "use crate::http::{self};", &["src/work/digest.rs:1: work -> http (crate::http)"]);
        wrong("src/api/query.rs", "pub use crate::work::*;", &["src/api/query.rs:1: api -> work (crate::work::*)"]);
    }

    #[test]
    fn every_branch_of_a_use_is_read() {
        wrong(
            "src/store/mod.rs",
            "use crate::{\n    api::{query, types::{Spend, Hub}},\n    rules::{authority, money::Money},\n    http,\n};",
            &[
                "src/store/mod.rs:2: store -> api (crate::api::query)",
                "src/store/mod.rs:2: store -> api (crate::api::types::Spend)",
                "src/store/mod.rs:2: store -> api (crate::api::types::Hub)",
                "src/store/mod.rs:4: store -> http (crate::http)",
            ],
        );
    }

    #[test]
    fn climbing_out_of_the_room_is_seen() {
        wrong(
            "src/rules/forms/budget.rs",
            "use super::super::super::store::forms;\nuse super::tier;",
            &["src/rules/forms/budget.rs:1: rules -> store (crate::store::forms)"],
        );
        wrong(
            "src/rules.rs",
            "mod inner { use super::money; use super::super::store; }\nfn f() { super::http::go() }",
            &["src/rules.rs:1: rules -> store (crate::store)", "src/rules.rs:2: rules -> http (crate::http::go)"],
        );
    }

    #[test]
    fn a_path_in_the_middle_of_a_line_is_seen() {
        wrong(
            "src/store/spend.rs",
            "fn f() -> Result<(), crate::api::Error> {\n    busfare::work::later::<u8>()\n}",
            &[
                "src/store/spend.rs:1: store -> api (crate::api::Error)",
                "src/store/spend.rs:2: store -> work (crate::work::later)",
            ],
        );
    }

    #[test]
    fn rules_mention_no_machinery() {
        let source = "use sea_orm::DbErr;\nasync fn f() { Utc::now(); }\nuse std::time::{Instant, SystemTime};\n\
                      fn g() { rand::random(); Uuid::now_v7() }\nuse async_graphql_value::Name;";
        let expected = [
            "src/rules/a.rs:1: rules never mentions sea_orm",
            "src/rules/a.rs:2: rules never mentions async",
            "src/rules/a.rs:2: rules never mentions Utc::now",
            "src/rules/a.rs:3: rules never mentions Instant",
            "src/rules/a.rs:3: rules never mentions SystemTime",
            "src/rules/a.rs:4: rules never mentions rand",
            "src/rules/a.rs:4: rules never mentions now_v7",
            "src/rules/a.rs:5: rules never mentions async_graphql",
        ];
        wrong("src/rules/a.rs", source, &expected);
        wrong("src/store/a.rs", "use actix_web::web;", &["src/store/a.rs:1: store never mentions actix"]);
        wrong("src/api/a.rs", "use actix_ws::Session;", &["src/api/a.rs:1: api never mentions actix"]);
    }

    #[test]
    fn tables_are_queried_by_the_store_alone() {
        wrong(
            "src/rules/a.rs",
            "use busfare_entity::{spend, words::SpendId};",
            &["src/rules/a.rs:1: rules -> entity (busfare_entity::spend): only its words are for rules"],
        );
        wrong(
            "src/work/a.rs",
            "use busfare_entity::spend;\nfn f() { spend::Entity::find(); }",
            &["src/work/a.rs:2: work -> tables (spend::Entity::find): only the store queries"],
        );
    }

    #[test]
    fn nobody_leans_on_the_demonstration_or_the_roof() {
        wrong("src/http/a.rs", "use crate::demo::seed;", &["src/http/a.rs:1: http -> demo (crate::demo::seed)"]);
        wrong("src/api/a.rs", "use crate::VERSION;", &["src/api/a.rs:1: api -> lib (crate::VERSION)"]);
        wrong("src/helpers/a.rs", "", &["src/helpers/a.rs:1: helpers is no room of this house; see the map in lib.rs"]);
    }

    #[test]
    fn what_is_allowed_or_only_said_or_only_tested_is_left_alone() {
        wrong("src/http/a.rs", "use crate::{api, config, rules::Money, store::Pool, work};", &[]);
        wrong("src/main.rs", "use busfare::{demo, http};", &[]);
        wrong("src/lib.rs", "pub mod rules; pub use rules::Money; mod store;", &[]);
        wrong("src/store/a.rs", "use busfare_entity::spend::{ActiveModel, Entity}; use crate::rules;", &[]);
        wrong("src/api/types/a.rs", "use busfare_entity::spend::Column;", &[]);
        wrong("src/rules/a.rs", "// crate::store\n/* tokio */ const S: &str = \"async fn\"; pub(crate) fn f() {}", &[]);
        wrong("src/rules/a.rs", "fn f() {}\n#[cfg(test)]\nmod tests { use crate::store; async fn g() {} }", &[]);
        wrong("src/rules/a.rs", "fn f<'a>() -> impl Iterator + use<'a> { crate::rules::b::g() }", &[]);
    }

    #[test]
    fn a_file_without_a_purpose_or_with_too_many_lines_is_named() {
        let expected = ["src/a.rs:1: the first line says with `//!` what the file is for"];
        assert_eq!(shape::untold_purpose("src/a.rs", "use a;\n//! x"), expected);
        assert!(shape::untold_purpose("src/a.rs", "//! x").is_empty());

        let expected = ["src/a.rs:400: 401 lines; a file has at most 400"];
        assert_eq!(shape::too_long("src/a.rs", &"\n".repeat(401)), expected);
        assert!(shape::too_long("src/a.rs", &"\n".repeat(400)).is_empty());
    }

    #[test]
    fn a_long_function_is_named_wherever_it_stands() {
        let function = |lines: usize| {
            let body = "        let c = '{'; // }\n".repeat(lines - 2);
            format!("impl A {{\n    type B = fn(u8);\n    fn b();\n    pub fn c(it: [u8; 2]) {{\n{body}    }}\n}}\n")
        };
        let expected = ["src/a.rs:4: c has 71 lines; a function has at most 70"];
        assert_eq!(shape::too_long_functions("src/a.rs", &function(71)), expected);
        assert!(shape::too_long_functions("src/a.rs", &function(70)).is_empty());
    }

    #[test]
    fn a_mutation_with_two_verbs_or_none_is_named() {
        let one = "#[derive(Default)] struct A;\n#[Object(name = \"M\")]\nimpl A {\n    async fn ask(&self) {}\n}\n\
                   async fn request() {}\n#[cfg(test)] mod tests { pub async fn t() {} }\n";
        assert!(shape::not_one_verb("src/api/mutations/ask.rs", one).is_empty());

        let expected = ["ask.rs:8: one mutation is one file, and this one has 2: ask, tell"];
        assert_eq!(shape::not_one_verb("ask.rs", &format!("{one}pub(crate) async fn tell() {{}}")), expected);
        let expected = ["ask.rs:1: one mutation is one file, and this one has 0: "];
        assert_eq!(shape::not_one_verb("ask.rs", "async fn request() {}"), expected);
    }
}
