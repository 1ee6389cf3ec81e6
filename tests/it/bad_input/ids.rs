//! Ids of nothing, of something else and of somebody else, in every place where an id can be given.

use serde_json::{Value, json};

use super::{Hers, everything, nowhere, places, with};
use crate::council::{Council, on_both};

/// What is no id of anything; none of it is worth another word than what is not there.
fn no_ids() -> Vec<String> {
    let mut ids: Vec<String> = [
        "",
        " ",
        "0",
        "null",
        "spnd_",
        "spnd",
        "_",
        "SPND_00000000000000000000000000",
        "spnd_0000000000000000000000000",
        "spnd_000000000000000000000000000",
        "spnd_zzzzzzzzzzzzzzzzzzzzzzzzzz",
        "spnd_00000000000000000000000000\0",
        "\0",
        "a\u{202e}b",
        "\u{200b}",
        "0199c7c5-9a2b-7000-8000-000000000001",
        "'; DROP TABLE spend; --",
        "team_00000000000000000000000000",
        "../../etc/passwd",
        "💷",
    ]
    .map(String::from)
    .into();
    ids.push("x".repeat(10_000));
    ids
}

fn is_id(place: &str) -> bool {
    place.ends_with("Id") && !place.ends_with("linkId") || place == "/id"
}

on_both! {
    async fn an_id_of_nothing_is_told_so_in_every_verb(council: &Council) {
        let hers = Hers::in_council(council).await;
        let before = everything(council).await;
        for (verb, good) in hers.good_inputs() {
            let ids: Vec<_> = places(&good, "").into_iter().filter(|place| is_id(place)).collect();
            assert!(!ids.is_empty(), "{verb}");
            for place in ids {
                let minted = place == "/id";
                let record = place == "/recordId" && verb.contains("putAnswers");
                for wrong in no_ids().into_iter().chain([nowhere(), hers.form.clone()]) {
                    let known_kind = minted || (place == "/spendId" && !wrong.starts_with("form_"));
                    let code = hers.told(verb, with(&good, &place, json!(wrong))).await;
                    let expected = if minted { "BAD_USER_INPUT" } else { "NOT_FOUND" };
                    assert_eq!(code, expected, "{verb} {place} {wrong} {known_kind} {record}");
                }
                for wrong in [json!(1.5), json!(true), json!({}), json!([wrong_list(), wrong_list()])] {
                    assert_eq!(hers.told(verb, with(&good, &place, wrong.clone())).await, "BAD_USER_INPUT", "{verb} {place} {wrong}");
                }
            }
        }
        hers.unchanged_since(&before, "ids").await;
    }

    async fn somebody_elses_things_are_not_there(council: &Council) {
        let hers = Hers::in_council(council).await;
        let elin = council.person("elin.caradog").await;
        let before = everything(council).await;

        for (verb, good) in hers.good_inputs() {
            if verb.contains("requestSpend") { continue; }
            let input = crate::verbs::with_key(good);
            let code = hers.told_about(&elin, verb, json!({ "input": input })).await;
            let expected = if verb.contains("putAnswers") { "FORM_NEEDED" } else { "NOT_FOUND" };
            assert_eq!(code, expected, "{verb}");
        }
        for document in [
            "query($id: ID!) { it: formFor(context: { spendId: $id }) { because } }",
            "query($id: ID!) { it: formFor(context: { spendPurposeId: $id }) { because } }",
            "query($id: ID!) { it: formFor(context: { hubId: $id }) { because } }",
        ] {
            for wrong in no_ids().into_iter().chain([nowhere(), hers.own.clone(), hers.record.clone()]) {
                assert_eq!(hers.told_about(&elin, document, json!({ "id": wrong })).await, "NOT_FOUND", "{document} {wrong}");
            }
        }
        hers.unchanged_since(&before, "somebody else's").await;
    }

    async fn a_node_of_nothing_is_nothing_wherever_it_is_asked_for(council: &Council) {
        let hers = Hers::in_council(council).await;
        let elin = council.person("elin.caradog").await;
        let ids: Vec<_> = no_ids().into_iter().filter(|id| id.len() < 100).chain([nowhere(), hers.own.clone(), hers.asked.clone(), hers.receipt.clone(), hers.record.clone()]).collect();

        let nodes = elin.good("query($ids: [ID!]!) { nodes(ids: $ids) { id } }", json!({ "ids": ids })).await;

        assert_eq!(nodes["nodes"], Value::Array(vec![Value::Null; ids.len()]));
    }

    async fn nobody_and_apps_change_nothing(council: &Council) {
        let hers = Hers::in_council(council).await;
        let mut app = council.stranger();
        app.token = Some(crate::verbs::an_app(council).await);
        let before = everything(council).await;
        for (verb, good) in hers.good_inputs() {
            for (who, code) in [(&council.stranger(), "UNAUTHENTICATED"), (&app, "FORBIDDEN")] {
                let input = json!({ "input": crate::verbs::with_key(good.clone()) });
                assert_eq!(hers.told_about(who, verb, input).await, code, "{verb}");
            }
        }
        hers.unchanged_since(&before, "strangers").await;
    }
}

fn wrong_list() -> Value {
    json!("spnd_00000000000000000000000000")
}
