//! The whole schema against every scope: which scope each field needs is a table that was read by somebody, the descriptions
//! say the same, and the server keeps to it, for what is one's own, another team's and another organisation's.

use std::{collections::BTreeSet, fmt::Write};

use async_graphql_parser::types::{BaseType, FieldDefinition, Type, TypeKind};
use busfare::rules::{
    app::authorization::listed as word,
    scope::{Field, Needs, listed, of_verb},
};
use busfare_entity::words::AppScope;
use expect_test::expect_file;
use futures_util::future::join_all;
use sea_orm::Iterable;
use serde_json::{Value, json};

use super::{acting, an_app};
use crate::{
    council::{Council, on_both},
    strangers::Contract,
};

fn innermost(ty: &Type) -> &str {
    match &ty.base {
        BaseType::Named(name) => name,
        BaseType::List(inner) => innermost(inner),
    }
}

fn is_object(contract: &Contract, name: &str) -> bool {
    let kind = contract.0.get(name).map(|definition| &definition.kind);
    matches!(kind, Some(TypeKind::Object(_) | TypeKind::Interface(_) | TypeKind::Union(_)))
}

/// What one field needs.
fn needs(contract: &Contract, of: &str, field: &FieldDefinition) -> BTreeSet<Needs> {
    let answers = innermost(&field.ty.node);
    let leads_to = is_object(contract, answers).then_some(answers);
    let all = Field { of, name: field.name.node.as_str(), leads_to }.needs();
    all.into_iter().filter(|needs| *needs != Needs::Nothing).collect()
}

fn written(needs: &BTreeSet<Needs>) -> String {
    let words = needs.iter().map(|needs| match needs {
        Needs::Nothing => ".".to_owned(),
        Needs::Scope(scope) => word(&[*scope]),
        Needs::InPerson => "in person".to_owned(),
    });
    let words: Vec<_> = words.collect();
    if words.is_empty() { ".".to_owned() } else { words.join(" + ") }
}

fn on_one_line(description: Option<&str>) -> String {
    description.unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn every_type_was_thought_about_and_each_field_needs_what_was_agreed() {
    let contract = Contract::read();
    let mut names: Vec<_> = contract.0.keys().filter(|name| is_object(&contract, name)).collect();
    names.sort_unstable();
    let mut table = String::from("What an app needs before it may use a field. A dot is nothing.\n");
    for name in names {
        assert!(listed(name).is_some(), "{name} is in no list of rules/scope.rs");
        writeln!(table, "\n{name}").unwrap();
        let fields = match &contract.0[name.as_str()].kind {
            TypeKind::Object(object) => &object.fields,
            TypeKind::Interface(interface) => &interface.fields,
            _ => continue,
        };
        for field in fields {
            let needs = written(&needs(&contract, name, &field.node));
            writeln!(table, "  {:<28} {needs}", field.node.name.node).unwrap();
        }
    }
    expect_file!["../scope_matrix.txt"].assert_eq(&table);
}

#[test]
fn the_descriptions_of_the_ways_in_name_the_scope() {
    let contract = Contract::read();
    for root in ["Query", "Mutation", "Subscription"] {
        for field in contract.fields(root) {
            let said = on_one_line(field.description.as_ref().map(|it| it.node.as_str()));
            let name = field.name.node.as_str();
            let needs = needs(&contract, root, field);
            for scope in AppScope::iter().map(|scope| (word(&[scope]), needs.contains(&Needs::Scope(scope)))) {
                assert_eq!(said.contains(&format!("`{}`", scope.0)), scope.1, "{root}.{name} and {}: {said}", scope.0);
            }
            let in_person = needs.contains(&Needs::InPerson);
            assert_eq!(said.contains("It is not an app's to use."), in_person, "{root}.{name}: {said}");
        }
    }
}

#[test]
fn the_description_of_each_type_names_its_scope() {
    let contract = Contract::read();
    let mut silent = Vec::new();
    for (name, definition) in &contract.0 {
        let is_list = name.ends_with("Connection") || name.ends_with("Edge");
        let sentence = match listed(name) {
            Some(Needs::Scope(scope)) if !is_list => format!("An app needs the scope `{}`.", word(&[scope])),
            Some(Needs::InPerson) if !is_list => "It is not an app's to use.".to_owned(),
            _ => continue,
        };
        if !on_one_line(definition.description.as_ref().map(|it| it.node.as_str())).contains(&sentence) {
            silent.push(format!("{name}: {sentence}"));
        }
    }
    assert!(silent.is_empty(), "{silent:#?}");
}

#[test]
fn deciding_on_money_and_whatever_is_nobody_elses_is_no_apps() {
    for verb in [
        "decideSpend",
        "takeAsk",
        "spendInEmergency",
        "signOut",
        "openRestricted",
        "subjectAccess",
        "purgeDue",
        "registerApp",
        "drawAllowance",
        "reflect",
    ] {
        assert_eq!(of_verb(verb), Needs::InPerson, "{verb}");
    }
}

on_both! {
    async fn each_way_in_is_open_to_the_scope_that_it_needs_and_to_no_other(council: &Council) {
        let contract = Contract::read();
        let tried = AppScope::iter().map(|scope| async move {
            let contract = Contract::read();
            // Each has a purse of its own.
            let app = an_app(council, &[scope]).await;
            let bus = acting(council, &app, "mari.prydderch", &[scope]).await;
            let mut tried = 0;
            for root in ["Query", "Mutation"] {
                for field in contract.fields(root) {
                    let open = needs(&contract, root, field).iter().all(|needs| needs.are_met_by(&[scope]));
                    let document = contract.document(root, field);
                    let answer = bus.sends(&document, json!({})).await;
                    let error = &answer["errors"][0];
                    let refused = error["message"].as_str().is_some_and(|words| words.starts_with("This app may not use") || words.contains("no app may use it"));
                    assert_eq!(refused, !open, "{}: {document}: {answer:#}", word(&[scope]));
                    assert!(!refused || (error["extensions"]["code"] == "FORBIDDEN" && answer["data"].is_null()), "{answer:#}");
                    tried += 1;
                }
            }
            tried
        });
        let tried: usize = join_all(tried).await.into_iter().sum();
        let ways = contract.fields("Query").len() + contract.fields("Mutation").len();
        assert_eq!(tried, ways * AppScope::iter().count());
    }

    async fn for_her_an_app_sees_her_own_another_teams_and_another_organisations_as_she_does(council: &Council) {
        let all: Vec<_> = AppScope::iter().collect();
        let app = an_app(council, &all).await;
        let mari = council.person("mari.prydderch").await;
        let spend = mari.requests_spend(json!({})).await["spend"]["id"].clone();
        let elsewhere = council.person("elin.caradog").await.requests_spend(json!({})).await["spend"]["id"].clone();
        let mut ids = vec![spend.clone(), elsewhere, json!(mari.row().id), json!(mari.row().team_id)];
        let hubs = mari.good("{ hubs { id } spendPurposes { id } forms { id } }", json!({})).await;
        for list in ["hubs", "spendPurposes", "forms"] {
            ids.push(hubs[list][0]["id"].clone());
        }
        let nodes = "query($ids: [ID!]!) { nodes(ids: $ids) { __typename id ... on Spend { decision total { amount } asker { name } } } }";
        let mut seen: Vec<Value> = Vec::new();
        for name in ["mari.prydderch", "tomos.ellwood", "elin.caradog"] {
            let herself = council.person(name).await.good(nodes, json!({ "ids": ids })).await;
            let through = acting(council, &app, name, &all).await.good(nodes, json!({ "ids": ids })).await;
            assert_eq!(through, herself, "{name}");
            seen.push(herself);
        }
        assert_ne!(seen[0], seen[2], "the story has something that only some of them see");
    }
}
