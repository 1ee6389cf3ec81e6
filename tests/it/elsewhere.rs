//! Pages of another origin: those that the operator names ask for everything with a token, in a real browser too; of all others a
//! browser hears that they may not.

use std::net::{SocketAddr, TcpListener};

use actix_web::dev::ServerHandle;
use busfare::http::server::{self, Welcome};
use reqwest::{Client, Method, Response};
use serde_json::json;

use crate::{
    conformance::{is_ready, run},
    council::{Council, on_both, works},
    server_process::is_installed,
    verbs::{CAPTURE, does},
};

const APP: &str = "https://app.council.example";
const ALLOWED: &str = "access-control-allow-origin";

/// The same council on a server that pages of some origins may ask.
struct Open {
    address: SocketAddr,
    handle: ServerHandle,
    http: Client,
}

impl Open {
    fn to(council: &Council, origins: &[&str]) -> Self {
        let welcome = Welcome { origins: origins.iter().map(|&origin| origin.into()).collect(), ..Welcome::default() };
        let (state, anywhere) = (council.state.clone(), SocketAddr::from(([127, 0, 0, 1], 0)));
        let works = works(&state, council.data.path());
        let (address, server) = server::listen_to(state, works, anywhere, welcome).unwrap();
        let handle = server.handle();
        drop(tokio::spawn(server));
        Self { address, handle, http: Client::new() }
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// What a browser asks first: whether a page may ask in this way.
    async fn may(&self, path: &str, origin: &str, method: &str, headers: &str) -> Response {
        let asks = self.http.request(Method::OPTIONS, self.url(path)).header("origin", origin);
        let asks =
            asks.header("access-control-request-method", method).header("access-control-request-headers", headers);
        asks.send().await.unwrap()
    }

    async fn stops(self) {
        self.handle.stop(false).await;
    }
}

fn told(response: &Response, header: &str) -> Option<String> {
    let mut all = response.headers().get_all(header).iter();
    let only = all.next().map(|value| value.to_str().unwrap().to_lowercase());
    assert!(all.next().is_none(), "{header} twice");
    only
}

on_both! {
    async fn pages_that_the_operator_names_may_ask_and_no_others(council: &Council) {
        let open = Open::to(council, &["https://other.example", &format!("{APP}/")]);
        let ways = [
            ("/graphql", "POST", "authorization,content-type,accept-language,traceparent"),
            ("/graphql", "GET", "authorization,if-none-match"),
            ("/uploads", "POST", "authorization,tus-resumable,upload-length,upload-metadata"),
            ("/uploads/1", "PATCH", "authorization,tus-resumable,upload-offset,content-type"),
            ("/receipts/1/content", "PUT", "authorization,content-type"),
            ("/oauth/token", "POST", "content-type"),
        ];
        for (path, method, headers) in ways {
            let answer = open.may(path, APP, method, headers).await;
            assert_eq!(answer.status(), 200, "{method} {path}");
            assert_eq!(told(&answer, ALLOWED).as_deref(), Some(APP));
            assert!(told(&answer, "access-control-allow-methods").unwrap().to_uppercase().contains(method), "{method} {path}");
            let allowed = told(&answer, "access-control-allow-headers").unwrap();
            assert!(headers.split(',').all(|header| allowed.contains(header)), "{allowed}");
            for other in ["https://evil.example", "http://app.council.example", "https://app.council.example.evil.example", "null"] {
                let answer = open.may(path, other, method, headers).await;
                assert_eq!(told(&answer, ALLOWED), None, "{other} {path}");
            }
        }

        // Never with what a browser remembers of somebody, and a cache keeps the answers of each origin apart.
        let mari = council.person("mari.prydderch").await;
        let ask = async |origin: &str| {
            let post = open.http.post(open.url("/graphql")).header("origin", origin).bearer_auth(mari.token.as_ref().unwrap());
            post.json(&json!({ "query": "{ spends { nodes { id } } }" })).send().await.unwrap()
        };
        let answer = ask(APP).await;
        assert_eq!(told(&answer, ALLOWED).as_deref(), Some(APP));
        assert_eq!(told(&answer, "access-control-allow-credentials"), None);
        let exposed = told(&answer, "access-control-expose-headers").unwrap();
        for header in ["etag", "retry-after", "x-request-id", "upload-offset", "location"] {
            assert!(exposed.contains(header), "{exposed}");
        }
        assert!(answer.headers().get_all("vary").iter().any(|vary| vary.to_str().unwrap().to_lowercase().contains("origin")));
        assert_eq!(told(&ask("https://evil.example").await, ALLOWED), None);

        // The directory is for any page, also then.
        let services = open.http.get(open.url("/open-referral/services")).header("origin", "https://anybody.example");
        assert!(told(&services.send().await.unwrap(), ALLOWED).is_some_and(|who| who == "*" || who == "https://anybody.example"));
        open.stops().await;

        // Where nobody is named no page of elsewhere may ask for anything.
        let shut = Open::to(council, &[]);
        for (path, method, headers) in ways {
            assert_eq!(told(&shut.may(path, APP, method, headers).await, ALLOWED), None, "{path}");
        }
        shut.stops().await;
    }

    async fn an_app_that_runs_in_a_browser_asks_listens_and_uploads(council: &Council) {
        if !is_installed("chromium") {
            return;
        }
        let free = TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port();
        let open = Open::to(council, &[&format!("http://127.0.0.1:{free}")]);
        let mari = council.person("mari.prydderch").await;
        let receipt = does(&mari, CAPTURE, json!({})).await["receipt"]["id"].clone();
        let (server, token) = (open.url(""), mari.token.clone().unwrap());
        let asked = tokio::task::spawn_blocking(move || {
            let args = ["elsewhere.mjs", &server, &token, receipt.as_str().unwrap(), &free.to_string(), "/usr/bin/chromium"];
            is_ready("axe").then(|| run("axe", "node", &args, &[]))
        });
        if let Some((well, said)) = asked.await.unwrap() {
            assert!(well && said.contains("asked, listened and uploaded; another page did not"), "{said}");
        }
        open.stops().await;
    }
}
