//! Bad input to the verbs of the books: told in plain words, and nothing changes.

use busfare_entity as tables;
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::{Value, json};

use super::{CLOSE, EXPLAIN, EXPORT, PUBLISH, REVERSE, bought, here_since, today};
use crate::council::{Council, key, on_both};

async fn rows(council: &Council) -> Vec<u64> {
    let reader = council.state.db.reader();
    macro_rules! count { ($($table:ident)+) => { vec![$(tables::$table::Entity::find().count(reader).await.unwrap()),+] }; }
    count!(month_close month_close_line month_close_difference difference_note export_batch export_line export_chunk export_mapping reversal
        budget_entry idempotency)
}

on_both! {
    async fn what_the_books_cannot_take_is_told_so_and_changes_nothing(council: &Council) {
        here_since(council, "2025-06-01").await;
        let (mari, gethin) = (council.person("mari.prydderch").await, council.person("gethin.bowmer").await);
        let spend = bought(council, &mari, 115, "2025-06-10T08:00:00Z", None).await.to_string();
        let before = rows(council).await;
        let good = [
            (CLOSE, json!({ "month": "2025-06-01" })),
            (EXPORT, json!({ "upTo": today() })),
            (EXPLAIN, json!({ "month": "2025-06-01", "words": "Because", "differences": [{ "about": spend, "amount": "1.15" }] })),
            (PUBLISH, json!({ "source": "column = [{ heading = \"A\", field = \"amount\" }]" })),
            (REVERSE, json!({ "spendId": spend, "amount": "1.00", "reason": "RECORDED_TWICE", "words": "Twice" })),
        ];
        let bad_at = |place: &str| -> Vec<Value> {
            match place {
                "month" | "upTo" => vec![json!("2025-13-01"), json!("2025-02-30"), json!("yesterday"), json!(""), json!(20250601), json!("2025-6-1"), json!("+262143-12-31"), json!(null), json!("9999-12-31")],
                "words" => vec![json!("x".repeat(301)), json!("a\u{202E}b"), json!("a\u{0}b"), json!(7), json!("x".repeat(100_000))],
                "amount" => vec![json!("0"), json!("-1.00"), json!("1.001"), json!(1.15), json!(1), json!("1e2"), json!("1000000.01"), json!("99999999999999999999999999999"), json!("£1")],
                "reason" => vec![json!("BECAUSE"), json!(null), json!(1)],
                "differences" => vec![json!([]), json!(vec![json!({ "about": spend, "amount": "1.15" }); 101]), json!([{ "about": spend }]), json!([{ "about": spend, "amount": 1.15 }]),
                    json!([{ "about": spend, "amount": "0" }]), json!([{ "about": "'; DROP TABLE spend; --", "amount": "1.15" }]), json!([{ "about": "x".repeat(10_000), "amount": "1.15" }])],
                "spendId" => vec![json!("x"), json!(""), json!("spnd_00000000000000000000000000"), json!("'; DROP TABLE spend; --"), json!(null)],
                "source" => vec![json!("x"), json!("#".repeat(17_000)), json!(1), json!(null)],
                other => panic!("{other}"),
            }
        };
        for (verb, input) in good {
            for place in input.as_object().unwrap().keys() {
                for bad in bad_at(place) {
                    let mut wrong = input.clone();
                    wrong[place] = bad;
                    wrong["idempotencyKey"] = key().into();
                    let answer = gethin.sends(verb, json!({ "input": wrong })).await;
                    let told = answer["errors"][0].as_object().or_else(|| answer["data"]["it"]["userErrors"][0].as_object());
                    let told = told.unwrap_or_else(|| panic!("{verb} {wrong}: {answer:#}"));
                    let words = told["message"].as_str().unwrap();
                    assert!((10..=140).contains(&words.chars().count()), "{words}");
                    assert_ne!(answer["errors"][0]["extensions"]["code"], "INTERNAL", "{verb} {wrong}: {answer:#}");
                }
            }
            for bad_key in [json!("x"), json!(null), json!(7)] {
                let mut wrong = input.clone();
                wrong["idempotencyKey"] = bad_key;
                assert_eq!(gethin.problem(verb, json!({ "input": wrong })).await, "BAD_USER_INPUT");
            }
        }
        assert_eq!(rows(council).await, before);
    }

    async fn one_key_is_for_one_request_of_one_verb(council: &Council) {
        let (mari, gethin) = (council.person("mari.prydderch").await, council.person("gethin.bowmer").await);
        let spend = bought(council, &mari, 115, "2025-06-10T08:00:00Z", None).await.to_string();
        let one = key();
        let export = gethin.good(EXPORT, json!({ "input": { "idempotencyKey": one, "upTo": today() } })).await;
        assert_eq!(export["it"]["batch"]["number"], 1);
        for (verb, mut input) in [
            (EXPORT, json!({ "upTo": "2025-06-11" })),
            (CLOSE, json!({ "month": "2025-06-01" })),
            (REVERSE, json!({ "spendId": spend, "reason": "RECORDED_TWICE" })),
            (PUBLISH, json!({ "source": "column = [{ heading = \"A\", field = \"amount\" }]" })),
            (EXPLAIN, json!({ "month": "2025-06-01", "words": "Because", "differences": [{ "about": spend, "amount": "1.15" }] })),
        ] {
            input["idempotencyKey"] = one.as_str().into();
            let told = gethin.good(verb, json!({ "input": input })).await["it"]["userErrors"][0].clone();
            assert_eq!((&told["code"], &told["field"]), (&json!("IDEMPOTENCY_KEY_REUSED"), &json!(["idempotencyKey"])), "{verb}");
        }
    }
}
