//! The preview says what the request then does: the same rules, the same words, nothing held.

use serde_json::{Value, json};

use super::{asks, counters, leaves_in_budget};
use crate::{
    council::{Council, Person, on_both},
    verbs::{REQUEST, WITHDRAW, does},
};

const PREVIEW: &str =
    "query($input: PreviewSpendInput!) { it: previewSpend(input: $input) { outcome total { amount } evidence
    nearest { name } backedBy { name } checks { code ok left { amount } } userErrors { code message field retry } } }";

/// Looks, asks, and compares; takes back what was asked.
async fn agrees(person: &Person<'_>, input: &Value) -> String {
    let told = person.good(PREVIEW, json!({ "input": input })).await["it"].clone();
    let done = does(person, REQUEST, input.clone()).await;
    assert_eq!(told["userErrors"], done["userErrors"], "{input}");
    if done["spend"].is_null() {
        return done["userErrors"][0]["code"].as_str().unwrap().to_owned();
    }

    let spend = &done["spend"];
    assert_eq!(told["outcome"], spend["decision"], "{input}");
    assert_eq!((&told["total"], &told["evidence"]), (&spend["total"], &spend["evidence"]), "{input}");
    assert_eq!(told["nearest"]["name"], spend["ask"]["asked"]["name"], "{input}");
    assert_eq!(told["checks"], spend["verdict"]["checks"], "{input}");
    does(person, WITHDRAW, json!({ "spendId": spend["id"] })).await;
    spend["decision"].as_str().unwrap().to_owned()
}

on_both! {
    async fn a_preview_says_what_the_request_then_does(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let purpose = council.purpose("bus-fare").await.to_string();
        let mut outcomes = Vec::new();
        for price in [
            "0.01", "1.15", "4.99", "5.00", "5.01", "29.99", "30.00", "30.01", "99.99", "100.00", "100.01", "500.00",
            "500.01", "5000.00", "5000.01", "24999.99", "25000.00", "25000.01", "1000000.00", "1000000.01", "0.00", "-1.00", "1.155",
        ] {
            for timing in ["BEFORE", "AFTER"] {
                outcomes.push(agrees(&mari, &json!({ "purposeId": purpose, "unitPrice": price, "timing": timing })).await);
            }
            outcomes.push(agrees(&mari, &json!({ "purposeId": purpose, "unitPrice": price, "count": 7 })).await);
        }
        for outcome in ["AUTHORISED_SELF", "ASKED", "NOBODY_CAN_DECIDE", "BUDGET_SHORT", "AMOUNT_TOO_LARGE", "AMOUNT_NOT_POSITIVE", "PART_PENNIES"] {
            assert!(outcomes.iter().any(|seen| seen == outcome), "{outcome}");
        }
    }

    async fn a_preview_is_right_for_a_hub_and_for_a_short_budget(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let (fare, tea) = (council.purpose("bus-fare").await.to_string(), council.purpose("hub-refreshments").await.to_string());
        let hubs = mari.good("{ hubs { id } }", json!({})).await["hubs"].clone();

        assert_eq!(agrees(&mari, &json!({ "purposeId": tea, "unitPrice": "2.00" })).await, "HUB_NEEDED");
        for hub in hubs.as_array().unwrap() {
            assert_eq!(agrees(&mari, &json!({ "purposeId": tea, "unitPrice": "2.00", "hubId": hub["id"] })).await, "AUTHORISED_SELF");
            assert_eq!(agrees(&mari, &json!({ "purposeId": tea, "unitPrice": "3000.01", "hubId": hub["id"] })).await, "BUDGET_SHORT");
        }
        leaves_in_budget(council, &mari, 100).await;
        assert_eq!(agrees(&mari, &json!({ "purposeId": fare, "unitPrice": "1.00" })).await, "AUTHORISED_SELF");
        assert_eq!(agrees(&mari, &json!({ "purposeId": fare, "unitPrice": "1.01" })).await, "BUDGET_SHORT");
        assert_eq!(agrees(&mari, &json!({ "purposeId": fare, "unitPrice": "1.01", "timing": "AFTER" })).await, "ASKED");
    }

    async fn a_preview_holds_nothing(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let (before, purpose) = (counters(council, &mari).await, council.purpose("bus-fare").await.to_string());

        for _ in 0..50 {
            let told = mari.good(PREVIEW, json!({ "input": { "purposeId": purpose, "unitPrice": "30.00" } })).await;
            assert_eq!(told["it"]["outcome"], "AUTHORISED_SELF");
        }

        assert_eq!(counters(council, &mari).await, before);
        assert_eq!(asks(&mari, council, "30.00").await["decision"], "AUTHORISED_SELF");
    }

    async fn four_bus_tickets_cost_four_times_one(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let purpose = council.purpose("bus-fare").await.to_string();
        for (price, count, total, decision) in [
            ("1.15", 4, "4.60", "AUTHORISED_SELF"), ("0.01", 1_000, "10.00", "AUTHORISED_SELF"), ("1.15", 26, "29.90", "AUTHORISED_SELF"),
            ("1.15", 27, "31.05", "ASKED"), ("30", 1, "30.00", "AUTHORISED_SELF"), ("1.1500", 1, "1.15", "AUTHORISED_SELF"),
        ] {
            let answer = does(&mari, REQUEST, json!({ "purposeId": purpose, "unitPrice": price, "count": count })).await;
            assert_eq!((&answer["spend"]["total"]["amount"], &answer["spend"]["decision"]), (&json!(total), &json!(decision)), "{price} x {count}");
            does(&mari, WITHDRAW, json!({ "spendId": answer["spend"]["id"] })).await;
        }
    }
}
