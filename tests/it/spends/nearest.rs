//! Above your own say one colleague is asked, the nearest, and nobody else may answer for her.

use serde_json::json;

use super::{asks, counters};
use crate::{
    council::{Council, on_both},
    verbs::{DECIDE, REQUEST, does, refused},
};
use busfare_entity::ask;
use sea_orm::{EntityTrait, PaginatorTrait};

on_both! {
    async fn exactly_one_nearest_colleague_is_asked(council: &Council) {
        for (who, price, asked) in [
            ("mari.prydderch", "30.00", None),
            ("mari.prydderch", "30.01", Some("Gethin Bowmer")),
            ("mari.prydderch", "100.00", Some("Gethin Bowmer")),
            ("mari.prydderch", "100.01", Some("Nia Talfan")),
            ("mari.prydderch", "500.00", Some("Nia Talfan")),
            ("mari.prydderch", "500.01", Some("Angharad Celyn")),
            ("mari.prydderch", "5000.00", Some("Angharad Celyn")),
            ("elin.caradog", "31.00", Some("Rosa Benbow")),
            ("elin.caradog", "101.00", Some("Iwan Tegid")),
            ("gethin.bowmer", "100.00", None),
            ("gethin.bowmer", "100.01", Some("Nia Talfan")),
            ("nia.talfan", "500.00", None),
            ("nia.talfan", "500.01", Some("Angharad Celyn")),
        ] {
            let spend = asks(&council.person(who).await, council, price).await;

            let (decision, name) = (spend["decision"].as_str().unwrap(), spend["ask"]["asked"]["name"].as_str());
            assert_eq!((decision, name), (if asked.is_some() { "ASKED" } else { "AUTHORISED_SELF" }, asked), "{who} {price}");
        }
        assert_eq!(ask::Entity::find().count(council.state.db.reader()).await.unwrap(), 10);
    }

    async fn nobody_may_decide_five_thousand_pounds_and_a_penny(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let before = counters(council, &mari).await;
        let purpose = council.purpose("bus-fare").await.to_string();

        for price in ["5000.01", "20000.00"] {
            let answer = does(&mari, REQUEST, json!({ "purposeId": purpose, "unitPrice": price })).await;
            let error = &answer["userErrors"][0];
            assert_eq!((&error["code"], &error["retry"]), (&json!("NOBODY_CAN_DECIDE"), &json!("LATER")), "{answer:#}");
        }

        assert_eq!(counters(council, &mari).await, before);
        assert_eq!(mari.good("{ spends { nodes { id } } }", json!({})).await["spends"]["nodes"], json!([]));
    }

    async fn only_the_colleague_who_is_asked_can_decide(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let spend = asks(&mari, council, "40.00").await["id"].clone();
        let yes = json!({ "spendId": spend, "answer": { "authorise": {} } });
        let no = json!({ "spendId": spend, "answer": { "decline": { "reason": "CHEAPER_WAY" } } });
        let held = counters(council, &mari).await;

        for answer in [&yes, &no] {
            assert_eq!(refused(&mari, DECIDE, answer.clone()).await, "NOT_ASKED_OF_YOU");
            // Her senior sees it, and is not asked.
            assert_eq!(refused(&council.person("nia.talfan").await, DECIDE, answer.clone()).await, "NOT_ASKED_OF_YOU");
            for name in ["tomos.ellwood", "rosa.benbow", "iwan.tegid", "angharad.celyn"] {
                let input = json!({ "input": crate::verbs::with_key(answer.clone()) });
                assert_eq!(council.person(name).await.problem(DECIDE, input).await, "NOT_FOUND", "{name}");
            }
        }

        assert_eq!(counters(council, &mari).await, held);
        let gethin = council.person("gethin.bowmer").await;
        let waiting = gethin.good("{ viewer { asksForMe { nodes { id viewerCan { decide { allowed } } } } } }", json!({})).await;
        assert_eq!(waiting["viewer"]["asksForMe"]["nodes"], json!([{ "id": spend, "viewerCan": { "decide": { "allowed": true } } }]));
        assert_eq!(does(&gethin, DECIDE, yes).await["spend"]["decision"], "AUTHORISED");
        let empty = gethin.good("{ viewer { asksForMe { nodes { id } } } }", json!({})).await;
        assert_eq!(empty["viewer"]["asksForMe"]["nodes"], json!([]));
    }

    async fn an_enabler_whose_week_is_used_up_is_not_asked(council: &Council) {
        let (mari, gethin) = (council.person("mari.prydderch").await, council.person("gethin.bowmer").await);
        for _ in 0..5 {
            let spend = asks(&mari, council, "100.00").await;
            assert_eq!(spend["ask"]["asked"]["name"], "Gethin Bowmer");
            does(&gethin, DECIDE, json!({ "spendId": spend["id"], "answer": { "authorise": {} } })).await;
        }

        let next = asks(&mari, council, "31.00").await;

        assert_eq!(next["ask"]["asked"]["name"], "Nia Talfan");
    }

    async fn what_was_hers_to_decide_when_she_was_asked_must_still_be_when_she_answers(council: &Council) {
        let (mari, gethin) = (council.person("mari.prydderch").await, council.person("gethin.bowmer").await);
        let mut waiting = Vec::new();
        for _ in 0..6 {
            waiting.push(asks(&mari, council, "100.00").await["id"].clone());
        }
        for spend in &waiting[..5] {
            assert_eq!(does(&gethin, DECIDE, json!({ "spendId": spend, "answer": { "authorise": {} } })).await["spend"]["decision"], "AUTHORISED");
        }
        let held = counters(council, &mari).await;

        let sixth = json!({ "spendId": waiting[5], "answer": { "authorise": {} } });
        assert_eq!(refused(&gethin, DECIDE, sixth).await, "ABOVE_YOUR_SAY");
        assert_eq!(counters(council, &mari).await, held);
        // A no needs no say over money.
        let no = json!({ "spendId": waiting[5], "answer": { "decline": { "reason": "ANOTHER_BUDGET" } } });
        assert_eq!(does(&gethin, DECIDE, no).await["spend"]["decision"], "DECLINED");
    }
}
