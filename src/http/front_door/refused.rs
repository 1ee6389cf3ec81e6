//! Why a document may not come in: a closed list of plain sentences, each saying what to do next.

use crate::api::error::{Code, Problem};

/// Letters of a caller's own name that a message repeats; the rest would push it past 140 characters.
const SHOWN_NAME_CHARS: usize = 40;

/// Which part of the specification a refusal falls under; it decides the HTTP status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The document is not GraphQL.
    Syntax,
    /// The document is GraphQL, but asks for more than one request may.
    Limit,
    /// The document is GraphQL, but contradicts itself, its variables or the operation's name.
    Validation,
}

/// A document or request that may not come in.
///
/// Every message is plain English, at most 140 characters, and says what to change.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The document has too many bytes.
    #[error("The document is over {limit_bytes} bytes. Ask for less, or split it into smaller requests.")]
    DocumentTooLong { limit_bytes: usize },
    /// The document has too many tokens.
    #[error("The document has over {limit} words and symbols. Ask for less, or split it into smaller requests.")]
    TooManyTokens { limit: usize },
    /// Brackets, or selection sets once expanded, nest too deep.
    #[error("The request nests brackets or fragments over {limit} deep. Flatten it, or ask in several requests.")]
    TooNested { limit: usize },
    /// The JSON of the request holds too many values.
    #[error("The request's JSON holds over {limit} values. Send fewer at a time.")]
    TooManyValues { limit: usize },
    /// A string or block string has no end.
    #[error("The text that starts at line {line}, column {column} never ends. Close it with a quote.")]
    UnfinishedText { line: usize, column: usize },
    /// The parser stopped here.
    #[error("The document could not be read at line {line}, column {column}. Check the GraphQL just there.")]
    Syntax { line: usize, column: usize },
    /// There are fragments, but nothing to run.
    #[error("The document has no operation. Add a query or a mutation.")]
    NoOperation,
    /// An operation without a name shares the document with others.
    #[error("An operation without a name must be the only one in its document. Name it, or send it alone.")]
    UnnamedAmongOthers,
    /// Several operations, and no word on which to run.
    #[error("The document has several operations. Say which one to run in operationName.")]
    OperationNameNeeded,
    /// No operation has the name asked for.
    #[error("The document has no operation named \"{name}\". Check operationName.")]
    UnknownOperation { name: String },
    /// Two operations share a name.
    #[error("Two operations are named \"{name}\". Rename one.")]
    OperationTwice { name: String },
    /// Two fragments share a name.
    #[error("Two fragments are named \"{name}\". Rename one.")]
    FragmentTwice { name: String },
    /// A spread names a fragment that is not in the document.
    #[error("There is no fragment named \"{name}\" in the document. Add it, or remove the spread.")]
    UnknownFragment { name: String },
    /// A fragment contains itself, directly or through others.
    #[error("The fragment \"{name}\" contains itself. Remove the spread that leads back to it.")]
    CircularFragment { name: String },
    /// A variable that may not be null has no value.
    #[error("The variable ${name} needs a value. Send one in variables.")]
    MissingVariable { name: String },
    /// Too many selections once every fragment is expanded.
    #[error("The document selects over {limit} fields once fragments are expanded. Ask for fewer fields.")]
    TooManySelections { limit: u32 },
    /// Too many aliases.
    #[error("The document has over {limit} aliases. Ask for lists instead, or in several requests.")]
    TooManyAliases { limit: u32 },
    /// Too many directives in one place.
    #[error("More than {limit} directives stand in one place. Remove some.")]
    TooManyDirectives { limit: usize },
    /// Fields nest too deep.
    #[error("The document nests fields over {limit} deep. Ask for the inner objects in their own request.")]
    TooDeep { limit: u32 },
    /// The operation may cost more than any one may.
    #[error(
        "This would cost {cost}, and one request may cost {limit}. Ask for fewer items with first, or fewer fields."
    )]
    TooCostly { cost: u32, limit: u32 },
}

impl Refused {
    /// Which part of the specification this falls under.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        match self {
            Self::UnfinishedText { .. } | Self::Syntax { .. } => Kind::Syntax,
            Self::DocumentTooLong { .. }
            | Self::TooManyTokens { .. }
            | Self::TooNested { .. }
            | Self::TooManyValues { .. }
            | Self::TooManySelections { .. }
            | Self::TooManyAliases { .. }
            | Self::TooManyDirectives { .. }
            | Self::TooDeep { .. }
            | Self::TooCostly { .. } => Kind::Limit,
            Self::NoOperation
            | Self::UnnamedAmongOthers
            | Self::OperationNameNeeded
            | Self::UnknownOperation { .. }
            | Self::OperationTwice { .. }
            | Self::FragmentTwice { .. }
            | Self::UnknownFragment { .. }
            | Self::CircularFragment { .. }
            | Self::MissingVariable { .. } => Kind::Validation,
        }
    }

    /// The code the client sees.
    #[must_use]
    pub const fn code(&self) -> Code {
        match self.kind() {
            Kind::Syntax | Kind::Validation => Code::BadUserInput,
            Kind::Limit => Code::QueryTooComplex,
        }
    }

    /// The one-based line and column of a syntax error, where there is one.
    #[must_use]
    pub const fn line_and_column(&self) -> Option<(usize, usize)> {
        match self {
            Self::UnfinishedText { line, column } | Self::Syntax { line, column } => Some((*line, *column)),
            _ => None,
        }
    }

    pub(super) fn unknown_operation(name: &str) -> Self {
        Self::UnknownOperation { name: shown(name) }
    }

    pub(super) fn operation_twice(name: &str) -> Self {
        Self::OperationTwice { name: shown(name) }
    }

    pub(super) fn fragment_twice(name: &str) -> Self {
        Self::FragmentTwice { name: shown(name) }
    }

    pub(super) fn unknown_fragment(name: &str) -> Self {
        Self::UnknownFragment { name: shown(name) }
    }

    pub(super) fn circular_fragment(name: &str) -> Self {
        Self::CircularFragment { name: shown(name) }
    }

    pub(super) fn missing_variable(name: &str) -> Self {
        Self::MissingVariable { name: shown(name) }
    }
}

impl From<Refused> for Problem {
    fn from(refused: Refused) -> Self {
        Self::new(refused.code(), refused.to_string())
    }
}

fn shown(name: &str) -> String {
    match name.char_indices().nth(SHOWN_NAME_CHARS) {
        Some((end, _)) => format!("{}...", &name[..end]),
        None => name.to_owned(),
    }
}
