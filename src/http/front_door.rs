//! The front door: decides, before anything runs, whether a GraphQL document may come in and what it costs.
//!
//! Pure functions of the document, the operation's name, the variables and the limits. The order matters: size, then
//! tokens and brackets (our own loop), then the library's parser; and of what was read, each time, its shape.

mod escapes;
mod lexer;
mod refused;
mod shape;

use async_graphql::Variables;
use async_graphql_parser::{
    Error as ParseError, Pos, Positioned, parse_query,
    types::{DocumentOperations, ExecutableDocument, OperationDefinition, OperationType},
};

pub use self::{
    lexer::measure_json,
    refused::{Kind, Refused},
};

/// How much one document may ask for. Every figure is the largest that is allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of UTF-8 in the document, and in the query string of a GET.
    pub document_bytes: usize,
    /// Lexical tokens in the document; comments and white space are free.
    pub tokens: usize,
    /// Levels of open brackets in the document or the request body, and levels of selection sets once expanded.
    pub nesting: usize,
    /// Objects, lists and their members in the JSON of a request.
    pub json_values: usize,
    /// Fields, spreads and inline fragments, once every fragment is expanded.
    pub selections: u32,
    /// Aliases, expanded or as written, whichever is more.
    pub aliases: u32,
    /// Directives on any one field, spread, inline fragment, fragment, variable or operation.
    pub directives: usize,
    /// Fields within fields. The standard introspection query needs 15.
    pub depth: u32,
    /// Cost of the whole operation; see [`Admitted::cost`].
    pub cost: u32,
    /// Fields that answer with a short list without a `first`.
    pub lists: &'static [&'static str],
    /// Most rows of such a list.
    pub list_rows: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            document_bytes: 16 * 1024,
            tokens: 2_000,
            nesting: 32,
            json_values: 20_000,
            selections: 1_000,
            aliases: 30,
            directives: 5,
            depth: 20,
            cost: 10_000,
            lists: &[],
            list_rows: 1,
        }
    }
}

/// A document that may run.
#[derive(Debug, Clone, Copy)]
pub struct Admitted {
    /// Whether the chosen operation is a query, a mutation or a subscription.
    pub operation_type: OperationType,
    /// What running it may cost at most, at least 1: one for each expanded selection, where what is inside a list
    /// counts once for each item its `first` asks for (25 when it does not say).
    pub cost: u32,
    /// Fields, spreads and inline fragments, once every fragment is expanded.
    pub selections: u32,
}

/// Decides whether a document that was read may run, and what it costs.
///
/// # Errors
///
/// A [`Refused`] that says what to change. Each refusal is reached in time linear in the document's length.
pub fn admit(
    document: &ExecutableDocument,
    operation_name: Option<&str>,
    variables: &Variables,
    limits: &Limits,
) -> Result<Admitted, Refused> {
    // Which operation is meant, and has it what it needs?
    let operation = choose_operation(&document.operations, operation_name)?;
    require_variables(operation, variables)?;

    // Is what it asks for small enough to run?
    let shape = shape::measure(document, operation, variables, limits)?;
    if shape.cost > limits.cost {
        return Err(Refused::TooCostly { cost: shape.cost, limit: limits.cost });
    }

    let operation_type = operation.ty;
    Ok(Admitted { operation_type, cost: shape.cost.max(1), selections: shape.selections })
}

/// Reads a document that is small and shallow enough to be read.
///
/// # Errors
///
/// A [`Refused`] where it is too long, too deep or no GraphQL.
pub fn read(document: &str, limits: &Limits) -> Result<ExecutableDocument, Refused> {
    if document.len() > limits.document_bytes {
        return Err(Refused::DocumentTooLong { limit_bytes: limits.document_bytes });
    }
    lexer::measure_document(document, limits)?;
    parse_query(escapes::rewritten(document)).map_err(|error| unparsable(&error, limits))
}

fn unparsable(error: &ParseError, limits: &Limits) -> Refused {
    match error {
        ParseError::MultipleOperations { .. } => Refused::UnnamedAmongOthers,
        ParseError::OperationDuplicated { operation, .. } => Refused::operation_twice(operation),
        ParseError::FragmentDuplicated { fragment, .. } => Refused::fragment_twice(fragment),
        ParseError::MissingOperation => Refused::NoOperation,
        ParseError::RecursionLimitExceeded => Refused::TooNested { limit: limits.nesting },
        // The parser's own message is a drawing over several lines; where it stopped is the useful part.
        other => {
            let Pos { line, column } = other.positions().next().unwrap_or(Pos { line: 1, column: 1 });
            Refused::Syntax { line, column }
        }
    }
}

fn choose_operation<'a>(
    operations: &'a DocumentOperations,
    name: Option<&str>,
) -> Result<&'a OperationDefinition, Refused> {
    let chosen: Option<&Positioned<OperationDefinition>> = match (operations, name) {
        (DocumentOperations::Single(only), None) => Some(only),
        (DocumentOperations::Single(_), Some(_)) => None,
        (DocumentOperations::Multiple(all), Some(name)) => all.get(name),
        (DocumentOperations::Multiple(all), None) if all.len() == 1 => all.values().next(),
        (DocumentOperations::Multiple(_), None) => return Err(Refused::OperationNameNeeded),
    };
    chosen.map(|operation| &operation.node).ok_or_else(|| Refused::unknown_operation(name.unwrap_or_default()))
}

/// A variable that may not be null must be given, or the request fails before anything runs.
///
/// The library notices only when a resolver reads the variable, by which time other fields have already run.
fn require_variables(operation: &OperationDefinition, variables: &Variables) -> Result<(), Refused> {
    for definition in &operation.variable_definitions {
        let definition = &definition.node;
        let given = variables.get(&definition.name.node);
        let missing = match given {
            Some(value) => *value == async_graphql::Value::Null,
            None => definition.default_value.is_none(),
        };
        if missing && !definition.var_type.node.nullable {
            return Err(Refused::missing_variable(&definition.name.node));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
