//! Documents accepted and rejected as graphql-js does: each verdict in the list is graphql-js's own, which it says itself
//! where Node is installed, and the server's is the same.

use std::path::Path;

use serde_json::{Value, json};

use crate::{
    conformance::{is_ready, run},
    council::Council,
};

/// Where the server says otherwise, and why.
const OTHERWISE: [(&str, &str); 1] =
    [("a variable that may be null as a choice", "it is valid, and refused as it runs, because it was not given")];

struct Tried {
    name: String,
    accepted: bool,
    document: String,
}

fn documents() -> Vec<Tried> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance/graphql-js/documents.graphql");
    let text = std::fs::read_to_string(path).unwrap();
    let documents = text.split("\n== ").skip(1).map(|tried| {
        let (head, document) = tried.split_once('\n').unwrap();
        let (verdict, name) = head.split_once(": ").unwrap();
        Tried { name: name.to_owned(), accepted: verdict == "accepted", document: document.to_owned() }
    });
    documents.collect()
}

/// Whether the server takes a document for valid; what then becomes of it is another matter.
async fn accepts(council: &Council, document: &str) -> (bool, Value) {
    let events = document.trim_start().starts_with("subscription");
    let accept = if events { "text/event-stream" } else { "application/graphql-response+json" };
    let post = council.http().post(council.url("/graphql")).header("accept", accept);
    let mut answer = post.json(&json!({ "query": document })).send().await.unwrap();
    if answer.status().is_client_error() && answer.status() != 401 {
        return (false, answer.json().await.unwrap());
    }
    // The first word of a subscription says whether there will be others; what a stranger may not hear is valid all the same.
    let first = answer.chunk().await.unwrap().map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    let said = first.unwrap_or_default();
    (!said.contains("BAD_USER_INPUT"), said.into())
}

#[tokio::test(flavor = "multi_thread")]
async fn documents_are_accepted_and_rejected_as_graphql_js_does() {
    let council = Council::on_sqlite().await;
    let tried = documents();
    let mut unlike = Vec::new();
    for Tried { name, accepted, document } in &tried {
        let (accepts, said) = accepts(&council, document).await;
        if !accepts && said["errors"].as_array().is_some_and(|errors| !errors.is_empty()) {
            for error in said["errors"].as_array().unwrap() {
                let message = error["message"].as_str().unwrap();
                assert!((1..=140).contains(&message.chars().count()), "{name}: {message}");
                assert_eq!(error["extensions"]["code"], "BAD_USER_INPUT", "{name}: {error}");
            }
        }
        if accepts != *accepted {
            unlike.push((name.as_str(), said));
        }
    }
    println!("{} of {} documents as graphql-js says", tried.len() - unlike.len(), tried.len());
    let names: Vec<&str> = unlike.iter().map(|(name, _)| *name).collect();
    let explained: Vec<&str> = OTHERWISE.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, explained, "{unlike:#?}");
    assert!(tried.len() >= 100, "{}", tried.len());
    council.close().await;
}

#[test]
fn graphql_js_says_itself_what_it_accepts() {
    let suite = "graphql-js";
    if !is_ready(suite) {
        return;
    }
    let (well, report) = run(suite, "node", &["validate.mjs", "../../../schema.graphql", "documents.graphql"], &[]);
    assert!(well && report.contains(", 0 told wrongly"), "{report}");
}
