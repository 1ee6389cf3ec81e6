//! Which media type to answer in: reads `Accept`, with its weights and wildcards.

use actix_web::http::header::{ACCEPT, HeaderMap};

/// The two media types a GraphQL answer may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum MediaType {
    /// `application/graphql-response+json`: the status says what happened.
    GraphqlResponse,
    /// `application/json`: the legacy type, where every well-formed request is answered 200.
    Json,
}

impl MediaType {
    /// The value of `Content-Type`.
    pub(super) const fn content_type(self) -> &'static str {
        match self {
            Self::GraphqlResponse => "application/graphql-response+json; charset=utf-8",
            Self::Json => "application/json; charset=utf-8",
        }
    }

    const fn subtype(self) -> &'static str {
        match self {
            Self::GraphqlResponse => "graphql-response+json",
            Self::Json => "json",
        }
    }
}

/// How well a media type suits the caller: first the weight they gave it, then how exactly they named it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Wish {
    /// Thousandths, from 0 (never) to 1,000 (gladly).
    weight: u16,
    exactness: u8,
}

/// The media type to answer in, or `None` when the caller accepts neither.
///
/// A caller who names no preference gets the legacy type, because that is what a client that predates the
/// specification expects; one who names both as equals gets the newer.
pub(super) fn negotiate(headers: &HeaderMap) -> Option<MediaType> {
    let mut ranges = headers.get_all(ACCEPT).peekable();
    if ranges.peek().is_none() {
        return Some(MediaType::Json);
    }
    let ranges: Vec<&str> = ranges.filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(',')).collect();

    let newer = wish_for(MediaType::GraphqlResponse, &ranges);
    let legacy = wish_for(MediaType::Json, &ranges);
    let exactly_named = |wish: &Wish| wish.exactness == EXACT;
    match (newer, legacy) {
        (None, None) => None,
        (Some(_), None) => Some(MediaType::GraphqlResponse),
        (None, Some(_)) => Some(MediaType::Json),
        (Some(newer), Some(legacy)) if newer > legacy || (newer == legacy && exactly_named(&newer)) => {
            Some(MediaType::GraphqlResponse)
        }
        (Some(_), Some(_)) => Some(MediaType::Json),
    }
}

const EXACT: u8 = 2;

/// The caller's wish for one type: the most exact range that covers it decides, and a weight of 0 forbids it.
fn wish_for(media: MediaType, ranges: &[&str]) -> Option<Wish> {
    let covering = ranges.iter().filter_map(|range| {
        let mut parts = range.split(';').map(str::trim);
        let (kind, subtype) = parts.next()?.split_once('/')?;
        let exactness = match (kind.to_ascii_lowercase().as_str(), subtype.to_ascii_lowercase().as_str()) {
            ("*", "*") => 0,
            ("application", "*") => 1,
            ("application", subtype) if subtype == media.subtype() => EXACT,
            _ => return None,
        };
        let mut weight = 1_000;
        for parameter in parts.filter(|part| !part.is_empty()) {
            let (name, value) = parameter.split_once('=')?;
            match name.trim().to_ascii_lowercase().as_str() {
                "q" => weight = thousandths(value.trim())?,
                // We only ever write UTF-8, so a range that insists on anything else covers nothing.
                "charset" if !value.trim().trim_matches('"').eq_ignore_ascii_case("utf-8") => return None,
                _ => {}
            }
        }
        Some(Wish { weight, exactness })
    });
    covering.max_by_key(|wish| wish.exactness).filter(|wish| wish.weight > 0)
}

/// A weight such as `0.875`, or `None` when it is not from 0 to 1 with at most three decimals.
fn thousandths(text: &str) -> Option<u16> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    if decimals.len() > 3 || !decimals.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let decimals: u16 = format!("{decimals:0<3}").parse().ok()?;
    match (whole, decimals) {
        ("0", decimals) => Some(decimals),
        ("1", 0) => Some(1_000),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    fn accept(value: &'static str) -> Option<MediaType> {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static(value));
        negotiate(&headers)
    }

    #[test]
    fn no_preference_means_the_legacy_type() {
        assert_eq!(negotiate(&HeaderMap::new()), Some(MediaType::Json));
        assert_eq!(accept("*/*"), Some(MediaType::Json));
        assert_eq!(accept("application/*"), Some(MediaType::Json));
    }

    #[test]
    fn the_newer_type_wins_when_it_is_named_as_an_equal() {
        assert_eq!(accept("application/json, application/graphql-response+json"), Some(MediaType::GraphqlResponse));
        assert_eq!(
            accept("Application/GraphQL-Response+JSON; charset=\"UTF-8\", */*"),
            Some(MediaType::GraphqlResponse)
        );
    }

    #[test]
    fn weights_decide_before_anything_else() {
        let both = accept("application/graphql-response+json;q=0.8, application/json;q=0.875");
        assert_eq!(both, Some(MediaType::Json));
        assert_eq!(accept("application/json;q=0, */*;q=0.1"), Some(MediaType::GraphqlResponse));
        assert_eq!(
            accept("application/graphql-response+json, application/json;q=0.9"),
            Some(MediaType::GraphqlResponse)
        );
    }

    #[test]
    fn a_caller_who_accepts_neither_is_told_so() {
        assert_eq!(accept("text/html"), None);
        assert_eq!(accept("application/json;q=0"), None);
        assert_eq!(accept("application/json;charset=latin1"), None);
        assert_eq!(accept("application/json;q=lots"), None);
        assert_eq!(accept(""), None);
    }
}
