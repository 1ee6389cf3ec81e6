//! Every root field that the schema has, now or later, tried by somebody without a token and by an app.

use std::{collections::HashMap, fmt::Write};

use async_graphql_parser::{
    parse_schema,
    types::{BaseType, FieldDefinition, Type, TypeDefinition, TypeKind, TypeSystemDefinition},
};
use busfare::{api, demo};
use expect_test::expect_file;
use serde_json::{Value, json};

use crate::council::{Council, Person, key, on_both};

/// The schema, to make up requests from.
pub struct Contract(pub HashMap<String, TypeDefinition>);

impl Contract {
    pub fn read() -> Self {
        let document = parse_schema(api::sdl()).unwrap();
        let types = document.definitions.into_iter().filter_map(|definition| match definition {
            TypeSystemDefinition::Type(definition) => Some(definition.node),
            _ => None,
        });
        Self(types.map(|definition| (definition.name.node.to_string(), definition)).collect())
    }

    /// The fields of an object.
    pub fn fields(&self, name: &str) -> Vec<&FieldDefinition> {
        match &self.0[name].kind {
            TypeKind::Object(object) => object.fields.iter().map(|field| &field.node).collect(),
            other => panic!("{name} is {other:?}"),
        }
    }

    /// A document that asks for one root field with made-up arguments of the right types.
    pub fn document(&self, root: &str, field: &FieldDefinition) -> String {
        let arguments: Vec<_> = field
            .arguments
            .iter()
            .map(|argument| format!("{}: {}", argument.node.name.node, self.made_up(&argument.node.ty.node)))
            .collect();
        let arguments = if arguments.is_empty() { String::new() } else { format!("({})", arguments.join(", ")) };
        let selection = self.selection(&field.ty.node);
        format!("{} {{ it: {}{arguments} {selection} }}", root.to_lowercase(), field.name.node)
    }

    /// What to select: why it did not happen where there is such a thing, and else as little as can be.
    fn selection(&self, ty: &Type) -> &'static str {
        let name = match &ty.base {
            BaseType::List(inner) => return self.selection(inner),
            BaseType::Named(name) => name.as_str(),
        };
        match self.0.get(name).map(|definition| &definition.kind) {
            Some(TypeKind::Object(object))
                if object.fields.iter().any(|field| field.node.name.node == "userErrors") =>
            {
                "{ userErrors { code } }"
            }
            Some(TypeKind::Object(_) | TypeKind::Interface(_) | TypeKind::Union(_)) => "{ __typename }",
            _ => "",
        }
    }

    /// A literal of a type. Every field of an input is given, so that none is left untried.
    fn made_up(&self, ty: &Type) -> String {
        let name = match &ty.base {
            BaseType::List(inner) => return format!("[{}]", self.made_up(inner)),
            BaseType::Named(name) => name.as_str(),
        };
        let is_one_of =
            |definition: &TypeDefinition| definition.directives.iter().any(|it| it.node.name.node == "oneOf");
        match self.0.get(name).map(|definition| (&definition.kind, is_one_of(definition))) {
            Some((TypeKind::InputObject(input), one_of)) => {
                let count = if one_of { 1 } else { input.fields.len() };
                let fields = input.fields.iter().take(count);
                let fields: Vec<_> = fields
                    .map(|field| format!("{}: {}", field.node.name.node, self.made_up(&field.node.ty.node)))
                    .collect();
                format!("{{ {} }}", fields.join(", "))
            }
            Some((TypeKind::Enum(listed), _)) => listed.values[0].node.value.node.to_string(),
            _ => scalar(name).to_string(),
        }
    }
}

fn scalar(name: &str) -> Value {
    match name {
        "Int" => json!(1),
        "Float" => json!(1.5),
        "Boolean" => json!(true),
        "ID" | "String" => json!("x"),
        "UUID" => json!(key()),
        "Decimal" => json!("1.15"),
        "Date" => json!("2026-10-01"),
        "LocalTime" => json!("09:30"),
        "DateTime" => json!("2026-10-01T09:00:00Z"),
        "Url" => json!("https://example.org/"),
        "Upload" => json!("busfare-upload:0"),
        other => panic!("a new scalar, {other}: make one up here"),
    }
}

/// Tries every root field, and lists how each answered except with one of the expected codes.
async fn others_than(who: &Person<'_>, expected: &[&str]) -> String {
    let contract = Contract::read();
    let mut others = String::new();
    for root in ["Query", "Mutation"] {
        for field in contract.fields(root) {
            let document = contract.document(root, field);
            let answer = who.sends(&document, json!({})).await;
            let code = answer["errors"][0]["extensions"]["code"].as_str();
            if code.is_some_and(|code| expected.contains(&code)) {
                assert!(answer["data"].is_null() || answer["data"]["it"].is_null(), "{document}: {answer:#}");
                continue;
            }
            // Of a list, its first is enough.
            let it = &answer["data"]["it"];
            let outcome = match code {
                Some(code) => format!("{code} {}", answer["errors"][0]["message"]),
                None => it.as_array().and_then(|list| list.first()).unwrap_or(it).to_string(),
            };
            writeln!(others, "{root}.{}: {outcome}", field.name.node).unwrap();
        }
    }
    others
}

on_both! {
    async fn without_a_token_nothing_is_open_but_the_way_in(council: &Council) {
        let others = others_than(&council.stranger(), &["UNAUTHENTICATED"]).await;
        expect_file!["open_to_strangers.txt"].assert_eq(&others);
    }

    async fn an_app_reads_the_directory_and_the_forms_and_changes_nothing(council: &Council) {
        let here = council.address;
        let said = demo::greeting(&council.state.db, &council.state.key, here, council.data.path(), busfare::http::clock::now()).await.unwrap();
        let token = said.split("export APP='").nth(1).unwrap().split('\'').next().unwrap();
        let mut app = council.stranger();
        app.token = Some(token.to_owned());
        let others = others_than(&app, &["UNAUTHENTICATED", "FORBIDDEN"]).await;
        expect_file!["open_to_apps.txt"].assert_eq(&others);
    }

    async fn asking_for_no_ids_or_for_too_many_tells_a_stranger_nothing(council: &Council) {
        for ids in [json!([]), json!(vec!["x"; 101]), json!(["x"])] {
            let code = council.stranger().problem("query($ids: [ID!]!) { nodes(ids: $ids) { id } }", json!({ "ids": ids })).await;
            assert_eq!(code, "UNAUTHENTICATED", "{ids}");
        }
    }
}
