//! The steps of a spend after it was asked for: yes, less, no, taken back, spent; each once, and each with its money.

use serde_json::{Value, json};

use super::{asks, counters, leaves_in_budget};
use crate::{
    council::{Council, Person, key, on_both},
    ledger::counters_are_the_sum_of_entries,
    verbs::{DECIDE, RECORD_SPENT, REQUEST, WITHDRAW, does, refused},
};

fn yes(spend: &Value) -> Value {
    json!({ "spendId": spend["id"], "answer": { "authorise": {} } })
}

fn no(spend: &Value) -> Value {
    json!({ "spendId": spend["id"], "answer": { "decline": { "reason": "WOULD_NOT_HELP" } } })
}

async fn team_east(council: &Council) -> (Person<'_>, Person<'_>) {
    (council.person("mari.prydderch").await, council.person("gethin.bowmer").await)
}

on_both! {
    async fn a_no_has_a_reason_and_gives_the_money_back(council: &Council) {
        let (mari, gethin) = team_east(council).await;
        let before = counters(council, &mari).await;
        let spend = asks(&mari, council, "40.00").await;
        assert_eq!(counters(council, &mari).await.1, 4_000);

        for reasonless in [json!({}), json!({ "reason": null }), json!({ "reason": "BECAUSE" })] {
            let input = json!({ "input": { "idempotencyKey": key(), "spendId": spend["id"], "answer": { "decline": reasonless } } });
            assert_eq!(gethin.problem(DECIDE, input).await, "BAD_USER_INPUT");
        }
        let mut answer = no(&spend);
        answer["words"] = "  The school pays for this \n".into();
        let declined = does(&gethin, DECIDE, answer).await["spend"].clone();

        assert_eq!((&declined["decision"], &declined["money"], &declined["ask"]["state"]), (&json!("DECLINED"), &json!("RELEASED"), &json!("ANSWERED")));
        assert_eq!(declined["verdict"], json!({ "outcome": "DECLINED", "authorised": null, "decidedBy": { "name": "Gethin Bowmer" },
            "declineReason": "WOULD_NOT_HELP", "words": "The school pays for this" }));
        assert_eq!(counters(council, &mari).await, before);
        for verb in [WITHDRAW, RECORD_SPENT] {
            let code = refused(&mari, verb, json!({ "spendId": spend["id"] })).await;
            assert!(["ALREADY_DECIDED", "NOT_AUTHORISED"].contains(&code.as_str()), "{code}");
        }
    }

    async fn less_than_was_asked_sets_less_aside(council: &Council) {
        let (mari, gethin) = team_east(council).await;
        let spend = asks(&mari, council, "40.00").await;
        let some = |amount: &str| json!({ "spendId": spend["id"], "answer": { "authorise": { "amount": amount } } });

        assert_eq!(refused(&gethin, DECIDE, some("40.01")).await, "ABOVE_ASKED");
        let decided = does(&gethin, DECIDE, some("25.50")).await["spend"].clone();

        assert_eq!((&decided["decision"], &decided["authorised"]["amount"]), (&json!("AUTHORISED_LESS"), &json!("25.50")));
        let (_, reserved, committed, settled) = counters(council, &mari).await;
        assert_eq!((reserved, committed, settled), (0, 2_550, 0));
        // All of what was asked is a whole yes, also where the amount is spelled out.
        let whole = asks(&mari, council, "31.00").await;
        let whole = does(&gethin, DECIDE, json!({ "spendId": whole["id"], "answer": { "authorise": { "amount": "31.00" } } })).await;
        assert_eq!(whole["spend"]["decision"], "AUTHORISED");
    }

    async fn a_late_second_decision_hears_that_it_was_decided(council: &Council) {
        let (mari, gethin) = team_east(council).await;
        let spend = asks(&mari, council, "40.00").await;
        does(&gethin, DECIDE, yes(&spend)).await;
        let decided = counters(council, &mari).await;

        for late in [yes(&spend), no(&spend)] {
            let answer = does(&gethin, DECIDE, late).await;
            assert_eq!((&answer["userErrors"][0]["code"], &answer["userErrors"][0]["retry"]), (&json!("ALREADY_DECIDED"), &json!("NEVER")));
        }
        assert_eq!(counters(council, &mari).await, decided);
    }

    async fn one_decision_sent_by_two_devices_at_once_counts_once(council: &Council) {
        let (mari, gethin) = team_east(council).await;
        for _ in 0..20 {
            let spend = asks(&mari, council, "31.00").await;
            let send = |answer: Value| does(&gethin, DECIDE, answer);

            let (one, other) = tokio::join!(send(yes(&spend)), send(no(&spend)));

            let mut codes = [&one, &other].map(|answer| answer["userErrors"][0]["code"].as_str().unwrap_or("-").to_owned());
            codes.sort();
            assert_eq!(codes, ["-", "ALREADY_DECIDED"]);
            does(&mari, WITHDRAW, json!({ "spendId": spend["id"] })).await;
        }
        counters_are_the_sum_of_entries(council).await;
        let (_, reserved, committed, settled) = counters(council, &mari).await;
        assert_eq!((reserved, committed, settled), (0, 0, 0));
    }

    async fn taking_it_back_at_the_moment_of_the_yes_always_works(council: &Council) {
        let (mari, gethin) = team_east(council).await;
        for _ in 0..40 {
            let spend = asks(&mari, council, "31.00").await;

            let (decided, back) = tokio::join!(does(&gethin, DECIDE, yes(&spend)), does(&mari, WITHDRAW, json!({ "spendId": spend["id"] })));

            assert_eq!((&back["userErrors"], &back["spend"]["money"]), (&json!([]), &json!("RELEASED")));
            let code = decided["userErrors"][0]["code"].as_str().unwrap_or("-");
            assert!(["-", "ALREADY_DECIDED"].contains(&code), "{code}");
        }
        let (_, reserved, committed, settled) = counters(council, &mari).await;
        assert_eq!((reserved, committed, settled), (0, 0, 0));
        counters_are_the_sum_of_entries(council).await;
    }

    async fn spending_it_and_taking_it_back_at_once_leaves_one_of_them_and_says_which(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        for _ in 0..40 {
            let spend = asks(&mari, council, "1.00").await;
            let that = || json!({ "spendId": spend["id"] });

            let (spent, back) = tokio::join!(does(&mari, RECORD_SPENT, that()), does(&mari, WITHDRAW, that()));

            let codes = [&spent, &back].map(|answer| answer["userErrors"][0]["code"].as_str().unwrap_or("-"));
            assert!([["-", "ALREADY_SPENT"], ["NOT_AUTHORISED", "-"]].contains(&codes), "{codes:?}");
            let seen = mari.good("query($id: ID!) { node(id: $id) { ... on Spend { money } } }", json!({ "id": spend["id"] })).await;
            assert_eq!(seen["node"]["money"], if codes[0] == "-" { "SPENT" } else { "RELEASED" });
        }
        counters_are_the_sum_of_entries(council).await;
    }

    async fn she_takes_it_back_before_the_yes_and_after_it(council: &Council) {
        let (mari, gethin) = team_east(council).await;
        let before = counters(council, &mari).await;
        for decided in [false, true] {
            let spend = asks(&mari, council, "40.00").await;
            if decided { does(&gethin, DECIDE, yes(&spend)).await; }
            assert_eq!(refused(&gethin, WITHDRAW, json!({ "spendId": spend["id"] })).await, "NOT_YOUR_SPEND");

            let back = does(&mari, WITHDRAW, json!({ "spendId": spend["id"] })).await["spend"].clone();

            let ask = if decided { "ANSWERED" } else { "CLOSED" };
            assert_eq!((&back["decision"], &back["money"], &back["ask"]["state"]), (&json!("WITHDRAWN"), &json!("RELEASED"), &json!(ask)));
            assert_eq!(counters(council, &mari).await, before);
            assert_eq!(refused(&gethin, DECIDE, yes(&spend)).await, "ALREADY_DECIDED");
            assert_eq!(refused(&mari, WITHDRAW, json!({ "spendId": spend["id"] })).await, "ALREADY_DECIDED");
        }
        let own = asks(&mari, council, "1.15").await;
        assert_eq!(does(&mari, WITHDRAW, json!({ "spendId": own["id"] })).await["spend"]["money"], "RELEASED");
        assert_eq!(counters(council, &mari).await, before);
    }

    async fn spending_less_gives_the_rest_back_and_more_is_refused_with_what_to_do(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let spend = asks(&mari, council, "10.00").await;
        let spent = |amount: &str| json!({ "spendId": spend["id"], "amount": amount });

        let more = does(&mari, RECORD_SPENT, spent("10.01")).await["userErrors"][0].clone();
        assert_eq!(more, json!({ "code": "ABOVE_AUTHORISED", "field": ["amount"], "retry": "AFTER_CHANGE",
            "message": "£10.00 was authorised. Record that, then request the rest as already bought." }));
        let less = does(&mari, RECORD_SPENT, spent("9.99")).await["spend"].clone();

        assert_eq!((&less["money"], &less["spent"]["amount"], &less["authorised"]["amount"]), (&json!("SPENT"), &json!("9.99"), &json!("10.00")));
        let (_, reserved, committed, settled) = counters(council, &mari).await;
        assert_eq!((reserved, committed, settled), (0, 0, 999));
        for verb in [RECORD_SPENT, WITHDRAW] {
            assert_eq!(refused(&mari, verb, json!({ "spendId": spend["id"] })).await, "ALREADY_SPENT");
        }
        counters_are_the_sum_of_entries(council).await;
    }

    async fn what_is_bought_already_is_spent_at_once_within_your_say(council: &Council) {
        let (mari, gethin) = team_east(council).await;
        let purpose = council.purpose("bus-fare").await.to_string();
        let bought = |price: &str| json!({ "purposeId": purpose, "unitPrice": price, "timing": "AFTER" });

        let own = does(&mari, REQUEST, bought("12.00")).await["spend"].clone();
        assert_eq!((&own["decision"], &own["money"], &own["spent"]["amount"]), (&json!("AUTHORISED_SELF"), &json!("SPENT"), &json!("12.00")));
        let asked = does(&mari, REQUEST, bought("40.00")).await["spend"].clone();
        assert_eq!((&asked["decision"], &asked["money"]), (&json!("ASKED"), &json!("RESERVED")));
        let decided = does(&gethin, DECIDE, yes(&asked)).await["spend"].clone();
        assert_eq!((&decided["money"], &decided["spent"]["amount"]), (&json!("SPENT"), &json!("40.00")));

        let (_, reserved, committed, settled) = counters(council, &mari).await;
        assert_eq!((reserved, committed, settled), (0, 0, 5_200));
    }

    async fn what_is_bought_already_is_heard_although_the_budget_is_empty_and_the_yes_needs_the_money(council: &Council) {
        let (mari, gethin) = team_east(council).await;
        let purpose = council.purpose("bus-fare").await.to_string();
        leaves_in_budget(council, &mari, 100).await;

        let before = does(&mari, REQUEST, json!({ "purposeId": purpose, "unitPrice": "1.15" })).await;
        assert_eq!(before["userErrors"][0]["code"], "BUDGET_SHORT");
        let asked = does(&mari, REQUEST, json!({ "purposeId": purpose, "unitPrice": "1.15", "timing": "AFTER" })).await["spend"].clone();
        assert_eq!((&asked["decision"], &asked["money"], &asked["ask"]["asked"]["name"]), (&json!("ASKED"), &json!("NONE"), &json!("Gethin Bowmer")));
        assert_eq!(counters(council, &mari).await.1, 0);

        assert_eq!(refused(&gethin, DECIDE, yes(&asked)).await, "BUDGET_SHORT");
        leaves_in_budget(council, &mari, 115).await;
        let decided = does(&gethin, DECIDE, yes(&asked)).await["spend"].clone();
        assert_eq!((&decided["decision"], &decided["money"]), (&json!("AUTHORISED"), &json!("SPENT")));
        assert_eq!(counters(council, &mari).await.3, 115);
    }
}
