//! Reversals: what was wrong in the books is put right by an entry, never by a change.

use busfare_entity::{budget_entry, words::BudgetMovement};
use futures_util::future::join_all;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;

use super::{EXPORT, REVERSE, bought, today};
use crate::{
    council::{Council, key, on_both},
    ledger::counters_are_the_sum_of_entries,
    verbs::{does, refused},
};

on_both! {
    async fn a_reversal_takes_back_what_was_too_much_and_keeps_what_was_written(council: &Council) {
        let (mari, gethin) = (council.person("mari.prydderch").await, council.person("gethin.bowmer").await);
        let spend = bought(council, &mari, 1_200, "2026-01-10T08:00:00Z", None).await.to_string();
        does(&gethin, EXPORT, json!({ "upTo": today() })).await;
        let can = "query($id: ID!) { node(id: $id) { ... on Spend { viewerCan { reverse { allowed reason } } } } }";
        assert_eq!(gethin.good(can, json!({ "id": spend })).await["node"]["viewerCan"]["reverse"], json!({ "allowed": true, "reason": null }));
        let hers = mari.good(can, json!({ "id": spend })).await["node"]["viewerCan"]["reverse"].clone();
        let told = does(&mari, REVERSE, json!({ "spendId": spend, "reason": "NEVER_BOUGHT" })).await["userErrors"][0].clone();
        assert_eq!((&told["code"], &told["message"], &hers["allowed"]), (&json!("NOT_YOUR_BOOKS"), &hers["reason"], &json!(false)));

        let more = json!({ "spendId": spend, "amount": "12.01", "reason": "AMOUNT_TOO_HIGH" });
        assert_eq!(refused(&gethin, REVERSE, more).await, "ABOVE_SPENT");
        let some = json!({ "spendId": spend, "amount": "10.80", "reason": "AMOUNT_TOO_HIGH", "words": " £1.20, not £12 ", "idempotencyKey": key() });
        let put_right = does(&gethin, REVERSE, some.clone()).await;
        assert_eq!(put_right["spend"], json!({ "id": spend, "money": "PART_REFUNDED", "books": "CORRECTED", "spent": { "amount": "12.00" }, "refunded": { "amount": "10.80" },
            "reversals": [{ "amount": { "amount": "10.80" }, "reason": "AMOUNT_TOO_HIGH", "words": "£1.20, not £12", "reversedBy": { "name": "Gethin Bowmer" } }] }), "{put_right:#}");
        assert_eq!(does(&gethin, REVERSE, some).await["replayed"], true);
        counters_are_the_sum_of_entries(council).await;

        let rest = does(&gethin, REVERSE, json!({ "spendId": spend, "reason": "RECORDED_TWICE" })).await["spend"].clone();
        assert_eq!((&rest["money"], &rest["refunded"]["amount"]), (&json!("REFUNDED"), &json!("12.00")));
        assert_eq!(refused(&gethin, REVERSE, json!({ "spendId": spend, "reason": "RECORDED_TWICE" })).await, "NOTHING_SPENT");
        let reversing = budget_entry::Entity::find().filter(budget_entry::Column::Movement.eq(BudgetMovement::Reverse));
        let entries = reversing.all(council.state.db.reader()).await.unwrap();
        assert_eq!(entries.iter().map(|entry| (entry.spend_id.unwrap().to_string(), entry.settled_delta_pence)).collect::<Vec<_>>(), [(spend.clone(), -1_080), (spend.clone(), -120)]);
        counters_are_the_sum_of_entries(council).await;
    }

    async fn what_is_not_spent_or_not_in_sight_cannot_be_reversed(council: &Council) {
        let (mari, gethin, rosa) = (council.person("mari.prydderch").await, council.person("gethin.bowmer").await, council.person("rosa.benbow").await);
        let set_aside = mari.requests_spend(json!({})).await["spend"]["id"].clone();
        let reverse = |id: &serde_json::Value| json!({ "spendId": id, "reason": "NEVER_BOUGHT" });

        assert_eq!(refused(&gethin, REVERSE, reverse(&set_aside)).await, "NOTHING_SPENT");
        let input = json!({ "input": { "idempotencyKey": key(), "spendId": set_aside, "reason": "NEVER_BOUGHT" } });
        assert_eq!(rosa.problem(REVERSE, input).await, "NOT_FOUND");
    }

    async fn a_spend_is_reversed_twenty_times_at_most(council: &Council) {
        let (mari, gethin) = (council.person("mari.prydderch").await, council.person("gethin.bowmer").await);
        let spend = bought(council, &mari, 1_200, "2026-01-10T08:00:00Z", None).await.to_string();
        let penny = || json!({ "spendId": spend, "amount": "0.01", "reason": "AMOUNT_TOO_HIGH" });
        for _ in 0..20 {
            assert_eq!(does(&gethin, REVERSE, penny()).await["userErrors"], json!([]));
        }
        assert_eq!(refused(&gethin, REVERSE, penny()).await, "REVERSED_TOO_OFTEN");
    }

    async fn many_reversals_at_once_take_back_what_was_spent_and_no_more(council: &Council) {
        let (mari, gethin) = (council.person("mari.prydderch").await, council.person("gethin.bowmer").await);
        for _ in 0..10 {
            let spend = bought(council, &mari, 1_000, "2026-01-10T08:00:00Z", None).await.to_string();
            let some = || does(&gethin, REVERSE, json!({ "spendId": spend, "amount": "4.00", "reason": "RECORDED_TWICE" }));

            let answers = join_all((0..6).map(|_| some())).await;

            let taken = answers.iter().filter(|answer| answer["userErrors"] == json!([])).count();
            assert_eq!(taken, 2, "{answers:#?}");
            assert!(answers.iter().filter_map(|answer| answer["userErrors"][0]["code"].as_str()).all(|code| code == "ABOVE_SPENT"));
        }
        counters_are_the_sum_of_entries(council).await;
    }
}
