//! The ledger: counters are the sum of their entries, and what is written stays written.

use busfare::store::Db;
use busfare_entity::{ask, budget, budget_entry, words::AskState};
use sea_orm::{ActiveModelTrait, ConnectionTrait, DbBackend, EntityTrait, IntoActiveModel, Statement};
use serde_json::json;

use crate::{
    council::{Council, key, on_both},
    verbs::{ACT, CHANGE, QUESTION, does},
};

/// Whether every budget's counters are the sum of its entries.
pub async fn counters_are_the_sum_of_entries(council: &Council) {
    counters_add_up(&council.state.db).await;
}

/// The same, for a database that no server of ours has open.
pub async fn counters_add_up(db: &Db) {
    let reader = db.reader();
    let entries = budget_entry::Entity::find().all(reader).await.unwrap();
    for budget in budget::Entity::find().all(reader).await.unwrap() {
        let hers = || entries.iter().filter(|entry| entry.budget_id == budget.id);
        assert_eq!(hers().map(|entry| entry.allocated_delta_pence).sum::<i64>(), budget.allocated_pence);
        assert_eq!(hers().map(|entry| entry.overrun_delta_pence).sum::<i64>(), budget.overrun_pence);
        assert_eq!(hers().map(|entry| entry.reserved_delta_pence).sum::<i64>(), budget.reserved_pence);
        assert_eq!(hers().map(|entry| entry.committed_delta_pence).sum::<i64>(), budget.committed_pence);
        assert_eq!(hers().map(|entry| entry.settled_delta_pence).sum::<i64>(), budget.settled_pence);
    }
}

on_both! {
    async fn money_that_is_asked_decided_spent_and_taken_back_adds_up(council: &Council) {
        let (mari, gethin) = (council.person("mari.prydderch").await, council.person("gethin.bowmer").await);
        let own = mari.requests_spend(json!({ "unitPrice": "10.00" })).await["spend"].clone();
        let bought = mari.requests_spend(json!({ "unitPrice": "4.00", "timing": "AFTER" })).await["spend"].clone();
        let asked = mari.requests_spend(json!({ "unitPrice": "40.00" })).await["spend"].clone();
        counters_are_the_sum_of_entries(council).await;
        assert_eq!((&own["money"], &bought["money"], &asked["money"]), (&json!("COMMITTED"), &json!("SPENT"), &json!("RESERVED")));

        let less = json!({ "input": { "idempotencyKey": key(), "spendId": asked["id"], "words": "Half now",
            "answer": { "authorise": { "amount": "20.00" } } } });
        let decided = gethin.good("mutation($input: DecideSpendInput!) { decideSpend(input: $input) {
            spend { decision money authorised { amount } verdict { outcome decidedBy { name } words } } userErrors { message } } }", less).await;
        assert_eq!(decided["decideSpend"]["spend"]["decision"], "AUTHORISED_LESS", "{decided:#}");
        assert_eq!(decided["decideSpend"]["spend"]["verdict"]["decidedBy"]["name"], "Gethin Bowmer");
        let spent = json!({ "input": { "idempotencyKey": key(), "spendId": own["id"], "amount": "9.50" } });
        let spent = mari.good("mutation($input: RecordSpentInput!) { recordSpent(input: $input) { spend { money spent { amount } } userErrors { message } } }", spent).await;
        assert_eq!(spent["recordSpent"]["spend"], json!({ "money": "SPENT", "spent": { "amount": "9.50" } }));
        let back = json!({ "input": { "idempotencyKey": key(), "spendId": asked["id"] } });
        mari.good("mutation($input: WithdrawSpendInput!) { withdrawSpend(input: $input) { spend { money } } }", back).await;

        counters_are_the_sum_of_entries(council).await;
        let budgets = mari.good("{ viewer { budgets { fund reserved { amount } committed { amount } settled { amount } } } }", json!({})).await;
        let team = budgets["viewer"]["budgets"].as_array().unwrap().iter().find(|budget| budget["fund"] == "SECTION_17").unwrap().clone();
        assert_eq!((&team["reserved"]["amount"], &team["committed"]["amount"], &team["settled"]["amount"]), (&json!("0.00"), &json!("0.00"), &json!("13.50")));
    }

    async fn what_is_written_in_the_ledger_cannot_be_changed_even_by_hand(council: &Council) {
        let (mari, gethin) = (council.person("mari.prydderch").await, council.person("gethin.bowmer").await);
        mari.requests_spend(json!({})).await;
        // A question, a change and a tap on a notification each leave a row.
        let asked = mari.requests_spend(json!({ "unitPrice": "40.00" })).await["spend"]["id"].clone();
        does(&gethin, QUESTION, json!({ "spendId": asked, "words": "Why?" })).await;
        does(&mari, CHANGE, json!({ "spendId": asked, "reason": "A day ticket" })).await;
        let token = gethin.good("query($id: ID!) { node(id: $id) { ... on Spend { actionToken } } }", json!({ "id": asked })).await;
        does(&gethin, ACT, json!({ "token": token["node"]["actionToken"], "answer": { "authorise": {} } })).await;
        for table in ["budget_entry", "verdict", "scheme", "form_version", "form_item", "question_version", "spend_message", "spend_change", "action_use"] {
            for statement in [format!("UPDATE {table} SET id = id"), format!("DELETE FROM {table}")] {
                let txn = council.state.db.begin().await.unwrap();
                let refused = txn.execute_unprepared(&statement).await.unwrap_err().to_string();
                assert!(refused.contains("append-only"), "{statement}: {refused}");
            }
        }
        // What nobody has written yet is guarded by the same triggers.
        let reader = council.state.db.reader();
        for table in ["budget_entry", "virement", "refund", "budget_mode_change", "budget_closing"] {
            let (guards, expected) = match reader.get_database_backend() {
                DbBackend::Postgres => (format!("SELECT tgname FROM pg_trigger WHERE tgrelid = '{table}'::regclass AND tgname = '{table}_append_only'"), 1),
                _ => (format!("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = '{table}' AND name LIKE '{table}_no_%'"), 2),
            };
            let found = reader.query_all_raw(Statement::from_string(reader.get_database_backend(), guards)).await.unwrap();
            assert_eq!(found.len(), expected, "{table}");
        }
    }

    async fn the_database_itself_refuses_a_second_open_ask(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        mari.requests_spend(json!({ "unitPrice": "31.00" })).await;
        let open = ask::Entity::find().one(council.state.db.reader()).await.unwrap().unwrap();
        assert_eq!(open.state, AskState::Open);

        let second = ask::Model { id: busfare::store::mint::id(), asked_id: mari.row().id, ..open };
        let txn = council.state.db.begin().await.unwrap();
        assert!(second.into_active_model().insert(&txn).await.is_err());
    }

    async fn the_database_itself_refuses_an_over_committed_budget(council: &Council) {
        let txn = council.state.db.begin().await.unwrap();
        for statement in [
            "UPDATE budget SET committed_pence = allocated_pence + 1",
            "UPDATE budget SET reserved_pence = -1",
            "UPDATE budget SET settled_pence = allocated_pence, reserved_pence = 1",
        ] {
            assert!(txn.execute_unprepared(statement).await.is_err(), "{statement}");
            if council.state.db.reader().get_database_backend() == sea_orm::DbBackend::Postgres { return; }
        }
    }

    async fn a_stored_verdict_is_the_same_when_it_is_decided_again(council: &Council) {
        let (mari, gethin) = (council.person("mari.prydderch").await, council.person("gethin.bowmer").await);
        mari.requests_spend(json!({})).await;
        let asked = mari.requests_spend(json!({ "unitPrice": "31.00" })).await["spend"].clone();
        let yes = json!({ "input": { "idempotencyKey": key(), "spendId": asked["id"], "answer": { "authorise": {} } } });
        gethin.good("mutation($input: DecideSpendInput!) { decideSpend(input: $input) { userErrors { code } } }", yes).await;

        let verdicts = busfare_entity::verdict::Entity::find().all(council.state.db.reader()).await.unwrap();
        assert_eq!(verdicts.len(), 3);
        for verdict in verdicts {
            let again = busfare::store::verdict::snapshot(&verdict).unwrap().decide();
            assert_eq!(again.outcome, verdict.outcome);
            assert_eq!(again.checks, busfare::store::verdict::checks(&verdict).unwrap());
        }
    }
}
