//! Finding: by words whatever their accents, by what it is for, by how far it is; and what to ring first about.

use busfare::{
    rules::directory::{Point, Wanted, search},
    store::{self, directory::Listed},
};
use serde_json::{Value, json};

use super::{at, imports, read, service};
use crate::council::{Council, Person, on_both};

const FIND: &str = "query($search: String, $need: String, $near: NearInput, $first: Int! = 20) {
    resources(search: $search, need: $need, near: $near, first: $first) { metres resource { name stale assuredOn } } }";

/// The names of what is found.
async fn finds(person: &Person<'_>, wanted: Value) -> Vec<String> {
    let found = person.good(FIND, wanted).await["resources"].as_array().unwrap().clone();
    found.iter().map(|found| found["resource"]["name"].as_str().unwrap().to_owned()).collect()
}

/// Any services: few words, few needs and few places, so that many are alike.
fn any_services(count: u32) -> Value {
    let mut chance = 0x5EED_u32;
    let mut draw = move |below: u32| {
        chance = chance.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (chance >> 16) % below
    };
    let words = ["Caffi", "Siân", "food", "Foodbank", "art", "bank", "~tilde", "Ŵyn", "a", "zed"];
    let mut some = |most: u32| (0..=draw(most)).map(|_| words[draw(10) as usize]).collect::<Vec<_>>().join(" ");
    let services = (0..count).map(|number| (number, some(2), some(4)));
    let services: Vec<_> = services.collect();
    let services = services.into_iter().map(|(number, name, description)| {
        let mut more = if draw(4) == 0 {
            json!({})
        } else {
            at(51.0 + f64::from(draw(100)) / 500.0, -3.0 + f64::from(draw(3)) / 10.0)
        };
        let need = ["Food", "food!", "Warm place"][draw(3) as usize];
        more["attributes"] =
            json!([{ "id": "x", "taxonomy_term": { "id": format!("t{}", draw(3)), "name": need, "description": "" } }]);
        more["description"] = json!(description);
        more["status"] = json!(["active", "active", "temporarily closed", "defunct"][draw(4) as usize]);
        service(&format!("any-{number:03}"), &name, more)
    });
    services.collect()
}

on_both! {
    async fn a_service_is_found_by_words_without_accents_by_need_and_by_distance(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let term = |mut one: Value| { one["attributes"] = json!([{ "id": "x", "taxonomy_term": { "id": "t-9", "name": "Gwaith coed", "description": "" } }]); one };
        imports(council, &json!([
            term(service("1", "Gweithdy Siân", at(53.20, -4.10))),
            service("2", "Woodwork", json!({ "description": "With Sian, at the Gweithdy." })),
            term(service("3", "Sied y Gogledd", at(53.24, -4.10))),
            service("4", "Old gweithdy", json!({ "status": "defunct" })),
        ]), None).await;

        for words in ["SIAN", "siân", "gweith sian", "sian gweithdy"] {
            assert_eq!(finds(&mari, json!({ "search": words })).await, ["Gweithdy Siân", "Woodwork"], "{words}");
        }
        for need in ["t-9", "gwaith coed", " GWAITH COED "] {
            assert_eq!(finds(&mari, json!({ "need": need })).await, ["Gweithdy Siân", "Sied y Gogledd"], "{need}");
        }
        let near = |within: f64| json!({ "latitude": 53.235, "longitude": -4.10, "withinKm": within });
        let found = mari.good(FIND, json!({ "near": near(10.0) })).await;
        assert_eq!(found["resources"][0], json!({ "metres": 556, "resource": { "name": "Sied y Gogledd", "stale": true, "assuredOn": null } }));
        assert_eq!(finds(&mari, json!({ "near": near(10.0) })).await, ["Sied y Gogledd", "Gweithdy Siân"]);
        assert_eq!(finds(&mari, json!({ "near": near(1.0) })).await, ["Sied y Gogledd"]);
        assert_eq!(finds(&mari, json!({ "near": near(10.0), "search": "gweithdy", "need": "t-9" })).await, ["Gweithdy Siân"]);
        assert_eq!(finds(&mari, json!({ "near": near(10.0), "first": 1 })).await, ["Sied y Gogledd"]);
        for nothing in [json!({ "search": "-- ;" }), json!({ "search": "nobody" }), json!({ "need": "t-8" }), json!({ "search": "%" })] {
            assert_eq!(finds(&mari, nothing).await, [""; 0]);
        }
    }

    async fn the_database_finds_what_the_rule_finds_in_its_order(council: &Council) {
        imports(council, &any_services(300), None).await;
        let reader = council.state.db.reader();
        let ours = store::people::organisations(reader).await.unwrap().remove(0).id;
        let all = store::directory::list(reader, ours, &Listed::default(), (0, 1_000)).await.unwrap();
        let all = read(&json!(all));
        assert_eq!(all.len(), 306);

        let point = |north, east| Point::try_new(north, east).unwrap();
        let nears = [None, Some((point(51.1, -3.0), 3_000)), Some((point(51.05, -2.9), 20_000)), Some((point(-40.0, 100.0), 50_000))];
        let mut compared = 0;
        for words in ["", "foo", "sian", "caffi bank", "a f", "ŵyn", "~", "zed zed a", "tilde"] {
            for need in [None, Some("t1"), Some("FOOD"), Some("warm  place"), Some("nothing"), Some("")] {
                for near in nears {
                    for most in [5, 1_000] {
                        let wanted = Wanted { words: words.into(), need: need.map(str::to_owned), near };
                        let found = store::directory::find(reader, ours, &wanted, most as u64).await.unwrap();
                        let found: Vec<_> = found.iter().map(|found| (found.kept.row.published_id.as_str(), found.metres)).collect();
                        let wanted_found = search(&all, &wanted, most);
                        let by_rule: Vec<_> = wanted_found.iter().map(|found| (found.record.id.as_str(), found.metres)).collect();
                        assert_eq!(found, by_rule, "{wanted:?}");
                        compared += found.len();
                    }
                }
            }
        }
        assert!(compared > 2_000, "{compared}");
    }

    async fn whatever_nobody_looked_at_for_six_months_is_to_be_rung_first(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let days_ago = |days| json!((busfare::http::clock::now().date_naive() - chrono::Days::new(days)).to_string());
        let assured = |id: &str, on: Value| service(id, &format!("Stale {id}"), json!({ "assured_date": on }));
        imports(council, &json!([assured("a", days_ago(180)), assured("b", days_ago(190)), assured("c", json!("soon")), assured("d", json!("2999-01-01"))]), None).await;

        let found = mari.good(FIND, json!({ "search": "stale" })).await;
        let said: Vec<_> = found["resources"].as_array().unwrap().iter().map(|found| found["resource"]["stale"].clone()).collect();
        assert_eq!(said, [json!(false), json!(true), json!(true), json!(true)], "{found:#}");
    }

    async fn many_services_cost_as_many_statements_as_few(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let find = "query($words: String!) { resources(search: $words, first: 50) { resource { id name stale needs { name } places { accessibility } publishedUrl } } }";
        let mut costs = Vec::new();
        for (name, count) in [("Few", 2), ("Many", 40)] {
            imports(council, &(0..count).map(|place| service(&format!("{name}-{place}"), name, at(51.0, -3.0))).collect(), None).await;
            mari.good(find, json!({ "words": name })).await;
            let before = council.state.db.statements();
            assert_eq!(mari.good(find, json!({ "words": name })).await["resources"].as_array().unwrap().len(), count);
            costs.push(council.state.db.statements() - before);
        }
        assert_eq!(costs[0], costs[1], "{costs:?}");
    }
}
