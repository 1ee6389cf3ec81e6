//! Says who is asking: a practitioner by her access token, an app by its own, or nobody. What she may do
//! is read afresh with every request, so that taking it away works at once.

use actix_web::{
    HttpMessage, HttpRequest,
    http::header::{AUTHORIZATION, AcceptLanguage, Header, HeaderValue},
};
use async_graphql::Request;
use busfare_entity::words::{AppId, Language};

use super::{
    clock,
    graphql::{Authorization, Prepared},
    metrics::Asker,
};
use crate::{
    api::{
        context::{Asking, Caller},
        error::{Code, Problem},
        loaders::loaders,
        state::State,
    },
    rules::sight::Viewer,
    store::{self, mint::sha256},
};

/// Longer than any token of ours.
const MOST_TOKEN_BYTES: usize = 2_048;

/// Adds to a request what its resolvers need: who, when, in which language, and loaders of their own.
pub async fn prepare(state: &State, http: &HttpRequest, request: Request) -> Result<Prepared, Problem> {
    let asking = asking(state, http).await?;
    let (organisation, viewer, caller, asker) = match &asking.caller {
        Caller::Practitioner { row, .. } => {
            (Some(row.organisation_id), Some(store::people::as_viewer(row)), row.id.to_string(), Asker::Practitioner)
        }
        Caller::App(app) => {
            let id = app.id.to_string();
            (Some(app.organisation_id), None, id.clone(), Asker::App(id))
        }
        Caller::Nobody => (None, None, format!("address {}", asking.address), Asker::Nobody),
    };
    let loaders = loaders(state, organisation, viewer, asking.now);
    Ok(Prepared { request: request.data(asking).data(loaders), caller, asker })
}

/// One request's who, when and in which language.
pub async fn asking(state: &State, http: &HttpRequest) -> Result<Asking, Problem> {
    let now = clock::now();
    let caller = match token(http)? {
        None => Caller::Nobody,
        Some(token) if token.starts_with("app_") => app(state, &token, now).await?,
        Some(token) => {
            let bearer = state.key.verify(&token, now).map_err(|_| expired())?;
            let row = store::people::viewer(state.db.reader(), bearer).await?.ok_or_else(expired)?;
            Caller::Practitioner { row: Box::new(row), session: bearer.session }
        }
    };
    let address = http.peer_addr().map(|peer| peer.ip().to_string()).unwrap_or_default();
    Ok(Asking { caller, now, language: language(http), address })
}

/// The practitioner who is asking, signed in now.
pub async fn practitioner(state: &State, http: &HttpRequest) -> Result<Viewer, Problem> {
    match asking(state, http).await?.caller {
        Caller::Practitioner { row, .. } => Ok(store::people::as_viewer(&row)),
        Caller::App(_) => Err(Problem::forbidden("Only a practitioner can do this, not an app by itself.")),
        Caller::Nobody => Err(Problem::unauthenticated()),
    }
}

async fn app(state: &State, token: &str, now: chrono::DateTime<chrono::Utc>) -> Result<Caller, Problem> {
    // An id has a fixed length, and a secret may hold any character of base64url.
    let (id, secret) = token.split_at_checked(AppId::PREFIX.len() + 1 + 26).ok_or_else(expired)?;
    let secret = secret.strip_prefix('_').ok_or_else(expired)?;
    let id: AppId = id.parse().map_err(|_| expired())?;
    let app = store::app::by_token(state.db.reader(), id, &sha256(secret), now).await?;
    Ok(Caller::App(Box::new(app.ok_or_else(expired)?)))
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
    Problem::new(Code::Unauthenticated, "This access token is not valid now. Refresh it, or sign in again.")
}

/// Welsh where the request prefers it, English otherwise.
pub fn language(http: &HttpRequest) -> Language {
    let wanted = AcceptLanguage::parse(http).map(|accepted| accepted.ranked()).unwrap_or_default();
    let known = wanted.iter().filter_map(|preference| preference.item()).find_map(|tag| {
        match tag.primary_language().to_ascii_lowercase().as_str() {
            "cy" => Some(Language::Cy),
            "en" => Some(Language::En),
            _ => None,
        }
    });
    known.unwrap_or(Language::En)
}
