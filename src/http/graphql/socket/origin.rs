//! Where a page that opens a socket may come from. A browser says so in `Origin`, and asks nobody whether it may.

use actix_web::http::header::{HOST, HeaderMap, ORIGIN};
use url::Url;

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
    others.chain([here]).flatten().any(|place| place.origin().is_tuple() && place.origin() == page.origin())
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
