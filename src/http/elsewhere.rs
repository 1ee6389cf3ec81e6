//! Pages of another origin: which may ask this server, and read what it answers (Fetch standard, CORS protocol). A browser says in
//! `Origin` where a page is from; before it opens a socket it asks nobody whether it may.

use actix_cors::Cors;
use actix_web::{
    http::{
        Method,
        header::{HOST, HeaderMap, HeaderValue, ORIGIN},
    },
    middleware::Condition,
};
use url::Url;

/// How long a browser remembers that it may ask, in seconds.
const REMEMBERED: usize = 600;
/// What tells a page more than the answer itself: how to ask for it again, how far an upload is, and when to come back.
const TOLD: [&str; 10] = [
    "etag",
    "location",
    "retry-after",
    "tus-resumable",
    "tus-version",
    "tus-extension",
    "tus-max-size",
    "upload-expires",
    "upload-length",
    "upload-offset",
];
/// The directory is for any page of any site.
const FOR_ANYBODY: &str = "/open-referral/";

/// Lets pages of these origins ask for everything, with a token and never with what a browser remembers of somebody.
pub(super) fn others(origins: &[String]) -> Condition<Cors> {
    let known: Vec<Url> = origins.iter().filter_map(|origin| Url::parse(origin).ok()).collect();
    let cors = Cors::default()
        .allowed_origin_fn(move |origin, head| head.uri.path().starts_with(FOR_ANYBODY) || is_among(origin, &known))
        .allowed_methods([Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::PATCH, Method::DELETE])
        .allow_any_header()
        .expose_headers(TOLD.into_iter().chain(["x-request-id"]))
        .max_age(REMEMBERED);
    Condition::new(!origins.is_empty(), cors)
}

fn is_among(origin: &HeaderValue, known: &[Url]) -> bool {
    let page = origin.to_str().ok().and_then(|origin| Url::parse(origin).ok());
    page.is_some_and(|page| known.iter().any(|place| is_place(&page, place)))
}

fn is_place(page: &Url, place: &Url) -> bool {
    place.origin().is_tuple() && place.origin() == page.origin()
}

/// Whether a caller comes from this host or from one of those, or is no page at all.
pub(super) fn is_ours(headers: &HeaderMap, others: &[String]) -> bool {
    let mut origins = headers.get_all(ORIGIN);
    let (Some(only), None) = (origins.next(), origins.next()) else {
        return !headers.contains_key(ORIGIN);
    };
    let Some(page) = only.to_str().ok().and_then(|origin| Url::parse(origin).ok()) else { return false };
    let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    // A proxy in front may speak TLS where we do not, so the scheme is the page's own.
    let here = Url::parse(&format!("{}://{host}", page.scheme()));
    let others = others.iter().map(|other| Url::parse(other));
    others.chain([here]).flatten().any(|place| is_place(&page, &place))
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn from(origin: &str) -> bool {
        let request = TestRequest::get().insert_header((HOST, "busfare.example:8080")).insert_header((ORIGIN, origin));
        is_ours(request.to_http_request().headers(), &["https://app.example/".to_owned()])
    }

    #[test]
    fn a_page_is_ours_where_its_host_is_or_the_operator_says_so() {
        for ours in [
            "http://busfare.example:8080",
            "https://BUSFARE.example:8080",
            "https://app.example",
            "https://app.example:443",
        ] {
            assert!(from(ours), "{ours}");
        }
        for other in [
            "http://busfare.example",
            "http://app.example",
            "https://evil.example",
            "https://app.example.evil.example",
            "null",
            "",
            "busfare.example:8080",
        ] {
            assert!(!from(other), "{other}");
        }
        assert!(is_ours(TestRequest::get().to_http_request().headers(), &[]), "no page at all");
        let twice = TestRequest::get().append_header((ORIGIN, "https://app.example")).append_header((ORIGIN, "null"));
        assert!(!is_ours(twice.to_http_request().headers(), &["https://app.example".to_owned()]));
    }
}
