//! Access tokens: short-lived JWTs signed with Ed25519. A token says who and on which device, nothing else;
//! what she may do is read per request, so taking it away works at once.

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use busfare_entity::words::{PractitionerId, SessionId};
use chrono::{DateTime, TimeDelta, Utc};
use data_encoding::BASE64URL_NOPAD;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};

pub mod action;
pub mod feedback;
pub mod link;

/// How long an access token lives.
pub const LIFE: TimeDelta = TimeDelta::minutes(10);
/// How far two honest clocks may disagree.
pub const LEEWAY: TimeDelta = TimeDelta::seconds(5);
/// Who issues tokens, and for whom.
pub const ISSUER: &str = "busfare";
/// The audience of every token.
pub const AUDIENCE: &str = "busfare-api";

/// What a token says. Times are seconds since 1970.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: String,
    sid: String,
    iat: i64,
    nbf: i64,
    exp: i64,
}

/// Who holds a valid token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Bearer {
    /// The practitioner.
    pub practitioner: PractitionerId,
    /// Her session, which may have been signed out since.
    pub session: SessionId,
}

/// What a token that we signed says. Times are seconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signed {
    bearer: Bearer,
    begins: i64,
    ends: i64,
}

/// The token was not signed by us, is not for us, or is not valid now. It never says which.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this access token is not valid")]
pub struct NotValid;

/// The server's key pair. It signs access tokens and schemes of delegation.
pub struct SigningKey {
    kid: String,
    pair: Ed25519KeyPair,
    encoding: EncodingKey,
    decoding: DecodingKey,
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SigningKey").field("kid", &self.kid).finish_non_exhaustive()
    }
}

impl SigningKey {
    /// From a PKCS#8 document; none where it is not an Ed25519 key.
    pub fn from_pkcs8(document: &[u8]) -> Option<Self> {
        let pair = Ed25519KeyPair::from_pkcs8(document).ok()?;
        let public = BASE64URL_NOPAD.encode(pair.public_key().as_ref());
        // RFC 7638 and RFC 8037: the key's name is the hash of its required members, sorted.
        let thumbprint = Sha256::digest(format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{public}"}}"#));
        Some(Self {
            kid: BASE64URL_NOPAD.encode(&thumbprint),
            encoding: EncodingKey::from_ed_der(document),
            decoding: DecodingKey::from_ed_components(&public).ok()?,
            pair,
        })
    }

    /// The key's name in tokens, in signatures and in the published key set.
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// The published key set (RFC 7517) with which anybody can verify what this key signed.
    pub fn jwks(&self) -> serde_json::Value {
        serde_json::json!({ "keys": [{
            "kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "kid": self.kid,
            "x": BASE64URL_NOPAD.encode(self.pair.public_key().as_ref()),
        }]})
    }

    /// Signs bytes with Ed25519: 64 bytes, the same every time.
    pub fn sign(&self, content: &[u8]) -> Vec<u8> {
        self.pair.sign(content).as_ref().to_vec()
    }

    /// Any other claims as a token of a type of its own, which is no access token.
    pub fn seal(&self, kind: &str, claims: &impl Serialize) -> Result<String, NotValid> {
        let header =
            Header { kid: Some(self.kid.clone()), typ: Some(kind.to_owned()), ..Header::new(Algorithm::EdDSA) };
        jsonwebtoken::encode(&header, claims, &self.encoding).map_err(|_| NotValid)
    }

    /// The claims of a token of that type, if this key signed it for that audience. Its times are the caller's to judge.
    pub fn unseal<T: DeserializeOwned + Clone>(&self, kind: &str, audience: &str, token: &str) -> Result<T, NotValid> {
        let header = jsonwebtoken::decode_header(token).map_err(|_| NotValid)?;
        if header.alg != Algorithm::EdDSA
            || header.kid.as_deref() != Some(self.kid.as_str())
            || header.typ.as_deref() != Some(kind)
        {
            return Err(NotValid);
        }
        let mut expected = Validation::new(Algorithm::EdDSA);
        expected.set_issuer(&[ISSUER]);
        expected.set_audience(&[audience]);
        expected.set_required_spec_claims(&["iss", "aud", "sub", "exp", "nbf"]);
        expected.validate_exp = false;
        expected.validate_nbf = false;
        Ok(jsonwebtoken::decode::<T>(token, &self.decoding, &expected).map_err(|_| NotValid)?.claims)
    }

    /// A token for a signed-in device, and when it ends.
    pub fn issue(&self, bearer: Bearer, now: DateTime<Utc>) -> Result<(String, DateTime<Utc>), NotValid> {
        let ends = now + LIFE;
        let claims = Claims {
            iss: ISSUER.into(),
            aud: AUDIENCE.into(),
            sub: bearer.practitioner.to_string(),
            sid: bearer.session.to_string(),
            iat: now.timestamp(),
            nbf: now.timestamp(),
            exp: ends.timestamp(),
        };
        let header = Header { kid: Some(self.kid.clone()), ..Header::new(Algorithm::EdDSA) };
        let token = jsonwebtoken::encode(&header, &claims, &self.encoding).map_err(|_| NotValid)?;
        Ok((token, ends))
    }

    /// Who holds the token, if it is ours, for us and valid now.
    pub fn verify(&self, token: &str, now: DateTime<Utc>) -> Result<Bearer, NotValid> {
        self.read(token)?.at(now)
    }

    /// What a token says, if it is ours and for us, whenever it is valid.
    pub fn read(&self, token: &str) -> Result<Signed, NotValid> {
        let header = jsonwebtoken::decode_header(token).map_err(|_| NotValid)?;
        if header.alg != Algorithm::EdDSA || header.kid.as_deref() != Some(self.kid.as_str()) {
            return Err(NotValid);
        }
        let mut expected = Validation::new(Algorithm::EdDSA);
        expected.set_issuer(&[ISSUER]);
        expected.set_audience(&[AUDIENCE]);
        expected.set_required_spec_claims(&["iss", "aud", "sub", "exp", "nbf"]);
        expected.validate_exp = false;
        expected.validate_nbf = false;
        let claims = jsonwebtoken::decode::<Claims>(token, &self.decoding, &expected).map_err(|_| NotValid)?.claims;
        let bearer = Bearer {
            practitioner: claims.sub.parse().map_err(|_| NotValid)?,
            session: claims.sid.parse().map_err(|_| NotValid)?,
        };
        Ok(Signed { bearer, begins: claims.nbf, ends: claims.exp })
    }
}

impl Signed {
    /// Who holds the token, if it is valid now. Times are checked here and not by the library, which reads its own clock and by
    /// default forgives a minute.
    pub fn at(&self, now: DateTime<Utc>) -> Result<Bearer, NotValid> {
        let now = now.timestamp();
        let leeway = LEEWAY.num_seconds();
        let alive = self.begins <= now.saturating_add(leeway) && now < self.ends.saturating_add(leeway);
        let short = self.ends.saturating_sub(self.begins) <= LIFE.num_seconds();
        if alive && short { Ok(self.bearer) } else { Err(NotValid) }
    }
}

#[cfg(test)]
#[path = "token_tests.rs"]
mod tests;
