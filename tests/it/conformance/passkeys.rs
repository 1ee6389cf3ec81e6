//! Passkeys in a real browser, with an authenticator that nobody here wrote.

use busfare::rules::second_step::AskedOf;
use serde_json::json;

use super::{is_ready, run};
use crate::{
    council::Council,
    server_process::is_installed,
    verbs::{DECIDE, does},
};

/// What a browser says does not depend on the database, so it is told once.
#[tokio::test(flavor = "multi_thread")]
async fn a_browser_adds_a_passkey_and_shows_it_and_then_she_decides() {
    if !is_installed("chromium") {
        return;
    }
    let council = Council::guarded_on_sqlite(AskedOf::Everybody).await;
    let (mari, gethin) = (council.person("mari.prydderch").await, council.person("gethin.bowmer").await);
    let spend = mari.requests_spend(json!({ "unitPrice": "45.00" })).await["spend"]["id"].clone();
    let decide = json!({ "spendId": spend, "answer": { "authorise": {} } });
    assert_eq!(does(&gethin, DECIDE, decide.clone()).await["userErrors"][0]["code"], "PASSKEY_NEEDED");

    let server = format!("http://localhost:{}", council.address.port());
    let token = gethin.token.clone().unwrap();
    let told = tokio::task::spawn_blocking(move || {
        let args = ["passkey.mjs", &server, &token, "/usr/bin/chromium"];
        is_ready("axe").then(|| run("axe", "node", &args, &[]))
    });
    if let Some((well, said)) = told.await.unwrap() {
        assert!(well && said.contains("a passkey was added and shown"), "{said}");
        assert_eq!(does(&gethin, DECIDE, decide).await["spend"]["decision"], "AUTHORISED");
    }
    council.close().await;
}
