//! Getting what a server that the operator trusts publishes: small, soon, and from nowhere else.

use std::{sync::Arc, time::Duration};

use futures_util::future::BoxFuture;
use reqwest::{Client, redirect::Policy};

/// More than anybody publishes of keys.
const MOST_BYTES: usize = 512 * 1024;
/// How long it may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// A way to get what is at an address.
pub type Fetch = Arc<dyn Fn(String) -> BoxFuture<'static, Option<Vec<u8>>> + Send + Sync>;

/// Gets what is at an address; none where it cannot be had. Where an answer leads elsewhere nobody follows.
pub fn fetch() -> Result<Fetch, reqwest::Error> {
    let client = Client::builder().redirect(Policy::none()).timeout(PATIENCE).build()?;
    Ok(Arc::new(move |address| {
        let client = client.clone();
        Box::pin(async move { get(&client, &address).await })
    }))
}

async fn get(client: &Client, address: &str) -> Option<Vec<u8>> {
    let mut answer = client.get(address).header("accept", "application/json").send().await.ok()?;
    if !answer.status().is_success() {
        return None;
    }
    let mut bytes = Vec::new();
    while let Some(piece) = answer.chunk().await.ok()? {
        bytes.extend_from_slice(&piece);
        if bytes.len() > MOST_BYTES {
            return None;
        }
    }
    Some(bytes)
}
