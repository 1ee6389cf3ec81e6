//! Problems outside GraphQL, in the same shape: `errors`, each with a code and the request's id.

use actix_web::{
    HttpMessage, HttpRequest, HttpResponse,
    http::{
        StatusCode,
        header::{CACHE_CONTROL, CONTENT_LANGUAGE, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE},
    },
    web::Payload,
};
use serde_json::json;

use super::{
    graphql::{RequestId, log_cause},
    session,
    unread::HoldsUnread,
};
use crate::{
    api::{
        error::{Code, Problem},
        messages::Message,
    },
    rules::wording,
    store::{blob::BlobError, db::DbErr},
};

/// A problem with the status it is answered with, and the more exact word some problems have.
#[derive(Debug)]
pub(super) struct Refused {
    status: StatusCode,
    problem: Problem,
    reason: Option<&'static str>,
}

/// The status a problem is answered with. GraphQL answers wrong input of its own with another one.
pub(super) fn status_of(problem: &Problem) -> StatusCode {
    match problem.code {
        Code::Unauthenticated => StatusCode::UNAUTHORIZED,
        Code::Forbidden => StatusCode::FORBIDDEN,
        Code::NotFound | Code::DocumentNotFound | Code::PersistedQueryNotFound => StatusCode::NOT_FOUND,
        Code::Conflict => StatusCode::CONFLICT,
        Code::Throttled => StatusCode::TOO_MANY_REQUESTS,
        Code::BadUserInput | Code::QueryTooComplex => StatusCode::BAD_REQUEST,
        Code::Internal if problem.retry_after_seconds.is_some() => StatusCode::SERVICE_UNAVAILABLE,
        Code::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

impl From<Problem> for Refused {
    fn from(problem: Problem) -> Self {
        Self { status: status_of(&problem), problem, reason: None }
    }
}

impl From<DbErr> for Refused {
    fn from(error: DbErr) -> Self {
        Problem::from(error).into()
    }
}

impl Refused {
    /// The sender must change something: a status, the exact word, and plain words.
    pub(super) fn input(status: StatusCode, reason: &'static str, message: Message) -> Self {
        Self { status, problem: Problem::bad_user_input(message), reason: Some(reason) }
    }

    /// Another thing is there already.
    pub(super) fn conflict(reason: &'static str, message: Message) -> Self {
        Self { status: StatusCode::CONFLICT, problem: Problem::new(Code::Conflict, message), reason: Some(reason) }
    }

    /// Nothing wrong with the request; the same again may work later.
    pub(super) fn later(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Problem::not_stored(source).into()
    }

    /// The storage failed: the closed word says how, and the same again may work later.
    pub(super) fn storage(error: BlobError) -> Self {
        let reason = if matches!(error, BlobError::Full(_)) { "STORAGE_FULL" } else { "STORAGE_FAILED" };
        Self { reason: Some(reason), ..Self::later(error) }
    }

    /// The answer. What is left of a request that was not read to its end is held until it is sent.
    pub(super) fn answer(self, http: &HttpRequest, unread: Option<Payload>) -> HttpResponse {
        let language = session::language(http);
        let request_id = http.extensions().get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default();
        if self.problem.source.is_some() {
            log_cause(&request_id, self.problem.code, Some(&self.problem), None, "outside GraphQL");
        }
        let mut extensions = json!({ "code": self.problem.code.as_str(), "requestId": request_id });
        if let Some(reason) = self.reason {
            extensions["reason"] = reason.into();
        }
        let body =
            json!({ "errors": [{ "message": self.problem.message.told_in(language), "extensions": extensions }] })
                .to_string();

        let mut response = HttpResponse::build(self.status);
        response.insert_header((CONTENT_TYPE, "application/json; charset=utf-8"));
        response.insert_header((CONTENT_LANGUAGE, wording::tag(language)));
        response.insert_header((CACHE_CONTROL, "no-store"));
        if self.status == StatusCode::UNAUTHORIZED {
            response.insert_header((WWW_AUTHENTICATE, "Bearer"));
        }
        if let Some(seconds) = self.problem.retry_after_seconds {
            response.insert_header((RETRY_AFTER, seconds));
        }
        match unread {
            Some(unread) => response.force_close().body(HoldsUnread::new(body.into(), unread)),
            None => response.body(body),
        }
    }
}
