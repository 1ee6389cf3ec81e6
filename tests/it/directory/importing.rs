//! Importing: what comes is kept and passed on as it came, the same again changes nothing, and many take few statements.

use std::time::Instant;

use busfare::store::directory::Imported;
use busfare_entity::{resource, resource_key};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder};
use serde_json::{Value, json};

use super::{at, imports, new, opens, passed_on, schema, service, standard};
use crate::council::{Council, on_both};

/// Everything that is kept of services.
async fn kept(council: &Council) -> Vec<resource::Model> {
    resource::Entity::find().order_by_asc(resource::Column::Id).all(council.state.db.reader()).await.unwrap()
}

/// A thousand services, each with words, a need and a place of its own.
fn a_thousand(words: &str) -> Value {
    (0..1_000)
        .map(|number| {
            let need = json!([{ "id": "x", "taxonomy_term": { "id": format!("need-{}", number % 40), "name": format!("Need {}", number % 40), "description": "" } }]);
            let description = (0..60).map(|word| format!("{words}{} ", (number * 7 + word) % 900)).collect::<String>();
            let mut more = at(51.0 + f64::from(number) / 1_000.0, -3.0);
            more["attributes"] = need;
            more["description"] = json!(description);
            more["assured_date"] = json!("2026-10-01");
            service(&format!("thousand-{number:04}"), &format!("Group {number}"), more)
        })
        .collect()
}

on_both! {
    async fn the_standard_s_examples_come_in_go_out_as_they_came_and_are_valid(council: &Council) {
        let (Some(schema), Some(full), Some(list)) = (schema(), standard("examples/service_full.json"), standard("examples/service_list.json")) else { return };
        let id = full["id"].as_str().unwrap();

        assert_eq!(imports(council, &full, None).await, new(1));
        assert_eq!(passed_on(council, id).await.unwrap(), full);
        // The list has the same service with less in it.
        assert_eq!(imports(council, &list, None).await, Imported { changed: 1, ..Imported::default() });
        assert_eq!(passed_on(council, id).await.unwrap(), list["contents"][0]);
        assert_eq!(imports(council, &full, None).await, Imported { changed: 1, ..Imported::default() });

        let (status, page) = opens(council, "?per_page=100").await;
        let fields = |page: &Value| page.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
        assert_eq!((status, fields(&page)), (200, fields(&list)), "the page is the standard's");
        let contents = page["contents"].as_array().unwrap();
        assert_eq!((contents.len(), &page["total_items"]), (10, &json!(10)), "three hubs, six of the demo's, and this");
        for service in contents {
            let faults: Vec<_> = schema.iter_errors(service).map(|fault| fault.to_string()).collect();
            assert_eq!(faults, [""; 0], "{service:#}");
        }
        assert!(contents.contains(&full));
    }

    async fn the_same_feed_again_changes_nothing_and_another_what_differs(council: &Council) {
        let feed = json!([service("a", "Food bank", at(51.48, -3.18)), service("b", "Art group", json!({ "x_more": { "deep": [1.50, null, 1e30] } }))]);
        assert_eq!(imports(council, &feed, None).await, new(2));
        let before = kept(council).await;

        for _ in 0..2 {
            assert_eq!(imports(council, &feed, None).await, Imported { same: 2, ..Imported::default() });
            assert_eq!(kept(council).await, before);
        }
        let other = json!([service("b", "Craft group", json!({})), service("c", "Choir", json!({}))]);
        assert_eq!(imports(council, &other, None).await, Imported { changed: 1, new: 1, ..Imported::default() });

        let after = kept(council).await;
        let unchanged = |row: &&resource::Model| row.published_id != "b" && row.published_id != "c";
        assert!(after.iter().filter(unchanged).eq(before.iter().filter(|row| row.published_id != "b")));
        let craft = after.iter().find(|row| row.published_id == "b").unwrap();
        assert_eq!(Some(craft.id), before.iter().find(|row| row.published_id == "b").map(|row| row.id), "it keeps its id");
        let words = resource_key::Entity::find().filter(resource_key::Column::ResourceId.eq(craft.id)).order_by_asc(resource_key::Column::Word);
        let words: Vec<_> = words.all(council.state.db.reader()).await.unwrap().into_iter().map(|row| row.word).collect();
        assert_eq!(words, ["craft", "group", "~craft", "~group"], "it is found under its new name alone");
    }

    async fn what_all_of_somebody_s_services_lack_is_gone_until_it_comes_back(council: &Council) {
        let (a, b, c) = (service("a", "A", json!({})), service("b", "B", json!({})), service("c", "C", json!({})));
        imports(council, &json!([a, b]), Some("Ton")).await;
        imports(council, &json!([c]), Some("Pen")).await;

        assert_eq!(imports(council, &json!([a]), Some("Ton")).await, Imported { same: 1, gone: 1, ..Imported::default() });
        assert!(passed_on(council, "b").await.is_none() && passed_on(council, "c").await.is_some());
        assert_eq!(imports(council, &json!([a]), Some("Ton")).await, Imported { same: 1, ..Imported::default() });
        // Some services alone say nothing about the others.
        assert_eq!(imports(council, &json!([a]), None).await, Imported { same: 1, ..Imported::default() });
        assert_eq!(imports(council, &json!([b]), None).await, Imported { changed: 1, ..Imported::default() });
        assert_eq!(passed_on(council, "b").await, Some(b));
        assert_eq!(imports(council, &json!([]), Some("Ton")).await, Imported { gone: 2, ..Imported::default() });
    }

    async fn a_thousand_services_take_few_statements(council: &Council) {
        let mut costs = Vec::new();
        for (feed, expected) in [
            (a_thousand("word"), new(1_000)),
            (a_thousand("word"), Imported { same: 1_000, ..Imported::default() }),
            (a_thousand("other"), Imported { changed: 1_000, ..Imported::default() }),
        ] {
            let (before, began) = (council.state.db.statements(), Instant::now());
            assert_eq!(imports(council, &feed, Some("Thousand")).await, expected);
            let statements = council.state.db.statements() - before;
            println!("1,000 services: {expected:?} in {:?} and {statements} statements", began.elapsed());
            costs.push(statements);
        }
        assert!(costs[0] <= 40 && costs[1] <= 8 && costs[2] <= 40, "{costs:?}");
        let words = resource_key::Entity::find().count(council.state.db.reader()).await.unwrap();
        assert!(words > 60_000, "{words}");
    }
}
