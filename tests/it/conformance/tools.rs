//! What developers bring with them reads the schema and asks the server: the compiler of Relay, a linter, typed clients in
//! TypeScript and Python, a fuzzer, and the gate that no change passes which would break them.

use std::{
    fs,
    sync::{Mutex, OnceLock},
};

use tempfile::TempDir;

use super::{folder, is_ready, run};
use crate::{
    council::{Council, Person, on_both},
    server_process::{is_installed, skipped},
};
use busfare::demo;

#[test]
fn relay_compiles_lists_pages_and_mutations_against_the_schema() {
    if !is_ready("relay") {
        return;
    }
    let (compiled, said) = run("relay", "npx", &["relay-compiler"], &[]);
    assert!(compiled, "{said}");
    // Nothing is left to be written: what is there was compiled from this schema.
    let (valid, said) = run("relay", "npx", &["relay-compiler", "--validate"], &[]);
    assert!(valid && said.contains("7 reader, 5 normalization, 8 operation text"), "{said}");
}

#[test]
fn the_schema_keeps_the_rules_of_a_public_linter_and_those_of_relay() {
    if !is_ready("eslint") {
        return;
    }
    let (well, said) = run("eslint", "node", &["lint.mjs"], &[]);
    assert!(well && said.contains("22 rules, 0 problems"), "{said}");
}

#[test]
fn what_would_break_somebody_is_found_and_needs_a_reason() {
    if !is_ready("breaking") {
        return;
    }
    let files = TempDir::new().unwrap();
    let written = |name: &str, schema: &str| {
        let path = files.path().join(name);
        fs::write(&path, schema).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let old = written("old.graphql", "type Query { fare: Int, ticket: String }");
    let more = written("more.graphql", "type Query { fare: Int, ticket: String, more: Int }");
    let less = written("less.graphql", "type Query { fare: Int }");

    let (fine, said) = run("breaking", "node", &["diff.mjs", &old, &more], &[]);
    assert!(fine && said.contains("0 breaking changes of 1"), "{said}");
    let (fine, said) = run("breaking", "node", &["diff.mjs", &old, &less], &[]);
    assert!(!fine && said.contains("FIELD_REMOVED Query.ticket"), "{said}");
}

/// The typed client, built once for both databases: whether that went well, and what was said.
fn typed_client() -> &'static (bool, String) {
    static BUILT: OnceLock<(bool, String)> = OnceLock::new();
    BUILT.get_or_init(|| run("typed-client", "npm", &["run", "--silent", "build"], &[]))
}

/// Whether what Python needs is there, or could be fetched, in an environment of its own.
fn python_is_ready() -> bool {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _turn = ONE_AT_A_TIME.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let there = |program: &str| folder("python").join(".venv/bin").join(program).is_file();
    if there("gql-cli") && there("schemathesis") {
        return true;
    }
    if !is_installed("python3") {
        return false;
    }
    let install = "python3 -m venv .venv && .venv/bin/pip install --quiet --require-hashes -r requirements.txt";
    let (installed, said) = run("python", "sh", &["-c", install], &[]);
    if !installed {
        skipped(&format!("pip could not install what Python needs: {said}"));
    }
    installed
}

fn email(person: &Person<'_>) -> String {
    person.row().email.clone()
}

on_both! {
    async fn a_typed_client_signs_in_and_lists_spends(council: &Council) {
        let (suite, url) = ("typed-client", council.url("/graphql"));
        let who = email(&council.person("mari.prydderch").await);
        let ran = tokio::task::spawn_blocking(move || {
            is_ready(suite).then(|| {
                let (built, said) = typed_client();
                assert!(built, "{said}");
                run(suite, "node", &["built/client.js", &url, &who, demo::PASSWORD], &[])
            })
        });
        let Some((well, said)) = ran.await.unwrap() else { return };
        assert!(well && said.contains("1.15 GBP: ") && said.contains("1 typed"), "{said}");

        // Of what answers a question there is exactly one, and the types say so.
        let types = fs::read_to_string(folder(suite).join("gql/graphql.ts")).unwrap();
        let choice = types.split("export type AnswerValueInput =").nth(1).unwrap();
        assert!(choice.contains("yesNo: boolean; }") && choice.contains("text?: never;"));
    }

    async fn a_python_client_asks_and_is_answered(council: &Council) {
        let (url, mari) = (council.url("/graphql"), council.person("mari.prydderch").await);
        let bearer = format!("Authorization:Bearer {}", mari.token.clone().unwrap());
        let asked = tokio::task::spawn_blocking(move || {
            let query = b"{ viewer { practitioner { name } } }";
            python_is_ready().then(|| run("python", ".venv/bin/gql-cli", &[&url, "-H", &bearer], query))
        });
        let Some((well, said)) = asked.await.unwrap() else { return };
        assert!(well && said.contains("Mari Prydderch"), "{said}");
    }

    async fn random_requests_get_an_error_from_the_closed_list_and_never_ours(council: &Council) {
        let (url, mari) = (council.url("/graphql"), email(&council.person("mari.prydderch").await));
        let tried = tokio::task::spawn_blocking(move || {
            let args = ["fuzz.py", &url, &mari, demo::PASSWORD];
            python_is_ready().then(|| run("python", ".venv/bin/python", &args, &[]))
        });
        let Some((well, said)) = tried.await.unwrap() else { return };
        assert!(well && said.contains("Tested: ") && said.contains("'BAD_USER_INPUT'"), "{said}");
    }
}
