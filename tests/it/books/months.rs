//! Months: open with every difference listed, closed to the penny, and never changed after that.

use busfare_entity::words::PaymentMethod;
use serde_json::json;

use super::{BOOKS, CLOSE, EXPLAIN, books, bought, here_since, today};
use crate::{
    council::{Council, key, on_both},
    verbs::{does, refused},
};

on_both! {
    async fn a_month_closes_to_the_penny_once_every_difference_is_explained(council: &Council) {
        here_since(council, "2025-06-01").await;
        let (mari, gethin) = (council.person("mari.prydderch").await, council.person("gethin.bowmer").await);
        let fare = bought(council, &mari, 115, "2025-06-10T08:00:00Z", Some(PaymentMethod::Card)).await.to_string();
        let cash = bought(council, &mari, 400, "2025-06-11T08:00:00Z", Some(PaymentMethod::HubCash)).await.to_string();

        let open = books(&gethin, "2025-06-30").await;
        assert_eq!((&open["ledger"]["amount"], &open["statements"]["amount"], &open["difference"]["amount"]), (&json!("5.15"), &json!("0.00"), &json!("5.15")));
        assert_eq!(open["suspense"], json!({ "count": 1, "total": { "amount": "1.15" } }));
        let kinds: Vec<_> = open["differences"]["nodes"].as_array().unwrap().iter()
            .map(|one| (one["about"].as_str().unwrap(), one["kind"].as_str().unwrap(), one["explained"] == true, one["spend"]["id"].as_str().unwrap())).collect();
        assert_eq!(kinds, [(cash.as_str(), "PAID_ANOTHER_WAY", true, cash.as_str()), (fare.as_str(), "MONEY_WITHOUT_STATEMENT", false, fare.as_str())]);

        let refused = does(&gethin, CLOSE, json!({ "month": "2025-06-01" })).await;
        assert_eq!(refused["userErrors"][0], json!({ "code": "UNEXPLAINED", "field": [], "retry": "LATER",
            "message": "1 differences, £1.15 together, have no explanation yet. Explain each, then close." }));
        assert_eq!(refused["books"]["differences"]["nodes"], json!([{ "about": fare, "kind": "MONEY_WITHOUT_STATEMENT", "amount": { "amount": "1.15" } }]));
        assert_eq!(open["mayClose"], json!({ "allowed": false, "reason": refused["userErrors"][0]["message"] }));

        let words = json!({ "month": "2025-06-15", "words": " On July's statement ", "differences": [{ "about": fare, "amount": "1.15" }] });
        let explained = does(&gethin, EXPLAIN, words).await;
        assert_eq!(explained["books"], json!({ "suspense": { "count": 0 }, "mayClose": { "allowed": true, "reason": null } }), "{explained:#}");
        let closed = does(&gethin, CLOSE, json!({ "month": "2025-06-01" })).await;
        assert_eq!(closed["close"], json!({ "number": 1, "month": "2025-06-01", "ledger": { "amount": "5.15" }, "statements": { "amount": "0.00" },
            "difference": { "amount": "5.15" }, "closedBy": { "name": "Gethin Bowmer" } }), "{closed:#}");
    }

    async fn nothing_that_comes_later_changes_a_month_that_closed(council: &Council) {
        here_since(council, "2025-06-01").await;
        let (mari, gethin) = (council.person("mari.prydderch").await, council.person("gethin.bowmer").await);
        let cash = Some(PaymentMethod::HubCash);
        bought(council, &mari, 115, "2025-06-10T08:00:00Z", cash).await;
        does(&gethin, CLOSE, json!({ "month": "2025-06-01" })).await;
        let as_closed = books(&gethin, "2025-06-01").await;
        assert_eq!(as_closed["close"]["number"], 1);
        assert_eq!(as_closed["close"]["differences"]["nodes"].as_array().unwrap().len(), 1);

        // An entry with an earlier day comes late, and another month closes.
        let late = bought(council, &mari, 230, "2025-06-20T08:00:00Z", cash).await.to_string();
        bought(council, &mari, 1_000, "2025-07-02T08:00:00Z", cash).await;
        let july = books(&gethin, "2025-07-01").await;
        assert_eq!((&july["ledger"]["amount"], july["close"].is_null()), (&json!("12.30"), true));
        let july = does(&gethin, CLOSE, json!({ "month": "2025-07-31" })).await;
        assert_eq!((&july["close"]["number"], &july["close"]["ledger"]["amount"]), (&json!(2), &json!("12.30")));

        assert_eq!(books(&gethin, "2025-06-01").await, as_closed);
        let words = json!({ "month": "2025-06-01", "words": "Too late", "differences": [{ "about": late, "amount": "2.30" }] });
        assert_eq!(refused(&gethin, EXPLAIN, words).await, "MONTH_CLOSED");
        let closes = gethin.good("{ monthCloses { nodes { number month } } }", json!({})).await;
        assert_eq!(closes["monthCloses"]["nodes"], json!([{ "number": 2, "month": "2025-07-01" }, { "number": 1, "month": "2025-06-01" }]));
    }

    async fn a_month_ends_at_midnight_on_the_wall(council: &Council) {
        here_since(council, "2025-06-01").await;
        let (mari, nia) = (council.person("mari.prydderch").await, council.person("nia.talfan").await);
        bought(council, &mari, 115, "2025-06-30T22:59:59Z", None).await;
        bought(council, &mari, 400, "2025-06-30T23:00:00Z", None).await;

        assert_eq!(books(&nia, "2025-06-30").await["ledger"]["amount"], "1.15");
        assert_eq!(books(&nia, "2025-07-01").await["ledger"]["amount"], "5.15");
    }

    async fn months_close_in_order_and_once(council: &Council) {
        here_since(council, "2025-06-15").await;
        let gethin = council.person("gethin.bowmer").await;
        let close = |day: &str| json!({ "month": day });

        assert_eq!(refused(&gethin, CLOSE, close("2025-05-31")).await, "BEFORE_THE_BOOKS");
        assert_eq!(refused(&gethin, CLOSE, close(&today())).await, "MONTH_NOT_OVER");
        assert_eq!(refused(&gethin, CLOSE, close("9999-12-31")).await, "MONTH_NOT_OVER");
        let same = json!({ "month": "2025-07-01", "idempotencyKey": key() });
        let july = does(&gethin, CLOSE, same.clone()).await;
        assert_eq!((&july["close"]["number"], &july["close"]["ledger"]["amount"]), (&json!(1), &json!("0.00")));

        let again = does(&gethin, CLOSE, same.clone()).await;
        assert_eq!((&again["close"], &again["replayed"]), (&july["close"], &json!(true)));
        let other = json!({ "month": "2025-08-01", "idempotencyKey": same["idempotencyKey"] });
        assert_eq!(refused(&gethin, CLOSE, other).await, "IDEMPOTENCY_KEY_REUSED");
        assert_eq!(refused(&gethin, CLOSE, close("2025-07-31")).await, "MONTH_CLOSED");
        assert_eq!(refused(&gethin, CLOSE, close("2025-06-30")).await, "MONTH_CLOSED");
        let skipped = does(&gethin, CLOSE, close("2025-09-01")).await;
        assert_eq!(skipped["userErrors"][0]["message"], "Months close in order. Close 08/2025 first.");
    }

    async fn words_are_about_the_amount_that_was_seen(council: &Council) {
        here_since(council, "2025-06-01").await;
        let (mari, gethin) = (council.person("mari.prydderch").await, council.person("gethin.bowmer").await);
        let fare = bought(council, &mari, 115, "2025-06-10T08:00:00Z", None).await.to_string();
        let cash = bought(council, &mari, 400, "2025-06-10T08:00:00Z", Some(PaymentMethod::Voucher)).await.to_string();
        let about = |id: &str, amount: &str| json!({ "month": "2025-06-01", "words": "Because", "differences": [{ "about": id, "amount": amount }] });

        assert_eq!(refused(&gethin, EXPLAIN, about(&fare, "1.14")).await, "DIFFERENCE_CHANGED");
        assert_eq!(refused(&gethin, EXPLAIN, about(&fare, "-1.15")).await, "DIFFERENCE_CHANGED");
        assert_eq!(refused(&gethin, EXPLAIN, about(&cash, "4.00")).await, "NO_SUCH_DIFFERENCE");
        for nobody in ["spnd_00000000000000000000000000", "x", "", &mari.row().id.to_string()] {
            assert_eq!(refused(&gethin, EXPLAIN, about(nobody, "1.15")).await, "NO_SUCH_DIFFERENCE");
        }
        let mut twice = about(&fare, "1.15");
        twice["differences"] = json!([twice["differences"][0], twice["differences"][0]]);
        assert_eq!(refused(&gethin, EXPLAIN, twice).await, "TOO_MANY");
        // Words of another month's open books are in their place there too: the difference is the same.
        assert_eq!(does(&gethin, EXPLAIN, about(&fare, "1.15")).await["books"]["suspense"]["count"], 0);
        assert_eq!(books(&gethin, "2025-07-01").await["suspense"]["count"], 0);
        let mut later = about(&fare, "1.15");
        later["words"] = "Found the line: it is on the other card".into();
        does(&gethin, EXPLAIN, later).await;
        let said = books(&gethin, "2025-06-01").await["differences"]["nodes"].as_array().unwrap().iter().find(|one| one["about"] == fare.as_str()).unwrap().clone();
        assert_eq!((&said["words"], &said["explainedBy"]["name"]), (&json!("Found the line: it is on the other card"), &json!("Gethin Bowmer")));
    }

    async fn only_an_enabler_or_a_senior_sees_to_the_books(council: &Council) {
        here_since(council, "2025-06-01").await;
        let mari = council.person("mari.prydderch").await;
        assert_eq!(mari.problem(BOOKS, json!({ "month": "2025-06-01" })).await, "FORBIDDEN");
        for list in ["{ monthCloses { nodes { number } } }", "{ exportBatches { nodes { number } } }", "{ exportMapping { source } }"] {
            assert_eq!(mari.problem(list, json!({})).await, "FORBIDDEN");
            assert_eq!(council.stranger().problem(list, json!({})).await, "UNAUTHENTICATED");
        }
        assert_eq!(refused(&mari, CLOSE, json!({ "month": "2025-06-01" })).await, "NOT_YOUR_BOOKS");
        for name in ["gethin.bowmer", "nia.talfan", "angharad.celyn"] {
            assert_eq!(books(&council.person(name).await, "2025-06-01").await["ledger"]["amount"], "0.00");
        }
        let gethin = council.person("gethin.bowmer").await;
        assert_eq!(gethin.problem(BOOKS, json!({ "month": "9999-12-31" })).await, "BAD_USER_INPUT");
    }

    async fn a_long_list_of_differences_is_read_page_by_page_open_and_closed(council: &Council) {
        here_since(council, "2025-06-01").await;
        let (mari, gethin) = (council.person("mari.prydderch").await, council.person("gethin.bowmer").await);
        for minute in 10..17 {
            bought(council, &mari, 100 + minute, &format!("2025-06-10T08:{}:00Z", minute / 2 * 2), Some(PaymentMethod::HubCash)).await;
        }
        let list = "query($after: String) { books(month: \"2025-06-01\") { differences(first: 3, after: $after) { nodes { amount { amount } about } pageInfo { hasNextPage endCursor } } } }";
        let mut read = Vec::new();
        for closed in [false, true] {
            if closed { does(&gethin, CLOSE, json!({ "month": "2025-06-01" })).await; }
            let (mut after, mut seen) = (json!(null), Vec::new());
            loop {
                let page = gethin.good(list, json!({ "after": after })).await["books"]["differences"].clone();
                seen.extend(page["nodes"].as_array().unwrap().iter().map(|one| one["about"].as_str().unwrap().to_owned()));
                after = page["pageInfo"]["endCursor"].clone();
                if page["pageInfo"]["hasNextPage"] == false { break; }
            }
            seen.sort();
            assert_eq!(seen.len(), 7);
            read.push(seen);
        }
        assert_eq!(read[0], read[1]);
    }
}
