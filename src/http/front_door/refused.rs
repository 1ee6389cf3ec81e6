//! Why a document may not come in: a closed list, and for each of them what the caller is told to do next.

use crate::api::{
    error::{Code, Problem},
    messages::{Message, message},
};

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
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refused {
    /// The document has too many bytes.
    DocumentTooLong { limit_bytes: usize },
    /// The document has too many tokens.
    TooManyTokens { limit: usize },
    /// Brackets, or selection sets once expanded, nest too deep.
    TooNested { limit: usize },
    /// The JSON of the request holds too many values.
    TooManyValues { limit: usize },
    /// A string or block string has no end.
    UnfinishedText { line: usize, column: usize },
    /// The parser stopped here.
    Syntax { line: usize, column: usize },
    /// There are fragments, but nothing to run.
    NoOperation,
    /// An operation without a name shares the document with others.
    UnnamedAmongOthers,
    /// Several operations, and no word on which to run.
    OperationNameNeeded,
    /// No operation has the name asked for.
    UnknownOperation { name: String },
    /// Two operations share a name.
    OperationTwice { name: String },
    /// Two fragments share a name.
    FragmentTwice { name: String },
    /// A spread names a fragment that is not in the document.
    UnknownFragment { name: String },
    /// A fragment contains itself, directly or through others.
    CircularFragment { name: String },
    /// A variable that may not be null has no value.
    MissingVariable { name: String },
    /// Too many selections once every fragment is expanded.
    TooManySelections { limit: u32 },
    /// Too many aliases.
    TooManyAliases { limit: u32 },
    /// Too many directives in one place.
    TooManyDirectives { limit: usize },
    /// Fields nest too deep.
    TooDeep { limit: u32 },
    /// The operation may cost more than any one may.
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

    /// What the caller is told to change.
    #[must_use]
    pub fn message(&self) -> Message {
        match self {
            Self::DocumentTooLong { limit_bytes } => message!("document-too-long", limit_bytes = limit_bytes),
            Self::TooManyTokens { limit } => message!("too-many-tokens", limit = limit),
            Self::TooNested { limit } => message!("too-nested", limit = limit),
            Self::TooManyValues { limit } => message!("too-many-values", limit = limit),
            Self::UnfinishedText { line, column } => message!("text-unfinished", line = line, column = column),
            Self::Syntax { line, column } => message!("document-unreadable", line = line, column = column),
            Self::NoOperation => message!("no-operation"),
            Self::UnnamedAmongOthers => message!("operation-unnamed"),
            Self::OperationNameNeeded => message!("operation-name-needed"),
            Self::UnknownOperation { name } => message!("operation-unknown", name = name),
            Self::OperationTwice { name } => message!("operation-twice", name = name),
            Self::FragmentTwice { name } => message!("fragment-twice", name = name),
            Self::UnknownFragment { name } => message!("fragment-unknown", name = name),
            Self::CircularFragment { name } => message!("fragment-circular", name = name),
            Self::MissingVariable { name } => message!("variable-missing", name = name),
            Self::TooManySelections { limit } => message!("too-many-selections", limit = limit),
            Self::TooManyAliases { limit } => message!("too-many-aliases", limit = limit),
            Self::TooManyDirectives { limit } => message!("too-many-directives", limit = limit),
            Self::TooDeep { limit } => message!("too-deep", limit = limit),
            Self::TooCostly { cost, limit } => message!("too-costly", cost = cost, limit = limit),
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
        Self::new(refused.code(), refused.message())
    }
}

fn shown(name: &str) -> String {
    match name.char_indices().nth(SHOWN_NAME_CHARS) {
        Some((end, _)) => format!("{}...", &name[..end]),
        None => name.to_owned(),
    }
}
