//! A spool: text that grows on disk while something else is sent, and is read once at the end.

use std::{io, path::Path};

use tokio::{
    fs::File,
    io::{AsyncWriteExt, BufWriter},
};

use crate::store::scratch::{Reading, Scratch};

/// Text on disk.
pub(super) struct Spool {
    scratch: Scratch,
    file: BufWriter<File>,
}

impl Spool {
    /// An empty one in a folder where nothing stays for long.
    pub(super) async fn begin(folder: &Path) -> io::Result<Self> {
        let (scratch, file) = Scratch::begin(folder).await?;
        Ok(Self { scratch, file: BufWriter::new(file) })
    }

    /// Adds to its end.
    pub(super) async fn add(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes).await
    }

    /// Reads it from its beginning.
    pub(super) async fn read(&mut self) -> io::Result<Reading> {
        self.file.flush().await?;
        self.scratch.read().await
    }
}
