//! Whether a document is valid by the schema, with every rule of the specification. The library that runs documents leaves
//! out some of them, so a stricter reader looks at each document first, and once.

mod inputs;

use apollo_compiler::{
    ExecutableDocument, Schema,
    diagnostic::Diagnostic,
    validation::{DiagnosticData, Valid},
};
use async_graphql::{Pos, ServerError};
use quick_cache::sync::Cache;

use super::documents::Hash;

/// Documents that are remembered as valid, about a hundred bytes each.
const REMEMBERED: usize = 10_000;
/// Errors that are told of one document; more of them help nobody.
const ERRORS_AT_MOST: usize = 20;
/// What introspection answers beyond what the reader of schemas knows of it.
const NEWER_INTROSPECTION: &str = "extend type __Type { isOneOf: Boolean }";

/// The schema as the rules read it.
pub struct Validity {
    schema: Valid<Schema>,
    valid: Cache<Hash, ()>,
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
        Ok(Self { schema, valid: Cache::new(REMEMBERED) })
    }

    /// What is wrong with a document, in the order in which it stands there. It must have been let in: only what is small
    /// and shallow is looked at in little time.
    pub(super) fn errors(&self, hash: &Hash, document: &str) -> Vec<ServerError> {
        if self.valid.get(hash).is_some() {
            return Vec::new();
        }
        let mut errors = match ExecutableDocument::parse_and_validate(&self.schema, document, "request") {
            Ok(read) => inputs::errors(&read),
            Err(invalid) => invalid.errors.iter().map(|found| told(&found)).collect(),
        };
        if errors.is_empty() {
            self.valid.insert(*hash, ());
        }
        errors.truncate(ERRORS_AT_MOST);
        errors
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
        let asked = |document: &str| validity.errors(&[0; 32], document);
        assert!(asked("{ viewer {\n nothing } }").iter().any(|error| error.locations == [Pos { line: 2, column: 2 }]));
        assert!(asked("{ viewer { practitioner { name } } }").is_empty());
        assert!(asked("{ nothing }").is_empty(), "what is known as valid is not looked at again");
    }

    #[test]
    fn a_schema_that_is_none_is_told() {
        assert!(Validity::by("type Query { a: Nowhere }").is_err_and(|error| error.to_string().contains("Nowhere")));
    }
}
