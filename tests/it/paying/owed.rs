//! Workers who paid with their own money: never because nobody said how, and never forgotten.

use busfare_entity::spend;
use chrono::Days;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use serde_json::{Value, json};

use super::{REIMBURSED, asks, code, done, spends};
use crate::{
    council::{Council, Person, on_both},
    verbs::{RECORD_SPENT, REQUEST, does, with_key},
};

const OWED: &str = "query($first: Int, $after: String) { reimbursements(first: $first, after: $after) { nodes { spend { id } owedTo { name } amount { amount } workingDays tooLong paidAt }
    pageInfo { hasNextPage endCursor } } }";

async fn owed(person: &Person<'_>) -> Vec<Value> {
    person.good(OWED, json!({})).await["reimbursements"]["nodes"].as_array().unwrap().clone()
}

/// As if a spend had been spent so many days ago.
async fn spent_days_ago(council: &Council, spend: &str, days: u64) {
    let txn = council.state.db.begin().await.unwrap();
    let at = busfare::http::clock::now() - Days::new(days);
    spend::Entity::update_many()
        .col_expr(spend::Column::SpentAt, Expr::value(Some(at)))
        .filter(spend::Column::Id.eq(spend.parse::<busfare_entity::words::SpendId>().unwrap()))
        .exec(&txn)
        .await
        .unwrap();
    txn.commit().await.unwrap();
}

on_both! {
    async fn what_a_worker_paid_herself_is_listed_oldest_first_until_a_colleague_says_it_is_paid(council: &Council) {
        let (mari, tomos) = (council.person("mari.prydderch").await, council.person("tomos.ellwood").await);
        let (gethin, rosa) = (council.person("gethin.bowmer").await, council.person("rosa.benbow").await);
        let young = spends(&mari, council, "1.15", "REIMBURSEMENT").await;
        let old = spends(&mari, council, "7.00", "REIMBURSEMENT").await;
        spent_days_ago(council, &old, 21).await;
        let his = spends(&tomos, council, "2.00", "REIMBURSEMENT").await;
        asks(&mari, council, "3.00", "REIMBURSEMENT").await;

        let hers = owed(&mari).await;
        assert_eq!(hers.iter().map(|row| row["spend"]["id"].as_str().unwrap()).collect::<Vec<_>>(), [old.as_str(), young.as_str()]);
        assert!(hers[0]["workingDays"].as_i64().unwrap() >= 12 && hers[0]["tooLong"] == true, "{hers:#?}");
        assert_eq!((&hers[1]["workingDays"], &hers[1]["tooLong"]), (&json!(0), &json!(false)));
        assert_eq!((owed(&gethin).await.len(), owed(&tomos).await.len(), owed(&rosa).await.len()), (3, 1, 0));
        let first = gethin.good(OWED, json!({ "first": 1 })).await["reimbursements"].clone();
        assert_eq!((&first["nodes"][0]["spend"]["id"], &first["pageInfo"]["hasNextPage"]), (&json!(old), &json!(true)));
        let next = gethin.good(OWED, json!({ "first": 5, "after": first["pageInfo"]["endCursor"] })).await["reimbursements"]["nodes"].clone();
        assert_eq!(next.as_array().unwrap().iter().map(|row| row["spend"]["id"].as_str().unwrap()).collect::<Vec<_>>(), [young.as_str(), his.as_str()]);

        assert_eq!(code(&mari, REIMBURSED, json!({ "spendId": old })).await, "NOT_YOURS_TO_DO");
        assert_eq!(rosa.problem(REIMBURSED, json!({ "input": with_key(json!({ "spendId": old })) })).await, "NOT_FOUND");
        let paid = done(&gethin, REIMBURSED, json!({ "spendId": old, "reference": "BACS 0042" })).await["reimbursement"].clone();
        assert_eq!((&paid["amount"]["amount"], &paid["paidBy"]["name"], &paid["reference"]), (&json!("7.00"), &json!("Gethin Bowmer"), &json!("BACS 0042")));
        assert_eq!(code(&gethin, REIMBURSED, json!({ "spendId": old })).await, "OVER_ALREADY");
        assert_eq!(owed(&mari).await.len(), 1);
    }

    async fn nobody_says_that_she_has_her_own_money_back(council: &Council) {
        let (gethin, nia) = (council.person("gethin.bowmer").await, council.person("nia.talfan").await);
        let spend = spends(&gethin, council, "4.00", "REIMBURSEMENT").await;
        assert_eq!(code(&gethin, REIMBURSED, json!({ "spendId": spend })).await, "YOUR_OWN");
        let (one, other) = tokio::join!(does(&nia, REIMBURSED, json!({ "spendId": spend })), does(&nia, REIMBURSED, json!({ "spendId": spend })));
        let mut codes = [&one, &other].map(|answer| answer["userErrors"][0]["code"].as_str().unwrap_or("-").to_owned());
        codes.sort();
        assert_eq!(codes, ["-", "OVER_ALREADY"]);
        let not_spent = asks(&gethin, council, "1.00", "REIMBURSEMENT").await;
        assert_eq!(code(&nia, REIMBURSED, json!({ "spendId": not_spent })).await, "NOT_SPENT");
        let by_card = spends(&gethin, council, "1.00", "CARD").await;
        assert_eq!(code(&nia, REIMBURSED, json!({ "spendId": by_card })).await, "OTHER_METHOD");
    }

    async fn where_nobody_says_how_it_is_paid_nobody_pays_herself(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let purpose = council.purpose("bus-fare").await.to_string();
        for timing in ["BEFORE", "AFTER"] {
            let spend = done(&mari, REQUEST, json!({ "purposeId": purpose, "unitPrice": "1.15", "timing": timing })).await["spend"]["id"].clone();
            if timing == "BEFORE" { done(&mari, RECORD_SPENT, json!({ "spendId": spend })).await; }
            let how = mari.good("query($id: ID!) { node(id: $id) { ... on Spend { method payment { method reimbursement { amount { amount } } } } } }", json!({ "id": spend })).await;
            assert_eq!(how["node"], json!({ "method": null, "payment": { "method": null, "reimbursement": null } }));
        }
        assert_eq!(owed(&mari).await, Vec::<Value>::new());
    }

    async fn what_is_owed_costs_the_same_statements_however_much_it_is(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let list = "{ reimbursements(first: 100) { nodes { spend { id purpose { name } } owedTo { name } workingDays tooLong paidAt paidBy { name } } } }";
        let cost = async || {
            mari.good(list, json!({})).await;
            let before = council.state.db.statements();
            mari.good(list, json!({})).await;
            council.state.db.statements() - before
        };
        spends(&mari, council, "1.00", "REIMBURSEMENT").await;
        let one = cost().await;
        for _ in 0..15 { spends(&mari, council, "1.00", "REIMBURSEMENT").await; }
        assert_eq!(cost().await, one);
    }
}
