//! A council's own sign-in: what an ID token of its provider must say before it is believed (OpenID Connect Core 1.0, section
//! 3.1.3.7), whom it is about, and what the council's roles and groups mean here.

use chrono::{DateTime, Utc};
use jsonwebtoken::{
    Algorithm, DecodingKey, Validation,
    jwk::{AlgorithmParameters, EllipticCurve, Jwk, JwkSet, PublicKeyUse},
};
use serde::Deserialize;

use super::token::{LEEWAY, NotValid};

pub mod mapping;
pub mod visit;

/// Longer than any ID token, with all groups of anybody.
pub const MOST_TOKEN_BYTES: usize = 16 * 1024;

/// The one provider that is believed, and what it calls this server's app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provider {
    /// Who issues tokens, to the letter. With Entra ID the tenant is part of it.
    pub issuer: String,
    /// Whom tokens must be for.
    pub client_id: String,
}

/// Whom a token is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// What the provider knows her by for good: never her name or e-mail, which change and are given to others.
    pub subject: String,
    /// Her e-mail, lower case, where the provider does not doubt it.
    pub email: Option<String>,
    /// What she is called.
    pub name: Option<String>,
    /// Her roles and groups, as the provider calls them.
    pub belongs_to: Vec<String>,
    /// What whoever asked for the token wanted to see in it.
    pub nonce: Option<String>,
    /// When the token ends.
    pub ends: DateTime<Utc>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    aud: OneOrMany,
    azp: Option<String>,
    sub: String,
    exp: i64,
    nbf: Option<i64>,
    iat: i64,
    oid: Option<String>,
    tid: Option<String>,
    email: Option<String>,
    preferred_username: Option<String>,
    email_verified: Option<bool>,
    name: Option<String>,
    nonce: Option<String>,
    #[serde(default)]
    roles: Vec<String>,
    #[serde(default)]
    groups: Vec<String>,
}

/// The name of the key that signed a token, as the token says it. It is not believed yet.
pub fn key_id(token: &str) -> Result<String, NotValid> {
    if token.len() > MOST_TOKEN_BYTES {
        return Err(NotValid);
    }
    jsonwebtoken::decode_header(token).ok().and_then(|header| header.kid).ok_or(NotValid)
}

/// The keys of a published set that may sign tokens (RFC 7517); none where it is no such set.
pub fn signing_keys(published: &[u8]) -> Option<Vec<Jwk>> {
    // A key of a kind that is not known here is no reason to know none.
    let all: serde_json::Value = serde_json::from_slice(published).ok()?;
    let keys = all.get("keys")?.as_array()?;
    let known = keys.iter().filter_map(|key| serde_json::from_value::<Jwk>(key.clone()).ok());
    let signs = |key: &Jwk| matches!(key.common.public_key_use, None | Some(PublicKeyUse::Signature));
    let keys = known.filter(|key| signs(key) && algorithms(key).is_some() && key.common.key_id.is_some());
    Some(JwkSet { keys: keys.collect() }.keys)
}

/// What a key of a kind may sign with. A secret that is shared, or no signature at all, is never among it.
fn algorithms(key: &Jwk) -> Option<Vec<Algorithm>> {
    let of_kind = match &key.algorithm {
        AlgorithmParameters::RSA(_) => {
            vec![Algorithm::RS256, Algorithm::RS384, Algorithm::RS512, Algorithm::PS256, Algorithm::PS384]
        }
        AlgorithmParameters::EllipticCurve(curve) if curve.curve == EllipticCurve::P256 => vec![Algorithm::ES256],
        AlgorithmParameters::EllipticCurve(curve) if curve.curve == EllipticCurve::P384 => vec![Algorithm::ES384],
        AlgorithmParameters::OctetKeyPair(_) => vec![Algorithm::EdDSA],
        _ => return None,
    };
    match key.common.key_algorithm {
        None => Some(of_kind),
        Some(only) => {
            let only: Algorithm = only.to_string().parse().ok()?;
            of_kind.contains(&only).then(|| vec![only])
        }
    }
}

/// Whom a token is about, if that key signed it, the provider issued it for this server's app, and it is valid now.
pub fn identity(token: &str, key: &Jwk, provider: &Provider, now: DateTime<Utc>) -> Result<Identity, NotValid> {
    // Is it the provider's?
    let header = jsonwebtoken::decode_header(token).map_err(|_| NotValid)?;
    if !algorithms(key).is_some_and(|known| known.contains(&header.alg)) {
        return Err(NotValid);
    }
    let mut expected = Validation::new(header.alg);
    expected.set_issuer(&[&provider.issuer]);
    expected.set_audience(&[&provider.client_id]);
    expected.set_required_spec_claims(&["iss", "aud", "sub", "exp"]);
    expected.validate_exp = false;
    expected.validate_nbf = false;
    let key = DecodingKey::from_jwk(key).map_err(|_| NotValid)?;
    let said = jsonwebtoken::decode::<Claims>(token, &key, &expected).map_err(|_| NotValid)?.claims;

    // Is it for this app alone, and valid now?
    let party = said.azp.as_ref().is_none_or(|party| *party == provider.client_id);
    let alone = match &said.aud {
        OneOrMany::One(one) => *one == provider.client_id,
        OneOrMany::Many(many) => many.contains(&provider.client_id) && (many.len() == 1 || said.azp.is_some()),
    };
    let tenant = said.tid.as_ref().is_none_or(|tenant| said.iss.contains(tenant.as_str()) || !has_tenants(&said.iss));
    let leeway = LEEWAY.num_seconds();
    let seconds = now.timestamp();
    let began = said.nbf.unwrap_or(said.iat).max(said.iat) <= seconds + leeway;
    let ends = DateTime::from_timestamp(said.exp, 0).ok_or(NotValid)?;
    if said.iss != provider.issuer || !party || !alone || !tenant || !began || now >= ends {
        return Err(NotValid);
    }

    // Who is it?
    let subject = match (&said.tid, &said.oid) {
        (Some(tenant), Some(object)) => format!("{tenant}/{object}"),
        _ => said.sub,
    };
    if subject.is_empty() || subject.len() > 400 {
        return Err(NotValid);
    }
    let email = said.email.or(said.preferred_username).filter(|_| said.email_verified != Some(false));
    Ok(Identity {
        subject,
        email: email.map(|email| email.trim().to_lowercase()).filter(|email| email.contains('@')),
        name: said.name,
        belongs_to: said.roles.into_iter().chain(said.groups).collect(),
        nonce: said.nonce,
        ends,
    })
}

/// Whether an issuer names the tenant whose people it knows, as Entra ID does.
fn has_tenants(issuer: &str) -> bool {
    issuer.starts_with("https://login.microsoftonline.") || issuer.starts_with("https://sts.windows.net/")
}

#[cfg(test)]
#[path = "council_sign_in_tests.rs"]
mod tests;
