//! Tokens that a council's provider signed, and every way in which one is not.

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use data_encoding::BASE64URL_NOPAD;
use jsonwebtoken::{EncodingKey, Header};
use serde_json::{Value, json};

use super::*;

const NOON: i64 = 1_795_435_200;

struct Signer {
    key: EncodingKey,
    public: Jwk,
}

impl Signer {
    fn new() -> Self {
        let document = Ed25519KeyPair::generate_pkcs8(&aws_lc_rs::rand::SystemRandom::new()).unwrap();
        let pair = Ed25519KeyPair::from_pkcs8(document.as_ref()).unwrap();
        let public = json!({ "kty": "OKP", "crv": "Ed25519", "kid": "one", "use": "sig", "alg": "EdDSA",
            "x": BASE64URL_NOPAD.encode(pair.public_key().as_ref()) });
        Self { key: EncodingKey::from_ed_der(document.as_ref()), public: serde_json::from_value(public).unwrap() }
    }

    fn token(&self, otherwise: &Value) -> String {
        let mut claims = json!({ "iss": "https://login.microsoftonline.com/t-1/v2.0", "aud": "busfare", "sub": "s-1", "oid": "o-1",
            "tid": "t-1", "iat": NOON - 60, "nbf": NOON - 60, "exp": NOON + 3_600, "email": "Mari@Council.example", "name": "Mari",
            "roles": ["Worker"], "groups": ["g1"] });
        for (name, value) in otherwise.as_object().unwrap() {
            claims[name] = value.clone();
        }
        let header = Header { kid: Some("one".into()), ..Header::new(Algorithm::EdDSA) };
        jsonwebtoken::encode(&header, &claims, &self.key).unwrap()
    }

    fn identity(&self, otherwise: &Value) -> Result<Identity, NotValid> {
        let provider =
            Provider { issuer: "https://login.microsoftonline.com/t-1/v2.0".into(), client_id: "busfare".into() };
        let now = DateTime::from_timestamp(NOON, 0).unwrap();
        identity(&self.token(otherwise), &self.public, &provider, now)
    }
}

#[test]
fn a_token_of_the_council_says_who_she_is_for_good() {
    let signer = Signer::new();
    let her = signer.identity(&json!({})).unwrap();
    assert_eq!((her.subject.as_str(), her.email.as_deref()), ("t-1/o-1", Some("mari@council.example")));
    assert_eq!(her.belongs_to, ["Worker", "g1"]);
    assert_eq!(key_id(&signer.token(&json!({}))).as_deref(), Ok("one"));

    // Without what Entra ID has, the subject is enough; a doubted e-mail is none.
    let plain = signer.identity(&json!({ "oid": null, "tid": null, "email_verified": false })).unwrap();
    assert_eq!((plain.subject.as_str(), plain.email), ("s-1", None));
    let many = json!({ "aud": ["busfare", "other"], "azp": "busfare" });
    assert!(signer.identity(&many).is_ok());
}

#[test]
fn a_token_for_others_of_others_or_of_another_time_is_not_valid() {
    let signer = Signer::new();
    for otherwise in [
        json!({ "iss": "https://login.microsoftonline.com/t-2/v2.0" }),
        json!({ "iss": "https://login.microsoftonline.com/t-1/v2.0/" }),
        json!({ "tid": "t-2" }),
        json!({ "aud": "other" }),
        json!({ "aud": [] }),
        json!({ "aud": ["busfare", "other"] }),
        json!({ "azp": "other" }),
        json!({ "exp": NOON }),
        json!({ "exp": NOON - 1 }),
        json!({ "exp": i64::MAX }),
        json!({ "exp": null }),
        json!({ "iat": NOON + 6 }),
        json!({ "nbf": NOON + 6 }),
        json!({ "sub": null }),
        json!({ "oid": "o".repeat(400) }),
    ] {
        assert_eq!(signer.identity(&otherwise), Err(NotValid), "{otherwise}");
    }
    assert_eq!(Signer::new().identity(&json!({})).map(|her| her.subject).as_deref(), Ok("t-1/o-1"));
}

#[test]
fn what_another_key_signed_or_nobody_did_is_not_valid() {
    let (signer, other) = (Signer::new(), Signer::new());
    let provider =
        Provider { issuer: "https://login.microsoftonline.com/t-1/v2.0".into(), client_id: "busfare".into() };
    let now = DateTime::from_timestamp(NOON, 0).unwrap();
    let token = signer.token(&json!({}));
    assert_eq!(identity(&token, &other.public, &provider, now), Err(NotValid));

    // A key that is public must not be taken for a secret that is shared, and no signature is none.
    let [_, claims, _] = token.split('.').collect::<Vec<_>>()[..] else { panic!() };
    for header in [r#"{"alg":"none","kid":"one"}"#, r#"{"alg":"HS256","kid":"one"}"#, r#"{"alg":"RS256","kid":"one"}"#]
    {
        let forged = format!("{}.{claims}.", BASE64URL_NOPAD.encode(header.as_bytes()));
        assert_eq!(identity(&forged, &signer.public, &provider, now), Err(NotValid), "{header}");
    }
    for rubbish in ["", "a.b.c", "....", &"a".repeat(MOST_TOKEN_BYTES + 1)] {
        assert_eq!(key_id(rubbish), Err(NotValid));
    }
}

#[test]
fn keys_that_sign_are_found_among_others() {
    let signer = Signer::new();
    let good = serde_json::to_value(&signer.public).unwrap();
    let mut for_secrets = good.clone();
    for_secrets["use"] = "enc".into();
    let shared = json!({ "kty": "oct", "k": "c2VjcmV0", "kid": "two", "alg": "HS256" });
    let unknown = json!({ "kty": "QUANTUM", "kid": "three" });
    let published = json!({ "keys": [for_secrets, shared, unknown, good, "rubbish"] }).to_string();
    let keys = signing_keys(published.as_bytes()).unwrap();
    assert_eq!(keys.iter().map(|key| key.common.key_id.as_deref()).collect::<Vec<_>>(), [Some("one")]);
    for odd in ["", "[]", "{}", r#"{"keys":1}"#] {
        assert!(signing_keys(odd.as_bytes()).is_none(), "{odd}");
    }
}
