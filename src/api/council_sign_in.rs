//! A council's provider: what it publishes is remembered, asked for when a token names a key that is not known, and at most once a
//! minute whatever comes.

use std::{collections::HashMap, sync::Arc};

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::BoxFuture;
use jsonwebtoken::jwk::Jwk;
use serde::Deserialize;
use tokio::sync::{Mutex, MutexGuard};
use url::Url;

use crate::rules::{
    council_sign_in::{Identity, Provider, identity, key_id, mapping::Mapping, signing_keys, visit::Visit},
    token::NotValid,
};

/// How long between two looks, whatever tokens say.
const LOOK_EVERY: TimeDelta = TimeDelta::minutes(1);
/// After how long a key that is known is looked at again: it may have been taken back.
const FRESH: TimeDelta = TimeDelta::hours(1);
/// How long keys are good for while the provider does not answer.
const STALE: TimeDelta = TimeDelta::hours(24);

/// What is sent to an address as a form.
pub type Form = Vec<(&'static str, String)>;

/// Gets what is at an address, or what it answers to a form, if it can be had.
pub type Fetch = Arc<dyn Fn(Url, Option<Form>) -> BoxFuture<'static, Option<Vec<u8>>> + Send + Sync>;

/// A council's own sign-in.
pub struct CouncilSignIn {
    /// Who is believed.
    pub provider: Provider,
    /// What roles and groups mean.
    pub mapping: Mapping,
    /// What the provider knows this server by, where it wants to.
    secret: Option<String>,
    fetch: Fetch,
    published: Mutex<Published>,
}

/// What the provider says of itself, as it was last heard.
#[derive(Default)]
struct Published {
    keys: HashMap<String, Jwk>,
    pages: Option<Pages>,
    looked: Option<DateTime<Utc>>,
    fresh: Option<DateTime<Utc>>,
}

/// Where somebody signs in with a browser, and where the code that she comes back with is exchanged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pages {
    /// For her.
    pub sign_in: Url,
    /// For this server.
    exchange: Url,
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
    jwks_uri: Url,
    authorization_endpoint: Option<Url>,
    token_endpoint: Option<Url>,
}

/// What a code is exchanged for (OpenID Connect Core 1.0, section 3.1.3.3).
#[derive(Deserialize)]
struct Exchanged {
    id_token: String,
}

impl CouncilSignIn {
    /// With a provider that is asked in this way.
    pub fn new(provider: Provider, mapping: Mapping, secret: Option<String>, fetch: Fetch) -> Self {
        Self { provider, mapping, secret, fetch, published: Mutex::default() }
    }

    /// Whom an ID token is about.
    pub async fn identify(&self, token: &str, now: DateTime<Utc>) -> Result<Identity, Unknown> {
        let kid = key_id(token).map_err(|NotValid| Unknown::NotValid)?;
        let key = self.key(&kid, now).await?;
        identity(token, &key, &self.provider, now).map_err(|NotValid| Unknown::NotValid)
    }

    /// Where somebody signs in with a browser.
    pub async fn pages(&self, now: DateTime<Utc>) -> Result<Pages, Unknown> {
        let published = self.published(now, |published| published.pages.is_some()).await?;
        published.pages.clone().ok_or(Unknown::NoAnswer)
    }

    /// The ID token for a code that a browser came back with, at the address that it was to come back to.
    pub async fn exchange(
        &self,
        code: String,
        visit: &Visit,
        back: String,
        now: DateTime<Utc>,
    ) -> Result<String, Unknown> {
        let pages = self.pages(now).await?;
        let mut form = vec![
            ("grant_type", "authorization_code".to_owned()),
            ("code", code),
            ("redirect_uri", back),
            ("client_id", self.provider.client_id.clone()),
            ("code_verifier", visit.verifier.clone()),
        ];
        form.extend(self.secret.clone().map(|secret| ("client_secret", secret)));
        let answer = (self.fetch)(pages.exchange, Some(form)).await.ok_or(Unknown::NoAnswer)?;
        let exchanged: Exchanged = serde_json::from_slice(&answer).map_err(|_| Unknown::NoAnswer)?;
        Ok(exchanged.id_token)
    }

    /// A key by its name.
    async fn key(&self, kid: &str, now: DateTime<Utc>) -> Result<Jwk, Unknown> {
        let published = self.published(now, |published| published.keys.contains_key(kid)).await?;
        published.keys.get(kid).cloned().ok_or(Unknown::NotValid)
    }

    /// What is published, looked at anew where it is old or has not what is wanted. Whoever comes while somebody looks waits for
    /// what is found.
    async fn published(
        &self,
        now: DateTime<Utc>,
        has_it: impl Fn(&Published) -> bool,
    ) -> Result<MutexGuard<'_, Published>, Unknown> {
        let mut published = self.published.lock().await;
        let within = |since: Option<DateTime<Utc>>, span: TimeDelta| since.is_some_and(|since| now < since + span);
        let needed = !has_it(&published) || !within(published.fresh, FRESH);
        if needed && !within(published.looked, LOOK_EVERY) {
            published.looked = Some(now);
            match self.look().await {
                Some((keys, pages)) => {
                    *published = Published { keys, pages, looked: Some(now), fresh: Some(now) };
                }
                None => tracing::warn!("the council's provider does not say its keys"),
            }
        }
        if within(published.fresh, STALE) { Ok(published) } else { Err(Unknown::NoAnswer) }
    }

    async fn look(&self) -> Option<(HashMap<String, Jwk>, Option<Pages>)> {
        let issuer = &self.provider.issuer;
        let about = Url::parse(&format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'))).ok()?;
        let in_private = about.scheme() == "https";
        let discovered: Discovered = serde_json::from_slice(&(self.fetch)(about, None).await?).ok()?;
        let as_private = |url: &Url| !in_private || url.scheme() == "https";
        if discovered.issuer != *issuer || !as_private(&discovered.jwks_uri) {
            return None;
        }
        let pages = discovered.authorization_endpoint.zip(discovered.token_endpoint);
        let pages = pages.filter(|(sign_in, exchange)| as_private(sign_in) && as_private(exchange));
        let keys = signing_keys(&(self.fetch)(discovered.jwks_uri, None).await?)?;
        let keys = keys.into_iter().filter_map(|key| Some((key.common.key_id.clone()?, key))).collect();
        Some((keys, pages.map(|(sign_in, exchange)| Pages { sign_in, exchange })))
    }
}

#[cfg(test)]
#[path = "council_sign_in_tests.rs"]
mod tests;
