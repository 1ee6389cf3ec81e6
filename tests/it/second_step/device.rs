//! A phone that has passkeys, written from W3C Web Authentication (Level 3): it makes one and shows it, and does either wrongly
//! where a story wants it to.

use aws_lc_rs::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair},
};
use data_encoding::BASE64URL_NOPAD;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// Somebody is there, and has proven who with a finger or a PIN (section 6.1, "flags").
const PRESENT: u8 = 0x01;
const VERIFIED: u8 = 0x04;
/// A new credential comes with it.
const ATTESTED: u8 = 0x40;

/// A phone with one passkey.
pub struct Device {
    key: EcdsaKeyPair,
    id: Vec<u8>,
    uses: u32,
    /// Where it believes the app to be.
    pub origin: String,
    /// Whose site it believes that to be.
    pub site: String,
    /// Whether its owner proves who she is.
    pub verifies: bool,
}

impl Device {
    pub fn new() -> Self {
        let random = SystemRandom::new();
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &random).unwrap();
        let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, pkcs8.as_ref()).unwrap();
        let id = Sha256::digest(key.public_key().as_ref()).to_vec();
        let (origin, site) = ("http://localhost".into(), "localhost".into());
        Self { key, id, uses: 0, origin, site, verifies: true }
    }

    /// What `navigator.credentials.create()` gives for what `beginPasskey` said.
    pub fn creates(&mut self, options: &Value) -> Value {
        let client = self.client("webauthn.create", options);
        let point = &self.key.public_key().as_ref()[1..];
        // A COSE key (RFC 9053, section 7.1.1): EC2, ES256, P-256, x, y.
        let key = [&[0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 32][..], &point[..32], &[0x22, 0x58, 32], &point[32..]];
        let length = u16::try_from(self.id.len()).unwrap().to_be_bytes();
        let credential = [&[0; 16][..], &length, &self.id, &key.concat()].concat();
        let data = [self.data(ATTESTED), credential].concat();
        // CBOR (RFC 8949): a map of "fmt", "attStmt" and "authData".
        let long = u16::try_from(data.len()).unwrap().to_be_bytes();
        let attestation = [&b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x59"[..], &long, &data].concat();
        json!({
            "id": BASE64URL_NOPAD.encode(&self.id),
            "clientDataJSON": BASE64URL_NOPAD.encode(client.as_bytes()),
            "attestationObject": BASE64URL_NOPAD.encode(&attestation),
        })
    }

    /// What `navigator.credentials.get()` gives for what `beginSecondStep` said.
    pub fn shows(&mut self, options: &Value) -> Value {
        let client = self.client("webauthn.get", options);
        let data = self.data(0);
        let signed = [&data[..], &Sha256::digest(client.as_bytes())].concat();
        let signature = self.key.sign(&SystemRandom::new(), &signed).unwrap();
        json!({
            "id": BASE64URL_NOPAD.encode(&self.id),
            "clientDataJSON": BASE64URL_NOPAD.encode(client.as_bytes()),
            "authenticatorData": BASE64URL_NOPAD.encode(&data),
            "signature": BASE64URL_NOPAD.encode(signature.as_ref()),
        })
    }

    fn client(&self, kind: &str, options: &Value) -> String {
        let challenge = &options["publicKey"]["challenge"];
        json!({ "type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": false }).to_string()
    }

    fn data(&mut self, flags: u8) -> Vec<u8> {
        self.uses += 1;
        let flags = flags | PRESENT | if self.verifies { VERIFIED } else { 0 };
        [&Sha256::digest(self.site.as_bytes())[..], &[flags], &self.uses.to_be_bytes()].concat()
    }
}
