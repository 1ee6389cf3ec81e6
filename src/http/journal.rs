//! The journal: one structured line a request, with its id, its route and its time. Never a word about people:
//! no address with ids in it, no query, no body.

use std::time::Instant;

use actix_web::{
    Error, HttpMessage,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::{
        Method,
        header::{HeaderName, HeaderValue},
    },
    middleware::Next,
    web::Data,
};
use uuid::Uuid;

use super::{
    graphql::RequestId,
    metrics::{Figures, Told},
    traces::{Spanned, Traces},
};
use crate::store::mint;

/// Gives a request its id, and writes its line when it is answered.
pub(super) async fn journal(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let id = mint::id::<Uuid>().to_string();
    let began = Instant::now();
    let method = known(request.method());
    let route = request.match_pattern().unwrap_or_else(|| "none".to_owned());
    let figures = request.app_data::<Data<Figures>>().cloned();
    let span = request.app_data::<Data<Traces>>().map(|traces| traces.begin(method, &route, request.headers()));
    let trace_id = span.as_ref().map(Spanned::trace_id);
    request.extensions_mut().insert(RequestId(id.clone()));

    let mut response = next.call(request).await?;
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(HeaderName::from_static("x-request-id"), value);
    }
    let milliseconds = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
    let status = response.status().as_u16();
    tracing::info!(request_id = id, trace_id, method, route, status, milliseconds, "answered");
    if let Some(figures) = figures {
        figures.answered(response.request(), &route, status, began.elapsed());
    }
    if let Some(span) = span {
        span.end(id, response.status(), Told::of(response.request()));
    }
    Ok(response)
}

/// A client can make up any word for a method, and what it makes up is not for the log.
fn known(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "another",
    }
}
