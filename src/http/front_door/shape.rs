//! The shape of a parsed document once its fragments are expanded, measured without ever expanding them.

use std::collections::HashMap;

use async_graphql::{Value as ConstValue, Variables};
use async_graphql_parser::{
    Positioned,
    types::{Directive, ExecutableDocument, Field, OperationDefinition, Selection, SelectionSet},
};
use async_graphql_value::{Number, Value};

use super::{Limits, Refused};

/// Items a list is taken to have when the document does not say, which is also the schema's default page.
const ITEMS_BY_DEFAULT: u32 = 25;

/// The most items a list is taken to have, which is also the schema's largest page.
const ITEMS_AT_MOST: u64 = 100;

/// What a selection set amounts to; every sum saturates.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Shape {
    /// Fields, spreads and inline fragments, expanded.
    pub(super) selections: u32,
    /// Selections, each counted once for every list item it may be resolved for.
    pub(super) cost: u32,
    /// Aliases, expanded.
    aliases: u32,
    /// Fields within fields.
    depth: u32,
    /// Selection sets within selection sets, spreads included.
    nesting: usize,
    /// Whether `nodes` or `edges` is selected here, so that the field around it is a page of a list.
    is_page: bool,
}

/// Measures the whole document against the limits, and `operation` alone for its selections and cost.
///
/// Every operation and fragment counts against the limits, because the library validates them all.
pub(super) fn measure(
    document: &ExecutableDocument,
    operation: &OperationDefinition,
    variables: &Variables,
    limits: &Limits,
) -> Result<Shape, Refused> {
    let mut measurer =
        Measurer { document, operation, variables, limits, fragments: HashMap::new(), written_aliases: 0 };

    let (mut whole, mut chosen) = (Shape::default(), Shape::default());
    for (_, other) in document.operations.iter() {
        measurer.check_directives(&other.node.directives)?;
        for variable in &other.node.variable_definitions {
            measurer.check_directives(&variable.node.directives)?;
        }
        let shape = measurer.selection_set(&other.node.selection_set.node, 1)?;
        whole.add(shape);
        measurer.check(&whole)?;
        if std::ptr::eq(&other.node, operation) {
            chosen = shape;
        }
    }
    for name in document.fragments.keys() {
        measurer.fragment(name, 1)?;
    }
    Ok(chosen)
}

/// What is known of a fragment so far.
#[derive(Clone, Copy)]
enum Known {
    /// It is being measured now, so meeting it again is a circle.
    Open,
    /// It has been measured, and never need be again.
    Measured(Shape),
}

struct Measurer<'a> {
    document: &'a ExecutableDocument,
    operation: &'a OperationDefinition,
    variables: &'a Variables,
    limits: &'a Limits,
    fragments: HashMap<&'a str, Known>,
    written_aliases: u32,
}

impl<'a> Measurer<'a> {
    /// `level` is how many selection sets are open around this one; it bounds the recursion.
    fn selection_set(&mut self, set: &'a SelectionSet, level: usize) -> Result<Shape, Refused> {
        if level > self.limits.nesting {
            return Err(Refused::TooNested { limit: self.limits.nesting });
        }
        let mut shape = Shape { nesting: 1, ..Shape::default() };
        for item in &set.items {
            self.check_directives(item.node.directives())?;
            shape.add(match &item.node {
                Selection::Field(field) => self.field(&field.node, level)?,
                Selection::FragmentSpread(spread) => {
                    self.fragment(&spread.node.fragment_name.node, level + 1)?.as_one_more_selection()
                }
                Selection::InlineFragment(inline) => {
                    self.selection_set(&inline.node.selection_set.node, level + 1)?.as_one_more_selection()
                }
            });
            self.check(&shape)?;
        }
        Ok(shape)
    }

    fn field(&mut self, field: &'a Field, level: usize) -> Result<Shape, Refused> {
        let aliases = u32::from(field.alias.is_some());
        self.written_aliases = self.written_aliases.saturating_add(aliases);

        let inner = if field.selection_set.node.items.is_empty() {
            Shape::default()
        } else {
            self.selection_set(&field.selection_set.node, level + 1)?
        };
        Ok(Shape {
            selections: inner.selections.saturating_add(1),
            cost: inner.cost.saturating_mul(self.items(field, &inner)).saturating_add(1),
            aliases: inner.aliases.saturating_add(aliases),
            depth: inner.depth.saturating_add(1),
            nesting: inner.nesting.saturating_add(1),
            is_page: matches!(field.name.node.as_str(), "nodes" | "edges"),
        })
    }

    fn fragment(&mut self, name: &str, level: usize) -> Result<Shape, Refused> {
        let Some((name, fragment)) = self.document.fragments.get_key_value(name) else {
            return Err(Refused::unknown_fragment(name));
        };
        match self.fragments.get(name.as_str()) {
            Some(Known::Open) => return Err(Refused::circular_fragment(name)),
            Some(Known::Measured(shape)) if level.saturating_add(shape.nesting) > self.limits.nesting + 1 => {
                return Err(Refused::TooNested { limit: self.limits.nesting });
            }
            Some(Known::Measured(shape)) => return Ok(*shape),
            None => {}
        }
        self.check_directives(&fragment.node.directives)?;
        self.fragments.insert(name, Known::Open);
        let shape = self.selection_set(&fragment.node.selection_set.node, level)?;
        self.fragments.insert(name, Known::Measured(shape));
        Ok(shape)
    }

    /// How many times what is inside this field may be resolved.
    fn items(&self, field: &Field, inner: &Shape) -> u32 {
        match field.get_argument("first") {
            Some(first) => self.asked_for(&first.node).unwrap_or(ITEMS_BY_DEFAULT),
            None if inner.is_page => ITEMS_BY_DEFAULT,
            None if self.limits.lists.contains(&field.name.node.as_str()) => self.limits.list_rows,
            None => 1,
        }
    }

    /// The whole number a `first` stands for, from 1 to 100, or `None` when it is not one.
    fn asked_for(&self, first: &Value) -> Option<u32> {
        match first {
            Value::Number(number) => clamped(number),
            Value::Variable(name) => {
                let default = || {
                    let definitions = &self.operation.variable_definitions;
                    let definition = definitions.iter().find(|definition| definition.node.name.node == *name)?;
                    definition.node.default_value.as_ref().map(|value| &value.node)
                };
                match self.variables.get(name).or_else(default)? {
                    ConstValue::Number(number) => clamped(number),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    fn check(&self, shape: &Shape) -> Result<(), Refused> {
        let limits = self.limits;
        if shape.selections > limits.selections {
            return Err(Refused::TooManySelections { limit: limits.selections });
        }
        if shape.aliases.max(self.written_aliases) > limits.aliases {
            return Err(Refused::TooManyAliases { limit: limits.aliases });
        }
        if shape.depth > limits.depth {
            return Err(Refused::TooDeep { limit: limits.depth });
        }
        Ok(())
    }

    fn check_directives(&self, directives: &[Positioned<Directive>]) -> Result<(), Refused> {
        if directives.len() > self.limits.directives {
            return Err(Refused::TooManyDirectives { limit: self.limits.directives });
        }
        Ok(())
    }
}

impl Shape {
    fn add(&mut self, other: Self) {
        self.selections = self.selections.saturating_add(other.selections);
        self.cost = self.cost.saturating_add(other.cost);
        self.aliases = self.aliases.saturating_add(other.aliases);
        self.depth = self.depth.max(other.depth);
        self.nesting = self.nesting.max(other.nesting);
        self.is_page |= other.is_page;
    }

    /// A spread or inline fragment is itself a selection, and one level of nesting.
    fn as_one_more_selection(self) -> Self {
        Self {
            selections: self.selections.saturating_add(1),
            cost: self.cost.saturating_add(1),
            nesting: self.nesting.saturating_add(1),
            ..self
        }
    }
}

fn clamped(number: &Number) -> Option<u32> {
    let asked = match (number.as_u64(), number.as_i64()) {
        (Some(positive), _) => positive,
        (None, Some(_)) => 1,
        (None, None) => return None,
    };
    u32::try_from(asked.clamp(1, ITEMS_AT_MOST)).ok()
}
