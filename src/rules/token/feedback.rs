//! Feedback tokens: an address with which somebody, without signing in, says once how it was, within 60 days. It names
//! what was asked and nobody.

use busfare_entity::words::FeedbackId;
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::{ISSUER, LEEWAY, NotValid, SigningKey, action::Unusable};

/// How long a feedback token lives.
pub const LIFE: TimeDelta = TimeDelta::days(60);
/// Its type and audience, so that it is never taken for another token.
pub const KIND: &str = "busfare-feedback";

#[derive(Clone, Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: String,
    nbf: i64,
    exp: i64,
}

impl SigningKey {
    /// A token with which one question is answered, and when it ends. That it counts once is kept with the answer.
    pub fn issue_feedback(
        &self,
        feedback: FeedbackId,
        now: DateTime<Utc>,
    ) -> Result<(String, DateTime<Utc>), NotValid> {
        let ends = now + LIFE;
        let claims = Claims {
            iss: ISSUER.into(),
            aud: KIND.into(),
            sub: feedback.to_string(),
            nbf: now.timestamp(),
            exp: ends.timestamp(),
        };
        Ok((self.seal(KIND, &claims)?, ends))
    }

    /// What a token asks about, if it was made here and still lives.
    pub fn verify_feedback(&self, token: &str, now: DateTime<Utc>) -> Result<FeedbackId, Unusable> {
        let claims: Claims = self.unseal(KIND, KIND, token).map_err(|_| Unusable::Invalid)?;
        let now = now.timestamp();
        let begun = claims.nbf <= now.saturating_add(LEEWAY.num_seconds());
        if !begun || claims.exp.saturating_sub(claims.nbf) > LIFE.num_seconds() {
            return Err(Unusable::Invalid);
        }
        if now >= claims.exp {
            return Err(Unusable::Expired);
        }
        claims.sub.parse().map_err(|_| Unusable::Invalid)
    }
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::{rand::SystemRandom, signature::Ed25519KeyPair};
    use busfare_entity::words::{PractitionerId, SessionId};
    use uuid::Uuid;

    use super::*;
    use crate::rules::token::Bearer;

    fn key() -> SigningKey {
        let document = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).unwrap();
        SigningKey::from_pkcs8(document.as_ref()).unwrap()
    }

    #[test]
    fn a_feedback_token_is_for_one_question_for_sixty_days_and_for_nothing_else() {
        let (ours, theirs, noon) = (key(), key(), DateTime::from_timestamp(1_800_000_000, 0).unwrap());
        let feedback = FeedbackId(Uuid::from_u128(1));
        let (token, ends) = ours.issue_feedback(feedback, noon).unwrap();

        assert_eq!(ends - noon, TimeDelta::days(60));
        assert_eq!(ours.verify_feedback(&token, noon), Ok(feedback));
        assert_eq!(ours.verify_feedback(&token, ends - TimeDelta::seconds(1)), Ok(feedback));
        assert_eq!(ours.verify_feedback(&token, ends), Err(Unusable::Expired));
        assert_eq!(ours.verify_feedback(&token, noon - TimeDelta::minutes(1)), Err(Unusable::Invalid));
        assert_eq!(theirs.verify_feedback(&token, noon), Err(Unusable::Invalid));
        for odd in ["", "a.b.c", &token[1..], &format!("{token}x")] {
            assert_eq!(ours.verify_feedback(odd, noon), Err(Unusable::Invalid), "{odd}");
        }

        // No kind of token is taken for another.
        let bearer = Bearer { practitioner: PractitionerId(Uuid::nil()), session: SessionId(Uuid::nil()) };
        let (link, _) = ours.issue_link(bearer, "/feedback", noon).unwrap();
        let (access, _) = ours.issue(bearer, noon).unwrap();
        for other in [link, access] {
            assert_eq!(ours.verify_feedback(&other, noon), Err(Unusable::Invalid));
        }
        assert_eq!(ours.verify(&token, noon), Err(NotValid));
        assert_eq!(ours.verify_link(&token, "/feedback", noon), Err(NotValid));
        assert_eq!(ours.verify_action(&token, noon), Err(Unusable::Invalid));
    }
}
