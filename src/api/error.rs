//! Top-level errors: the closed list of codes every client may rely on, and `Problem`, the one way to raise them.

use std::{any::Any, error::Error, sync::Arc};

use busfare_entity::words::Language;

use super::messages::{Message, message};
use crate::store::db::{self, DbErr};

/// The closed list of `extensions.code` values. A client may match on these and on nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, async_graphql::Enum)]
pub enum Code {
    /// The credentials presented are invalid or have expired: sign in again.
    Unauthenticated,
    /// The caller is known and may see the thing, but may not do this to it.
    Forbidden,
    /// The request itself is wrong: change it before sending it again.
    BadUserInput,
    /// There is no such thing, or the caller may not see it; the two are deliberately alike.
    NotFound,
    /// The thing has changed since the caller last read it: read it again first.
    Conflict,
    /// The caller has spent their budget: wait for the seconds in `Retry-After`.
    Throttled,
    /// The document asks for more than one request may: ask for less, or in parts.
    QueryTooComplex,
    /// No document is known by the id given.
    DocumentNotFound,
    /// No persisted query has the hash given: send the full text once.
    PersistedQueryNotFound,
    /// The fault is ours. Only the request id is told; the cause is logged.
    Internal,
}

impl Code {
    /// Every code there is, in the order the documentation lists them.
    pub const ALL: [Self; 10] = [
        Self::Unauthenticated,
        Self::Forbidden,
        Self::BadUserInput,
        Self::NotFound,
        Self::Conflict,
        Self::Throttled,
        Self::QueryTooComplex,
        Self::DocumentNotFound,
        Self::PersistedQueryNotFound,
        Self::Internal,
    ];

    /// The word on the wire, in `SCREAMING_SNAKE_CASE`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unauthenticated => "UNAUTHENTICATED",
            Self::Forbidden => "FORBIDDEN",
            Self::BadUserInput => "BAD_USER_INPUT",
            Self::NotFound => "NOT_FOUND",
            Self::Conflict => "CONFLICT",
            Self::Throttled => "THROTTLED",
            Self::QueryTooComplex => "QUERY_TOO_COMPLEX",
            Self::DocumentNotFound => "DOCUMENT_NOT_FOUND",
            Self::PersistedQueryNotFound => "PERSISTED_QUERY_NOT_FOUND",
            Self::Internal => "INTERNAL",
        }
    }

    /// The code a word on the wire stands for, or `None` when the word is not on the list.
    #[must_use]
    pub fn from_wire(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|code| code.as_str() == word)
    }
}

/// A top-level error: a code from the closed list and a message that says what to do next. The message becomes words where
/// the answer is written and the caller's language is known.
///
/// It deliberately has no `Display`: the library turns anything displayable into an error without a code, and that
/// blanket conversion would win over the one below.
#[derive(Debug, Clone)]
pub struct Problem {
    /// The code the client matches on.
    pub code: Code,
    /// What the caller is told.
    pub message: Message,
    /// Whole seconds to wait before trying again, for `THROTTLED` and for faults that pass.
    pub retry_after_seconds: Option<u32>,
    /// The cause, logged once by the front door and never serialised.
    pub source: Option<Arc<dyn Error + Send + Sync>>,
}

impl Problem {
    /// A problem with nothing to log.
    #[must_use]
    pub fn new(code: Code, message: Message) -> Self {
        Self { code, message, retry_after_seconds: None, source: None }
    }

    /// Nobody is signed in, and this needs somebody.
    #[must_use]
    pub fn unauthenticated() -> Self {
        Self::new(Code::Unauthenticated, message!("sign-in-first"))
    }

    /// The caller is known, and this is not for that kind of caller.
    #[must_use]
    pub fn forbidden(message: Message) -> Self {
        Self::new(Code::Forbidden, message)
    }

    /// There is no such thing, or the caller may not see it: the same words for both.
    #[must_use]
    pub fn not_found() -> Self {
        Self::new(Code::NotFound, message!("not-found"))
    }

    /// Too much at once: come back in so many seconds.
    #[must_use]
    pub fn throttled(seconds: u32) -> Self {
        Self::new(Code::Throttled, message!("too-many-tries")).retry_after_seconds(seconds)
    }

    /// The request is wrong and must change before it is sent again.
    #[must_use]
    pub fn bad_user_input(message: Message) -> Self {
        Self::new(Code::BadUserInput, message)
    }

    /// The fault is ours: the caller hears that it is, the log hears `source` under the request's id.
    #[must_use]
    pub fn internal(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::new(Code::Internal, message!("internal")).with_source(source)
    }

    /// The database has no room or cannot be reached.
    #[must_use]
    pub fn away(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::new(Code::Internal, message!("database-away")).retry_after_seconds(5).with_source(source)
    }

    /// A picture could not be stored just now.
    #[must_use]
    pub fn not_stored(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::new(Code::Internal, message!("picture-not-stored")).retry_after_seconds(5).with_source(source)
    }

    /// The same problem, with whole seconds to wait before trying again.
    #[must_use]
    pub fn retry_after_seconds(self, seconds: u32) -> Self {
        Self { retry_after_seconds: Some(seconds), ..self }
    }

    /// The same problem, with a cause for the log.
    #[must_use]
    pub fn with_source(self, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { source: Some(Arc::from(source.into())), ..self }
    }
}

/// Waiting too long for a connection passes, and so does a database without room; everything else about it is our fault.
impl From<DbErr> for Problem {
    fn from(error: DbErr) -> Self {
        match error {
            DbErr::ConnectionAcquire(_) => Self::throttled(1).with_source(error),
            away if db::is_away(&away) => Self::away(away),
            other => Self::internal(other),
        }
    }
}

impl From<Problem> for async_graphql::Error {
    fn from(problem: Problem) -> Self {
        // The front door says it again in the caller's language.
        let mut error = Self::new(problem.message.told_in(Language::En));
        error.extensions.get_or_insert_default().set("code", problem.code.as_str());
        // The whole problem rides along so that the front door can, and can log its source.
        error.source = Some(Arc::new(problem) as Arc<dyn Any + Send + Sync>);
        error
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_read_back_from_its_own_word() {
        for code in Code::ALL {
            assert_eq!(Code::from_wire(code.as_str()), Some(code));
        }
        assert_eq!(Code::from_wire("SQL_ERROR"), None);
    }

    #[test]
    fn a_question_mark_in_a_resolver_keeps_the_code_and_hides_the_source() {
        fn resolver() -> async_graphql::Result<()> {
            Err(Problem::internal("relation spend does not exist"))?
        }
        let error = resolver().unwrap_err();
        let shown = serde_json::to_string(&error).unwrap();
        assert!(shown.contains(r#""code":"INTERNAL""#), "{shown}");
        assert!(!shown.contains("relation"), "{shown}");
    }
}
