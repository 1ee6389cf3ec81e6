//! A real provider of OpenID Connect, which a story starts, and a server that believes it.

use std::{
    io::{BufRead, BufReader},
    net::SocketAddr,
    process::{Child, Command, Stdio},
};

use actix_web::dev::ServerHandle;
use busfare::{
    api::state::State,
    config::{CouncilSettings, Passwords, Secret},
    http::server,
};
use reqwest::Client;
use serde_json::{Value, json};

use super::{folder, is_ready};
use crate::council::{Council, works};

/// The provider, for as long as a story needs it.
pub struct Provider {
    process: Child,
    pub issuer: String,
    pub client_id: String,
    /// What the provider calls a server, with its secret.
    on_the_web: (String, String),
    http: Client,
}

impl Provider {
    /// None where Node or its packages are not here.
    pub async fn start() -> Option<Self> {
        let is_here = tokio::task::spawn_blocking(|| is_ready("oidc")).await.unwrap();
        if !is_here {
            return None;
        }
        let mut command = Command::new("node");
        command
            .arg("provide.mjs")
            .current_dir(folder("oidc"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut process = command.spawn().unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let told: Value = lines.find_map(|line| serde_json::from_str(&line.unwrap()).ok()).unwrap();
        let word = |name: &str| told[name].as_str().unwrap().to_owned();
        let on_the_web = &told["on_the_web"];
        let on_the_web =
            ["client_id", "client_secret"].map(|name| on_the_web[name].as_str().unwrap().to_owned()).into();
        Some(Self { process, issuer: word("issuer"), client_id: word("client_id"), on_the_web, http: Client::new() })
    }

    /// One of the things that can be tried with it.
    pub async fn tries(&self, what: &str, body: Value) -> String {
        let answer = self.http.post(format!("{}/try/{what}", self.issuer)).json(&body).send().await.unwrap();
        let (status, text) = (answer.status(), answer.text().await.unwrap());
        assert!(status.is_success(), "{text}");
        text
    }

    /// An ID token by the whole flow in a browser.
    pub async fn token(&self, account: Value) -> String {
        self.tries("token", account).await
    }

    /// How often its keys were asked for.
    pub async fn asked(&self) -> usize {
        let asked = self.http.get(format!("{}/try/asked", self.issuer)).send().await.unwrap();
        asked.text().await.unwrap().parse().unwrap()
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The same council on a server that believes the provider.
pub struct Believing {
    pub address: SocketAddr,
    handle: ServerHandle,
    pub http: Client,
}

impl Believing {
    /// With these places for the council's roles and groups.
    pub fn start(council: &Council, provider: &Provider, mapping: &Value, passwords: Passwords) -> Self {
        let file = council.data.path().join("mapping.json");
        std::fs::write(&file, mapping.to_string()).unwrap();
        Self::with(
            council,
            &CouncilSettings {
                oidc_issuer: Some(provider.issuer.clone()),
                oidc_client_id: Some(provider.client_id.clone()),
                oidc_mapping: Some(file),
                passwords,
                ..CouncilSettings::default()
            },
        )
    }

    /// As a server with a secret of its own.
    pub fn on_the_web(council: &Council, provider: &Provider, passwords: Passwords) -> Self {
        let (client_id, secret) = provider.on_the_web.clone();
        Self::with(
            council,
            &CouncilSettings {
                oidc_issuer: Some(provider.issuer.clone()),
                oidc_client_id: Some(client_id),
                oidc_client_secret: Some(Secret(secret)),
                passwords,
                ..CouncilSettings::default()
            },
        )
    }

    fn with(council: &Council, settings: &CouncilSettings) -> Self {
        let state: State = server::open_sign_in(council.state.clone(), settings).unwrap();
        let anywhere = SocketAddr::from(([127, 0, 0, 1], 0));
        let (address, server) = server::listen(state.clone(), works(&state, council.data.path()), anywhere).unwrap();
        let handle = server.handle();
        drop(tokio::spawn(server));
        Self { address, handle, http: Client::new() }
    }

    /// Where something is there.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub async fn stops(self) {
        self.handle.stop(false).await;
    }
}

/// Mari's account at the council, some of it otherwise.
pub fn mari(otherwise: Value) -> Value {
    let mut account =
        json!({ "oid": "o-mari", "tid": "t-1", "email": "Mari.Prydderch@caerfelin.example", "name": "Mari P" });
    for (name, value) in otherwise.as_object().unwrap() {
        account[name] = value.clone();
    }
    account
}
