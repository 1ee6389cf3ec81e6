//! Pointing out: in a conversation or to a person, by whoever sees them, and for no longer than the conversation is kept.

use busfare::store;
use busfare_entity::{introduction, record};
use chrono::TimeDelta;
use sea_orm::{ConnectionTrait, EntityTrait, PaginatorTrait};
use serde_json::{Value, json};

use super::{imports, service};
use crate::{
    council::{Council, Person, key, on_both},
    privacy::{
        kept::{becomes, begun, form, noon, round},
        named, record_about,
    },
    verbs::{COMPLETE, INTRODUCE, STORY, does, refused},
};

/// The id of a service by its name.
async fn finds(person: &Person<'_>, name: &str) -> Value {
    let found = person
        .good("query($name: String!) { resources(search: $name) { resource { id } } }", json!({ "name": name }))
        .await;
    found["resources"][0]["resource"]["id"].clone()
}

/// The names of the services that somebody was introduced to.
async fn introduced(person: &Person<'_>, to: &str) -> Vec<Value> {
    let read = "query($id: ID!) { node(id: $id) { ... on Person { introductions { resource { name } } } ... on Record { introductions { resource { name } } } } }";
    let node = person.good(read, json!({ "id": to })).await["node"].clone();
    let rows = node.get("introductions").and_then(Value::as_array).cloned().unwrap_or_default();
    rows.into_iter().map(|row| row["resource"]["name"].clone()).collect()
}

on_both! {
    async fn a_service_is_pointed_out_in_a_conversation_and_to_a_person(council: &Council) {
        let (mari, tomos) = (council.person("mari.prydderch").await, council.person("tomos.ellwood").await);
        let (pantry, advice) = (finds(&mari, "pantry").await, finds(&mari, "money matters").await);
        let person = named(&mari, "Ann").await;
        let record = record_about(&mari, &person, "Food is short").await;

        let input = json!({ "idempotencyKey": key(), "resourceId": pantry, "recordId": record, "note": " Ask for Siân " });
        let first = does(&mari, INTRODUCE, input.clone()).await;
        assert_eq!((&first["introduction"]["note"], &first["introduction"]["resource"]["name"]), (&json!("Ask for Siân"), &json!("Pantri Caerfelin Pantry")));
        assert_eq!((&first["introduction"]["record"]["id"], &first["introduction"]["introducedBy"]["name"]), (&json!(record), &json!("Mari Prydderch")));
        let again = does(&mari, INTRODUCE, input.clone()).await;
        assert_eq!((&again["introduction"], &again["replayed"]), (&first["introduction"], &json!(true)));
        let mut other = input;
        other["resourceId"] = advice.clone();
        assert_eq!(refused(&mari, INTRODUCE, other).await, "IDEMPOTENCY_KEY_REUSED");
        does(&mari, INTRODUCE, json!({ "resourceId": advice, "personId": person })).await;

        // It is part of what is held about them, and what another team said is counted.
        let row = introduction::Entity::find().one(council.state.db.reader()).await.unwrap().unwrap();
        let iwan = council.person("iwan.tegid").await;
        let others = introduction::Model { id: store::mint::id(), team_id: iwan.row().team_id, introduced_by: iwan.row().id, record_id: None, person_id: Some(person.parse().unwrap()), ..row };
        let txn = council.state.db.begin().await.unwrap();
        store::directory::introduced(&txn, others).await.unwrap();
        txn.commit().await.unwrap();
        let access = does(&mari, STORY, json!({ "personId": person })).await["access"].clone();
        let html = access["html"].as_str().unwrap();
        assert!(html.contains("Pointed out: Pantri Caerfelin Pantry (Ask for Siân)") && html.contains("Pointed out: Money matters, Caerfelin"), "{html}");
        assert_eq!(access["withheld"], 1);

        for colleague in [&mari, &tomos] {
            assert_eq!(introduced(colleague, &record).await, [json!("Pantri Caerfelin Pantry")]);
            assert_eq!(introduced(colleague, &person).await, [json!("Money matters, Caerfelin"), json!("Pantri Caerfelin Pantry")]);
        }
        assert_eq!(introduction::Entity::find().count(council.state.db.reader()).await.unwrap(), 3);
        let node = mari.good("query($id: ID!) { node(id: $id) { id ... on Resource { name status } } }", json!({ "id": pantry })).await;
        assert_eq!(node["node"], json!({ "id": pantry, "name": "Pantri Caerfelin Pantry", "status": "ACTIVE" }));
    }

    async fn nobody_points_anything_out_to_somebody_else_s_person(council: &Council) {
        let (mari, iwan) = (council.person("mari.prydderch").await, council.person("iwan.tegid").await);
        let pantry = finds(&iwan, "pantry").await;
        let person = named(&mari, "Ann").await;
        let record = record_about(&mari, &person, "x").await;
        for whom in [json!({ "recordId": record }), json!({ "personId": person })] {
            let mut input = json!({ "idempotencyKey": key(), "resourceId": pantry });
            input.as_object_mut().unwrap().extend(whom.as_object().unwrap().clone());
            assert_eq!(iwan.problem(INTRODUCE, json!({ "input": input })).await, "NOT_FOUND");
        }
        does(&mari, INTRODUCE, json!({ "resourceId": pantry, "recordId": record })).await;
        assert_eq!((introduced(&iwan, &record).await.len(), introduced(&iwan, &person).await.len()), (0, 0));
        assert_eq!(introduction::Entity::find().count(council.state.db.reader()).await.unwrap(), 1);
    }

    async fn what_has_ended_or_is_gone_is_not_pointed_out_and_what_was_stays(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let person = named(&mari, "Ann").await;
        imports(council, &json!([service("g", "Gone group", json!({})), service("h", "Ended group", json!({}))]), Some("Ton")).await;
        let (gone, ended) = (finds(&mari, "gone group").await, finds(&mari, "ended group").await);
        does(&mari, INTRODUCE, json!({ "resourceId": gone, "personId": person })).await;
        imports(council, &json!([service("h", "Ended group", json!({ "status": "defunct" }))]), Some("Ton")).await;

        for id in [&gone, &ended] {
            assert_eq!(refused(&mari, INTRODUCE, json!({ "resourceId": id, "personId": person })).await, "RESOURCE_GONE");
        }
        assert_eq!(introduced(&mari, &person).await, [json!("Gone group")]);
        let read = "query($id: ID!) { node(id: $id) { ... on Resource { goneAt status } } }";
        assert!(mari.good(read, json!({ "id": gone })).await["node"]["goneAt"].is_string());
        assert_eq!(mari.good(read, json!({ "id": ended })).await["node"], json!({ "goneAt": null, "status": "ENDED" }));
    }

    async fn what_was_pointed_out_in_a_conversation_goes_with_it_and_nobody_edits_it(council: &Council) {
        let (mari, form) = (council.person("mari.prydderch").await, form(council).await);
        let id = begun(&mari, &form, &["short"]).await;
        does(&mari, INTRODUCE, json!({ "resourceId": finds(&mari, "pantry").await, "recordId": id })).await;
        does(&mari, COMPLETE, json!({ "recordId": id })).await;
        for edit in ["UPDATE introduction SET note = 'x'", "DELETE FROM introduction"] {
            let txn = council.state.db.begin().await.unwrap();
            let error = txn.execute_unprepared(edit).await.unwrap_err().to_string();
            assert!(error.contains("append-only"), "{error}");
        }
        becomes(council, &id, record::Column::CompletedAt, noon(0) - TimeDelta::days(50)).await;
        assert_eq!(round(council, 0).await.records, 1);
        assert_eq!(introduction::Entity::find().count(council.state.db.reader()).await.unwrap(), 0);
    }

    async fn many_introductions_cost_as_many_statements_as_few(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let pantry = finds(&mari, "pantry").await;
        let list = "query($words: String!) { people(search: $words) { introductions { note resource { name stale } introducedBy { name } person { id } record { id } } } }";
        let mut costs = Vec::new();
        for (name, count) in [("Few", 2), ("Many", 15)] {
            for place in 0..count {
                let person = named(&mari, &format!("{name} Number{place}")).await;
                let record = record_about(&mari, &person, "x").await;
                for whom in [json!({ "recordId": record }), json!({ "personId": person })] {
                    let mut input = json!({ "resourceId": pantry });
                    input.as_object_mut().unwrap().extend(whom.as_object().unwrap().clone());
                    does(&mari, INTRODUCE, input).await;
                }
            }
            mari.good(list, json!({ "words": name })).await;
            let before = council.state.db.statements();
            let found = mari.good(list, json!({ "words": name })).await["people"].as_array().unwrap().clone();
            assert!(found.len() >= count && found.iter().take(count).all(|person| person["introductions"].as_array().unwrap().len() == 2), "{found:#?}");
            costs.push(council.state.db.statements() - before);
        }
        assert_eq!(costs[0], costs[1], "{costs:?}");
    }
}
