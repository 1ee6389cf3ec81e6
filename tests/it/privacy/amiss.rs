//! Bad input about people and who reads what: told in plain words, and nothing changes.

use serde_json::{Value, json};

use super::{named, record_about, somebody};
use crate::{
    bad_input::everything,
    council::{Council, key, on_both},
    verbs::{
        END_WARNING, EXTEND, HOLD, OPEN_RESTRICTED, PURGE, PUT_PERSON, RESTRICT, WARN, an_app, does, refused, with_key,
    },
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
        for query in ["{ retentionDryRun { more } }", "{ people(search: \"ann\") { id } }", "{ similarPeople(displayName: \"ann\") { likeness } }"] {
            assert_eq!(council.stranger().problem(query, json!({})).await, "UNAUTHENTICATED");
        }
    }

    async fn every_verb_about_keeping_tells_what_is_wrong_in_plain_words(council: &Council) {
        let (mari, iwan, gethin) = (council.person("mari.prydderch").await, council.person("iwan.tegid").await, council.person("gethin.bowmer").await);
        let record = record_about(&mari, &named(&mari, "Ann").await, "x").await;
        let (extend, hold) = (json!({ "recordId": record }), json!({ "recordId": record, "held": true, "reason": "A court may ask for it." }));
        let goods = [(EXTEND, extend, &mari), (HOLD, hold, &gethin), (PURGE, json!({ "most": 5 }), &gethin)];
        let mut app = council.stranger();
        app.token = Some(an_app(council).await);
        let before = everything(council).await;
        for (verb, good, who) in &goods {
            for field in good.as_object().unwrap().keys() {
                for value in rubbish() {
                    let mut bad = with_key(good.clone());
                    bad[field] = value;
                    let expected = if field == "recordId" && bad[field].is_i64() { "NOT_FOUND" } else { "BAD_USER_INPUT" };
                    assert_eq!(who.problem(verb, json!({ "input": bad })).await, expected, "{verb} {field}");
                }
            }
            if good.get("recordId").is_some() {
                assert_eq!(iwan.problem(verb, json!({ "input": with_key(good.clone()) })).await, "NOT_FOUND", "{verb}");
                for id in ["".to_owned(), "recd_".into(), somebody(), somebody().replace("pers", "recd"), "'; DROP TABLE record; --".into()] {
                    let mut nowhere = with_key(good.clone());
                    nowhere["recordId"] = json!(id);
                    assert_eq!(who.problem(verb, json!({ "input": nowhere })).await, "NOT_FOUND", "{verb} {id}");
                }
            }
            for (stranger, code) in [(&council.stranger(), "UNAUTHENTICATED"), (&app, "FORBIDDEN")] {
                assert_eq!(stranger.problem(verb, json!({ "input": with_key(good.clone()) })).await, code, "{verb}");
            }
        }
        for (reason, code) in [("", "REASON_NEEDED"), ("hhhhhhhhhhhhhh", "REASON_NEEDED"), ("A court\u{202e} asks for it.", "TEXT_NOT_PLAIN"), (&"court ".repeat(100), "TEXT_TOO_LONG")] {
            assert_eq!(refused(&gethin, HOLD, json!({ "recordId": record, "held": true, "reason": reason })).await, code);
        }
        for most in [0, -1, 501, i32::MAX, i32::MIN] {
            assert_eq!(gethin.problem(PURGE, json!({ "input": with_key(json!({ "most": most })) })).await, "BAD_USER_INPUT", "{most}");
        }
        for first in [json!(0), json!(101), json!(-1), json!("x"), json!(1.5)] {
            let query = "query($first: Int) { retentionDryRun(first: $first) { more } }";
            assert_eq!(gethin.problem(query, json!({ "first": first })).await, "BAD_USER_INPUT", "{first}");
        }
        assert_eq!(everything(council).await, before);
        // A key that was used for something else.
        for ((verb, good, who), (field, other)) in goods.iter().zip([("recordId", json!(record_about(&mari, &named(&mari, "Bea").await, "y").await)), ("held", json!(false)), ("most", json!(6))]) {
            let mut input = with_key(good.clone());
            assert_eq!(does(who, verb, input.clone()).await["userErrors"], json!([]), "{verb}");
            input[field] = other;
            assert_eq!(refused(who, verb, input).await, "IDEMPOTENCY_KEY_REUSED", "{verb}");
        }
    }
}
