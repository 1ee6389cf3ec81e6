//! Receipts' pictures in, whole: each is staged, made fit to keep, stored under a random name, and only then made
//! visible by its row. The row need not be there before: whoever sends a picture first has captured it.

mod out;

pub(super) use self::out::{link_in, linked_viewer};

use actix_web::{
    HttpRequest, HttpResponse,
    http::{StatusCode, header::CACHE_CONTROL},
    web::{self, Data, Payload},
};
use busfare_entity::{
    receipt,
    words::{AppScope, ReceiptId, ReceiptState},
};
use bytes::Bytes;
use data_encoding::HEXLOWER;

use super::{
    clock,
    problem::Refused,
    session,
    staging::{self, Unstaged},
};
use crate::{
    api::{
        error::Problem,
        messages::{Message, message},
        state::State,
    },
    rules::{receipt::MOST_PAGES, scope::Needs, sight::Viewer},
    store::{
        self,
        receipt_page::{Content, FIRST, Settled},
    },
    work::{
        Works,
        keeping::{self, Unkept},
        pictures::PictureRefusal,
        sounds::SoundRefusal,
    },
};

/// Routes below `/receipts/{id}`.
pub(super) fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/receipts/{id}/content", web::put().to(put_content))
        .route("/receipts/{id}/pages/{page}/content", web::put().to(put_page));
    out::routes(config);
}

/// Which picture: a receipt and one of its pages.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spot {
    /// The receipt.
    pub(super) receipt: ReceiptId,
    /// The page, from 1.
    pub(super) page: i32,
}

impl Spot {
    /// A page as an address names it. What is no number is nowhere; what is beyond the last page is told so.
    pub(super) fn read(id: &str, page: &str) -> Result<Self, Refused> {
        let receipt = id.parse().map_err(|_| Problem::not_found())?;
        let plain = page.len() <= 9 && page.bytes().all(|digit| digit.is_ascii_digit());
        let page: i32 = page.parse().ok().filter(|_| plain).ok_or_else(Problem::not_found)?;
        match page {
            FIRST..=MOST_PAGES => Ok(Self { receipt, page }),
            0 => Err(Problem::not_found().into()),
            _ => Err(Refused::input(StatusCode::UNPROCESSABLE_ENTITY, "TOO_MANY_PAGES", message!("too-many-pages"))),
        }
    }
}

async fn put_content(
    http: HttpRequest,
    id: web::Path<String>,
    payload: Payload,
    state: Data<State>,
    works: Data<Works>,
) -> HttpResponse {
    put(&http, Spot::read(&id, "1"), payload, &state, &works).await
}

async fn put_page(
    http: HttpRequest,
    place: web::Path<(String, String)>,
    payload: Payload,
    state: Data<State>,
    works: Data<Works>,
) -> HttpResponse {
    put(&http, Spot::read(&place.0, &place.1), payload, &state, &works).await
}

async fn put(
    http: &HttpRequest,
    spot: Result<Spot, Refused>,
    mut payload: Payload,
    state: &State,
    works: &Works,
) -> HttpResponse {
    match receive(http, spot, &mut payload, state, works).await {
        Ok((receipt, content)) => stored(&receipt, &content),
        Err(refused) => refused.answer(http, Some(payload)),
    }
}

async fn receive(
    http: &HttpRequest,
    spot: Result<Spot, Refused>,
    payload: &mut Payload,
    state: &State,
    works: &Works,
) -> Result<(ReceiptId, Content), Refused> {
    // Whose receipt is it?
    let viewer = viewer(http, state, Needs::Scope(AppScope::ReceiptsWrite)).await?;
    let spot = spot?;
    let receipt = hers_or_none(state, &viewer, spot.receipt).await?;

    // Receive the picture.
    let staged = match staging::receive(&works.staging, http, payload).await {
        Ok(staged) => staged,
        Err(Unstaged::Refused(refused)) => return Err(refused),
        Err(Unstaged::Disk(error)) => return Err(not_kept(state, spot.receipt, Unkept::Storage(error.into())).await),
    };
    if let Some(answer) = already_there(state, receipt.as_ref(), spot, &staged.sha256).await? {
        return Ok((spot.receipt, answer));
    }

    // Make it fit to keep and store it, a few at a time.
    let _place = works.in_memory.acquire().await.map_err(Refused::later)?;
    let original = Bytes::from(staged.whole().await.map_err(|error| Refused::storage(error.into()))?);
    let captured_for = receipt.map(|receipt| receipt.captured_for).unwrap_or_default();
    let content = match keeping::store(works, (viewer.organisation, captured_for), original).await {
        Ok(content) => content,
        Err(unkept) => return Err(not_kept(state, spot.receipt, unkept).await),
    };

    // Make it visible.
    match settle(state, &viewer, spot, &content).await {
        Ok(Settled::Kept) => return Ok((spot.receipt, content)),
        Ok(Settled::Same | Settled::Another) => keeping::take_back(works, &content).await,
        Err(refused) => return Err(refused),
    }
    let receipt = hers_or_none(state, &viewer, spot.receipt).await?;
    let there = already_there(state, receipt.as_ref(), spot, &staged.sha256).await?;
    there.map(|there| (spot.receipt, there)).ok_or_else(|| Refused::later("a stored picture has no row"))
}

async fn settle(state: &State, viewer: &Viewer, spot: Spot, content: &Content) -> Result<Settled, Refused> {
    let now = clock::now();
    let txn = state.db.begin().await?;
    let receipt = store::receipt::hers_or_new(&txn, viewer, spot.receipt, now).await?;
    let receipt = receipt.ok_or_else(Problem::not_found)?;
    let settled = store::receipt_page::settle(&txn, (viewer.organisation, receipt.id), spot.page, content, now).await;
    let settled = settled?;
    txn.commit().await?;
    Ok(settled)
}

/// The practitioner who asks; an app that acts for her only where it may do this.
pub(super) async fn viewer(http: &HttpRequest, state: &State, needs: Needs) -> Result<Viewer, Refused> {
    Ok(session::practitioner(state, http, needs).await?)
}

/// A receipt that she captured herself, or none where nobody has captured it yet. Somebody else's is not found, also
/// where she may look at it.
pub(super) async fn hers_or_none(
    state: &State,
    viewer: &Viewer,
    id: ReceiptId,
) -> Result<Option<receipt::Model>, Refused> {
    match store::receipt::taken(state.db.reader(), id).await? {
        Some(receipt) if receipt.captured_by != viewer.id => Err(Problem::not_found().into()),
        other => Ok(other),
    }
}

/// What the page holds, if it is this very picture; a conflict if it is another one.
pub(super) async fn already_there(
    state: &State,
    receipt: Option<&receipt::Model>,
    spot: Spot,
    sha256: &[u8],
) -> Result<Option<Content>, Refused> {
    let Some(receipt) = receipt else { return Ok(None) };
    let there = store::receipt_page::stored(state.db.reader(), receipt, spot.page).await?;
    match there {
        Some(there) if there.original_sha256 != sha256 => Err(another_picture()),
        other => Ok(other),
    }
}

/// The page has its picture for good.
pub(super) fn another_picture() -> Refused {
    Refused::conflict("ANOTHER_PICTURE", message!("another-picture"))
}

/// Why it was not kept, which the receipt says too.
async fn not_kept(state: &State, id: ReceiptId, unkept: Unkept) -> Refused {
    keeping::say(&state.db, id, &unkept).await;
    match unkept {
        Unkept::Unfit(refusal) => unfit(refusal),
        Unkept::Unheard(refusal) => unheard(refusal),
        Unkept::Storage(error) => Refused::storage(error),
        Unkept::Database(error) => error.into(),
        Unkept::Stopping | Unkept::NotLookedAt => Refused::later(unkept),
    }
}

/// Why a picture cannot be kept, now or ever.
pub(super) fn unfit(refusal: PictureRefusal) -> Refused {
    let status = match refusal {
        PictureRefusal::TooLarge
        | PictureRefusal::TooManyPixels
        | PictureRefusal::TooManySheets
        | PictureRefusal::UnpacksTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        PictureRefusal::NotAPicture | PictureRefusal::UnsupportedKind { .. } => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    };
    Refused::input(status, refusal.code(), Message::in_both(|language| refusal.words(language)))
}

/// The same of a voice note.
pub(super) fn unheard(refusal: SoundRefusal) -> Refused {
    let status = match refusal {
        SoundRefusal::TooLarge | SoundRefusal::TooLong => StatusCode::PAYLOAD_TOO_LARGE,
        SoundRefusal::NotASound | SoundRefusal::UnsupportedKind | SoundRefusal::Video => {
            StatusCode::UNSUPPORTED_MEDIA_TYPE
        }
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    };
    Refused::input(status, refusal.code(), Message::in_both(|language| refusal.words(language)))
}

/// The same body for the first upload and for every repetition of it.
fn stored(receipt: &ReceiptId, content: &Content) -> HttpResponse {
    HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(serde_json::json!({
        "id": receipt,
        "state": ReceiptState::Stored,
        "originalSha256": HEXLOWER.encode(&content.original_sha256),
        "mediaType": content.media_type,
        "bytes": content.bytes,
        "width": Some(content.width).filter(|width| *width > 0),
        "height": Some(content.height).filter(|height| *height > 0),
    }))
}
