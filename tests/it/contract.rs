//! The contract with the phone: `schema.graphql` is what the server says, and the schema keeps its own manners.

use std::path::Path;

use async_graphql_parser::{
    parse_schema,
    types::{FieldDefinition, InputValueDefinition, TypeDefinition, TypeKind, TypeSystemDefinition},
};
use busfare::api;

#[test]
fn the_schema_file_is_what_the_server_says() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("schema.graphql");
    expect_test::expect_file![path].assert_eq(api::sdl());
}

fn types() -> Vec<TypeDefinition> {
    let document = parse_schema(api::sdl()).unwrap();
    document
        .definitions
        .into_iter()
        .filter_map(|definition| match definition {
            TypeSystemDefinition::Type(definition) => Some(definition.node),
            _ => None,
        })
        .collect()
}

fn fields(kind: &TypeKind) -> Vec<&FieldDefinition> {
    match kind {
        TypeKind::Object(object) => object.fields.iter().map(|field| &field.node).collect(),
        TypeKind::Interface(interface) => interface.fields.iter().map(|field| &field.node).collect(),
        _ => Vec::new(),
    }
}

fn inputs(kind: &TypeKind) -> Vec<&InputValueDefinition> {
    match kind {
        TypeKind::InputObject(input) => input.fields.iter().map(|field| &field.node).collect(),
        _ => Vec::new(),
    }
}

#[test]
fn everything_is_described() {
    let mut bare = Vec::new();
    for definition in types() {
        let name = definition.name.node.as_str();
        if definition.description.is_none() {
            bare.push(name.to_owned());
        }
        for field in fields(&definition.kind) {
            if field.description.is_none() {
                bare.push(format!("{name}.{}", field.name.node));
            }
            let arguments = field.arguments.iter().filter(|argument| argument.node.description.is_none());
            bare.extend(arguments.map(|argument| format!("{name}.{}({})", field.name.node, argument.node.name.node)));
        }
        let undescribed = inputs(&definition.kind).into_iter().filter(|field| field.description.is_none());
        bare.extend(undescribed.map(|field| format!("{name}.{}", field.name.node)));
        if let TypeKind::Enum(listed) = &definition.kind {
            let values = listed.values.iter().filter(|value| value.node.description.is_none());
            bare.extend(values.map(|value| format!("{name}.{}", value.node.value.node)));
        }
    }
    assert!(bare.is_empty(), "without a description: {bare:#?}");
}

#[test]
fn every_scalar_says_who_specifies_it() {
    for definition in types().into_iter().filter(|definition| matches!(definition.kind, TypeKind::Scalar)) {
        let specified = definition.directives.iter().any(|directive| directive.node.name.node == "specifiedBy");
        assert!(specified, "{}", definition.name.node);
    }
}

#[test]
fn every_mutation_takes_one_input_and_answers_with_user_errors() {
    let all = types();
    let find = |name: &str| all.iter().find(|definition| definition.name.node == name).unwrap();
    for mutation in fields(&find("Mutation").kind) {
        let name = mutation.name.node.as_str();
        assert_eq!(mutation.arguments.len(), 1, "{name}");
        let input = mutation.arguments[0].node.ty.node.to_string();
        let expected = format!("{}{}Input!", name[..1].to_uppercase(), &name[1..]);
        assert_eq!(input, expected);

        // Signing in and out store no answer: theirs are secrets, or the same every time.
        let keyed = !["signIn", "signInWithCouncil", "refreshSession", "signOut"].contains(&name);
        let has_key = inputs(&find(input.trim_end_matches('!')).kind)
            .iter()
            .any(|field| field.name.node == "idempotencyKey" && field.ty.node.to_string() == "UUID!");
        assert_eq!(has_key, keyed, "{name}");

        let payload = find(mutation.ty.node.to_string().trim_end_matches('!'));
        let has = |field: &str| fields(&payload.kind).iter().any(|one| one.name.node == field);
        assert!(has("userErrors") || name == "signOut", "{name}");
        assert!(has("replayed") == keyed, "{name}");
    }
}

/// Every name a client can meet: types, fields, arguments and values.
fn names() -> Vec<String> {
    let mut names = Vec::new();
    for definition in types() {
        names.push(definition.name.node.to_string());
        for field in fields(&definition.kind) {
            names.push(field.name.node.to_string());
            names.extend(field.arguments.iter().map(|argument| argument.node.name.node.to_string()));
        }
        names.extend(inputs(&definition.kind).into_iter().map(|field| field.name.node.to_string()));
        if let TypeKind::Enum(listed) = &definition.kind {
            names.extend(listed.values.iter().map(|value| value.node.value.node.to_string()));
        }
    }
    names
}

#[test]
fn nothing_in_the_schema_scores_locks_or_approves_people() {
    for name in names() {
        let plain = name.to_lowercase();
        for word in ["score", "rating", "rank", "league", "lock", "approv", "punish", "float"] {
            assert!(!plain.contains(word), "{name}");
        }
    }
}
