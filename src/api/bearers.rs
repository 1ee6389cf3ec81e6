//! Tokens whose signature was looked at already. Looking at one costs more than most of what a phone reads, and a phone shows the
//! same token for minutes; whether it is valid now, and whether its session is alive, is asked each time.

use chrono::{DateTime, Utc};
use quick_cache::sync::Cache;
use sha2::{Digest, Sha256};

use crate::rules::token::{Bearer, NotValid, Signed, SigningKey};

/// Tokens that are remembered at once, by their hash.
const KNOWN: usize = 8 * 1024;

/// The tokens that were signed by us.
#[derive(Debug)]
pub struct Bearers(Cache<[u8; 32], Signed>);

impl Default for Bearers {
    fn default() -> Self {
        Self(Cache::new(KNOWN))
    }
}

impl Bearers {
    /// Who holds the token, if it is ours, for us and valid now.
    pub fn verify(&self, key: &SigningKey, token: &str, now: DateTime<Utc>) -> Result<Bearer, NotValid> {
        let hash: [u8; 32] = Sha256::digest(token).into();
        let signed = self.0.get_or_insert_with(&hash, || key.read(token))?;
        signed.at(now)
    }
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::{rand::SystemRandom, signature::Ed25519KeyPair};
    use chrono::TimeDelta;
    use uuid::Uuid;

    use super::*;
    use crate::rules::token::{LEEWAY, LIFE};

    fn key() -> SigningKey {
        SigningKey::from_pkcs8(Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).unwrap().as_ref()).unwrap()
    }

    #[test]
    fn what_is_remembered_of_a_token_ends_when_it_does() {
        let (key, bearers, now) = (key(), Bearers::default(), DateTime::from_timestamp(1_800_000_000, 0).unwrap());
        let bearer = Bearer { practitioner: Uuid::from_u128(1).into(), session: Uuid::from_u128(2).into() };
        let (token, ends) = key.issue(bearer, now).unwrap();

        for again in [now, now + LIFE, ends] {
            assert_eq!(bearers.verify(&key, &token, again), Ok(bearer));
        }
        for too_late in [ends + LEEWAY, ends + TimeDelta::days(1)] {
            assert_eq!(bearers.verify(&key, &token, too_late), Err(NotValid));
        }
        assert_eq!(bearers.verify(&key, &token, now), Ok(bearer));
    }

    #[test]
    fn what_somebody_else_signed_is_never_remembered() {
        let (ours, theirs, bearers) = (key(), key(), Bearers::default());
        let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let bearer = Bearer { practitioner: Uuid::from_u128(1).into(), session: Uuid::from_u128(2).into() };
        let (token, _) = theirs.issue(bearer, now).unwrap();

        for _ in 0..2 {
            assert_eq!(bearers.verify(&ours, &token, now), Err(NotValid));
        }
        assert_eq!(bearers.0.len(), 0);
    }
}
