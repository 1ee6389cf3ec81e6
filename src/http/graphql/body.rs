//! Reads a request's body without ever holding more of it than is allowed.

use std::time::Duration;

use actix_web::{
    HttpRequest,
    http::{
        StatusCode,
        header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, HeaderValue, TRANSFER_ENCODING},
    },
    web::{BytesMut, Payload},
};
use futures_util::StreamExt;
use tokio::time::timeout;

use super::refusal::Refusal;
use crate::api::messages::message;

/// Reads the whole body, which must be JSON by its headers.
///
/// # Errors
///
/// 415 for any other content type, 413 as soon as the body is known to be over `most_bytes`, 408 when it has not all
/// arrived by `deadline`, 400 when the connection breaks it off or it is not UTF-8.
pub(super) async fn read(
    http: &HttpRequest,
    payload: &mut Payload,
    most_bytes: usize,
    deadline: Duration,
) -> Result<String, Refusal> {
    if !is_json(http) {
        return Err(
            Refusal::protocol(StatusCode::UNSUPPORTED_MEDIA_TYPE, message!("content-type-not-json")).and_close()
        );
    }
    let declared = http.headers().get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if declared.is_some_and(|length| length > most_bytes as u64) {
        return Err(too_long());
    }

    let body = timeout(deadline, collect(payload, most_bytes))
        .await
        .map_err(|_late| Refusal::protocol(StatusCode::REQUEST_TIMEOUT, message!("request-too-slow")).and_close())??;
    String::from_utf8(body.into()).map_err(|_| Refusal::malformed(message!("request-not-utf-8")))
}

/// Refuses a GET that carries a body: it would mean nothing, and could be endless.
pub(super) fn none_expected(http: &HttpRequest) -> Result<(), Refusal> {
    let says_none = |length: &HeaderValue| length.as_bytes() == b"0";
    if http.headers().contains_key(TRANSFER_ENCODING) || !http.headers().get_all(CONTENT_LENGTH).all(says_none) {
        return Err(Refusal::malformed(message!("get-has-no-body")).and_close());
    }
    Ok(())
}

async fn collect(payload: &mut Payload, most_bytes: usize) -> Result<BytesMut, Refusal> {
    let mut body = BytesMut::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|_broken_off| Refusal::malformed(message!("request-broke-off")).and_close())?;
        if body.len() + chunk.len() > most_bytes {
            return Err(too_long());
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

fn too_long() -> Refusal {
    Refusal::protocol(StatusCode::PAYLOAD_TOO_LARGE, message!("request-too-long")).and_close()
}

/// Whether the one content type is `application/json`, in UTF-8 when it says, and the body is not compressed.
fn is_json(http: &HttpRequest) -> bool {
    let plain =
        http.headers().get_all(CONTENT_ENCODING).all(|coding| coding.as_bytes().eq_ignore_ascii_case(b"identity"));
    let mut types = http.headers().get_all(CONTENT_TYPE);
    let (Some(only), None) = (types.next(), types.next()) else {
        return false;
    };
    let Ok(only) = only.to_str() else {
        return false;
    };
    let mut parts = only.split(';').map(str::trim);
    let is_json = parts.next().is_some_and(|essence| essence.eq_ignore_ascii_case("application/json"));
    let is_utf8 = parts.filter(|part| !part.is_empty()).all(|parameter| {
        parameter.split_once('=').is_some_and(|(name, value)| {
            name.trim().eq_ignore_ascii_case("charset") && value.trim().trim_matches('"').eq_ignore_ascii_case("utf-8")
        })
    });
    plain && is_json && is_utf8
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn typed(content_type: &'static str) -> bool {
        is_json(&TestRequest::post().insert_header((CONTENT_TYPE, content_type)).to_http_request())
    }

    #[test]
    fn json_in_utf_8_is_the_only_content_type() {
        assert!(typed("application/json"));
        assert!(typed("Application/JSON ; Charset=\"UTF-8\""));
        for other in [
            "text/plain",
            "application/json; charset=latin1",
            "application/jsonp",
            "application/json; a=b",
            "",
            "json",
            "multipart/form-data; boundary=x",
            "application/x-www-form-urlencoded",
            "application/graphql",
        ] {
            assert!(!typed(other), "{other}");
        }
    }

    #[test]
    fn a_body_of_no_type_or_of_two_types_is_not_json() {
        assert!(!is_json(&TestRequest::post().to_http_request()));
        let twice = TestRequest::post().append_header((CONTENT_TYPE, "application/json"));
        assert!(!is_json(&twice.append_header((CONTENT_TYPE, "text/plain")).to_http_request()));
    }

    #[test]
    fn a_compressed_body_is_not_json() {
        let packed = TestRequest::post().insert_header((CONTENT_TYPE, "application/json"));
        assert!(!is_json(&packed.insert_header((CONTENT_ENCODING, "gzip")).to_http_request()));
    }
}
