//! Where a practitioner says with the council's own account that an app may act for her: her browser goes to the council's sign-in
//! with what she ticked in a cookie of its own, and comes back with a code that says who she is.

use actix_web::{
    HttpRequest, HttpResponse,
    http::{
        StatusCode,
        header::{COOKIE, HeaderValue, SET_COOKIE},
    },
    web::{Data, Query},
};
use busfare_entity::words::{AppScope, Language};
use chrono::{DateTime, Utc};
use data_encoding::BASE64URL_NOPAD;
use serde::{Deserialize, Serialize};

use super::{
    issuer,
    question::{Amiss, Request, amiss, asked, back, code, find, headed, language, question, something, unknown},
};
use crate::{
    api::{
        at_the_council,
        council_sign_in::{CouncilSignIn, Unknown},
        error::Problem,
        state::State,
        verb::Stop,
    },
    http::{clock, problem::Refused, session},
    rules::{
        app::{
            authorization::{Asked, Sent, listed, scopes},
            consent::{Page, page},
        },
        council_sign_in::{
            Identity,
            visit::{VISIT_LIFE, Visit},
        },
        refusal::{Refusal, say},
        session::SessionRefusal,
    },
    store,
};

/// Where browsers come back to, which the provider knows.
pub(super) const BACK: &str = "/oauth/council";
const COOKIE_NAME: &str = "busfare_council";
/// What a browser keeps of one cookie, with its name and what is said of it.
const MOST_COOKIE_BYTES: usize = 3_900;

/// What a browser leaves with. Whoever changes it grants nothing that the page would not have let her grant: all of it is looked at
/// again when she is back.
#[derive(Serialize, Deserialize)]
struct Left {
    sent: Sent,
    granted: String,
    language: Language,
    visit: Visit,
}

/// What it comes back with (RFC 6749, section 4.1.2).
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct CameBack {
    code: String,
    state: String,
}

/// Sends her to the council's sign-in with what she ticked.
pub(super) async fn leave(
    http: &HttpRequest,
    state: &State,
    request: &Request,
    granted: Vec<AppScope>,
) -> Result<HttpResponse, Stop<Amiss>> {
    // Did she say so on our own page? Another's could send her browser here, and the council may know it already.
    let council = state.council.as_ref();
    let council = council.ok_or_else(|| amiss(SessionRefusal::CouncilOff.words(request.language)))?;
    something(request, &granted)?;
    if http.headers().get("sec-fetch-site").is_none_or(|site| site != "same-origin") {
        return Err(amiss(say(
            request.language,
            "We cannot tell that it was you who said yes. Say it again, in a newer browser if need be.",
            "Ni allwn fod yn siŵr mai chi a ddywedodd. Dywedwch eto, mewn porwr mwy newydd os oes angen.",
        )));
    }

    // Where does she go, and what does her browser take along?
    let pages = council.pages(clock::now()).await.map_err(|why| not_known(why, request.language))?;
    let mint = || Ok::<_, Problem>(store::mint::secret().map_err(Problem::internal)?.text);
    let visit = Visit { state: mint()?, nonce: mint()?, verifier: mint()? };
    let there = visit.begins_at(&pages.sign_in, &council.provider.client_id, &address(http), request.language);
    let left = Left { sent: request.sent.clone(), granted: listed(&granted), language: request.language, visit };
    let kept = BASE64URL_NOPAD.encode(&serde_json::to_vec(&left).map_err(Problem::internal)?);
    if kept.len() > MOST_COOKIE_BYTES {
        return Ok(back(http, request, &[("error", "invalid_request")]));
    }
    Ok(headed(StatusCode::OK, "")
        .insert_header((SET_COOKIE, cookie(http, &kept, VISIT_LIFE.num_seconds())))
        .body(page(&Page::Onward(there.as_str()), request.language, "")))
}

/// Lets the app in, if the browser comes back with what it left with and the council says who she is.
pub(super) async fn come_back(http: HttpRequest, state: Data<State>) -> HttpResponse {
    let came = Query::<CameBack>::from_query(http.query_string()).map(Query::into_inner).unwrap_or_default();
    let answer = match left(&http).filter(|left| !came.state.is_empty() && left.visit.state == came.state) {
        Some(left) => admit(&http, &state, left, came.code).await,
        None => Ok(headed(StatusCode::BAD_REQUEST, "").body(page(&Page::Lost, language(&http, ""), ""))),
    };
    let mut answer = answer.unwrap_or_else(|problem| Refused::from(problem).answer(&http, None));
    if let Ok(gone) = HeaderValue::from_str(&cookie(&http, "", 0)) {
        answer.headers_mut().insert(SET_COOKIE, gone);
    }
    answer
}

async fn admit(http: &HttpRequest, state: &State, left: Left, came: String) -> Result<HttpResponse, Problem> {
    // Is all that she left with still so?
    let Left { sent, granted, language, visit } = left;
    let Some(request) = find(state, sent, language).await? else { return Ok(unknown(language)) };
    let asked = match asked(&request) {
        Ok(asked) => asked,
        Err(unasked) => return Ok(back(http, &request, &[("error", unasked.as_str())])),
    };
    let mut granted = scopes(&granted).unwrap_or_default();
    granted.retain(|scope| asked.scopes.contains(scope));

    // Who is she? Then the app may begin.
    let all = asked.scopes.clone();
    match let_in(http, state, &request, (asked, granted), (came, &visit)).await {
        Ok(code) => Ok(back(http, &request, &[("code", &code)])),
        Err(Stop::Refused((status, why))) => Ok(question(&request, &all, Some((status, why.as_str())), "")),
        Err(Stop::Problem(problem)) => Err(problem),
    }
}

async fn let_in(
    http: &HttpRequest,
    state: &State,
    request: &Request,
    (asked, granted): (Asked, Vec<AppScope>),
    (came, visit): (String, &Visit),
) -> Result<String, Stop<Amiss>> {
    let language = request.language;
    let council = state.council.as_ref();
    let council = council.ok_or_else(|| amiss(SessionRefusal::CouncilOff.words(language)))?;
    something(request, &granted)?;
    if came.is_empty() {
        return Err(amiss(SessionRefusal::CouncilTokenFailed.words(language)));
    }
    if !state.sign_ins.may_try(&visit.state, &session::address(http)) {
        let words = Problem::throttled(10).message.told_in(language);
        return Err(Stop::Refused((StatusCode::TOO_MANY_REQUESTS, words)));
    }
    // Nobody waits for the database while the provider is asked.
    let now = clock::now();
    let (token, identity) =
        signed_in(council, came, visit, address(http), now).await.map_err(|why| not_known(why, language))?;
    let txn = state.db.begin().await?;
    let her = at_the_council::who(&txn, council, (&token, &identity), now).await.map_err(|stop| match stop {
        Stop::Refused(refusal) => amiss(refusal.words(language)),
        Stop::Problem(problem) => Stop::Problem(problem),
    })?;
    let code = code(&txn, request, (asked, granted), &her).await?;
    txn.commit().await?;
    Ok(code)
}

/// The token of whoever signed in on this very visit, and whom it is about.
async fn signed_in(
    council: &CouncilSignIn,
    came: String,
    visit: &Visit,
    back: String,
    now: DateTime<Utc>,
) -> Result<(String, Identity), Unknown> {
    let token = council.exchange(came, visit, back, now).await?;
    let identity = council.identify(&token, now).await?;
    if identity.nonce.as_ref() == Some(&visit.nonce) { Ok((token, identity)) } else { Err(Unknown::NotValid) }
}

fn not_known(why: Unknown, language: Language) -> Stop<Amiss> {
    let status = match why {
        Unknown::NotValid => StatusCode::UNPROCESSABLE_ENTITY,
        Unknown::NoAnswer => StatusCode::SERVICE_UNAVAILABLE,
    };
    Stop::Refused((status, at_the_council::unknown(why).words(language)))
}

/// Where browsers come back to, as whoever asks reached this server.
fn address(http: &HttpRequest) -> String {
    format!("{}{BACK}", issuer(http))
}

/// Kept by the browser for this one address, shown to no script, and sent only where she goes herself.
fn cookie(http: &HttpRequest, kept: &str, seconds: i64) -> String {
    let secure = if issuer(http).starts_with("https:") { "; Secure" } else { "" };
    format!("{COOKIE_NAME}={kept}; Path={BACK}; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}")
}

fn left(http: &HttpRequest) -> Option<Left> {
    let mut pairs =
        http.headers().get_all(COOKIE).filter_map(|line| line.to_str().ok()).flat_map(|line| line.split(';'));
    let kept = pairs.find_map(|pair| pair.trim().strip_prefix(COOKIE_NAME)?.strip_prefix('='))?;
    serde_json::from_slice(&BASE64URL_NOPAD.decode(kept.as_bytes()).ok()?).ok()
}
