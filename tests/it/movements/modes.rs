//! What happens when a budget runs short: it stops, warns, or asks a colleague; and comes back to what was put into it.

use futures_util::future::join_all;
use serde_json::{Value, json};

use super::{asks_for_tea, counters, from_to, of_team, twenty_pounds_in_the_library};
use crate::{
    council::{Council, on_both},
    verbs::{DECIDE, MODE, MOVE, RECORD_SPENT, REFUND, WITHDRAW, does, refused},
};
use busfare_entity::words::BudgetId;

const PREVIEW: &str = "query($input: PreviewSpendInput!) { previewSpend(input: $input) { outcome checks { code ok warning left { amount } } userErrors { code } } }";

async fn runs(council: &Council, budget: BudgetId, mode: &str, tolerance: Option<&str>) -> Value {
    let nia = council.person("nia.talfan").await;
    let mut input = json!({ "budgetId": budget.to_string(), "mode": mode, "reason": "Half term" });
    if let Some(tolerance) = tolerance {
        input["tolerance"] = json!(tolerance);
    }
    does(&nia, MODE, input).await
}

async fn preview(council: &Council, hub: &str, price: &str) -> Value {
    let mari = council.person("mari.prydderch").await;
    let input =
        json!({ "purposeId": council.purpose("hub-refreshments").await.to_string(), "unitPrice": price, "hubId": hub });
    mari.good(PREVIEW, json!({ "input": input })).await["previewSpend"].clone()
}

on_both! {
    async fn a_budget_that_warns_runs_over_up_to_its_tolerance_and_is_paid_back_first(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let (hub, library) = twenty_pounds_in_the_library(council).await;
        assert_eq!(asks_for_tea(&mari, council, &hub, "20.01").await["userErrors"][0]["code"], "BUDGET_SHORT");
        let set = runs(council, library, "WARN", Some("10.00")).await["budget"].clone();
        assert_eq!(set["modeChange"], json!({ "oldMode": "STOP", "newMode": "WARN", "oldTolerance": { "amount": "0.00" }, "newTolerance": { "amount": "10.00" },
            "reason": "Half term", "covers": "TEAM", "changedBy": { "name": "Nia Talfan" } }));

        let tea = asks_for_tea(&mari, council, &hub, "15.00").await["spend"].clone();
        let before = preview(council, &hub, "12.00").await;
        assert_eq!(before["outcome"], "AUTHORISED_SELF");
        let budget = before["checks"].as_array().unwrap().iter().find(|check| check["code"] == "BUDGET").unwrap().clone();
        assert_eq!(budget, json!({ "code": "BUDGET", "ok": false, "warning": true, "left": { "amount": "5.00" } }));
        let over = asks_for_tea(&mari, council, &hub, "12.00").await["spend"].clone();
        assert_eq!(over["decision"], "AUTHORISED_SELF");
        assert_eq!(counters(council, library).await, [2_700, 700, 0, 2_700, 0]);
        assert_eq!(asks_for_tea(&mari, council, &hub, "3.01").await["userErrors"][0]["code"], "BUDGET_SHORT");
        assert_eq!(preview(council, &hub, "3.01").await["userErrors"][0]["code"], "BUDGET_SHORT");

        // Under-spent, refunded, moved in and taken back: each pays the over-run back before anything is left to ask for.
        does(&mari, RECORD_SPENT, json!({ "spendId": over["id"], "amount": "9.00" })).await;
        assert_eq!(counters(council, library).await, [2_400, 400, 0, 1_500, 900]);
        does(&mari, REFUND, json!({ "spendId": over["id"], "amount": "1.00" })).await;
        assert_eq!(counters(council, library).await, [2_300, 300, 0, 1_500, 800]);
        let nia = council.person("nia.talfan").await;
        does(&nia, MOVE, from_to(of_team(council, &nia).await, library, "2.00")).await;
        assert_eq!(counters(council, library).await, [2_300, 100, 0, 1_500, 800]);
        does(&mari, WITHDRAW, json!({ "spendId": tea["id"] })).await;
        assert_eq!(counters(council, library).await, [2_200, 0, 0, 0, 800]);
    }

    async fn a_budget_that_escalates_asks_one_colleague_whose_yes_runs_it_over(council: &Council) {
        let (mari, gethin) = (council.person("mari.prydderch").await, council.person("gethin.bowmer").await);
        let (hub, library) = twenty_pounds_in_the_library(council).await;
        runs(council, library, "ESCALATE", Some("10.00")).await;

        assert_eq!(preview(council, &hub, "25.00").await["outcome"], "ASKED");
        let asked = asks_for_tea(&mari, council, &hub, "25.00").await["spend"].clone();
        assert_eq!((&asked["decision"], &asked["money"], &asked["ask"]["asked"]["name"]), (&json!("ASKED"), &json!("NONE"), &json!("Gethin Bowmer")));
        assert_eq!(counters(council, library).await, [2_000, 0, 0, 0, 0]);
        let decided = does(&gethin, DECIDE, json!({ "spendId": asked["id"], "answer": { "authorise": {} } })).await["spend"].clone();
        assert_eq!((&decided["decision"], &decided["money"]), (&json!("AUTHORISED"), &json!("COMMITTED")));
        assert_eq!(counters(council, library).await, [2_500, 500, 0, 2_500, 0]);

        // Beyond the tolerance nobody is asked, and a yes that no longer fits is told so.
        assert_eq!(asks_for_tea(&mari, council, &hub, "5.01").await["userErrors"][0]["code"], "BUDGET_SHORT");
        let one = asks_for_tea(&mari, council, &hub, "4.00").await["spend"].clone();
        let other = asks_for_tea(&mari, council, &hub, "4.00").await["spend"].clone();
        let yes = |spend: &Value| json!({ "spendId": spend["id"], "answer": { "authorise": {} } });
        assert_eq!(does(&gethin, DECIDE, yes(&one)).await["userErrors"], json!([]));
        assert_eq!(refused(&gethin, DECIDE, yes(&other)).await, "BUDGET_SHORT");
        let less = json!({ "spendId": other["id"], "answer": { "authorise": { "amount": "1.00" } } });
        assert_eq!(does(&gethin, DECIDE, less).await["spend"]["decision"], "AUTHORISED_LESS");
        assert_eq!(counters(council, library).await, [3_000, 1_000, 0, 3_000, 0]);
        // Within what is left she decides by herself, as ever.
        does(&mari, WITHDRAW, json!({ "spendId": decided["id"] })).await;
        assert_eq!(counters(council, library).await, [2_000, 0, 0, 500, 0]);
        assert_eq!(asks_for_tea(&mari, council, &hub, "15.00").await["spend"]["decision"], "AUTHORISED_SELF");
    }

    async fn however_many_ask_at_once_no_budget_runs_over_its_tolerance(council: &Council) {
        let (hub, library) = twenty_pounds_in_the_library(council).await;
        runs(council, library, "WARN", Some("10.00")).await;
        let names = ["mari.prydderch", "tomos.ellwood", "amina.warsame", "kasia.zielonka", "elin.caradog", "lan.tranh"];
        let people = join_all(names.iter().map(|name| council.person(name))).await;

        for _ in 0..3 {
            let answers = join_all((0..30).map(|place| asks_for_tea(&people[place % 6], council, &hub, "5.00"))).await;

            let spends: Vec<_> = answers.iter().enumerate().filter(|(_, answer)| answer["spend"]["decision"] == "AUTHORISED_SELF").collect();
            assert_eq!(spends.len(), 6);
            assert!(answers.iter().all(|answer| answer["spend"].is_object() || answer["userErrors"][0]["code"] == "BUDGET_SHORT"), "{answers:?}");
            assert_eq!(counters(council, library).await, [3_000, 1_000, 0, 3_000, 0]);
            // Given back all at once, it is what was put into it again.
            join_all(spends.iter().map(|(place, answer)| does(&people[place % 6], WITHDRAW, json!({ "spendId": answer["spend"]["id"] })))).await;
            assert_eq!(counters(council, library).await, [2_000, 0, 0, 0, 0]);
        }
    }

    async fn how_a_budget_runs_is_for_a_senior_whose_delegation_covers_it(council: &Council) {
        let (mari, gethin, nia) = (council.person("mari.prydderch").await, council.person("gethin.bowmer").await, council.person("nia.talfan").await);
        let (iwan, head) = (council.person("iwan.tegid").await, council.person("angharad.celyn").await);
        let east = of_team(council, &mari).await;
        let warn = |tolerance: &str| json!({ "budgetId": east.to_string(), "mode": "WARN", "tolerance": tolerance, "reason": "Half term" });

        for (who, code) in [(&mari, "NOT_YOUR_SAY"), (&gethin, "NOT_YOUR_SAY"), (&iwan, "NOT_YOUR_BUDGET")] {
            assert_eq!(refused(who, MODE, warn("10.00")).await, code);
        }
        assert_eq!(does(&nia, MODE, warn("10.00")).await["budget"]["modeChange"]["covers"], "TEAM");
        assert_eq!(does(&head, MODE, warn("20.00")).await["budget"]["modeChange"]["covers"], "ORGANISATION");
        let stop = json!({ "budgetId": east.to_string(), "mode": "STOP", "reason": "Half term is over" });
        let stopped = does(&nia, MODE, stop.clone()).await["budget"].clone();
        assert_eq!((&stopped["mode"], &stopped["tolerance"]["amount"]), (&json!("STOP"), &json!("0.00")));

        let mut both = stop.clone();
        both["tolerance"] = json!("1.00");
        assert_eq!(refused(&nia, MODE, both).await, "TOLERANCE_NOT_AS_MODE");
        let mut neither = warn("1.00");
        neither.as_object_mut().unwrap().remove("tolerance");
        assert_eq!(refused(&nia, MODE, neither).await, "TOLERANCE_NOT_AS_MODE");
        counters(council, east).await;
    }

    async fn a_budget_that_has_run_over_cannot_be_told_that_it_has_not(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let (hub, library) = twenty_pounds_in_the_library(council).await;
        runs(council, library, "WARN", Some("10.00")).await;
        asks_for_tea(&mari, council, &hub, "26.00").await;

        assert_eq!(runs(council, library, "WARN", Some("5.99")).await["userErrors"][0]["code"], "TOLERANCE_BELOW_OVERRUN");
        let stopped = runs(council, library, "STOP", None).await["budget"].clone();
        assert_eq!((&stopped["tolerance"]["amount"], &stopped["overrun"]["amount"]), (&json!("6.00"), &json!("6.00")));
        assert_eq!(asks_for_tea(&mari, council, &hub, "0.01").await["userErrors"][0]["code"], "BUDGET_SHORT");
        assert_eq!(counters(council, library).await, [2_600, 600, 0, 2_600, 0]);
    }
}
