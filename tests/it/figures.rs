//! Figures of what a server does: on a port of their own, about fields and apps, and about nobody.

use std::{net::SocketAddr, time::Duration};

use busfare::{
    http::{graphql::Documents, metrics},
    store::Db,
};
use reqwest::StatusCode;
use serde_json::json;
use tempfile::TempDir;

use crate::{
    council::{Council, key, on_both},
    server_process::{Premises, ServerProcess},
    toy,
};

/// Looks before a story gives up.
const MOST_LOOKS: usize = 600;

/// Starts the demo with figures, and says where they are.
async fn with_figures(here: &Premises) -> (ServerProcess, String) {
    let mut command = here.command("demo");
    command.args(["--metrics-listen", "127.0.0.1:0"]);
    let server = ServerProcess::start(command, "Figures are on ");
    let said = server.stdout();
    let address = said.split("Figures are on ").nth(1).unwrap().split_whitespace().next().unwrap().to_owned();
    (server, address)
}

/// What is told there.
async fn told(address: &str) -> String {
    let answer = reqwest::get(address).await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    assert!(answer.headers()["content-type"].to_str().unwrap().starts_with("application/openmetrics-text"));
    answer.text().await.unwrap()
}

/// Waits until a line is told.
async fn once(address: &str, line: &str) -> String {
    let mut last = String::new();
    for _ in 0..MOST_LOOKS {
        last = told(address).await;
        if last.lines().any(|it| it == line) {
            return last;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("{line} is never told: {last}");
}

on_both! {
    async fn what_a_server_does_is_told_on_a_port_of_its_own_and_names_nobody(here: &Premises) {
        let (server, address) = with_figures(here).await;
        let (token, app) = (server.printed("PRACTITIONER"), server.printed("APP"));
        let hers = server.good(&token, "{ viewer { practitioner { id name } } hubs { name } }", &json!({})).await;
        server.good(&app, "{ a: hubs { name } b: hubs { name id } }", &json!({})).await;
        let capture = "mutation($key: UUID!) { captureReceipt(input: { idempotencyKey: $key }) { receipt { id } } }";
        let captured = server.good(&token, capture, &json!({ "key": key() })).await;
        server.asks(None, "{ viewer { practitioner { id } } }", &json!({})).await;
        server.asks(Some(&token), "{ nonsense", &json!({})).await;

        let receipt = captured["captureReceipt"]["receipt"]["id"].clone();
        let follow = "subscription($id: ID!) { receiptProgress(id: $id) { state } }";
        let following = server.asking(Some(&token), follow, &json!({ "id": receipt })).header("accept", "text/event-stream");
        let following = following.send().await.unwrap();
        let said = once(&address, "busfare_subscriptions 1").await;
        drop(following);
        once(&address, "busfare_subscriptions 0").await;

        for line in [
            r#"busfare_requests_total{route="/graphql",kind="mutation",status="200",code="none"} 1"#,
            r#"busfare_requests_total{route="/graphql",kind="query",status="200",code="none"} 2"#,
            r#"busfare_requests_total{route="/graphql",kind="query",status="200",code="UNAUTHENTICATED"} 1"#,
            r#"busfare_requests_total{route="/graphql",kind="unread",status="200",code="BAD_USER_INPUT"} 1"#,
            r#"busfare_request_seconds_count{route="/graphql",kind="mutation"} 1"#,
            r#"busfare_field_uses_total{type="Query",field="hubs",caller="practitioner"} 1"#,
            r#"busfare_field_uses_total{type="Query",field="hubs",caller="app"} 1"#,
            r#"busfare_field_uses_total{type="Hub",field="id",caller="app"} 1"#,
            "busfare_database_answers 1",
            r#"busfare_jobs{kind="deliver_message",state="stuck"} 0"#,
            "busfare_outbox_waiting 0",
            "busfare_uploads_open 0",
        ] {
            assert!(said.lines().any(|it| it == line), "{line} is missing: {said}");
        }
        for part in ["busfare_database_connections{pool=", "\nbusfare_database_waiting ", "\nbusfare_database_reads_waiting "] {
            assert!(said.contains(part), "{part} is missing: {said}");
        }
        assert!(said.ends_with("# EOF\n"), "{said}");
        let practitioner = &hers["viewer"]["practitioner"];
        for secret in [&practitioner["name"], &practitioner["id"], &receipt] {
            assert!(!said.contains(secret.as_str().unwrap()), "{secret}: {said}");
        }
        assert_eq!(reqwest::get(server.url("/metrics")).await.unwrap().status(), StatusCode::NOT_FOUND);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_waits_for_a_turn_to_change_something_is_counted() {
    let council = Council::on_sqlite().await;
    let db = council.state.db.clone();
    assert_eq!(db.waiting_to_begin(), 0);
    let first = db.begin().await.unwrap();
    let waits = {
        let db = db.clone();
        tokio::spawn(async move { db.begin().await.unwrap().commit().await.unwrap() })
    };
    while db.waiting_to_begin() == 0 {
        tokio::task::yield_now().await;
    }
    assert_eq!(db.waiting_to_begin(), 1);
    let writer = db.connections().into_iter().find(|pool| pool.pool == "writer").unwrap();
    assert_eq!((writer.open, writer.idle, writer.most), (1, 0, 1));
    first.commit().await.unwrap();
    waits.await.unwrap();
    assert_eq!(db.waiting_to_begin(), 0);
    council.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_that_reads_what_is_to_go_is_named() {
    let figures = toy::figures();
    let (toy, url) = toy::serve_counting("127.0.0.1:0", toy::small(), Documents::default(), Some(figures.clone()));
    let folder = TempDir::new().unwrap();
    let db = Db::open_sqlite(folder.path()).await.unwrap();
    let (address, server) = metrics::serve(figures, db, SocketAddr::from(([127, 0, 0, 1], 0))).unwrap();
    let handle = server.handle();
    drop(tokio::spawn(server));
    let http = reqwest::Client::new();
    let asks = async |who: &str, query: &str| {
        let request = http.post(&url).header("x-who", who).json(&json!({ "query": query }));
        request.send().await.unwrap().status()
    };
    for query in ["{ greeting }", "query A { ...f } fragment f on Query { again: greeting greeting }"] {
        assert_eq!(asks("app_old", query).await, StatusCode::OK);
    }
    asks("app_new", "{ hello }").await;
    asks("somebody", "{ greeting double(n: 4711) }").await;
    let much: String = (0..30).map(|number| format!("a{number}: items(first: 100) {{ nodes {{ id }} }} ")).collect();
    while asks("app_greedy", &format!("{{ {much} }}")).await == StatusCode::OK {}

    let said = told(&format!("http://{address}/metrics")).await;

    for line in [
        r#"busfare_deprecated_uses_total{caller="app",app="app_old",field="Query.greeting"} 2"#,
        r#"busfare_deprecated_uses_total{caller="nobody",app="",field="Query.greeting"} 1"#,
        r#"busfare_field_uses_total{type="Query",field="greeting",caller="app"} 2"#,
        r#"busfare_field_uses_total{type="Query",field="hello",caller="app"} 1"#,
        r#"busfare_field_uses_total{type="Query",field="double",caller="nobody"} 1"#,
        "busfare_database_answers 0",
    ] {
        assert!(said.lines().any(|it| it == line), "{line} is missing: {said}");
    }
    let refused = said.lines().find(|line| line.starts_with(r#"busfare_cost_total{caller="app",outcome="refused"}"#));
    assert!(refused.is_some_and(|line| !line.ends_with(" 0")), "{said}");
    for word in ["app_new", "app_greedy", "somebody", "4711"] {
        assert!(!said.contains(word), "{word}: {said}");
    }
    handle.stop(false).await;
    toy.stop(false).await;
}
