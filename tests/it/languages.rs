//! Stories of errors in two languages: whoever prefers Welsh is told in Welsh, and all but the words is the same.

use busfare::{
    config::{ForPractitioners, Trusted},
    http::graphql::{Documents, Settings},
};
use futures_util::StreamExt;
use reqwest::{
    Method, RequestBuilder,
    header::{ACCEPT, ACCEPT_LANGUAGE, CONTENT_TYPE},
};
use serde_json::{Value, json};

use crate::{
    council::{Council, Person, on_both},
    front_door::phone::Phone,
    progress::events,
    sockets::{PROTOCOL, wire::opens},
    toy,
};

const PROGRESS: &str = "subscription($id: ID!) { receiptProgress(id: $id) { state } }";

/// What is heard of a failure.
#[derive(Debug, PartialEq)]
struct Heard {
    status: u16,
    /// The language that the answer says it is in.
    language: Option<String>,
    words: String,
    /// What an app goes by: all of the first error but its words and the id of the request.
    rest: Value,
}

async fn heard(request: RequestBuilder, wanted: Option<&str>) -> Heard {
    let request = wanted.into_iter().fold(request, |request, wanted| request.header(ACCEPT_LANGUAGE, wanted));
    let response = request.send().await.unwrap();
    let status = response.status().as_u16();
    let language = response.headers().get("content-language").map(|language| language.to_str().unwrap().to_owned());
    let mut body: Value = response.json().await.unwrap();
    assert!(body["errors"].is_array(), "no error: {body}");
    let (words, rest) = parted(&mut body["errors"][0]);
    Heard { status, language, words, rest }
}

fn parted(error: &mut Value) -> (String, Value) {
    let mut rest = error.take();
    let words = rest.as_object_mut().unwrap().remove("message").unwrap();
    rest["extensions"].as_object_mut().unwrap().remove("requestId").unwrap();
    (words.as_str().unwrap().to_owned(), rest)
}

/// Sends the same in English and in Welsh; all but the words is the same.
async fn differs_in_words_alone(request: &RequestBuilder) {
    let request = || request.try_clone().unwrap();
    let (english, welsh) = (heard(request(), Some("en")).await, heard(request(), Some("cy")).await);
    assert_eq!((english.status, &english.rest), (welsh.status, &welsh.rest));
    assert_ne!(english.words, welsh.words, "{}", english.rest);
    assert!(welsh.words.chars().count() <= 140, "{}", welsh.words);
    if english.status != 294 {
        assert_eq!(
            (english.language.as_deref(), welsh.language.as_deref()),
            (Some("en"), Some("cy")),
            "{}",
            english.words
        );
    }
    assert_eq!(heard(request(), None).await.words, english.words, "nobody asked for Welsh");
}

#[actix_web::test]
async fn whatever_the_front_door_refuses_is_told_in_welsh_too() {
    let phone = Phone::new(toy::small());
    let asks = |query: &str| phone.post().json(&json!({ "query": query }));
    let sends = |body: Value| phone.post().json(&body);
    let gets = |asked: &str| {
        let request = phone.client.get(format!("{}?{asked}", phone.url));
        request.header(ACCEPT, "application/graphql-response+json")
    };
    let deep = format!("{{ {}hello{} }}", "a { ".repeat(21), " }".repeat(21));
    let each = |asked: &str| ('a'..='l').map(|name| format!("{name}: {asked} ")).collect::<String>();
    let dear =
        format!("{{ {} }} fragment F on Items {{ nodes {{ {} }} }}", each("items(first: 100) { ...F }"), each("id"));
    let requests = [
        // How it is sent.
        phone.client.request(Method::PUT, &phone.url),
        phone.client.post(&phone.url).header(ACCEPT, "text/html"),
        phone.post().header(CONTENT_TYPE, "text/plain").body("{}"),
        phone.post().header(CONTENT_TYPE, "application/json").body(vec![b'{', 0xff]),
        phone.post().header(CONTENT_TYPE, "application/json").body("x".repeat(300_000)),
        phone.post().header(CONTENT_TYPE, "application/json").body("NONSENSE"),
        gets("query=a&query=b"),
        gets("query=mutation%7Bbump%7D"),
        gets("query=%7Bhello%7D&variables=%7B"),
        sends(json!([])),
        sends(json!({ "query": 1 })),
        sends(json!({ "documentId": 1 })),
        sends(json!({ "documentId": "farewell" })),
        sends(json!({ "documentId": "farewell", "query": "{ hello }" })),
        sends(json!({ "query": "{ hello }", "operationName": 1 })),
        sends(json!({ "query": "{ hello }", "variables": 1 })),
        sends(json!({ "query": "{ hello }", "extensions": { "persistedQuery": {} } })),
        sends(
            json!({ "query": "{ hello }", "extensions": { "persistedQuery": { "version": 1, "sha256Hash": "0".repeat(64) } } }),
        ),
        // What it asks.
        asks("{ hello"),
        asks("{ hello(a: \""),
        asks("fragment F on Query { hello }"),
        asks("{ hello } query B { hello }"),
        asks("query A { hello } query B { hello }"),
        asks("query A { hello } query A { hello }"),
        asks("{ ...Nowhere }"),
        asks("{ ...F } fragment F on Query { ...F }"),
        asks("query($n: Int!) { double(n: $n) }"),
        asks(&deep),
        asks(&dear),
        asks(&"x".repeat(20_000)),
        sends(json!({ "query": "query A { hello }", "operationName": "B" })),
        // Who asks it, and what comes of it.
        asks("{ hello }").header("x-who", "expired"),
        asks("{ hello }").header("x-who", "clumsy"),
        asks("{ missing }"),
        asks("{ leak }"),
        asks("{ nap(milliseconds: 60000) }"),
    ];
    for request in &requests {
        differs_in_words_alone(request).await;
    }
}

#[actix_web::test]
async fn who_must_wait_or_may_not_is_told_so_in_welsh_too() {
    let phone = Phone::new(toy::small());
    let dear = phone
        .post()
        .json(&json!({ "query": "{ items(first: 100) { nodes { a: id b: id c: id d: id e: id f: id } } }" }));
    while dear.try_clone().unwrap().send().await.unwrap().status().is_success() {}
    let (english, welsh) =
        (heard(dear.try_clone().unwrap(), Some("en")).await, heard(dear.try_clone().unwrap(), Some("cy")).await);
    assert_eq!((english.status, welsh.status, &english.rest), (429, 429, &welsh.rest));
    assert_ne!(english.words, welsh.words);

    let trusted = Trusted { for_practitioners: ForPractitioners::TrustedOnly, ..Trusted::default() };
    let settings = Settings::default();
    let documents = Documents::new(trusted, &settings.limits).unwrap();
    let phone = Phone::with(settings, documents);
    differs_in_words_alone(&phone.post().header("x-who", "pat").json(&json!({ "query": "{ hello }" }))).await;
}

#[actix_web::test]
async fn what_apps_look_for_word_by_word_is_in_no_language() {
    let phone = Phone::new(Settings::default());
    let unknown = json!({ "extensions": { "persistedQuery": { "version": 1, "sha256Hash": "0".repeat(64) } } });
    assert_eq!(heard(phone.post().json(&unknown), Some("cy")).await.words, "PersistedQueryNotFound");
}

#[actix_web::test]
async fn the_language_is_the_one_that_is_liked_best_of_those_we_have() {
    let phone = Phone::new(Settings::default());
    let told = async |wanted: Option<&str>| {
        let request = phone.post().json(&json!({ "query": "{" }));
        heard(request, wanted).await.language.unwrap()
    };
    assert_eq!(told(None).await, "en");
    for welsh in [
        "cy",
        "CY",
        "cy-GB",
        "cy, en;q=0.8",
        "en;q=0.5, cy;q=0.6",
        "fr, cy;q=0.2",
        "*, cy",
        "en;q=0, cy;q=0.1",
        "!!, cy",
    ] {
        assert_eq!(told(Some(welsh)).await, "cy", "{welsh}");
    }
    for english in
        ["en", "en, cy;q=0.5", "cy;q=0.5, en", "fr", "*", "", "cy;q=0", "cyx", "!!", "cy;q=lots", ";;;,,,", "c y"]
    {
        assert_eq!(told(Some(english)).await, "en", "{english}");
    }
}

fn signed(request: RequestBuilder, person: &Person<'_>) -> RequestBuilder {
    request.bearer_auth(person.token.as_ref().unwrap())
}

on_both! {
    async fn whatever_a_council_s_server_refuses_is_told_in_welsh_too(council: &Council) {
        let nia = council.person("nia.talfan").await;
        let graphql = || council.http().post(council.url("/graphql")).header(ACCEPT, "application/graphql-response+json");
        let stranger = |query: &str| graphql().json(&json!({ "query": query }));
        let asks = |query: &str| signed(stranger(query), &nia);
        let goes = |method: Method, path: &str| signed(council.http().request(method, council.url(path)), &nia);
        let receipt = "/receipts/rcpt_01h00000000000000000000000";
        let requests = [
            // By GraphQL.
            stranger("{ viewer { practitioner { id } } }"),
            stranger("{ hello }").bearer_auth("nobody"),
            asks("{ spends(first: 101) { nodes { id } } }"),
            asks("{ spends(after: \"x\") { nodes { id } } }"),
            asks("{ receipts(search: \"\") { nodes { id } } }"),
            // Beside it.
            goes(Method::GET, "/no/such/page"),
            goes(Method::GET, &format!("{receipt}/content")),
            goes(Method::PUT, &format!("{receipt}/pages/99/content")).body("x"),
            goes(Method::PUT, &format!("{receipt}/content")).body("no picture"),
            goes(Method::PUT, &format!("{receipt}/content")).body("GIF89a no picture"),
            council.http().get(council.url(&format!("{receipt}/content"))),
            goes(Method::POST, "/uploads"),
            goes(Method::POST, "/uploads").header("tus-resumable", "1.0.0"),
            goes(Method::POST, "/uploads").header("tus-resumable", "1.0.0").header("upload-length", "many"),
            goes(Method::GET, "/open-referral/services?page=0"),
            goes(Method::GET, "/exports/receipts/2026-04-01/2020-01-01"),
        ];
        for request in &requests {
            differs_in_words_alone(request).await;
        }
    }

    async fn what_a_document_does_wrong_is_told_to_developers_in_english(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let asks = || signed(council.http().post(council.url("/graphql")), &mari).json(&json!({ "query": "{ nothing }" }));
        assert_eq!(heard(asks(), Some("cy")).await, heard(asks(), Some("en")).await);
    }

    async fn files_in_a_request_are_refused_in_welsh_too(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let body = "--b\r\ncontent-disposition: form-data; name=\"other\"\r\n\r\n{}\r\n--b--\r\n";
        let posts = council.http().post(council.url("/graphql")).header("graphql-require-preflight", "1");
        let posts = posts.header(CONTENT_TYPE, "multipart/form-data; boundary=b").body(body);
        differs_in_words_alone(&posts.try_clone().unwrap()).await;
        differs_in_words_alone(&signed(posts, &mari)).await;
    }

    async fn events_are_refused_and_fail_in_welsh_too(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let listens = |language: &str| {
            let request = council.http().post(council.url("/graphql")).header(ACCEPT, "text/event-stream");
            let asked = json!({ "query": PROGRESS, "variables": { "id": "rcpt_none" } });
            request.header(ACCEPT_LANGUAGE, language).json(&asked)
        };
        let mut told = Vec::new();
        for language in ["en", "cy"] {
            let response = signed(listens(language), &mari).send().await.unwrap();
            told.push(events(response).next().await.unwrap().1["errors"][0]["message"].clone());
        }
        assert_eq!(told[0], "There is nothing here with that id that you may see.");
        assert_eq!(told[1], "Nid oes dim yma â'r id hwnnw y cewch chi ei weld.");
    }

    async fn a_socket_speaks_the_language_it_was_opened_in(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let bearer = format!("Bearer {}", mari.token.as_ref().unwrap());
        let mut told = Vec::new();
        for language in ["en", "cy"] {
            let (status, mut wire) = opens(council, &[PROTOCOL, ("accept-language", language)]).await;
            assert_eq!(status, 101);
            wire.says(&json!({ "type": "connection_init", "payload": { "Authorization": bearer } })).await;
            wire.hears().await.message();
            wire.says(&json!({ "id": "a", "type": "subscribe", "payload": { "query": "subscription {" } })).await;
            let refused = parted(&mut wire.hears().await.message()["payload"][0]);
            let asked = json!({ "query": PROGRESS, "variables": { "id": "rcpt_none" } });
            wire.says(&json!({ "id": "b", "type": "subscribe", "payload": asked })).await;
            let failed = parted(&mut wire.hears().await.message()["payload"]["errors"][0]);
            told.push([refused, failed]);
        }
        for (english, welsh) in told[0].iter().zip(&told[1]) {
            assert_eq!(english.1, welsh.1);
            assert_ne!(english.0, welsh.0);
        }
    }
}
