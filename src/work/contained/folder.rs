//! The folder of one contained program: its own, empty but for what it is to read, and gone with it.

use std::{
    fs, io,
    io::{ErrorKind, Read},
    os::unix::fs::{DirBuilderExt, MetadataExt},
    path::{Path, PathBuf},
    time::SystemTime,
};

use uuid::Uuid;

use crate::store::mint;

/// Most files that one program may make.
const MOST_FILES: usize = 256;

/// A file that a program made: its name, and what is in it.
pub(super) type Made = (String, Vec<u8>);

/// A folder that is gone when this is.
#[derive(Debug)]
pub(super) struct Folder {
    path: PathBuf,
    given: std::sync::Mutex<Vec<String>>,
}

impl Folder {
    /// Makes a new one below another, which is made too where it is not there yet.
    pub(super) fn make(below: &Path) -> io::Result<Self> {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(below)?;
        // The program runs inside it, so its own name must lead there from anywhere.
        let path = below.canonicalize()?.join(mint::id::<Uuid>().simple().to_string());
        fs::DirBuilder::new().mode(0o700).create(&path)?;
        Ok(Self { path, given: std::sync::Mutex::default() })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Puts a file into it.
    pub(super) fn write(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        if Path::new(name).file_name().is_none_or(|plain| plain != name) {
            return Err(io::Error::new(ErrorKind::InvalidInput, "a file in a folder has a plain name"));
        }
        if let Ok(mut given) = self.given.lock() {
            given.push(name.to_owned());
        }
        fs::write(self.path.join(name), bytes)
    }

    /// How many bytes of the disk it takes up, besides what it was given.
    pub(super) fn weigh(&self) -> io::Result<u64> {
        let mut bytes = 0;
        for entry in fs::read_dir(&self.path)? {
            let entry = entry?;
            // One that went meanwhile weighs nothing; a name costs something too.
            if !self.was_given(&entry)
                && let Ok(metadata) = entry.metadata()
            {
                bytes += metadata.len().min(metadata.blocks() * 512).max(256);
            }
        }
        Ok(bytes)
    }

    /// The files that the program made, or none where they come to more than so many bytes. Only what really is a file
    /// is opened: a link would lead wherever the program wished.
    pub(super) fn made(&self, most: u64) -> io::Result<Option<Vec<Made>>> {
        let (mut made, mut left) = (Vec::new(), most);
        for entry in fs::read_dir(&self.path)? {
            let entry = entry?;
            if self.was_given(&entry) || !entry.file_type()?.is_file() {
                continue;
            }
            let mut bytes = Vec::new();
            fs::File::open(entry.path())?.take(left.saturating_add(1)).read_to_end(&mut bytes)?;
            let Some(rest) = left.checked_sub(bytes.len() as u64) else { return Ok(None) };
            left = rest;
            if made.len() == MOST_FILES {
                return Ok(None);
            }
            made.push((entry.file_name().to_string_lossy().into_owned(), bytes));
        }
        made.sort();
        Ok(Some(made))
    }

    fn was_given(&self, entry: &fs::DirEntry) -> bool {
        self.given.lock().is_ok_and(|given| given.iter().any(|name| entry.file_name() == name.as_str()))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.path) {
            tracing::warn!(%error, "the folder of a contained program could not be removed");
        }
    }
}

/// Removes what was left below a folder before a moment.
pub(super) fn tidy(below: &Path, before: SystemTime) -> io::Result<usize> {
    let entries = match fs::read_dir(below) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(0),
        entries => entries?,
    };
    let mut gone = 0;
    for entry in entries {
        let entry = entry?;
        if entry.metadata()?.modified()? < before {
            fs::remove_dir_all(entry.path())?;
            gone += 1;
        }
    }
    Ok(gone)
}
