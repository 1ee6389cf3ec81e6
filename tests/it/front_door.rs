//! Requests as phones, browsers and strangers send them, and what each hears back.

mod persisted;
pub mod phone;

use std::time::{Duration, Instant};

use busfare::http::graphql::Settings;
use bytes::Bytes;
use futures_util::stream;
use reqwest::Method;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use self::phone::{Heard, Phone};
use crate::toy;

#[actix_web::test]
async fn a_question_is_answered_with_its_cost() {
    let phone = Phone::new(Settings::default());
    let heard = phone.ask("{ items(first: 2) { nodes { id } } }").await;
    assert_eq!(heard.status, 200);
    let bucket = json!({"max": 100_000, "available": 99_995, "restorePerSecond": 10_000});
    assert_eq!(
        heard.body,
        json!({
            "data": {"items": {"nodes": [{"id": 0}, {"id": 1}]}},
            "extensions": {"cost": {"requested": 5, "limit": 10_000, "bucket": bucket}},
        })
    );
    assert_eq!(heard.header("content-type"), "application/graphql-response+json; charset=utf-8");
    assert_eq!(heard.header("vary"), "Accept, Accept-Language");
    assert_eq!(heard.header("cache-control"), "no-store");
}

#[actix_web::test]
async fn only_post_and_get_are_offered() {
    let phone = Phone::new(Settings::default());
    for method in [Method::PUT, Method::DELETE, Method::PATCH, Method::OPTIONS] {
        let heard = Heard::from(phone.client.request(method, &phone.url).send().await.unwrap()).await;
        heard.says(405, "BAD_USER_INPUT");
        assert_eq!(heard.header("allow"), "GET, POST");
    }
}

#[actix_web::test]
async fn json_is_the_only_content_type() {
    let phone = Phone::new(Settings::default());
    let body = r#"{"query":"{ hello }"}"#;
    for other in [
        "text/plain",
        "application/graphql",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=b",
        "application/json; charset=utf-16",
    ] {
        phone.send_raw(other, body).await.says(415, "BAD_USER_INPUT");
    }
    let untyped = phone.post().body(body).send().await.unwrap();
    Heard::from(untyped).await.says(415, "BAD_USER_INPUT");
    assert_eq!(phone.send_raw("application/json;charset=UTF-8", body).await.status, 200);
}

#[actix_web::test]
async fn a_caller_who_accepts_neither_type_is_told_so() {
    let phone = Phone::new(Settings::default());
    let request = phone.client.post(&phone.url).header("accept", "text/html").json(&json!({"query": "{ hello }"}));
    Heard::from(request.send().await.unwrap()).await.says(406, "BAD_USER_INPUT");
}

#[actix_web::test]
async fn a_body_that_is_not_a_request_is_a_bad_request_in_either_type() {
    let phone = Phone::new(Settings::default());
    for body in [
        "",
        "NONSENSE",
        "{\"query\":",
        "null",
        "\"{ hello }\"",
        "[]",
        "[{\"query\":\"{ hello }\"}]",
        "{}",
        r#"{"query":1}"#,
        r#"{"query":"{ hello }","variables":[]}"#,
        r#"{"query":"{ hello }","operationName":1}"#,
        r#"{"query":"{ hello }","extensions":"x"}"#,
        r#"{"query":"{ hello }","query":"{ hello }"}"#,
        r#"{"query":"\ud800"}"#,
        "\u{feff}{\"query\":\"{ hello }\"}",
    ] {
        phone.send_raw("application/json", body).await.says(400, "BAD_USER_INPUT");
        let legacy = phone.client.post(&phone.url).header("content-type", "application/json").body(body);
        Heard::from(legacy.send().await.unwrap()).await.says(400, "BAD_USER_INPUT");
    }
    phone.send_raw("application/json", vec![b'{', 0xff, b'}']).await.says(400, "BAD_USER_INPUT");
    let extra =
        json!({"query": "{ hello }", "variables": null, "operationName": null, "extensions": {}, "surprise": [1]});
    assert_eq!(phone.ask_whole(&extra).await.status, 200);
}

#[actix_web::test]
async fn deep_or_endless_json_is_refused_before_it_is_parsed() {
    let phone = Phone::new(Settings::default());
    let deep = format!(r#"{{"query":"{{ hello }}","variables":{{"a":{}}}}}"#, "[".repeat(200_000));
    phone.send_raw("application/json", deep).await.says(400, "QUERY_TOO_COMPLEX");
    let long = format!(r#"{{"query":"{{ hello }}","variables":{{"a":[{}0]}}}}"#, "0,".repeat(100_000));
    phone.send_raw("application/json", long).await.says(400, "QUERY_TOO_COMPLEX");
}

#[actix_web::test]
async fn each_failure_has_its_status_in_the_newer_type_and_200_in_the_legacy_type() {
    let phone = Phone::new(Settings::default());
    for (document, status, code) in [
        ("{", 400, "BAD_USER_INPUT"),
        ("{ nothing }", 422, "BAD_USER_INPUT"),
        ("query Q($n: Int!) { double(n: $n) }", 422, "BAD_USER_INPUT"),
        ("{ double(n: \"two\") }", 422, "BAD_USER_INPUT"),
        ("{ hello { x } }", 422, "BAD_USER_INPUT"),
        ("query A { hello } query B { hello }", 422, "BAD_USER_INPUT"),
        ("{ ...F } fragment F on Query { ...F }", 422, "BAD_USER_INPUT"),
        ("subscription { x }", 422, "BAD_USER_INPUT"),
        ("{a{a{a{a{a{a{a{a{a{a{a{a{a{a{a{a{a{a{a{a{a{a}}}}}}}}}}}}}}}}}}}}}}", 422, "QUERY_TOO_COMPLEX"),
    ] {
        let newer = phone.ask(document).await;
        newer.says(status, code);
        assert!(newer.body.get("data").is_none(), "{document}: {}", newer.body);
        let legacy = phone.ask_in_json(document).await;
        legacy.says(200, code);
        assert_eq!(legacy.header("content-type"), "application/json; charset=utf-8");
    }
    let syntax = phone.ask("{\n a(").await;
    assert_eq!(syntax.body["errors"][0]["locations"], json!([{"line": 2, "column": 4}]));
}

#[actix_web::test]
async fn a_variable_of_the_wrong_type_is_a_validation_failure() {
    let phone = Phone::new(Settings::default());
    let query = "query Q($n: Int!) { double(n: $n) }";
    for value in [json!("two"), json!(1.5), json!([1, 2]), json!({"a": 1}), json!(1e30)] {
        let heard = phone.ask_whole(&json!({"query": query, "variables": {"n": value}})).await;
        heard.says(422, "BAD_USER_INPUT");
        assert!(heard.body.get("data").is_none(), "{}", heard.body);
    }
    assert_eq!(
        phone.ask_whole(&json!({"query": query, "variables": {"n": 2}})).await.body["data"],
        json!({"double": 4})
    );
}

#[actix_web::test]
async fn data_together_with_errors_is_a_partial_success() {
    let phone = Phone::new(Settings::default());
    let heard = phone.ask("{ hello missing }").await;
    heard.says(294, "NOT_FOUND");
    assert_eq!(heard.body["data"], json!({"hello": "hello", "missing": null}));
    assert_eq!(heard.body["errors"][0]["path"], json!(["missing"]));
    phone.ask_in_json("{ hello missing }").await.says(200, "NOT_FOUND");

    let nothing_left = phone.ask("{ hello must }").await;
    nothing_left.says(294, "INTERNAL");
    assert_eq!(nothing_left.body["data"], Value::Null);
    assert!(!nothing_left.body.to_string().contains("disk"), "{}", nothing_left.body);
}

#[actix_web::test]
async fn our_insides_are_never_shown() {
    let phone = Phone::new(Settings::default());
    let leaked = phone.ask("{ hello leak }").await;
    leaked.says(294, "INTERNAL");
    assert!(!leaked.body.to_string().contains("relation"), "{}", leaked.body);

    let panicked = phone.ask("{ hello boom }").await;
    panicked.says(500, "INTERNAL");
    assert!(!panicked.body.to_string().contains("vault"), "{}", panicked.body);

    let clumsy = phone.post().header("x-who", "clumsy").json(&json!({"query": "{ hello }"}));
    Heard::from(clumsy.send().await.unwrap()).await.says(500, "INTERNAL");
    assert_eq!(phone.ask("{ hello }").await.status, 200);
}

#[actix_web::test]
async fn who_is_asking_reaches_the_resolvers_and_an_expired_sign_in_does_not() {
    let phone = Phone::new(Settings::default());
    let pat = phone.post().header("x-who", "pat").json(&json!({"query": "{ whoami }"}));
    assert_eq!(Heard::from(pat.send().await.unwrap()).await.body["data"], json!({"whoami": "pat"}));
    let expired = phone.client.post(&phone.url).header("x-who", "expired").json(&json!({"query": "{ whoami }"}));
    let heard = Heard::from(expired.send().await.unwrap()).await;
    heard.says(401, "UNAUTHENTICATED");
    assert_eq!(heard.header("www-authenticate"), "Bearer");
}

#[actix_web::test]
async fn a_get_may_ask_and_may_not_change_anything() {
    let phone = Phone::new(Settings::default());
    let two = "query A { hello } query B($n: Int!) { double(n: $n) }";
    let heard =
        phone.get(&[("query", two), ("operationName", "B"), ("variables", r#"{"n":4}"#), ("extensions", "")]).await;
    assert_eq!((heard.status, &heard.body["data"]), (200, &json!({"double": 8})));

    let mutation = phone.get(&[("query", "mutation { bump }")]).await;
    mutation.says(405, "BAD_USER_INPUT");
    assert_eq!(mutation.header("allow"), "POST");
    let hidden = phone.get(&[("query", "query Q { hello } mutation M { bump }"), ("operationName", "M")]).await;
    hidden.says(405, "BAD_USER_INPUT");
    assert_eq!(phone.ask("mutation { bump }").await.body["data"], json!({"bump": 1}));

    let with_body = phone.client.get(format!("{}?query=%7Bhello%7D", phone.url)).body("{}");
    Heard::from(with_body.send().await.unwrap()).await.says(400, "BAD_USER_INPUT");

    // In an address `null` is a name like any other, and no name is none.
    let named = phone.get(&[("query", "query null { hello } query B { boom }"), ("operationName", "null")]).await;
    assert_eq!((named.status, &named.body["data"]), (200, &json!({"hello": "hello"})));
    phone.get(&[("query", two), ("operationName", "null")]).await.says(422, "BAD_USER_INPUT");
    assert_eq!(phone.get(&[("query", "{ hello }"), ("operationName", "")]).await.status, 200);
    phone.get(&[("query", two)]).await.says(422, "BAD_USER_INPUT");
    phone.get(&[("variables", "{}")]).await.says(400, "BAD_USER_INPUT");
    phone.get(&[("query", "{ hello }"), ("variables", "[1]")]).await.says(400, "BAD_USER_INPUT");
    phone.get(&[("query", "{ hello }"), ("query", "{ boom }")]).await.says(400, "BAD_USER_INPUT");
    phone.get(&[("query", &format!("{{ hello }} #{}", "x".repeat(20_000)))]).await.says(414, "BAD_USER_INPUT");
}

#[actix_web::test]
async fn a_flood_is_cut_off_whether_or_not_it_says_its_length() {
    let phone = Phone::new(Settings { read_deadline: Duration::from_secs(5), ..Settings::default() });
    let before = resident_kib();
    let flood =
        |pieces: usize| stream::iter((0..pieces).map(|_| Ok::<_, std::io::Error>(Bytes::from_static(&[b' '; 65_536]))));

    let chunked =
        phone.post().header("content-type", "application/json").body(reqwest::Body::wrap_stream(flood(1_000)));
    Heard::from(chunked.send().await.unwrap()).await.says(413, "BAD_USER_INPUT");
    let declared = phone.post().header("content-type", "application/json").header("content-length", 65_536_000_u64);
    let declared = declared.body(reqwest::Body::wrap_stream(flood(1_000)));
    Heard::from(declared.send().await.unwrap()).await.says(413, "BAD_USER_INPUT");

    let grown = resident_kib().saturating_sub(before);
    assert!(grown < 10 * 1024, "{grown} KiB");
    let small = r#"{"query":"{ hello }"}"#;
    let largest = small.to_owned() + &" ".repeat(256 * 1024 - small.len());
    assert_eq!(phone.send_raw("application/json", largest.clone()).await.status, 200);
    phone.send_raw("application/json", largest + " ").await.says(413, "BAD_USER_INPUT");
}

#[actix_web::test]
async fn an_endless_flood_is_hung_up_on() {
    let phone = Phone::new(Settings::default());
    let mut flood = TcpStream::connect(phone.address()).await.unwrap();
    let head =
        "POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n";
    flood.write_all(head.as_bytes()).await.unwrap();
    let chunk = [b"10000\r\n".as_slice(), &[b' '; 65_536], b"\r\n"].concat();

    // The server throws away what comes for a second, so that the answer is not lost, and then hangs up.
    let pour = async { while flood.write_all(&chunk).await.is_ok() {} };
    assert!(tokio::time::timeout(Duration::from_secs(5), pour).await.is_ok(), "the flood was never cut off");
}

#[actix_web::test]
async fn a_body_that_dawdles_is_given_up_on() {
    let phone = Phone::new(toy::small());
    let mut slow = TcpStream::connect(phone.address()).await.unwrap();
    let head = "POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{";
    slow.write_all(head.as_bytes()).await.unwrap();
    let started = Instant::now();
    let mut heard = String::new();
    slow.read_to_string(&mut heard).await.unwrap();
    assert!(heard.starts_with("HTTP/1.1 408"), "{heard}");
    assert!(heard.contains("BAD_USER_INPUT"), "{heard}");
    assert!(started.elapsed() < Duration::from_secs(3), "{:?}", started.elapsed());
}

#[actix_web::test]
async fn an_operation_that_takes_too_long_is_stopped() {
    let phone = Phone::new(toy::small());
    let heard = phone.ask("{ nap(milliseconds: 60000) }").await;
    heard.says(503, "INTERNAL");
    assert_eq!(heard.header("retry-after"), "1");
}

#[actix_web::test]
async fn a_caller_who_spends_too_fast_is_asked_to_wait() {
    let phone = Phone::new(toy::small());
    let dear =
        "{ items(first: 100) { nodes { a: id b: id c: id d: id e: id f: id g: id h: id i: id j: id k: id l: id } } }";
    let mut last = phone.ask(dear).await;
    for _ in 0..20 {
        if last.status != 200 {
            break;
        }
        last = phone.ask(dear).await;
    }
    last.says(429, "THROTTLED");
    assert!(last.header("retry-after").parse::<u32>().unwrap() >= 1);
    assert_eq!(last.body["extensions"]["cost"]["requested"], 1_301);
    assert!(last.body["extensions"]["cost"]["bucket"]["available"].as_u64().unwrap() < 1_301);
    let another = phone.post().header("x-who", "sam").json(&json!({"query": dear})).send().await.unwrap();
    assert_eq!(another.status().as_u16(), 200);
}

#[actix_web::test]
async fn the_standard_introspection_query_is_answered() {
    let phone = Phone::new(Settings::default());
    let query = include_str!("../../src/http/front_door/introspection.graphql");
    let heard = phone.ask(query).await;
    assert_eq!(heard.status, 200, "{}", heard.body["errors"]);
    assert_eq!(heard.body["data"]["__schema"]["queryType"]["name"], "Query");
}

#[actix_web::test]
async fn the_dearest_documents_that_are_let_in_are_answered_quickly() {
    let phone = Phone::new(Settings::default());
    let fan = format!("{{ {} }} fragment F on Query {{ {} }}", "...F ".repeat(30), "hello ".repeat(31));
    let unknown = format!("{{ {} }}", (0..900).map(|n| format!("n{n} ")).collect::<String>());
    let name = format!("{{ {} }}", "a".repeat(16_000));
    let same = format!("{{ {} }}", "items { nodes { id } } ".repeat(240));
    for document in [fan, unknown, name, same] {
        let started = Instant::now();
        let heard = phone.ask(&document).await;
        let took = started.elapsed();
        println!("{:>9.3} ms {} for {} bytes", took.as_secs_f64() * 1e3, heard.status, document.len());
        assert!(took < Duration::from_millis(400), "{took:?}");
    }
}

fn resident_kib() -> usize {
    let pages = std::fs::read_to_string("/proc/self/statm").unwrap();
    pages.split(' ').nth(1).unwrap().parse::<usize>().unwrap() * 4
}
