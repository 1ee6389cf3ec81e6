//! Minting: ids and secrets, the only chance there is.

use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use data_encoding::BASE64URL_NOPAD;
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// A new id, for when the phone did not mint one.
#[expect(clippy::disallowed_methods, reason = "this is the edge where ids are made")]
pub fn id<Id: From<Uuid>>() -> Id {
    Id::from(Uuid::now_v7())
}

/// A secret nobody can guess, and the hash that is kept of it.
pub struct Secret {
    /// Shown once, to its owner.
    pub text: String,
    /// What is kept.
    pub sha256: Vec<u8>,
}

/// The machine gave no randomness.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the machine gave no randomness")]
pub struct NoChance;

/// Bytes nobody can guess.
pub fn chance<const BYTES: usize>() -> Result<[u8; BYTES], NoChance> {
    let mut bytes = [0; BYTES];
    SystemRandom::new().fill(&mut bytes).map_err(|_| NoChance)?;
    Ok(bytes)
}

/// Mints a secret of 256 bits.
pub fn secret() -> Result<Secret, NoChance> {
    let bytes: [u8; 32] = chance()?;
    let text = BASE64URL_NOPAD.encode(&bytes);
    Ok(Secret { sha256: sha256(&text), text })
}

/// The hash under which a secret is kept.
pub fn sha256(text: &str) -> Vec<u8> {
    Sha256::digest(text.as_bytes()).to_vec()
}
