//! Who reads what: colleagues see a record, and in it only the answers that its questions' readers allow.

use busfare_entity::{question, words::Readers};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use serde_json::{Value, json};

use super::{FOR_PURPOSE, READ, answer, begun, hub_form, new_id};
use crate::{
    council::{Council, Person, on_both},
    verbs::{COMPLETE, PUT, does, refused, with_key},
};

/// Declares who may read the answers to a question.
async fn are_read_by(council: &Council, code: &str, readers: Readers) {
    let txn = council.state.db.begin().await.unwrap();
    let set = question::Entity::update_many().col_expr(question::Column::Readers, Expr::value(readers));
    assert_eq!(set.filter(question::Column::Code.eq(code)).exec(&txn).await.unwrap().rows_affected, 1);
    txn.commit().await.unwrap();
}

/// The questions whose answers somebody can read in a record; none where she cannot see the record.
async fn reads(person: &Person<'_>, id: &str) -> Option<Vec<String>> {
    let node = person.good(READ, json!({ "id": id })).await["node"].clone();
    let answers = node.get("answers")?.as_array()?.clone();
    Some(answers.iter().map(|answer| answer["linkId"].as_str().unwrap().to_owned()).collect())
}

on_both! {
    async fn a_colleague_reads_only_what_the_readers_of_a_question_allow(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        are_read_by(council, "hub-conversation.what-about", Readers::Organisation).await;
        are_read_by(council, "hub-conversation.what-matters", Readers::Team).await;
        are_read_by(council, "hub-conversation.hear-from-us", Readers::Author).await;
        let id = begun(&mari, &[answer("what-about", json!({ "choice": "home" }), None), answer("what-matters", json!({ "text": "A warm room" }), None), answer("hear-from-us", json!({ "yesNo": true }), None)]).await;

        assert_eq!(reads(&mari, &id).await.unwrap(), ["what-about", "what-matters", "hear-from-us"]);
        for name in ["tomos.ellwood", "gethin.bowmer", "nia.talfan"] {
            assert_eq!(reads(&council.person(name).await, &id).await.unwrap(), ["what-about", "what-matters"], "{name}");
        }
        for name in ["elin.caradog", "iwan.tegid", "angharad.celyn"] {
            assert_eq!(reads(&council.person(name).await, &id).await, None, "{name}");
        }
    }

    async fn nobody_writes_in_somebody_elses_record(council: &Council) {
        let (mari, tomos, elin) = (council.person("mari.prydderch").await, council.person("tomos.ellwood").await, council.person("elin.caradog").await);
        let id = begun(&mari, &[answer("what-matters", json!({ "text": "hers" }), None)]).await;
        let put = |begin: Value| json!({ "recordId": id, "begin": begin, "answers": [answer("what-matters", json!({ "text": "his" }), None)] });
        let begin = json!({ "formId": hub_form(&mari).await });

        assert_eq!(refused(&tomos, PUT, put(Value::Null)).await, "NOT_YOUR_RECORD");
        assert_eq!(refused(&tomos, PUT, put(begin.clone())).await, "NOT_YOUR_RECORD");
        assert_eq!(refused(&tomos, COMPLETE, json!({ "recordId": id })).await, "NOT_YOUR_RECORD");
        // Where she cannot see it, it is not there; only beginning another one shows that the id is taken.
        assert_eq!(refused(&elin, PUT, put(Value::Null)).await, "FORM_NEEDED");
        assert_eq!(refused(&elin, PUT, put(begin)).await, "ID_ALREADY_USED");
        assert_eq!(elin.problem(COMPLETE, json!({ "input": with_key(json!({ "recordId": id })) })).await, "NOT_FOUND");

        let read = mari.good(READ, json!({ "id": id })).await["node"].clone();
        assert_eq!((&read["completedAt"], &read["answers"][0]["text"]), (&Value::Null, &json!("hers")));
    }

    async fn a_record_is_begun_only_about_a_spend_one_can_see(council: &Council) {
        let (mari, elin, nia) = (council.person("mari.prydderch").await, council.person("elin.caradog").await, council.person("nia.talfan").await);
        let spend = mari.requests_spend(json!({})).await["spend"]["id"].clone();
        let form = mari.good(FOR_PURPOSE, json!({ "id": council.purpose("bus-fare").await.to_string() })).await["formFor"]["form"]["id"].clone();
        let put = || json!({ "recordId": new_id(), "begin": { "formId": form, "spendId": spend }, "answers": [] });

        for stranger in [&elin, &council.person("tomos.ellwood").await] {
            assert_eq!(stranger.problem(PUT, json!({ "input": with_key(put()) })).await, "NOT_FOUND");
            assert_eq!(stranger.good("{ records { nodes { id } } }", json!({})).await["records"]["nodes"], json!([]));
        }
        assert_eq!(does(&nia, PUT, put()).await["record"]["author"]["name"], "Nia Talfan");
        // A colleague of the team sees the note, and not the spend that only those who answer for it see.
        let note = nia.good("{ records { nodes { id } } }", json!({})).await["records"]["nodes"][0]["id"].clone();
        let seen = council.person("tomos.ellwood").await.good(READ, json!({ "id": note })).await["node"].clone();
        assert_eq!((&seen["author"]["name"], &seen["spend"]), (&json!("Nia Talfan"), &Value::Null));
    }
}
