//! Stories of bad signal: what is long is packed, what a phone has already is not sent again, and what must come at once or
//! is packed already is left alone.

use std::io::Read;

use flate2::read::GzDecoder;
use futures_util::StreamExt;
use reqwest::{Response, StatusCode};
use serde_json::{Value, json};

use crate::{
    council::{Council, Person, key, on_both},
    verbs::{ATTACH, CAPTURE, does},
};
use busfare::work::pictures::sample;

/// All of what an app shows when it is opened.
const HOME: &str = "query Home { viewer {
    practitioner { id name role } team { id name } hubs { id name }
    delegations { id backingStatement line used { amount } left { amount } limits { code limit { amount } left { amount } } }
    week { mine { amount } } budgets { id name available { amount } }
    asksForMe(first: 10) { nodes { ...S asker { name } } }
    missingEvidence(first: 10) { nodes { ...S } }
    expiringSpends(first: 10) { nodes { id holdExpiresAt } }
    notices(first: 10) { nodes { id } } }
  spends(first: 20) { nodes { ...S } pageInfo { hasNextPage endCursor } }
  spendPurposes { id code name } }
  fragment S on Spend { id sentence total { amount } decision money evidence requestedAt purpose { id name } receipts { id state thumbnailUrl } }";

async fn posts(person: &Person<'_>, council: &Council, query: &str, accept: &str) -> Response {
    let post = council.http().post(council.url("/graphql")).header("accept-encoding", accept);
    post.bearer_auth(person.token.as_ref().unwrap()).json(&json!({ "query": query })).send().await.unwrap()
}

async fn gets(person: &Person<'_>, council: &Council, query: &str, headers: &[(&'static str, &str)]) -> Response {
    let mut url = reqwest::Url::parse(&council.url("/graphql")).unwrap();
    url.query_pairs_mut().append_pair("query", query);
    let mut get = council.http().get(url).bearer_auth(person.token.as_ref().unwrap());
    for (name, value) in headers {
        get = get.header(*name, *value);
    }
    get.send().await.unwrap()
}

fn header<'a>(response: &'a Response, name: &str) -> &'a str {
    response.headers().get(name).map_or("", |value| value.to_str().unwrap())
}

fn data(bytes: &[u8]) -> Value {
    serde_json::from_slice::<Value>(bytes).unwrap()["data"].clone()
}

on_both! {
    async fn what_is_long_is_packed_the_way_its_caller_likes(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let plain = posts(&mari, council, HOME, "identity").await;
        assert_eq!((header(&plain, "content-encoding"), header(&plain, "vary")), ("", "Accept, Accept-Language"));
        let plain = plain.bytes().await.unwrap();
        assert!(plain.len() > 1_024, "{}", plain.len());

        let brotli = posts(&mari, council, HOME, "gzip, deflate, br").await;
        assert_eq!(header(&brotli, "content-encoding"), "br");
        let brotli = brotli.bytes().await.unwrap();
        let mut unpacked = Vec::new();
        brotli::BrotliDecompress(&mut &brotli[..], &mut unpacked).unwrap();
        assert_eq!((data(&unpacked), brotli.len() * 2 < plain.len()), (data(&plain), true));

        let gzip = posts(&mari, council, HOME, "gzip").await;
        assert_eq!(header(&gzip, "content-encoding"), "gzip");
        let mut unpacked = Vec::new();
        GzDecoder::new(&gzip.bytes().await.unwrap()[..]).read_to_end(&mut unpacked).unwrap();
        assert_eq!(data(&unpacked), data(&plain));

        let short = posts(&mari, council, "{ viewer { practitioner { id } } }", "br").await;
        assert_eq!(header(&short, "content-encoding"), "");
        let contract = council.http().get(council.url("/schema.graphql")).header("accept-encoding", "br").send().await.unwrap();
        assert_eq!(header(&contract, "content-encoding"), "br");
        assert!(contract.bytes().await.unwrap().len() < busfare::api::sdl().len() / 4);
    }

    async fn the_home_screen_is_one_answer_of_at_most_eight_kilobytes(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        for _ in 0..20 {
            let spend = mari.requests_spend(json!({ "reason": key() })).await["spend"]["id"].clone();
            let receipt = does(&mari, CAPTURE, json!({})).await["receipt"]["id"].clone();
            does(&mari, ATTACH, json!({ "receiptId": receipt, "spendId": spend })).await;
        }
        let home = posts(&mari, council, HOME, "br").await.bytes().await.unwrap();
        let mut whole = Vec::new();
        brotli::BrotliDecompress(&mut &home[..], &mut whole).unwrap();
        assert_eq!(data(&whole)["spends"]["nodes"].as_array().unwrap().len(), 20);
        println!("{} bytes, {} of them sent", whole.len(), home.len());
        assert!(home.len() <= 8 * 1_024, "{}", home.len());
    }

    async fn what_a_phone_has_already_is_not_sent_again(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let first = gets(&mari, council, HOME, &[]).await;
        let tag = header(&first, "etag").to_owned();
        assert_eq!((first.status(), header(&first, "cache-control")), (StatusCode::OK, "private, no-cache"));
        assert!(tag.starts_with('"') && header(&first, "vary").contains("Authorization"), "{tag}");

        let again = gets(&mari, council, HOME, &[("if-none-match", &tag)]).await;
        assert_eq!((again.status(), header(&again, "etag"), header(&again, "cache-control")), (StatusCode::NOT_MODIFIED, tag.as_str(), "private, no-cache"));
        assert!(again.bytes().await.unwrap().is_empty());

        // Packed it is another text, and known again all the same.
        let packed = gets(&mari, council, HOME, &[("accept-encoding", "br")]).await;
        let packed_tag = header(&packed, "etag").to_owned();
        assert_eq!(header(&packed, "content-encoding"), "br");
        assert_eq!(packed_tag, format!("{}-br\"", tag.trim_end_matches('"')));
        let known = gets(&mari, council, HOME, &[("accept-encoding", "br"), ("if-none-match", &packed_tag)]).await;
        assert_eq!((known.status(), header(&known, "etag")), (StatusCode::NOT_MODIFIED, packed_tag.as_str()));

        mari.requests_spend(json!({})).await;
        let changed = gets(&mari, council, HOME, &[("if-none-match", &tag)]).await;
        assert_eq!(changed.status(), StatusCode::OK);
        assert_ne!(header(&changed, "etag"), tag);
        let other = council.person("tomos.ellwood").await;
        assert_eq!(gets(&other, council, HOME, &[("if-none-match", &tag)]).await.status(), StatusCode::OK);
    }

    async fn what_fails_or_changes_something_has_no_tag(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let missing = gets(&mari, council, "{ previewSpend(input: { purposeId: \"x\", unitPrice: \"1\" }) { __typename } }", &[("if-none-match", "*")]).await;
        assert_eq!((missing.status().is_redirection(), header(&missing, "etag"), header(&missing, "cache-control")), (false, "", "no-store"));
        let posted = posts(&mari, council, HOME, "identity").await;
        assert_eq!((header(&posted, "etag"), header(&posted, "cache-control")), ("", "no-store"));
    }

    async fn pictures_and_events_are_left_as_they_are(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let receipt = does(&mari, CAPTURE, json!({})).await["receipt"]["id"].as_str().unwrap().to_owned();
        let listens = council.http().post(council.url("/graphql")).bearer_auth(mari.token.as_ref().unwrap());
        let listens = listens.header("accept", "text/event-stream").header("accept-encoding", "br, gzip");
        let query = format!("subscription {{ receiptProgress(id: \"{receipt}\") {{ state bytesReceived }} }}");
        let told = listens.json(&json!({ "query": query })).send().await.unwrap();
        assert_eq!(header(&told, "content-encoding"), "identity");
        let mut told = told.bytes_stream();
        // The picture is sent only once the first event is here, so that it cannot have waited for company.
        let mut first = told.next().await.unwrap().unwrap();
        while first.starts_with(b":") {
            first = told.next().await.unwrap().unwrap();
        }
        assert!(first.starts_with(b"event: next\ndata: {") && first.windows(16).any(|it| it == b"AWAITING_PICTURE"), "{first:?}");
        assert!(mari.puts(&receipt, sample::bus_ticket("1.15")).await.status().is_success());
        let mut rest = Vec::new();
        while let Some(piece) = told.next().await {
            rest.extend_from_slice(&piece.unwrap());
        }
        assert!(String::from_utf8(rest).unwrap().contains("event: complete"));

        let get = council.http().get(council.url(&format!("/receipts/{receipt}/content"))).header("accept-encoding", "br, gzip");
        let picture = get.bearer_auth(mari.token.as_ref().unwrap()).send().await.unwrap();
        assert_eq!((header(&picture, "content-type"), header(&picture, "content-encoding")), ("image/jpeg", ""));
    }
}
