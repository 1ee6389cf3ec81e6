//! A form changes under an open record: the record stays where it was until somebody moves it, and no answer is lost.

use serde_json::{Value, json};

use super::{
    answer, begun, new_id,
    written::{adds, asks, publishes},
};
use crate::{
    council::{Council, on_both},
    verbs::{COMPLETE, PUT, UPGRADE, does, refused},
};

on_both! {
    async fn answers_stay_follow_their_question_or_are_kept_beside_the_form(council: &Council) {
        let nia = council.person("nia.talfan").await;
        for (code, kind) in [("u.stays", "TEXT"), ("u.goes", "TEXT"), ("u.gone", "TEXT"), ("u.kind", "CHOICE"), ("u.new", "TEXT")] {
            let choices = json!([{ "code": "red", "label": { "en": "Red" } }]);
            adds(&nia, code, kind, if kind == "CHOICE" { json!({ "choices": choices }) } else { json!({}) }).await;
        }
        let draft = |items: Vec<Value>| json!({ "code": "u", "tier": "CONVERSATION", "items": items });
        let first = publishes(&nia, draft(vec![asks("stays", "u.stays"), asks("goes", "u.goes"), asks("gone", "u.gone"), asks("kind", "u.kind")])).await;
        let id = new_id();
        let said = ["stays", "goes", "gone"].map(|link_id| answer(link_id, json!({ "text": format!("said to {link_id}") }), None));
        let answers: Vec<_> = said.into_iter().chain([answer("kind", json!({ "choice": "red" }), None)]).collect();
        does(&nia, PUT, json!({ "recordId": id, "begin": { "formId": first }, "answers": answers })).await;
        // In the next version one question stands elsewhere, one is gone, and one takes something else.
        let bank = nia.good("{ questions(first: 100) { nodes { id code } } }", json!({})).await["questions"]["nodes"].clone();
        let kind = bank.as_array().unwrap().iter().find(|row| row["code"] == "u.kind").unwrap()["id"].clone();
        does(&nia, crate::verbs::REVISE, json!({ "questionId": kind, "choices": [{ "code": "blue", "label": { "en": "Blue" } }] })).await;
        let second = publishes(&nia, draft(vec![asks("elsewhere", "u.goes"), asks("stays", "u.stays"), asks("kind", "u.kind"), asks("new", "u.new")])).await;
        let read = "query($id: ID!) { node(id: $id) { ... on Record { form { id } } } }";
        assert_eq!(nia.good(read, json!({ "id": id })).await["node"]["form"]["id"], json!(first));

        let moved = does(&nia, UPGRADE, json!({ "recordId": id })).await["record"].clone();

        assert_eq!((&moved["form"]["id"], &moved["upgrades"]), (&json!(second), &json!([{ "kept": 1, "moved": 1, "retyped": 1, "orphaned": 1 }])));
        let found: Vec<_> = moved["answers"].as_array().unwrap().iter().map(|row| format!("{}: {} {} {} {}", row["linkId"].as_str().unwrap(), row["text"].as_str().unwrap(), row["cause"].as_str().unwrap(), row["orphaned"], row["problem"])).collect();
        assert_eq!(found, ["elsewhere: said to goes MOVED false null", "stays: said to stays GIVEN false null", "kind: red MOVED false \"NOT_A_CHOICE\"", "gone: said to gone MOVED true null"]);
        // Again is nothing more, and back is no way.
        let again = does(&nia, UPGRADE, json!({ "recordId": id })).await["record"].clone();
        assert_eq!((again["upgrades"].as_array().unwrap().len(), &again["answers"]), (1, &moved["answers"]));
        assert_eq!(refused(&nia, UPGRADE, json!({ "recordId": id, "formId": first })).await, "NOT_A_VERSION");
        // It goes on being written in, and the moved answer is changed where it stands now.
        does(&nia, PUT, json!({ "recordId": id, "answers": [answer("elsewhere", json!({ "text": "more" }), Some(1))] })).await;
        does(&nia, COMPLETE, json!({ "recordId": id })).await;
        assert_eq!(refused(&nia, UPGRADE, json!({ "recordId": id })).await, "ALREADY_COMPLETE");
    }

    async fn nobody_moves_somebody_elses_record_or_to_another_form(council: &Council) {
        let (mari, tomos, nia) = (council.person("mari.prydderch").await, council.person("tomos.ellwood").await, council.person("nia.talfan").await);
        let id = begun(&mari, &[]).await;
        adds(&nia, "other.one", "TEXT", json!({})).await;
        let other = publishes(&nia, json!({ "code": "other", "tier": "DROP_IN", "items": [asks("one", "other.one")] })).await;

        assert_eq!(refused(&tomos, UPGRADE, json!({ "recordId": id })).await, "NOT_YOUR_RECORD");
        assert_eq!(refused(&mari, UPGRADE, json!({ "recordId": id, "formId": other })).await, "NOT_A_VERSION");
    }

    async fn through_many_versions_every_answer_is_there(council: &Council) {
        let nia = council.person("nia.talfan").await;
        for number in 0..8 {
            adds(&nia, &format!("m.{number}"), "TEXT", json!({})).await;
        }
        // Each version asks five of the eight questions, in other places.
        let version = |round: usize| -> Vec<Value> {
            (0..5).map(|place| asks(&format!("p{}", (place + round * 2) % 7), &format!("m.{}", (place * 3 + round) % 8))).collect()
        };
        let form = publishes(&nia, json!({ "code": "many", "tier": "CONVERSATION", "items": version(0) })).await;
        let id = new_id();
        let answers: Vec<_> = (0..5).map(|place| answer(&format!("p{place}"), json!({ "text": format!("answer {place}") }), None)).collect();
        does(&nia, PUT, json!({ "recordId": id, "begin": { "formId": form }, "answers": answers })).await;
        for round in 1..8 {
            publishes(&nia, json!({ "code": "many", "tier": "CONVERSATION", "items": version(round) })).await;
            let moved = does(&nia, UPGRADE, json!({ "recordId": id })).await["record"].clone();
            let mut said: Vec<_> = moved["answers"].as_array().unwrap().iter().map(|row| row["text"].as_str().unwrap().to_owned()).collect();
            said.sort();
            assert_eq!(said, ["answer 0", "answer 1", "answer 2", "answer 3", "answer 4"], "round {round}: {moved:#}");
        }
    }
}
