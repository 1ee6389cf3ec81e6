//! Where an app exchanges a code, or a refresh token, for tokens; and where it gives them back.

use actix_web::{
    HttpRequest, HttpResponse,
    http::{
        StatusCode,
        header::{AUTHORIZATION, CACHE_CONTROL, ContentType},
    },
    web::{Data, Payload, Query},
};
use busfare_entity::{app, session, words::AppId};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::json;

use super::MOST_FORM_BYTES;
use crate::{
    api::{error::Problem, state::State, tokens, types::session::SessionTokens, verb::Stop},
    http::{clock, form_body, problem::Refused, unread::HoldsUnread},
    rules::{app::authorization, proof, token::LIFE},
    store,
};

/// What an app sends.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Wanted {
    grant_type: String,
    code: String,
    redirect_uri: String,
    client_id: String,
    code_verifier: String,
    refresh_token: String,
    client_secret: Option<String>,
    token: String,
}

/// Why an app gets nothing, in the words of RFC 6749, section 5.2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum NotGiven {
    InvalidRequest,
    InvalidClient,
    InvalidGrant,
    UnsupportedGrantType,
}

impl NotGiven {
    /// The answer. What is left of a request that was not read to its end is held until it is sent.
    fn answer(self, unread: Option<Payload>) -> HttpResponse {
        let (status, error, words) = match self {
            Self::InvalidRequest => {
                (StatusCode::BAD_REQUEST, "invalid_request", "Send each parameter once, as a form of at most 8 KB.")
            }
            Self::InvalidClient => (
                StatusCode::UNAUTHORIZED,
                "invalid_client",
                "Send the client_id of an app that is registered, and no secret: whoever began proves it.",
            ),
            Self::InvalidGrant => (
                StatusCode::BAD_REQUEST,
                "invalid_grant",
                "That code or token is not valid now, or was not given to this app. Ask to be let in again.",
            ),
            Self::UnsupportedGrantType => (
                StatusCode::BAD_REQUEST,
                "unsupported_grant_type",
                "There are authorization_code and refresh_token here.",
            ),
        };
        let body = json!({ "error": error, "error_description": words });
        let mut response = HttpResponse::build(status);
        response.insert_header((CACHE_CONTROL, "no-store"));
        match unread {
            None => response.json(body),
            Some(unread) => response
                .insert_header(ContentType::json())
                .force_close()
                .body(HoldsUnread::new(body.to_string().into(), unread)),
        }
    }
}

pub(super) async fn exchange(http: HttpRequest, state: Data<State>, mut unread: Payload) -> HttpResponse {
    let wanted = match read(&http, &mut unread).await {
        Ok(wanted) => wanted,
        Err(not_given) => return not_given.answer(Some(unread)),
    };
    match give(&state, &wanted, clock::now()).await {
        Ok((tokens, session)) => given(tokens, &session),
        Err(Stop::Refused(not_given)) => not_given.answer(None),
        Err(Stop::Problem(problem)) => Refused::from(problem).answer(&http, None),
    }
}

/// Ends what a token belongs to. Of a token that is none nothing is told either (RFC 7009, section 2.2).
pub(super) async fn revoke(http: HttpRequest, state: Data<State>, mut unread: Payload) -> HttpResponse {
    let wanted = match read(&http, &mut unread).await {
        Ok(wanted) => wanted,
        Err(not_given) => return not_given.answer(Some(unread)),
    };
    match end(&state, &wanted, clock::now()).await {
        Ok(()) => HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).finish(),
        Err(problem) => Refused::from(problem).answer(&http, None),
    }
}

async fn read(http: &HttpRequest, unread: &mut Payload) -> Result<Wanted, NotGiven> {
    let body = form_body::read(http, unread, MOST_FORM_BYTES).await.map_err(|_| NotGiven::InvalidRequest)?;
    let wanted = Query::<Wanted>::from_query(&body).map_err(|_| NotGiven::InvalidRequest)?.into_inner();
    if wanted.client_secret.is_some() || http.headers().contains_key(AUTHORIZATION) {
        return Err(NotGiven::InvalidClient);
    }
    Ok(wanted)
}

async fn give(
    state: &State,
    wanted: &Wanted,
    now: DateTime<Utc>,
) -> Result<(SessionTokens, session::Model), Stop<NotGiven>> {
    let refused = |not_given| Err(Stop::Refused(not_given));
    let id = wanted.client_id.parse::<AppId>().map_err(|_| Stop::Refused(NotGiven::InvalidClient))?;
    let Some(app) = store::app::usable(state.db.reader(), id, now).await? else {
        return refused(NotGiven::InvalidClient);
    };
    match wanted.grant_type.as_str() {
        "authorization_code" => by_code(state, wanted, &app, now).await,
        "refresh_token" => {
            let exchanged = tokens::exchange(state, &wanted.refresh_token, Some(app.id), now).await;
            exchanged.map_err(|stop| match stop {
                Stop::Refused(_) => Stop::Refused(NotGiven::InvalidGrant),
                Stop::Problem(problem) => Stop::Problem(problem),
            })
        }
        _ => refused(NotGiven::UnsupportedGrantType),
    }
}

async fn by_code(
    state: &State,
    wanted: &Wanted,
    app: &app::Model,
    now: DateTime<Utc>,
) -> Result<(SessionTokens, session::Model), Stop<NotGiven>> {
    // Was it given to this app, and does whoever began present it?
    let code_sha256 = store::mint::sha256(&wanted.code);
    let txn = state.db.begin().await?;
    let held = store::app::hold_code(&txn, &code_sha256).await?.filter(|code| code.app_id == app.id);
    let Some(code) = held else { return Err(Stop::Refused(NotGiven::InvalidGrant)) };
    if let Some(session) = code.session_id {
        // Two have it, so nobody knows whose the session is.
        store::session::revoke(&txn, session, now).await?;
        txn.commit().await?;
        tracing::warn!(session = %session, app = %app.id, "a code came back after it was exchanged: session ended");
        return Err(Stop::Refused(NotGiven::InvalidGrant));
    }
    let proved = proof::proves(&wanted.code_verifier, &code.challenge);
    if now >= code.expires_at || wanted.redirect_uri != code.redirect_uri || !proved {
        return Err(Stop::Refused(NotGiven::InvalidGrant));
    }

    // Begin the session, once.
    let (her, through) = ((code.practitioner_id, app.name.clone()), (app.id, code.scopes));
    let (tokens, session) = tokens::begin(state, &txn, her, Some(through), now).await?;
    store::app::code_used(&txn, &code_sha256, session.id).await?;
    txn.commit().await?;
    Ok((tokens, session))
}

async fn end(state: &State, wanted: &Wanted, now: DateTime<Utc>) -> Result<(), Problem> {
    let Ok(id) = wanted.client_id.parse::<AppId>() else { return Ok(()) };
    let by_access = state.key.verify(&wanted.token, now).ok().map(|bearer| bearer.session);
    let txn = state.db.begin().await?;
    let session = store::session::of_token(&txn, &store::mint::sha256(&wanted.token), by_access).await?;
    if let Some(session) = session.filter(|session| session.app_id == Some(id)) {
        store::session::revoke(&txn, session.id, now).await?;
        txn.commit().await?;
    }
    Ok(())
}

fn given(tokens: SessionTokens, session: &session::Model) -> HttpResponse {
    let scopes = session.scopes.as_ref().map(store::app::scopes).unwrap_or_default();
    HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(json!({
        "access_token": tokens.access_token,
        "token_type": "Bearer",
        "expires_in": LIFE.num_seconds(),
        "refresh_token": tokens.refresh_token,
        "scope": authorization::listed(&scopes),
    }))
}
