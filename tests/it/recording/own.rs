//! What no form can foresee: a heading of one's own, one answer for each child, what was put right, and what the person says.

use serde_json::{Value, json};

use super::{
    answer, begun, new_id,
    written::{adds, asks, publishes},
};
use crate::{
    council::{Council, on_both},
    verbs::{COMPLETE, PUT, STATE, does, refused},
};

const READ: &str = "query($id: ID!) { node(id: $id) { ... on Record { corrected ownActiveSeconds shown
    answers { linkId instance heading text number choices cause reason problem orphaned answeredBy { name } }
    history { linkId revision text cause reason answeredBy { name } } statements { words notedBy { name } } } } }";

on_both! {
    async fn a_heading_of_ones_own_is_always_allowed_and_never_counts(council: &Council) {
        let (mari, tomos) = (council.person("mari.prydderch").await, council.person("tomos.ellwood").await);
        let own = |name: &str, heading: &str| answer(&format!("own:{name}"), json!({ "own": { "heading": heading, "words": "It is grey." } }), None);
        let id = begun(&mari, &[own("2", "Her cat"), answer("what-about", json!({ "choice": "home" }), None), own("1", "The dog")]).await;

        let read = tomos.good(READ, json!({ "id": id })).await["node"]["answers"].clone();

        let found: Vec<_> = read.as_array().unwrap().iter().map(|row| (row["linkId"].as_str().unwrap(), row["heading"].as_str(), row["orphaned"].as_bool().unwrap())).collect();
        assert_eq!(found, [("what-about", None, false), ("own:1", Some("The dog"), false), ("own:2", Some("Her cat"), false)]);
    }

    async fn each_child_is_answered_for_and_a_condition_looks_at_her_own_answers(council: &Council) {
        let nia = council.person("nia.talfan").await;
        for (code, kind) in [("each.school", "YES_NO"), ("each.which", "TEXT"), ("each.age", "NUMBER"), ("each.likes", "CHOICES")] {
            let choices = json!([{ "code": "football", "label": { "en": "Football" } }, { "code": "music", "label": { "en": "Music" } }]);
            let changes = if kind == "CHOICES" { json!({ "choices": choices }) } else { json!({}) };
            adds(&nia, code, kind, changes).await;
        }
        let inside = |link_id: &str, code: &str| { let mut item = asks(link_id, code); item["inside"] = json!("children"); item };
        let mut which = inside("which", "each.which");
        which["shownWhen"] = json!({ "compare": { "question": "school", "operator": "EQUAL", "value": { "yesNo": true } } });
        let repeat = json!({ "linkId": "children", "part": { "repeat": { "title": { "en": "Each child" }, "most": 20 } } });
        let items = json!([repeat, inside("school", "each.school"), which, inside("age", "each.age"), inside("likes", "each.likes")]);
        let form = publishes(&nia, json!({ "code": "each", "tier": "CONVERSATION", "items": items })).await;
        let about = |link_id: &str, child: &str, value: Value| json!({ "linkId": link_id, "instance": child, "value": value });
        let id = new_id();
        let answers = [about("school", "a", json!({ "yesNo": true })), about("school", "b", json!({ "yesNo": false })), about("age", "b", json!({ "decimal": "4.5" })),
            about("likes", "a", json!({ "choices": ["music", "football"] })), about("likes", "b", json!({ "choices": ["chess"] }))];
        let put = json!({ "recordId": id, "begin": { "formId": form }, "answers": answers });
        assert_eq!(does(&nia, PUT, put).await["userErrors"], json!([]));

        let read = nia.good(READ, json!({ "id": id })).await["node"].clone();

        assert_eq!(read["shown"], json!(["children", "school", "which", "age", "likes"]));
        let found: Vec<_> = read["answers"].as_array().unwrap().iter().map(|row| format!("{}/{} {} {}", row["linkId"].as_str().unwrap(), row["instance"].as_str().unwrap(), row["choices"], row["problem"])).collect();
        assert_eq!(found, ["school/a [] null", "school/b [] null", "age/b [] \"WRONG_KIND\"", "likes/a [\"music\",\"football\"] null", "likes/b [\"chess\"] \"NOT_A_CHOICE\""]);
        assert_eq!(refused(&nia, PUT, json!({ "recordId": id, "answers": [answer("school", json!({ "yesNo": true }), None)] })).await, "INSTANCE_NOT_VALID");
        assert_eq!(refused(&nia, PUT, json!({ "recordId": id, "answers": [about("school", "a b", json!({ "yesNo": true }))] })).await, "INSTANCE_NOT_VALID");
    }

    async fn what_was_wrong_is_put_right_and_a_reader_sees_that_it_was(council: &Council) {
        let (mari, tomos) = (council.person("mari.prydderch").await, council.person("tomos.ellwood").await);
        let id = begun(&mari, &[answer("what-matters", json!({ "text": "A warm rom" }), None)]).await;
        does(&mari, PUT, json!({ "recordId": id, "answers": [answer("what-matters", json!({ "text": "A warm room" }), Some(1))] })).await;
        does(&mari, COMPLETE, json!({ "recordId": id })).await;
        assert_eq!(tomos.good(READ, json!({ "id": id })).await["node"]["corrected"], false);

        let right = json!({ "linkId": "what-matters", "value": { "text": "A dry room" }, "baseRevision": 2, "reason": "She meant dry." });
        assert_eq!(does(&mari, PUT, json!({ "recordId": id, "answers": [right] })).await["userErrors"], json!([]));
        let read = tomos.good(READ, json!({ "id": id })).await["node"].clone();

        assert_eq!((&read["corrected"], &read["answers"][0]["cause"], &read["answers"][0]["reason"]), (&json!(true), &json!("CORRECTED"), &json!("She meant dry.")));
        let history: Vec<_> = read["history"].as_array().unwrap().iter().map(|row| format!("{} {} {}", row["revision"], row["text"].as_str().unwrap(), row["cause"].as_str().unwrap())).collect();
        assert_eq!(history, ["1 A warm rom GIVEN", "2 A warm room GIVEN", "3 A dry room CORRECTED"]);
        assert_eq!(read["history"][2]["answeredBy"]["name"], "Mari Prydderch");
    }

    async fn what_the_person_says_stands_in_her_record_and_nobody_edits_it(council: &Council) {
        let (mari, tomos, elin) = (council.person("mari.prydderch").await, council.person("tomos.ellwood").await, council.person("elin.caradog").await);
        let id = begun(&mari, &[]).await;
        does(&mari, COMPLETE, json!({ "recordId": id })).await;

        does(&tomos, STATE, json!({ "recordId": id, "words": "I never said that." })).await;
        does(&mari, STATE, json!({ "recordId": id, "words": "And I like cats." })).await;

        let read = mari.good(READ, json!({ "id": id })).await["node"]["statements"].clone();
        assert_eq!(read, json!([{ "words": "I never said that.", "notedBy": { "name": "Tomos Ellwood" } }, { "words": "And I like cats.", "notedBy": { "name": "Mari Prydderch" } }]));
        assert_eq!(refused(&mari, STATE, json!({ "recordId": id, "words": "  " })).await, "WORDS_NEEDED");
        assert_eq!(refused(&mari, STATE, json!({ "recordId": id, "words": "x".repeat(4_001) })).await, "TEXT_TOO_LONG");
        assert_eq!(elin.problem(STATE, json!({ "input": crate::verbs::with_key(json!({ "recordId": id, "words": "x" })) })).await, "NOT_FOUND");
    }

    async fn what_it_cost_her_is_hers_to_see_without_the_time_she_was_away(council: &Council) {
        let (mari, tomos) = (council.person("mari.prydderch").await, council.person("tomos.ellwood").await);
        let id = begun(&mari, &[]).await;
        // Ten seconds, a phone call of an hour, five seconds more: the call counts thirty.
        does(&mari, PUT, json!({ "recordId": id, "answers": [], "touchedAt": [4, 10, 3610, 3615] })).await;
        does(&mari, PUT, json!({ "recordId": id, "answers": [], "touchedAt": [20] })).await;

        assert_eq!(mari.good(READ, json!({ "id": id })).await["node"]["ownActiveSeconds"], 65);
        assert_eq!(tomos.good(READ, json!({ "id": id })).await["node"]["ownActiveSeconds"], 0);
        for hostile in [json!([]), json!([-5, 0]), json!(vec![i32::MAX; 500]), json!([i32::MIN])] {
            assert_eq!(does(&mari, PUT, json!({ "recordId": id, "answers": [], "touchedAt": hostile })).await["userErrors"], json!([]));
        }
    }
}
