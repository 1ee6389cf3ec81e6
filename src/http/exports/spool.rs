//! A spool: text that grows on disk while something else is sent, and is read once at the end. Its file is gone when
//! this is.

use std::{
    io::{self, SeekFrom},
    path::{Path, PathBuf},
};

use bytes::Bytes;
use tokio::{
    fs::{self, File},
    io::{AsyncReadExt, AsyncSeekExt, AsyncWriteExt, BufWriter},
};
use uuid::Uuid;

use crate::store::mint;

/// Text on disk.
pub(super) struct Spool {
    path: PathBuf,
    file: BufWriter<File>,
}

impl Spool {
    /// An empty one in a folder where nothing stays for long.
    pub(super) async fn begin(folder: &Path) -> io::Result<Self> {
        let path = folder.join(format!("{}.part", mint::id::<Uuid>()));
        let mut options = fs::OpenOptions::new();
        let file = options.read(true).write(true).create_new(true).open(&path).await?;
        Ok(Self { path, file: BufWriter::new(file) })
    }

    /// Adds to its end.
    pub(super) async fn add(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes).await
    }

    /// Reads it from its beginning.
    pub(super) async fn read(&mut self) -> io::Result<Reading> {
        self.file.flush().await?;
        let mut file = self.file.get_ref().try_clone().await?;
        file.seek(SeekFrom::Start(0)).await?;
        Ok(Reading(file))
    }
}

impl Drop for Spool {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_file(&self.path) {
            tracing::warn!(%error, "a spooled index could not be removed");
        }
    }
}

/// A spool being read.
pub(super) struct Reading(File);

impl Reading {
    /// The next piece of at most so many bytes; none at the end.
    pub(super) async fn next(&mut self, most: usize) -> io::Result<Option<Bytes>> {
        let mut piece = vec![0; most];
        let read = self.0.read(&mut piece).await?;
        piece.truncate(read);
        Ok((read > 0).then(|| Bytes::from(piece)))
    }
}
