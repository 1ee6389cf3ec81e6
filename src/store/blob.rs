//! Blobs: pictures under random names, sealed, in a local folder or an S3-compatible bucket. Written before the row that
//! refers to them, so a crash leaves an orphan and never a row without its picture.

use std::{
    io::{self, ErrorKind},
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use busfare_entity::words::{InstallationId, OrganisationId};
use bytes::Bytes;
use chrono::{DateTime, Utc};
use futures_util::TryStreamExt;
use object_store::{
    ObjectStore, ObjectStoreExt, PutPayload, RetryConfig,
    aws::{AmazonS3, AmazonS3Builder},
    local::LocalFileSystem,
    path::Path as BlobPath,
    prefix::PrefixStore,
};
use uuid::Uuid;

use super::{
    mint,
    vault::{Locked, Vault},
};
use crate::config::Bucket;

/// How long a bucket is tried before whoever waits is told to come back.
const S3_PATIENCE: Duration = Duration::from_secs(10);
/// What is written to see whether anything can be.
const TRIED_OUT_WITH: &[u8] = b"busfare";

/// Why stored bytes could not be written, read or deleted. All of it may pass, but what was changed behind our back.
#[derive(Debug, thiserror::Error)]
pub enum BlobError {
    /// There is no room.
    #[error("the storage is full: {0}")]
    Full(object_store::Error),
    /// The storage did not answer as it should.
    #[error("the storage failed: {0}")]
    Failed(#[source] object_store::Error),
    /// What is there cannot be opened.
    #[error(transparent)]
    Locked(#[from] Locked),
}

impl From<object_store::Error> for BlobError {
    fn from(error: object_store::Error) -> Self {
        let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(&error);
        while let Some(one) = cause {
            if let Some(io) = one.downcast_ref::<io::Error>()
                && matches!(io.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded)
            {
                return Self::Full(error);
            }
            cause = one.source();
        }
        Self::Failed(error)
    }
}

impl From<io::Error> for BlobError {
    fn from(error: io::Error) -> Self {
        object_store::Error::Generic { store: "folder", source: Box::new(error) }.into()
    }
}

/// Where pictures are kept. Cloning it is cheap.
#[derive(Clone, Debug)]
pub struct Blobs {
    store: Arc<dyn ObjectStore>,
    vault: Vault,
    folder: Option<PathBuf>,
}

impl Blobs {
    /// Pictures in a folder of this machine, made durable on every write.
    pub fn open_folder(folder: &Path, vault: Vault) -> Result<Self, BlobError> {
        let store = LocalFileSystem::new_with_prefix(folder)?.with_fsync(true);
        Ok(Self { folder: Some(folder.to_owned()), ..Self::new(Arc::new(store), vault) })
    }

    /// Pictures in any store that nobody else writes to.
    pub fn new(store: Arc<dyn ObjectStore>, vault: Vault) -> Self {
        Self { store, vault, folder: None }
    }

    /// Pictures in a bucket, below a folder of this database's own, so that several may share the bucket.
    pub fn open_bucket(bucket: &Bucket, installation: InstallationId, vault: Vault) -> Result<Self, BlobError> {
        Ok(Self::new(Arc::new(PrefixStore::new(bucket_store(bucket)?, installation.to_string())), vault))
    }

    /// Whether a bucket answers and can be read; nothing is written.
    pub async fn look_at_bucket(bucket: &Bucket) -> Result<(), BlobError> {
        let nothing = BlobPath::from(Self::name());
        bucket_store(bucket)?.list(Some(&nothing)).try_next().await?;
        Ok(())
    }

    /// A name nobody can guess.
    pub fn name() -> String {
        mint::id::<Uuid>().simple().to_string()
    }

    /// What seals them; it seals what is kept in rows as well.
    pub fn vault(&self) -> &Vault {
        &self.vault
    }

    /// Keeps bytes of an organisation under a name.
    pub async fn put(&self, organisation: OrganisationId, name: &str, bytes: &[u8]) -> Result<(), BlobError> {
        let sealed = self.vault.seal(organisation, name, bytes)?;
        self.store.put(&BlobPath::from(name), PutPayload::from(sealed)).await?;
        Ok(())
    }

    /// Reads bytes of an organisation whole.
    pub async fn get(&self, organisation: OrganisationId, name: &str) -> Result<Bytes, BlobError> {
        let sealed = self.store.get(&BlobPath::from(name)).await?.bytes().await?;
        Ok(self.vault.open(organisation, name, &sealed)?.into())
    }

    /// Deletes a picture; one that is gone already is gone.
    pub async fn delete(&self, name: &str) -> Result<(), BlobError> {
        match self.store.delete(&BlobPath::from(name)).await {
            Err(object_store::Error::NotFound { .. }) => Ok(()),
            other => Ok(other?),
        }
    }

    /// Writes something, reads it back and deletes it. What is left where that fails half way, the sweep finds.
    pub async fn try_out(&self) -> Result<(), BlobError> {
        let name = Self::name();
        self.store.put(&BlobPath::from(name.as_str()), PutPayload::from_static(TRIED_OUT_WITH)).await?;
        let read = self.store.get(&BlobPath::from(name.as_str())).await;
        self.delete(&name).await?;
        let same = read?.bytes().await? == TRIED_OUT_WITH;
        if same { Ok(()) } else { Err(Locked::NotOurs.into()) }
    }

    /// Takes back what was stored and what nothing came to refer to. What is left all the same, the sweep finds.
    pub async fn take_back(&self, names: Vec<String>) {
        for name in names {
            if let Err(error) = self.delete(&name).await {
                tracing::warn!(%error, "stored bytes that nothing refers to were left to the sweep");
            }
        }
    }

    /// Names of everything written before a moment.
    pub async fn older_than(&self, moment: DateTime<Utc>) -> Result<Vec<String>, BlobError> {
        let names = self
            .store
            .list(None)
            .try_filter(|blob| std::future::ready(blob.last_modified < moment))
            .map_ok(|blob| blob.location.to_string())
            .try_collect()
            .await?;
        Ok(names)
    }

    /// Deletes what was half written to a folder before a moment, when the machine stopped. It was never a blob, so no
    /// list has it: the folder's own writer puts `#` into its name.
    pub async fn sweep_half_written(&self, before: DateTime<Utc>) -> io::Result<usize> {
        let Some(folder) = &self.folder else { return Ok(0) };
        let (mut gone, mut files) = (0, tokio::fs::read_dir(folder).await?);
        while let Some(file) = files.next_entry().await? {
            if file.file_name().to_string_lossy().contains('#') && stale(&file, before).await? {
                gone += usize::from(tokio::fs::remove_file(file.path()).await.is_ok());
            }
        }
        Ok(gone)
    }
}

fn bucket_store(bucket: &Bucket) -> Result<AmazonS3, object_store::Error> {
    let retry = RetryConfig { max_retries: 3, retry_timeout: S3_PATIENCE, ..RetryConfig::default() };
    let mut builder = AmazonS3Builder::new()
        .with_bucket_name(&bucket.name)
        .with_region(&bucket.region)
        .with_access_key_id(&bucket.key_id)
        .with_secret_access_key(&bucket.secret.0)
        .with_virtual_hosted_style_request(!bucket.path_style)
        .with_retry(retry);
    if let Some(endpoint) = &bucket.endpoint {
        builder = builder.with_endpoint(endpoint).with_allow_http(endpoint.starts_with("http://"));
    }
    builder.build()
}

/// Whether a file was last written before a moment; one that is gone already is not.
pub async fn stale(file: &tokio::fs::DirEntry, before: DateTime<Utc>) -> io::Result<bool> {
    match file.metadata().await {
        Ok(about) => Ok(DateTime::<Utc>::from(about.modified()?) < before),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_known_for_what_it_is() {
        let wrapped = |kind| object_store::Error::Generic { store: "x", source: Box::new(io::Error::from(kind)) };

        assert!(matches!(BlobError::from(wrapped(ErrorKind::StorageFull)), BlobError::Full(_)));
        assert!(matches!(BlobError::from(wrapped(ErrorKind::QuotaExceeded)), BlobError::Full(_)));
        assert!(matches!(BlobError::from(wrapped(ErrorKind::TimedOut)), BlobError::Failed(_)));
    }
}
