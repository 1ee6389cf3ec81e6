//! Sharing: exactly what is named is told, on a basis, to somebody, for a while, and it is seen that it was.

use busfare::http::clock;
use busfare_entity::{question, words::Readers};
use chrono::Days;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use serde_json::{Value, json};

use super::{named, record_about};
use crate::{
    council::{Council, key, on_both},
    verbs::{DISCLOSE, OPEN_RESTRICTED, PUT, RESTRICT, does, in_language, refused, with_key},
};

const LISTED: &str = "query($id: ID!) { node(id: $id) { ... on Record { disclosures { id to basis text holds expiresOn disclosedBy { name } } } } }";

fn day(after: u64) -> String {
    (clock::now().date_naive() + Days::new(after)).to_string()
}

fn share(record: &str, fields: &[&str]) -> Value {
    json!({ "recordId": record, "basis": "CONSENT", "to": "Caerfelin Housing", "fields": fields, "expiresOn": day(30) })
}

on_both! {
    async fn exactly_what_is_named_is_told_and_it_is_seen_that_it_was(council: &Council) {
        let (mari, tomos, elin) = (council.person("mari.prydderch").await, council.person("tomos.ellwood").await, council.person("elin.caradog").await);
        let id = record_about(&mari, &named(&mari, "Ann").await, "A warm room").await;
        let more = json!([{ "linkId": "what-about", "value": { "choice": "home" } }, { "linkId": "hear-from-us", "value": { "yesNo": true } }]);
        does(&mari, PUT, json!({ "recordId": id, "answers": more })).await;

        let told = does(&tomos, DISCLOSE, share(&id, &["what-about", "what-matters"])).await["disclosure"].clone();

        let text = told["text"].as_str().unwrap();
        assert_eq!(text.lines().count(), 2, "{text}");
        assert!(text.contains("A warm room") && text.contains("Home") && !text.contains("hear from"), "{text}");
        assert_eq!((&told["to"], &told["basis"], &told["holds"]), (&json!("Caerfelin Housing"), &json!("CONSENT"), &json!(true)));
        // What is put right later was not what was told.
        let later = json!([{ "linkId": "what-matters", "value": { "text": "A garden" } }]);
        does(&mari, PUT, json!({ "recordId": id, "answers": later })).await;
        let listed = mari.good(LISTED, json!({ "id": id })).await["node"]["disclosures"].clone();
        assert_eq!((listed.as_array().unwrap().len(), &listed[0]["text"], &listed[0]["disclosedBy"]["name"]), (1, &told["text"], &json!("Tomos Ellwood")));
        let welsh = in_language(council, &mari, "cy", LISTED, json!({ "id": id })).await["node"]["disclosures"][0]["text"].clone();
        assert!(welsh != told["text"] && welsh.as_str().unwrap().contains("A warm room"), "{welsh}");
        assert_eq!(elin.good(LISTED, json!({ "id": id })).await["node"], Value::Null);
        assert_eq!(elin.problem(DISCLOSE, json!({ "input": with_key(share(&id, &["what-matters"])) })).await, "NOT_FOUND");
    }

    async fn nothing_is_told_that_one_may_not_read_or_that_is_not_there(council: &Council) {
        let (mari, tomos, elin) = (council.person("mari.prydderch").await, council.person("tomos.ellwood").await, council.person("elin.caradog").await);
        let id = record_about(&mari, &named(&mari, "Ann").await, "A warm room").await;
        for (input, code) in [
            (share(&id, &[]), "FIELDS_NEEDED"),
            (share(&id, &["what-about"]), "NOT_ANSWERED"),
            (share(&id, &["what-matters", "'; DROP TABLE answer; --"]), "NOT_ANSWERED"),
            (share(&id, &vec!["x"; 201]), "TOO_MANY_FIELDS"),
            (json!({ "to": " ", "recordId": id, "basis": "CONSENT", "fields": ["what-matters"], "expiresOn": day(30) }), "RECIPIENT_NEEDED"),
            (json!({ "to": "x".repeat(201), "recordId": id, "basis": "CONSENT", "fields": ["what-matters"], "expiresOn": day(30) }), "TEXT_TOO_LONG"),
            (json!({ "to": "a\u{202e}b", "recordId": id, "basis": "CONSENT", "fields": ["what-matters"], "expiresOn": day(30) }), "TEXT_NOT_PLAIN"),
            (json!({ "to": "Housing", "recordId": id, "basis": "CONSENT", "fields": ["what-matters"], "expiresOn": day(0) }), "EXPIRY_OUT_OF_RANGE"),
            (json!({ "to": "Housing", "recordId": id, "basis": "CONSENT", "fields": ["what-matters"], "expiresOn": day(400) }), "EXPIRY_OUT_OF_RANGE"),
        ] {
            assert_eq!(refused(&mari, DISCLOSE, input.clone()).await, code, "{input}");
        }
        for (field, value) in [("basis", json!("BECAUSE")), ("fields", json!([1])), ("fields", json!({})), ("expiresOn", json!("soon")), ("to", json!(7))] {
            let mut bad = with_key(share(&id, &["what-matters"]));
            bad[field] = value;
            assert_eq!(mari.problem(DISCLOSE, json!({ "input": bad })).await, "BAD_USER_INPUT", "{field}");
        }
        // What only its author reads, nobody else passes on; nor what was opened because it could not wait.
        let txn = council.state.db.begin().await.unwrap();
        question::Entity::update_many().col_expr(question::Column::Readers, Expr::value(Readers::Author))
            .filter(question::Column::Code.eq("hub-conversation.what-matters")).exec(&txn).await.unwrap();
        txn.commit().await.unwrap();
        assert_eq!(refused(&tomos, DISCLOSE, share(&id, &["what-matters"])).await, "NOT_ANSWERED");
        does(&mari, DISCLOSE, share(&id, &["what-matters"])).await;
        let listed = tomos.good(LISTED, json!({ "id": id })).await["node"]["disclosures"].clone();
        assert_eq!((listed.as_array().unwrap().len(), &listed[0]["text"]), (1, &json!("")));
        does(&mari, RESTRICT, json!({ "recordId": id, "restricted": true })).await;
        does(&elin, OPEN_RESTRICTED, json!({ "recordId": id, "reason": "She rang and is frightened." })).await;
        assert_eq!(elin.problem(DISCLOSE, json!({ "input": with_key(share(&id, &["what-matters"])) })).await, "NOT_FOUND");
    }

    async fn the_same_again_is_told_once_and_another_with_its_key_is_not(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let id = record_about(&mari, &named(&mari, "Ann").await, "A warm room").await;
        let mut input = share(&id, &["what-matters"]);
        input["idempotencyKey"] = json!(key());

        let (first, again) = (does(&mari, DISCLOSE, input.clone()).await, does(&mari, DISCLOSE, input.clone()).await);

        assert_eq!((&again["replayed"], &again["disclosure"]), (&json!(true), &first["disclosure"]));
        input["to"] = json!("Somebody else");
        assert_eq!(refused(&mari, DISCLOSE, input).await, "IDEMPOTENCY_KEY_REUSED");
        assert_eq!(mari.good(LISTED, json!({ "id": id })).await["node"]["disclosures"].as_array().unwrap().len(), 1);
        assert_eq!(council.stranger().problem(DISCLOSE, json!({ "input": with_key(share(&id, &["what-matters"])) })).await, "UNAUTHENTICATED");
    }
}
