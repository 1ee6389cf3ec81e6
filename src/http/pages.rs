//! Plain pages: what is running here, the contract and the keys.

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS},
    web::{self, Data},
};

use super::problem::Refused;
use crate::api::{error::Problem, sdl, state::State};

const START: &str = include_str!("pages/start.html");

/// Routes of the plain pages.
pub(super) fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/", web::get().to(start))
        .route("/schema.graphql", web::get().to(schema))
        .route("/.well-known/jwks.json", web::get().to(keys));
}

/// Everything nobody asked for.
pub(super) async fn nothing_here(http: HttpRequest) -> HttpResponse {
    Refused::from(Problem::not_found()).answer(&http, None)
}

async fn start() -> HttpResponse {
    let page = START.replace("{version}", env!("CARGO_PKG_VERSION"));
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/html; charset=utf-8"))
        .insert_header((
            CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        ))
        .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .body(page)
}

async fn schema() -> HttpResponse {
    HttpResponse::Ok().insert_header((CONTENT_TYPE, "application/graphql; charset=utf-8")).body(sdl())
}

async fn keys(state: Data<State>) -> HttpResponse {
    HttpResponse::Ok().insert_header((CACHE_CONTROL, "public, max-age=300")).json(state.key.jwks())
}
