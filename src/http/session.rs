//! Says who is asking: a practitioner by her access token, an app by its own, or nobody. What she may do
//! is read afresh with every request, so that taking it away works at once.

use std::sync::Arc;

use actix_web::{
    HttpMessage, HttpRequest,
    http::header::{AUTHORIZATION, AcceptLanguage, Header, HeaderValue, Quality},
    web::Data,
};
use async_graphql::Request;
use busfare_entity::{
    app,
    words::{AppId, Language},
};
use chrono::{DateTime, Utc};
use serde_json::Value;

use super::{
    access::Access,
    clock,
    graphql::{Authorization, Prepared},
    metrics::Asker,
};
use crate::{
    api::{
        context::{Asking, Caller, Through},
        error::{Code, Problem},
        loaders::loaders,
        messages::message,
        state::State,
    },
    rules::{scope::Needs, sight::Viewer},
    store::{self, mint::sha256, people::SignedIn},
};

/// Longer than any token of ours.
const MOST_TOKEN_BYTES: usize = 2_048;

/// Adds to a request what its resolvers need: what its worker shares, who, when, in which language, and loaders of their own.
/// An app is asked here whether it may use all that the request names.
pub async fn prepare(access: &Access, http: &HttpRequest, mut request: Request) -> Result<Prepared, Problem> {
    let state = http.app_data::<Data<State>>().ok_or_else(|| Problem::internal("a worker has no state"))?;
    let state = Arc::clone(state);
    let asking = asking(&state, http).await?;
    if let Some(through) = &asking.through {
        let operation = request.operation_name.clone();
        let document = request.parsed_query().map_err(|error| Problem::internal(error.message))?;
        access.check(document, operation.as_deref(), &through.scopes)?;
    }
    let (caller, asker) = match &asking.caller {
        Caller::Practitioner { row, .. } => (row.id.to_string(), Asker::Practitioner),
        Caller::App(_) => (String::new(), Asker::Nobody),
        Caller::Nobody => (format!("address {}", asking.address), Asker::Nobody),
    };
    // What an app does is counted to the app, for whomever it acts.
    let (caller, asker) = match &asking.through {
        Some(through) => (through.app.to_string(), Asker::App(through.app.to_string())),
        None => (caller, asker),
    };
    let loaders = loaders(Arc::clone(&state), &asking.caller, asking.now);
    let request = request.data(state).data(asking).data(loaders);
    Ok(Prepared { request, caller, asker })
}

/// The network address that somebody asks from, for slowing down guessing only.
pub(super) fn address(http: &HttpRequest) -> String {
    http.peer_addr().map(|peer| peer.ip().to_string()).unwrap_or_default()
}

/// One request's who, when and in which language.
pub async fn asking(state: &State, http: &HttpRequest) -> Result<Asking, Problem> {
    let now = clock::now();
    let (caller, through) = match token(http)? {
        None => (Caller::Nobody, None),
        Some(token) if token.starts_with("app_") => {
            let app = app(state, &token, now).await?;
            let through = through(state, &app, &app.scopes, now).await?;
            (Caller::App(Box::new(app)), Some(through))
        }
        Some(token) => {
            let bearer = state.bearers.verify(&state.key, &token, now).map_err(|_| expired())?;
            let found = state.callers.signed_in(bearer).await?;
            let SignedIn { her, app_id, scopes, .. } = found.ok_or_else(expired)?;
            let through = match (app_id, &scopes) {
                (None, _) => None,
                (Some(id), granted) => {
                    let app = store::app::usable(state.db.reader(), id, now).await?.ok_or_else(expired)?;
                    Some(through(state, &app, granted.as_ref().unwrap_or(&Value::Null), now).await?)
                }
            };
            (Caller::Practitioner { row: Box::new(her), session: bearer.session }, through)
        }
    };
    let address = address(http);
    Ok(Asking { caller, through, now, language: language(http), address })
}

/// The practitioner who is asking, signed in now; an app that acts for her only where it may do this.
pub async fn practitioner(state: &State, http: &HttpRequest, needs: Needs) -> Result<Viewer, Problem> {
    let asking = asking(state, http).await?;
    if let (Caller::Practitioner { .. }, Some(through)) = (&asking.caller, &asking.through)
        && !needs.are_met_by(&through.scopes)
    {
        return Err(Problem::forbidden(message!("app-scope-missing")));
    }
    match asking.caller {
        Caller::Practitioner { row, .. } => Ok(store::people::as_viewer(&row)),
        Caller::App(_) => Err(Problem::forbidden(message!("app-not-alone"))),
        Caller::Nobody => Err(Problem::unauthenticated()),
    }
}

async fn app(state: &State, token: &str, now: DateTime<Utc>) -> Result<app::Model, Problem> {
    // An id has a fixed length, and a secret may hold any character of base64url.
    let (id, secret) = token.split_at_checked(AppId::PREFIX.len() + 1 + 26).ok_or_else(expired)?;
    let secret = secret.strip_prefix('_').ok_or_else(expired)?;
    let id: AppId = id.parse().map_err(|_| expired())?;
    store::app::by_token(state.db.reader(), id, &sha256(secret), now).await?.ok_or_else(expired)
}

/// An app that asks now, with what it may do.
async fn through(state: &State, app: &app::Model, scopes: &Value, now: DateTime<Utc>) -> Result<Through, Problem> {
    if store::app::is_newly_used(app, now) {
        let txn = state.db.begin().await?;
        store::app::used(&txn, app.id, now).await?;
        txn.commit().await?;
    }
    Ok(Through { app: app.id, scopes: store::app::scopes(scopes) })
}

/// The one bearer token, if there is one. Two are a question nobody should guess the answer to.
fn token(http: &HttpRequest) -> Result<Option<String>, Problem> {
    let extensions = http.extensions();
    let headers = http.headers().get_all(AUTHORIZATION).map(HeaderValue::to_str);
    let mut said = headers.chain(extensions.get::<Authorization>().map(|said| Ok(said.0.as_str())));
    let Some(only) = said.next() else { return Ok(None) };
    let only = only.ok().filter(|only| only.len() <= MOST_TOKEN_BYTES && said.next().is_none()).ok_or_else(expired)?;
    let (scheme, token) = only.split_once(' ').ok_or_else(expired)?;
    if scheme.eq_ignore_ascii_case("bearer") { Ok(Some(token.trim().to_owned())) } else { Err(expired()) }
}

/// It never says what is wrong with a token.
fn expired() -> Problem {
    Problem::new(Code::Unauthenticated, message!("token-not-valid"))
}

/// Welsh where the request prefers it, English otherwise.
pub fn language(http: &HttpRequest) -> Language {
    let mut accepted = AcceptLanguage::parse(http).unwrap_or_else(|_| AcceptLanguage(Vec::new()));
    accepted.retain(|wish| wish.quality > Quality::ZERO);
    let wanted = accepted.ranked();
    let known = wanted.iter().filter_map(|preference| preference.item()).find_map(|tag| {
        match tag.primary_language().to_ascii_lowercase().as_str() {
            "cy" => Some(Language::Cy),
            "en" => Some(Language::En),
            _ => None,
        }
    });
    known.unwrap_or(Language::En)
}
