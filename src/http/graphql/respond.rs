//! Writes the answer: the status the specification asks for, the headers, and one shape of body for every outcome.

use actix_web::{
    HttpRequest, HttpResponse, HttpResponseBuilder,
    http::{
        Method, StatusCode,
        header::{ALLOW, CACHE_CONTROL, CONTENT_LANGUAGE, CONTENT_TYPE, ETAG, RETRY_AFTER, VARY, WWW_AUTHENTICATE},
    },
    web::{Bytes, Payload},
};
use async_graphql::{ServerError, Value};
use busfare_entity::words::Language;
use serde::Serialize;

use super::{
    accept::MediaType,
    addressee::Addressee,
    budget::Cost,
    etag,
    faults::{Settled, log_cause},
    refusal::{Parts, Refusal},
};
use crate::{
    api::{error::Code, messages::message},
    http::{packing::known_tag, unread::HoldsUnread},
    rules::wording,
};

/// The body of every answer.
#[derive(Serialize)]
struct Body<'a> {
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    errors: &'a [ServerError],
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<&'a Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    extensions: Option<Extensions>,
}

#[derive(Serialize)]
struct Extensions {
    cost: Cost,
}

/// The answer to an operation that was validated and, if it was valid, ran. By GET it says how to know it again.
pub(super) fn executed(http: &HttpRequest, media: MediaType, settled: &Settled, cost: Cost) -> HttpResponse {
    let tag = if *http.method() == Method::GET { etag::of(media, settled) } else { None };
    if let Some(tag) = tag.as_deref().and_then(|tag| known_tag(http.headers(), tag)) {
        return tagged(&mut HttpResponse::NotModified(), &tag).finish();
    }
    let status = match (media, &settled.data) {
        (MediaType::Json, _) => StatusCode::OK,
        (MediaType::GraphqlResponse, None) => StatusCode::UNPROCESSABLE_ENTITY,
        (MediaType::GraphqlResponse, Some(_)) if settled.errors.is_empty() => StatusCode::OK,
        (MediaType::GraphqlResponse, Some(_)) => partial_success(),
    };
    let body = Body { errors: &settled.errors, data: settled.data.as_ref(), extensions: Some(Extensions { cost }) };
    let mut answer = write(status, media, &body);
    if let Some(seconds) = settled.retry_after_seconds {
        answer.builder.insert_header((RETRY_AFTER, seconds));
    }
    if let Some(tag) = tag {
        tagged(&mut answer.builder, &tag);
    }
    answer.finish()
}

/// An answer that a phone may keep for itself, and must ask about before it shows it again.
fn tagged<'a>(builder: &'a mut HttpResponseBuilder, tag: &str) -> &'a mut HttpResponseBuilder {
    builder
        .insert_header((ETAG, tag))
        .insert_header((VARY, "Accept, Accept-Language, Authorization"))
        .insert_header((CACHE_CONTROL, "private, no-cache"))
}

/// What an operation came to this time, as one line of JSON, where it is told more than once.
pub(super) fn told(settled: &Settled) -> String {
    let body = Body { errors: &settled.errors, data: settled.data.as_ref(), extensions: None };
    serde_json::to_string(&body).unwrap_or_else(|_| "{}".to_owned())
}

/// What is told of a request that never reached the schema; the log hears what is not told.
pub(super) fn error_of(parts: &Parts, addressee: &Addressee) -> ServerError {
    let problem = &parts.problem;
    if problem.code == Code::Internal || problem.source.is_some() {
        log_cause(&addressee.request_id, problem.code, Some(problem), None, "front door");
    }
    let mut error = ServerError::new(problem.message.told_in(addressee.language), parts.location);
    let extensions = error.extensions.get_or_insert_default();
    extensions.set("code", problem.code.as_str());
    extensions.set("requestId", addressee.request_id.as_str());
    error
}

/// The answer to a request that never reached the schema; `unread` is what is left of it.
pub(super) fn refused(
    media: MediaType,
    refusal: Refusal,
    addressee: &Addressee,
    unread: Option<Payload>,
) -> HttpResponse {
    let parts = refusal.into_parts();
    let error = error_of(&parts, addressee);

    let status = match media {
        MediaType::Json if parts.well_formed => StatusCode::OK,
        _ => parts.status,
    };
    let body = Body { errors: &[error], data: None, extensions: parts.cost.map(|cost| Extensions { cost }) };
    let mut answer = write(status, media, &body);
    answer.builder.insert_header((CONTENT_LANGUAGE, wording::tag(addressee.language)));
    if let Some(methods) = parts.allow {
        answer.builder.insert_header((ALLOW, methods));
    }
    if let Some(seconds) = parts.problem.retry_after_seconds {
        answer.builder.insert_header((RETRY_AFTER, seconds));
    }
    if status == StatusCode::UNAUTHORIZED {
        answer.builder.insert_header((WWW_AUTHENTICATE, "Bearer"));
    }
    match unread {
        Some(unread) if parts.close => {
            answer.builder.force_close();
            answer.finish_holding(unread)
        }
        _ => answer.finish(),
    }
}

struct Answer {
    builder: HttpResponseBuilder,
    body: Bytes,
}

impl Answer {
    fn finish(mut self) -> HttpResponse {
        self.builder.body(self.body)
    }

    fn finish_holding(mut self, unread: Payload) -> HttpResponse {
        self.builder.body(HoldsUnread::new(self.body, unread))
    }
}

fn write(status: StatusCode, media: MediaType, body: &Body<'_>) -> Answer {
    let text = serde_json::to_vec(body).unwrap_or_else(|_| {
        // Nothing in a body can fail to be written; should that change, the caller still hears a coded error.
        let message = message!("internal").told_in(Language::En);
        format!(r#"{{"errors":[{{"message":"{message}","extensions":{{"code":"INTERNAL"}}}}]}}"#).into_bytes()
    });
    let mut builder = HttpResponse::build(status);
    if status == partial_success() {
        builder.reason("Partial Success");
    }
    builder
        .insert_header((CONTENT_TYPE, media.content_type()))
        .insert_header((VARY, "Accept, Accept-Language"))
        .insert_header((CACHE_CONTROL, "no-store"));
    Answer { builder, body: text.into() }
}

/// 294, the specification's status for data together with errors.
fn partial_success() -> StatusCode {
    StatusCode::from_u16(294).unwrap_or(StatusCode::OK)
}
