//! Bad input for the verbs about colleagues: each is told what is wrong, and nothing changes.

use busfare::store;
use busfare_entity::words::{AbsenceId, AskId, DutyId, HubId, PractitionerId};
use serde_json::{Value, json};

use super::{asks, later};
use crate::{
    council::{Council, on_both},
    verbs::{
        ACT, ANSWER, CHANGE, END_ABSENCE, END_DUTY, NOTE_ABSENCE, PUT_ON_DUTY, QUESTION, REPEAT, TAKE, does, refused,
        with_key,
    },
};

on_both! {
    async fn a_rota_that_makes_no_sense_is_told_so(council: &Council) {
        let (mari, nia) = (council.person("mari.prydderch").await, council.person("nia.talfan").await);
        let hub = mari.good("{ hubs { id } }", json!({})).await["hubs"][0]["id"].clone();
        let (her, nobody) = (mari.row().id.to_string(), store::mint::id::<PractitionerId>().to_string());
        for (input, code) in [
            (json!({ "starts": later(60), "ends": later(30) }), "ENDS_BEFORE_STARTS"),
            (json!({ "ends": "0001-01-01T00:00:00Z" }), "ENDS_BEFORE_STARTS"),
            (json!({ "ends": "9999-12-31T23:59:59Z" }), "TOO_LONG"),
            (json!({ "starts": "9999-12-31T23:59:59Z" }), "TOO_LONG"),
            (json!({ "deputyId": her }), "OWN_DEPUTY"),
        ] {
            assert_eq!(refused(&mari, NOTE_ABSENCE, input.clone()).await, code, "{input}");
        }
        for (input, code) in [
            (json!({ "practitionerId": her, "kind": "HUB", "ends": later(60) }), "HUB_MISMATCH"),
            (json!({ "practitionerId": her, "kind": "MANAGER", "hubId": hub, "ends": later(60) }), "HUB_MISMATCH"),
            (json!({ "practitionerId": her, "kind": "MANAGER", "ends": later(-60) }), "ENDS_BEFORE_STARTS"),
            (json!({ "practitionerId": her, "kind": "MANAGER", "ends": later(60 * 24 * 32) }), "TOO_LONG"),
        ] {
            assert_eq!(refused(&nia, PUT_ON_DUTY, input.clone()).await, code, "{input}");
        }
        assert_eq!(refused(&mari, PUT_ON_DUTY, json!({ "practitionerId": her, "kind": "MANAGER", "ends": later(60) })).await, "NOT_YOURS_TO_PUT");

        let nowhere = store::mint::id::<HubId>().to_string();
        for (verb, input, code) in [
            (NOTE_ABSENCE, json!({ "practitionerId": nobody }), "NOT_FOUND"),
            (NOTE_ABSENCE, json!({ "practitionerId": "\0" }), "NOT_FOUND"),
            (NOTE_ABSENCE, json!({ "deputyId": nobody }), "NOT_FOUND"),
            (NOTE_ABSENCE, json!({ "starts": "yesterday" }), "BAD_USER_INPUT"),
            (NOTE_ABSENCE, json!({ "starts": 5 }), "BAD_USER_INPUT"),
            (PUT_ON_DUTY, json!({ "practitionerId": nobody, "kind": "MANAGER", "ends": later(60) }), "NOT_FOUND"),
            (PUT_ON_DUTY, json!({ "practitionerId": her, "kind": "HUB", "hubId": nowhere, "ends": later(60) }), "NOT_FOUND"),
            (PUT_ON_DUTY, json!({ "practitionerId": her, "kind": "BOSS", "ends": later(60) }), "BAD_USER_INPUT"),
            (PUT_ON_DUTY, json!({ "practitionerId": her, "kind": "MANAGER" }), "BAD_USER_INPUT"),
            (END_ABSENCE, json!({ "absenceId": store::mint::id::<AbsenceId>().to_string() }), "NOT_FOUND"),
            (END_ABSENCE, json!({ "absenceId": "'; DROP TABLE absence; --" }), "NOT_FOUND"),
            (END_DUTY, json!({ "dutyId": store::mint::id::<DutyId>().to_string() }), "NOT_FOUND"),
            (END_DUTY, json!({ "dutyId": [] }), "BAD_USER_INPUT"),
        ] {
            assert_eq!(nia.problem(verb, json!({ "input": with_key(input.clone()) })).await, code, "{input}");
        }
        assert_eq!(nia.good("{ absences { id } duties { id } }", json!({})).await, json!({ "absences": [], "duties": [] }));
    }

    async fn one_person_has_fifty_absences_and_no_more(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        for _ in 0..50 {
            assert_eq!(does(&mari, NOTE_ABSENCE, json!({ "starts": later(60), "ends": later(120) })).await["userErrors"], json!([]));
        }
        assert_eq!(refused(&mari, NOTE_ABSENCE, json!({})).await, "TOO_MANY");
    }

    async fn a_step_with_nonsense_in_it_is_told_so(council: &Council) {
        let (mari, gethin) = (council.person("mari.prydderch").await, council.person("gethin.bowmer").await);
        let (own, asked) = (asks(&mari, "1.15").await["id"].clone(), asks(&mari, "40.00").await["id"].clone());
        for (input, code) in [
            (json!({ "unitPrice": "1.155" }), "PART_PENNIES"), (json!({ "unitPrice": "0" }), "AMOUNT_NOT_POSITIVE"), (json!({ "unitPrice": "-1" }), "AMOUNT_NOT_POSITIVE"),
            (json!({ "unitPrice": "1000000.01" }), "AMOUNT_TOO_LARGE"), (json!({ "unitPrice": "1001", "count": 1000 }), "AMOUNT_TOO_LARGE"), (json!({ "count": 0 }), "COUNT_OUT_OF_RANGE"),
            (json!({ "count": 1001 }), "COUNT_OUT_OF_RANGE"), (json!({ "reason": "x".repeat(501) }), "TEXT_TOO_LONG"), (json!({ "reason": "a\u{202e}b" }), "TEXT_NOT_PLAIN"),
            (json!({}), "NOTHING_TO_CHANGE"), (json!({ "unitPrice": null, "count": null, "reason": null }), "NOTHING_TO_CHANGE"),
        ] {
            for spend in [&own, &asked] {
                let mut input = input.clone();
                input["spendId"] = spend.clone();
                assert_eq!(refused(&mari, CHANGE, input.clone()).await, code, "{input}");
            }
        }
        for words in ["x".repeat(501), "a\0b".into(), "\u{202e}".into()] {
            let code = refused(&gethin, QUESTION, json!({ "spendId": asked, "words": words })).await;
            assert!(["TEXT_TOO_LONG", "TEXT_NOT_PLAIN"].contains(&code.as_str()), "{code}");
            refused(&mari, ANSWER, json!({ "spendId": asked, "words": words })).await;
        }
        let elin = council.person("elin.caradog").await;
        let nowhere = json!({ "askId": store::mint::id::<AskId>().to_string() });
        for (person, verb, input, code) in [
            (&elin, CHANGE, json!({ "spendId": own, "unitPrice": "1.00" }), "NOT_FOUND"), (&elin, REPEAT, json!({ "spendId": own }), "NOT_FOUND"),
            (&elin, QUESTION, json!({ "spendId": asked, "words": "Why?" }), "NOT_FOUND"), (&elin, ANSWER, json!({ "spendId": asked, "words": "So." }), "NOT_FOUND"),
            (&gethin, TAKE, nowhere, "NOT_FOUND"), (&gethin, TAKE, json!({ "askId": asked }), "NOT_FOUND"), (&gethin, TAKE, json!({ "askId": 1.5 }), "BAD_USER_INPUT"),
            (&gethin, ACT, json!({ "token": 5, "answer": { "authorise": {} } }), "BAD_USER_INPUT"), (&gethin, ACT, json!({ "token": "x", "answer": {} }), "BAD_USER_INPUT"),
            (&mari, REPEAT, json!({ "id": "spnd_", "spendId": own }), "BAD_USER_INPUT"), (&gethin, QUESTION, json!({ "spendId": asked, "words": null }), "BAD_USER_INPUT"),
            (&mari, CHANGE, json!({ "spendId": own, "count": 1.5 }), "BAD_USER_INPUT"), (&mari, CHANGE, json!({ "spendId": own, "unitPrice": 1.15 }), "BAD_USER_INPUT"),
        ] {
            assert_eq!(person.problem(verb, json!({ "input": with_key(input.clone()) })).await, code, "{input}");
        }
        let seen = crate::colleagues::sees(&mari, &json!({ "id": asked })).await;
        assert_eq!((&seen["decision"], &seen["thread"], &seen["asks"].as_array().map(Vec::len)), (&json!("ASKED"), &json!([]), &Some(1)));
        assert_eq!(seen["total"]["amount"], Value::from("40.00"));
    }
}
