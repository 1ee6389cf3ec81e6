//! The page on which somebody who was helped says how it was: no account, no script, no cookie. The address is for one answer;
//! it is in no log, goes to no other site and is kept by no cache.

use std::sync::LazyLock;

use actix_web::{
    HttpRequest, HttpResponse, HttpResponseBuilder,
    http::{
        StatusCode,
        header::{
            CACHE_CONTROL, CONTENT_LANGUAGE, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, VARY,
            X_CONTENT_TYPE_OPTIONS,
        },
    },
    web::{self, Data, Payload},
};
use busfare_entity::{
    feedback_ask,
    words::{Language, OrganisationId},
};
use data_encoding::BASE64;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{clock, form_body, problem::Refused, session, unread::HoldsUnread};
use crate::{
    api::{error::Problem, state::State},
    rules::{
        feedback::{
            Answers, FeedbackRefusal, WORDS_CHARS,
            page::{MOST_HUBS, Page, Place, STYLE, Typed, page},
        },
        text::TextProblem,
    },
    store,
};

/// Longer than any token of ours.
const MOST_TOKEN_BYTES: usize = 1_024;
/// More than 500 characters take in a form, each of four bytes, with all the rest.
const MOST_FORM_BYTES: usize = 8 * 1024;

/// Nothing is loaded and nothing is run; the one style is known by its hash, and the form goes nowhere else.
static POLICY: LazyLock<String> = LazyLock::new(|| {
    let style = BASE64.encode(&Sha256::digest(STYLE));
    format!(
        "default-src 'none'; style-src 'sha256-{style}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
});

/// Routes of the page.
pub(super) fn routes(config: &mut web::ServiceConfig) {
    config.service(web::resource("/feedback/{token}").route(web::get().to(show)).route(web::post().to(take)));
}

async fn show(http: HttpRequest, state: Data<State>) -> HttpResponse {
    let shown = match find(&state, token(&http)).await {
        Ok(Ok(ask)) => answer(&http, &state, (StatusCode::OK, Page::Questions), Some(ask.organisation_id)).await,
        Ok(Err(why)) => closed(&http, &state, why).await,
        Err(problem) => Err(problem),
    };
    shown.unwrap_or_else(|problem| Refused::from(problem).answer(&http, None))
}

async fn take(http: HttpRequest, state: Data<State>, mut unread: Payload) -> HttpResponse {
    let body = match form_body::read(&http, &mut unread, MOST_FORM_BYTES).await {
        Ok(body) => body,
        Err(status) => return unreadable(&http, status, unread),
    };
    let taken = keep(&http, &state, &body).await;
    taken.unwrap_or_else(|problem| Refused::from(problem).answer(&http, None))
}

/// The token as it stands in the address. What cannot even be read there is none of ours.
fn token(http: &HttpRequest) -> &str {
    http.match_info().get("token").unwrap_or_default()
}

/// A link that can be used now, or why it cannot.
async fn find(state: &State, token: &str) -> Result<Result<feedback_ask::Model, FeedbackRefusal>, Problem> {
    if token.len() > MOST_TOKEN_BYTES {
        return Ok(Err(FeedbackRefusal::LinkNotValid));
    }
    let id = match state.key.verify_feedback(token, clock::now()) {
        Ok(id) => id,
        Err(why) => return Ok(Err(why.into())),
    };
    // Only this server signs, and what it signed and is not there any more was used.
    let ask = store::feedback::asked(state.db.reader(), id, token).await?;
    Ok(ask.ok_or(FeedbackRefusal::AnsweredAlready))
}

/// What the page sends.
#[derive(Debug, Default, Deserialize)]
struct Sent {
    #[serde(default)]
    kept: String,
    #[serde(default)]
    difference: String,
    #[serde(default)]
    words: String,
}

async fn keep(http: &HttpRequest, state: &State, body: &str) -> Result<HttpResponse, Problem> {
    let ask = match find(state, token(http)).await? {
        Ok(ask) => ask,
        Err(why) => return closed(http, state, why).await,
    };
    let organisation = ask.organisation_id;

    // What do they say? A browser sends line ends as two characters.
    let sent = web::Query::<Sent>::from_query(body).map(web::Query::into_inner);
    let parsed = match &sent {
        Ok(sent) => Answers::parse(&sent.kept, &sent.difference, &sent.words.replace("\r\n", "\n")),
        Err(_) => Err(FeedbackRefusal::AnswerNotKnown),
    };
    let said = match parsed {
        Ok(said) => said,
        Err(amiss) => {
            let Sent { kept, difference, words } = sent.unwrap_or_default();
            let typed = Typed { kept_word: kept, difference, words };
            let again = (StatusCode::UNPROCESSABLE_ENTITY, Page::Again(amiss, typed));
            return answer(http, state, again, Some(organisation)).await;
        }
    };

    // Remember it, and not who said it: the id is chance and tells no time.
    let id = Uuid::from_bytes(store::mint::chance().map_err(Problem::internal)?);
    let txn = state.db.begin().await?;
    if !store::feedback::answer(&txn, ask, (id, said)).await? {
        return closed(http, state, FeedbackRefusal::AnsweredAlready).await;
    }
    txn.commit().await?;

    answer(http, state, (StatusCode::OK, Page::Thanks), Some(organisation)).await
}

async fn closed(http: &HttpRequest, state: &State, why: FeedbackRefusal) -> Result<HttpResponse, Problem> {
    let status = match why {
        FeedbackRefusal::LinkExpired | FeedbackRefusal::AnsweredAlready => StatusCode::GONE,
        _ => StatusCode::NOT_FOUND,
    };
    answer(http, state, (status, Page::Closed(why)), None).await
}

/// A page, with the hubs of the organisation that asked. To whoever has no link it is not told which those are.
async fn answer(
    http: &HttpRequest,
    state: &State,
    (status, what): (StatusCode, Page),
    organisation: Option<OrganisationId>,
) -> Result<HttpResponse, Problem> {
    let hubs = match organisation {
        Some(organisation) => store::people::hubs_of(state.db.reader(), organisation).await?,
        None => vec![],
    };
    let places: Vec<_> =
        hubs.into_iter().take(MOST_HUBS).map(|hub| Place { name: hub.name, address: hub.address }).collect();
    let language = language(http);
    Ok(headed(status, language).body(page(&what, language, &places)))
}

fn headed(status: StatusCode, language: Language) -> HttpResponseBuilder {
    let mut response = HttpResponse::build(status);
    response
        .insert_header((CONTENT_TYPE, "text/html; charset=utf-8"))
        .insert_header((CONTENT_LANGUAGE, if language == Language::Cy { "cy" } else { "en" }))
        .insert_header((CONTENT_SECURITY_POLICY, POLICY.as_str()))
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((REFERRER_POLICY, "no-referrer"))
        .insert_header((VARY, "Accept-Language"))
        .insert_header(("x-robots-tag", "noindex"))
        .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"));
    response
}

/// The language in the address, or else the one that the browser prefers.
fn language(http: &HttpRequest) -> Language {
    match http.query_string() {
        "lang=cy" => Language::Cy,
        "lang=en" => Language::En,
        _ => session::language(http),
    }
}

/// No page of ours sends that: a page without a form, as short as its reason.
fn unreadable(http: &HttpRequest, status: StatusCode, unread: Payload) -> HttpResponse {
    let language = language(http);
    let why = match status {
        StatusCode::PAYLOAD_TOO_LARGE => FeedbackRefusal::Words(TextProblem::TooLong(WORDS_CHARS)),
        _ => FeedbackRefusal::AnswerNotKnown,
    };
    let body = page(&Page::Closed(why), language, &[]);
    headed(status, language).force_close().body(HoldsUnread::new(body.into(), unread))
}
