//! The question whether an app may act for somebody: which app asks it, how the page answers, and what the app gets in the end.

use std::sync::LazyLock;

use actix_web::{
    HttpRequest, HttpResponse, HttpResponseBuilder,
    http::{
        StatusCode,
        header::{
            CACHE_CONTROL, CONTENT_LANGUAGE, CONTENT_SECURITY_POLICY, CONTENT_TYPE, LOCATION, REFERRER_POLICY, VARY,
            X_CONTENT_TYPE_OPTIONS,
        },
    },
};
use busfare_entity::{
    app, authorization_code, practitioner,
    words::{AppId, AppScope, Language},
};
use data_encoding::BASE64;
use sha2::{Digest, Sha256};

use super::issuer;
use crate::{
    api::{error::Problem, state::State, verb::Stop},
    http::{clock, session},
    rules::{
        app::{
            authorization::{self, Asked, CODE_LIFE, Sent, Unasked},
            consent::{Page, STYLE, Ways, page},
        },
        refusal::{Refusal, say},
        session::SessionRefusal,
    },
    store::{self, db::DatabaseTransaction},
};

static STYLE_HASH: LazyLock<String> = LazyLock::new(|| BASE64.encode(&Sha256::digest(STYLE)));

/// An app that is known here, and what it asks for.
pub(super) struct Request {
    app: app::Model,
    /// As the app sent it.
    pub(super) sent: Sent,
    /// In which language she is asked.
    pub(super) language: Language,
    ways: Ways,
}

/// Why somebody is asked again: the status, and the words.
pub(super) type Amiss = (StatusCode, String);

/// Why she is asked again, where it is in what she said.
pub(super) fn amiss(words: String) -> Stop<Amiss> {
    Stop::Refused((StatusCode::UNPROCESSABLE_ENTITY, words))
}

/// The app that sent her, if it is known and she may be sent back; nothing is said to an address that is not its own.
pub(super) async fn find(state: &State, sent: Sent, language: Language) -> Result<Option<Request>, Problem> {
    let Ok(id) = sent.client_id.parse::<AppId>() else { return Ok(None) };
    let app = store::app::usable(state.db.reader(), id, clock::now()).await?;
    let known = |app: &app::Model| authorization::is_registered(&sent.redirect_uri, &store::app::redirect_uris(app));
    let ways = Ways { password: state.passwords, council: state.council.is_some() };
    Ok(app.filter(known).map(|app| Request { app, sent, language, ways }))
}

/// What it asks for, if that can be asked.
pub(super) fn asked(request: &Request) -> Result<Asked, Unasked> {
    Asked::try_new(&request.sent, &store::app::scopes(&request.app.scopes))
}

/// Stops whoever ticked nothing and did not say no.
pub(super) fn something(request: &Request, granted: &[AppScope]) -> Result<(), Stop<Amiss>> {
    if !granted.is_empty() {
        return Ok(());
    }
    Err(amiss(say(
        request.language,
        "Tick what it may do, or say no.",
        "Ticiwch yr hyn y caiff ei wneud, neu dywedwch na.",
    )))
}

/// A code with which the app begins to do for her what she granted.
pub(super) async fn code(
    txn: &DatabaseTransaction,
    request: &Request,
    (asked, granted): (Asked, Vec<AppScope>),
    her: &practitioner::Model,
) -> Result<String, Stop<Amiss>> {
    // An app of another organisation acts for nobody here, and whoever tries is told no more than that.
    if her.organisation_id != request.app.organisation_id {
        return Err(amiss(SessionRefusal::SignInFailed.words(request.language)));
    }
    let code = store::mint::secret().map_err(Problem::internal)?;
    let row = authorization_code::Model {
        code_sha256: code.sha256,
        app_id: request.app.id,
        practitioner_id: her.id,
        scopes: serde_json::to_value(granted).map_err(Problem::internal)?,
        redirect_uri: request.sent.redirect_uri.clone(),
        challenge: asked.challenge,
        expires_at: clock::now() + CODE_LIFE,
        session_id: None,
    };
    store::app::add_code(txn, row).await?;
    Ok(code.text)
}

/// Sends her back to the app with these words, the app's own and who says so (RFC 9207).
pub(super) fn back(http: &HttpRequest, request: &Request, words: &[(&str, &str)]) -> HttpResponse {
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

/// The page that asks her.
pub(super) fn question(
    request: &Request,
    scopes: &[AppScope],
    amiss: Option<(StatusCode, &str)>,
    email: &str,
) -> HttpResponse {
    let Request { app, sent, language, ways } = request;
    let status = amiss.map_or(StatusCode::OK, |(status, _)| status);
    let question =
        Page::Question { app: &app.name, scopes, sent, ways: *ways, amiss: amiss.map(|(_, why)| why), email };
    let other = authorization::address(sent, if *language == Language::Cy { "en" } else { "cy" });
    headed(status, &authorization::form_target(&sent.redirect_uri))
        .insert_header((CONTENT_LANGUAGE, if *language == Language::Cy { "cy" } else { "en" }))
        .body(page(&question, *language, &other))
}

/// The page for whoever was sent by nobody known.
pub(super) fn unknown(language: Language) -> HttpResponse {
    headed(StatusCode::BAD_REQUEST, "").body(page(&Page::Amiss, language, "?lang=cy"))
}

/// A browser follows the redirect after a form only to where the policy lets the form go.
pub(super) fn headed(status: StatusCode, target: &str) -> HttpResponseBuilder {
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

/// The language that she chose, or her browser prefers.
pub(super) fn language(http: &HttpRequest, chosen: &str) -> Language {
    match chosen {
        "cy" => Language::Cy,
        "en" => Language::En,
        _ => session::language(http),
    }
}
