//! The keys of a council's provider, remembered: asked for when a token names one that is not known, and at most once a minute
//! whatever comes.

use std::{collections::HashMap, sync::Arc};

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::BoxFuture;
use jsonwebtoken::jwk::Jwk;
use serde::Deserialize;
use tokio::sync::Mutex;

use crate::rules::{
    council_sign_in::{Identity, Provider, identity, key_id, mapping::Mapping, signing_keys},
    token::NotValid,
};

/// How long between two looks, whatever tokens say.
const LOOK_EVERY: TimeDelta = TimeDelta::minutes(1);
/// After how long a key that is known is looked at again: it may have been taken back.
const FRESH: TimeDelta = TimeDelta::hours(1);
/// How long keys are good for while the provider does not answer.
const STALE: TimeDelta = TimeDelta::hours(24);

/// Gets what is at an address, if it can be had.
pub type Fetch = Arc<dyn Fn(String) -> BoxFuture<'static, Option<Vec<u8>>> + Send + Sync>;

/// A council's own sign-in.
pub struct CouncilSignIn {
    /// Who is believed.
    pub provider: Provider,
    /// What roles and groups mean.
    pub mapping: Mapping,
    fetch: Fetch,
    keys: Mutex<Keys>,
}

#[derive(Default)]
struct Keys {
    known: HashMap<String, Jwk>,
    looked: Option<DateTime<Utc>>,
    fresh: Option<DateTime<Utc>>,
}

/// Why nobody is known by a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unknown {
    /// It is not a token of the council's that is valid now.
    NotValid,
    /// The council's provider does not answer, so nobody can tell.
    NoAnswer,
}

/// What a provider says of itself (OpenID Connect Discovery 1.0, section 3).
#[derive(Deserialize)]
struct Discovered {
    issuer: String,
    jwks_uri: String,
}

impl CouncilSignIn {
    /// With a provider that is asked in this way.
    pub fn new(provider: Provider, mapping: Mapping, fetch: Fetch) -> Self {
        Self { provider, mapping, fetch, keys: Mutex::default() }
    }

    /// Whom an ID token is about.
    pub async fn identify(&self, token: &str, now: DateTime<Utc>) -> Result<Identity, Unknown> {
        let kid = key_id(token).map_err(|NotValid| Unknown::NotValid)?;
        let key = self.key(&kid, now).await?;
        identity(token, &key, &self.provider, now).map_err(|NotValid| Unknown::NotValid)
    }

    /// A key by its name. Whoever comes while somebody looks waits for what is found.
    async fn key(&self, kid: &str, now: DateTime<Utc>) -> Result<Jwk, Unknown> {
        let mut keys = self.keys.lock().await;
        let within = |since: Option<DateTime<Utc>>, span: TimeDelta| since.is_some_and(|since| now < since + span);
        let needed = !keys.known.contains_key(kid) || !within(keys.fresh, FRESH);
        if needed && !within(keys.looked, LOOK_EVERY) {
            keys.looked = Some(now);
            match self.look().await {
                Some(found) => (keys.known, keys.fresh) = (found, Some(now)),
                None => tracing::warn!("the council's provider does not say its keys"),
            }
        }
        if !within(keys.fresh, STALE) {
            return Err(Unknown::NoAnswer);
        }
        keys.known.get(kid).cloned().ok_or(Unknown::NotValid)
    }

    async fn look(&self) -> Option<HashMap<String, Jwk>> {
        let issuer = &self.provider.issuer;
        let said = (self.fetch)(format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'))).await?;
        let discovered: Discovered = serde_json::from_slice(&said).ok()?;
        let in_private = |address: &str| address.starts_with("https://");
        if discovered.issuer != *issuer || (in_private(issuer) && !in_private(&discovered.jwks_uri)) {
            return None;
        }
        let keys = signing_keys(&(self.fetch)(discovered.jwks_uri).await?)?;
        Some(keys.into_iter().filter_map(|key| Some((key.common.key_id.clone()?, key))).collect())
    }
}

#[cfg(test)]
#[path = "council_sign_in_tests.rs"]
mod tests;
