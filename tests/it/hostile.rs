//! Documents made to hurt, sent to the real schema by a stranger: each is refused at once, and the next phone is served.

mod cost;

use std::time::{Duration, Instant};

use busfare::api::error::Code;
use reqwest::{Response, StatusCode};
use serde_json::{Value, json};

use crate::council::{Council, on_both};

/// What a hostile stranger posts: a name, and the body as it goes over the wire.
type Blow = (&'static str, String);

fn document(name: &'static str, document: impl Into<String>) -> Blow {
    (name, json!({ "query": document.into() }).to_string())
}

fn variables(name: &'static str, document: &str, variables: &str) -> Blow {
    (name, format!(r#"{{"query":{},"variables":{variables}}}"#, json!(document)))
}

/// `depth` of an opening, what is inside, and as many closings.
fn nested(open: &str, inside: &str, close: &str, depth: usize) -> String {
    format!("{}{inside}{}", open.repeat(depth), close.repeat(depth))
}

fn many(count: usize, one: impl Fn(usize) -> String) -> String {
    (0..count).map(one).collect()
}

fn deep() -> Vec<Blow> {
    let introspection = nested("fields{type{", "name", "}}", 40);
    vec![
        document("a deep list literal", format!("{{node(id:{}){{id}}}}", nested("[", "1", "]", 8_000))),
        document("an endless list literal", format!("{{node(id:{}", "[".repeat(16_000))),
        document(
            "a deep object literal",
            format!("{{formFor(context:{}){{because}}}}", nested("{a:", "1", "}", 4_000)),
        ),
        document("a deep selection", nested("{a", "", "}", 5_000)),
        document("endless selections", "{a".repeat(8_000)),
        document("deep inline fragments", format!("{{{}}}", nested("...{", "__typename", "}", 3_000))),
        document("deep parentheses", format!("{{a{}}}", "(".repeat(16_000))),
        document("a deep list type", format!("query($a:{}){{__typename}}", nested("[", "Int", "]", 8_000))),
        document("a deep default", format!("query($a:Int={}){{__typename}}", nested("[", "1", "]", 8_000))),
        document("deep introspection", format!("{{__schema{{types{{{introspection}}}}}}}")),
        document("deep ofType", format!("{{__type(name:\"Query\"){{{}}}}}", nested("ofType{", "name", "}", 30))),
        variables("deep variables", "{__typename}", &format!(r#"{{"a":{}}}"#, nested("[", "1", "]", 100_000))),
        variables("endless variables", "{__typename}", &format!(r#"{{"a":{}"#, "[".repeat(200_000))),
        variables("deep objects in variables", "{__typename}", &nested(r#"{"a":"#, "1", "}", 40_000)),
        ("a deep body", "[".repeat(200_000)),
        ("deep extensions", format!(r#"{{"query":"{{__typename}}","extensions":{}}}"#, nested("[", "", "]", 100_000))),
    ]
}

fn fans() -> Vec<Blow> {
    let doubling = many(25, |n| format!("fragment F{n} on Query{{...F{m} ...F{m}}}", m = n + 1));
    let wide = format!("{{{}}}fragment F on Query{{{}}}", "...F ".repeat(400), "...G ".repeat(400));
    let chain = many(200, |n| format!("fragment F{n} on Query{{...F{}}}", n + 1));
    vec![
        document("a fragment bomb", format!("{{...F0}}{doubling}fragment F25 on Query{{__typename}}")),
        document("a fan of fans", format!("{wide}fragment G on Query{{__typename}}")),
        document("a long chain of fragments", format!("{{...F0}}{chain}fragment F200 on Query{{__typename}}")),
        document("a fragment in itself", "{...F}fragment F on Query{...F}"),
        document(
            "fragments in a circle",
            "{...A}fragment A on Query{...B}fragment B on Query{...C}fragment C on Query{...A}",
        ),
        document("a circle nobody uses", "{__typename}fragment A on Query{...B}fragment B on Query{...A}"),
        document("a circle in an inline fragment", "{...A}fragment A on Query{...on Query{viewer{__typename}...A}}"),
        document("a fragment that is not there", "{...Nowhere}"),
    ]
}

fn wide() -> Vec<Blow> {
    let ids = many(900, |_| "\"x\"".to_owned());
    let operations = many(400, |n| format!("query Q{n}{{__typename}}"));
    vec![
        document("ten thousand aliases", format!("{{{}}}", many(10_000, |n| format!("a{n}:__typename ")))),
        document("as many aliases as fit", format!("{{{}}}", many(660, |n| format!("a{n}:__typename ")))),
        document("ten thousand directives", format!("{{__typename {}}}", "@a".repeat(10_000))),
        document("as many directives as fit", format!("{{__typename {}}}", "@skip(if:false)".repeat(300))),
        document("directives on the operation", format!("query {}{{__typename}}", "@a".repeat(900))),
        document("the same field over and over", format!("{{{}}}", "viewer{practitioner{name}}".repeat(400))),
        document("a huge list", format!("{{nodes(ids:[{}]){{id}}}}", "\"x\" ".repeat(1_990))),
        document("a list of nine hundred ids", format!("{{nodes(ids:[{ids}]){{id}}}}")),
        document("four hundred operations", operations),
        document(
            "a costly page",
            "{spends(first:100){nodes{records{id answers{linkId text}} receipts{spends{receipts{spends{receipts{id}}}}}}}}",
        ),
        document("sixteen kilobytes and a byte", format!("{{__typename #{}\n}}", "x".repeat(16 * 1_024))),
        document("a comment of two hundred kilobytes", format!("{{__typename #{}\n}}", "x".repeat(200_000))),
        document("commas without end", format!("{{nowhere{}}}", ",".repeat(16_000))),
        document("a long name", format!("{{{}}}", "a".repeat(16_000))),
        document("a long number", format!("{{spends(first:{}){{nodes{{id}}}}}}", "9".repeat(15_000))),
        document("a large exponent", "{spends(first:1e999999999){nodes{id}}}"),
        document("many misspellings", format!("{{{}}}", many(900, |n| format!("viewr{n} ")))),
        document("many variables", format!("query({}){{__typename}}", many(350, |n| format!("$v{n}:Nope ")))),
        variables(
            "a list of twenty thousand",
            "query($a:[ID!]!){nodes(ids:$a){id}}",
            &format!("{{\"a\":[{}1]}}", "1,".repeat(25_000)),
        ),
        variables(
            "a list of five thousand ids",
            "query($a:[ID!]!){nodes(ids:$a){id}}",
            &format!("{{\"a\":[{}\"x\"]}}", "\"x\",".repeat(5_000)),
        ),
        variables(
            "a text of two hundred kilobytes",
            "query($a:ID!){node(id:$a){id}}",
            &format!("{{\"a\":\"{}\"}}", "x".repeat(200_000)),
        ),
        variables(
            "twenty thousand variables",
            "{node}",
            &format!("{{{}\"x\":1}}", many(15_000, |n| format!("\"v{n}\":1,"))),
        ),
        ("a body of 300 kilobytes", format!("{{\"query\":\"{{__typename}}\",\"a\":\"{}\"}}", "x".repeat(300_000))),
    ]
}

fn odd() -> Vec<Blow> {
    vec![
        document("a text without an end", format!("{{node(id:\"{}", "x".repeat(15_000))),
        document("a block without an end", format!("{{node(id:\"\"\"{}", "\"\" ".repeat(5_000))),
        document("a NUL", "{\u{0}}"),
        document("a byte order mark in the middle", "{\u{feff}node}"),
        document("a text that turns around", "{\u{202e}viewer}"),
        document("a subscription", "subscription{__typename}"),
        document("a type", "type Query{a:Int}"),
        document("nothing", ""),
        document("only a comment", "#"),
        document("no operation", "fragment F on Query{__typename}"),
        ("half a surrogate", r#"{"query":"{node(id:\"\ud800\"){id}}"}"#.to_owned()),
        ("a batch", format!("[{}]", vec![r#"{"query":"{__typename}"}"#; 1_000].join(","))),
        ("the query twice", r#"{"query":"{__typename}","query":"{__typename}"}"#.to_owned()),
        ("a query that is a list", r#"{"query":["{__typename}"]}"#.to_owned()),
        ("nothing at all", String::new()),
    ]
}

async fn strike(council: &Council, body: String) -> Response {
    let post = council.http().post(council.url("/graphql")).header("content-type", "application/json");
    post.header("accept", "application/graphql-response+json").body(body).send().await.unwrap()
}

/// Every error of an answer has a code from the closed list, a request id, and a sentence that fits a phone.
#[track_caller]
fn well_refused(name: &str, status: StatusCode, body: &Value) {
    assert!(status.is_client_error(), "{name}: {status} {body:#}");
    let errors = body["errors"].as_array().unwrap_or_else(|| panic!("{name}: {body:#}"));
    assert!((1..=50).contains(&errors.len()) && body.get("data").is_none(), "{name}: {body:#}");
    for error in errors {
        let code = error["extensions"]["code"].as_str().and_then(Code::from_wire);
        assert!(code.is_some_and(|code| code != Code::Internal), "{name}: {error:#}");
        assert_eq!(error["extensions"]["requestId"].as_str().map(str::len), Some(36), "{name}: {error:#}");
        assert!((1..=140).contains(&error["message"].as_str().unwrap().chars().count()), "{name}: {error:#}");
    }
}

on_both! {
    async fn a_document_made_to_hurt_is_refused_at_once(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let (mut slowest, mut name_of_slowest) = (Duration::ZERO, "");
        for (name, body) in [deep(), fans(), wide(), odd()].concat() {
            let began = Instant::now();
            let response = strike(council, body).await;
            let (status, body) = (response.status(), response.json::<Value>().await.unwrap());
            let took = began.elapsed();

            if name == "a list of five thousand ids" || name == "a list of nine hundred ids" || name == "a text of two hundred kilobytes" {
                // These are well formed and small enough; what they ask for is not for strangers.
                assert_eq!((status.as_u16(), &body["errors"][0]["extensions"]["code"]), (294, &json!("UNAUTHENTICATED")), "{name}: {body:#}");
            } else {
                well_refused(name, status, &body);
            }
            assert!(took < Duration::from_secs(1), "{name} took {took:?}");
            if took > slowest {
                (slowest, name_of_slowest) = (took, name);
            }
        }
        println!("the slowest was {name_of_slowest}, after {:.1} ms", slowest.as_secs_f64() * 1e3);
        mari.good("{ viewer { practitioner { name } } }", json!({})).await;
    }

    async fn the_standard_introspection_query_is_answered(council: &Council) {
        let query = include_str!("../../src/http/front_door/introspection.graphql");
        let answer = council.stranger().good(query, json!({})).await;
        assert_eq!(answer["__schema"]["queryType"]["name"], "Query");
        assert!(answer["__schema"]["types"].as_array().unwrap().len() > 50);
    }

    async fn nothing_is_changed_by_a_link_a_form_or_an_upload(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let purpose = council.purpose("bus-fare").await;
        let ask = format!("mutation{{requestSpend(input:{{idempotencyKey:\"{}\",purposeId:\"{purpose}\",unitPrice:\"1.15\"}}){{replayed}}}}", crate::council::key());
        let bearer = mari.token.clone().unwrap();

        let mut link = reqwest::Url::parse(&council.url("/graphql")).unwrap();
        link.query_pairs_mut().append_pair("query", &ask);
        let followed = council.http().get(link).bearer_auth(&bearer).send().await.unwrap();
        assert_eq!((followed.status().as_u16(), followed.headers()["allow"].to_str().unwrap()), (405, "POST"));

        let post = || council.http().post(council.url("/graphql")).bearer_auth(&bearer);
        let json = json!({ "query": ask }).to_string();
        let parts = "--b\r\ncontent-disposition: form-data; name=\"operations\"\r\n\r\n";
        for (content_type, body) in [
            ("text/plain", json.clone()),
            ("application/x-www-form-urlencoded", format!("query={ask}")),
            ("multipart/form-data; boundary=b", format!("{parts}{json}\r\n--b--\r\n")),
            ("application/graphql", ask.clone()),
            ("application/json, text/plain", json.clone()),
        ] {
            let response = post().header("content-type", content_type).body(body).send().await.unwrap();
            assert_eq!(response.status().as_u16(), 415, "{content_type}");
            well_refused(content_type, response.status(), &response.json().await.unwrap());
        }
        assert_eq!(post().body(json).send().await.unwrap().status().as_u16(), 415);
        assert_eq!(mari.good("{ spends { nodes { id } } }", json!({})).await["spends"]["nodes"], json!([]));
    }
}
