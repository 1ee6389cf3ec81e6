//! The token: a phone verifies it with the published keys alone, and it opens nothing.

use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};
use data_encoding::BASE64URL_NOPAD;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{draws, fare, outcomes, syncs, with};
use crate::council::{Council, on_both};

fn part(token: &str, place: usize) -> Vec<u8> {
    BASE64URL_NOPAD.decode(token.split('.').nth(place).unwrap().as_bytes()).unwrap()
}

on_both! {
    async fn the_published_keys_are_all_a_phone_needs_to_trust_an_allowance(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let drawn = draws(&mari, "20.00").await;
        let token = drawn["token"].as_str().unwrap();
        let keys: Value = council.stranger().gets("/.well-known/jwks.json").await.json().await.unwrap();

        let (content, _) = token.rsplit_once('.').unwrap();
        let public = BASE64URL_NOPAD.decode(keys["keys"][0]["x"].as_str().unwrap().as_bytes()).unwrap();
        UnparsedPublicKey::new(&ED25519, public).verify(content.as_bytes(), &part(token, 2)).unwrap();

        let header: Value = serde_json::from_slice(&part(token, 0)).unwrap();
        assert_eq!(header, json!({ "typ": "busfare-allowance+jwt", "alg": "EdDSA", "kid": keys["keys"][0]["kid"] }));
        let claims: Value = serde_json::from_slice(&part(token, 1)).unwrap();
        assert_eq!((&claims["jti"], &claims["sub"]), (&drawn["id"], &json!(mari.row().id.to_string())));
        assert_eq!((&claims["aud"], &claims["fund"], &claims["amountPence"]), (&json!("busfare-allowance"), &json!("SECTION_17"), &json!(2_000)));
        let statement = Sha256::digest(drawn["backingStatement"].as_str().unwrap().as_bytes());
        assert_eq!(claims["backingSha256"], BASE64URL_NOPAD.encode(&statement));

        let mut with_it = council.stranger();
        with_it.token = Some(token.to_owned());
        assert_eq!(with_it.problem("{ viewer { practitioner { id } } }", json!({})).await, "UNAUTHENTICATED");
    }

    async fn a_token_that_was_touched_honours_nothing(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let drawn = draws(&mari, "20.00").await;
        let token = drawn["token"].as_str().unwrap().to_owned();
        let mut claims: Value = serde_json::from_slice(&part(&token, 1)).unwrap();
        claims["amountPence"] = 9_000_000.into();
        let parts: Vec<_> = token.split('.').collect();
        let tampered = format!("{}.{}.{}", parts[0], BASE64URL_NOPAD.encode(claims.to_string().as_bytes()), parts[2]);
        let none = BASE64URL_NOPAD.encode(br#"{"alg":"none","typ":"busfare-allowance+jwt"}"#);

        for odd in [tampered, format!("{none}.{}.", parts[1]), format!("{}.{}.", parts[0], parts[1]), token[1..].to_owned(), "x".repeat(20_000)] {
            let spend = with(&fare(council, &drawn, "1.00").await, json!({ "allowanceId": null, "allowanceToken": odd }));
            let result = syncs(&mari, &[spend]).await.remove(0);
            assert_eq!(result["userError"]["code"], "ALLOWANCE_NOT_FOUND");
        }
        let good = with(&fare(council, &drawn, "1.00").await, json!({ "allowanceId": null, "allowanceToken": token }));
        assert_eq!(outcomes(&syncs(&mari, &[good]).await), ["HONOURED"]);
    }
}
