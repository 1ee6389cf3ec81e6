//! To whom answers are written.

use actix_web::{HttpMessage, HttpRequest};
use busfare_entity::words::Language;
use uuid::Uuid;

use super::{super::session, RequestId};
use crate::store::mint;

/// What every answer to a request needs of whoever sent it: the id under which it is logged, and the language she reads.
#[derive(Debug, Clone)]
pub(super) struct Addressee {
    pub(super) request_id: String,
    pub(super) language: Language,
}

impl Addressee {
    /// Whoever sent this. A request without an id is given one.
    pub(super) fn of(http: &HttpRequest) -> Self {
        let mut extensions = http.extensions_mut();
        let id = extensions.get().cloned().unwrap_or_else(|| RequestId(mint::id::<Uuid>().to_string()));
        extensions.insert(id.clone());
        Self { request_id: id.0, language: session::language(http) }
    }
}
