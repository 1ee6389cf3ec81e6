//! An app acts for a practitioner who lets it: what it gets, what it may do then, and every way in which that is tried by
//! somebody else.

use busfare::{http::clock, store};
use busfare_entity::{
    app, organisation,
    words::{
        AppScope::{self, NoticesRead, ReceiptsRead, SpendsRead, SpendsWrite, SyncRead, TeamRead},
        Nation,
    },
};
use futures_util::{StreamExt, future::join_all};
use reqwest::StatusCode;
use sea_orm::{EntityTrait, IntoActiveModel};
use serde_json::{Value, json};
use url::form_urlencoded;

use super::{
    BACK, CHALLENGE, acting, an_app, as_mari, browser, exchanges, exchanges_code, lets, posts, sent, told, yes,
};
use crate::{
    council::{Council, key, on_both},
    progress,
    verbs::{DECIDE, does},
};

const ALL: [AppScope; 3] = [TeamRead, SpendsRead, SpendsWrite];
const SPENDS: &str = "{ spends { nodes { id total { amount } } } }";
const CONSENTS: &str = "{ viewer { consents { app { id name } scopes grantedAt } } }";
const ACTIONS: &str = "{ viewer { appActions { mutation app { id } } } }";
const WITHDRAW: &str =
    "mutation($input: WithdrawConsentInput!) { it: withdrawConsent(input: $input) { app { id } userErrors { code } } }";
const REVOKE: &str =
    "mutation($input: RevokeAppInput!) { it: revokeApp(input: $input) { app { id } userErrors { code } } }";
const SIGN_OUT: &str = "mutation($input: SignOutInput!) { signOut(input: $input) { signedOut } }";

async fn asked_at(council: &Council, query: &[(String, String)]) -> reqwest::Response {
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(query).finish();
    browser().get(council.url(&format!("/oauth/authorize?{query}"))).send().await.unwrap()
}

on_both! {
    async fn an_app_does_for_her_what_she_ticked_and_no_more(council: &Council) {
        let app = an_app(council, &ALL).await;
        let page = asked_at(council, &sent(&app, &[("lang", "cy")])).await;
        assert_eq!(page.status(), 200);
        let policy = page.headers()["content-security-policy"].to_str().unwrap().to_owned();
        assert!(policy.contains("form-action 'self' https://app.example;") && policy.contains("frame-ancestors 'none'"), "{policy}");
        let page = page.text().await.unwrap();
        assert!(page.contains("A gaiff Bus times weithredu drosoch?") && page.contains("name=\"grant_SPENDS_READ\""), "{page}");

        // Nothing is ticked for writing, so it does not write.
        let code = lets(council, &app, &["SPENDS_READ", "TEAM_READ"]).await;
        let (status, tokens) = exchanges_code(council, &app, &code, &[]).await;
        assert_eq!((status, &tokens["token_type"], &tokens["scope"]), (200, &json!("Bearer"), &json!("TEAM_READ SPENDS_READ")), "{tokens}");
        let bus = as_mari(council, &tokens).await;
        let mari = council.person("mari.prydderch").await;
        mari.requests_spend(json!({})).await;
        assert_eq!(bus.good(SPENDS, json!({})).await, mari.good(SPENDS, json!({})).await);
        assert_eq!(bus.good("{ viewer { practitioner { name } } }", json!({})).await["viewer"]["practitioner"]["name"], json!(mari.row().name));
        for (document, scope) in [
            ("mutation { requestSpend(input: { idempotencyKey: \"018f3f6e-0000-7000-8000-000000000000\", purposeId: \"x\", unitPrice: \"1\" }) { replayed } }", "SPENDS_WRITE"),
            ("{ spends { nodes { receipts { state } } } }", "RECEIPTS_READ"),
            ("{ spends { nodes { ... on Spend { person { displayName } } } } }", "PEOPLE_READ"),
            ("query { ...S } fragment S on Query { records { pageInfo { hasNextPage } } }", "RECORDS_READ"),
        ] {
            let answer = bus.sends(document, json!({})).await;
            assert_eq!(answer["errors"][0]["extensions"]["code"], "FORBIDDEN", "{document}: {answer:#}");
            assert!(answer["errors"][0]["message"].as_str().unwrap().contains(scope) && answer["data"].is_null(), "{answer:#}");
        }
        // What she could do herself and no app may.
        for document in ["mutation { signOut(input: { everywhere: true }) { signedOut } }", "{ jobCounts { waiting } }", "{ viewer { reminders { hour } } }"] {
            assert_eq!(bus.problem(document, json!({})).await, "FORBIDDEN", "{document}");
        }

        // A second way of asking that it was registered for, and its pictures are not among it.
        assert_eq!(bus.gets("/receipts/rcpt_00000000000000000000000000/content").await.status(), 403);
        assert_eq!(bus.puts("rcpt_00000000000000000000000000", vec![1]).await.status(), 403);
        assert_eq!(bus.gets("/exports/receipts/2026-01-01/2026-01-31").await.status(), 403);
    }

    async fn with_the_scope_to_write_an_app_asks_for_money_and_never_decides_on_it(council: &Council) {
        let app = an_app(council, &ALL).await;
        let (bus, nia) = (acting(council, &app, "mari.prydderch", &ALL).await, acting(council, &app, "gethin.bowmer", &ALL).await);
        let asked = bus.requests_spend(json!({ "unitPrice": "45.00" })).await;
        assert_eq!(asked["spend"]["decision"], "ASKED", "{asked:#}");
        let input = json!({ "input": { "idempotencyKey": key(), "spendId": asked["spend"]["id"], "answer": { "authorise": {} } } });
        assert_eq!(nia.problem(DECIDE, input.clone()).await, "FORBIDDEN");
        council.person("gethin.bowmer").await.good(DECIDE, input).await;
    }

    async fn what_an_app_changes_for_her_is_known_as_the_app_s(council: &Council) {
        let (app, other) = (an_app(council, &ALL).await, an_app(council, &ALL).await);
        let mari = council.person("mari.prydderch").await;
        let (bus, train) = (acting(council, &app, "mari.prydderch", &ALL).await, acting(council, &other, "mari.prydderch", &ALL).await);
        mari.requests_spend(json!({})).await;
        let once = key();
        for _ in 0..3 {
            bus.requests_spend(json!({ "idempotencyKey": once })).await;
        }
        train.requests_spend(json!({})).await;
        // What is refused, and what is only read, changes nothing.
        bus.requests_spend(json!({ "idempotencyKey": once, "unitPrice": "2.00" })).await;
        bus.requests_spend(json!({ "unitPrice": "-1.00" })).await;
        bus.good(SPENDS, json!({})).await;

        let before = council.state.db.statements();
        let did = mari.good(ACTIONS, json!({})).await["viewer"]["appActions"].clone();
        assert!(council.state.db.statements() - before <= 4);
        let action = |app: &app::Model| json!({ "mutation": "requestSpend", "app": { "id": app.id } });
        assert_eq!(did, json!([action(&other), action(&app)]));
        assert_eq!(council.person("gethin.bowmer").await.good(ACTIONS, json!({})).await["viewer"]["appActions"], json!([]));
        assert_eq!(bus.problem(ACTIONS, json!({})).await, "FORBIDDEN");
    }

    async fn tokens_are_renewed_by_the_app_alone_and_end_when_she_says_so(council: &Council) {
        let (app, other) = (an_app(council, &ALL).await, an_app(council, &ALL).await);
        let code = lets(council, &app, &["SPENDS_READ"]).await;
        let (_, tokens) = exchanges_code(council, &app, &code, &[]).await;
        let refresh = tokens["refresh_token"].as_str().unwrap().to_owned();

        let (id, others_id) = (app.id.to_string(), other.id.to_string());
        let by = |client: &str| [("grant_type", "refresh_token".to_owned()), ("refresh_token", refresh.clone()), ("client_id", client.to_owned())];
        async fn refreshes(council: &Council, wanted: [(&str, String); 3]) -> (u16, Value) {
            exchanges(council, &wanted.each_ref().map(|(name, value)| (*name, value.as_str()))).await
        }
        assert_eq!(refreshes(council, by(&others_id)).await.1["error"], "invalid_grant");
        let device = "mutation($input: RefreshSessionInput!) { refreshSession(input: $input) { session { accessToken } userErrors { code } } }";
        let answer = council.stranger().good(device, json!({ "input": { "refreshToken": refresh } })).await;
        assert_eq!(answer["refreshSession"]["userErrors"][0]["code"], "REFRESH_FAILED");
        let (status, newer) = refreshes(council, by(&id)).await;
        assert_eq!((status, &newer["scope"]), (200, &json!("SPENDS_READ")), "{newer}");
        let bus = as_mari(council, &newer).await;
        bus.good(SPENDS, json!({})).await;

        let mari = council.person("mari.prydderch").await;
        let consents = mari.good(CONSENTS, json!({})).await["viewer"]["consents"].clone();
        assert_eq!((&consents[0]["app"]["id"], &consents[0]["scopes"]), (&json!(app.id), &json!(["SPENDS_READ"])), "{consents:#}");
        does(&mari, WITHDRAW, json!({ "appId": app.id })).await;
        assert_eq!(bus.problem(SPENDS, json!({})).await, "UNAUTHENTICATED");
        assert_eq!(mari.good(CONSENTS, json!({})).await["viewer"]["consents"], json!([]));
        let refresh = newer["refresh_token"].as_str().unwrap();
        let (status, answer) = exchanges(council, &[("grant_type", "refresh_token"), ("refresh_token", refresh), ("client_id", &id)]).await;
        assert_eq!((status, &answer["error"]), (400, &json!("invalid_grant")));
    }

    async fn a_code_works_once_for_whoever_began(council: &Council) {
        let (app, other) = (an_app(council, &ALL).await, an_app(council, &ALL).await);
        let others_id = other.id.to_string();
        let code = lets(council, &app, &["SPENDS_READ"]).await;
        for (otherwise, error) in [
            (("code", "nothing"), "invalid_grant"),
            (("code_verifier", CHALLENGE), "invalid_grant"),
            (("code_verifier", ""), "invalid_grant"),
            (("redirect_uri", "https://app.example/other"), "invalid_grant"),
            (("client_id", others_id.as_str()), "invalid_grant"),
            (("client_id", "app_00000000000000000000000000"), "invalid_client"),
            (("client_id", ""), "invalid_client"),
            (("client_secret", "guess"), "invalid_client"),
            (("grant_type", "password"), "unsupported_grant_type"),
            (("grant_type", ""), "unsupported_grant_type"),
        ] {
            let (status, answer) = exchanges_code(council, &app, &code, &[otherwise]).await;
            assert_eq!((status == 400 || status == 401, &answer["error"]), (true, &json!(error)), "{otherwise:?}: {answer}");
        }
        let twice = posts(council, "/oauth/token", &[("code".to_owned(), "a".to_owned()), ("code".to_owned(), "b".to_owned())]).await;
        assert_eq!(twice.json::<Value>().await.unwrap()["error"], "invalid_request");
        let as_json = browser().post(council.url("/oauth/token")).json(&json!({ "code": code })).send().await.unwrap();
        assert_eq!(as_json.status(), 400);

        // None of that spent it. Many present it at once: one has a session, and it ends, for nobody knows whose it is.
        let answers = join_all((0..8).map(|_| exchanges_code(council, &app, &code, &[]))).await;
        let got: Vec<_> = answers.iter().filter(|(status, _)| *status == 200).collect();
        assert_eq!(got.len(), 1, "{answers:?}");
        assert_eq!(as_mari(council, &got[0].1).await.problem(SPENDS, json!({})).await, "UNAUTHENTICATED");
    }

    async fn nobody_is_sent_where_no_app_is(council: &Council) {
        let app = an_app(council, &ALL).await;
        for otherwise in [
            ("client_id", "app_00000000000000000000000000"),
            ("client_id", "x"),
            ("redirect_uri", "https://evil.example/back"),
            ("redirect_uri", "https://app.example/back/../evil"),
            ("redirect_uri", ""),
        ] {
            let page = asked_at(council, &sent(&app, &[otherwise])).await;
            assert_eq!((page.status(), page.headers().get("location")), (StatusCode::BAD_REQUEST, None), "{otherwise:?}");
            let form = [sent(&app, &[otherwise]), yes(&["SPENDS_READ"])].concat();
            let page = posts(council, "/oauth/authorize", &form).await;
            assert_eq!((page.status(), page.headers().get("location")), (StatusCode::BAD_REQUEST, None), "{otherwise:?}");
        }
        // What it asks for wrongly, the app is told where it is at home.
        for (otherwise, error) in [
            (("response_type", "token"), "unsupported_response_type"),
            (("code_challenge_method", "plain"), "invalid_request"),
            (("code_challenge", ""), "invalid_request"),
            (("scope", "RECORDS_READ"), "invalid_scope"),
            (("scope", "EVERYTHING"), "invalid_scope"),
        ] {
            let (there, words) = told(&asked_at(council, &sent(&app, &[otherwise])).await);
            assert_eq!((there.as_str(), words["error"].as_str()), (BACK, error), "{otherwise:?}");
            assert_eq!(words["state"], "morning & noon");
        }
        for there in ["org.example.app:/back", "http://127.0.0.1:51004/back"] {
            let form = [sent(&app, &[("redirect_uri", there)]), yes(&["SPENDS_READ"])].concat();
            assert_eq!(told(&posts(council, "/oauth/authorize", &form).await).0, there);
        }
    }

    async fn she_says_no_or_cannot_be_she(council: &Council) {
        let app = an_app(council, &ALL).await;
        let (there, words) = told(&posts(council, "/oauth/authorize", &[sent(&app, &[]), vec![("decision".to_owned(), "deny".to_owned())]].concat()).await);
        assert_eq!((there.as_str(), words["error"].as_str(), words.get("code")), (BACK, "access_denied", None));

        let with = |name: &str, value: &str| {
            let mut typed = yes(&["SPENDS_READ"]);
            typed.retain(|(known, _)| known != name);
            typed.push((name.to_owned(), value.to_owned()));
            [sent(&app, &[]), typed].concat()
        };
        for (name, value) in [("password", "wrong"), ("email", "nobody@caerfelin.example"), ("grant_SPENDS_READ_", "yes")] {
            let mut form = with(name, value);
            if name.starts_with("grant") {
                form.retain(|(known, _)| known != "grant_SPENDS_READ");
            }
            let page = posts(council, "/oauth/authorize", &form).await;
            assert_eq!(page.status(), 422, "{name}");
            let page = page.text().await.unwrap();
            assert!(page.contains("role=\"alert\"") && !page.contains(busfare::demo::PASSWORD), "{name}: {page}");
        }
        // An app of another organisation acts for nobody here.
        let another = organisation::Model {
            id: store::mint::id(), name: "Another".into(), time_zone: "Europe/London".into(), nation: Nation::Scotland, created_at: clock::now(),
        };
        let txn = council.state.db.begin().await.unwrap();
        organisation::Entity::insert(another.clone().into_active_model()).exec(&txn).await.unwrap();
        let theirs = app::Model { id: store::mint::id(), organisation_id: another.id, ..app.clone() };
        store::app::put(&txn, theirs.clone()).await.unwrap();
        txn.commit().await.unwrap();
        let page = posts(council, "/oauth/authorize", &[sent(&theirs, &[]), yes(&["SPENDS_READ"])].concat()).await;
        assert_eq!((page.status(), page.headers().get("location")), (StatusCode::UNPROCESSABLE_ENTITY, None));

        // A grant that was not asked for is none.
        let mut form = with("decision", "allow");
        form.push(("grant_SPENDS_WRITE".to_owned(), "yes".to_owned()));
        form.retain(|(name, _)| name != "scope");
        form.push(("scope".to_owned(), "SPENDS_READ".to_owned()));
        let (_, words) = told(&posts(council, "/oauth/authorize", &form).await);
        assert_eq!(exchanges_code(council, &app, &words["code"], &[]).await.1["scope"], "SPENDS_READ");
        let flood = vec![("a".to_owned(), "b".repeat(9_000))];
        assert_eq!(posts(council, "/oauth/authorize", &flood).await.status(), 413);
    }

    async fn an_app_that_is_ended_hears_no_more_within_a_second(council: &Council) {
        let app = an_app(council, &[SyncRead, SpendsRead, NoticesRead, ReceiptsRead]).await;
        let bus = acting(council, &app, "mari.prydderch", &[SyncRead]).await;
        let mut told = progress::events(progress::asks(council, &bus, "subscription { events { kind id } }", json!({})).await);
        does(&council.person("angharad.celyn").await, REVOKE, json!({ "appId": app.id })).await;
        // It may be told why before it hears no more, by whoever notices first.
        while let Some((name, last)) = told.next().await {
            if name == "complete" {
                break;
            }
            assert_eq!((name.as_str(), &last["errors"][0]["extensions"]["code"]), ("next", &json!("UNAUTHENTICATED")), "{last:#}");
        }
        assert_eq!(bus.problem(SPENDS, json!({})).await, "UNAUTHENTICATED");
    }

    async fn an_app_gives_its_tokens_back(council: &Council) {
        let (app, other) = (an_app(council, &ALL).await, an_app(council, &ALL).await);
        for which in ["refresh_token", "access_token"] {
            let code = lets(council, &app, &["SPENDS_READ"]).await;
            let (_, tokens) = exchanges_code(council, &app, &code, &[]).await;
            let bus = as_mari(council, &tokens).await;
            let gives = |client: String| vec![("client_id".to_owned(), client), ("token".to_owned(), tokens[which].as_str().unwrap().to_owned())];
            for (client, answer) in [(other.id.to_string(), None), (app.id.to_string(), Some("UNAUTHENTICATED"))] {
                assert_eq!(posts(council, "/oauth/revoke", &gives(client)).await.status(), 200);
                let says = bus.sends(SPENDS, json!({})).await;
                assert_eq!(says["errors"][0]["extensions"]["code"].as_str(), answer, "{which}");
            }
        }
        // Her own devices are none of an app's.
        let mari = council.person("mari.prydderch").await;
        let hers = vec![("client_id".to_owned(), app.id.to_string()), ("token".to_owned(), mari.token.clone().unwrap())];
        assert_eq!(posts(council, "/oauth/revoke", &hers).await.status(), 200);
        mari.good(SPENDS, json!({})).await;
        mari.good(SIGN_OUT, json!({ "input": {} })).await;
    }

    async fn a_library_finds_its_way_by_the_metadata(council: &Council) {
        let metadata: Value = council.stranger().gets("/.well-known/oauth-authorization-server").await.json().await.unwrap();
        assert_eq!(metadata["issuer"], council.url(""));
        assert_eq!(metadata["authorization_endpoint"], council.url("/oauth/authorize"));
        assert_eq!(metadata["code_challenge_methods_supported"], json!(["S256"]));
        assert_eq!(metadata["scopes_supported"].as_array().unwrap().len(), 17);
    }
}
