//! Tokens that somebody made or bent, apps that ask for more than they may, and the keys that tell the difference.

use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};
use busfare::{
    rules::token::{AUDIENCE, ISSUER, SigningKey},
    store,
};
use busfare_entity::{
    app,
    words::{AppId, AppScope},
};
use data_encoding::BASE64URL_NOPAD;

use super::*;

fn part(value: &Value) -> String {
    BASE64URL_NOPAD.encode(value.to_string().as_bytes())
}

fn signed(key: &SigningKey, header: &Value, claims: &Value) -> String {
    let content = format!("{}.{}", part(header), part(claims));
    format!("{content}.{}", BASE64URL_NOPAD.encode(&key.sign(content.as_bytes())))
}

/// What a token of hers says, read from a real one.
fn claims(token: &str) -> Value {
    let middle = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&BASE64URL_NOPAD.decode(middle.as_bytes()).unwrap()).unwrap()
}

/// Every `Authorization` that should not let anybody in, each with a name.
fn forgeries(council: &Council, good: &str) -> Vec<(String, Vec<String>)> {
    let (ours, elsewhere) = (&council.state.key, tempfile::TempDir::new().unwrap());
    let theirs = store::keys::open(elsewhere.path()).unwrap();
    let (header, claims) = (json!({ "alg": "EdDSA", "typ": "JWT", "kid": ours.kid() }), claims(good));
    let mut forged = Vec::new();
    let mut bearer = |name: &str, token: String| forged.push((name.to_owned(), vec![format!("Bearer {token}")]));

    let (content, signature) = good.rsplit_once('.').unwrap();
    let unsigned = format!("{}.{}.", part(&json!({ "alg": "none", "kid": ours.kid() })), part(&claims));
    bearer("alg none", unsigned.clone());
    bearer("alg none with the signature", format!("{unsigned}{signature}"));
    bearer("no signature", format!("{content}."));
    bearer("another key", signed(&theirs, &header, &claims));
    bearer("another key and its name", signed(&theirs, &json!({ "alg": "EdDSA", "kid": theirs.kid() }), &claims));
    let jwk = theirs.jwks()["keys"][0].clone();
    bearer(
        "a key it brings itself",
        signed(&theirs, &json!({ "alg": "EdDSA", "kid": ours.kid(), "jwk": jwk }), &claims),
    );
    for odd in
        [json!(null), json!(""), json!("../../../dev/null"), json!("' OR '1'='1"), json!(["x"]), json!("x".repeat(500))]
    {
        bearer(&format!("kid {odd}"), signed(ours, &json!({ "alg": "EdDSA", "kid": odd }), &claims));
    }
    for alg in ["HS256", "RS256", "ES256", "eddsa", "EDDSA", ""] {
        bearer(&format!("alg {alg}"), signed(ours, &json!({ "alg": alg, "kid": ours.kid() }), &claims));
    }
    let now = clock::now().timestamp();
    for (claim, value) in [
        ("aud", json!("another-api")),
        ("aud", json!(null)),
        ("iss", json!("another")),
        ("exp", json!(now - 6)),
        ("exp", json!(now + 86_400)),
        ("nbf", json!(now + 30)),
        ("sub", json!("prac_00000000000000000000000000")),
        ("sid", json!("sess_00000000000000000000000000")),
    ] {
        let mut odd = claims.clone();
        odd[claim] = value.clone();
        bearer(&format!("{claim} {value}"), signed(ours, &header, &odd));
    }
    bearer("ten kilobytes", "x".repeat(10_240));
    bearer("a good one in ten kilobytes", format!("{good}{}", "=".repeat(10_240)));
    bearer("nothing", String::new());
    bearer("two in one", format!("{good}, Bearer {good}"));
    bearer("two in one word", format!("{good} {good}"));
    bearer("a refresh token", store::mint::secret().unwrap().text);
    bearer("an app's beginning", "app_".to_owned());
    forged.push(("twice".to_owned(), vec![format!("Bearer {good}"); 2]));
    forged.push(("basic".to_owned(), vec![format!("Basic {good}")]));
    forged.push(("no scheme".to_owned(), vec![good.to_owned()]));
    forged
}

fn without_request_id(mut body: Value) -> String {
    body["errors"][0]["extensions"].as_object_mut().unwrap().remove("requestId");
    body.to_string()
}

/// An app with some scopes that ends at some time, and its token.
async fn an_app(council: &Council, scopes: &[AppScope], life: TimeDelta) -> (app::Model, String) {
    let secret = store::mint::secret().unwrap();
    let row = app::Model {
        id: store::mint::id::<AppId>(),
        organisation_id: council.person("mari.prydderch").await.row().organisation_id,
        name: "Bus times".into(),
        token_sha256: secret.sha256,
        scopes: json!(scopes),
        expires_at: clock::now() + life,
        redirect_uris: json!([]),
        revoked_at: None,
        created_at: clock::now(),
        registered_by: None,
        last_used_at: None,
    };
    let txn = council.state.db.begin().await.unwrap();
    store::app::put(&txn, row.clone()).await.unwrap();
    txn.commit().await.unwrap();
    let token = format!("Bearer {}_{}", row.id, secret.text);
    (row, token)
}

on_both! {
    async fn a_forged_token_is_refused_in_the_same_words_whatever_is_wrong_with_it(council: &Council) {
        let good = council.person("mari.prydderch").await.token.unwrap();
        let mine = signed(&council.state.key, &json!({ "alg": "EdDSA", "kid": council.state.key.kid() }), &claims(&good));
        let heard = ask(council, &[("authorization", &format!("Bearer {mine}"))], WHO, json!({})).await;
        assert_eq!(heard.status.as_u16(), 200, "a hand-made good one gets in, so the refusals mean something");

        let mut words = Vec::new();
        for (name, authorizations) in forgeries(council, &good) {
            let headers: Vec<_> = authorizations.iter().map(|value| ("authorization", value.as_str())).collect();
            let heard = ask(council, &headers, WHO, json!({})).await;
            assert_eq!((heard.status.as_u16(), heard.code()), (401, "UNAUTHENTICATED"), "{name}: {:#}", heard.body);
            words.push(without_request_id(heard.body));

            let mut put = council.http().put(council.url("/receipts/rcpt_0/content")).body("x");
            for value in authorizations {
                put = put.header("authorization", value);
            }
            let put = put.send().await.unwrap();
            assert_eq!((put.status().as_u16(), put.headers()["www-authenticate"].to_str().unwrap()), (401, "Bearer"), "{name}");
            words.push(without_request_id(put.json().await.unwrap()));
        }
        assert!(words.len() > 60 && words.iter().all(|other| *other == words[0]), "{words:#?}");
    }

    async fn an_app_reads_what_its_scopes_name_and_nothing_else(council: &Council) {
        let purpose = council.purpose("bus-fare").await.to_string();
        let hubs = "{ hubs { id } }";
        let form = "query($id: ID!) { formFor(context: { spendPurposeId: $id }) { form { id } } }";
        let year = TimeDelta::days(365);
        for (scopes, reads_hubs, reads_forms) in [
            (&[AppScope::DirectoryRead, AppScope::FormsRead][..], true, true),
            (&[AppScope::DirectoryRead], true, false),
            (&[AppScope::FormsRead], false, true),
            (&[], false, false),
        ] {
            let (_, token) = an_app(council, scopes, year).await;
            for (document, variables, allowed) in [(hubs, json!({}), reads_hubs), (form, json!({ "id": purpose }), reads_forms)] {
                let heard = ask(council, &[("authorization", &token)], document, variables).await;
                let expected = if allowed { "" } else { "FORBIDDEN" };
                assert_eq!(heard.code(), expected, "{scopes:?} {document} {:#}", heard.body);
            }
            assert_eq!(ask(council, &[("authorization", &token)], WHO, json!({})).await.code(), "FORBIDDEN");
        }
    }

    async fn an_app_that_ended_or_was_sent_away_or_has_another_secret_is_nobody(council: &Council) {
        let scopes = [AppScope::DirectoryRead];
        let (_, ended) = an_app(council, &scopes, TimeDelta::seconds(-1)).await;
        let (alive, token) = an_app(council, &scopes, TimeDelta::days(1)).await;
        let (_, other) = an_app(council, &scopes, TimeDelta::days(1)).await;
        let (id, secret) = (&token[..token.len() - 43], &other[other.len() - 43..]);
        let before = ask(council, &[("authorization", &token)], "{ hubs { id } }", json!({})).await;
        assert_eq!(before.status.as_u16(), 200, "{:#}", before.body);

        let gone = app::ActiveModel { revoked_at: Set(Some(clock::now())), ..alive.into_active_model() };
        gone.update(council.state.db.reader()).await.unwrap();

        for token in [ended, token.clone(), format!("{id}{secret}"), id.to_owned(), token[..token.len() - 1].to_owned()] {
            let heard = ask(council, &[("authorization", &token)], "{ hubs { id } }", json!({})).await;
            assert_eq!((heard.status.as_u16(), heard.code()), (401, "UNAUTHENTICATED"), "{token}");
        }
    }

    async fn anybody_can_check_a_token_with_the_published_keys(council: &Council) {
        let token = council.person("mari.prydderch").await.token.unwrap();
        let keys: Value = council.stranger().gets("/.well-known/jwks.json").await.json().await.unwrap();
        let [key] = keys["keys"].as_array().unwrap().as_slice() else { panic!("{keys}") };
        let [header, body, signature] = token.split('.').collect::<Vec<_>>()[..] else { panic!("{token}") };
        let read = |part: &str| BASE64URL_NOPAD.decode(part.as_bytes()).unwrap();
        let header: Value = serde_json::from_slice(&read(header)).unwrap();
        assert_eq!((&header["kid"], &header["alg"]), (&key["kid"], &key["alg"]));
        assert_eq!((&key["kty"], &key["crv"], key.get("d")), (&json!("OKP"), &json!("Ed25519"), None));

        let public = UnparsedPublicKey::new(&ED25519, read(key["x"].as_str().unwrap()));
        let (content, _) = token.rsplit_once('.').unwrap();
        public.verify(content.as_bytes(), &read(signature)).unwrap();
        assert!(public.verify(body.as_bytes(), &read(signature)).is_err());
        assert_eq!((&claims(&token)["iss"], &claims(&token)["aud"]), (&json!(ISSUER), &json!(AUDIENCE)));
    }
}
