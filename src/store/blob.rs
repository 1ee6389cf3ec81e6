//! Blobs: pictures under random names, in a local folder. Written before the row that refers to them,
//! so a crash leaves an orphan and never a row without its picture.

use std::{path::Path, sync::Arc};

use bytes::Bytes;
use chrono::{DateTime, Utc};
use futures_util::TryStreamExt;
use object_store::{ObjectStore, ObjectStoreExt, PutPayload, local::LocalFileSystem, path::Path as BlobPath};

pub use object_store::Error as BlobError;

/// Where pictures are kept. Cloning it is cheap.
#[derive(Clone, Debug)]
pub struct Blobs {
    store: Arc<dyn ObjectStore>,
}

impl Blobs {
    /// Pictures in a folder of this machine, made durable on every write.
    pub fn open_folder(folder: &Path) -> Result<Self, BlobError> {
        let store = LocalFileSystem::new_with_prefix(folder)?.with_fsync(true);
        Ok(Self { store: Arc::new(store) })
    }

    /// Keeps bytes under a name nobody can guess.
    pub async fn put(&self, key: &str, bytes: Vec<u8>) -> Result<(), BlobError> {
        self.store.put(&BlobPath::from(key), PutPayload::from(bytes)).await.map(|_| ())
    }

    /// Reads a picture whole.
    pub async fn get(&self, key: &str) -> Result<Bytes, BlobError> {
        self.store.get(&BlobPath::from(key)).await?.bytes().await
    }

    /// Deletes a picture; one that is gone already is gone.
    pub async fn delete(&self, key: &str) -> Result<(), BlobError> {
        match self.store.delete(&BlobPath::from(key)).await {
            Err(BlobError::NotFound { .. }) => Ok(()),
            other => other,
        }
    }

    /// Names of everything written before a moment.
    pub async fn older_than(&self, moment: DateTime<Utc>) -> Result<Vec<String>, BlobError> {
        self.store
            .list(None)
            .try_filter(|blob| std::future::ready(blob.last_modified < moment))
            .map_ok(|blob| blob.location.to_string())
            .try_collect()
            .await
    }
}
