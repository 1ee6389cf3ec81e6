//! Apps that act for a practitioner, as a public library and a real browser have it.

use busfare_entity::words::AppScope;

use super::{is_ready, run};
use crate::{
    apps,
    council::{Council, on_both},
    server_process::is_installed,
};

const SCOPES: [AppScope; 3] = [AppScope::TeamRead, AppScope::SpendsRead, AppScope::SpendsWrite];
const EMAIL: &str = "mari.prydderch@caerfelin.example";

on_both! {
    async fn a_library_of_oauth_gets_tokens_renews_them_and_gives_them_back(council: &Council) {
        let (server, app) = (council.url(""), apps::an_app(council, &SCOPES).await.id.to_string());
        let acted = tokio::task::spawn_blocking(move || {
            let args = ["act.mjs", &server, &app, "https://app.example/back", EMAIL, busfare::demo::PASSWORD];
            is_ready("oauth").then(|| run("oauth", "node", &args, &[]))
        });
        let Some((well, said)) = acted.await.unwrap() else { return };
        assert!(well && said.contains("let in, renewed and gave its tokens back"), "{said}");
    }

    async fn a_browser_asks_her_in_both_languages_and_brings_her_back_to_the_app(council: &Council) {
        if !is_installed("chromium") {
            return;
        }
        let (server, app) = (council.url(""), apps::an_app(council, &SCOPES).await.id.to_string());
        let looked = tokio::task::spawn_blocking(move || {
            let args = ["consent.mjs", &server, &app, EMAIL, busfare::demo::PASSWORD, "/usr/bin/chromium"];
            is_ready("axe").then(|| run("axe", "node", &args, &[]))
        });
        let Some((well, said)) = looked.await.unwrap() else { return };
        assert!(well && said.contains("5 looks without a violation, and back in the app twice"), "{said}");
    }
}
