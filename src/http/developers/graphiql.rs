//! GraphiQL, as it was packed into this server when it was built. Where it was not, there is none, and the plain explorer is all
//! that the pages for developers lead to.

use std::io::Read;

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, VARY},
    web::{self, Data, Path},
};
use serde_json::json;

use super::{
    super::{packing::takes_brotli, pages::nothing_here},
    Pages, headed,
    recipes::QUERIES,
};

/// Whether it is in this server.
const IS_PACKED: bool = cfg!(graphiql);

const PAGE: &str = include_str!("../pages/graphiql/page.html");

/// Everything comes from this server. The editor writes its looks while it runs, and its letters are part of its style sheet.
const POLICY: &str = "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self' 'unsafe-inline'; \
                      font-src 'self' data:; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; \
                      frame-ancestors 'none'";

/// A file as browsers ask for it, as it is packed, and what it is.
struct Packed {
    name: &'static str,
    kind: &'static str,
    brotli: &'static [u8],
}

#[cfg(graphiql)]
macro_rules! packed {
    ($($name:literal: $kind:literal),+) => {
        &[$(Packed {
            name: $name,
            kind: $kind,
            brotli: include_bytes!(concat!(env!("OUT_DIR"), "/graphiql/", $name, ".br")),
        }),+]
    };
}

#[cfg(graphiql)]
const FILES: &[Packed] = packed![
    "graphiql.js": "text/javascript; charset=utf-8",
    "graphiql.css": "text/css; charset=utf-8",
    "editor.js": "text/javascript; charset=utf-8",
    "graphql.js": "text/javascript; charset=utf-8",
    "json.js": "text/javascript; charset=utf-8",
    "codicon.ttf": "font/ttf"
];
#[cfg(not(graphiql))]
const FILES: &[Packed] = &[];

/// The line that leads to it from the page for developers.
pub(super) fn link() -> &'static str {
    if IS_PACKED {
        "<li><a href=\"/developers/graphiql\">GraphiQL: the same with completion and the schema beside it</a></li>\n"
    } else {
        ""
    }
}

/// Routes of the page and its files; none where it is not in this server.
pub(super) fn routes(config: &mut web::ServiceConfig) {
    if IS_PACKED {
        config
            .route("/developers/graphiql", web::get().to(page))
            .route("/developers/graphiql/{file}", web::get().to(file));
    }
}

/// The page, with the worked queries.
pub(super) fn written() -> String {
    let examples: Vec<_> = QUERIES.iter().map(|(_, query)| json!({ "query": query })).collect();
    // Nothing in it can end the element that it stands in.
    PAGE.replace("{examples}", &json!(examples).to_string().replace('<', "\\u003c"))
}

async fn page(pages: Data<Pages>) -> HttpResponse {
    headed("text/html; charset=utf-8", POLICY).body(pages.graphiql.clone())
}

async fn file(http: HttpRequest, name: Path<String>) -> HttpResponse {
    let Some(file) = FILES.iter().find(|file| file.name == *name) else { return nothing_here(http).await };
    let mut answer = headed(file.kind, POLICY);
    answer.insert_header((CACHE_CONTROL, "public, max-age=600")).insert_header((VARY, ACCEPT_ENCODING.as_str()));
    if takes_brotli(http.headers()) {
        return answer.insert_header((CONTENT_ENCODING, "br")).body(file.brotli);
    }
    let unpacked = web::block(|| {
        let mut plain = Vec::new();
        brotli::Decompressor::new(file.brotli, 64 * 1024).read_to_end(&mut plain).map(|_| plain)
    });
    match unpacked.await {
        Ok(Ok(plain)) => answer.body(plain),
        _ => HttpResponse::InternalServerError().finish(),
    }
}
