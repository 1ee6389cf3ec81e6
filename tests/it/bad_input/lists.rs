//! Lists asked for with rubbish: how many, after what, and too many at once.

use busfare::store::page::Cursor;
use data_encoding::BASE64URL_NOPAD;
use serde_json::{Value, json};

use super::{Hers, everything, nowhere};
use crate::council::{Council, key, on_both};

const LISTS: [&str; 4] = [
    "query($first: Int, $after: String) { spends(first: $first, after: $after) { nodes { id } } }",
    "query($first: Int, $after: String) { records(first: $first, after: $after) { nodes { id } } }",
    "query($first: Int, $after: String) { viewer { receipts(first: $first, after: $after) { nodes { id } } } }",
    "query($first: Int, $after: String) { viewer { asksForMe(first: $first, after: $after) { nodes { id } } } }",
];

/// A cursor as a list here makes it, at a moment that a list here has never seen.
fn forged(micros: i64) -> String {
    let mut bytes = micros.to_be_bytes().to_vec();
    bytes.extend([0xff; 16]);
    BASE64URL_NOPAD.encode(&bytes)
}

on_both! {
    async fn a_list_has_1_to_100_rows_after_a_cursor_of_its_own(council: &Council) {
        let hers = Hers::in_council(council).await;
        let before = everything(council).await;
        for list in LISTS {
            for first in [json!(0), json!(-1), json!(101), json!(i32::MAX), json!(i32::MIN), json!(2_147_483_648_i64), json!(1.5), json!("25"), json!([1, 2])] {
                assert_eq!(hers.told_about(&hers.mari, list, json!({ "first": first })).await, "BAD_USER_INPUT", "{list} {first}");
            }
            let after = ["", "x", "AAAA", "====", "\0", "a\u{202e}b", "' OR 1=1 --", &hers.own, &"A".repeat(10_000), &"A".repeat(33)];
            for after in after.map(|text| json!(text)).into_iter().chain([json!(5), json!({})]) {
                assert_eq!(hers.told_about(&hers.mari, list, json!({ "first": 5, "after": after })).await, "BAD_USER_INPUT", "{list} {after}");
            }
            for first in [1, 100] {
                hers.mari.good(list, json!({ "first": first })).await;
            }
        }
        hers.unchanged_since(&before, "lists").await;
    }

    async fn a_cursor_from_another_age_is_an_empty_page_or_told_so(council: &Council) {
        let hers = Hers::in_council(council).await;
        for list in LISTS {
            for micros in [0, 1, -1, i64::MAX, i64::MIN, i64::MAX / 2, i64::MIN / 2, -62_135_596_800_000_000, -210_866_803_200_000_000, -8_334_601_228_800_000_000, 8_210_266_876_799_999_999, 253_402_300_800_000_000] {
                let answer = hers.mari.sends(list, json!({ "first": 5, "after": forged(micros) })).await;
                let code = answer["errors"][0]["extensions"]["code"].as_str().unwrap_or("-");
                assert!(["-", "BAD_USER_INPUT"].contains(&code), "{list} {micros} {answer:#}");
            }
        }
        let cursor = Cursor { at: chrono::DateTime::from_timestamp_millis(1).unwrap(), id: uuid::Uuid::nil() };
        let page = hers.mari.good(LISTS[0], json!({ "after": cursor.encode() })).await;
        assert_eq!(page["spends"]["nodes"], json!([]));
    }

    async fn a_variable_that_was_left_out_is_as_if_nobody_had_said_anything(council: &Council) {
        let hers = Hers::in_council(council).await;
        for variables in [json!({}), json!({ "first": null, "after": null })] {
            let spends = hers.mari.good(LISTS[0], variables).await;
            assert_eq!(spends["spends"]["nodes"].as_array().unwrap().len(), 2);
        }
        let ask = "mutation($key: UUID!, $purpose: ID!, $count: Int, $timing: SpendTiming, $hub: ID, $reason: String, $id: ID) { it: requestSpend(input: {
            idempotencyKey: $key, id: $id, purposeId: $purpose, unitPrice: \"1.15\", count: $count, timing: $timing, hubId: $hub, reason: $reason }) { spend { total { amount } money } } }";
        let asked = hers.mari.good(ask, json!({ "key": key(), "purpose": hers.purpose })).await;
        assert_eq!(asked["it"]["spend"], json!({ "total": { "amount": "1.15" }, "money": "COMMITTED" }));
    }

    async fn at_most_a_hundred_nodes_are_found_at_once(council: &Council) {
        let hers = Hers::in_council(council).await;
        let nodes = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }";
        let ids = |count: usize| json!({ "ids": vec![hers.own.clone(); count] });

        let all = hers.mari.good(nodes, ids(100)).await["nodes"].as_array().unwrap().clone();
        assert_eq!((all.len(), &all[99]["id"]), (100, &json!(hers.own)));
        assert_eq!(hers.mari.good(nodes, ids(0)).await["nodes"], json!([]));
        for wrong in [ids(101), ids(1_000), json!({ "ids": [nowhere(), null] }), json!({ "ids": [1.5] }), json!({ "ids": null }), json!({}), json!({ "ids": { "a": 1 } })] {
            assert_eq!(hers.told_about(&hers.mari, nodes, wrong).await, "BAD_USER_INPUT");
        }
        let nothing = hers.mari.good("query($id: ID!) { node(id: $id) { id } }", json!({ "id": "" })).await;
        assert_eq!(nothing, json!({ "node": Value::Null }));
    }
}
