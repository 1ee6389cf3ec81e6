//! Money that comes back: to the budget that paid, never more than left, however many say so at once.

use busfare_entity::{refund, spend};
use futures_util::future::join_all;
use sea_orm::{ConnectionTrait, EntityTrait, PaginatorTrait};
use serde_json::{Value, json};

use super::{counters, of_team};
use crate::{
    council::{Council, Person, on_both},
    verbs::{RECORD_SPENT, REFUND, does, in_language, refused},
};

async fn bought(mari: &Person<'_>, price: &str) -> Value {
    mari.requests_spend(json!({ "unitPrice": price, "timing": "AFTER" })).await["spend"]["id"].clone()
}

fn back(spend: &Value, amount: &str) -> Value {
    json!({ "spendId": spend, "amount": amount })
}

on_both! {
    async fn what_comes_back_goes_to_the_budget_that_paid_piece_by_piece(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let team = of_team(council, &mari).await;
        let shoes = bought(&mari, "28.00").await;
        assert_eq!(counters(council, team).await, [2_500_000, 0, 0, 0, 2_800]);

        let mut half = back(&shoes, "14.00");
        half["reason"] = json!(" The wrong size ");
        let part = does(&mari, REFUND, half).await["spend"].clone();
        assert_eq!((&part["money"], &part["refunded"]["amount"], &part["spent"]["amount"]), (&json!("PART_REFUNDED"), &json!("14.00"), &json!("28.00")));
        assert_eq!(part["refunds"], json!([{ "amount": { "amount": "14.00" }, "reason": "The wrong size", "intoSuccessor": false, "budget": { "id": team.to_string() }, "recordedBy": { "name": "Mari Prydderch" } }]));
        assert_eq!(part["sentence"], "£28.00: yours to say, and said, partly refunded; a receipt would help.");
        assert_eq!(counters(council, team).await, [2_500_000, 0, 0, 0, 1_400]);

        let more = does(&mari, REFUND, back(&shoes, "14.01")).await["userErrors"][0].clone();
        assert_eq!(more, json!({ "code": "ABOVE_SPENT", "field": ["amount"], "retry": "AFTER_CHANGE",
            "message": "£14.00 was spent and has not come back yet. Record that or less." }));
        // No amount is all that is left of it; an enabler who sees it on the statement may say so too.
        let gethin = council.person("gethin.bowmer").await;
        let whole = does(&gethin, REFUND, json!({ "spendId": shoes })).await["spend"].clone();
        assert_eq!((&whole["money"], &whole["refunded"]["amount"], &whole["refunds"][1]["recordedBy"]["name"]), (&json!("REFUNDED"), &json!("28.00"), &json!("Gethin Bowmer")));
        assert_eq!(counters(council, team).await, [2_500_000, 0, 0, 0, 0]);
        assert_eq!(refused(&mari, REFUND, json!({ "spendId": shoes })).await, "ALREADY_REFUNDED");
        let cy = in_language(council, &mari, "cy", REFUND, json!({ "input": crate::verbs::with_key(json!({ "spendId": shoes })) })).await;
        assert_eq!(cy["it"]["userErrors"][0]["message"], "Mae popeth a wariwyd ar hyn wedi dod yn ôl eisoes.");
    }

    async fn what_came_back_is_hers_to_say_again_and_her_week_is_as_before(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let shoes = bought(&mari, "28.00").await;
        does(&mari, REFUND, back(&shoes, "20.00")).await;

        let left = mari.good("{ viewer { delegations { used { amount } } } }", json!({})).await;

        assert_eq!(left["viewer"]["delegations"][0]["used"]["amount"], "8.00");
    }

    async fn nothing_comes_back_of_what_has_not_left_or_is_somebody_elses(council: &Council) {
        let (mari, tomos, elin) = (council.person("mari.prydderch").await, council.person("tomos.ellwood").await, council.person("elin.caradog").await);
        let set_aside = mari.requests_spend(json!({})).await["spend"]["id"].clone();
        let asked = mari.requests_spend(json!({ "unitPrice": "31.00" })).await["spend"]["id"].clone();
        for spend in [&set_aside, &asked] { assert_eq!(refused(&mari, REFUND, back(spend, "0.01")).await, "NOT_SPENT"); }
        let shoes = bought(&mari, "28.00").await;
        for somebody in [&tomos, &elin] {
            let input = json!({ "input": crate::verbs::with_key(back(&shoes, "1.00")) });
            assert_eq!(somebody.problem(REFUND, input).await, "NOT_FOUND");
        }
        let can = mari.good("query($id: ID!) { node(id: $id) { ... on Spend { viewerCan { recordRefund { allowed reason } } } } }", json!({ "id": set_aside })).await;
        assert_eq!(can["node"]["viewerCan"]["recordRefund"]["allowed"], false);
        does(&mari, RECORD_SPENT, json!({ "spendId": set_aside })).await;
        assert_eq!(does(&mari, REFUND, json!({ "spendId": set_aside })).await["spend"]["money"], "REFUNDED");
    }

    async fn a_refund_said_by_many_at_once_comes_back_once(council: &Council) {
        let (mari, gethin) = (council.person("mari.prydderch").await, council.person("gethin.bowmer").await);
        let team = of_team(council, &mari).await;
        for round in 0..5 {
            let shoes = bought(&mari, "10.00").await;
            let people = [&mari, &gethin];
            let answers = join_all((0..12).map(|place| does(people[place % 2], REFUND, back(&shoes, "4.00")))).await;

            let went = answers.iter().filter(|answer| answer["userErrors"] == json!([])).count();
            let codes: Vec<_> = answers.iter().filter_map(|answer| answer["userErrors"][0]["code"].as_str()).collect();
            assert_eq!((went, codes), (2, vec!["ABOVE_SPENT"; 10]));
            assert_eq!(counters(council, team).await, [2_500_000, 0, 0, 0, 200 * (round + 1)]);
        }
        assert_eq!(refund::Entity::find().count(council.state.db.reader()).await.unwrap(), 10);
    }

    async fn the_database_itself_gives_back_no_more_than_left(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let shoes = bought(&mari, "10.00").await;
        does(&mari, REFUND, back(&shoes, "4.00")).await;
        let rows = refund::Entity::find().all(council.state.db.reader()).await.unwrap();
        assert_eq!((rows[0].spent_pence, rows[0].refunded_pence), (1_000, 400));
        for statement in ["UPDATE spend SET refunded_pence = 1001", "UPDATE spend SET spent_pence = NULL"] {
            let txn = council.state.db.begin().await.unwrap();
            assert!(txn.execute_unprepared(statement).await.is_err(), "{statement}");
        }
        assert_eq!(spend::Entity::find().one(council.state.db.reader()).await.unwrap().unwrap().refunded_pence, 400);
    }
}
