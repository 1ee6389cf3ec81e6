//! The envelope a GraphQL request comes in: a JSON object in a POST, or query parameters in a GET.

use actix_web::{HttpRequest, http::StatusCode, web::Query};
use async_graphql::{Request, Value, Variables};
use async_graphql_value::from_value;
use data_encoding::HEXLOWER_PERMISSIVE;
use serde::Deserialize;

use super::{
    super::front_door::{Limits, measure_json},
    documents::{Asked, Hash},
    refusal::Refusal,
};
use crate::api::messages::message;

/// A well-formed GraphQL-over-HTTP request.
#[derive(Debug)]
pub(super) struct Envelope {
    pub(super) asked: Asked,
    pub(super) operation_name: Option<String>,
    pub(super) variables: Variables,
    pub(super) extensions: async_graphql::Extensions,
}

/// The parameters as they were sent, before their types are checked. Others are ignored, as the specification asks.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Parameters {
    query: Option<Value>,
    document_id: Option<Value>,
    operation_name: Option<Value>,
    variables: Option<Value>,
    extensions: Option<Value>,
}

impl Envelope {
    /// Reads the JSON body of a POST.
    pub(super) fn from_json(text: &str, limits: &Limits) -> Result<Self, Refusal> {
        match text.trim_start().bytes().next() {
            Some(b'{') => {}
            Some(b'[') => return Err(Refusal::malformed(message!("no-batches"))),
            _ => return Err(not_an_object()),
        }
        measure_json(text, limits).map_err(Refusal::badly_formed)?;
        let parameters: Parameters = serde_json::from_str(text).map_err(|_| not_an_object())?;
        parameters.checked()
    }

    /// Reads the query parameters of a GET.
    pub(super) fn from_query_string(http: &HttpRequest, limits: &Limits) -> Result<Self, Refusal> {
        let text = http.query_string();
        if text.len() > limits.document_bytes {
            return Err(Refusal::protocol(StatusCode::URI_TOO_LONG, message!("address-too-long")));
        }
        let pairs = Query::<Vec<(String, String)>>::from_query(text)
            .map_err(|_| Refusal::malformed(message!("address-unreadable")))?;

        let mut parameters = Parameters::default();
        for (name, text) in pairs.into_inner() {
            let slot = match name.as_str() {
                "query" => &mut parameters.query,
                "documentId" => &mut parameters.document_id,
                "operationName" => &mut parameters.operation_name,
                "variables" => &mut parameters.variables,
                "extensions" => &mut parameters.extensions,
                _ => continue,
            };
            let value = match name.as_str() {
                "query" => Value::String(text),
                // An empty parameter in an address is how a form says nothing.
                _ if text.is_empty() => Value::Null,
                "operationName" | "documentId" => Value::String(text),
                _ => {
                    measure_json(&text, limits).map_err(Refusal::badly_formed)?;
                    serde_json::from_str(&text).map_err(|_| Refusal::malformed(message!("parameters-not-json")))?
                }
            };
            if slot.replace(value).is_some() {
                return Err(Refusal::malformed(message!("parameter-twice")));
            }
        }
        parameters.checked()
    }

    /// The request the library executes, for the document that was asked for.
    pub(super) fn into_request(self, document: &str) -> Request {
        let mut request = Request::new(document).variables(self.variables);
        request.operation_name = self.operation_name;
        request.extensions = self.extensions;
        request
    }
}

impl Parameters {
    /// The request, where its parameters are of their types.
    pub(super) fn checked(self) -> Result<Envelope, Refusal> {
        let operation_name = match self.operation_name {
            None | Some(Value::Null) => None,
            // No operation can have the empty name, so it names none.
            Some(Value::String(name)) => Some(name).filter(|name| !name.is_empty()),
            Some(_) => return Err(Refusal::malformed(message!("operation-name-not-text"))),
        };
        let variables = match self.variables {
            None | Some(Value::Null) => Variables::default(),
            Some(Value::Object(values)) => Variables::from_value(Value::Object(values)),
            Some(_) => return Err(Refusal::malformed(message!("variables-not-an-object"))),
        };
        let extensions = match self.extensions {
            None | Some(Value::Null) => async_graphql::Extensions::default(),
            Some(Value::Object(values)) => from_value(Value::Object(values)).unwrap_or_default(),
            Some(_) => return Err(Refusal::malformed(message!("extensions-not-an-object"))),
        };
        let asked = asked(self.query, self.document_id, &extensions)?;
        Ok(Envelope { asked, operation_name, variables, extensions })
    }
}

/// How the document is named: in full, by an identifier, or by the hash of what was sent before.
fn asked(query: Option<Value>, id: Option<Value>, extensions: &async_graphql::Extensions) -> Result<Asked, Refusal> {
    let hash = extensions.get("persistedQuery").map(persisted_hash).transpose()?;
    match (query, id.filter(|id| *id != Value::Null), hash) {
        (Some(Value::String(text)), None, hash) => Ok(Asked::Text(text, hash)),
        (None | Some(Value::Null), Some(Value::String(id)), None) => Ok(Asked::Listed(id)),
        (None | Some(Value::Null), None, Some(hash)) => Ok(Asked::Sent(hash)),
        (_, Some(Value::String(_)), _) => Err(Refusal::malformed(message!("document-id-and-query"))),
        (_, Some(_), _) => Err(Refusal::malformed(message!("document-id-not-text"))),
        _ => Err(Refusal::malformed(message!("query-not-text"))),
    }
}

/// The hash in `extensions.persistedQuery`, as "automatic persisted queries" write it.
fn persisted_hash(said: &Value) -> Result<Hash, Refusal> {
    let refused = || Refusal::malformed(message!("persisted-query-malformed"));
    let Value::Object(said) = said else { return Err(refused()) };
    match (said.get("version"), said.get("sha256Hash")) {
        (Some(Value::Number(version)), Some(Value::String(hex))) if version.as_u64() == Some(1) => {
            let bytes = HEXLOWER_PERMISSIVE.decode(hex.as_bytes()).map_err(|_| refused())?;
            bytes.try_into().map_err(|_| refused())
        }
        _ => Err(refused()),
    }
}

fn not_an_object() -> Refusal {
    Refusal::malformed(message!("request-not-an-object"))
}
