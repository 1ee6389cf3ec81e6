//! The vault: what is stored is sealed with AES-256-GCM under a key of its organisation's own, and bound to its name,
//! so that neither bytes nor names are worth anything to whoever has the disk or the bucket.
//!
//! Each organisation's key is derived from the one in the data folder (HKDF-SHA-256 over the organisation's id): there is
//! one secret to back up, and no server has to ask another for a key.

use std::sync::Arc;

use aws_lc_rs::{
    aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey},
    hkdf::{self, HKDF_SHA256, KeyType, Salt},
    hmac::{self, HMAC_SHA256},
};
use busfare_entity::words::OrganisationId;

use super::mint::{self, NoChance};

/// What sealed bytes begin with: that they are ours, and in which way they are sealed.
const MARK: [u8; 4] = *b"BFS1";
/// Length of a blinded word.
pub const TOKEN_BYTES: usize = 16;
/// Length of the secret.
pub const SECRET_BYTES: usize = 32;

/// Seals and opens what is stored. Cloning it is cheap.
#[derive(Clone)]
pub struct Vault {
    secret: Arc<hkdf::Prk>,
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Vault(..)")
    }
}

/// Why stored bytes cannot be sealed or opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Locked {
    /// They were not sealed by this vault, under this name, for this organisation, or were changed since.
    #[error("what is stored there was not sealed here, or was changed")]
    NotOurs,
    /// They could not be sealed.
    #[error("it could not be sealed")]
    NotSealed,
}

impl From<NoChance> for Locked {
    fn from(_: NoChance) -> Self {
        Self::NotSealed
    }
}

struct KeyBytes;

impl KeyType for KeyBytes {
    fn len(&self) -> usize {
        SECRET_BYTES
    }
}

impl Vault {
    /// A vault with a secret of 32 bytes.
    pub fn new(secret: &[u8; SECRET_BYTES]) -> Self {
        Self { secret: Arc::new(Salt::new(HKDF_SHA256, b"busfare storage").extract(secret)) }
    }

    /// Seals bytes that are stored under a name.
    pub fn seal(&self, organisation: OrganisationId, name: &str, bytes: &[u8]) -> Result<Vec<u8>, Locked> {
        let nonce: [u8; NONCE_LEN] = mint::chance()?;
        let mut sealed = Vec::with_capacity(MARK.len() + NONCE_LEN + bytes.len() + AES_256_GCM.tag_len());
        sealed.extend_from_slice(&MARK);
        sealed.extend_from_slice(&nonce);
        let mut content = bytes.to_vec();
        self.key(organisation)?
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(name), &mut content)
            .map_err(|_| Locked::NotSealed)?;
        sealed.append(&mut content);
        Ok(sealed)
    }

    /// Opens what was sealed for this organisation under this name.
    pub fn open(&self, organisation: OrganisationId, name: &str, sealed: &[u8]) -> Result<Vec<u8>, Locked> {
        let rest = sealed.strip_prefix(&MARK).ok_or(Locked::NotOurs)?;
        let (nonce, content) = rest.split_first_chunk::<NONCE_LEN>().ok_or(Locked::NotOurs)?;
        let mut content = content.to_vec();
        let opened = self
            .key(organisation)?
            .open_in_place(Nonce::assume_unique_for_key(*nonce), Aad::from(name), &mut content)
            .map_err(|_| Locked::NotOurs)?
            .len();
        content.truncate(opened);
        Ok(content)
    }

    /// Blinds a word of an organisation: the same word is the same token, and a token says nothing about its word to
    /// whoever has not the secret. Words are blinded under a key of their own (HMAC-SHA-256).
    pub fn blind(&self, organisation: OrganisationId, word: &str) -> Result<[u8; TOKEN_BYTES], Locked> {
        let key = hmac::Key::new(HMAC_SHA256, &self.derived(b"words", organisation)?);
        let tag = hmac::sign(&key, word.as_bytes());
        tag.as_ref().first_chunk().copied().ok_or(Locked::NotSealed)
    }

    fn key(&self, organisation: OrganisationId) -> Result<LessSafeKey, Locked> {
        let bytes = self.derived(b"organisation", organisation)?;
        UnboundKey::new(&AES_256_GCM, &bytes).map(LessSafeKey::new).map_err(|_| Locked::NotSealed)
    }

    fn derived(&self, purpose: &[u8], organisation: OrganisationId) -> Result<[u8; SECRET_BYTES], Locked> {
        let mut bytes = [0; SECRET_BYTES];
        self.secret
            .expand(&[purpose, organisation.0.as_bytes()], KeyBytes)
            .and_then(|key| key.fill(&mut bytes))
            .map_err(|_| Locked::NotSealed)?;
        Ok(bytes)
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_blinded_word_is_the_same_for_its_organisation_and_secret_alone() {
        let (ours, theirs) = (OrganisationId(Uuid::from_u128(1)), OrganisationId(Uuid::from_u128(2)));
        let vault = Vault::new(&[7; SECRET_BYTES]);
        let token = vault.blind(ours, "bara").unwrap();

        assert_eq!(Vault::new(&[7; SECRET_BYTES]).blind(ours, "bara").unwrap(), token);
        for other in
            [vault.blind(ours, "barb"), vault.blind(theirs, "bara"), Vault::new(&[8; SECRET_BYTES]).blind(ours, "bara")]
        {
            assert_ne!(other.unwrap(), token);
        }
    }

    #[test]
    fn what_is_sealed_opens_for_its_organisation_under_its_name_alone() {
        let (ours, theirs) = (OrganisationId(Uuid::from_u128(1)), OrganisationId(Uuid::from_u128(2)));
        let vault = Vault::new(&[7; SECRET_BYTES]);
        let sealed = vault.seal(ours, "a", b"a bus ticket").unwrap();

        assert_eq!(vault.open(ours, "a", &sealed).unwrap(), b"a bus ticket");
        assert_eq!(Vault::new(&[7; SECRET_BYTES]).open(ours, "a", &sealed).unwrap(), b"a bus ticket");
        assert_ne!(vault.seal(ours, "a", b"a bus ticket").unwrap(), sealed, "never twice the same");
        assert!(!sealed.windows(6).any(|window| window == b"ticket"));
        for amiss in [
            vault.open(theirs, "a", &sealed),
            vault.open(ours, "b", &sealed),
            Vault::new(&[8; SECRET_BYTES]).open(ours, "a", &sealed),
            vault.open(ours, "a", b"a bus ticket"),
            vault.open(ours, "a", b""),
        ] {
            assert_eq!(amiss, Err(Locked::NotOurs));
        }
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert_eq!(vault.open(ours, "a", &changed), Err(Locked::NotOurs), "byte {at}");
            assert_eq!(vault.open(ours, "a", &sealed[..at]), Err(Locked::NotOurs), "{at} bytes");
        }
        assert_eq!(vault.open(ours, "a", &vault.seal(ours, "a", b"").unwrap()).unwrap(), b"");
    }
}
