//! Links: an address that shows one thing to one viewer for five minutes, for whatever cannot send a header. What she may
//! see is asked again when it is used, so taking that away works at once.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::{Bearer, ISSUER, LEEWAY, NotValid, SigningKey};

/// How long a link lives.
pub const LIFE: TimeDelta = TimeDelta::minutes(5);
/// Its type and audience, so that it is never taken for another token.
pub const KIND: &str = "busfare-link";

#[derive(Clone, Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: String,
    sid: String,
    path: String,
    nbf: i64,
    exp: i64,
}

impl SigningKey {
    /// A token with which one viewer, on one device, may fetch one path; and when it ends.
    pub fn issue_link(
        &self,
        bearer: Bearer,
        path: &str,
        now: DateTime<Utc>,
    ) -> Result<(String, DateTime<Utc>), NotValid> {
        let ends = now + LIFE;
        let claims = Claims {
            iss: ISSUER.into(),
            aud: KIND.into(),
            sub: bearer.practitioner.to_string(),
            sid: bearer.session.to_string(),
            path: path.to_owned(),
            nbf: now.timestamp(),
            exp: ends.timestamp(),
        };
        Ok((self.seal(KIND, &claims)?, ends))
    }

    /// For whom a link to a path was made, if it was made here and still lives.
    pub fn verify_link(&self, token: &str, path: &str, now: DateTime<Utc>) -> Result<Bearer, NotValid> {
        let claims: Claims = self.unseal(KIND, KIND, token)?;
        let now = now.timestamp();
        let alive = claims.nbf <= now.saturating_add(LEEWAY.num_seconds()) && now < claims.exp;
        let short = claims.exp.saturating_sub(claims.nbf) <= LIFE.num_seconds();
        if !(alive && short && claims.path == path) {
            return Err(NotValid);
        }
        Ok(Bearer {
            practitioner: claims.sub.parse().map_err(|_| NotValid)?,
            session: claims.sid.parse().map_err(|_| NotValid)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::{rand::SystemRandom, signature::Ed25519KeyPair};
    use busfare_entity::words::{PractitionerId, SessionId};
    use uuid::Uuid;

    use super::*;

    fn key() -> SigningKey {
        let document = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).unwrap();
        SigningKey::from_pkcs8(document.as_ref()).unwrap()
    }

    #[test]
    fn a_link_shows_one_thing_to_one_viewer_for_five_minutes() {
        let (ours, theirs, noon) = (key(), key(), DateTime::from_timestamp(1_800_000_000, 0).unwrap());
        let bearer =
            Bearer { practitioner: PractitionerId(Uuid::from_u128(1)), session: SessionId(Uuid::from_u128(2)) };
        let (token, ends) = ours.issue_link(bearer, "/a", noon).unwrap();

        assert_eq!(ends - noon, TimeDelta::minutes(5));
        assert_eq!(ours.verify_link(&token, "/a", noon), Ok(bearer));
        assert_eq!(ours.verify_link(&token, "/a", ends - TimeDelta::seconds(1)), Ok(bearer));
        for amiss in [
            ours.verify_link(&token, "/a", ends),
            ours.verify_link(&token, "/b", noon),
            ours.verify_link(&token, "/a", noon - TimeDelta::minutes(1)),
            theirs.verify_link(&token, "/a", noon),
            ours.verify_link(&format!("{token}x"), "/a", noon),
            ours.verify_link("", "/a", noon),
            ours.verify_link(&ours.issue(bearer, noon).unwrap().0, "/a", noon),
        ] {
            assert_eq!(amiss, Err(NotValid));
        }
        assert_eq!(ours.verify(&token, noon), Err(NotValid), "a link is no access token");
    }
}
