//! Packs answers with Brotli or gzip, whichever a caller prefers, where there is enough text for it to matter. Only what is
//! whole is packed: events, pictures and archives pass as they are.

use std::io::{self, Write};

use actix_web::{
    Error, HttpResponse,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{
        StatusCode,
        header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_TYPE, ETAG, HeaderMap, HeaderValue, IF_NONE_MATCH, VARY},
    },
    middleware::Next,
    web::{self, Bytes},
};
use brotli::enc::{BrotliEncoderParams, backward_references::BrotliEncoderMode};
use flate2::{Compression, write::GzEncoder};

/// Bytes below which packing is not worth its while.
const FEWEST_BYTES: usize = 1_024;
/// Bytes from which packing is left to another thread, so that nobody waits behind it.
const LONG_BYTES: usize = 32 * 1_024;
/// Bytes from which speed counts for more than a few per cent.
const HUGE_BYTES: usize = 256 * 1_024;
/// How far back Brotli looks, as a power of two of bytes; it bounds the memory for each answer.
const WINDOW_BITS: i32 = 18;

/// How an answer is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Coding {
    Brotli,
    Gzip,
}

impl Coding {
    const ALL: [Self; 2] = [Self::Brotli, Self::Gzip];

    /// Its name in headers.
    const fn name(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Gzip => "gzip",
        }
    }

    fn pack(self, bytes: &[u8]) -> io::Result<Vec<u8>> {
        let long = bytes.len() > HUGE_BYTES;
        let mut packed = Vec::with_capacity(bytes.len() / 4);
        match self {
            Self::Brotli => {
                let params = BrotliEncoderParams {
                    quality: if long { 2 } else { 5 },
                    lgwin: WINDOW_BITS,
                    mode: BrotliEncoderMode::BROTLI_MODE_TEXT,
                    size_hint: bytes.len(),
                    ..BrotliEncoderParams::default()
                };
                brotli::BrotliCompress(&mut &*bytes, &mut packed, &params)?;
            }
            Self::Gzip => {
                let mut encoder = GzEncoder::new(&mut packed, Compression::new(if long { 2 } else { 6 }));
                encoder.write_all(bytes)?;
                encoder.finish()?;
            }
        }
        Ok(packed)
    }
}

/// Packs what is answered, where its caller can unpack it.
pub(super) async fn pack(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let coding = wanted(request.headers());
    let response = next.call(request).await?.map_into_boxed_body();
    if !is_text(response.response()) {
        return Ok(response);
    }

    let (request, response) = response.into_parts();
    let (mut head, body) = response.into_parts();
    head.headers_mut().append(VARY, HeaderValue::from_static("Accept-Encoding"));
    let body = match (coding, body.try_into_bytes()) {
        (Some(coding), Ok(bytes)) if bytes.len() >= FEWEST_BYTES => {
            let packed = packed(coding, bytes).await?;
            say_so(head.headers_mut(), coding);
            BoxBody::new(packed)
        }
        (_, Ok(bytes)) => BoxBody::new(bytes),
        (_, Err(streamed)) => streamed,
    };
    Ok(ServiceResponse::new(request, head.set_body(body)))
}

/// The tag by which a caller has this answer already, packed or not.
pub(super) fn known_tag(headers: &HeaderMap, tag: &str) -> Option<String> {
    let named =
        headers.get_all(IF_NONE_MATCH).filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(','));
    let mut named = named.map(|one| one.trim().trim_start_matches("W/"));
    named.find_map(|one| match one {
        "*" => Some(tag.to_owned()),
        _ => (unpacked_tag(one) == tag).then(|| one.to_owned()),
    })
}

/// The tag that an answer has when it is not packed.
fn unpacked_tag(tag: &str) -> String {
    let packed = Coding::ALL.iter().find_map(|coding| tag.strip_suffix(&format!("-{}\"", coding.name())));
    packed.map_or_else(|| tag.to_owned(), |bare| format!("{bare}\""))
}

async fn packed(coding: Coding, bytes: Bytes) -> Result<Vec<u8>, Error> {
    if bytes.len() < LONG_BYTES {
        return Ok(coding.pack(&bytes)?);
    }
    Ok(web::block(move || coding.pack(&bytes)).await??)
}

/// A strong tag is of the very bytes that are sent, so it differs by how they are packed.
fn say_so(headers: &mut HeaderMap, coding: Coding) {
    headers.insert(CONTENT_ENCODING, HeaderValue::from_static(coding.name()));
    let tag = headers.get(ETAG).and_then(|tag| tag.to_str().ok()).and_then(|tag| tag.strip_suffix('"'));
    if let Some(tag) = tag.and_then(|tag| HeaderValue::from_str(&format!("{tag}-{}\"", coding.name())).ok()) {
        headers.insert(ETAG, tag);
    }
}

/// Whether an answer is text that nobody has packed yet. A part of something is not packed: its place is counted in bytes.
fn is_text(response: &HttpResponse) -> bool {
    let headers = response.headers();
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).and_then(|kind| kind.split(';').next());
    let kind = kind.unwrap_or_default().trim();
    let text = kind.starts_with("text/")
        || kind.ends_with("+json")
        || matches!(kind, "application/json" | "application/graphql");
    text && response.status() != StatusCode::PARTIAL_CONTENT && !headers.contains_key(CONTENT_ENCODING)
}

/// Whether a caller likes Brotli best.
pub(super) fn takes_brotli(headers: &HeaderMap) -> bool {
    wanted(headers) == Some(Coding::Brotli)
}

/// The coding a caller likes best, Brotli where she likes both as much; none where she can unpack neither.
fn wanted(headers: &HeaderMap) -> Option<Coding> {
    let ranges: Vec<(&str, f32)> = headers
        .get_all(ACCEPT_ENCODING)
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|range| {
            let (name, weight) = range.split_once(';').unwrap_or((range, "q=1"));
            let weight = weight.trim().strip_prefix("q=").and_then(|weight| weight.parse().ok());
            (name.trim(), weight.unwrap_or_default())
        })
        .collect();
    let weight = |coding: Coding| {
        let named = ranges.iter().find(|(name, _)| name.eq_ignore_ascii_case(coding.name()));
        named.or_else(|| ranges.iter().find(|(name, _)| *name == "*")).map_or(0.0, |(_, weight)| *weight)
    };
    let [brotli, gzip] = Coding::ALL.map(weight);
    match (brotli > 0.0, gzip > 0.0) {
        (true, _) if brotli >= gzip => Some(Coding::Brotli),
        (_, true) => Some(Coding::Gzip),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accepts(header: &'static str) -> Option<Coding> {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static(header));
        wanted(&headers)
    }

    #[test]
    fn brotli_is_taken_unless_gzip_is_liked_better() {
        for header in ["br", "gzip, deflate, br", "gzip;q=0.5, br;q=0.5", "*", "BR"] {
            assert_eq!(accepts(header), Some(Coding::Brotli), "{header}");
        }
        for header in ["gzip", "br;q=0.1, gzip", "br;q=0, *", "gzip;q=1, br;q=nonsense"] {
            assert_eq!(accepts(header), Some(Coding::Gzip), "{header}");
        }
        for header in ["", "identity", "deflate, zstd", "br;q=0, gzip;q=0", "*;q=0"] {
            assert_eq!(accepts(header), None, "{header}");
        }
        assert_eq!(wanted(&HeaderMap::new()), None);
    }

    #[test]
    fn a_tag_says_how_its_answer_is_packed_and_can_be_undone() {
        let mut headers = HeaderMap::new();
        headers.insert(ETAG, HeaderValue::from_static("\"abc\""));
        say_so(&mut headers, Coding::Brotli);
        let said = |name| headers.get(name).unwrap().to_str().unwrap();
        assert_eq!((said(ETAG), said(CONTENT_ENCODING)), ("\"abc-br\"", "br"));
        assert_eq!((unpacked_tag("\"abc-br\""), unpacked_tag("\"abc\"")), ("\"abc\"".into(), "\"abc\"".into()));
    }

    #[test]
    fn a_tag_is_known_again_weak_packed_or_among_others() {
        let known_in = |header: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(IF_NONE_MATCH, HeaderValue::from_static(header));
            known_tag(&headers, "\"abc\"")
        };
        for header in ["\"abc\"", "W/\"abc\"", "\"x\", \"abc\"", "*"] {
            assert_eq!(known_in(header).as_deref(), Some("\"abc\""), "{header}");
        }
        assert_eq!(known_in("\"abc-br\"").as_deref(), Some("\"abc-br\""));
        assert!(["", "abc", "\"ab\"", "\"abc-xy\"", "\"abcd\""].iter().all(|header| known_in(header).is_none()));
    }
}
