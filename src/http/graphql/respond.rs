//! Writes the answer: the status the specification asks for, the headers, and one shape of body for every outcome.

use actix_web::{
    HttpResponse,
    http::{
        StatusCode,
        header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER, VARY, WWW_AUTHENTICATE},
    },
    web::{Bytes, Payload},
};
use async_graphql::{ServerError, Value};
use serde::Serialize;

use super::{
    accept::MediaType,
    budget::Cost,
    faults::{Settled, log_cause},
    refusal::Refusal,
};
use crate::{
    api::error::{Code, INTERNAL_MESSAGE},
    http::unread::HoldsUnread,
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

/// The answer to an operation that was validated and, if it was valid, ran.
pub(super) fn executed(media: MediaType, settled: &Settled, cost: Cost) -> HttpResponse {
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
    answer.finish()
}

/// One event of a stream: what an operation came to this time.
pub(super) fn event(settled: &Settled) -> Bytes {
    let body = Body { errors: &settled.errors, data: settled.data.as_ref(), extensions: None };
    let text = serde_json::to_string(&body).unwrap_or_else(|_| "{}".to_owned());
    format!("event: next\ndata: {text}\n\n").into()
}

/// The answer to a request that never reached the schema; `unread` is what is left of it.
pub(super) fn refused(media: MediaType, refusal: Refusal, request_id: &str, unread: Payload) -> HttpResponse {
    let parts = refusal.into_parts();
    let problem = &parts.problem;
    let internal = problem.code == Code::Internal;
    if internal || problem.source.is_some() {
        log_cause(request_id, problem.code, Some(problem), None, "front door");
    }

    let mut error = ServerError::new(problem.message.as_ref(), parts.location);
    let extensions = error.extensions.get_or_insert_default();
    extensions.set("code", problem.code.as_str());
    extensions.set("requestId", request_id);

    let status = match media {
        MediaType::Json if parts.well_formed => StatusCode::OK,
        _ => parts.status,
    };
    let body = Body { errors: &[error], data: None, extensions: parts.cost.map(|cost| Extensions { cost }) };
    let mut answer = write(status, media, &body);
    if let Some(methods) = parts.allow {
        answer.builder.insert_header((ALLOW, methods));
    }
    if let Some(seconds) = problem.retry_after_seconds {
        answer.builder.insert_header((RETRY_AFTER, seconds));
    }
    if status == StatusCode::UNAUTHORIZED {
        answer.builder.insert_header((WWW_AUTHENTICATE, "Bearer"));
    }
    if parts.close {
        answer.builder.force_close();
        answer.finish_holding(unread)
    } else {
        answer.finish()
    }
}

struct Answer {
    builder: actix_web::HttpResponseBuilder,
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
        format!(r#"{{"errors":[{{"message":"{INTERNAL_MESSAGE}","extensions":{{"code":"INTERNAL"}}}}]}}"#).into_bytes()
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
