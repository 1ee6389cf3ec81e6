//! Receipts' pictures out, to those who may see the receipt: with a token in the header, or by a link that was signed for
//! one viewer. Whole or in a range, and not at all where the phone has it already.

use actix_web::{
    HttpMessage, HttpRequest, HttpResponse,
    http::{
        StatusCode,
        header::{
            ACCEPT_RANGES, AUTHORIZATION, ByteRangeSpec, CACHE_CONTROL, CONTENT_RANGE, CONTENT_TYPE, ETAG, EntityTag,
            Header, IF_RANGE, IfNoneMatch, REFERRER_POLICY, Range, VARY, X_CONTENT_TYPE_OPTIONS,
        },
    },
    web::{self, Data},
};
use bytes::Bytes;
use data_encoding::HEXLOWER;
use serde::Deserialize;

use super::{Spot, viewer};
use crate::{
    api::{error::Problem, state::State},
    http::{clock, problem::Refused},
    rules::sight::Viewer,
    store::{self, receipt_page::Content},
};

/// What is fetched of a page.
#[derive(Clone, Copy)]
enum What {
    Content,
    Thumbnail,
}

/// A link's token, in the address.
#[derive(Deserialize)]
struct Link {
    link: Option<String>,
}

pub(super) fn routes(config: &mut web::ServiceConfig) {
    for (path, what) in [("content", What::Content), ("thumbnail", What::Thumbnail)] {
        let look = move |http: HttpRequest, state: Data<State>| async move { answer(&http, what, &state).await };
        for address in [format!("/receipts/{{id}}/{path}"), format!("/receipts/{{id}}/pages/{{page}}/{path}")] {
            config.route(&address, web::get().to(look)).route(&address, web::head().to(look));
        }
    }
}

async fn answer(http: &HttpRequest, what: What, state: &State) -> HttpResponse {
    let place = http.match_info();
    let spot = Spot::read(place.get("id").unwrap_or_default(), place.get("page").unwrap_or("1"));
    let link = link_in(http);
    let served = serve(http, spot, what, link.as_deref(), state).await;
    served.unwrap_or_else(|refused| refused.answer(http, None))
}

/// The token of a link, where the address has one.
pub(in crate::http) fn link_in(http: &HttpRequest) -> Option<String> {
    web::Query::<Link>::from_query(http.query_string()).ok().and_then(|query| query.0.link)
}

async fn serve(
    http: &HttpRequest,
    spot: Result<Spot, Refused>,
    what: What,
    link: Option<&str>,
    state: &State,
) -> Result<HttpResponse, Refused> {
    // Who looks at what?
    let viewer = match link {
        Some(link) => linked_viewer(http, state, link).await?,
        None => viewer(http, state).await?,
    };
    let spot = spot?;
    let receipt = store::receipt::find(state.db.reader(), &viewer, spot.receipt).await?;
    let receipt = receipt.ok_or_else(Problem::not_found)?;
    let stored = store::receipt_page::stored(state.db.reader(), &receipt, spot.page).await?;
    let (content, organisation) = (stored.ok_or_else(Problem::not_found)?, receipt.organisation_id);

    // Has she got it?
    let tag = tag(&content, what);
    if let Ok(IfNoneMatch::Items(tags)) = IfNoneMatch::parse(http)
        && tags.iter().any(|known| known.weak_eq(&tag))
    {
        return Ok(headed(StatusCode::NOT_MODIFIED, &tag).finish());
    }

    // Which part of it?
    let (key, media_type) = match what {
        What::Content => (&content.content_key, content.media_type.as_str()),
        What::Thumbnail => (&content.thumbnail_key, "image/jpeg"),
    };
    let bytes = state.blobs.get(organisation, key).await.map_err(Refused::storage)?;
    Ok(ranged(http, &tag, media_type, bytes))
}

/// Whom a link was signed for, if it still lives and she may still come in. It is worth nothing to anybody else.
pub(in crate::http) async fn linked_viewer(http: &HttpRequest, state: &State, link: &str) -> Result<Viewer, Refused> {
    let bearer = state.key.verify_link(link, http.path(), clock::now()).map_err(|_| Problem::not_found())?;
    let row = store::people::viewer(state.db.reader(), bearer).await?;
    let linked = store::people::as_viewer(&row.ok_or_else(Problem::not_found)?);
    if http.headers().contains_key(AUTHORIZATION) && viewer(http, state).await?.id != linked.id {
        return Err(Problem::not_found().into());
    }
    Ok(linked)
}

/// A stored picture never changes, so its hash is its tag for good.
fn tag(content: &Content, what: What) -> EntityTag {
    let hash = HEXLOWER.encode(&content.stored_sha256);
    match what {
        What::Content => EntityTag::new_strong(hash),
        What::Thumbnail => EntityTag::new_strong(format!("{hash}-320")),
    }
}

fn headed(status: StatusCode, tag: &EntityTag) -> actix_web::HttpResponseBuilder {
    let mut response = HttpResponse::build(status);
    response
        .insert_header((ETAG, tag.to_string()))
        .insert_header((CACHE_CONTROL, "private, max-age=86400, immutable"))
        .insert_header((VARY, "Authorization"))
        .insert_header((ACCEPT_RANGES, "bytes"))
        .insert_header((REFERRER_POLICY, "no-referrer"))
        .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"));
    response
}

/// The whole, or the one range that was asked for. Several ranges, and what is not understood, are the whole.
fn ranged(http: &HttpRequest, tag: &EntityTag, media_type: &str, bytes: Bytes) -> HttpResponse {
    let whole = bytes.len() as u64;
    let same = http.headers().get(IF_RANGE).is_none_or(|known| known.as_bytes() == tag.to_string().as_bytes());
    let range = if same { http.get_header::<Range>() } else { None };
    let Some(one) = range.and_then(only) else {
        return headed(StatusCode::OK, tag).insert_header((CONTENT_TYPE, media_type)).body(bytes);
    };
    let Some((from, to)) = one.to_satisfiable_range(whole) else {
        let unknown = format!("bytes */{whole}");
        return headed(StatusCode::RANGE_NOT_SATISFIABLE, tag).insert_header((CONTENT_RANGE, unknown)).finish();
    };
    let place = |at: u64| usize::try_from(at).unwrap_or(usize::MAX);
    headed(StatusCode::PARTIAL_CONTENT, tag)
        .insert_header((CONTENT_TYPE, media_type))
        .insert_header((CONTENT_RANGE, format!("bytes {from}-{to}/{whole}")))
        .body(bytes.slice(place(from)..=place(to)))
}

fn only(range: Range) -> Option<ByteRangeSpec> {
    match range {
        Range::Bytes(mut specs) if specs.len() == 1 => specs.pop(),
        _ => None,
    }
}
