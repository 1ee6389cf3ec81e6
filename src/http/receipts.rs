//! Receipts' pictures in and out. Coming in, a picture is staged, made fit to keep, stored under a random name,
//! and only then made visible by its row; going out, it is served to those who may see its receipt.

use std::{path::PathBuf, sync::Arc};

use actix_web::{
    HttpRequest, HttpResponse,
    http::{
        StatusCode,
        header::{CACHE_CONTROL, CONTENT_TYPE, VARY, X_CONTENT_TYPE_OPTIONS},
    },
    web::{self, Data, Payload},
};
use busfare_entity::{
    receipt,
    words::{JobKind, ReceiptId},
};
use bytes::Bytes;
use data_encoding::HEXLOWER;
use tokio::sync::Semaphore;
use uuid::Uuid;

use super::{clock, problem::Refused, session, staging};
use crate::{
    api::{context::Caller, error::Problem, state::State},
    rules::sight::Viewer,
    store::{self, mint, receipt::Content},
    work::pictures::{Picture, PictureError, PictureRefusal, Pictures},
};

/// Uploads in memory at once; the others wait in their files.
const IN_MEMORY: usize = 4;
/// Megapixels decoded at once, about 4 MB each.
const MEGAPIXELS: u32 = 50;

/// Where uploads wait and pictures are made fit to keep.
#[derive(Clone)]
pub(super) struct Workshop {
    staging: PathBuf,
    in_memory: Arc<Semaphore>,
    pictures: Pictures,
}

impl Workshop {
    /// A workshop that stages uploads in a folder.
    pub(super) fn new(staging: PathBuf) -> Self {
        Self { staging, in_memory: Arc::new(Semaphore::new(IN_MEMORY)), pictures: Pictures::new(MEGAPIXELS) }
    }
}

/// Routes below `/receipts/{id}`.
pub(super) fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/receipts/{id}/content", web::put().to(put_content))
        .route("/receipts/{id}/content", web::get().to(get_content))
        .route("/receipts/{id}/thumbnail", web::get().to(get_thumbnail));
}

async fn put_content(
    http: HttpRequest,
    id: web::Path<String>,
    mut payload: Payload,
    state: Data<State>,
    workshop: Data<Workshop>,
) -> HttpResponse {
    match receive(&http, &id, &mut payload, &state, &workshop).await {
        Ok(receipt) => stored(&receipt),
        Err(refused) => refused.answer(&http, Some(payload)),
    }
}

async fn receive(
    http: &HttpRequest,
    id: &str,
    payload: &mut Payload,
    state: &State,
    workshop: &Workshop,
) -> Result<receipt::Model, Refused> {
    // Whose receipt is it?
    let viewer = viewer(http, state).await?;
    let id: ReceiptId = id.parse().map_err(|_| Problem::not_found())?;
    let receipt = hers(state, &viewer, id).await?;

    // Receive the picture.
    let staged = staging::receive(&workshop.staging, http, payload).await?;
    if let Some(answer) = already_there(&receipt, &staged.sha256)? {
        return Ok(answer);
    }

    // Make it fit to keep, a few at a time.
    let _place = workshop.in_memory.acquire().await.map_err(Refused::later)?;
    let original = Bytes::from(staged.read().await.map_err(Refused::later)?);
    let picture = workshop.pictures.prepare(original).await.map_err(|error| match error {
        PictureError::Refused(refusal) => unfit(refusal),
        PictureError::Stopping => Refused::later(error),
    })?;

    // Keep it, then make it visible.
    let content = keep(state, picture).await?;
    let (content_key, thumbnail_key) = (content.content_key.clone(), content.thumbnail_key.clone());
    let txn = state.db.begin().await.map_err(Problem::from)?;
    let now = clock::now();
    let first = store::receipt::set_content(&txn, id, content, now).await.map_err(Problem::from)?;
    store::job::enqueue(&txn, viewer.organisation, JobKind::ComparePicture, id.0, now).await.map_err(Problem::from)?;
    txn.commit().await.map_err(Problem::from)?;
    if !first {
        // Another upload was first; its picture stays and this one goes.
        for key in [content_key, thumbnail_key] {
            state.blobs.delete(&key).await.map_err(Refused::later)?;
        }
    }
    let receipt = hers(state, &viewer, id).await?;
    already_there(&receipt, &staged.sha256)?.ok_or_else(|| Refused::later("a stored picture has no row"))
}

/// The practitioner who asks.
async fn viewer(http: &HttpRequest, state: &State) -> Result<Viewer, Refused> {
    match session::asking(state, http).await?.caller {
        Caller::Practitioner { row, .. } => Ok(store::people::as_viewer(&row)),
        Caller::App(_) => Err(Problem::forbidden("Only a practitioner can do this, not an app by itself.").into()),
        Caller::Nobody => Err(Problem::unauthenticated().into()),
    }
}

/// A receipt that she captured herself. Somebody else's is not found, also where she may look at it.
async fn hers(state: &State, viewer: &Viewer, id: ReceiptId) -> Result<receipt::Model, Refused> {
    let receipt = store::receipt::find(state.db.reader(), viewer, id).await.map_err(Problem::from)?;
    Ok(receipt.filter(|receipt| receipt.captured_by == viewer.id).ok_or_else(Problem::not_found)?)
}

/// The receipt, if it holds this very picture; a conflict if it holds another one.
fn already_there(receipt: &receipt::Model, sha256: &[u8; 32]) -> Result<Option<receipt::Model>, Refused> {
    match receipt.original_sha256.as_deref() {
        None => Ok(None),
        Some(stored) if stored == sha256 => Ok(Some(receipt.clone())),
        Some(_) => Err(Refused::conflict(
            "ANOTHER_PICTURE",
            "This receipt already has another picture. Capture a new receipt for this one.",
        )),
    }
}

fn unfit(refusal: PictureRefusal) -> Refused {
    let status = match refusal {
        PictureRefusal::TooLarge | PictureRefusal::TooManyPixels => StatusCode::PAYLOAD_TOO_LARGE,
        PictureRefusal::NotAPicture | PictureRefusal::UnsupportedKind { .. } => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    };
    Refused::input(status, refusal.code(), refusal.to_string())
}

async fn keep(state: &State, picture: Picture) -> Result<Content, Refused> {
    let number = |value: u32| i32::try_from(value).unwrap_or(i32::MAX);
    let content = Content {
        original_sha256: picture.original_sha256.to_vec(),
        media_type: picture.media_type.as_str(),
        bytes: i64::try_from(picture.bytes.len()).unwrap_or(i64::MAX),
        width: number(picture.width),
        height: number(picture.height),
        content_key: mint::id::<Uuid>().simple().to_string(),
        thumbnail_key: mint::id::<Uuid>().simple().to_string(),
    };
    state.blobs.put(&content.content_key, picture.bytes).await.map_err(Refused::later)?;
    state.blobs.put(&content.thumbnail_key, picture.thumbnail).await.map_err(Refused::later)?;
    Ok(content)
}

/// The same body for the first upload and for every repetition of it.
fn stored(receipt: &receipt::Model) -> HttpResponse {
    HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(serde_json::json!({
        "id": receipt.id,
        "state": receipt.state,
        "originalSha256": receipt.original_sha256.as_deref().map(|hash| HEXLOWER.encode(hash)),
        "mediaType": receipt.media_type,
        "bytes": receipt.stored_bytes,
        "width": receipt.width,
        "height": receipt.height,
    }))
}

async fn get_content(http: HttpRequest, id: web::Path<String>, state: Data<State>) -> HttpResponse {
    let served = serve(&http, &id, &state, |receipt| Some((receipt.content_key?, receipt.media_type?))).await;
    served.unwrap_or_else(|refused| refused.answer(&http, None))
}

async fn get_thumbnail(http: HttpRequest, id: web::Path<String>, state: Data<State>) -> HttpResponse {
    let served = serve(&http, &id, &state, |receipt| Some((receipt.thumbnail_key?, "image/jpeg".to_owned()))).await;
    served.unwrap_or_else(|refused| refused.answer(&http, None))
}

async fn serve(
    http: &HttpRequest,
    id: &str,
    state: &State,
    which: impl FnOnce(receipt::Model) -> Option<(String, String)>,
) -> Result<HttpResponse, Refused> {
    let viewer = viewer(http, state).await?;
    let id: ReceiptId = id.parse().map_err(|_| Problem::not_found())?;
    let receipt = store::receipt::find(state.db.reader(), &viewer, id).await.map_err(Problem::from)?;
    let (key, media_type) = receipt.and_then(which).ok_or_else(Problem::not_found)?;
    let bytes = state.blobs.get(&key).await.map_err(Refused::later)?;
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, media_type))
        .insert_header((CACHE_CONTROL, "private, max-age=86400, immutable"))
        .insert_header((VARY, "Authorization"))
        .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .body(bytes))
}
