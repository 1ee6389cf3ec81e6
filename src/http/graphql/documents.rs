//! Documents that need not be sent in full: those that the operator trusts, by their identifiers, and those that somebody
//! sent once ("automatic persisted queries"), by their hash. What is kept of the latter is bounded.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use async_graphql::parser::types::ExecutableDocument;
use busfare_entity::words::Language;
use data_encoding::HEXLOWER;
use quick_cache::{Weighter, sync::Cache};
use sha2::{Digest, Sha256};

use super::{
    super::{
        front_door::{self, Limits, Refused},
        metrics::Asker,
    },
    refusal::Refusal,
};
use crate::{
    api::{
        error::{Code, Problem},
        messages::message,
    },
    config::{ForPractitioners, Trusted},
};

/// Bytes of documents that are kept because somebody sent them once.
const SENT_BYTES: u64 = 8 * 1024 * 1024;
/// How many that is about.
const SENT_AT_ONCE: usize = 8 * 1024;
/// What keeping one costs besides its text, in bytes.
const EACH_BYTES: u64 = 256;
/// How a hash of a document is marked as an identifier.
const SHA256: &str = "sha256:";

/// Bytes of documents that are kept as they were read. What was read takes some ten times the room of its text.
const READ_BYTES: u64 = 512 * 1024;
/// How many that is about.
const READ_AT_ONCE: usize = 1024;

/// The SHA-256 of a document's text in UTF-8.
pub(super) type Hash = [u8; 32];

/// How a request names its document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Asked {
    /// In full, with the hash under which the caller would like it kept, if any.
    Text(String, Option<Hash>),
    /// By an identifier on the operator's list.
    Listed(String),
    /// By the hash of what somebody sent before.
    Sent(Hash),
}

/// A trusted list that cannot be used; the sentence says which document and why.
#[derive(Debug, thiserror::Error)]
#[error("The trusted document {id} cannot be used: {why}")]
pub struct Unfit {
    id: String,
    why: String,
}

/// Every document that is known without being sent.
pub struct Documents {
    listed: HashMap<String, Arc<str>>,
    trusted: HashSet<Hash>,
    for_practitioners: ForPractitioners,
    sent: Cache<Hash, Arc<str>, ByBytes>,
    read: Cache<Hash, Arc<Read>, ByBytes>,
}

/// A document as it was read.
pub(super) struct Read {
    /// The hash of its text.
    pub(super) hash: Hash,
    /// What can be run.
    pub(super) document: ExecutableDocument,
    bytes: u64,
}

#[derive(Clone)]
struct ByBytes;

impl Weighter<Hash, Arc<str>> for ByBytes {
    fn weight(&self, _hash: &Hash, text: &Arc<str>) -> u64 {
        text.len() as u64 + EACH_BYTES
    }
}

impl Weighter<Hash, Arc<Read>> for ByBytes {
    fn weight(&self, _hash: &Hash, read: &Arc<Read>) -> u64 {
        read.bytes + EACH_BYTES
    }
}

impl Default for Documents {
    fn default() -> Self {
        Self {
            listed: HashMap::new(),
            trusted: HashSet::new(),
            for_practitioners: ForPractitioners::Anything,
            sent: Cache::with_weighter(SENT_AT_ONCE, SENT_BYTES, ByBytes),
            read: Cache::with_weighter(READ_AT_ONCE, READ_BYTES, ByBytes),
        }
    }
}

impl Documents {
    /// With the documents that the operator trusts. Each is known by the identifier it was given and by its hash.
    ///
    /// # Errors
    ///
    /// [`Unfit`] where one is not GraphQL or too large, where its identifier says a hash that is not its own, or where two
    /// share an identifier.
    pub fn new(trusted: Trusted, limits: &Limits) -> Result<Self, Unfit> {
        let mut documents = Self { for_practitioners: trusted.for_practitioners, ..Self::default() };
        for (id, text) in trusted.documents {
            documents.trust(id, &text, limits)?;
        }
        Ok(documents)
    }

    fn trust(&mut self, id: Option<String>, text: &str, limits: &Limits) -> Result<(), Unfit> {
        let hash = hash(text);
        let hex = HEXLOWER.encode(&hash);
        let id = id.unwrap_or_else(|| hex.clone());
        let unfit = |why: &str| Unfit { id: id.clone(), why: why.to_owned() };

        front_door::read(text, limits).map_err(|refused| unfit(&refused.message().told_in(Language::En)))?;
        let says = id.strip_prefix(SHA256).or_else(|| Some(id.as_str()).filter(|id| names_a_hash(id)));
        if says.is_some_and(|says| says != hex) {
            return Err(unfit("its identifier is the hash of another text. Build the list again."));
        }

        let kept: Arc<str> = text.into();
        let known_as = [format!("{SHA256}{hex}"), id.clone()];
        for name in known_as {
            let before = self.listed.insert(name, Arc::clone(&kept));
            if before.is_some_and(|before| before != kept) {
                return Err(unfit("two documents have that identifier. Build the list again."));
            }
        }
        self.trusted.insert(hash);
        Ok(())
    }

    /// The text of the document that a request asks for.
    pub(super) fn find(&self, asked: &Asked) -> Result<Arc<str>, Refusal> {
        match asked {
            Asked::Text(text, _) => Ok(text.as_str().into()),
            Asked::Listed(id) => {
                self.listed.get(id).cloned().ok_or_else(|| {
                    Refusal::problem(Problem::new(Code::DocumentNotFound, message!("document-not-found")))
                })
            }
            Asked::Sent(hash) => {
                self.sent.get(hash).or_else(|| self.listed.get(&identifier(hash)).cloned()).ok_or_else(|| {
                    // Clients look for this very word, and then send the document with its hash.
                    Refusal::problem(Problem::new(Code::PersistedQueryNotFound, message!("persisted-query-not-found")))
                })
            }
        }
    }

    /// Refuses what is not on the list, where nothing else runs for whoever asks.
    pub(super) fn may_run(&self, hash: &Hash, asker: &Asker) -> Result<(), Refusal> {
        match (self.for_practitioners, asker) {
            (ForPractitioners::TrustedOnly, Asker::Practitioner) if !self.trusted.contains(hash) => {
                Err(Refusal::problem(Problem::forbidden(message!("documents-trusted-only"))))
            }
            _ => Ok(()),
        }
    }

    /// Reads a document, unless it was read before.
    ///
    /// # Errors
    ///
    /// A [`Refused`] where it is too long, too deep or no GraphQL.
    pub(super) fn read(&self, text: &str, limits: &Limits) -> Result<Arc<Read>, Refused> {
        let hash = hash(text);
        if let Some(read) = self.read.get(&hash) {
            return Ok(read);
        }
        let document = front_door::read(text, limits)?;
        Ok(Arc::new(Read { hash, document, bytes: text.len() as u64 }))
    }

    /// Keeps a document that was let in: as it was read, and where its caller wishes so as it was sent.
    pub(super) fn keep(&self, asked: Asked, read: Arc<Read>) {
        if self.read.peek(&read.hash).is_none() {
            self.read.insert(read.hash, read);
        }
        if let Asked::Text(text, Some(hash)) = asked {
            self.sent.insert(hash, text.into());
        }
    }
}

/// The hash of a document that was let in must be the one that its caller named.
pub(super) fn is_what_was_named(hash: &Hash, asked: &Asked) -> Result<(), Refusal> {
    match asked {
        Asked::Text(_, Some(named)) if named != hash => {
            Err(Refusal::problem(Problem::bad_user_input(message!("hash-of-another"))))
        }
        _ => Ok(()),
    }
}

fn hash(text: &str) -> Hash {
    Sha256::digest(text.as_bytes()).into()
}

fn identifier(hash: &Hash) -> String {
    format!("{SHA256}{}", HEXLOWER.encode(hash))
}

fn names_a_hash(id: &str) -> bool {
    id.len() == 64 && HEXLOWER.decode(id.as_bytes()).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const FARE: &str = "{ viewer { name } }";

    fn with(documents: Vec<(Option<&str>, &str)>) -> Result<Documents, Unfit> {
        let documents = documents.into_iter().map(|(id, text)| (id.map(str::to_owned), text.to_owned())).collect();
        Documents::new(Trusted { documents, ..Trusted::default() }, &Limits::default())
    }

    #[test]
    fn a_trusted_document_is_known_by_its_identifier_and_by_its_hash() {
        let documents = with(vec![(Some("home"), FARE), (None, "{ spends { nodes { id } } }")]).unwrap();
        let found = |id: String| documents.find(&Asked::Listed(id)).map(|text| text.to_string()).ok();
        assert_eq!(found("home".into()).as_deref(), Some(FARE));
        assert_eq!(found(identifier(&hash(FARE))).as_deref(), Some(FARE));
        assert_eq!(documents.find(&Asked::Sent(hash(FARE))).unwrap().as_ref(), FARE);
        assert_eq!(found("away".into()), None);
    }

    #[test]
    fn a_list_that_contradicts_itself_is_refused() {
        let wrong = "0".repeat(64);
        for documents in [
            vec![(Some("home"), "{ viewer {")],
            vec![(Some(wrong.as_str()), FARE)],
            vec![(Some("sha256:0"), FARE)],
            vec![(Some("home"), FARE), (Some("home"), "{ other }")],
        ] {
            let shown = format!("{documents:?}");
            assert!(with(documents).is_err(), "{shown}");
        }
        let (sha1, plain) = ("5d41402abc4b2a76b9719d911017c592aaaaaaaa", HEXLOWER.encode(&hash(FARE)));
        assert!(with(vec![(Some(sha1), FARE), (Some(plain.as_str()), FARE)]).is_ok());
    }

    #[test]
    fn a_stranger_who_sends_without_end_fills_no_memory() {
        let documents = with(Vec::new()).unwrap();
        for n in 0..5_000 {
            let text = format!("{{ a{n} }} #{}", "x".repeat(16_000));
            let read = documents.read(&text, &Limits::default()).unwrap();
            documents.keep(Asked::Text(text.clone(), Some(hash(&text))), read);
        }
        assert!(documents.sent.weight() <= SENT_BYTES && documents.sent.len() > 100, "{}", documents.sent.weight());
        assert!(documents.read.weight() <= READ_BYTES && documents.read.len() > 10, "{}", documents.read.weight());
    }

    #[test]
    fn what_nobody_asked_to_keep_is_not_kept() {
        let documents = with(Vec::new()).unwrap();
        let read = documents.read(FARE, &Limits::default()).unwrap();
        documents.keep(Asked::Text(FARE.into(), None), Arc::clone(&read));
        assert!(documents.find(&Asked::Sent(hash(FARE))).is_err());
        documents.keep(Asked::Text(FARE.into(), Some(hash(FARE))), read);
        assert!(documents.find(&Asked::Sent(hash(FARE))).is_ok());
    }
}
