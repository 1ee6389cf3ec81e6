//! Action tokens: what a notification carries so that one tap answers one ask, once, within a quarter of an hour,
//! on the device that it was made for.

use busfare_entity::words::{AskId, PractitionerId, SessionId};
use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::{Algorithm, Header, Validation};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{ISSUER, NotValid, SigningKey};

/// How long an action token lives.
pub const LIFE: TimeDelta = TimeDelta::minutes(15);
/// Its audience, so that it is never taken for an access token.
pub const AUDIENCE: &str = "busfare-action";

/// What an action token lets do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Action {
    /// The token's own number, which counts once.
    pub number: Uuid,
    /// Who may act.
    pub practitioner: PractitionerId,
    /// On which device.
    pub session: SessionId,
    /// On which ask.
    pub ask: AskId,
}

#[derive(Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: String,
    sid: String,
    ask: String,
    jti: Uuid,
    iat: i64,
    exp: i64,
}

/// Why an action token does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unusable {
    /// Not signed by us, or not for this.
    Invalid,
    /// It has lived its time.
    Expired,
}

impl SigningKey {
    /// A token with which one device may act on one ask once.
    pub fn issue_action(&self, action: Action, now: DateTime<Utc>) -> Result<String, NotValid> {
        let claims = Claims {
            iss: ISSUER.into(),
            aud: AUDIENCE.into(),
            sub: action.practitioner.to_string(),
            sid: action.session.to_string(),
            ask: action.ask.to_string(),
            jti: action.number,
            iat: now.timestamp(),
            exp: (now + LIFE).timestamp(),
        };
        let header = Header { kid: Some(self.kid.clone()), ..Header::new(Algorithm::EdDSA) };
        jsonwebtoken::encode(&header, &claims, &self.encoding).map_err(|_| NotValid)
    }

    /// What an action token lets do, if it is ours and still lives. Times are checked here, against the clock
    /// of the request.
    pub fn verify_action(&self, token: &str, now: DateTime<Utc>) -> Result<Action, Unusable> {
        let header = jsonwebtoken::decode_header(token).map_err(|_| Unusable::Invalid)?;
        if header.alg != Algorithm::EdDSA || header.kid.as_deref() != Some(self.kid.as_str()) {
            return Err(Unusable::Invalid);
        }
        let mut expected = Validation::new(Algorithm::EdDSA);
        expected.set_issuer(&[ISSUER]);
        expected.set_audience(&[AUDIENCE]);
        expected.set_required_spec_claims(&["iss", "aud", "sub", "exp"]);
        expected.validate_exp = false;
        expected.validate_nbf = false;
        let decoded = jsonwebtoken::decode::<Claims>(token, &self.decoding, &expected);
        let claims = decoded.map_err(|_| Unusable::Invalid)?.claims;

        if claims.exp.saturating_sub(claims.iat) > LIFE.num_seconds() {
            return Err(Unusable::Invalid);
        }
        if now.timestamp() >= claims.exp {
            return Err(Unusable::Expired);
        }
        Ok(Action {
            number: claims.jti,
            practitioner: claims.sub.parse().map_err(|_| Unusable::Invalid)?,
            session: claims.sid.parse().map_err(|_| Unusable::Invalid)?,
            ask: claims.ask.parse().map_err(|_| Unusable::Invalid)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::{rand::SystemRandom, signature::Ed25519KeyPair};

    use super::*;
    use crate::rules::token::Bearer;

    fn key() -> SigningKey {
        let document = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).unwrap();
        SigningKey::from_pkcs8(document.as_ref()).unwrap()
    }

    #[test]
    fn an_action_token_lives_a_quarter_of_an_hour_and_is_nothing_else() {
        let (ours, theirs, noon) = (key(), key(), DateTime::from_timestamp(1_800_000_000, 0).unwrap());
        let (practitioner, session) = (PractitionerId(Uuid::from_u128(1)), SessionId(Uuid::from_u128(2)));
        let action = Action { number: Uuid::from_u128(4), practitioner, session, ask: AskId(Uuid::from_u128(3)) };
        let token = ours.issue_action(action, noon).unwrap();

        assert_eq!(ours.verify_action(&token, noon), Ok(action));
        assert_eq!(ours.verify_action(&token, noon + LIFE - TimeDelta::seconds(1)), Ok(action));
        assert_eq!(ours.verify_action(&token, noon + LIFE), Err(Unusable::Expired));
        assert_eq!(theirs.verify_action(&token, noon), Err(Unusable::Invalid));
        // Neither kind of token is taken for the other.
        assert_eq!(ours.verify(&token, noon), Err(NotValid));
        let (access, _) = ours.issue(Bearer { practitioner, session }, noon).unwrap();
        assert_eq!(ours.verify_action(&access, noon), Err(Unusable::Invalid));
        for odd in ["", "a.b.c", &token[1..], &format!("{token}x")] {
            assert_eq!(ours.verify_action(odd, noon), Err(Unusable::Invalid), "{odd}");
        }
    }
}
