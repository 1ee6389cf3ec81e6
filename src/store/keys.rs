//! The server's signing key: one file in the data folder, made once, readable by its owner only.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use aws_lc_rs::{rand::SystemRandom, signature::Ed25519KeyPair};

use crate::rules::token::SigningKey;

/// Why there is no signing key.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The file cannot be read or written.
    #[error("the signing key {path} cannot be used: {source}")]
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
    /// The machine gave no randomness.
    #[error("no signing key could be made")]
    NotMade,
}

/// Reads the signing key in a folder, making it where there is none.
pub fn open(folder: &Path) -> Result<SigningKey, KeyError> {
    let path = folder.join("signing-key.pk8");
    let failed = |source| KeyError::File { path: path.clone(), source };
    let document = match fs::read(&path) {
        Ok(document) => document,
        Err(missing) if missing.kind() == io::ErrorKind::NotFound => {
            let made = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).map_err(|_| KeyError::NotMade)?;
            write_private(&path, made.as_ref()).map_err(failed)?;
            fs::read(&path).map_err(failed)?
        }
        Err(other) => return Err(failed(other)),
    };
    SigningKey::from_pkcs8(&document).ok_or(KeyError::NotAKey { path })
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
