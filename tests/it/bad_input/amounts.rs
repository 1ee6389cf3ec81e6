//! Amounts and counts that no money is asked with.

use serde_json::{Value, json};

use super::{Hers, everything, with};
use crate::{
    council::{Council, on_both},
    verbs::{DECIDE, RECORD_SPENT, REQUEST},
};

const PREVIEW: &str = "query($input: PreviewSpendInput!) { it: previewSpend(input: $input) { outcome userErrors { code message field retry } } }";

pub fn amounts() -> Vec<(Value, &'static str)> {
    vec![
        (json!("1.155"), "PART_PENNIES"),
        (json!("0.001"), "PART_PENNIES"),
        (json!("999999.999"), "PART_PENNIES"),
        (json!("0"), "AMOUNT_NOT_POSITIVE"),
        (json!("0.00"), "AMOUNT_NOT_POSITIVE"),
        (json!("-0.00"), "AMOUNT_NOT_POSITIVE"),
        (json!("-1.15"), "AMOUNT_NOT_POSITIVE"),
        (json!("-9999999999999999999999999999"), "AMOUNT_NOT_POSITIVE"),
        (json!("1000000.01"), "AMOUNT_TOO_LARGE"),
        (json!("9999999999999999999999999999"), "AMOUNT_TOO_LARGE"),
        (json!("79228162514264337593543950335"), "AMOUNT_TOO_LARGE"),
        (json!("92233720368547758.08"), "AMOUNT_TOO_LARGE"),
        (json!("792281625142643375935439503360"), "BAD_USER_INPUT"),
        (json!("0.00000000000000000000000000001"), "BAD_USER_INPUT"),
        (json!(1.15), "BAD_USER_INPUT"),
        (json!(1), "BAD_USER_INPUT"),
        (json!(0), "BAD_USER_INPUT"),
        (json!(-1e300), "BAD_USER_INPUT"),
        (json!(true), "BAD_USER_INPUT"),
        (json!({ "amount": "1.15" }), "BAD_USER_INPUT"),
        (json!(["1.15", "1.15"]), "BAD_USER_INPUT"),
        (json!(""), "BAD_USER_INPUT"),
        (json!(" 1.15"), "BAD_USER_INPUT"),
        (json!("1,15"), "BAD_USER_INPUT"),
        (json!("1e2"), "BAD_USER_INPUT"),
        (json!("£1.15"), "BAD_USER_INPUT"),
        (json!("1.15\u{0}"), "BAD_USER_INPUT"),
        (json!("NaN"), "BAD_USER_INPUT"),
        (json!("--1"), "BAD_USER_INPUT"),
        (json!("1-1"), "BAD_USER_INPUT"),
        (json!("1.1.5"), "BAD_USER_INPUT"),
        (json!("-"), "BAD_USER_INPUT"),
        (json!("."), "BAD_USER_INPUT"),
        (json!("١.١٥"), "BAD_USER_INPUT"),
        (json!("1".repeat(10_000)), "BAD_USER_INPUT"),
    ]
}

on_both! {
    async fn an_amount_that_is_no_money_is_told_so_wherever_it_is_given(council: &Council) {
        let hers = Hers::in_council(council).await;
        let before = everything(council).await;
        let request = json!({ "purposeId": hers.purpose, "unitPrice": "1.15" });
        let spent = json!({ "spendId": hers.own, "amount": "1.00" });
        let decide = json!({ "spendId": hers.asked, "answer": { "authorise": { "amount": "20.00" } } });

        for (amount, code) in amounts() {
            let shown = amount.to_string();
            for (verb, input, path) in [(REQUEST, &request, "/unitPrice"), (RECORD_SPENT, &spent, "/amount"), (DECIDE, &decide, "/answer/authorise/amount")] {
                assert_eq!(hers.told(verb, with(input, path, amount.clone())).await, code, "{shown}");
            }
            let preview = json!({ "input": with(&request, "/unitPrice", amount) });
            assert_eq!(hers.told_about(&hers.mari, PREVIEW, preview).await, code, "{shown}");
        }
        hers.unchanged_since(&before, "amounts").await;
        // An amount that is money, and is more than there is to give.
        assert_eq!(hers.told(RECORD_SPENT, with(&spent, "/amount", json!("1.16"))).await, "ABOVE_AUTHORISED");
        assert_eq!(hers.told(DECIDE, with(&decide, "/answer/authorise/amount", json!("40.01"))).await, "ABOVE_ASKED");
        assert_eq!(hers.told(REQUEST, with(&request, "/unitPrice", json!("1000000.00"))).await, "BUDGET_SHORT");
        hers.unchanged_since(&before, "above").await;
    }

    async fn a_count_that_is_no_count_is_told_so(council: &Council) {
        let hers = Hers::in_council(council).await;
        let before = everything(council).await;
        for (count, code) in [
            (json!(0), "COUNT_OUT_OF_RANGE"),
            (json!(-1), "COUNT_OUT_OF_RANGE"),
            (json!(1_001), "COUNT_OUT_OF_RANGE"),
            (json!(i32::MAX), "COUNT_OUT_OF_RANGE"),
            (json!(i32::MIN), "COUNT_OUT_OF_RANGE"),
            (json!(2_147_483_648_i64), "BAD_USER_INPUT"),
            (json!(u64::MAX), "BAD_USER_INPUT"),
            (json!(1.5), "BAD_USER_INPUT"),
            (json!("4"), "BAD_USER_INPUT"),
            (json!([4, 4]), "BAD_USER_INPUT"),
            (Value::Null, "BAD_USER_INPUT"),
        ] {
            let input = json!({ "purposeId": hers.purpose, "unitPrice": "0.01", "count": count });
            assert_eq!(hers.told(REQUEST, input.clone()).await, code, "{count}");
            assert_eq!(hers.told_about(&hers.mari, PREVIEW, json!({ "input": input })).await, code, "{count}");
        }
        // Small prices and large counts are still more than any spend here.
        let input = json!({ "purposeId": hers.purpose, "unitPrice": "1000.01", "count": 1_000 });
        assert_eq!(hers.told(REQUEST, input).await, "AMOUNT_TOO_LARGE");
        hers.unchanged_since(&before, "counts").await;
    }

    async fn what_a_hub_pays_for_needs_a_hub_that_is_there(council: &Council) {
        let hers = Hers::in_council(council).await;
        let before = everything(council).await;
        let nowhere = busfare::store::mint::id::<busfare_entity::words::HubId>().to_string();
        for (hub, code) in [
            (Value::Null, "HUB_NEEDED"), (json!(nowhere), "NOT_FOUND"), (json!(""), "NOT_FOUND"), (json!(hers.purpose), "NOT_FOUND"),
            (json!("hub_"), "NOT_FOUND"), (json!("hub_\u{0}"), "NOT_FOUND"), (json!("hub_00000000000000000000000000' OR 1=1 --"), "NOT_FOUND"),
        ] {
            let input = json!({ "purposeId": hers.tea, "unitPrice": "2.00", "hubId": hub });
            assert_eq!(hers.told(REQUEST, input.clone()).await, code, "{hub}");
            assert_eq!(hers.told_about(&hers.mari, PREVIEW, json!({ "input": input })).await, code, "{hub}");
        }
        hers.unchanged_since(&before, "hubs").await;
    }
}
