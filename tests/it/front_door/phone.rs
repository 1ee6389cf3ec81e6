//! A phone that sends GraphQL requests over HTTP, and what it hears back.

use busfare::http::graphql::{Documents, Settings};
use reqwest::{Client, RequestBuilder, Response};
use serde_json::{Value, json};

use crate::toy;

const NEWER: &str = "application/graphql-response+json";
const LEGACY: &str = "application/json";

pub struct Phone {
    pub client: Client,
    pub url: String,
}

/// What a phone hears: the status, the media type and the body.
pub struct Heard {
    pub status: u16,
    response_headers: reqwest::header::HeaderMap,
    pub body: Value,
}

impl Heard {
    pub async fn from(response: Response) -> Self {
        let (status, response_headers) = (response.status().as_u16(), response.headers().clone());
        Self { status, response_headers, body: response.json().await.unwrap() }
    }

    pub fn header(&self, name: &str) -> &str {
        self.response_headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub fn code(&self) -> &str {
        self.body["errors"][0]["extensions"]["code"].as_str().unwrap_or_default()
    }

    /// Every error, of whatever kind, has the same shape.
    pub fn is_a_well_shaped_error(&self) -> bool {
        let error = &self.body["errors"][0];
        let message = error["message"].as_str().unwrap_or_default();
        (1..=140).contains(&message.chars().count())
            && busfare::api::error::Code::from_wire(self.code()).is_some()
            && error["extensions"]["requestId"].as_str().is_some_and(|id| id.len() == 36)
    }

    #[track_caller]
    pub fn says(&self, status: u16, code: &str) {
        assert_eq!((self.status, self.code()), (status, code), "{}", self.body);
        assert!(self.is_a_well_shaped_error(), "{}", self.body);
    }
}

impl Phone {
    pub fn new(settings: Settings) -> Self {
        Self::with(settings, Documents::default())
    }

    pub fn with(settings: Settings, documents: Documents) -> Self {
        let (_, url) = toy::serve("127.0.0.1:0", settings, documents);
        Self { client: Client::new(), url }
    }

    pub fn address(&self) -> &str {
        self.url.trim_start_matches("http://").trim_end_matches("/graphql")
    }

    pub fn post(&self) -> RequestBuilder {
        self.client.post(&self.url).header("accept", NEWER)
    }

    pub async fn ask(&self, query: &str) -> Heard {
        self.ask_whole(&json!({ "query": query })).await
    }

    pub async fn ask_whole(&self, body: &Value) -> Heard {
        Heard::from(self.post().json(body).send().await.unwrap()).await
    }

    pub async fn ask_in_json(&self, query: &str) -> Heard {
        let request = self.client.post(&self.url).header("accept", LEGACY).json(&json!({ "query": query }));
        Heard::from(request.send().await.unwrap()).await
    }

    pub async fn send_raw(&self, content_type: &str, body: impl Into<reqwest::Body>) -> Heard {
        Heard::from(self.post().header("content-type", content_type).body(body).send().await.unwrap()).await
    }

    pub async fn get(&self, parameters: &[(&str, &str)]) -> Heard {
        let mut url = reqwest::Url::parse(&self.url).unwrap();
        url.query_pairs_mut().extend_pairs(parameters);
        Heard::from(self.client.get(url).header("accept", NEWER).send().await.unwrap()).await
    }
}
