//! OAuth 2.0 for apps that act for a practitioner: where she says so, where the code is exchanged, where it ends, and what a
//! library reads to find all of it (RFC 6749, RFC 7636, RFC 7009, RFC 8414, RFC 9207). Apps are public clients: whoever began
//! proves it, and no secret is shipped with a phone.

mod authorize;
mod council;
mod question;
mod token;

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::CACHE_CONTROL,
    web::{self, ServiceConfig},
};
use serde_json::json;

use crate::api::catalogue;

/// More than any request of OAuth that could be answered.
const MOST_FORM_BYTES: usize = 8 * 1024;

/// Routes of OAuth.
pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .route("/.well-known/oauth-authorization-server", web::get().to(metadata))
        .service(
            web::resource("/oauth/authorize")
                .route(web::get().to(authorize::show))
                .route(web::post().to(authorize::take)),
        )
        .route(council::BACK, web::get().to(council::come_back))
        .route("/oauth/token", web::post().to(token::exchange))
        .route("/oauth/revoke", web::post().to(token::revoke));
}

/// Who issues codes and tokens: this server, as whoever asks reached it.
fn issuer(http: &HttpRequest) -> String {
    let connection = http.connection_info();
    format!("{}://{}", connection.scheme(), connection.host())
}

async fn metadata(http: HttpRequest) -> HttpResponse {
    let issuer = issuer(&http);
    let at = |path: &str| format!("{issuer}{path}");
    let scopes: Vec<_> = catalogue::scopes().words.into_iter().map(|word| word.name).collect();
    HttpResponse::Ok().insert_header((CACHE_CONTROL, "public, max-age=300")).json(json!({
        "issuer": issuer,
        "authorization_endpoint": at("/oauth/authorize"),
        "token_endpoint": at("/oauth/token"),
        "revocation_endpoint": at("/oauth/revoke"),
        "jwks_uri": at("/.well-known/jwks.json"),
        "scopes_supported": scopes,
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "token_endpoint_auth_methods_supported": ["none"],
        "revocation_endpoint_auth_methods_supported": ["none"],
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": true,
        "service_documentation": at("/developers"),
        "ui_locales_supported": ["en", "cy"],
    }))
}
