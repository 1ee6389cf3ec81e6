//! The server's signing key, the secret of its storage and the key of its push messages: files in the data folder, each
//! made once, readable by their owner only.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use aws_lc_rs::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair},
};

use super::{mint, vault::Vault};
use crate::rules::token::SigningKey;

/// The file of the signing key, in the data folder.
pub const SIGNING_KEY: &str = "signing-key.pk8";
/// The file of the secret of the storage, in the data folder.
pub const STORAGE_KEY: &str = "storage-key";

/// Why there is no signing key.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The file cannot be read or written.
    #[error("{path} cannot be used: {source}")]
    File {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file holds something else.
    #[error("{path} is not an Ed25519 key in PKCS#8")]
    NotAKey {
        /// Which file.
        path: PathBuf,
    },
    /// The file holds something else.
    #[error("{path} is not a secret of 32 bytes")]
    NotASecret {
        /// Which file.
        path: PathBuf,
    },
    /// The machine gave no randomness.
    #[error("no key could be made")]
    NotMade,
}

/// Reads the signing key in a folder, making it where there is none.
pub fn open(folder: &Path) -> Result<SigningKey, KeyError> {
    let path = folder.join(SIGNING_KEY);
    let document = read_or_make(&path, || {
        let made = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).map_err(|_| KeyError::NotMade)?;
        Ok(made.as_ref().to_vec())
    })?;
    SigningKey::from_pkcs8(&document).ok_or(KeyError::NotAKey { path })
}

/// Opens the vault with the secret in a folder, making it where there is none.
pub fn open_vault(folder: &Path) -> Result<Vault, KeyError> {
    let path = folder.join(STORAGE_KEY);
    let secret = read_or_make(&path, || mint::chance::<32>().map(Vec::from).map_err(|_| KeyError::NotMade))?;
    secret.as_slice().try_into().map(Vault::new).map_err(|_| KeyError::NotASecret { path })
}

/// Reads the key in a folder with which push messages are signed, making it where there is none: PKCS#8, P-256. Devices
/// register for this one key, so it is kept for as long as they are.
pub fn open_push_key(folder: &Path) -> Result<Vec<u8>, KeyError> {
    read_or_make(&folder.join("push-key.pk8"), || {
        let made = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new());
        made.map(|made| made.as_ref().to_vec()).map_err(|_| KeyError::NotMade)
    })
}

fn read_or_make(path: &Path, make: impl FnOnce() -> Result<Vec<u8>, KeyError>) -> Result<Vec<u8>, KeyError> {
    let failed = |source| KeyError::File { path: path.to_owned(), source };
    match fs::read(path) {
        Err(missing) if missing.kind() == io::ErrorKind::NotFound => {
            write_private(path, &make()?).map_err(failed)?;
            fs::read(path).map_err(failed)
        }
        there => there.map_err(failed),
    }
}

/// Writes beside and links into place, so that two servers starting at once agree on one whole key.
fn write_private(path: &Path, content: &[u8]) -> io::Result<()> {
    let beside = path.with_extension(format!("{}.new", std::process::id()));
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&beside)?;
    io::Write::write_all(&mut file, content)?;
    file.sync_all()?;
    let linked = fs::hard_link(&beside, path);
    fs::remove_file(&beside)?;
    match linked {
        Err(taken) if taken.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        other => other,
    }
}
