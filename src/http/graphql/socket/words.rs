//! The words of the graphql-transport-ws protocol: what is said by either side.

use async_graphql::ServerError;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::super::{
    super::front_door::{Limits, measure_json},
    envelope::Parameters,
};

/// What a caller says.
#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum Said {
    ConnectionInit { payload: Option<Map<String, Value>> },
    Ping,
    Pong,
    Subscribe { id: String, payload: Box<Parameters> },
    Complete { id: String },
}

/// What a caller is told.
pub(super) enum Tells<'a> {
    Acknowledged,
    Pong,
    /// What a subscription came to this time, as JSON.
    Next(&'a str, &'a str),
    /// Why a subscription did not begin.
    Refused(&'a str, &'a [ServerError]),
    Complete(&'a str),
}

/// Reads what a caller says, where it is something that may be said.
pub(super) fn read(text: &str, limits: &Limits) -> Option<Said> {
    measure_json(text, limits).ok()?;
    serde_json::from_str(text).ok()
}

/// What stands for the `Authorization` header, which a page cannot send with a socket.
pub(super) fn authorization(payload: Option<Map<String, Value>>) -> Option<String> {
    let mut said = payload?.into_iter();
    match said.find(|(name, _)| name.eq_ignore_ascii_case("authorization")) {
        Some((_, Value::String(words))) => Some(words),
        _ => None,
    }
}

impl Tells<'_> {
    pub(super) fn text(&self) -> String {
        match self {
            Self::Acknowledged => json!({ "type": "connection_ack" }).to_string(),
            Self::Pong => json!({ "type": "pong" }).to_string(),
            Self::Next(id, told) => format!(r#"{{"id":{},"type":"next","payload":{told}}}"#, json!(id)),
            Self::Refused(id, errors) => json!({ "id": id, "type": "error", "payload": errors }).to_string(),
            Self::Complete(id) => json!({ "id": id, "type": "complete" }).to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_words_of_the_protocol_are_understood() {
        let limits = Limits::default();
        for said in [
            r#"{"type":"connection_init"}"#,
            r#"{"type":"connection_init","payload":{"a":1}}"#,
            r#"{"type":"ping","payload":{}}"#,
            r#"{"type":"pong"}"#,
            r#"{"type":"complete","id":"1"}"#,
            r#"{"type":"subscribe","id":"1","payload":{"query":"subscription { x }"}}"#,
        ] {
            assert!(read(said, &limits).is_some(), "{said}");
        }
        let deep = format!(r#"{{"type":"ping","payload":{}}}"#, "[".repeat(10_000));
        for said in [
            "",
            "{}",
            "[]",
            r#"{"type":"next"}"#,
            r#"{"type":"subscribe","id":1,"payload":{}}"#,
            r#"{"type":"complete"}"#,
            &deep,
        ] {
            assert!(read(said, &limits).is_none(), "{said}");
        }
    }

    #[test]
    fn a_token_is_found_however_its_name_is_written() {
        let said = |payload: Value| authorization(payload.as_object().cloned());
        assert_eq!(said(json!({ "authorization": "Bearer x" })).as_deref(), Some("Bearer x"));
        assert_eq!(said(json!({ "Authorization": "Bearer x" })).as_deref(), Some("Bearer x"));
        assert_eq!((said(json!({ "Authorization": 1 })), said(json!({})), authorization(None)), (None, None, None));
    }

    #[test]
    fn what_is_told_is_json_with_the_id_as_it_came() {
        let told: Value = serde_json::from_str(&Tells::Next("a\"b", r#"{"data":null}"#).text()).unwrap();
        assert_eq!(told, json!({ "id": "a\"b", "type": "next", "payload": { "data": null } }));
    }
}
