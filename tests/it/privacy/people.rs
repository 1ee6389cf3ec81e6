//! People: a name or a reference is enough, who may be known already is pointed out, and nobody else's people are found.

use busfare_entity::{idempotency, person, person_key, words::PersonId};
use futures_util::future::join_all;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};

use super::{named, record_about, somebody};
use crate::{
    council::{Council, Person, key, on_both},
    verbs::{PUT_PERSON, REQUEST, does, refused},
};

/// People by some of a name.
const SEARCH: &str = "query($words: String!) { people(search: $words) { id displayName reference } }";
/// People who may be the one that is meant.
const SIMILAR: &str = "query($name: String, $reference: String) {
    similarPeople(displayName: $name, reference: $reference) { likeness person { displayName } } }";

/// The names that a search finds.
async fn finds(person: &Person<'_>, words: &str) -> Vec<Value> {
    let found = person.good(SEARCH, json!({ "words": words })).await["people"].clone();
    found.as_array().unwrap().iter().map(|one| one["displayName"].clone()).collect()
}

/// Somebody by id, as she sees them.
async fn sees(person: &Person<'_>, id: &str) -> Value {
    let read = "query($id: ID!) { node(id: $id) { ... on Person { displayName reference records { id } } } }";
    person.good(read, json!({ "id": id })).await["node"].clone()
}

on_both! {
    async fn a_name_or_a_reference_is_enough_and_what_is_never_needed_is_not_taken(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let id = somebody();

        let first = does(&mari, PUT_PERSON, json!({ "personId": id, "displayName": "  Siân \n o'r siop " })).await;
        let both = does(&mari, PUT_PERSON, json!({ "personId": id, "reference": "CF-2041/7" })).await;

        assert_eq!(first["person"], json!({ "id": id, "displayName": "Siân o'r siop", "reference": null }));
        assert_eq!(both["person"], json!({ "id": id, "displayName": "Siân o'r siop", "reference": "CF-2041/7" }));
        for (input, code) in [
            (json!({}), "NAME_OR_REFERENCE_NEEDED"),
            (json!({ "displayName": "Ann 943 476 5919" }), "LOOKS_LIKE_NHS_NUMBER"),
            (json!({ "reference": "9434765919" }), "LOOKS_LIKE_NHS_NUMBER"),
            (json!({ "displayName": "Ann 03/02/1987" }), "LOOKS_LIKE_DATE_OF_BIRTH"),
            (json!({ "reference": "<b>" }), "REFERENCE_NOT_VALID"),
        ] {
            assert_eq!(refused(&mari, PUT_PERSON, input.clone()).await, code, "{input}");
        }
        let record = record_about(&mari, &id, "A warm room").await;
        let read = mari.good("query($id: ID!) { node(id: $id) { ... on Record { person { displayName records { id } } } } }", json!({ "id": record })).await;
        assert_eq!(read["node"]["person"], json!({ "displayName": "Siân o'r siop", "records": [{ "id": record }] }));
    }

    async fn who_may_be_known_already_is_pointed_out_and_never_in_the_way(council: &Council) {
        let (mari, tomos, elin) = (council.person("mari.prydderch").await, council.person("tomos.ellwood").await, council.person("elin.caradog").await);
        let known = named(&mari, "Siân Price").await;
        does(&mari, PUT_PERSON, json!({ "personId": known, "reference": "CF-2041" })).await;
        named(&mari, "Delyth Morgan").await;

        for (input, likeness) in [
            (json!({ "displayName": "Sian Pryce" }), "NAMES_ALIKE"),
            (json!({ "displayName": "price, SIÂN" }), "SAME_NAME"),
            (json!({ "reference": "cf2041" }), "SAME_REFERENCE"),
        ] {
            let put = does(&tomos, PUT_PERSON, input.clone()).await;
            assert!(put["person"]["id"].is_string() && put["person"]["id"] != json!(known), "{put:#}");
            let same = put["mayBeTheSame"].as_array().unwrap();
            assert!(same.contains(&json!({ "likeness": likeness, "person": { "id": known, "displayName": "Siân Price" } })), "{put:#}");
            assert!(same.iter().all(|one| one["person"]["id"] != put["person"]["id"] && one["person"]["displayName"] != "Delyth Morgan"));
        }
        let before = tomos.good(SIMILAR, json!({ "name": "Delith Morgan" })).await["similarPeople"].clone();
        assert_eq!(before, json!([{ "likeness": "NAMES_ALIKE", "person": { "displayName": "Delyth Morgan" } }]));
        // Another team is not told who goes where for help.
        let theirs = does(&elin, PUT_PERSON, json!({ "displayName": "Siân Price" })).await;
        assert_eq!(theirs["mayBeTheSame"], json!([]));
        assert_eq!(elin.good(SIMILAR, json!({ "reference": "CF-2041" })).await["similarPeople"], json!([]));
    }

    async fn somebody_is_found_by_some_of_a_name_and_nobody_elses_people_are(council: &Council) {
        let (mari, tomos, elin) = (council.person("mari.prydderch").await, council.person("tomos.ellwood").await, council.person("elin.caradog").await);
        let id = named(&mari, "Siân O'Brien").await;
        does(&mari, PUT_PERSON, json!({ "personId": id, "reference": "CF-77" })).await;
        named(&mari, "Rhys Jones").await;
        let hers = named(&elin, "Siân Elsewhere").await;

        for words in ["sian", "SIÂN O", "obr", "o'brien sia", "cf 77", "Sian Obrein"] {
            assert_eq!(finds(&tomos, words).await, [json!("Siân O'Brien")], "{words}");
        }
        assert_eq!(finds(&tomos, "elsewhere").await, [json!(null); 0]);
        assert_eq!(finds(&elin, "obr").await, [json!(null); 0]);
        for words in ["", "  ", "\u{202e}", &"x".repeat(81)] {
            assert_eq!(mari.problem(SEARCH, json!({ "words": words })).await, "BAD_USER_INPUT");
        }
        assert_eq!(finds(&mari, "%").await, [json!(null); 0]);
        assert_eq!((sees(&mari, &hers).await, sees(&elin, &id).await), (Value::Null, Value::Null));
        assert_eq!(refused(&elin, PUT_PERSON, json!({ "personId": id, "displayName": "Mine" })).await, "ID_ALREADY_USED");
        // Whoever helps somebody herself sees them.
        let purpose = council.purpose("bus-fare").await.to_string();
        does(&elin, REQUEST, json!({ "purposeId": purpose, "unitPrice": "1.15", "personId": id })).await;
        assert_eq!(sees(&elin, &id).await, json!({ "displayName": "Siân O'Brien", "reference": "CF-77", "records": [] }));
    }

    async fn a_name_that_is_changed_is_gone_from_everywhere_it_was_found_by(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let id = named(&mari, "Gwendolen Vaughan").await;
        does(&mari, PUT_PERSON, json!({ "personId": id, "displayName": "Young person 3" })).await;

        assert_eq!(finds(&mari, "gwendolen").await, [json!(null); 0]);
        let reader = council.state.db.reader();
        let kept: PersonId = id.parse().unwrap();
        let keys = person_key::Entity::find().filter(person_key::Column::PersonId.eq(kept)).all(reader).await.unwrap();
        assert!(!keys.is_empty() && keys.iter().all(|key| !key.name_key.contains("gw") && !key.name_key.contains("vau")), "{keys:?}");
        for row in idempotency::Entity::find().all(reader).await.unwrap() {
            assert!(!format!("{row:?}").to_lowercase().contains("gwendolen"), "{row:?}");
        }
    }

    async fn two_devices_that_name_the_same_person_at_once_name_one_person(council: &Council) {
        let devices = join_all((0..6).map(|_| council.person("mari.prydderch"))).await;
        for round in 0..10 {
            let id = somebody();
            let puts = devices.iter().enumerate().map(|(place, device)| {
                does(device, PUT_PERSON, json!({ "personId": id, "displayName": format!("Name{place} Round{round}") }))
            });

            let put = join_all(puts).await;

            assert!(put.iter().all(|one| one["userErrors"] == json!([])), "{put:#?}");
            let found = finds(&devices[0], &format!("round{round}")).await;
            assert_eq!(found.len(), 1, "{found:?}");
            let kept: PersonId = id.parse().unwrap();
            let row = person::Entity::find_by_id(kept).one(council.state.db.reader()).await.unwrap().unwrap();
            let keys = person_key::Entity::find().filter(person_key::Column::PersonId.eq(kept)).all(council.state.db.reader()).await.unwrap();
            let mut keys: Vec<String> = keys.into_iter().map(|key| key.name_key).collect();
            keys.sort();
            let wanted: Vec<String> = busfare::store::person::identity(&row).found_by().into_iter().collect();
            assert_eq!(keys, wanted);
        }
    }

    async fn the_same_request_again_names_nobody_twice(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let input = json!({ "idempotencyKey": key(), "displayName": "Ann" });

        let (first, again) = (does(&mari, PUT_PERSON, input.clone()).await, does(&mari, PUT_PERSON, input).await);

        assert_eq!((&first["replayed"], &again["replayed"], &again["person"]), (&json!(false), &json!(true), &first["person"]));
        assert_eq!(finds(&mari, "ann").await, [json!("Ann")]);
    }

    async fn many_people_cost_as_many_statements_as_few(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let list = "query($words: String!) { people(search: $words) { team { name } warnings { kind } records { id person { id } } } }";
        let mut costs = Vec::new();
        for (name, count) in [("Few", 2), ("Many", 20)] {
            for place in 0..count {
                let id = named(&mari, &format!("{name} Number{place}")).await;
                record_about(&mari, &id, "x").await;
            }
            mari.good(list, json!({ "words": name })).await;
            let before = council.state.db.statements();
            let found = mari.good(list, json!({ "words": name })).await["people"].as_array().unwrap().len();
            assert!(found >= count, "{found}");
            costs.push(council.state.db.statements() - before);
        }
        assert_eq!(costs[0], costs[1], "{costs:?}");
    }
}
