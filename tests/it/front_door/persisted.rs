//! Documents that are not sent in full: trusted ones by their identifiers, and those that were sent once by their hash.

use busfare::{
    config::{ForPractitioners, Trusted},
    http::graphql::{Documents, Settings},
};
use reqwest::RequestBuilder;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::phone::{Heard, Phone};

const HELLO: &str = "{ hello }";
const DOUBLE: &str = "query Double($n: Int!) { double(n: $n) }";

fn sha256(text: &str) -> String {
    Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A phone on a server that trusts two documents.
fn trusting(for_practitioners: ForPractitioners) -> Phone {
    let documents = vec![(Some("greeting".to_owned()), HELLO.to_owned()), (None, DOUBLE.to_owned())];
    let settings = Settings::default();
    let documents = Documents::new(Trusted { documents, for_practitioners }, &settings.limits).unwrap();
    Phone::with(settings, documents)
}

fn hashed(query: Option<&str>, hash: &str) -> Value {
    let mut body = json!({ "extensions": { "persistedQuery": { "version": 1, "sha256Hash": hash } } });
    if let Some(query) = query {
        body["query"] = query.into();
    }
    body
}

async fn heard(request: RequestBuilder) -> Heard {
    Heard::from(request.send().await.unwrap()).await
}

#[actix_web::test]
async fn a_trusted_document_runs_by_its_identifier() {
    let phone = trusting(ForPractitioners::Anything);
    for id in ["greeting".to_owned(), format!("sha256:{}", sha256(HELLO))] {
        assert_eq!(phone.ask_whole(&json!({ "documentId": id })).await.body["data"], json!({ "hello": "hello" }));
        assert_eq!(phone.get(&[("documentId", &id)]).await.body["data"], json!({ "hello": "hello" }));
    }
    let double = format!("sha256:{}", sha256(DOUBLE));
    let asked = json!({ "documentId": double, "operationName": "Double", "variables": { "n": 4 }, "query": null });
    assert_eq!(phone.ask_whole(&asked).await.body["data"], json!({ "double": 8 }));
    phone.ask_whole(&json!({ "documentId": double })).await.says(422, "BAD_USER_INPUT");
}

#[actix_web::test]
async fn an_identifier_that_nobody_knows_is_told_in_one_error() {
    let phone = trusting(ForPractitioners::Anything);
    for id in [String::new(), "farewell".into(), format!("sha256:{}", "0".repeat(64)), "x".repeat(100_000)] {
        let unknown = phone.ask_whole(&json!({ "documentId": id })).await;
        unknown.says(404, "DOCUMENT_NOT_FOUND");
        assert_eq!(unknown.body["errors"].as_array().unwrap().len(), 1);
    }
    phone.get(&[("documentId", "farewell")]).await.says(404, "DOCUMENT_NOT_FOUND");
    for muddled in [
        json!({ "documentId": 1 }),
        json!({ "documentId": "greeting", "query": HELLO }),
        json!({ "documentId": "greeting", "extensions": hashed(None, &sha256(HELLO))["extensions"] }),
    ] {
        phone.ask_whole(&muddled).await.says(400, "BAD_USER_INPUT");
    }
}

#[actix_web::test]
async fn what_was_sent_once_is_known_by_its_hash() {
    let phone = Phone::new(Settings::default());
    let (query, hash) = ("{ hello again: hello }", sha256("{ hello again: hello }"));
    let unknown = phone.ask_whole(&hashed(None, &hash)).await;
    unknown.says(404, "PERSISTED_QUERY_NOT_FOUND");
    assert_eq!(unknown.body["errors"][0]["message"], "PersistedQueryNotFound");
    let legacy = phone.client.post(&phone.url).header("accept", "application/json").json(&hashed(None, &hash));
    heard(legacy).await.says(200, "PERSISTED_QUERY_NOT_FOUND");

    let answer = json!({ "hello": "hello", "again": "hello" });
    assert_eq!(phone.ask_whole(&hashed(Some(query), &hash)).await.body["data"], answer);
    assert_eq!(phone.ask_whole(&hashed(None, &hash.to_uppercase())).await.body["data"], answer);
    let said = hashed(None, &hash)["extensions"].to_string();
    assert_eq!(phone.get(&[("extensions", &said)]).await.body["data"], answer);
}

#[actix_web::test]
async fn nothing_is_kept_that_was_not_let_in() {
    let phone = Phone::new(Settings::default());
    for (query, status) in [("{ hello", 400), ("subscription { x }", 422), ("{ a { ...F } }", 422)] {
        phone.ask_whole(&hashed(Some(query), &sha256(query))).await.says(status, "BAD_USER_INPUT");
        phone.ask_whole(&hashed(None, &sha256(query))).await.says(404, "PERSISTED_QUERY_NOT_FOUND");
    }
    // A hash that is another text's would let one caller choose what another runs.
    phone.ask_whole(&hashed(Some(HELLO), &sha256(DOUBLE))).await.says(422, "BAD_USER_INPUT");
    phone.ask_whole(&hashed(None, &sha256(DOUBLE))).await.says(404, "PERSISTED_QUERY_NOT_FOUND");
    for persisted in [
        json!(1),
        json!({}),
        json!({ "version": 2, "sha256Hash": sha256(HELLO) }),
        json!({ "version": 1, "sha256Hash": "abc" }),
    ] {
        let body = json!({ "query": HELLO, "extensions": { "persistedQuery": persisted } });
        phone.ask_whole(&body).await.says(400, "BAD_USER_INPUT");
    }
    let refused = phone.post().header("x-who", "expired").json(&hashed(Some(HELLO), &sha256(HELLO)));
    heard(refused).await.says(401, "UNAUTHENTICATED");
    phone.ask_whole(&hashed(None, &sha256(HELLO))).await.says(404, "PERSISTED_QUERY_NOT_FOUND");
}

#[actix_web::test]
async fn a_get_by_hash_changes_nothing() {
    let phone = Phone::new(Settings::default());
    let hash = sha256("mutation { bump }");
    assert_eq!(phone.ask_whole(&hashed(Some("mutation { bump }"), &hash)).await.body["data"], json!({ "bump": 1 }));
    let said = hashed(None, &hash)["extensions"].to_string();
    phone.get(&[("extensions", &said)]).await.says(405, "BAD_USER_INPUT");
}

#[actix_web::test]
async fn where_only_trusted_documents_run_for_practitioners_nothing_else_does() {
    let phone = trusting(ForPractitioners::TrustedOnly);
    let pat = |body: Value| heard(phone.post().header("x-who", "pat").json(&body));
    let (own, own_hash) = ("{ hello mine: hello }", sha256("{ hello mine: hello }"));

    for trusted in [
        json!({ "documentId": "greeting" }),
        json!({ "query": HELLO }),
        hashed(None, &sha256(HELLO)),
        hashed(Some(HELLO), &sha256(HELLO)),
    ] {
        assert_eq!(pat(trusted).await.body["data"], json!({ "hello": "hello" }));
    }
    pat(json!({ "query": own })).await.says(403, "FORBIDDEN");
    pat(hashed(Some(own), &own_hash)).await.says(403, "FORBIDDEN");

    // An app by itself sends what it likes, and what it sent once is still not for her.
    phone.ask_whole(&hashed(None, &own_hash)).await.says(404, "PERSISTED_QUERY_NOT_FOUND");
    assert_eq!(phone.ask_whole(&hashed(Some(own), &own_hash)).await.status, 200);
    pat(hashed(None, &own_hash)).await.says(403, "FORBIDDEN");
}
