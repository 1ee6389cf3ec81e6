//! Bad input for every verb: told plainly, and nothing changes.

use busfare_entity::words::{FollowUpId, PolicyId, ReflectionId, SaidId};

use super::*;
use crate::{bad_input::everything, council::on_both};

/// Every verb with an input that would be good if what it names were there, by whom it is tried.
fn inputs(council_of: &Value) -> Vec<(&'static str, Value)> {
    let text = |name: &str| council_of[name].clone();
    vec![
        (PUT_TEAM, json!({ "teamId": text("team"), "name": "North", "kind": "FAMILY_FACING" })),
        (JOIN, json!({ "practitionerId": text("somebody"), "teamId": text("team") })),
        (PROMISE, json!({ "recordId": text("record"), "what": "Ring the school", "due": day(3) })),
        (SETTLE, json!({ "followUpId": text("promise"), "kept": true })),
        (SAY, json!({ "words": "The room is cold" })),
        (ANSWER_SAID, json!({ "saidId": text("said"), "done": "DID", "answer": "There is a heater now" })),
        (
            PUT_POLICY,
            json!({ "id": text("policy"), "title": "Going back", "words": "We go back.", "startsOn": day(20), "reviewOn": day(90) }),
        ),
        (ANNOUNCE, json!({ "policyId": text("policy") })),
        (COMMENT, json!({ "policyId": text("policy"), "comment": "And on holidays?" })),
        (END_POLICY, json!({ "policyId": text("policy") })),
        (REFLECT, json!({ "question": "Would you go back?", "asked": [text("somebody")] })),
        (THINK, json!({ "reflectionId": text("reflection"), "words": "I would ring" })),
        (ASK, json!({ "about": { "recordId": text("record") } })),
    ]
}

async fn hers(council: &Council) -> Value {
    let (mari, angharad) = (council.person("mari.prydderch").await, council.person("angharad.celyn").await);
    let record = a_record(&mari).await;
    let promise =
        done(&mari, PROMISE, json!({ "recordId": record, "what": "Ring", "due": day(1) })).await["promise"]["id"]
            .clone();
    let said = done(&mari, SAY, json!({ "words": "The room is cold" })).await["said"]["id"].clone();
    let policy = store::mint::id::<PolicyId>().to_string();
    done(&angharad, PUT_POLICY, json!({ "id": policy, "title": "Going back", "words": "We go back.", "startsOn": day(20), "reviewOn": day(90) })).await;
    let somebody = council.person("tomos.ellwood").await.row().id.to_string();
    let reflection = done(&mari, REFLECT, json!({ "question": "Would you?", "asked": [somebody] })).await["reflection"]
        ["id"]
        .clone();
    let team = mari.row().team_id.to_string();
    json!({ "record": record, "promise": promise, "said": said, "policy": policy, "somebody": somebody, "reflection": reflection, "team": team })
}

/// What somebody is told: the code of a refusal, or of a problem. One of them there must be.
async fn told(person: &Person<'_>, verb: &str, mut input: Value) -> String {
    if let Some(fields) = input.as_object_mut() {
        fields.entry("idempotencyKey").or_insert_with(|| key().into());
    }
    let answer = person.sends(verb, json!({ "input": input })).await;
    let codes = [&answer["data"]["it"]["userErrors"][0]["code"], &answer["errors"][0]["extensions"]["code"]];
    let said: Vec<_> = codes.into_iter().filter_map(Value::as_str).collect();
    let about: String = format!("{verb} {input} {answer:#}").chars().take(3_000).collect();
    assert!(said.len() == 1 && said[0] != "INTERNAL", "{about}");
    said[0].to_owned()
}

on_both! {
    async fn nothing_is_made_of_nonsense_and_nothing_changes(council: &Council) {
        let hers = hers(council).await;
        let angharad = council.person("angharad.celyn").await;
        let before = everything(council).await;
        for (verb, good) in inputs(&hers) {
            let fields: Vec<String> = good.as_object().unwrap().keys().cloned().collect();
            for field in fields {
                for nonsense in [
                    Value::Null, json!(7), json!(-1), json!(1.5), json!([]), json!({}), json!({ "x": 1 }), json!(""), json!(" \n "), json!("'; DROP TABLE team; --"),
                    json!("x".repeat(10_000)), json!("a\u{202e}b"), json!("\u{0}"), json!("9999999-01-01"), json!([["x"]]),
                ] {
                    // Some of it is plain text where any plain text will do.
                    let any_text = [json!("'; DROP TABLE team; --"), json!("9999999-01-01")].contains(&nonsense) && ["name", "what", "words", "title", "comment", "question", "answer"].contains(&field.as_str());
                    if any_text {
                        continue;
                    }
                    let mut bad = good.clone();
                    bad[&field] = nonsense;
                    told(&angharad, verb, bad).await;
                }
            }
            for whole in [Value::Null, json!([]), json!("x"), json!({}), json!({ "idempotencyKey": "x" })] {
                let answer = angharad.sends(verb, json!({ "input": whole })).await;
                assert!(answer["errors"].is_array(), "{verb} {whole} {answer:#}");
            }
        }
        assert_eq!(everything(council).await, before);
    }

    async fn what_is_not_there_and_what_is_somebody_elses_is_not_found(council: &Council) {
        let hers = hers(council).await;
        let iwan = council.person("elin.caradog").await;
        let ids = json!({
            "record": crate::recording::new_id(), "promise": store::mint::id::<FollowUpId>().to_string(), "said": store::mint::id::<SaidId>().to_string(),
            "policy": store::mint::id::<PolicyId>().to_string(), "somebody": store::mint::id::<PractitionerId>().to_string(),
            "reflection": store::mint::id::<ReflectionId>().to_string(), "team": store::mint::id::<TeamId>().to_string(),
        });
        let before = everything(council).await;
        for (verb, input) in inputs(&ids) {
            if ![PUT_TEAM, SAY, PUT_POLICY].contains(&verb) {
                not_found(&iwan, verb, input).await;
            }
        }
        // Of another team, or among others: the record, its promise, a draft, a reflection.
        for (verb, input) in inputs(&hers) {
            if [PROMISE, SETTLE, ANNOUNCE, COMMENT, END_POLICY, THINK, ASK].contains(&verb) {
                not_found(&iwan, verb, input).await;
            }
        }
        assert_eq!(everything(council).await, before);

        // An id that belongs to something else is not taken twice.
        let (mari, angharad) = (council.person("mari.prydderch").await, council.person("angharad.celyn").await);
        let taken = [
            (PROMISE, json!({ "id": hers["promise"], "recordId": hers["record"], "what": "Ring", "due": day(1) })),
            (SAY, json!({ "id": hers["said"], "words": "Again" })),
            (REFLECT, json!({ "id": hers["reflection"], "question": "Again?", "asked": [hers["somebody"]] })),
            (PUT_POLICY, json!({ "id": hers["policy"], "title": "Mine", "words": "Mine.", "startsOn": day(20), "reviewOn": day(90) })),
        ];
        for (verb, input) in taken {
            assert_eq!(no(&mari, verb, input).await, "ID_ALREADY_USED", "{verb}");
        }
        let many: Vec<_> = (0..9).map(|_| store::mint::id::<PractitionerId>().to_string()).collect();
        assert_eq!(no(&mari, REFLECT, json!({ "question": "All?", "asked": many })).await, "TOO_MANY_ASKED");
        assert_eq!(no(&mari, REFLECT, json!({ "question": "I?", "asked": [mari.row().id.to_string()] })).await, "OWN_REFLECTION");
        assert_eq!(no(&mari, PROMISE, json!({ "recordId": hers["record"], "what": "Ring", "due": day(-1) })).await, "DUE_OUT_OF_RANGE");
        for number in 1..20 {
            done(&mari, PROMISE, json!({ "recordId": hers["record"], "what": format!("Ring {number}"), "due": day(2) })).await;
        }
        assert_eq!(no(&mari, PROMISE, json!({ "recordId": hers["record"], "what": "Ring", "due": day(2) })).await, "TOO_MANY_PROMISES");
        assert_eq!(angharad.problem("{ voices(from: \"2020-01-01\", to: \"2026-01-01\") { words } }", json!({})).await, "BAD_USER_INPUT");
    }
}
