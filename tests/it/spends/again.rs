//! Asking again is free: one key is one answer, one id is one spend, in the language of whoever asks.

use busfare::store;
use busfare_entity::words::SpendId;
use serde_json::json;

use super::{asks, counters};
use crate::{
    council::{Council, key, on_both},
    verbs::{DECIDE, RECORD_SPENT, REQUEST, WITHDRAW, does, in_language, refused},
};

on_both! {
    async fn an_id_the_phone_made_is_the_id_of_the_spend(council: &Council) {
        let (mari, tomos) = (council.person("mari.prydderch").await, council.person("tomos.ellwood").await);
        let purpose = council.purpose("bus-fare").await.to_string();
        let id = store::mint::id::<SpendId>().to_string();
        let ask = |price: &str| json!({ "id": id, "purposeId": purpose, "unitPrice": price, "reason": "Y bws i'r dre" });

        assert_eq!(does(&mari, REQUEST, ask("1.15")).await["spend"]["id"], id);
        let again = does(&mari, REQUEST, ask("1.15")).await;
        assert_eq!((&again["spend"]["id"], &again["replayed"]), (&json!(id), &json!(true)));
        assert_eq!(refused(&mari, REQUEST, ask("1.16")).await, "ID_ALREADY_USED");
        assert_eq!(refused(&tomos, REQUEST, ask("1.15")).await, "ID_ALREADY_USED");

        let (_, reserved, committed, _) = counters(council, &mari).await;
        assert_eq!((reserved, committed), (0, 115));
        let node = mari.good("query($id: ID!) { node(id: $id) { ... on Spend { reason } } }", json!({ "id": id })).await;
        assert_eq!(node["node"]["reason"], "Y bws i'r dre");
    }

    async fn the_same_key_after_other_steps_returns_the_first_answer(council: &Council) {
        let (mari, gethin) = (council.person("mari.prydderch").await, council.person("gethin.bowmer").await);
        let purpose = council.purpose("bus-fare").await.to_string();
        let ask = json!({ "idempotencyKey": key(), "purposeId": purpose, "unitPrice": "40.00" });
        let first = does(&mari, REQUEST, ask.clone()).await["spend"].clone();
        let yes = json!({ "idempotencyKey": key(), "spendId": first["id"], "answer": { "authorise": { "amount": "35.00" } } });
        does(&gethin, DECIDE, yes.clone()).await;
        let spent = json!({ "idempotencyKey": key(), "spendId": first["id"], "amount": "34.00" });
        does(&mari, RECORD_SPENT, spent.clone()).await;
        let before = counters(council, &mari).await;

        for _ in 0..3 {
            let again = does(&mari, REQUEST, ask.clone()).await;
            assert_eq!((&again["replayed"], &again["spend"]["decision"], &again["spend"]["money"]), (&json!(true), &json!("ASKED"), &json!("RESERVED")));
            let again = does(&gethin, DECIDE, yes.clone()).await;
            assert_eq!((&again["replayed"], &again["spend"]["decision"], &again["spend"]["money"]), (&json!(true), &json!("AUTHORISED_LESS"), &json!("COMMITTED")));
            let again = does(&mari, RECORD_SPENT, spent.clone()).await;
            assert_eq!((&again["replayed"], &again["spend"]["spent"]["amount"]), (&json!(true), &json!("34.00")));
        }

        assert_eq!(counters(council, &mari).await, before);
    }

    async fn a_refusal_frees_its_key(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let spend = asks(&mari, council, "10.00").await;
        let key = key();

        assert_eq!(refused(&mari, RECORD_SPENT, json!({ "idempotencyKey": key, "spendId": spend["id"], "amount": "11.00" })).await, "ABOVE_AUTHORISED");
        let done = does(&mari, RECORD_SPENT, json!({ "idempotencyKey": key, "spendId": spend["id"], "amount": "9.00" })).await;

        assert_eq!((&done["spend"]["spent"]["amount"], &done["replayed"]), (&json!("9.00"), &json!(false)));
    }

    async fn two_people_may_use_the_same_key(council: &Council) {
        let purpose = council.purpose("bus-fare").await.to_string();
        let ask = json!({ "idempotencyKey": key(), "purposeId": purpose, "unitPrice": "1.15" });
        let one = does(&council.person("mari.prydderch").await, REQUEST, ask.clone()).await;
        let other = does(&council.person("tomos.ellwood").await, REQUEST, ask).await;

        assert_eq!((&one["replayed"], &other["replayed"]), (&json!(false), &json!(false)));
        assert_ne!(one["spend"]["id"], other["spend"]["id"]);
    }

    async fn a_no_is_said_in_welsh_to_whoever_prefers_it(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let spend = asks(&mari, council, "10.00").await;
        let input = || json!({ "input": { "idempotencyKey": key(), "spendId": spend["id"], "amount": "11.00" } });

        for (language, starts) in [("cy", "Awdurdodwyd"), ("cy-GB, en;q=0.5", "Awdurdodwyd"), ("en;q=0.5, cy", "Awdurdodwyd"), ("en", "£10.00 was"), ("fr", "£10.00 was"), ("fr, cy;q=0.1", "Awdurdodwyd"), ("rubbish;;", "£10.00 was")] {
            let answer = in_language(council, &mari, language, RECORD_SPENT, input()).await;
            let message = answer["it"]["userErrors"][0]["message"].as_str().unwrap();
            assert!(message.starts_with(starts), "{language}: {message}");
        }
        does(&mari, WITHDRAW, json!({ "spendId": spend["id"] })).await;
        let sentence = "query($id: ID!) { node(id: $id) { ... on Spend { sentence welsh: sentence(language: CY) } } }";
        let said = in_language(council, &mari, "cy", sentence, json!({ "id": spend["id"] })).await;
        assert_eq!((&said["node"]["sentence"], &said["node"]["sentence"]), (&said["node"]["welsh"], &json!("£10.00: tynnwyd yn ôl.")));
    }
}
