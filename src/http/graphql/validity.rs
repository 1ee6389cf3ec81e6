//! Whether a request is valid by the schema, with every rule of the specification. The library that runs documents leaves
//! out some of them and looks at a document anew each time, so a stricter reader looks at each document first, and once; what
//! is looked at again are the values of variables.

mod inputs;
mod variables;

use std::sync::Arc;

use apollo_compiler::{
    ExecutableDocument, Schema,
    diagnostic::Diagnostic,
    validation::{DiagnosticData, Valid},
};
use async_graphql::{Pos, ServerError, Variables};
use quick_cache::{Weighter, sync::Cache};

use self::variables::Declared;
use super::documents::Hash;

/// Bytes of documents that are remembered as valid. What is kept of one are its variables.
const VALID_BYTES: u64 = 2 * 1024 * 1024;
/// How many that is about.
const VALID_AT_ONCE: usize = 8 * 1024;
/// What remembering one costs besides its text, in bytes.
const EACH_BYTES: u64 = 128;
/// Errors that are told of one document; more of them help nobody.
const ERRORS_AT_MOST: usize = 20;
/// What introspection answers beyond what the reader of schemas knows of it.
const NEWER_INTROSPECTION: &str = "extend type __Type { isOneOf: Boolean }";

/// The schema as the rules read it.
pub struct Validity {
    schema: Valid<Schema>,
    valid: Cache<Hash, Arc<Known>, ByBytes>,
}

/// A document that breaks no rule.
struct Known {
    operations: Vec<Declared>,
    bytes: u64,
}

#[derive(Clone)]
struct ByBytes;

impl Weighter<Hash, Arc<Known>> for ByBytes {
    fn weight(&self, _hash: &Hash, known: &Arc<Known>) -> u64 {
        known.bytes + EACH_BYTES
    }
}

/// A schema that breaks the rules itself; the sentence says where.
#[derive(Debug, thiserror::Error)]
#[error("The schema is not valid: {0}")]
pub struct InvalidSchema(String);

impl Validity {
    /// By the schema in this text.
    ///
    /// # Errors
    ///
    /// [`InvalidSchema`] where it is none.
    pub fn by(sdl: &str) -> Result<Self, InvalidSchema> {
        let sdl = [sdl, NEWER_INTROSPECTION].join("\n");
        let schema = Schema::parse_and_validate(sdl, "schema.graphql");
        let schema = schema.map_err(|invalid| InvalidSchema(invalid.errors.to_string()))?;
        Ok(Self { schema, valid: Cache::with_weighter(VALID_AT_ONCE, VALID_BYTES, ByBytes) })
    }

    /// What is wrong with a request, in the order in which it stands there: with its document, or else with the values of its
    /// variables. The document must have been let in: only what is small and shallow is looked at in little time.
    pub(super) fn errors(
        &self,
        (hash, document): (&Hash, &str),
        operation: Option<&str>,
        values: &Variables,
    ) -> Vec<ServerError> {
        let known = self.valid.get(hash).map_or_else(|| self.look_at(hash, document), Ok);
        let errors = known.map(|known| {
            let meant = known.operations.iter().find(|declared| declared.is_meant_by(operation));
            meant.map(|declared| declared.errors(&self.schema, values)).unwrap_or_default()
        });
        let mut errors = errors.unwrap_or_else(|errors| errors);
        errors.truncate(ERRORS_AT_MOST);
        errors
    }

    fn look_at(&self, hash: &Hash, document: &str) -> Result<Arc<Known>, Vec<ServerError>> {
        let read = ExecutableDocument::parse_and_validate(&self.schema, document, "request")
            .map_err(|invalid| invalid.errors.iter().map(|found| told(&found)).collect::<Vec<_>>())?;
        let errors = inputs::errors(&read);
        if !errors.is_empty() {
            return Err(errors);
        }
        let operations = read.operations.iter().map(|operation| Declared::by(operation, &read.sources)).collect();
        let known = Arc::new(Known { operations, bytes: document.len() as u64 });
        self.valid.insert(*hash, Arc::clone(&known));
        Ok(known)
    }
}

fn told(found: &Diagnostic<'_, DiagnosticData>) -> ServerError {
    let place = found.line_column_range().map(|place| Pos { line: place.start.line, column: place.start.column });
    ServerError::new(capitalised(&found.error.to_string()), place)
}

/// A sentence, as the others are.
fn capitalised(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api;

    #[test]
    fn a_document_is_valid_by_the_schema_or_told_why_and_where() {
        let validity = Validity::by(api::sdl()).unwrap();
        let asked = |document: &str| validity.errors((&[0; 32], document), None, &Variables::default());
        assert!(asked("{ viewer {\n nothing } }").iter().any(|error| error.locations == [Pos { line: 2, column: 2 }]));
        assert!(asked("{ viewer { practitioner { name } } }").is_empty());
        assert!(asked("{ nothing }").is_empty(), "what is known as valid is not looked at again");
    }

    #[test]
    fn a_schema_that_is_none_is_told() {
        assert!(Validity::by("type Query { a: Nowhere }").is_err_and(|error| error.to_string().contains("Nowhere")));
    }
}
