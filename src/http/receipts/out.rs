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
use sha2::{Digest, Sha256};

use super::{Spot, viewer};
use crate::{
    api::{error::Problem, state::State},
    http::{clock, problem::Refused},
    rules::{scope::Needs, sight::Viewer},
    store::{self, receipt_page::Content},
};
use busfare_entity::words::AppScope;

/// What is fetched of a page.
#[derive(Clone, Copy)]
enum What {
    Content,
    Thumbnail,
    Preview,
}

/// A link's token, in the address.
#[derive(Deserialize)]
struct Link {
    link: Option<String>,
}

pub(super) fn routes(config: &mut web::ServiceConfig) {
    for (path, what) in [("content", What::Content), ("thumbnail", What::Thumbnail), ("preview", What::Preview)] {
        let look = move |http: HttpRequest, state: Data<State>| async move { answer(&http, what, &state).await };
        for address in [format!("/receipts/{{id}}/{path}"), format!("/receipts/{{id}}/pages/{{page}}/{path}")] {
            config.route(&address, web::get().to(look)).route(&address, web::head().to(look));
        }
        if !matches!(what, What::Content) {
            let address = format!("/receipts/{{id}}/pages/{{page}}/sheets/{{sheet}}/{path}");
            config.route(&address, web::get().to(look)).route(&address, web::head().to(look));
        }
    }
}

async fn answer(http: &HttpRequest, what: What, state: &State) -> HttpResponse {
    let place = http.match_info();
    let spot = Spot::read(place.get("id").unwrap_or_default(), place.get("page").unwrap_or("1"));
    let sheet = place.get("sheet").unwrap_or("1");
    // Three digits are more than there are sheets.
    let sheet = Some(sheet).filter(|it| it.len() <= 3).and_then(|it| it.parse().ok()).unwrap_or(0);
    let link = link_in(http);
    let served = serve(http, spot, (what, sheet), link.as_deref(), state).await;
    served.unwrap_or_else(|refused| refused.answer(http, None))
}

/// The token of a link, where the address has one.
pub(in crate::http) fn link_in(http: &HttpRequest) -> Option<String> {
    web::Query::<Link>::from_query(http.query_string()).ok().and_then(|query| query.0.link)
}

async fn serve(
    http: &HttpRequest,
    spot: Result<Spot, Refused>,
    (what, sheet): (What, i32),
    link: Option<&str>,
    state: &State,
) -> Result<HttpResponse, Refused> {
    // Who looks at what?
    let viewer = match link {
        Some(link) => linked_viewer(http, state, link).await?,
        None => viewer(http, state, Needs::Scope(AppScope::ReceiptsRead)).await?,
    };
    let spot = spot?;
    let receipt = store::receipt::find(state.db.reader(), &viewer, spot.receipt, clock::now()).await?;
    let receipt = receipt.ok_or_else(Problem::not_found)?;
    let stored = store::receipt_page::stored(state.db.reader(), &receipt, spot.page).await?;
    let (content, organisation) = (stored.ok_or_else(Problem::not_found)?, receipt.organisation_id);

    let Some((key, media_type)) = stored_at(state, &content, spot, (what, sheet)).await? else {
        return Err(Problem::not_found().into());
    };

    // Has she got it?
    let tag = tag(&content, what, &key);
    if let Ok(IfNoneMatch::Items(tags)) = IfNoneMatch::parse(http)
        && tags.iter().any(|known| known.weak_eq(&tag))
    {
        return Ok(headed(StatusCode::NOT_MODIFIED, &tag).finish());
    }

    // Which part of it?
    let bytes = state.blobs.get(organisation, &key).await.map_err(Refused::storage)?;
    Ok(ranged(http, &tag, &media_type, bytes))
}

/// Where it is stored, and of which type it is; none where there is nothing to look at, or not yet.
async fn stored_at(
    state: &State,
    content: &Content,
    spot: Spot,
    (what, sheet): (What, i32),
) -> Result<Option<(String, String)>, Refused> {
    if let What::Content = what {
        return Ok(Some((content.content_key.clone(), content.media_type.clone())));
    }
    let row = store::receipt_sheet::find(state.db.reader(), (spot.receipt, spot.page), sheet).await?;
    let key = match (what, row) {
        (What::Preview, Some(row)) => Some(row.preview_key),
        (_, Some(row)) => Some(row.thumbnail_key),
        // What was stored before there were sheets has a thumbnail.
        (What::Thumbnail, None) if sheet == 1 => content.thumbnail_key.clone(),
        (_, None) => None,
    };
    Ok(key.map(|key| (key, "image/jpeg".to_owned())))
}

/// Whom a link was signed for, if it still lives and she may still come in. It is worth nothing to anybody else.
pub(in crate::http) async fn linked_viewer(http: &HttpRequest, state: &State, link: &str) -> Result<Viewer, Refused> {
    let bearer = state.key.verify_link(link, http.path(), clock::now()).map_err(|_| Problem::not_found())?;
    let row = store::people::viewer(state.db.reader(), bearer).await?;
    let linked = store::people::as_viewer(&row.ok_or_else(Problem::not_found)?);
    if http.headers().contains_key(AUTHORIZATION) && viewer(http, state, Needs::Nothing).await?.id != linked.id {
        return Err(Problem::not_found().into());
    }
    Ok(linked)
}

/// A stored picture never changes, so its hash is its tag for good; what is shown of it may be made anew, under a new
/// name.
fn tag(content: &Content, what: What, key: &str) -> EntityTag {
    let shown = HEXLOWER.encode(&Sha256::digest(key));
    match what {
        What::Content => EntityTag::new_strong(HEXLOWER.encode(&content.stored_sha256)),
        What::Thumbnail => EntityTag::new_strong(format!("{shown}-320")),
        What::Preview => EntityTag::new_strong(format!("{shown}-1600")),
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
