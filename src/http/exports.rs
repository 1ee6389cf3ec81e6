//! Exports out: the file of a batch, byte for byte as it was written, piece by piece; archives of receipts; and tables of
//! records.

mod archive;
mod packing;
mod records;
mod spool;

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, ETAG, VARY, X_CONTENT_TYPE_OPTIONS},
    web::{self, Data},
};
use busfare_entity::{export_batch, words::ExportBatchId};
use bytes::Bytes;
use data_encoding::HEXLOWER;
use futures_util::stream;

pub(super) use self::archive::Turns;
use super::{problem::Refused, session};
use crate::{
    api::{error::Problem, state::State},
    rules::{books::sees_to_books, scope::Needs},
    store::{books::export, db::DbErr},
};

/// Routes below `/exports`.
pub(super) fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/exports/{id}", web::get().to(get_export))
        .route("/exports/receipts/{from}/{to}", web::get().to(archive::get_archive))
        .route("/exports/records/{form}/{from}/{to}/{format}", web::get().to(records::get_records));
}

async fn get_export(http: HttpRequest, id: web::Path<String>, state: Data<State>) -> HttpResponse {
    match find(&http, &id, &state).await {
        Ok(batch) => serve(&batch, state.get_ref().clone()),
        Err(refused) => refused.answer(&http, None),
    }
}

/// The export, for those who see to its organisation's books; to everybody else there is none.
async fn find(http: &HttpRequest, id: &str, state: &State) -> Result<export_batch::Model, Refused> {
    let viewer = session::practitioner(state, http, Needs::InPerson).await?;
    let id: ExportBatchId = id.parse().map_err(|_| Problem::not_found())?;
    let batch = export::find(state.db.reader(), viewer.organisation, id).await?;
    Ok(batch.filter(|_| sees_to_books(&viewer)).ok_or_else(Problem::not_found)?)
}

fn serve(batch: &export_batch::Model, state: State) -> HttpResponse {
    let id = batch.id;
    let pieces = stream::try_unfold(0, move |position| {
        let state = state.clone();
        async move {
            let piece = export::piece(state.db.reader(), id, position).await?;
            Ok::<_, DbErr>(piece.map(|piece| (Bytes::from(piece), position + 1)))
        }
    });
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/csv; charset=utf-8"))
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"journal-{:06}.csv\"", batch.number)))
        .insert_header((ETAG, format!("\"{}\"", HEXLOWER.encode(&batch.sha256))))
        .insert_header((CACHE_CONTROL, "private, no-cache"))
        .insert_header((VARY, "Authorization"))
        .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .no_chunking(u64::try_from(batch.byte_count).unwrap_or_default())
        .streaming(Box::pin(pieces))
}
