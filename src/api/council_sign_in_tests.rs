//! How often a provider is asked, and what becomes of it when it does not answer.

use std::sync::{
    Mutex,
    atomic::{AtomicUsize, Ordering},
};

use serde_json::json;

use super::*;

const ISSUER: &str = "https://council.example";

/// A provider that publishes keys of these names, or does not answer.
#[derive(Default)]
struct Published {
    names: Mutex<Option<Vec<&'static str>>>,
    asked: AtomicUsize,
}

impl Published {
    fn says(&self, names: Option<&[&'static str]>) {
        *self.names.lock().unwrap() = names.map(<[&str]>::to_vec);
    }

    fn answer(&self, address: &str) -> Option<Vec<u8>> {
        let names = self.names.lock().unwrap().clone();
        if address.ends_with("/keys") {
            let key = |kid| json!({ "kty": "OKP", "crv": "Ed25519", "kid": kid, "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" });
            return Some(json!({ "keys": names?.into_iter().map(key).collect::<Vec<_>>() }).to_string().into());
        }
        self.asked.fetch_add(1, Ordering::SeqCst);
        names.map(|_| json!({ "issuer": ISSUER, "jwks_uri": "https://council.example/keys" }).to_string().into())
    }
}

fn council(published: &Arc<Published>) -> CouncilSignIn {
    let published = Arc::clone(published);
    let provider = Provider { issuer: ISSUER.into(), client_id: "busfare".into() };
    let fetch: Fetch = Arc::new(move |address, _| {
        let answer = published.answer(address.as_str());
        Box::pin(std::future::ready(answer))
    });
    CouncilSignIn::new(provider, Mapping::default(), None, fetch)
}

fn at(minutes: i64) -> DateTime<Utc> {
    DateTime::<Utc>::UNIX_EPOCH + TimeDelta::minutes(minutes)
}

#[tokio::test]
async fn a_key_that_is_new_is_looked_for_at_once_and_never_more_than_once_a_minute() {
    let published = Arc::new(Published::default());
    published.says(Some(&["one"]));
    let council = council(&published);
    let asked = || published.asked.load(Ordering::SeqCst);
    assert!(council.key("one", at(0)).await.is_ok());
    assert!(council.key("one", at(10)).await.is_ok());
    assert_eq!(asked(), 1);

    published.says(Some(&["two", "one"]));
    assert!(council.key("two", at(11)).await.is_ok());
    assert_eq!(asked(), 2);
    for _ in 0..100 {
        assert_eq!(council.key("made up", at(11)).await.err(), Some(Unknown::NotValid));
    }
    assert_eq!(asked(), 2);

    // What was taken back is gone within the hour, and others stay.
    published.says(Some(&["two"]));
    assert!(council.key("one", at(12)).await.is_ok());
    assert_eq!(council.key("one", at(72)).await.err(), Some(Unknown::NotValid));
    assert!(council.key("two", at(72)).await.is_ok());
}

#[tokio::test]
async fn while_the_provider_is_away_what_is_known_is_good_for_a_day() {
    let published = Arc::new(Published::default());
    let council = council(&published);
    assert_eq!(council.key("one", at(0)).await.err(), Some(Unknown::NoAnswer));
    published.says(Some(&["one"]));
    assert_eq!(council.key("one", at(0)).await.err(), Some(Unknown::NoAnswer), "it was asked this minute");
    assert!(council.key("one", at(1)).await.is_ok());
    published.says(None);
    assert!(council.key("one", at(23 * 60)).await.is_ok());
    assert_eq!(council.key("one", at(24 * 60 + 1)).await.err(), Some(Unknown::NoAnswer));
    assert_eq!(council.key("one", at(24 * 60 + 1)).await.err(), Some(Unknown::NoAnswer));
}
