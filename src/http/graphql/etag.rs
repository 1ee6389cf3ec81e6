//! How an answer is known again: a tag of everything in it but what it cost, so that a phone with the same answer is told
//! so in a few bytes.

use data_encoding::BASE64URL_NOPAD;
use sha2::{Digest, Sha256};

use super::{accept::MediaType, faults::Settled};

/// Bytes of the hash that a tag shows; nobody guesses half of it either.
const TAG_BYTES: usize = 16;

/// The tag of an answer. One with errors has none: it is asked again, and its errors have ids of their own.
pub(super) fn of(media: MediaType, settled: &Settled) -> Option<String> {
    let data = settled.data.as_ref().filter(|_| settled.errors.is_empty())?;
    let text = serde_json::to_vec(data).ok()?;
    let hash = Sha256::new().chain_update(media.content_type()).chain_update(text).finalize();
    Some(format!("\"{}\"", BASE64URL_NOPAD.encode(&hash[..TAG_BYTES])))
}

#[cfg(test)]
mod tests {
    use async_graphql::{ServerError, Value};

    use super::*;

    fn settled(data: Option<Value>, errors: Vec<ServerError>) -> Settled {
        Settled { errors, data, retry_after_seconds: None }
    }

    #[test]
    fn the_same_answer_has_the_same_tag_and_a_failed_one_has_none() {
        let tag = |data: &str, media| of(media, &settled(Some(Value::from(data)), Vec::new())).unwrap();
        assert_eq!(tag("a", MediaType::Json), tag("a", MediaType::Json));
        assert_ne!(tag("a", MediaType::Json), tag("b", MediaType::Json));
        assert_ne!(tag("a", MediaType::Json), tag("a", MediaType::GraphqlResponse));
        assert_eq!(of(MediaType::Json, &settled(Some(Value::Null), vec![ServerError::new("x", None)])), None);
        assert_eq!(of(MediaType::Json, &settled(None, Vec::new())), None);
    }
}
