//! The rule about input objects that the stricter reader leaves out: a field is given once (GraphQL, September 2025, section
//! 5.6.3).

use std::collections::HashSet;

use apollo_compiler::{
    ExecutableDocument, Name, Node,
    ast::Value,
    executable::{Selection, SelectionSet},
};
use async_graphql::{Pos, ServerError};

/// The fields of inputs that are given more than once.
pub(super) fn errors(document: &ExecutableDocument) -> Vec<ServerError> {
    let mut twice = Vec::new();
    for operation in document.operations.iter() {
        operation
            .variables
            .iter()
            .filter_map(|variable| variable.default_value.as_ref())
            .for_each(|v| value(v, &mut twice));
        selections(&operation.selection_set, &mut twice);
    }
    document.fragments.values().for_each(|fragment| selections(&fragment.selection_set, &mut twice));
    let errors = twice.into_iter().map(|name| {
        let place = name.line_column_range(&document.sources).map(|place| place.start);
        let place = place.map(|place| Pos { line: place.line, column: place.column });
        ServerError::new(format!("There can be only one input field named `{name}`"), place)
    });
    errors.collect()
}

fn selections<'a>(set: &'a SelectionSet, twice: &mut Vec<&'a Name>) {
    for selection in &set.selections {
        match selection {
            Selection::Field(field) => {
                field.arguments.iter().for_each(|argument| value(&argument.value, twice));
                selections(&field.selection_set, twice);
            }
            Selection::InlineFragment(inline) => selections(&inline.selection_set, twice),
            // Each fragment is looked at by itself.
            Selection::FragmentSpread(_) => {}
        }
    }
}

fn value<'a>(given: &'a Node<Value>, twice: &mut Vec<&'a Name>) {
    match &**given {
        Value::List(items) => items.iter().for_each(|item| value(item, twice)),
        Value::Object(fields) => {
            let mut names = HashSet::new();
            for (name, member) in fields {
                if !names.insert(name) {
                    twice.push(name);
                }
                value(member, twice);
            }
        }
        _ => {}
    }
}
