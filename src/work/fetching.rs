//! Getting what a server that the operator trusts publishes, or answers to a form: small, soon, and from nowhere else.

use std::{sync::Arc, time::Duration};

use futures_util::future::BoxFuture;
use reqwest::{
    Client, Url,
    header::{ACCEPT, CONTENT_TYPE},
    redirect::Policy,
};
use url::form_urlencoded;

/// More than anybody publishes of keys.
const MOST_BYTES: usize = 512 * 1024;
/// How long it may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// What is sent to an address as a form.
pub type Form = Vec<(&'static str, String)>;

/// A way to get what is at an address, or what it answers to a form.
pub type Fetch = Arc<dyn Fn(Url, Option<Form>) -> BoxFuture<'static, Option<Vec<u8>>> + Send + Sync>;

/// Gets what is at an address; none where it cannot be had. Where an answer leads elsewhere nobody follows.
pub fn fetch() -> Result<Fetch, reqwest::Error> {
    let client = Client::builder().redirect(Policy::none()).timeout(PATIENCE).build()?;
    Ok(Arc::new(move |address, form| {
        let client = client.clone();
        Box::pin(async move { ask(&client, address, form).await })
    }))
}

async fn ask(client: &Client, address: Url, form: Option<Form>) -> Option<Vec<u8>> {
    let place = format!("{}{}", address.origin().ascii_serialization(), address.path());
    let request = match form {
        None => client.get(address),
        Some(form) => client
            .post(address)
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish()),
    };
    let mut answer = request.header(ACCEPT, "application/json").send().await.ok()?;
    if !answer.status().is_success() {
        tracing::warn!(
            place,
            status = answer.status().as_u16(),
            "a server that is trusted did not give what was asked for"
        );
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
