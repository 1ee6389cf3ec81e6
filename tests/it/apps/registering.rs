//! Who registers an app, what it has then, and how it ends.

use serde_json::json;

use crate::{
    council::{Council, Person, key, on_both},
    verbs::{does, refused},
};

const REGISTER: &str = "mutation($input: RegisterAppInput!) { it: registerApp(input: $input) { app { id name scopes redirectUris expiresAt lastUsedAt revokedAt
    registeredBy { name } } token replayed userErrors { code field } } }";
const RENEW: &str = "mutation($input: RenewAppTokenInput!) { it: renewAppToken(input: $input) { app { expiresAt } token replayed userErrors { code } } }";
const REVOKE: &str = "mutation($input: RevokeAppInput!) { it: revokeApp(input: $input) { app { revokedAt } replayed userErrors { code } } }";
const APPS: &str = "{ apps { id name lastUsedAt revokedAt registeredBy { name } } }";
const HUBS: &str = "{ hubs { name } }";

fn app(changed: serde_json::Value) -> serde_json::Value {
    let mut input =
        json!({ "name": "Bus times", "scopes": ["DIRECTORY_READ"], "redirectUris": ["https://app.example/back"] });
    for (name, value) in changed.as_object().unwrap() {
        input[name] = value.clone();
    }
    input
}

fn by_itself<'a>(council: &'a Council, token: &str) -> Person<'a> {
    let mut app = council.stranger();
    app.token = Some(token.to_owned());
    app
}

on_both! {
    async fn an_app_is_registered_used_renewed_and_ended_at_once(council: &Council) {
        let angharad = council.person("angharad.celyn").await;
        let again = key();
        let input = app(json!({ "idempotencyKey": again }));
        let answer = does(&angharad, REGISTER, input.clone()).await;
        assert_eq!((&answer["userErrors"], &answer["replayed"]), (&json!([]), &json!(false)), "{answer:#}");
        assert_eq!((&answer["app"]["scopes"], &answer["app"]["lastUsedAt"]), (&json!(["DIRECTORY_READ"]), &json!(null)));
        assert_eq!(answer["app"]["registeredBy"]["name"], json!(angharad.row().name));
        let (id, token) = (answer["app"]["id"].clone(), answer["token"].as_str().unwrap().to_owned());
        assert!(token.starts_with(&format!("{}_", id.as_str().unwrap())));

        // A lost reply is no second app, and its token is kept nowhere.
        let replay = does(&angharad, REGISTER, input).await;
        assert_eq!((&replay["app"]["id"], &replay["token"], &replay["replayed"]), (&id, &json!(null), &json!(true)));

        by_itself(council, &token).good(HUBS, json!({})).await;
        let mari = council.person("mari.prydderch").await;
        let seen = mari.good(APPS, json!({})).await["apps"].as_array().unwrap().iter().find(|it| it["id"] == id).unwrap().clone();
        assert!(seen["lastUsedAt"].is_string() && seen["revokedAt"].is_null(), "{seen}");

        let renewed = does(&angharad, RENEW, json!({ "appId": id })).await;
        let newer = renewed["token"].as_str().unwrap().to_owned();
        assert_eq!(by_itself(council, &token).problem(HUBS, json!({})).await, "UNAUTHENTICATED");
        by_itself(council, &newer).good(HUBS, json!({})).await;

        let ended = does(&angharad, REVOKE, json!({ "appId": id })).await;
        assert!(ended["app"]["revokedAt"].is_string(), "{ended:#}");
        assert_eq!(by_itself(council, &newer).problem(HUBS, json!({})).await, "UNAUTHENTICATED");
        assert_eq!(refused(&angharad, RENEW, json!({ "appId": id })).await, "REVOKED");
        let once_more = does(&angharad, REVOKE, json!({ "appId": id })).await;
        assert_eq!(once_more["app"]["revokedAt"], ended["app"]["revokedAt"]);
    }

    async fn only_seniors_of_a_team_that_sets_direction_see_to_apps(council: &Council) {
        let angharad = council.person("angharad.celyn").await;
        let id = does(&angharad, REGISTER, app(json!({}))).await["app"]["id"].clone();
        for name in ["mari.prydderch", "nia.talfan", "gethin.bowmer"] {
            let other = council.person(name).await;
            assert_eq!(refused(&other, REGISTER, app(json!({}))).await, "NOT_YOURS_TO_SAY", "{name}");
            assert_eq!(refused(&other, RENEW, json!({ "appId": id })).await, "NOT_YOURS_TO_SAY", "{name}");
            assert_eq!(refused(&other, REVOKE, json!({ "appId": id })).await, "NOT_YOURS_TO_SAY", "{name}");
        }
    }

    async fn an_app_that_makes_no_sense_is_told_so(council: &Council) {
        let angharad = council.person("angharad.celyn").await;
        for (changed, code) in [
            (json!({ "name": "  " }), "NAME_NEEDED"),
            (json!({ "name": "a".repeat(81) }), "TEXT_TOO_LONG"),
            (json!({ "name": "Bus\u{202e}times" }), "TEXT_NOT_PLAIN"),
            (json!({ "scopes": [] }), "NO_SCOPE"),
            (json!({ "redirectUris": ["http://app.example/back"] }), "ADDRESS_NOT_SAFE"),
            (json!({ "redirectUris": ["javascript:alert(1)"] }), "ADDRESS_NOT_SAFE"),
            (json!({ "redirectUris": vec!["https://app.example/"; 11] }), "TOO_MANY_ADDRESSES"),
            (json!({ "expiresOn": "2020-01-01" }), "DATE_OUT_OF_RANGE"),
            (json!({ "expiresOn": "9999-12-31" }), "DATE_OUT_OF_RANGE"),
        ] {
            assert_eq!(refused(&angharad, REGISTER, app(changed.clone())).await, code, "{changed}");
        }
        let taken = does(&angharad, REGISTER, app(json!({}))).await["app"]["id"].clone();
        assert_eq!(refused(&angharad, REGISTER, app(json!({ "appId": taken }))).await, "ID_ALREADY_USED");
        let used = key();
        does(&angharad, REGISTER, app(json!({ "idempotencyKey": used }))).await;
        let other = app(json!({ "idempotencyKey": used, "name": "Trams" }));
        assert_eq!(refused(&angharad, REGISTER, other).await, "IDEMPOTENCY_KEY_REUSED");
        for nowhere in ["app_00000000000000000000000000", "spnd_00000000000000000000000000", "x"] {
            let input = json!({ "input": { "idempotencyKey": key(), "appId": nowhere } });
            assert_eq!(angharad.problem(REVOKE, input).await, "NOT_FOUND", "{nowhere}");
        }
    }
}
