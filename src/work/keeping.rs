//! Keeping: the bytes a phone sent become a picture that is stored, and only then one that a row refers to.

use busfare_entity::words::{CaptureUse, OrganisationId, PreviewState, ReceiptId, ReceiptProblem};
use bytes::Bytes;

use super::{
    Works,
    pictures::{Picture, PictureError, PictureRefusal, Sheet},
    sounds::{self, Sound, SoundRefusal},
};
use crate::store::{
    self, Db,
    blob::{BlobError, Blobs},
    db::DbErr,
    receipt_page::Content,
    receipt_sheet,
};

/// Why a picture was not kept.
#[derive(Debug, thiserror::Error)]
pub enum Unkept {
    /// It cannot be kept, now or ever.
    #[error("{0}")]
    Unfit(PictureRefusal),
    /// The same of a voice note.
    #[error("{0}")]
    Unheard(SoundRefusal),
    /// The server is closing.
    #[error("the server is closing")]
    Stopping,
    /// What looks at it could not be run.
    #[error("what looks at it could not be run")]
    NotLookedAt,
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
            Self::Unheard(refusal) => Some(problem_of_sound(*refusal)),
            Self::Storage(BlobError::Full(_)) => Some(ReceiptProblem::StorageFull),
            Self::Storage(_) => Some(ReceiptProblem::StorageFailed),
            Self::Stopping | Self::NotLookedAt | Self::Database(_) => None,
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
        PictureRefusal::Encrypted => ReceiptProblem::Encrypted,
        PictureRefusal::TooManySheets => ReceiptProblem::TooManySheets,
        PictureRefusal::UnpacksTooLarge => ReceiptProblem::UnpacksTooLarge,
    }
}

/// The word for a voice note that cannot be kept.
pub fn problem_of_sound(refusal: SoundRefusal) -> ReceiptProblem {
    match refusal {
        SoundRefusal::TooLarge => ReceiptProblem::TooLarge,
        SoundRefusal::TooLong => ReceiptProblem::TooLong,
        SoundRefusal::NotASound => ReceiptProblem::NotASound,
        SoundRefusal::UnsupportedKind | SoundRefusal::Video => ReceiptProblem::UnsupportedKind,
        SoundRefusal::Empty => ReceiptProblem::Empty,
        SoundRefusal::Truncated => ReceiptProblem::Truncated,
        SoundRefusal::Broken => ReceiptProblem::Broken,
    }
}

/// Makes what a phone sent fit to keep, and stores it under new names. No row refers to it yet.
pub async fn store(
    works: &Works,
    (organisation, captured_for): (OrganisationId, CaptureUse),
    original: Bytes,
) -> Result<Content, Unkept> {
    let original_bytes = i64::try_from(original.len()).unwrap_or(i64::MAX);
    if captured_for == CaptureUse::VoiceNote {
        return store_sound(works, organisation, original).await;
    }
    let picture = works.pictures.prepare(&works.contained, original).await.map_err(|error| match error {
        PictureError::Refused(refusal) => Unkept::Unfit(refusal),
        PictureError::Stopping => Unkept::Stopping,
        PictureError::Later => Unkept::NotLookedAt,
    })?;
    let sheets = store_sheets(works, organisation, &picture.sheets).await?;
    let content = described(&picture, original_bytes, sheets);
    works.blobs.put(organisation, &content.content_key, &picture.bytes).await?;
    Ok(content)
}

/// There is nothing to show of a sound.
async fn store_sound(works: &Works, organisation: OrganisationId, original: Bytes) -> Result<Content, Unkept> {
    let original_bytes = i64::try_from(original.len()).unwrap_or(i64::MAX);
    let prepared = tokio::task::spawn_blocking(move || sounds::prepare(&original)).await;
    let sound = prepared.map_err(|_panicked| Unkept::NotLookedAt)?.map_err(Unkept::Unheard)?;
    let content = described_sound(&sound, original_bytes);
    works.blobs.put(organisation, &content.content_key, &sound.bytes).await?;
    Ok(content)
}

fn described_sound(sound: &Sound, original_bytes: i64) -> Content {
    Content {
        original_sha256: sound.original_sha256.to_vec(),
        original_bytes,
        stored_sha256: sound.stored_sha256.to_vec(),
        media_type: sound.sound_type.as_str().to_owned(),
        bytes: i64::try_from(sound.bytes.len()).unwrap_or(i64::MAX),
        width: 0,
        height: 0,
        content_key: Blobs::name(),
        thumbnail_key: None,
        preview: PreviewState::NotShowable,
        sheet_count: 1,
        sheets: Vec::new(),
    }
}

/// Stores what is shown under new names. No row refers to it yet.
pub async fn store_sheets(
    works: &Works,
    organisation: OrganisationId,
    sheets: &[Sheet],
) -> Result<Vec<receipt_sheet::Sheet>, BlobError> {
    let mut stored = Vec::with_capacity(sheets.len());
    for sheet in sheets {
        let (thumbnail_key, preview_key) = (Blobs::name(), Blobs::name());
        works.blobs.put(organisation, &thumbnail_key, &sheet.thumbnail).await?;
        works.blobs.put(organisation, &preview_key, &sheet.preview).await?;
        let (width, height, hints) = (number(sheet.width), number(sheet.height), sheet.hints.clone());
        stored.push(receipt_sheet::Sheet { thumbnail_key, preview_key, width, height, hints });
    }
    Ok(stored)
}

fn number(value: u32) -> i32 {
    i32::try_from(value).unwrap_or(i32::MAX)
}

fn described(picture: &Picture, original_bytes: i64, sheets: Vec<receipt_sheet::Sheet>) -> Content {
    Content {
        original_sha256: picture.original_sha256.to_vec(),
        original_bytes,
        stored_sha256: picture.stored_sha256.to_vec(),
        media_type: picture.media_type.as_str().to_owned(),
        bytes: i64::try_from(picture.bytes.len()).unwrap_or(i64::MAX),
        width: number(picture.width),
        height: number(picture.height),
        content_key: Blobs::name(),
        thumbnail_key: sheets.first().map(|first| first.thumbnail_key.clone()),
        preview: if sheets.is_empty() { PreviewState::Waiting } else { PreviewState::Made },
        sheet_count: number(picture.sheet_count),
        sheets,
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

/// Takes back a picture that no row came to refer to.
pub async fn take_back(works: &Works, content: &Content) {
    let mut names = names(&content.sheets);
    names.push(content.content_key.clone());
    works.blobs.take_back(names).await;
}

/// The same for what is shown of one.
pub async fn take_back_sheets(works: &Works, sheets: &[receipt_sheet::Sheet]) {
    works.blobs.take_back(names(sheets)).await;
}

fn names(sheets: &[receipt_sheet::Sheet]) -> Vec<String> {
    sheets.iter().flat_map(|sheet| [&sheet.thumbnail_key, &sheet.preview_key]).cloned().collect()
}
