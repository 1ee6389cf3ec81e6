//! Idempotency keys that are none, and keys that were used for something else.

use serde_json::{Value, json};

use super::{Hers, everything, with};
use crate::{
    council::{Council, key, on_both},
    verbs::{ATTACH, CAPTURE, COMPLETE, DECIDE, NOTE, PUT, QUESTION, RECORD_SPENT, REQUEST, WITHDRAW, does},
};

on_both! {
    async fn a_key_that_is_no_uuid_is_told_so_in_every_verb(council: &Council) {
        let hers = Hers::in_council(council).await;
        let before = everything(council).await;
        for wrong in [
            json!(""), json!("x"), json!("0199c7c59a2b70008000000000000001"), json!("{0199c7c5-9a2b-7000-8000-00000000001}"), json!("urn:uuid:0199c7c5-9a2b-7000-8000-000000000001"),
            json!("0199c7c5-9a2b-7000-8000-00000000000g"), json!("0199c7c5-9a2b-7000-8000-000000000001 "), json!("0199c7c5-9a2b-7000-8000-0000000000\0"), json!(5), json!(true), json!({}), Value::Null, json!("x".repeat(10_000)),
        ] {
            for (verb, mut good) in hers.good_inputs() {
                good["idempotencyKey"] = wrong.clone();
                assert_eq!(hers.told(verb, good).await, "BAD_USER_INPUT", "{verb} {wrong}");
            }
        }
        hers.unchanged_since(&before, "keys").await;
    }

    async fn a_key_that_was_used_for_something_else_is_told_so_in_every_verb(council: &Council) {
        let hers = Hers::in_council(council).await;
        let others = [key(), key()];
        let used = [does(&hers.mari, CAPTURE, json!({ "idempotencyKey": others[0] })).await, does(&hers.gethin, CAPTURE, json!({ "idempotencyKey": others[1] })).await];
        assert!(used.iter().all(|used| used["userErrors"] == json!([])));

        // A key of another verb, in every verb.
        let before = everything(council).await;
        for (verb, mut good) in hers.good_inputs() {
            good["idempotencyKey"] = json!(if [DECIDE, QUESTION].contains(&verb) { &others[1] } else { &others[0] });
            assert_eq!(hers.told(verb, good).await, "IDEMPOTENCY_KEY_REUSED", "{verb}");
        }
        hers.unchanged_since(&before, "keys of other verbs").await;

        // A key of the same verb with another input, one verb after the other.
        let second = hers.mari.requests_spend(json!({})).await["spend"]["id"].clone();
        let other_record = busfare::store::mint::id::<busfare_entity::words::RecordId>().to_string();
        does(&hers.mari, PUT, json!({ "recordId": other_record, "begin": { "formId": hers.form }, "answers": [] })).await;
        let order = [REQUEST, CAPTURE, ATTACH, NOTE, PUT, COMPLETE, DECIDE, RECORD_SPENT];
        let changes: [(&str, Value); 8] = [
            ("/unitPrice", json!("1.16")), ("/spendId", second.clone()), ("/spendId", second.clone()), ("/words", json!("It snowed")), ("/answers/0/value/text", json!("Snow")),
            ("/recordId", json!(other_record)), ("/answer/authorise/amount", json!("19.99")), ("/amount", json!("1.01")),
        ];
        for (verb, (path, change)) in order.into_iter().zip(changes) {
            let (_, mut good) = hers.good_inputs().into_iter().find(|(known, _)| *known == verb).unwrap();
            good["idempotencyKey"] = json!(key());
            let first = does(hers.sender(verb), verb, good.clone()).await;
            assert_eq!(first["userErrors"], json!([]), "{verb} {first:#}");
            let before = everything(council).await;

            assert_eq!(hers.told(verb, with(&good, path, change)).await, "IDEMPOTENCY_KEY_REUSED", "{verb}");
            let again = does(hers.sender(verb), verb, good).await;

            assert_eq!((&again["replayed"], &again["userErrors"]), (&json!(true), &json!([])), "{verb}");
            hers.unchanged_since(&before, verb).await;
        }
        let one = key();
        does(&hers.mari, WITHDRAW, json!({ "idempotencyKey": one, "spendId": second })).await;
        assert_eq!(hers.told(WITHDRAW, json!({ "idempotencyKey": one, "spendId": hers.asked })).await, "IDEMPOTENCY_KEY_REUSED");
    }
}
