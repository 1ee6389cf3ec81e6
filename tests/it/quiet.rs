//! What a log may know: ids, routes, times and words of ours. A whole morning leaves nobody's words in it, at any level.

use std::{collections::BTreeMap, time::Duration};

use busfare::work::pictures::sample;
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    council::{key, on_both},
    server_process::{Premises, ServerProcess},
    verbs::{OPEN_CALENDAR, PUT_PERSON},
};

const EMAIL: &str = "mari.prydderch@caerfelin.example";
const PASSWORD: &str = "let-me-decide";
const SIGN_IN: &str = "mutation($input: SignInInput!) { it: signIn(input: $input) { session { accessToken refreshToken } userErrors { code } } }";
const REQUEST: &str =
    "mutation($input: RequestSpendInput!) { it: requestSpend(input: $input) { spend { id } userErrors { code } } }";
const EMERGENCY: &str = "mutation($input: SpendInEmergencyInput!) { it: spendInEmergency(input: $input) { spend { id } userErrors { code } } }";
const CAPTURE: &str = "mutation($input: CaptureReceiptInput!) { it: captureReceipt(input: $input) { receipt { id } } }";
const NOTE: &str =
    "mutation($input: NoteNoReceiptInput!) { it: noteNoReceipt(input: $input) { spend { id } userErrors { code } } }";
const ASK_FEEDBACK: &str = "mutation($input: AskFeedbackInput!) { it: askFeedback(input: $input) { link { url } } }";

/// A morning at work, and everything in it that is nobody else's business, by what it is.
struct Morning<'a> {
    server: &'a ServerProcess,
    token: String,
    secrets: BTreeMap<&'static str, String>,
}

impl<'a> Morning<'a> {
    /// She signs in, after a typing mistake.
    async fn begins(server: &'a ServerProcess) -> Self {
        let mistaken = json!({ "email": EMAIL, "password": "Camgymeriad0815", "deviceName": "Ffon0815" });
        server.asks(None, SIGN_IN, &json!({ "input": mistaken })).await;
        let right = json!({ "email": EMAIL, "password": PASSWORD, "deviceName": "Ffon0815" });
        let answer = server.asks(None, SIGN_IN, &json!({ "input": right })).await;
        let session = &answer["data"]["it"]["session"];
        let token = session["accessToken"].as_str().unwrap().to_owned();
        let secrets = [
            ("her e-mail", EMAIL.to_owned()),
            ("her password", PASSWORD.to_owned()),
            ("a mistyped password", "Camgymeriad0815".to_owned()),
            ("her device", "Ffon0815".to_owned()),
            ("her access token", token.rsplit('.').next().unwrap().to_owned()),
            ("her refresh token", session["refreshToken"].as_str().unwrap().to_owned()),
        ];
        let morning = Self { server, token, secrets: secrets.into() };
        morning.with_her_name().await
    }

    async fn with_her_name(mut self) -> Self {
        let viewer = self.server.good(&self.token, "{ viewer { practitioner { name } } }", &json!({})).await;
        let name = viewer["viewer"]["practitioner"]["name"].as_str().unwrap();
        self.secrets.insert("her name", name.rsplit(' ').next().unwrap().to_owned());
        self
    }

    /// Words that are planted, and must not come up.
    fn plants(&mut self, what: &'static str) -> String {
        let words = format!("Cyfrinach{:04}", self.secrets.len());
        self.secrets.insert(what, words.clone());
        words
    }

    async fn does(&self, verb: &str, mut input: Value) -> Value {
        input["idempotencyKey"] = key().into();
        let answer = self.server.good(&self.token, verb, &json!({ "input": input })).await;
        assert!(answer["it"]["userErrors"].as_array().is_none_or(Vec::is_empty), "{answer:#}");
        answer["it"].clone()
    }

    /// The main job, an emergency and somebody who is helped, each with words.
    async fn spends(&mut self) -> Value {
        let fare = self.server.fare(&self.token).await;
        let (reason, note, sentence) = (self.plants("a reason"), self.plants("a note"), self.plants("a sentence"));
        let name = self.plants("the name of somebody who is helped");
        let person = self.does(PUT_PERSON, json!({ "displayName": name })).await["person"]["id"].clone();
        let asked = json!({ "purposeId": fare, "unitPrice": "1.15", "reason": reason, "personId": person });
        let spend = self.does(REQUEST, asked).await["spend"]["id"].clone();
        self.does(NOTE, json!({ "spendId": spend, "reason": "LOST", "words": note })).await;
        self.does(EMERGENCY, json!({ "purposeId": fare, "unitPrice": "1.15", "sentence": sentence })).await;
        let receipt = self.does(CAPTURE, json!({ "spendId": spend })).await["receipt"]["id"].clone();
        let put = self.server.puts(&self.token, receipt.as_str().unwrap(), &sample::bus_ticket("1.15")).await;
        assert!(put.status().is_success());
        spend
    }

    /// Addresses with secrets in them are used, rightly and wrongly.
    async fn follows_secret_addresses(&mut self, spend: &Value) {
        let http = reqwest::Client::new();
        let link = self.does(ASK_FEEDBACK, json!({ "about": { "spendId": spend } })).await["link"]["url"].clone();
        let hub = self.server.good(&self.token, "{ hubs { id } }", &json!({})).await["hubs"][0]["id"].clone();
        let calendar = self.does(OPEN_CALENDAR, json!({ "hubId": hub })).await["calendar"]["url"].clone();
        let said = self.plants("what somebody said");
        for (what, url) in [("a feedback token", &link), ("a calendar's secret", &calendar)] {
            let url = self.server.url(url.as_str().unwrap());
            let secret = url.rsplit(['/', '.']).find(|part| part.len() > 10).unwrap().to_owned();
            self.secrets.insert(what, secret);
            assert_eq!(http.get(&url).send().await.unwrap().status(), 200, "{what}");
            http.post(&url).body(format!("kept=YES&words={said}")).send().await.unwrap();
            http.get(format!("{url}{said}?{said}")).send().await.unwrap();
        }
        let method = Method::from_bytes(said.as_bytes()).unwrap();
        http.request(method, self.server.url("/graphql")).send().await.unwrap();
    }

    /// An app reads with a token of its own, and with one that is wrong.
    async fn is_read_by_an_app(&mut self, app: &str) {
        // An app's token is `app_`, an id of 26 characters, `_` and the secret.
        let secret = app["app_".len() + 26 + 1..].to_owned();
        self.server.good(app, "{ hubs { name } }", &json!({})).await;
        self.server.asks(Some(&format!("{app}x")), "{ hubs { name } }", &json!({})).await;
        self.secrets.insert("an app's token", secret);
    }
}

on_both! {
    async fn a_whole_morning_leaves_nobodys_words_in_the_log(here: &Premises) {
        let app = here.demo().printed("APP");
        let mut command = here.command("serve");
        command.env("BUSFARE_LOG", "trace");
        let server = ServerProcess::start(command, "Busfare listens on ");

        let mut morning = Morning::begins(&server).await;
        let spend = morning.spends().await;
        morning.follows_secret_addresses(&spend).await;
        morning.is_read_by_an_app(&app).await;
        let secrets = morning.secrets;

        let (_, _, log) = server.told_to_stop(Duration::from_secs(30)).await.expect("it stops");
        assert!(secrets.len() >= 14, "{secrets:#?}");
        assert!(log.lines().filter(|line| line.contains("\"answered\"")).count() > 15, "{log}");
        assert!(log.contains("/feedback/{token}") && log.contains("/calendars/{secret}"), "routes and not addresses: {log}");
        for (what, secret) in secrets {
            let leaks: Vec<_> = log.lines().filter(|line| line.contains(&secret)).collect();
            assert!(leaks.is_empty(), "{what} is in {} lines:\n{}", leaks.len(), leaks.join("\n"));
        }
    }
}
