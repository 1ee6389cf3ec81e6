//! Bad input about people and who reads what: told in plain words, and nothing changes.

use serde_json::{Value, json};

use super::{named, record_about, somebody};
use crate::{
    council::{Council, key, on_both},
    verbs::{END_WARNING, OPEN_RESTRICTED, PUT_PERSON, RESTRICT, WARN, an_app, does, with_key},
};

/// Values that no input takes.
fn rubbish() -> Vec<Value> {
    vec![json!(-1), json!(1e300), json!([]), json!({}), json!([["x"]]), json!({ "a": "b" })]
}

on_both! {
    async fn every_verb_about_people_tells_what_is_wrong_in_plain_words(council: &Council) {
        let (mari, iwan) = (council.person("mari.prydderch").await, council.person("iwan.tegid").await);
        let person = named(&mari, "Ann").await;
        let record = record_about(&mari, &person, "x").await;
        let review = (busfare::http::clock::now().date_naive() + chrono::Days::new(30)).to_string();
        let warn = json!({ "personId": person, "kind": "ANIMAL", "evidence": "A dog was loose in the yard.", "reviewOn": review });
        let warning = does(&mari, WARN, warn.clone()).await["warning"]["id"].clone();
        let goods = [
            (PUT_PERSON, json!({ "personId": person, "displayName": "Ann", "reference": "CF-1" })),
            (WARN, warn),
            (END_WARNING, json!({ "warningId": warning, "reason": "The dog is gone now." })),
            (RESTRICT, json!({ "recordId": record, "restricted": true })),
            (OPEN_RESTRICTED, json!({ "recordId": record, "reason": "It cannot wait until Monday." })),
        ];
        for (verb, good) in &goods {
            for field in good.as_object().unwrap().keys() {
                for value in rubbish() {
                    let mut bad = with_key(good.clone());
                    bad[field] = value;
                    // A whole number can be an id, as far as GraphQL goes; it is nobody's here.
                    let is_id = field.ends_with("Id") && bad[field].is_i64() && *verb != PUT_PERSON;
                    let expected = if is_id { "NOT_FOUND" } else { "BAD_USER_INPUT" };
                    assert_eq!(mari.problem(verb, json!({ "input": bad })).await, expected, "{verb} {field}");
                }
                let mut hostile = with_key(good.clone());
                hostile[field] = json!("'; DROP TABLE person; --\u{202e}");
                let answer = mari.sends(verb, json!({ "input": hostile })).await;
                let told = answer["errors"].as_array().map_or(0, Vec::len) + answer["data"]["it"]["userErrors"].as_array().map_or(0, Vec::len);
                assert_eq!(told, 1, "{verb} {field}: {answer:#}");
            }
            // Somebody else's, and nobody's, in the same words.
            for id_field in ["personId", "warningId", "recordId"] {
                if *verb == PUT_PERSON || good.get(id_field).is_none() { continue; }
                // A restricted record is there to be opened by anybody of the organisation, and that is another story.
                if *verb != OPEN_RESTRICTED {
                    assert_eq!(iwan.problem(verb, json!({ "input": with_key(good.clone()) })).await, "NOT_FOUND", "{verb}");
                }
                for id in [somebody(), somebody().replace("pers", "recd"), somebody().replace("pers", "warn"), "".into(), "pers_".into()] {
                    let mut nowhere = with_key(good.clone());
                    nowhere[id_field] = json!(id);
                    assert_eq!(mari.problem(verb, json!({ "input": nowhere })).await, "NOT_FOUND", "{verb} {id}");
                }
            }
            // A key that was used for something else; nobody; an app.
            let keyed = json!({ "idempotencyKey": key() });
            let mut first = good.clone();
            first["idempotencyKey"] = keyed["idempotencyKey"].clone();
            if *verb == OPEN_RESTRICTED {
                does(&mari, RESTRICT, json!({ "recordId": record, "restricted": true })).await;
            }
            does(&mari, verb, first.clone()).await;
            let other = match *verb {
                PUT_PERSON => ("displayName", json!("Bea")),
                RESTRICT => ("restricted", json!(false)),
                WARN => ("kind", json!("WEAPON")),
                _ => ("reason", json!("Another reason altogether.")),
            };
            first[other.0] = other.1;
            assert_eq!(crate::verbs::refused(&mari, verb, first).await, "IDEMPOTENCY_KEY_REUSED", "{verb}");
            assert_eq!(council.stranger().problem(verb, json!({ "input": with_key(good.clone()) })).await, "UNAUTHENTICATED");
            let mut app = council.stranger();
            app.token = Some(an_app(council).await);
            assert_eq!(app.problem(verb, json!({ "input": with_key(good.clone()) })).await, "FORBIDDEN");
        }
        for query in ["{ people(search: \"ann\") { id } }", "{ similarPeople(displayName: \"ann\") { likeness } }"] {
            assert_eq!(council.stranger().problem(query, json!({})).await, "UNAUTHENTICATED");
        }
    }
}
