//! Uploads in pieces, by the tus protocol 1.0 (tus.io): creation, HEAD for the offset, PATCH, termination, expiration and
//! checksum. A picture goes to one page of one receipt, named in `Upload-Metadata`; what a client says of names and
//! types is not read.

mod append;
mod words;

use actix_web::{
    HttpRequest, HttpResponse,
    http::{
        StatusCode,
        header::{CACHE_CONTROL, HeaderMap, HeaderName, HeaderValue, LOCATION},
    },
    web::{self, Data, Payload},
};
use busfare_entity::{
    upload,
    words::{AppScope, ReceiptProblem, UploadId, UploadState},
};

use self::words::{Begun, VERSION};
use super::{
    clock,
    problem::Refused,
    receipts::{Spot, already_there, another_picture, hers_or_none, viewer},
};
use crate::{
    api::{error::Problem, messages::message, state::State},
    rules::{
        receipt::{MOST_UPLOADS, UPLOAD_LIFE},
        scope::Needs,
        sight::Viewer,
    },
    store::{self, mint},
    work::{Works, pictures::MAX_BYTES},
};

/// Routes of `/uploads`.
pub(super) fn routes(config: &mut web::ServiceConfig) {
    config
        .service(
            web::resource("/uploads")
                .route(web::method(actix_web::http::Method::OPTIONS).to(abilities))
                .route(web::post().to(create)),
        )
        .service(
            web::resource("/uploads/{id}")
                .route(web::method(actix_web::http::Method::OPTIONS).to(abilities))
                .route(web::head().to(offset))
                .route(web::patch().to(patch))
                .route(web::delete().to(terminate))
                .route(web::post().to(overridden)),
        );
}

const OFFSET: HeaderName = HeaderName::from_static("upload-offset");
const LENGTH: HeaderName = HeaderName::from_static("upload-length");
const EXPIRES: HeaderName = HeaderName::from_static("upload-expires");

/// What this endpoint can do.
async fn abilities() -> HttpResponse {
    HttpResponse::NoContent()
        .insert_header(("tus-resumable", VERSION))
        .insert_header(("tus-version", VERSION))
        .insert_header(("tus-extension", "creation,expiration,checksum,termination"))
        .insert_header(("tus-checksum-algorithm", "sha1,sha256"))
        .insert_header(("tus-max-size", MAX_BYTES))
        .finish()
}

/// Clients behind proxies that know no PATCH or DELETE say so in a header.
async fn overridden(
    http: HttpRequest,
    id: web::Path<String>,
    payload: Payload,
    state: Data<State>,
    works: Data<Works>,
) -> HttpResponse {
    match http.headers().get("x-http-method-override").map(HeaderValue::as_bytes) {
        Some(b"PATCH") => patch(http, id, payload, state, works).await,
        Some(b"DELETE") => terminate(http, id, state).await,
        Some(b"HEAD") => offset(http, id, state).await,
        _ => finished(&http, Err(Problem::not_found().into()), Some(payload)),
    }
}

/// Every answer says which protocol it speaks.
fn finished(http: &HttpRequest, answer: Result<HttpResponse, Refused>, unread: Option<Payload>) -> HttpResponse {
    let mut response = answer.unwrap_or_else(|refused| refused.answer(http, unread));
    let headers: &mut HeaderMap = response.headers_mut();
    headers.insert(HeaderName::from_static("tus-resumable"), HeaderValue::from_static(VERSION));
    if response.status() == StatusCode::PRECONDITION_FAILED {
        response.headers_mut().insert(HeaderName::from_static("tus-version"), HeaderValue::from_static(VERSION));
    }
    response
}

async fn create(http: HttpRequest, state: Data<State>) -> HttpResponse {
    let answer = begin(&http, &state).await;
    finished(&http, answer, None)
}

async fn begin(http: &HttpRequest, state: &State) -> Result<HttpResponse, Refused> {
    // Who sends what where?
    let viewer = viewer(http, state, Needs::Scope(AppScope::ReceiptsWrite)).await?;
    let Begun { receipt, page, length, sha256 } = words::begun(http)?;
    let spot = Spot::read(&receipt, &page)?;
    let receipt = hers_or_none(state, &viewer, spot.receipt).await?;

    // Is it here already, or on its way?
    let now = clock::now();
    let there = match &sha256 {
        Some(sha256) => already_there(state, receipt.as_ref(), spot, sha256).await?.is_some(),
        None => false,
    };
    let row = upload::Model {
        id: mint::id(),
        organisation_id: viewer.organisation,
        practitioner_id: viewer.id,
        receipt_id: spot.receipt,
        page: spot.page,
        state: if there { UploadState::Stored } else { UploadState::Arriving },
        length,
        received: if there { length } else { 0 },
        sha256,
        problem: None,
        created_at: now,
        expires_at: now + UPLOAD_LIFE,
    };
    let txn = state.db.begin().await?;
    if let Some(same) = store::upload::the_same(&txn, &row, now).await? {
        return Ok(located(&same));
    }
    if store::upload::open_of(&txn, viewer.id).await? >= MOST_UPLOADS {
        return Err(Problem::throttled(60).into());
    }

    // Remember. The bytes may come before the row.
    let receipt = store::receipt::hers_or_new(&txn, &viewer, spot.receipt, now).await?;
    receipt.ok_or_else(Problem::not_found)?;
    store::upload::begin(&txn, row.clone()).await?;
    txn.commit().await?;
    Ok(located(&row))
}

fn located(upload: &upload::Model) -> HttpResponse {
    HttpResponse::Created()
        .insert_header((LOCATION, format!("/uploads/{}", upload.id)))
        .insert_header((OFFSET, upload.received))
        .insert_header((EXPIRES, words::date(upload.expires_at)))
        .insert_header((CACHE_CONTROL, "no-store"))
        .finish()
}

async fn offset(http: HttpRequest, id: web::Path<String>, state: Data<State>) -> HttpResponse {
    let answer = match hers(&http, &state, &id).await {
        Ok((_, upload)) => Ok(standing(StatusCode::OK, &upload)),
        Err(refused) => Err(refused),
    };
    finished(&http, answer, None)
}

fn standing(status: StatusCode, upload: &upload::Model) -> HttpResponse {
    HttpResponse::build(status)
        .insert_header((OFFSET, upload.received))
        .insert_header((LENGTH, upload.length))
        .insert_header((EXPIRES, words::date(upload.expires_at)))
        .insert_header((CACHE_CONTROL, "no-store"))
        .finish()
}

/// An upload of hers that is not over. To everybody else there is none.
async fn hers(http: &HttpRequest, state: &State, id: &str) -> Result<(Viewer, upload::Model), Refused> {
    let viewer = viewer(http, state, Needs::Scope(AppScope::ReceiptsWrite)).await?;
    words::speaks_our_version(http)?;
    let id: UploadId = id.parse().map_err(|_| Problem::not_found())?;
    let upload = store::upload::find(state.db.reader(), viewer.id, id).await?;
    let upload = upload.ok_or_else(Problem::not_found)?;
    match upload.state {
        UploadState::Refused => Err(words::over(message!("upload-refused"))),
        UploadState::Arriving if upload.expires_at <= clock::now() => {
            Err(words::over(message!("upload-waited-too-long")))
        }
        _ => Ok((viewer, upload)),
    }
}

async fn patch(
    http: HttpRequest,
    id: web::Path<String>,
    mut payload: Payload,
    state: Data<State>,
    works: Data<Works>,
) -> HttpResponse {
    let answer = async {
        let finding = async { hers(&http, &state, &id).await.map(|(_, upload)| upload) };
        let upload = append::append(&http, &mut payload, &works, finding).await?;
        settled(&state, upload).await
    };
    let answer = answer.await;
    finished(&http, answer, Some(payload))
}

/// How it stands after a piece: with the last one its picture was kept if that went well, and will be if not yet.
async fn settled(state: &State, upload: upload::Model) -> Result<HttpResponse, Refused> {
    let now = store::upload::any(state.db.reader(), upload.id).await?;
    match now.as_ref().map_or((upload.state, None), |now| (now.state, now.problem)) {
        (UploadState::Refused, Some(ReceiptProblem::AnotherPicture)) => Err(another_picture()),
        (UploadState::Refused, problem) => {
            let receipt = store::receipt::taken(state.db.reader(), upload.receipt_id).await?;
            Err(words::refused(problem, receipt.map(|receipt| receipt.captured_for).unwrap_or_default()))
        }
        _ => Ok(standing(StatusCode::NO_CONTENT, &upload)),
    }
}

async fn terminate(http: HttpRequest, id: web::Path<String>, state: Data<State>) -> HttpResponse {
    let answer = async {
        let (_, upload) = hers(&http, &state, &id).await?;
        let txn = state.db.begin().await?;
        if !store::upload::forget(&txn, &upload, clock::now()).await? {
            return Err(Refused::conflict("ARRIVED", message!("upload-arrived")));
        }
        txn.commit().await?;
        Ok(HttpResponse::NoContent().finish())
    };
    let answer = answer.await;
    finished(&http, answer, None)
}
