//! What access tokens promise, as sentences: thirty odd tokens and none gets in.

use aws_lc_rs::{rand::SystemRandom, signature::Ed25519KeyPair};
use serde_json::{Value, json};
use uuid::Uuid;

use super::*;

fn key() -> SigningKey {
    let document = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).unwrap();
    SigningKey::from_pkcs8(document.as_ref()).unwrap()
}

fn bearer() -> Bearer {
    Bearer { practitioner: PractitionerId(Uuid::from_u128(1)), session: SessionId(Uuid::from_u128(2)) }
}

fn noon() -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000, 0).unwrap()
}

fn claims() -> Value {
    let now = noon().timestamp();
    json!({
        "iss": ISSUER, "aud": AUDIENCE, "sub": bearer().practitioner.to_string(), "sid": bearer().session.to_string(),
        "iat": now, "nbf": now, "exp": now + 600,
    })
}

fn signed(key: &SigningKey, header: Value, claims: &Value) -> String {
    let part = |value: &Value| BASE64URL_NOPAD.encode(value.to_string().as_bytes());
    let content = format!("{}.{}", part(&header), part(claims));
    format!("{content}.{}", BASE64URL_NOPAD.encode(&key.sign(content.as_bytes())))
}

fn header(key: &SigningKey) -> Value {
    json!({ "alg": "EdDSA", "typ": "JWT", "kid": key.kid() })
}

#[test]
fn a_token_lives_ten_minutes_and_five_seconds_of_honest_disagreement() {
    let key = key();
    let (token, ends) = key.issue(bearer(), noon()).unwrap();

    assert_eq!(ends, noon() + LIFE);
    assert_eq!(key.verify(&token, noon()), Ok(bearer()));
    assert_eq!(key.verify(&token, noon() - TimeDelta::seconds(5)), Ok(bearer()));
    assert_eq!(key.verify(&token, ends + TimeDelta::seconds(4)), Ok(bearer()));
    assert_eq!(key.verify(&token, ends + TimeDelta::seconds(5)), Err(NotValid));
    assert_eq!(key.verify(&token, noon() - TimeDelta::seconds(6)), Err(NotValid));
}

#[test]
fn a_hand_made_token_with_everything_right_gets_in_so_the_refusals_mean_something() {
    let key = key();

    assert_eq!(key.verify(&signed(&key, header(&key), &claims()), noon()), Ok(bearer()));
}

#[test]
fn odd_claims_do_not_get_in() {
    let key = key();
    let now = noon().timestamp();
    for (claim, value) in [
        ("iss", json!("someone-else")),
        ("iss", json!(null)),
        ("aud", json!("another-api")),
        ("aud", json!([])),
        ("sub", json!("spnd_00000000000000000000000000")),
        ("sub", json!("admin")),
        ("sub", json!(1)),
        ("sid", json!("")),
        ("exp", json!(now - 6)),
        ("exp", json!(now + 100_000)),
        ("exp", json!("tomorrow")),
        ("exp", json!(-1)),
        ("nbf", json!(now + 6)),
        ("nbf", json!("yesterday")),
    ] {
        let mut odd = claims();
        odd[claim] = value;
        assert_eq!(key.verify(&signed(&key, header(&key), &odd), noon()), Err(NotValid), "{odd}");
    }
    for missing in ["iss", "aud", "sub", "sid", "exp", "nbf"] {
        let mut odd = claims();
        odd.as_object_mut().unwrap().remove(missing);
        assert_eq!(key.verify(&signed(&key, header(&key), &odd), noon()), Err(NotValid), "without {missing}");
    }
}

#[test]
fn odd_headers_and_other_keys_do_not_get_in() {
    let (ours, theirs) = (key(), key());
    for odd in [
        json!({ "alg": "none", "kid": ours.kid() }),
        json!({ "alg": "None", "kid": ours.kid() }),
        json!({ "alg": "HS256", "kid": ours.kid() }),
        json!({ "alg": "RS256", "kid": ours.kid() }),
        json!({ "alg": "EdDSA" }),
        json!({ "alg": "EdDSA", "kid": "" }),
        json!({ "alg": "EdDSA", "kid": "../../dev/null" }),
        json!({ "alg": "EdDSA", "kid": theirs.kid() }),
        json!({ "kid": ours.kid() }),
    ] {
        assert_eq!(ours.verify(&signed(&ours, odd.clone(), &claims()), noon()), Err(NotValid), "{odd}");
    }
    assert_eq!(ours.verify(&signed(&theirs, header(&ours), &claims()), noon()), Err(NotValid));

    let good = signed(&ours, header(&ours), &claims());
    let (content, _) = good.rsplit_once('.').unwrap();
    for odd in ["", ".", "..", "a.b.c", content, &format!("{content}."), &format!("{good}x"), &good[1..]] {
        assert_eq!(ours.verify(odd, noon()), Err(NotValid), "{odd}");
    }
}
