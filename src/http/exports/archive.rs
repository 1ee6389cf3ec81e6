//! Archives of receipts out: everything there is of evidence for what was spent in some days, for those who see to the
//! books, of what each of them may see anyway. With a token in the header, or by a link that was signed for one viewer.

use std::sync::Arc;

use actix_web::{
    HttpRequest, HttpResponse,
    http::{
        StatusCode,
        header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, REFERRER_POLICY, VARY, X_CONTENT_TYPE_OPTIONS},
    },
    web::{self, Data},
};
use bytes::Bytes;
use chrono::NaiveDate;
use futures_util::stream;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};

use super::{
    super::{
        clock,
        problem::Refused,
        receipts::{link_in, linked_viewer, viewer},
        session,
    },
    packing::{BrokenOff, Order, pack},
};
use crate::{
    api::{
        error::{Code, Problem},
        messages::message,
        state::State,
    },
    rules::{
        archive::{MOST_SPENDS, archive_name, is_a_period},
        books::sees_to_books,
        scope::Needs,
    },
    store,
    work::Works,
};

/// Archives and tables made at once, because each may have a page, or all its cells, in memory.
const AT_ONCE: usize = 8;

/// Turns for making an archive.
#[derive(Clone)]
pub(in crate::http) struct Turns(Arc<Semaphore>);

impl Default for Turns {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(AT_ONCE)))
    }
}

impl Turns {
    /// So many of them, if they are left.
    pub(super) fn take(&self, turns: u32) -> Result<OwnedSemaphorePermit, Refused> {
        let turn = Arc::clone(&self.0)
            .try_acquire_many_owned(turns)
            .map_err(|_taken| Problem::new(Code::Throttled, message!("archives-busy")).retry_after_seconds(60));
        Ok(turn?)
    }
}

pub(super) async fn get_archive(
    http: HttpRequest,
    days: web::Path<(String, String)>,
    state: Data<State>,
    works: Data<Works>,
    turns: Data<Turns>,
) -> HttpResponse {
    let served = serve(&http, &days, &state, &works, &turns).await;
    served.unwrap_or_else(|refused| refused.answer(&http, None))
}

async fn serve(
    http: &HttpRequest,
    (from, to): &(String, String),
    state: &State,
    works: &Works,
    turns: &Turns,
) -> Result<HttpResponse, Refused> {
    // Who asks, and may she?
    let viewer = match link_in(http) {
        Some(link) => linked_viewer(http, state, &link).await?,
        None => viewer(http, state, Needs::InPerson).await?,
    };
    if !sees_to_books(&viewer) {
        return Err(Problem::not_found().into());
    }

    // Of which days?
    let days = days(from, to).ok_or_else(|| {
        Refused::input(StatusCode::UNPROCESSABLE_ENTITY, "PERIOD_NOT_VALID", message!("archive-days-not-valid"))
    })?;
    let zone = store::people::zone(state.db.reader(), viewer.organisation).await?;
    let order = Order { viewer, days, zone, language: session::language(http), now: clock::now() };
    if store::archive::count(state.db.reader(), &viewer, order.between()).await? > MOST_SPENDS {
        return Err(Refused::input(StatusCode::UNPROCESSABLE_ENTITY, "TOO_MANY_SPENDS", message!("archive-too-large")));
    }
    let turn = turns.take(1)?;

    // Make it while it is sent.
    let (pieces, mut arriving) = mpsc::channel(1);
    let (state, works) = (state.clone(), works.clone());
    drop(tokio::spawn(async move {
        let _turn = turn;
        match pack(state, works, order, pieces).await {
            Ok(()) => {}
            Err(BrokenOff::Gone) => tracing::info!("an archive was not downloaded to its end"),
            Err(error) => tracing::error!(%error, "an archive broke off"),
        }
    }));
    let body = stream::poll_fn(move |context| {
        arriving.poll_recv(context).map(|piece| match piece {
            Some(Some(piece)) => Some(Ok::<Bytes, BrokenOff>(piece)),
            Some(None) => None,
            // Whoever made it stopped without saying that it is whole.
            None => Some(Err(BrokenOff::Gone)),
        })
    });
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "application/zip"))
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{}\"", archive_name(days.0, days.1))))
        .insert_header((CACHE_CONTROL, "private, no-store"))
        .insert_header((VARY, "Authorization, Accept-Language"))
        .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((REFERRER_POLICY, "no-referrer"))
        .streaming(body))
}

/// Two days as an address names them, if they are a period.
pub(super) fn days(from: &str, to: &str) -> Option<(NaiveDate, NaiveDate)> {
    let day = |text: &str| (text.len() == 10).then(|| text.parse::<NaiveDate>().ok()).flatten();
    let (from, to) = (day(from)?, day(to)?);
    is_a_period(from, to).then_some((from, to))
}
