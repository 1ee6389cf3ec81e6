//! Scratch: files in a folder where nothing stays for long, for what is too large for memory. Each is gone when this is;
//! those that a crash leaves behind, the sweep finds.

use std::{
    io,
    path::{Path, PathBuf},
};

use bytes::Bytes;
use tokio::{
    fs::{self, File},
    io::AsyncReadExt,
};
use uuid::Uuid;

use super::mint;

/// A file for a while.
#[derive(Debug)]
pub struct Scratch {
    path: PathBuf,
}

impl Scratch {
    /// A new one, open to be written.
    pub async fn begin(folder: &Path) -> io::Result<(Self, File)> {
        let path = folder.join(format!("{}.part", mint::id::<Uuid>()));
        let file = File::create_new(&path).await?;
        Ok((Self { path }, file))
    }

    /// Everything in it.
    pub async fn whole(&self) -> io::Result<Vec<u8>> {
        fs::read(&self.path).await
    }

    /// Reads it from its beginning.
    pub async fn read(&self) -> io::Result<Reading> {
        File::open(&self.path).await.map(Reading)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_file(&self.path) {
            tracing::warn!(%error, "a scratch file could not be removed");
        }
    }
}

/// A scratch file being read.
pub struct Reading(File);

impl Reading {
    /// The next so many bytes, fewer at the end, and none after it.
    pub async fn next(&mut self, most: usize) -> io::Result<Option<Bytes>> {
        let mut piece = Vec::new();
        (&mut self.0).take(most as u64).read_to_end(&mut piece).await?;
        Ok((!piece.is_empty()).then(|| piece.into()))
    }
}
