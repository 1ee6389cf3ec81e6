//! Keeping: the bytes a phone sent become a picture that is stored, and only then one that a row refers to.

use busfare_entity::words::{OrganisationId, ReceiptId, ReceiptProblem};
use bytes::Bytes;

use super::{
    Works,
    pictures::{Picture, PictureError, PictureRefusal},
};
use crate::store::{
    self, Db,
    blob::{BlobError, Blobs},
    db::DbErr,
    receipt_page::Content,
};

/// Why a picture was not kept.
#[derive(Debug, thiserror::Error)]
pub enum Unkept {
    /// It cannot be kept, now or ever.
    #[error("{0}")]
    Unfit(PictureRefusal),
    /// The server is closing.
    #[error("the server is closing")]
    Stopping,
    /// The storage failed.
    #[error(transparent)]
    Storage(#[from] BlobError),
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DbErr),
}

impl Unkept {
    /// What the receipt says of it; nothing where it is not about the picture or its storage.
    pub fn problem(&self) -> Option<ReceiptProblem> {
        match self {
            Self::Unfit(refusal) => Some(problem_of(*refusal)),
            Self::Storage(BlobError::Full(_)) => Some(ReceiptProblem::StorageFull),
            Self::Storage(_) => Some(ReceiptProblem::StorageFailed),
            Self::Stopping | Self::Database(_) => None,
        }
    }
}

/// The word for a picture that cannot be kept.
pub fn problem_of(refusal: PictureRefusal) -> ReceiptProblem {
    match refusal {
        PictureRefusal::TooLarge => ReceiptProblem::TooLarge,
        PictureRefusal::NotAPicture => ReceiptProblem::NotAPicture,
        PictureRefusal::UnsupportedKind { .. } => ReceiptProblem::UnsupportedKind,
        PictureRefusal::TooManyPixels => ReceiptProblem::TooManyPixels,
        PictureRefusal::Empty => ReceiptProblem::Empty,
        PictureRefusal::Truncated => ReceiptProblem::Truncated,
        PictureRefusal::Broken => ReceiptProblem::Broken,
    }
}

/// Makes what a phone sent fit to keep, and stores it under new names. No row refers to it yet.
pub async fn store(works: &Works, organisation: OrganisationId, original: Bytes) -> Result<Content, Unkept> {
    let original_bytes = i64::try_from(original.len()).unwrap_or(i64::MAX);
    let picture = works.pictures.prepare(original).await.map_err(|error| match error {
        PictureError::Refused(refusal) => Unkept::Unfit(refusal),
        PictureError::Stopping => Unkept::Stopping,
    })?;
    let content = described(&picture, original_bytes);
    works.blobs.put(organisation, &content.content_key, &picture.bytes).await?;
    works.blobs.put(organisation, &content.thumbnail_key, &picture.thumbnail).await?;
    Ok(content)
}

fn described(picture: &Picture, original_bytes: i64) -> Content {
    let number = |value: u32| i32::try_from(value).unwrap_or(i32::MAX);
    Content {
        original_sha256: picture.original_sha256.to_vec(),
        original_bytes,
        stored_sha256: picture.stored_sha256.to_vec(),
        media_type: picture.media_type.as_str().to_owned(),
        bytes: i64::try_from(picture.bytes.len()).unwrap_or(i64::MAX),
        width: number(picture.width),
        height: number(picture.height),
        content_key: Blobs::name(),
        thumbnail_key: Blobs::name(),
    }
}

/// The receipt says why its picture is not kept, or not yet, if that is about the picture and can be said.
pub async fn say(db: &Db, receipt: ReceiptId, unkept: &Unkept) {
    if let Some(problem) = unkept.problem()
        && let Ok(txn) = db.begin().await
        && store::receipt::say_problem(&txn, receipt, problem).await.is_ok()
        && let Err(error) = txn.commit().await
    {
        tracing::warn!(%error, "a receipt does not say why its picture is not kept");
    }
}

/// Takes back what was stored and what no row came to refer to. What is left all the same, the sweep finds.
pub async fn take_back(works: &Works, content: &Content) {
    for name in [&content.content_key, &content.thumbnail_key] {
        if let Err(error) = works.blobs.delete(name).await {
            tracing::warn!(%error, "a stored picture that no row refers to was left to the sweep");
        }
    }
}
