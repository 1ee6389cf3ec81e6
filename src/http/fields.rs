//! Which fields of the schema a document uses: read from the parsed document, each fragment once, and never from what
//! resolvers do. A field counts once for a document, however often and with whatever arguments it stands there.

use std::collections::{BTreeSet, HashMap, HashSet};

use async_graphql_parser::{
    parse_schema,
    types::{
        BaseType, ExecutableDocument, FieldDefinition, OperationType, SchemaDefinition, Selection, SelectionSet, Type,
        TypeDefinition, TypeKind, TypeSystemDefinition,
    },
};

/// Every field of a schema, found by its type and its name.
#[derive(Debug, Default)]
pub(super) struct Fields {
    all: Vec<Field>,
    places: HashMap<String, HashMap<String, usize>>,
    roots: Vec<(OperationType, String)>,
}

/// A field of the schema.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Field {
    /// The type it is of.
    pub(super) of: String,
    /// Its name.
    pub(super) name: String,
    /// Whether it is to go.
    pub(super) deprecated: bool,
    /// The type it answers with, below lists.
    pub(super) answers: String,
}

impl Fields {
    /// Reads a schema in the schema definition language; one that cannot be read has no fields.
    pub(super) fn of(sdl: &str) -> Self {
        let mut fields = Self::default();
        let Ok(document) = parse_schema(sdl) else { return fields };
        for definition in document.definitions {
            match definition {
                TypeSystemDefinition::Schema(schema) => fields.add_roots(schema.node),
                TypeSystemDefinition::Type(definition) => fields.add_type(definition.node),
                TypeSystemDefinition::Directive(_) => {}
            }
        }
        fields
    }

    fn add_roots(&mut self, schema: SchemaDefinition) {
        let named = [
            (OperationType::Query, schema.query),
            (OperationType::Mutation, schema.mutation),
            (OperationType::Subscription, schema.subscription),
        ];
        self.roots.extend(named.into_iter().filter_map(|(kind, name)| Some((kind, name?.node.to_string()))));
    }

    fn add_type(&mut self, definition: TypeDefinition) {
        let fields = match definition.kind {
            TypeKind::Object(object) => object.fields,
            TypeKind::Interface(interface) => interface.fields,
            _ => return,
        };
        let of = definition.name.node.to_string();
        for field in fields {
            let FieldDefinition { name, ty, directives, .. } = field.node;
            let deprecated = directives.iter().any(|directive| directive.node.name.node == "deprecated");
            let name = name.node.to_string();
            self.places.entry(of.clone()).or_default().insert(name.clone(), self.all.len());
            self.all.push(Field { of: of.clone(), name, deprecated, answers: innermost(&ty.node) });
        }
    }

    /// Every field, at its place.
    pub(super) fn all(&self) -> &[Field] {
        &self.all
    }

    /// The name of a type that has fields; none where it is a value.
    pub(super) fn object<'a>(&self, name: &'a str) -> Option<&'a str> {
        self.places.contains_key(name).then_some(name)
    }

    /// The places of the fields that an operation of a document uses, in order. What the schema does not have is none.
    pub(super) fn used_by(&self, document: &ExecutableDocument, operation: Option<&str>) -> Vec<usize> {
        let mut operations = document.operations.iter();
        let chosen = operations.find(|(name, _)| operation.is_none() || name.map(|name| name.as_str()) == operation);
        let Some((_, chosen)) = chosen else { return Vec::new() };
        let Some((_, root)) = self.roots.iter().find(|(kind, _)| *kind == chosen.node.ty) else { return Vec::new() };

        let (mut used, mut spread) = (BTreeSet::new(), HashSet::new());
        let mut open: Vec<(&str, &SelectionSet)> = vec![(root, &chosen.node.selection_set.node)];
        while let Some((of, set)) = open.pop() {
            for selection in &set.items {
                match &selection.node {
                    Selection::Field(field) => {
                        let place = self.places.get(of).and_then(|fields| fields.get(field.node.name.node.as_str()));
                        if let Some(place) = place {
                            used.insert(*place);
                            open.push((&self.all[*place].answers, &field.node.selection_set.node));
                        }
                    }
                    Selection::FragmentSpread(named) => {
                        let name = &named.node.fragment_name.node;
                        if let Some(fragment) = document.fragments.get(name)
                            && spread.insert(name)
                        {
                            let on = &fragment.node.type_condition.node.on.node;
                            open.push((on, &fragment.node.selection_set.node));
                        }
                    }
                    Selection::InlineFragment(inline) => {
                        let on = inline.node.type_condition.as_ref();
                        let on = on.map_or(of, |condition| condition.node.on.node.as_str());
                        open.push((on, &inline.node.selection_set.node));
                    }
                }
            }
        }
        used.into_iter().collect()
    }
}

fn innermost(ty: &Type) -> String {
    match &ty.base {
        BaseType::Named(name) => name.to_string(),
        BaseType::List(inner) => innermost(inner),
    }
}

#[cfg(test)]
mod tests {
    use async_graphql_parser::parse_query;

    use super::*;

    const SDL: &str = r#"
        schema { query: Root mutation: Change }
        interface Named { name: String! }
        type Hub implements Named { name: String! near: [Hub!]! fax: String @deprecated(reason: "no more") }
        type Root { hub(id: ID!): Hub hubs: [Hub!]! named: Named }
        type Change { open: Hub }
    "#;

    fn used(document: &str, operation: Option<&str>) -> Vec<String> {
        let fields = Fields::of(SDL);
        let places = fields.used_by(&parse_query(document).unwrap(), operation);
        places.iter().map(|place| format!("{}.{}", fields.all()[*place].of, fields.all()[*place].name)).collect()
    }

    #[test]
    fn a_field_counts_once_however_often_it_stands_there() {
        let document = "{ a: hub(id: 1) { name } b: hub(id: 2) { name near { near { name } } } __typename }";
        assert_eq!(used(document, None), ["Hub.name", "Hub.near", "Root.hub"]);
    }

    #[test]
    fn fragments_are_looked_through_once_and_may_go_round() {
        let document = "{ hubs { ...h ...h } named { name ... on Hub { fax } ... { name } } }
            fragment h on Hub { near { ...h } }";
        assert_eq!(used(document, None), ["Named.name", "Hub.near", "Hub.fax", "Root.hubs", "Root.named"]);
    }

    #[test]
    fn only_the_operation_that_is_meant_counts() {
        let document = "query A { hubs { name } } mutation B { open { fax } }";
        assert_eq!(used(document, Some("A")), ["Hub.name", "Root.hubs"]);
        assert_eq!(used(document, Some("B")), ["Hub.fax", "Change.open"]);
        assert!(used(document, Some("C")).is_empty());
    }

    #[test]
    fn what_the_schema_does_not_have_is_not_counted() {
        assert_eq!(used("{ hubs { mayor { name } } king }", None), ["Root.hubs"]);
        assert!(used("subscription { hubs { name } }", None).is_empty());
    }

    #[test]
    fn what_is_to_go_is_known() {
        let deprecated: Vec<_> = Fields::of(SDL).all.into_iter().filter(|field| field.deprecated).collect();
        assert_eq!(deprecated.len(), 1);
        assert_eq!((deprecated[0].of.as_str(), deprecated[0].name.as_str()), ("Hub", "fax"));
    }
}
