//! Saving: answer by answer, also the ones that are not quite right; done is done, with advice.

use serde_json::{Value, json};

use super::{FOR_PURPOSE, READ, answer, answers, begun, devices::a_form_with_a_date_and_a_number, hub_form, new_id};
use crate::{
    council::{Council, on_both},
    verbs::{COMPLETE, PUT, does, refused},
};

on_both! {
    async fn two_questions_are_saved_one_by_one_and_resumed_on_another_device(council: &Council) {
        let (phone, tablet) = (council.person("mari.prydderch").await, council.person("mari.prydderch").await);
        let spend = phone.requests_spend(json!({})).await["spend"]["id"].clone();
        let form = phone.good(FOR_PURPOSE, json!({ "id": council.purpose("bus-fare").await.to_string() })).await["formFor"]["form"]["id"].clone();
        let (id, begin) = (new_id(), json!({ "formId": form, "spendId": spend, "language": "CY" }));

        let first = json!({ "recordId": id, "begin": begin, "answers": [answer("what-for", json!({ "text": " Y bws i'r ysbyty " }), None)] });
        does(&phone, PUT, first).await;
        let second = json!({ "recordId": id, "answers": [answer("difference", json!({ "choice": "seen-sooner" }), None)] });
        let saved = does(&tablet, PUT, second).await["record"].clone();

        let one = json!({ "linkId": "what-for", "revision": 1, "text": "Y bws i'r ysbyty", "yesNo": null, "number": null, "absent": null, "problem": null });
        let two = json!({ "linkId": "difference", "revision": 1, "text": "seen-sooner", "yesNo": null, "number": null, "absent": null, "problem": null });
        assert_eq!(saved["answers"], json!([one, two]));
        for device in [&phone, &tablet] {
            let read = device.good(READ, json!({ "id": id })).await["node"].clone();
            assert_eq!(read, json!({ "id": id, "completedAt": null, "language": "CY", "spend": { "id": spend }, "author": { "name": "Mari Prydderch" }, "answers": [one, two] }));
        }
        let listed = tablet.good("query($id: ID!) { records { nodes { id } } node(id: $id) { ... on Spend { records { id } } } }", json!({ "id": spend })).await;
        assert_eq!((&listed["records"]["nodes"], &listed["node"]["records"]), (&json!([{ "id": id }]), &json!([{ "id": id }])));
    }

    async fn a_reason_for_no_answer_is_an_answer_to_every_question(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        for reason in ["DECLINED", "NOT_APPROPRIATE", "NOT_ASKED", "UNKNOWN"] {
            let absent = ["what-about", "what-matters", "hear-from-us"].map(|link_id| answer(link_id, json!({ "absent": reason }), None));

            let id = begun(&mari, &absent).await;

            let kept = answers(&mari, &id).await;
            assert!(kept.len() == 3 && kept.iter().all(|answer| answer["absent"] == reason && answer["problem"].is_null()), "{kept:#?}");
            assert_eq!(does(&mari, COMPLETE, json!({ "recordId": id })).await["advice"], json!([]));
        }
    }

    async fn what_is_not_quite_right_is_kept_with_its_problem_and_read_back(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let id = begun(&mari, &[]).await;
        let long = "x".repeat(281);
        let not_right: [(&str, Value, &str, Value, Value); 8] = [
            ("what-matters", json!({ "text": long }), "TOO_LONG", json!(long), Value::Null),
            ("what-matters", json!({ "number": -5 }), "WRONG_KIND", Value::Null, json!("-5")),
            ("what-matters", json!({ "date": "2026-02-30" }), "WRONG_KIND", json!("2026-02-30"), Value::Null),
            ("what-about", json!({ "choice": "weather" }), "NOT_A_CHOICE", json!("weather"), Value::Null),
            ("what-about", json!({ "choice": "MONEY" }), "NOT_A_CHOICE", json!("MONEY"), Value::Null),
            ("what-about", json!({ "text": "money" }), "WRONG_KIND", json!("money"), Value::Null),
            ("hear-from-us", json!({ "text": "perhaps" }), "WRONG_KIND", json!("perhaps"), Value::Null),
            ("hear-from-us", json!({ "choice": "yes" }), "WRONG_KIND", json!("yes"), Value::Null),
        ];

        for (link_id, value, problem, text, number) in not_right {
            does(&mari, PUT, json!({ "recordId": id, "answers": [answer(link_id, value.clone(), None)] })).await;
            let kept = answers(&mari, &id).await.into_iter().find(|answer| answer["linkId"] == link_id).unwrap();
            assert_eq!((&kept["problem"], &kept["text"], &kept["number"]), (&json!(problem), &text, &number), "{link_id} {value}");
        }
        let done = does(&mari, COMPLETE, json!({ "recordId": id })).await;
        let problems: Vec<_> = done["advice"].as_array().unwrap().iter().map(|advice| advice["problem"].as_str().unwrap()).collect();
        assert_eq!(problems, ["WRONG_KIND", "WRONG_KIND", "WRONG_KIND"]);
        assert!(done["record"]["completedAt"].is_string() && done["userErrors"] == json!([]));
        // Put right, the problem is gone and the history has grown.
        let right = json!({ "recordId": id, "answers": [answer("hear-from-us", json!({ "yesNo": false }), Some(2))] });
        let kept = does(&mari, PUT, right).await["record"]["answers"][2].clone();
        assert_eq!((&kept["yesNo"], &kept["revision"], &kept["problem"]), (&json!(false), &json!(3), &Value::Null));
    }

    async fn a_date_that_does_not_exist_is_kept_as_it_was_typed(council: &Council) {
        // No question of the demo takes a date, so one is turned into one by hand on a form of its own.
        let mari = council.person("mari.prydderch").await;
        let form = a_form_with_a_date_and_a_number(council).await;
        let id = new_id();
        for (revision, typed, problem) in [(1, "2026-02-30", json!("NOT_A_DATE")), (2, "tomorrow", json!("NOT_A_DATE")), (3, "", json!("NOT_A_DATE")), (4, "2026-02-28", Value::Null)] {
            let put = json!({ "recordId": id, "begin": { "formId": form }, "answers": [answer("when", json!({ "date": typed }), None), answer("how-many", json!({ "number": revision }), None)] });
            let kept = does(&mari, PUT, put).await["record"]["answers"].clone();
            assert_eq!((&kept[0]["text"], &kept[0]["problem"], &kept[0]["revision"]), (&json!(typed), &problem, &json!(revision)));
            assert_eq!((&kept[1]["number"], &kept[1]["problem"]), (&json!(revision.to_string()), &Value::Null));
        }
    }

    async fn done_is_done_with_advice_and_stays_open_for_what_comes_later(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let id = begun(&mari, &[]).await;

        let done = does(&mari, COMPLETE, json!({ "recordId": id })).await;
        assert_eq!((done["advice"].as_array().unwrap().len(), &done["advice"][0]["linkId"], &done["advice"][0]["problem"]), (1, &json!("what-about"), &Value::Null));
        assert!(done["advice"][0]["words"].as_str().unwrap().len() > 10 && done["record"]["completedAt"].is_string());
        let later = json!({ "recordId": id, "answers": [answer("what-about", json!({ "choice": "home" }), None)] });
        let saved = does(&mari, PUT, later).await["record"].clone();
        assert_eq!((&saved["completedAt"], &saved["answers"][0]["revision"]), (&done["record"]["completedAt"], &json!(1)));
        let again = does(&mari, COMPLETE, json!({ "recordId": id })).await;

        assert_eq!((&again["record"]["completedAt"], &again["advice"]), (&done["record"]["completedAt"], &json!([])));
    }

    async fn any_record_is_made_in_any_order(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let spend = mari.requests_spend(json!({ "unitPrice": "31.00" })).await["spend"]["id"].clone();
        let note = mari.good(FOR_PURPOSE, json!({ "id": council.purpose("bus-fare").await.to_string() })).await["formFor"]["form"]["id"].clone();
        let conversation = json!(hub_form(&mari).await);
        for (place, form) in [&conversation, &note, &note, &conversation, &note].into_iter().enumerate() {
            let begin = json!({ "formId": form, "spendId": (place % 2 == 0).then_some(&spend) });
            let id = new_id();

            assert_eq!(does(&mari, PUT, json!({ "recordId": id, "begin": begin, "answers": [] })).await["userErrors"], json!([]));
            assert_eq!(does(&mari, COMPLETE, json!({ "recordId": id })).await["userErrors"], json!([]));
        }
    }

    async fn answers_that_cannot_be_taken_change_nothing(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let id = begun(&mari, &[answer("what-matters", json!({ "text": "A warm room" }), None)]).await;
        let before = answers(&mari, &id).await;
        let good = answer("hear-from-us", json!({ "yesNo": true }), None);
        let text = |words: &str| answer("what-matters", json!({ "text": words }), None);

        for (what, given, code) in [
            ("an unknown question", vec![good.clone(), answer("colour", json!({ "text": "red" }), None)], "NO_SUCH_QUESTION"),
            ("a question of another form", vec![good.clone(), answer("what-for", json!({ "text": "x" }), None)], "NO_SUCH_QUESTION"),
            ("no question", vec![good.clone(), answer("", json!({ "text": "x" }), None)], "NO_SUCH_QUESTION"),
            ("a question with a NUL", vec![good.clone(), answer("what-about\0", json!({ "choice": "home" }), None)], "NO_SUCH_QUESTION"),
            ("the same question twice", vec![good.clone(), good.clone()], "ANSWERED_TWICE"),
            ("61 answers", (0..61).map(|place| answer(&format!("q{place}"), json!({ "yesNo": true }), None)).collect(), "TOO_MANY_ANSWERS"),
            ("a control character", vec![good.clone(), text("a\u{7}b")], "TEXT_NOT_PLAIN"),
            ("a turning character", vec![good.clone(), text("a\u{202e}b")], "TEXT_NOT_PLAIN"),
            ("4,001 characters", vec![good.clone(), text(&"x".repeat(4_001))], "TEXT_TOO_LONG"),
            ("a control character in a choice", vec![good.clone(), answer("what-about", json!({ "choice": "ho\0me" }), None)], "TEXT_NOT_PLAIN"),
            ("a heading of one's own without a heading", vec![good.clone(), answer("own:1", json!({ "own": { "heading": " ", "words": "x" } }), None)], "HEADING_NOT_VALID"),
            ("a heading of one's own where the form asks", vec![good.clone(), answer("what-about", json!({ "own": { "heading": "x", "words": "x" } }), None)], "HEADING_NOT_VALID"),
            ("words without a heading", vec![good.clone(), answer("own:1", json!({ "text": "x" }), None)], "HEADING_NOT_VALID"),
            ("one of several where there is one", vec![good.clone(), json!({ "linkId": "what-about", "instance": "a", "value": { "choice": "home" } })], "INSTANCE_NOT_VALID"),
            ("21 pictures", vec![good.clone(), answer("what-matters", json!({ "captured": { "ids": vec![new_id().replace("recd", "rcpt"); 21] } }), None)], "TOO_MANY_CAPTURED"),
            ("an answer that is not there", vec![good, answer("what-about", json!({ "stillTrue": new_id().replace("recd", "answ") }), None)], "NOTHING_TO_CONFIRM"),
        ] {
            assert_eq!(refused(&mari, PUT, json!({ "recordId": id, "answers": given })).await, code, "{what}");
            assert_eq!(answers(&mari, &id).await, before, "{what}");
        }
        assert_eq!(refused(&mari, PUT, json!({ "recordId": new_id(), "answers": [] })).await, "FORM_NEEDED");
        let sixty = (0..60).map(|place| answer(&format!("q{place}"), json!({ "yesNo": true }), None)).collect::<Vec<_>>();
        assert_eq!(refused(&mari, PUT, json!({ "recordId": id, "answers": sixty })).await, "NO_SUCH_QUESTION");
    }
}

#[test]
fn no_record_waits_for_anybodys_approval() {
    let schema = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/schema.graphql")).unwrap();
    let start = schema.find("\ntype Record implements Node {").unwrap();
    let record = &schema[start..start + schema[start..].find("\n}").unwrap()];
    let fields = record.lines().map(str::trim).filter(|line| !line.starts_with('"')).collect::<Vec<_>>().join("\n");
    // What the person says of herself is no state of the record.
    let fields = fields.replace("statements: [RecordStatement!]!", "");
    for word in ["approv", "status", "state", "submit", "review", "sign"] {
        assert!(!fields.to_lowercase().contains(word), "{word}: {fields}");
    }
    assert!(!schema.contains("approveRecord") && !schema.contains("submitRecord"));
}
