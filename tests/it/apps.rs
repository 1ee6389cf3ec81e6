//! Third-party apps: registered, let in, held to what they were granted, and ended.

mod matrix;
mod registering;
mod speaking;
mod webhooks;

use busfare::{http::clock, rules::token::Bearer, store};
use busfare_entity::{app, session, words::AppScope};
use chrono::TimeDelta;
use reqwest::{Client, Response, redirect::Policy};
use serde_json::{Value, json};
use url::{Url, form_urlencoded};

use crate::council::{Council, Person};

/// Where the app of these stories is sent back to.
pub const BACK: &str = "https://app.example/back";
/// The example of RFC 7636, appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// An app of the demo's council that was registered for these scopes.
pub async fn an_app(council: &Council, scopes: &[AppScope]) -> app::Model {
    let now = clock::now();
    let row = app::Model {
        id: store::mint::id(),
        organisation_id: council.person("mari.prydderch").await.row().organisation_id,
        name: "Bus times".into(),
        token_sha256: store::mint::secret().unwrap().sha256,
        scopes: json!(scopes),
        redirect_uris: json!([BACK, "org.example.app:/back", "http://127.0.0.1/back"]),
        expires_at: now + TimeDelta::days(365),
        revoked_at: None,
        created_at: now,
        registered_by: None,
        last_used_at: None,
    };
    let txn = council.state.db.begin().await.unwrap();
    store::app::put(&txn, row.clone()).await.unwrap();
    txn.commit().await.unwrap();
    row
}

/// An app that somebody of the demo's council lets do this for her, with nothing else in between.
pub async fn acting<'a>(council: &'a Council, app: &app::Model, name: &str, scopes: &[AppScope]) -> Person<'a> {
    let mut her = council.person(name).await;
    let session = session::Model {
        id: store::mint::id(),
        practitioner_id: her.row().id,
        device_name: app.name.clone(),
        created_at: clock::now(),
        revoked_at: None,
        app_id: Some(app.id),
        scopes: Some(json!(scopes)),
    };
    let bearer = Bearer { practitioner: her.row().id, session: session.id };
    let txn = council.state.db.begin().await.unwrap();
    store::session::begin(&txn, session).await.unwrap();
    txn.commit().await.unwrap();
    her.token = Some(council.state.key.issue(bearer, clock::now()).unwrap().0);
    her
}

/// A browser that says where it would be sent.
pub fn browser() -> Client {
    Client::builder().redirect(Policy::none()).build().unwrap()
}

/// What the app sends somebody with, with some of it otherwise.
pub fn sent(app: &app::Model, otherwise: &[(&str, &str)]) -> Vec<(String, String)> {
    let usual = [
        ("client_id", app.id.to_string()),
        ("redirect_uri", BACK.to_owned()),
        ("response_type", "code".to_owned()),
        ("scope", "SPENDS_READ SPENDS_WRITE TEAM_READ".to_owned()),
        ("state", "morning & noon".to_owned()),
        ("code_challenge", CHALLENGE.to_owned()),
        ("code_challenge_method", "S256".to_owned()),
    ];
    let mut all: Vec<(String, String)> = usual.map(|(name, value)| (name.to_owned(), value)).into();
    for (name, value) in otherwise {
        all.retain(|(known, _)| known != name);
        all.push(((*name).to_owned(), (*value).to_owned()));
    }
    all
}

/// What the page sends when Mari says yes to these.
fn yes(granted: &[&str]) -> Vec<(String, String)> {
    let mut typed = vec![
        ("email".to_owned(), "mari.prydderch@caerfelin.example".to_owned()),
        ("password".to_owned(), busfare::demo::PASSWORD.to_owned()),
        ("decision".to_owned(), "allow".to_owned()),
    ];
    typed.extend(granted.iter().map(|scope| (format!("grant_{scope}"), "yes".to_owned())));
    typed
}

async fn posts(council: &Council, path: &str, form: &[(String, String)]) -> Response {
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
    let post = browser().post(council.url(path)).header("content-type", "application/x-www-form-urlencoded");
    post.body(body).send().await.unwrap()
}

/// The words that the app reads from where it was sent back to.
pub fn told(response: &Response) -> (String, std::collections::HashMap<String, String>) {
    assert_eq!(response.status(), 303, "{response:?}");
    let there = Url::parse(response.headers()["location"].to_str().unwrap()).unwrap();
    let words = there.query_pairs().into_owned().collect();
    let mut bare = there;
    bare.set_query(None);
    (bare.to_string(), words)
}

/// Mari lets the app do this for her; what comes back is the code.
async fn lets(council: &Council, app: &app::Model, granted: &[&str]) -> String {
    let form = [sent(app, &[]), yes(granted)].concat();
    let (there, words) = told(&posts(council, "/oauth/authorize", &form).await);
    assert_eq!((there.as_str(), words["state"].as_str()), (BACK, "morning & noon"));
    assert_eq!(words["iss"], council.url(""));
    words["code"].clone()
}

/// What the app gets for something.
async fn exchanges(council: &Council, wanted: &[(&str, &str)]) -> (u16, Value) {
    let form: Vec<_> = wanted.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let response = posts(council, "/oauth/token", &form).await;
    assert_eq!(response.headers()["cache-control"], "no-store");
    (response.status().as_u16(), response.json().await.unwrap())
}

/// What the app gets for a code.
pub async fn exchanges_code(
    council: &Council,
    app: &app::Model,
    code: &str,
    otherwise: &[(&str, &str)],
) -> (u16, Value) {
    let id = app.id.to_string();
    let mut wanted = vec![
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", BACK),
        ("client_id", &id),
        ("code_verifier", VERIFIER),
    ];
    for (name, value) in otherwise {
        wanted.retain(|(known, _)| known != name);
        wanted.push((name, value));
    }
    exchanges(council, &wanted).await
}

/// Mari, as the app that acts for her.
pub async fn as_mari<'a>(council: &'a Council, tokens: &Value) -> Person<'a> {
    let mut mari = council.person("mari.prydderch").await;
    mari.token = Some(tokens["access_token"].as_str().unwrap().to_owned());
    mari
}
