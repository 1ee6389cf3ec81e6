//! Where people sign in with the council's own account, they let an app act for them with it too: their browser goes to the
//! council's provider and comes back, and whatever comes back otherwise lets nobody in.

use std::collections::HashMap;

use busfare::config::Passwords;
use busfare_entity::{app, authorization_code, words::AppScope};
use data_encoding::BASE64URL_NOPAD;
use reqwest::{Response, header::SET_COOKIE};
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::{Value, json};
use url::form_urlencoded;

use super::{
    at_the_council::{Believing, Provider, mari},
    is_ready, run,
};
use crate::{
    apps::{BACK, an_app, as_mari, browser, exchanges_code, sent, told},
    council::{Council, on_both},
    server_process::is_installed,
    verbs::does,
};

const SCOPES: [AppScope; 3] = [AppScope::TeamRead, AppScope::SpendsRead, AppScope::SpendsWrite];
const HERSELF: &str = "{ viewer { practitioner { name } } }";
const SPENDS: &str = "{ spends { nodes { id } } }";
const REVOKE: &str =
    "mutation($input: RevokeAppInput!) { it: revokeApp(input: $input) { app { id } userErrors { code } } }";
const FROM_OUR_PAGE: Option<&str> = Some("same-origin");

/// A browser on its way: where it was sent at the council, and what it keeps until it is back.
#[derive(Clone)]
struct Away {
    url: String,
    cookie: String,
}

impl Away {
    /// What it keeps, some of it otherwise.
    fn with(&self, change: impl FnOnce(&mut Value)) -> Self {
        let kept = self.cookie.strip_prefix("busfare_council=").unwrap();
        let mut left: Value = serde_json::from_slice(&BASE64URL_NOPAD.decode(kept.as_bytes()).unwrap()).unwrap();
        change(&mut left);
        let cookie = format!("busfare_council={}", BASE64URL_NOPAD.encode(left.to_string().as_bytes()));
        Self { cookie, ..self.clone() }
    }
}

/// What the page sends when she says yes to these with the council's account.
fn yes(app: &app::Model, granted: &[&str], otherwise: &[(&str, &str)]) -> Vec<(String, String)> {
    let mut form = sent(app, otherwise);
    form.push(("decision".into(), "council".into()));
    form.extend(granted.iter().map(|scope| (format!("grant_{scope}"), "yes".to_owned())));
    form
}

impl Believing {
    async fn says(&self, form: &[(String, String)], from: Option<&str>) -> Response {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let post =
            browser().post(self.url("/oauth/authorize")).header("content-type", "application/x-www-form-urlencoded");
        let post = if let Some(from) = from { post.header("sec-fetch-site", from) } else { post };
        post.body(body).send().await.unwrap()
    }

    async fn sends(&self, form: &[(String, String)]) -> Away {
        let answer = self.says(form, FROM_OUR_PAGE).await;
        assert_eq!(answer.status(), 200);
        let cookie = answer.headers()[SET_COOKIE].to_str().unwrap().to_owned();
        for said in ["; Path=/oauth/council;", "; Max-Age=600;", "; HttpOnly;", "; SameSite=Lax"] {
            assert!(cookie.contains(said), "{cookie}");
        }
        let page = answer.text().await.unwrap();
        let (_, url) = page.split_once("<a href=\"").unwrap();
        let url = url.split_once('"').unwrap().0.replace("&amp;", "&");
        Away { url, cookie: cookie.split(';').next().unwrap().to_owned() }
    }

    /// The browser comes back; its cookie is gone then, whatever the answer.
    async fn comes_back(&self, there: &str, cookie: &str) -> Response {
        assert!(there.starts_with(&self.url("/oauth/council?")), "{there}");
        let answer = browser().get(there).header("cookie", cookie).send().await.unwrap();
        let gone = answer.headers()[SET_COOKIE].to_str().unwrap();
        assert!(gone.starts_with("busfare_council=; ") && gone.contains("Max-Age=0"), "{gone}");
        answer
    }

    async fn shows(&self, form: &[(String, String)]) -> String {
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        browser().get(self.url(&format!("/oauth/authorize?{query}"))).send().await.unwrap().text().await.unwrap()
    }
}

async fn codes(council: &Council) -> u64 {
    authorization_code::Entity::find().count(council.state.db.reader()).await.unwrap()
}

async fn signs_in(provider: &Provider, url: &str, account: Value) -> String {
    provider.tries("walk", json!({ "url": url, "account": account })).await
}

/// That nobody was let in, and the app was told nothing; in which words.
async fn refused(answer: Response, status: u16) -> String {
    assert_eq!((answer.status().as_u16(), answer.headers().get("location")), (status, None));
    answer.text().await.unwrap()
}

on_both! {
    async fn she_lets_an_app_act_with_the_council_s_own_account(council: &Council) {
        let Some(provider) = Provider::start().await else { return };
        let there = Believing::on_the_web(council, &provider, Passwords::Off);
        let app = an_app(council, &SCOPES).await;
        for (lang, words) in [("en", "Yes, with my council account"), ("cy", "Caiff, gyda&#39;m cyfrif cyngor")] {
            let page = there.shows(&sent(&app, &[("lang", lang)])).await;
            assert!(page.contains(words) || page.contains(&words.replace("&#39;", "'")), "{page}");
            assert!(!page.contains("type=\"password\"") && page.contains("value=\"council\""), "{page}");
        }
        let away = there.sends(&yes(&app, &["SPENDS_READ"], &[])).await;
        let back = signs_in(&provider, &away.url, mari(json!({}))).await;
        let (bare, words) = told(&there.comes_back(&back, &away.cookie).await);
        assert_eq!((bare.as_str(), words["state"].as_str()), (BACK, "morning & noon"));
        assert_eq!(words["iss"], there.url(""));

        // The app does what she ticked, and no more.
        let (status, tokens) = exchanges_code(council, &app, &words["code"], &[]).await;
        assert_eq!((status, &tokens["scope"]), (200, &json!("SPENDS_READ")));
        let bus = as_mari(council, &tokens).await;
        assert!(bus.good(SPENDS, json!({})).await["spends"]["nodes"].is_array());
        assert_eq!(bus.problem(HERSELF, json!({})).await, "FORBIDDEN");

        // What came back once does not come back again.
        let before = codes(council).await;
        refused(there.comes_back(&back, &away.cookie).await, 503).await;
        assert_eq!(codes(council).await, before);
        there.stops().await;
    }

    async fn whatever_comes_back_otherwise_lets_nobody_in(council: &Council) {
        let Some(provider) = Provider::start().await else { return };
        let there = Believing::start(council, &provider, &json!({}), Passwords::On);
        let app = an_app(council, &SCOPES).await;
        assert!(there.shows(&sent(&app, &[])).await.contains("type=\"password\""));

        // Another page cannot say yes for her, and nobody says yes to nothing.
        let all = yes(&app, &["SPENDS_READ", "TEAM_READ"], &[]);
        for from in [None, Some("cross-site"), Some("same-site"), Some("none")] {
            let answer = there.says(&all, from).await;
            assert!(!answer.headers().contains_key(SET_COOKIE), "{from:?}");
            assert!(refused(answer, 422).await.contains("role=\"alert\""), "{from:?}");
        }
        assert!(refused(there.says(&yes(&app, &[], &[]), FROM_OUR_PAGE).await, 422).await.contains("Tick what it may do"));
        let long = "ñ".repeat(256);
        let (_, words) = told(&there.says(&yes(&app, &["SPENDS_READ"], &[("state", &"\u{1}".repeat(512))]), FROM_OUR_PAGE).await);
        assert_eq!(words["error"], "invalid_request", "{words:?}");
        there.sends(&yes(&app, &["SPENDS_READ"], &[("state", &long)])).await;

        // Who comes back with nothing, with another's, or with half of it.
        let [one, other] = [there.sends(&all).await, there.sends(&all).await];
        let back = signs_in(&provider, &one.url, mari(json!({}))).await;
        let half = &one.cookie[..one.cookie.len() / 2];
        for cookie in ["", "busfare_council=", "busfare_council=e30", &other.cookie, half, &format!("x{}", one.cookie)] {
            assert!(refused(there.comes_back(&back, cookie).await, 400).await.contains("We lost your place"), "{cookie}");
        }
        for words in ["", "code=a", "state=", "state=a&state=b", "code=a&state=%FF", "code=a&state="] {
            refused(there.comes_back(&there.url(&format!("/oauth/council?{words}")), &one.cookie).await, 400).await;
        }
        // With what was made up on the way: another secret, another token's mark, an app that is none.
        let (_, state) = back.split_once("state=").unwrap();
        let state = state.split('&').next().unwrap();
        let denied = there.url(&format!("/oauth/council?error=access_denied&state={state}"));
        let page = refused(there.comes_back(&denied, &one.cookie).await, 422).await;
        assert!(page.contains("role=\"alert\"") && page.contains("value=\"council\""), "{page}");
        let secret = one.with(|left| left["visit"]["verifier"] = json!("a".repeat(43)));
        refused(there.comes_back(&back, &secret.cookie).await, 503).await;
        let unknown = one.with(|left| left["sent"]["redirect_uri"] = json!("https://evil.example/"));
        refused(there.comes_back(&back, &unknown.cookie).await, 400).await;
        let back = signs_in(&provider, &other.url, mari(json!({}))).await;
        let marked = other.with(|left| left["visit"]["nonce"] = json!("of another visit"));
        refused(there.comes_back(&back, &marked.cookie).await, 422).await;

        // Whoever has no place here.
        let away = there.sends(&all).await;
        let back = signs_in(&provider, &away.url, mari(json!({ "oid": "o-nobody", "email": "nobody@elsewhere.example" }))).await;
        assert!(refused(there.comes_back(&back, &away.cookie).await, 422).await.contains("You have no place in a team here yet"));
        assert_eq!(codes(council).await, 0);

        // What she did not see is not granted, whatever her browser says.
        let away = there.sends(&yes(&app, &["SPENDS_READ"], &[("scope", "SPENDS_READ")])).await;
        let back = signs_in(&provider, &away.url, mari(json!({}))).await;
        let more = away.with(|left| left["granted"] = json!("SPENDS_READ SPENDS_WRITE"));
        let (_, words): (_, HashMap<_, _>) = told(&there.comes_back(&back, &more.cookie).await);
        assert_eq!(exchanges_code(council, &app, &words["code"], &[]).await.1["scope"], "SPENDS_READ");

        // The app is ended while she is away, and the council is.
        let away = there.sends(&all).await;
        let back = signs_in(&provider, &away.url, mari(json!({}))).await;
        does(&council.person("angharad.celyn").await, REVOKE, json!({ "appId": app.id })).await;
        refused(there.comes_back(&back, &away.cookie).await, 400).await;
        there.stops().await;
        let there = Believing::start(council, &provider, &json!({}), Passwords::Off);
        provider.tries("away", json!({})).await;
        let again = an_app(council, &SCOPES).await;
        let page = refused(there.says(&yes(&again, &["SPENDS_READ"], &[]), FROM_OUR_PAGE).await, 503).await;
        assert!(page.contains("does not answer"), "{page}");
        there.stops().await;
    }

    async fn a_browser_goes_to_the_council_and_comes_back_to_the_app(council: &Council) {
        if !is_installed("chromium") {
            return;
        }
        let Some(provider) = Provider::start().await else { return };
        let there = Believing::on_the_web(council, &provider, Passwords::Off);
        provider.tries("account", mari(json!({}))).await;
        let (server, app) = (there.url(""), an_app(council, &SCOPES).await.id.to_string());
        let looked = tokio::task::spawn_blocking(move || {
            let args = ["council.mjs", &server, &app, "o-mari", "/usr/bin/chromium"];
            is_ready("axe").then(|| run("axe", "node", &args, &[]))
        });
        if let Some((well, said)) = looked.await.unwrap() {
            assert!(well && said.contains("4 looks without a violation, and back in the app twice"), "{said}");
        }
        there.stops().await;
    }
}
