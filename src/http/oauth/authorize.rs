//! Where a practitioner says whether an app may act for her. She says who she is here, or at the council, and nowhere else; the app
//! sees a code.

use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    web::{Data, Payload, Query},
};
use busfare_entity::words::AppScope;
use serde::Deserialize;

use super::{
    MOST_FORM_BYTES, council,
    question::{Amiss, Request, amiss, asked, back, code, find, headed, language, question, something, unknown},
};
use crate::{
    api::{
        error::Problem,
        signing_in::{self, Credentials},
        state::State,
        verb::Stop,
    },
    http::{form_body, problem::Refused, session, unread::HoldsUnread},
    rules::{
        app::{
            authorization::{self, Asked, Sent},
            consent::{Page, page},
        },
        refusal::Refusal,
    },
};

/// What the page sends besides what the app sent.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Typed {
    email: String,
    password: String,
    decision: String,
    lang: String,
}

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
    let scopes = asked.scopes.clone();
    let answer = match typed.decision.as_str() {
        "allow" => {
            let granted = granted(body, &scopes);
            allow(http, state, &request, (asked, granted), &typed)
                .await
                .map(|code| back(http, &request, &[("code", &code)]))
        }
        "council" => council::leave(http, state, &request, granted(body, &scopes)).await,
        _ => Ok(back(http, &request, &[("error", "access_denied")])),
    };
    match answer {
        Ok(answer) => Ok(answer),
        Err(Stop::Refused((status, why))) => {
            Ok(question(&request, &scopes, Some((status, why.as_str())), &typed.email))
        }
        Err(Stop::Problem(problem)) => Err(problem),
    }
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
async fn allow(
    http: &HttpRequest,
    state: &State,
    request: &Request,
    (asked, granted): (Asked, Vec<AppScope>),
    typed: &Typed,
) -> Result<String, Stop<Amiss>> {
    something(request, &granted)?;
    let address = session::address(http);
    let tried = Credentials { email: &typed.email, password: typed.password.clone(), address: &address };
    let her = signing_in::who(state, tried).await.map_err(|stop| match stop {
        Stop::Refused(refusal) => amiss(refusal.words(request.language)),
        Stop::Problem(problem) if problem.retry_after_seconds.is_some() => {
            Stop::Refused((StatusCode::TOO_MANY_REQUESTS, problem.message.told_in(request.language)))
        }
        Stop::Problem(problem) => Stop::Problem(problem),
    })?;
    let txn = state.db.begin().await?;
    let code = code(&txn, request, (asked, granted), &her).await?;
    txn.commit().await?;
    Ok(code)
}
