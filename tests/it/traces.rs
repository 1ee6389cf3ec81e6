//! Traces: a span a request, sent where somebody collects them, with nothing in it about people.

use std::{
    net::TcpListener,
    sync::{Arc, Mutex},
    time::Duration,
};

use actix_web::{App, HttpResponse, HttpServer, dev::ServerHandle, web};
use serde_json::{Value, json};

use crate::{
    council::on_both,
    server_process::{Premises, ServerProcess},
};

/// Looks before a story gives up.
const MOST_LOOKS: usize = 600;

/// A collector of OpenTelemetry that keeps what it is sent.
struct Collector {
    address: String,
    heard: Arc<Mutex<Vec<u8>>>,
    handle: ServerHandle,
}

impl Collector {
    fn start() -> Self {
        let socket = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", socket.local_addr().unwrap());
        let heard = Arc::<Mutex<Vec<u8>>>::default();
        let kept = Arc::clone(&heard);
        let server = HttpServer::new(move || {
            let kept = Arc::clone(&kept);
            let keep = move |spans: web::Bytes| {
                let kept = Arc::clone(&kept);
                async move {
                    kept.lock().unwrap().extend_from_slice(&spans);
                    HttpResponse::Ok().finish()
                }
            };
            App::new().route("/v1/traces", web::post().to(keep))
        })
        .workers(1)
        .disable_signals()
        .listen(socket)
        .unwrap()
        .run();
        let handle = server.handle();
        drop(tokio::spawn(server));
        Self { address, heard, handle }
    }

    /// Protobuf holds texts as they are, and a trace's number as its bytes.
    fn has(&self, what: &[u8]) -> bool {
        self.heard.lock().unwrap().windows(what.len()).any(|window| window == what)
    }

    async fn has_in_the_end(&self, what: &[u8]) -> bool {
        for _ in 0..MOST_LOOKS {
            if self.has(what) {
                return true;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        false
    }
}

fn traced(here: &Premises, collector: &str) -> ServerProcess {
    let mut command = here.command("demo");
    command.args(["--otlp-endpoint", collector]).env("OTEL_BSP_SCHEDULE_DELAY", "100");
    ServerProcess::start(command, "signIn")
}

on_both! {
    async fn a_request_is_a_span_of_its_callers_trace_and_says_nothing_about_people(here: &Premises) {
        let collector = Collector::start();
        let server = traced(here, &collector.address);
        let token = server.printed("PRACTITIONER");
        let asked = |document: &str| {
            let asking = server.asking(Some(&token), document, &Value::Null);
            asking.header("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
        };

        let answer: Value = asked("{ viewer { practitioner { name } } }").send().await.unwrap().json().await.unwrap();
        let name = answer["data"]["viewer"]["practitioner"]["name"].as_str().unwrap();
        let refused = asked("{ nothing_of_the_kind }").send().await.unwrap();
        let number = refused.headers()["x-request-id"].to_str().unwrap().to_owned();

        assert!(collector.has_in_the_end(number.as_bytes()).await, "the span was never sent");
        let trace = [0x0a, 0xf7, 0x65, 0x19, 0x16, 0xcd, 0x43, 0xdd, 0x84, 0x48, 0xeb, 0x21, 0x1c, 0x80, 0x31, 0x9c];
        for told in [&b"POST /graphql"[..], b"busfare", b"http.response.status_code", b"query", b"BAD_USER_INPUT", &trace] {
            assert!(collector.has(told), "{}", String::from_utf8_lossy(told));
        }
        for hidden in [name, "practitioner", "nothing_of_the_kind", token.as_str(), "127.0.0.1"] {
            assert!(!collector.has(hidden.as_bytes()), "{hidden} was told");
        }
        let line = server.stderr().lines().any(|line| line.contains(&number) && line.contains("0af7651916cd43dd8448eb211c80319c"));
        assert!(line, "the journal does not say which trace it was");
        collector.handle.stop(false).await;
    }

    async fn a_collector_that_is_away_keeps_nobody_waiting(here: &Premises) {
        let away = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let server = traced(here, &format!("http://{away}"));
        let token = server.printed("PRACTITIONER");

        for _ in 0..20 {
            let answer = server.good(&token, "{ viewer { practitioner { id } } }", &json!({})).await;
            assert!(answer["viewer"]["practitioner"]["id"].is_string());
        }
        let stopped = server.told_to_stop(Duration::from_secs(30)).await;
        assert!(stopped.is_some_and(|(status, ..)| status.success()), "it did not end in good order");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_collector_nothing_is_traced() {
    let here = Premises::on_sqlite().await;
    let server = here.demo();
    let token = server.printed("PRACTITIONER");
    server.good(&token, "{ viewer { practitioner { id } } }", &json!({})).await;

    assert!(!server.stderr().contains("trace_id"));
    here.close().await;
}
