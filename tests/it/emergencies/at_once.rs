//! Up to the ceiling it is a yes at once, and above it a plain word about whom to call.

use busfare::store;
use busfare_entity::{verdict, words::SpendId};
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::{Value, json};

use super::{cannot_wait, ceilings, closes_reserves, empties_reserves, everybody_has_left_except, reserves};
use crate::{
    council::{Council, key, on_both},
    verbs::{CAPTURE, EMERGENCY, NOTE, RECORD_SPENT, REQUEST, WITHDRAW, does, in_language, refused},
};

const USED: &str = "{ viewer { delegations { used { amount } left { amount } } } }";

on_both! {
    async fn it_is_yes_with_the_budget_empty_the_week_used_up_and_nobody_there(council: &Council) {
        ceilings(council).await;
        let mari = council.person("mari.prydderch").await;
        for price in ["30.00", "30.00", "30.00", "10.00"] {
            mari.requests_spend(json!({ "unitPrice": price })).await;
        }
        everybody_has_left_except(council, &["mari.prydderch"]).await;
        let purpose = council.purpose("food-shop").await.to_string();
        assert_eq!(refused(&mari, REQUEST, json!({ "purposeId": purpose, "unitPrice": "1.15" })).await, "BUDGET_SHORT");
        let before = mari.good(USED, json!({})).await;

        let spend = cannot_wait(&mari, council, "100.00").await;

        assert_eq!((&spend["decision"], &spend["money"], &spend["ask"]), (&json!("EMERGENCY"), &json!("COMMITTED"), &Value::Null));
        assert_eq!((&spend["reason"], &spend["budget"]["fund"]), (&json!("No food until Monday"), &json!("CONTINGENCY")));
        let verdict = &spend["verdict"];
        assert_eq!((&verdict["outcome"], &verdict["decidedBy"]["name"]), (&json!("EMERGENCY"), &json!("Mari Prydderch")));
        assert!(!verdict["backingStatement"].as_str().unwrap().is_empty() && verdict["backedBy"]["name"].is_string());
        let checks: Vec<_> = verdict["checks"].as_array().unwrap().iter().map(|check| (check["code"].as_str().unwrap(), check["ok"] == true)).collect();
        assert_eq!(checks, [("DELEGATION", true), ("BREAK_GLASS", true), ("BUDGET", true)]);
        assert_eq!(verdict["checks"][1]["words"], "Within your £100.00 for what can't wait.");
        // It used nothing of her week.
        assert_eq!(mari.good(USED, json!({})).await, before);
    }

    async fn above_the_ceiling_it_says_how_much_and_whom_to_call(council: &Council) {
        ceilings(council).await;
        let purpose = council.purpose("food-shop").await.to_string();
        let mari = council.person("mari.prydderch").await;
        let input = |price: &str| json!({ "purposeId": purpose, "unitPrice": price, "sentence": "No heating" });

        for (who, most, above) in [
            ("mari.prydderch", "100.00", "100.01"), ("gethin.bowmer", "200.00", "200.01"), ("nia.talfan", "500.00", "500.01"),
        ] {
            let person = council.person(who).await;
            assert_eq!(refused(&person, EMERGENCY, input(above)).await, "ABOVE_CEILING", "{who}");
            assert_eq!(does(&person, EMERGENCY, input(most)).await["spend"]["decision"], "EMERGENCY", "{who}");
        }
        let error = does(&mari, EMERGENCY, input("150.00")).await["userErrors"][0].clone();
        assert_eq!(error["message"], "When it can't wait you may spend up to £100.00 at once. For more, call Nia Talfan now.");
        assert_eq!((&error["field"], &error["retry"]), (&json!(["unitPrice"]), &json!("AFTER_CHANGE")));
        let welsh = json!({ "input": crate::verbs::with_key(input("150.00")) });
        let welsh = in_language(council, &mari, "cy", EMERGENCY, welsh).await;
        assert!(welsh["it"]["userErrors"][0]["message"].as_str().unwrap().ends_with("ffoniwch Nia Talfan nawr."), "{welsh}");
        // One request may be tried up to the ceiling as often as it cannot wait.
        for _ in 0..3 {
            cannot_wait(&mari, council, "100.00").await;
        }
    }

    async fn without_a_say_in_emergencies_there_is_none(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let txn = council.state.db.begin().await.unwrap();
        let none = busfare_entity::delegation::Entity::update_many()
            .col_expr(busfare_entity::delegation::Column::BreakGlassPence, sea_orm::sea_query::Expr::value(None::<i64>));
        none.exec(&txn).await.unwrap();
        txn.commit().await.unwrap();
        let purpose = council.purpose("food-shop").await.to_string();

        let error = does(&mari, EMERGENCY, json!({ "purposeId": purpose, "unitPrice": "1.00", "sentence": "No heating" })).await["userErrors"][0].clone();

        assert_eq!((&error["code"], &error["retry"]), (&json!("NO_EMERGENCY_SAY"), &json!("LATER")));
        assert!(error["message"].as_str().unwrap().contains("Nia Talfan"), "{error}");
        assert_eq!(mari.good("{ spends { nodes { id } } }", json!({})).await["spends"]["nodes"], json!([]));
    }

    async fn what_comes_after_it_is_as_for_any_other_spend(council: &Council) {
        ceilings(council).await;
        let mari = council.person("mari.prydderch").await;
        let (first, second) = (cannot_wait(&mari, council, "40.00").await, cannot_wait(&mari, council, "20.00").await);

        assert_eq!(refused(&mari, RECORD_SPENT, json!({ "spendId": first["id"], "amount": "40.01" })).await, "ABOVE_AUTHORISED");
        let spent = does(&mari, RECORD_SPENT, json!({ "spendId": first["id"], "amount": "31.50" })).await["spend"].clone();
        assert_eq!((&spent["decision"], &spent["money"], &spent["spent"]["amount"]), (&json!("EMERGENCY"), &json!("SPENT"), &json!("31.50")));
        assert_eq!(does(&mari, CAPTURE, json!({ "spendId": first["id"] })).await["userErrors"], json!([]));
        assert_eq!(does(&mari, NOTE, json!({ "spendId": second["id"], "reason": "LOST" })).await["userErrors"], json!([]));
        assert_eq!(does(&mari, WITHDRAW, json!({ "spendId": second["id"] })).await["spend"]["money"], "RELEASED");

        let reserve = reserves(council).await.remove(0);
        assert_eq!((reserve.reserved_pence, reserve.committed_pence, reserve.settled_pence), (0, 0, 3_150));
        crate::ledger::counters_are_the_sum_of_entries(council).await;
    }

    async fn the_reserve_is_always_there_even_where_nobody_has_set_one_up(council: &Council) {
        ceilings(council).await;
        let mari = council.person("mari.prydderch").await;
        // Empty, and it may run over by £50.
        empties_reserves(council, 5_000).await;
        let mut held = vec![cannot_wait(&mari, council, "40.00").await];
        let empty = reserves(council).await.into_iter().find(|row| row.name == "Empty").unwrap();
        assert_eq!((empty.allocated_pence, empty.overrun_pence, empty.committed_pence), (4_000, 4_000, 4_000));
        // It does not stretch to this, so another is set up on the spot; the first still serves what it can.
        held.push(cannot_wait(&mari, council, "100.00").await);
        held.push(cannot_wait(&mari, council, "10.00").await);
        let rows = reserves(council).await;
        let made_up = rows.last().unwrap();
        assert_eq!((made_up.allocated_pence, made_up.overrun_pence, made_up.committed_pence), (10_000, 10_000, 10_000));
        assert_eq!(rows.iter().find(|row| row.name == "Empty").unwrap().committed_pence, 5_000);
        // Even where that one is closed, too, once nothing is held in it.
        for spend in held {
            let back = json!({ "input": { "idempotencyKey": crate::council::key(), "spendId": spend["id"] } });
            let taken = "mutation($input: WithdrawSpendInput!) { withdrawSpend(input: $input) { spend { money } userErrors { code } } }";
            assert_eq!(mari.good(taken, back).await["withdrawSpend"]["spend"]["money"], "RELEASED");
        }
        closes_reserves(council).await;
        cannot_wait(&mari, council, "100.00").await;
        assert_eq!((rows.len(), reserves(council).await.len()), (3, 4));
        crate::ledger::counters_are_the_sum_of_entries(council).await;
    }

    async fn a_year_without_a_reserve_gets_one(council: &Council) {
        ceilings(council).await;
        closes_reserves(council).await;
        let mari = council.person("mari.prydderch").await;

        let spend = cannot_wait(&mari, council, "12.00").await;

        assert_eq!(spend["budget"], json!({ "name": "Emergencies", "fund": "CONTINGENCY" }));
        let rows = reserves(council).await;
        assert_eq!((rows.len(), rows[1].overrun_pence, rows[1].committed_pence), (2, 1_200, 1_200));
        assert!(spend["verdict"]["checks"][2]["warning"] == true, "{spend:#}");
        crate::ledger::counters_are_the_sum_of_entries(council).await;
    }

    async fn sent_again_it_is_the_same_emergency(council: &Council) {
        ceilings(council).await;
        let mari = council.person("mari.prydderch").await;
        let purpose = council.purpose("food-shop").await.to_string();
        let id = store::mint::id::<SpendId>().to_string();
        let person = store::mint::id::<busfare_entity::words::PersonId>().to_string();
        let mut input = json!({ "idempotencyKey": key(), "id": id, "purposeId": purpose, "unitPrice": "12.00", "personId": person, "sentence": " No food \n" });

        let first = does(&mari, EMERGENCY, input.clone()).await;
        let same_key = does(&mari, EMERGENCY, input.clone()).await;
        input["idempotencyKey"] = json!(key());
        let same_id = does(&mari, EMERGENCY, input.clone()).await;

        assert_eq!((&first["replayed"], &same_key["replayed"], &same_id["replayed"]), (&json!(false), &json!(true), &json!(true)));
        assert!(first["spend"] == same_key["spend"] && first["spend"] == same_id["spend"]);
        for (field, other) in [("unitPrice", json!("12.01")), ("sentence", json!("No heating")), ("count", json!(2)), ("personId", Value::Null), ("method", json!("CARD"))] {
            let mut changed = input.clone();
            changed["idempotencyKey"] = json!(key());
            changed[field] = other;
            assert_eq!(refused(&mari, EMERGENCY, changed).await, "ID_ALREADY_USED", "{field}");
        }
        let reader = council.state.db.reader();
        assert_eq!(busfare_entity::notice::Entity::find().count(reader).await.unwrap(), 1);
        assert_eq!(busfare_entity::learning::Entity::find().count(reader).await.unwrap(), 1);
        // An ordinary request is not an emergency, whatever else is the same.
        let ordinary = mari.requests_spend(json!({ "purposeId": purpose, "unitPrice": "12.00", "reason": "No food" })).await["spend"]["id"].clone();
        let taken = json!({ "id": ordinary, "purposeId": purpose, "unitPrice": "12.00", "sentence": "No food" });
        assert_eq!(refused(&mari, EMERGENCY, taken).await, "ID_ALREADY_USED");
    }

    async fn an_emergency_s_verdict_is_the_same_when_it_is_decided_again(council: &Council) {
        ceilings(council).await;
        cannot_wait(&council.person("mari.prydderch").await, council, "99.99").await;
        cannot_wait(&council.person("nia.talfan").await, council, "500.00").await;

        let verdicts = verdict::Entity::find().all(council.state.db.reader()).await.unwrap();

        assert_eq!(verdicts.len(), 2);
        for verdict in verdicts {
            let again = store::verdict::snapshot(&verdict).unwrap().decide();
            assert_eq!(again.outcome, verdict.outcome);
            assert_eq!(again.checks, store::verdict::checks(&verdict).unwrap());
            assert_eq!(again.grant.map(|grant| grant.backing_statement), verdict.backing_statement);
        }
    }
}
