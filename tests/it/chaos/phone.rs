//! A phone that captures a receipt whatever the line does: the row, the bytes and the link in any order, each until it
//! has an answer, and some of them once more.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use busfare::{
    http::clock,
    rules::token::{Bearer, SigningKey},
};
use data_encoding::{BASE64, HEXLOWER};
use reqwest::{Client, Method, RequestBuilder, Response};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::line::Chance;
use crate::{
    council::key,
    verbs::{ATTACH, CAPTURE},
};

/// One receipt to be captured.
pub struct Ticket {
    pub id: String,
    pub spend: String,
    pub picture: Vec<u8>,
}

pub struct Phone {
    line: SocketAddr,
    http: Client,
    signing: Arc<SigningKey>,
    bearer: Bearer,
}

#[derive(Clone, Copy)]
enum Step {
    Row,
    Bytes,
    Link,
}

impl Phone {
    pub fn new(line: SocketAddr, signing: Arc<SigningKey>, bearer: Bearer) -> Self {
        let http = Client::builder().pool_max_idle_per_host(0).timeout(Duration::from_secs(30)).build().unwrap();
        Self { line, http, signing, bearer }
    }

    /// Captures one receipt; each step counts once it has an answer.
    pub async fn captures(&self, ticket: &Ticket, chance: Chance, steps: &AtomicUsize) {
        let mut order = [Step::Row, Step::Bytes, Step::Link];
        order.swap(0, chance.below(3));
        order.swap(1, 1 + chance.below(2));
        for step in order {
            let times = if chance.happens(30) { 2 } else { 1 };
            for _ in 0..times {
                match step {
                    Step::Row => self.says(CAPTURE, json!({ "id": ticket.id })).await,
                    Step::Link => self.says(ATTACH, json!({ "receiptId": ticket.id, "spendId": ticket.spend })).await,
                    Step::Bytes if chance.happens(50) => self.puts(ticket).await,
                    Step::Bytes => self.sends_in_pieces(ticket).await,
                }
            }
            steps.fetch_add(1, Ordering::SeqCst);
        }
    }

    fn request(&self, method: &str, path: &str) -> RequestBuilder {
        let (token, _) = self.signing.issue(self.bearer, clock::now()).unwrap();
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        self.http.request(method, format!("http://{}{path}", self.line)).bearer_auth(token)
    }

    /// An answer that is not the server's trouble or nobody's; none where it is worth another try.
    async fn heard(&self, request: RequestBuilder) -> Option<Response> {
        let answer = request
            .send()
            .await
            .ok()
            .filter(|answer| !answer.status().is_server_error() && ![408, 429].contains(&answer.status().as_u16()));
        if answer.is_none() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        answer
    }

    /// A verb with one key until it is answered.
    async fn says(&self, verb: &str, mut input: Value) {
        input["idempotencyKey"] = key().into();
        let body = json!({ "query": verb, "variables": { "input": input } });
        loop {
            let Some(answer) = self.heard(self.request("POST", "/graphql").json(&body)).await else { continue };
            let Ok(answer) = answer.json::<Value>().await else { continue };
            if answer["errors"][0]["extensions"]["code"] == "THROTTLED" {
                tokio::time::sleep(Duration::from_millis(200)).await;
                continue;
            }
            assert!(answer.get("errors").is_none() && answer["data"]["it"]["userErrors"] == json!([]), "{answer:#}");
            return;
        }
    }

    async fn puts(&self, ticket: &Ticket) {
        loop {
            let put = self.request("PUT", &format!("/receipts/{}/content", ticket.id)).body(ticket.picture.clone());
            let Some(answer) = self.heard(put).await else { continue };
            // The line may cut a request so that it looks whole and is not; the server says so.
            let (status, words) = (answer.status().as_u16(), answer.text().await);
            match (status, words) {
                (200, Ok(_)) => return,
                (200 | 400, _) => {}
                (other, words) => panic!("{other}: {}", words.unwrap_or_default()),
            }
        }
    }

    async fn sends_in_pieces(&self, ticket: &Ticket) {
        let hash = HEXLOWER.encode(&Sha256::digest(&ticket.picture));
        let encoded = |text: &str| BASE64.encode(text.as_bytes());
        let metadata = format!("receipt {},sha256 {}", encoded(&ticket.id), encoded(&hash));
        let mut upload: Option<String> = None;
        loop {
            let Some(path) = upload.clone() else {
                let begin = self.request("POST", "/uploads").header("tus-resumable", "1.0.0");
                let begin = begin.header("upload-length", ticket.picture.len()).header("upload-metadata", &metadata);
                let Some(begun) = self.heard(begin).await else { continue };
                assert_eq!(begun.status().as_u16(), 201, "{}", begun.text().await.unwrap_or_default());
                upload = Some(begun.headers()["location"].to_str().unwrap().to_owned());
                continue;
            };
            let Some(told) = self.heard(self.request("HEAD", &path).header("tus-resumable", "1.0.0")).await else {
                continue;
            };
            if [404, 410].contains(&told.status().as_u16()) {
                upload = None;
                continue;
            }
            let Some(offset) = told.headers().get("upload-offset") else { continue };
            let from: usize = offset.to_str().unwrap().parse().unwrap();
            if from == ticket.picture.len() {
                return;
            }
            let piece = self.request("PATCH", &path).header("tus-resumable", "1.0.0").header("upload-offset", from);
            let piece = piece.header("content-type", "application/offset+octet-stream");
            if let Some(sent) = self.heard(piece.body(ticket.picture[from..].to_vec())).await {
                let status = sent.status().as_u16();
                assert!([204, 400, 409].contains(&status), "{status}: {}", sent.text().await.unwrap_or_default());
            }
        }
    }
}
