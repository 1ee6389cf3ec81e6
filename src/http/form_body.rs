//! What a page of ours, or a client of OAuth, sends as a form: form-encoded, in one piece, small and soon.

use std::time::Duration;

use actix_web::{
    HttpRequest,
    http::{
        StatusCode,
        header::{CONTENT_ENCODING, CONTENT_TYPE},
    },
    web::{BytesMut, Payload},
};
use futures_util::StreamExt;
use tokio::time::timeout;

/// How long a form may take to arrive.
const DEADLINE: Duration = Duration::from_secs(10);

/// The whole form as text, of at most so many bytes.
pub(super) async fn read(http: &HttpRequest, payload: &mut Payload, most: usize) -> Result<String, StatusCode> {
    let header = |name| http.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let media_type = header(CONTENT_TYPE).split(';').next().unwrap_or_default().trim();
    let is_form = media_type.eq_ignore_ascii_case("application/x-www-form-urlencoded");
    if !is_form || http.headers().contains_key(CONTENT_ENCODING) {
        return Err(StatusCode::UNSUPPORTED_MEDIA_TYPE);
    }
    let body = timeout(DEADLINE, collect(payload, most)).await.map_err(|_late| StatusCode::REQUEST_TIMEOUT)??;
    String::from_utf8(body.into()).map_err(|_| StatusCode::BAD_REQUEST)
}

async fn collect(payload: &mut Payload, most: usize) -> Result<BytesMut, StatusCode> {
    let mut body = BytesMut::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|_broken_off| StatusCode::BAD_REQUEST)?;
        if body.len() + chunk.len() > most {
            return Err(StatusCode::PAYLOAD_TOO_LARGE);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}
