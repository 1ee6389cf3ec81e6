//! Public suites, run by their own programs against a real server: the GraphQL-over-HTTP audits, the client with which
//! phones upload in pieces, and the one with which they listen to events.

mod acting;
mod at_the_council;
mod council_consent;
mod council_sign_in;
mod passkeys;
mod portal;
mod tools;

use std::{
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::Mutex,
};

use serde_json::json;

use crate::{
    council::{Council, on_both},
    receipts::{files, heavy},
    server_process::{is_installed, skipped},
    verbs::{CAPTURE, does},
    voices,
};
use busfare::work::pictures::sample;

fn folder(suite: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance").join(suite)
}

/// Runs a program in a suite's folder: whether it went well, and all it said, with how it ended where it did not.
pub fn run(suite: &str, program: &str, args: &[&str], input: &[u8]) -> (bool, String) {
    let mut command = Command::new(program);
    command.args(args).current_dir(folder(suite)).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut running = command.spawn().unwrap();
    // A program that needs no input may have closed its ear already.
    let _ = running.stdin.take().unwrap().write_all(input);
    let output = running.wait_with_output().unwrap();
    let mut said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    if !output.status.success() {
        said.push_str(&format!("\n{program} ended: {}", output.status));
    }
    (output.status.success(), said)
}

/// Whether a suite can run here: Node is there, and so are its packages or somewhere to get them from.
pub fn is_ready(suite: &str) -> bool {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _turn = ONE_AT_A_TIME.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    if !is_installed("node") {
        return false;
    }
    // A folder that an install left half way has no such file.
    if folder(suite).join("node_modules/.package-lock.json").is_file() {
        return true;
    }
    if !is_installed("npm") {
        return false;
    }
    let (installed, said) = run(suite, "npm", &["ci"], &[]);
    if !installed {
        skipped(&format!("npm could not install {suite}: {said}"));
    }
    installed
}

on_both! {
    async fn the_public_audits_find_no_error_and_nothing_that_is_not_explained(council: &Council) {
        let (suite, url) = ("graphql-http", council.url("/graphql"));
        let audited = tokio::task::spawn_blocking(move || is_ready(suite).then(|| run(suite, "node", &["audit.mjs", &url], &[])));
        let Some((well, report)) = audited.await.unwrap() else { return };

        let summary = report.lines().last().unwrap();
        println!("{summary}");
        assert!(well && summary.contains(" 0 error"), "{report}");
    }

    async fn three_clients_that_persist_queries_ask_by_hash(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let (suite, url, token) = ("apq", council.url("/graphql"), mari.token.clone().unwrap());
        let asked = tokio::task::spawn_blocking(move || is_ready(suite).then(|| run(suite, "node", &["ask.mjs", &url, &token], &[])));
        let Some((well, report)) = asked.await.unwrap() else { return };
        assert!(well && report.contains("6 ways of persisted queries went well"), "{report}");
    }

    async fn the_client_of_the_protocol_for_events_listens_in_three_ways(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let receipt = does(&mari, CAPTURE, json!({})).await["receipt"]["id"].as_str().unwrap().to_owned();
        let (suite, url, token) = ("graphql-sse", council.url("/graphql"), mari.token.clone().unwrap());
        let upload = council.url(&format!("/receipts/{receipt}/content"));
        let listened = tokio::task::spawn_blocking(move || {
            let args = ["listen.mjs", &url, &upload, &token, &receipt];
            is_ready(suite).then(|| run(suite, "node", &args, &sample::bus_ticket("1.15")))
        });
        let Some((well, report)) = listened.await.unwrap() else { return };
        assert!(well && report.contains("3 ways of graphql-sse went well"), "{report}");
    }

    async fn a_client_sends_a_picture_inside_a_request(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let receipt = does(&mari, CAPTURE, json!({})).await["receipt"]["id"].as_str().unwrap().to_owned();
        let (suite, url, token) = ("apq", council.url("/graphql"), mari.token.clone().unwrap());
        let sent = tokio::task::spawn_blocking(move || {
            let args = ["upload.mjs", &url, &token, &receipt];
            is_ready(suite).then(|| run(suite, "node", &args, &sample::bus_ticket("1.15")))
        });
        let Some((well, report)) = sent.await.unwrap() else { return };
        assert!(well && report.contains("a picture went inside a request"), "{report}");
    }

    async fn the_client_of_the_protocol_for_sockets_listens_in_four_ways(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let receipt = does(&mari, CAPTURE, json!({})).await["receipt"]["id"].as_str().unwrap().to_owned();
        let (suite, url, token) = ("graphql-ws", council.url("/graphql"), mari.token.clone().unwrap());
        let upload = council.url(&format!("/receipts/{receipt}/content"));
        let listened = tokio::task::spawn_blocking(move || {
            let args = ["listen.mjs", &url, &upload, &token, &receipt];
            is_ready(suite).then(|| run(suite, "node", &args, &sample::bus_ticket("1.15")))
        });
        let Some((well, report)) = listened.await.unwrap() else { return };
        assert!(well && report.contains("4 ways of graphql-ws went well"), "{report}");
    }

    async fn a_phone_without_scripts_finds_nothing_in_the_way_on_the_page_of_two_questions(council: &Council) {
        if !is_installed("chromium") {
            return;
        }
        let (suite, url) = ("axe", council.url(&voices::feedback::asked(council).await));
        let looked = tokio::task::spawn_blocking(move || {
            is_ready(suite).then(|| run(suite, "node", &["look.mjs", &url, "/usr/bin/chromium"], &[]))
        });
        let Some((well, report)) = looked.await.unwrap() else { return };
        assert!(well && report.contains("7 pages without a violation"), "{report}");
    }

    async fn the_client_that_phones_use_uploads_in_five_ways(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let mut receipts = Vec::new();
        for _ in 0..5 {
            receipts.push(does(&mari, CAPTURE, json!({})).await["receipt"]["id"].as_str().unwrap().to_owned());
        }
        let (suite, url, token) = ("tus", council.url("/uploads"), mari.token.clone().unwrap());
        let (named, picture) = (receipts.clone(), heavy(&sample::bus_ticket("1.15"), 700_000, 1));
        let uploaded = tokio::task::spawn_blocking(move || {
            let mut args = vec!["upload.mjs", &url, &token];
            args.extend(named.iter().map(String::as_str));
            is_ready(suite).then(|| run(suite, "node", &args, &picture))
        });
        let Some((well, report)) = uploaded.await.unwrap() else { return };

        assert!(well && report.contains("5 ways of tus-js-client went well"), "{report}");
        for (place, id) in receipts.iter().enumerate() {
            let seen = mari.good("query($id: ID!) { node(id: $id) { ... on Receipt { state problem } } }", json!({ "id": id })).await;
            let state = if place < 4 { "STORED" } else { "AWAITING_PICTURE" };
            assert_eq!(seen["node"], json!({ "state": state, "problem": null }), "{place}");
        }
        assert!(files(council, "staging").is_empty());
    }
}
