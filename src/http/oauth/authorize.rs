//! Where a practitioner says whether an app may act for her. She says who she is here and nowhere else; the app sees a code.

use std::sync::LazyLock;

use actix_web::{
    HttpRequest, HttpResponse,
    http::{
        StatusCode,
        header::{
            CACHE_CONTROL, CONTENT_LANGUAGE, CONTENT_SECURITY_POLICY, CONTENT_TYPE, LOCATION, REFERRER_POLICY, VARY,
            X_CONTENT_TYPE_OPTIONS,
        },
    },
    web::{Data, Payload, Query},
};
use busfare_entity::{
    app, authorization_code,
    words::{AppId, AppScope, Language},
};
use data_encoding::BASE64;
use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::{MOST_FORM_BYTES, issuer};
use crate::{
    api::{
        error::Problem,
        signing_in::{self, Credentials},
        state::State,
        verb::Stop,
    },
    http::{clock, form_body, problem::Refused, session, unread::HoldsUnread},
    rules::{
        app::{
            authorization::{self, Asked, CODE_LIFE, Sent, Unasked},
            consent::{Page, STYLE, page},
        },
        refusal::{Refusal, say},
    },
    store,
};

static STYLE_HASH: LazyLock<String> = LazyLock::new(|| BASE64.encode(&Sha256::digest(STYLE)));

/// What the page sends besides what the app sent.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Typed {
    email: String,
    password: String,
    decision: String,
    lang: String,
}

/// An app that is known here, and what it asks for.
struct Request {
    app: app::Model,
    sent: Sent,
    language: Language,
}

/// Why somebody is asked again: the status, and the words.
type Amiss = (StatusCode, String);

pub(super) async fn show(http: HttpRequest, state: Data<State>) -> HttpResponse {
    let sent = Query::<Sent>::from_query(http.query_string()).map(Query::into_inner).unwrap_or_default();
    let typed = Query::<Typed>::from_query(http.query_string()).map(Query::into_inner).unwrap_or_default();
    let language = language(&http, &typed.lang);
    match find(&state, sent, language).await {
        Ok(Some(request)) => match asked(&request) {
            Ok(asked) => question(&request, &asked.scopes, None, ""),
            Err(unasked) => back(&http, &request, &[("error", unasked.as_str())]),
        },
        Ok(None) => unknown(language),
        Err(problem) => Refused::from(problem).answer(&http, None),
    }
}

pub(super) async fn take(http: HttpRequest, state: Data<State>, mut unread: Payload) -> HttpResponse {
    let body = match form_body::read(&http, &mut unread, MOST_FORM_BYTES).await {
        Ok(body) => body,
        Err(status) => {
            let page = page(&Page::Amiss, language(&http, ""), "");
            return headed(status, "").force_close().body(HoldsUnread::new(page.into(), unread));
        }
    };
    let taken = decide(&http, &state, &body).await;
    taken.unwrap_or_else(|problem| Refused::from(problem).answer(&http, None))
}

async fn decide(http: &HttpRequest, state: &State, body: &str) -> Result<HttpResponse, Problem> {
    // Which app asks for what?
    let parsed = (Query::<Sent>::from_query(body), Query::<Typed>::from_query(body));
    let (Ok(sent), Ok(typed)) = parsed else { return Ok(unknown(language(http, ""))) };
    let (sent, typed) = (sent.into_inner(), typed.into_inner());
    let language = language(http, &typed.lang);
    let Some(request) = find(state, sent, language).await? else { return Ok(unknown(language)) };
    let asked = match asked(&request) {
        Ok(asked) => asked,
        Err(unasked) => return Ok(back(http, &request, &[("error", unasked.as_str())])),
    };

    // What does she say, and who is she?
    if typed.decision != "allow" {
        return Ok(back(http, &request, &[("error", "access_denied")]));
    }
    let granted = granted(body, &asked.scopes);
    match grant(http, state, &request, (granted, asked.challenge), &typed).await {
        Ok(code) => Ok(back(http, &request, &[("code", &code)])),
        Err(Stop::Refused((status, why))) => {
            Ok(question(&request, &asked.scopes, Some((status, why.as_str())), &typed.email))
        }
        Err(Stop::Problem(problem)) => Err(problem),
    }
}

/// The app that sent her, if it is known and she may be sent back; nothing is said to an address that is not its own.
async fn find(state: &State, sent: Sent, language: Language) -> Result<Option<Request>, Problem> {
    let Ok(id) = sent.client_id.parse::<AppId>() else { return Ok(None) };
    let app = store::app::usable(state.db.reader(), id, clock::now()).await?;
    let known = |app: &app::Model| authorization::is_registered(&sent.redirect_uri, &store::app::redirect_uris(app));
    Ok(app.filter(known).map(|app| Request { app, sent, language }))
}

fn asked(request: &Request) -> Result<Asked, Unasked> {
    Asked::try_new(&request.sent, &store::app::scopes(&request.app.scopes))
}

/// What is ticked of what was asked for.
fn granted(body: &str, asked: &[AppScope]) -> Vec<AppScope> {
    let ticked: Vec<(String, String)> = Query::from_query(body).map(Query::into_inner).unwrap_or_default();
    let is_ticked = |scope: &AppScope| {
        let name = format!("grant_{}", authorization::listed(&[*scope]));
        ticked.iter().any(|(box_name, _)| *box_name == name)
    };
    asked.iter().copied().filter(is_ticked).collect()
}

/// A code for the app, if it is she who says so.
async fn grant(
    http: &HttpRequest,
    state: &State,
    request: &Request,
    (scopes, challenge): (Vec<AppScope>, String),
    typed: &Typed,
) -> Result<String, Stop<Amiss>> {
    let amiss = |words: String| Stop::Refused((StatusCode::UNPROCESSABLE_ENTITY, words));
    if scopes.is_empty() {
        let words = say(
            request.language,
            "Tick what it may do, or say no.",
            "Ticiwch yr hyn y caiff ei wneud, neu dywedwch na.",
        );
        return Err(amiss(words));
    }
    let address = http.peer_addr().map(|peer| peer.ip().to_string()).unwrap_or_default();
    let tried = Credentials { email: &typed.email, password: typed.password.clone(), address: &address };
    let her = signing_in::who(state, tried).await.map_err(|stop| match stop {
        Stop::Refused(refusal) => amiss(refusal.words(request.language)),
        Stop::Problem(problem) if problem.retry_after_seconds.is_some() => {
            Stop::Refused((StatusCode::TOO_MANY_REQUESTS, problem.message.told_in(request.language)))
        }
        Stop::Problem(problem) => Stop::Problem(problem),
    })?;
    // An app of another organisation acts for nobody here, and whoever tries is told no more than that.
    if her.organisation_id != request.app.organisation_id {
        return Err(amiss(crate::rules::session::SessionRefusal::SignInFailed.words(request.language)));
    }

    let code = store::mint::secret().map_err(Problem::internal)?;
    let row = authorization_code::Model {
        code_sha256: code.sha256,
        app_id: request.app.id,
        practitioner_id: her.id,
        scopes: serde_json::to_value(scopes).map_err(Problem::internal)?,
        redirect_uri: request.sent.redirect_uri.clone(),
        challenge,
        expires_at: clock::now() + CODE_LIFE,
        session_id: None,
    };
    let txn = state.db.begin().await?;
    store::app::add_code(&txn, row).await?;
    txn.commit().await?;
    Ok(code.text)
}

/// Sends her back to the app with these words, the app's own and who says so (RFC 9207).
fn back(http: &HttpRequest, request: &Request, words: &[(&str, &str)]) -> HttpResponse {
    let issuer = issuer(http);
    let all = [words, &[("state", request.sent.state.as_str()), ("iss", issuer.as_str())]].concat();
    match authorization::sent_back(&request.sent.redirect_uri, &all) {
        Some(address) => HttpResponse::SeeOther()
            .insert_header((LOCATION, address))
            .insert_header((CACHE_CONTROL, "no-store"))
            .insert_header((REFERRER_POLICY, "no-referrer"))
            .finish(),
        None => unknown(request.language),
    }
}

fn question(request: &Request, scopes: &[AppScope], amiss: Option<(StatusCode, &str)>, email: &str) -> HttpResponse {
    let Request { app, sent, language } = request;
    let status = amiss.map_or(StatusCode::OK, |(status, _)| status);
    let question = Page::Question { app: &app.name, scopes, sent, amiss: amiss.map(|(_, why)| why), email };
    let other = authorization::address(sent, if *language == Language::Cy { "en" } else { "cy" });
    headed(status, &authorization::form_target(&sent.redirect_uri))
        .insert_header((CONTENT_LANGUAGE, if *language == Language::Cy { "cy" } else { "en" }))
        .body(page(&question, *language, &other))
}

fn unknown(language: Language) -> HttpResponse {
    headed(StatusCode::BAD_REQUEST, "").body(page(&Page::Amiss, language, "?lang=cy"))
}

/// A browser follows the redirect after a form only to where the policy lets the form go.
fn headed(status: StatusCode, target: &str) -> actix_web::HttpResponseBuilder {
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{}'; form-action 'self' {target}; base-uri 'none'; frame-ancestors 'none'",
        *STYLE_HASH
    );
    let mut response = HttpResponse::build(status);
    response
        .insert_header((CONTENT_TYPE, "text/html; charset=utf-8"))
        .insert_header((CONTENT_SECURITY_POLICY, policy))
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((REFERRER_POLICY, "no-referrer"))
        .insert_header((VARY, "Accept-Language"))
        .insert_header(("x-frame-options", "DENY"))
        .insert_header(("x-robots-tag", "noindex"))
        .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"));
    response
}

fn language(http: &HttpRequest, chosen: &str) -> Language {
    match chosen {
        "cy" => Language::Cy,
        "en" => Language::En,
        _ => session::language(http),
    }
}
