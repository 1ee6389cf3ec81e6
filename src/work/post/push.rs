//! Push messages: sealed for the device, signed for its push service, and sent nowhere but to a public address over TLS,
//! whatever the address says and wherever the answer would lead.

use std::time::Duration;

use aws_lc_rs::{
    agreement::{ECDH_P256, PrivateKey},
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair},
};
use busfare_entity::push_device;
use chrono::{DateTime, Utc};
use data_encoding::BASE64URL_NOPAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use reqwest::{
    Client, StatusCode,
    header::{AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE},
};

use super::{Handed, outside};
use crate::{
    rules::push::{KEEP_SECONDS, Payload, Sealing, TOPIC, claims, endpoint, seal},
    store::mint,
};

/// How long a push service may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// A device as its push service knows it.
#[derive(Clone, Copy)]
pub struct Device<'a> {
    endpoint: &'a str,
    public_key: &'a [u8],
    auth_secret: &'a [u8],
}

impl<'a> From<&'a push_device::Model> for Device<'a> {
    fn from(row: &'a push_device::Model) -> Self {
        Self { endpoint: &row.endpoint, public_key: &row.public_key, auth_secret: &row.auth_secret }
    }
}

/// Sends to push services.
pub(super) struct Push {
    http: Client,
    signing: EncodingKey,
    public_key: String,
    contact: String,
    loopback: bool,
}

impl Push {
    pub(super) fn open(key: &[u8], contact: &str, loopback: bool) -> Result<Self, String> {
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, key)
            .map_err(|_| "push-key.pk8 is not a P-256 key in PKCS#8".to_owned())?;
        let http = outside::client(loopback, PATIENCE).map_err(|error| error.to_string())?;
        let public_key = BASE64URL_NOPAD.encode(pair.public_key().as_ref());
        Ok(Self { http, signing: EncodingKey::from_ec_der(key), public_key, contact: contact.to_owned(), loopback })
    }

    pub(super) fn public_key(&self) -> &str {
        &self.public_key
    }

    pub(super) async fn hand_over(&self, device: &Device<'_>, title: &str, link: &str, now: DateTime<Utc>) -> Handed {
        let Some(url) = endpoint(device.endpoint, self.loopback) else {
            return Handed::Never("the endpoint is none that anything is sent to".to_owned());
        };
        let payload = serde_json::to_vec(&Payload { title, link, tag: TOPIC }).unwrap_or_default();
        let Some(body) = sealed(device, &payload) else {
            return Handed::Never("the message could not be sealed for the device".to_owned());
        };
        let header = Header::new(Algorithm::ES256);
        let Ok(token) = jsonwebtoken::encode(&header, &claims(&url, &self.contact, now), &self.signing) else {
            return Handed::Never("the message could not be signed".to_owned());
        };
        let sent = self
            .http
            .post(url)
            .header(AUTHORIZATION, format!("vapid t={token}, k={}", self.public_key))
            .header(CONTENT_ENCODING, "aes128gcm")
            .header(CONTENT_TYPE, "application/octet-stream")
            .header("TTL", KEEP_SECONDS)
            .header("Topic", TOPIC)
            .header("Urgency", "low")
            .body(body)
            .send()
            .await;
        // An address is a secret of the device's, so it is not in the log.
        match sent {
            Ok(answer) => answered(answer.status()),
            Err(error) if error.is_connect() || error.is_builder() => {
                Handed::NotYet("the push service could not be reached".to_owned())
            }
            Err(_) => Handed::NotSure("the push service did not answer".to_owned()),
        }
    }
}

fn sealed(device: &Device<'_>, payload: &[u8]) -> Option<Vec<u8>> {
    let pair = PrivateKey::generate(&ECDH_P256).ok()?;
    let with = Sealing { device: device.public_key, auth: device.auth_secret, pair: &pair, salt: mint::chance().ok()? };
    seal(payload, &with).ok()
}

fn answered(status: StatusCode) -> Handed {
    let words = format!("the push service answered {}", status.as_u16());
    match status {
        _ if status.is_success() => Handed::Over,
        StatusCode::NOT_FOUND | StatusCode::GONE => Handed::Gone,
        StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT => Handed::NotYet(words),
        _ if status.is_server_error() => Handed::NotYet(words),
        _ => Handed::Never(words),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_push_service_answers_says_what_to_do_next() {
        assert_eq!(answered(StatusCode::CREATED), Handed::Over);
        assert_eq!(answered(StatusCode::GONE), Handed::Gone);
        assert_eq!(answered(StatusCode::NOT_FOUND), Handed::Gone);
        for later in [429, 408, 500, 503] {
            assert!(matches!(answered(StatusCode::from_u16(later).unwrap()), Handed::NotYet(_)), "{later}");
        }
        for never in [301, 307, 400, 401, 403, 413] {
            assert!(matches!(answered(StatusCode::from_u16(never).unwrap()), Handed::Never(_)), "{never}");
        }
    }
}
