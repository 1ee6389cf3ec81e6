//! Statement counts: a list costs the same few statements however long it is.

use busfare::api::mutations::request_spend::together;
use serde_json::json;

use crate::{
    council::{Council, on_both},
    together::Desk,
};

/// How many statements a document costs, everything included: who asks, the list, and what hangs on it. The least of three
/// times: on a machine that has no time, what is loaded together may be loaded in two parts.
async fn cost(council: &Council, name: &str, document: &str) -> u64 {
    let person = council.person(name).await;
    person.good(document, json!({})).await;
    let mut least = u64::MAX;
    for _ in 0..3 {
        let before = council.state.db.statements();
        person.good(document, json!({})).await;
        least = least.min(council.state.db.statements() - before);
    }
    least
}

on_both! {
    async fn a_hundred_nested_rows_cost_at_most_six_statements(council: &Council) {
        for name in ["mari.prydderch", "tomos.ellwood", "amina.warsame", "kasia.zielonka"] {
            let person = council.person(name).await;
            for _ in 0..25 {
                let spend = person.requests_spend(json!({})).await["spend"].clone();
                let input = json!({ "input": { "idempotencyKey": crate::council::key(), "spendId": spend["id"] } });
                person.good("mutation($input: CaptureReceiptInput!) { captureReceipt(input: $input) { userErrors { code } } }", input).await;
            }
        }
        let list = "{ spends(first: 100) { nodes { id sentence asker { name } purpose { name } budget { name available { amount } }
            receipts { id state uploadUrl } } pageInfo { hasNextPage } } }";
        let nodes = council.person("nia.talfan").await.good(list, json!({})).await;
        assert_eq!(nodes["spends"]["nodes"].as_array().unwrap().len(), 100);

        let statements = cost(council, "nia.talfan", list).await;
        assert!(statements <= 6, "{statements} statements");
    }

    async fn sixty_four_asks_together_cost_as_many_statements_as_one(council: &Council) {
        let desk = Desk::at(council).await;
        let mut costs = Vec::new();
        for many in [1, 64, 1] {
            let asks = (0..many).map(|place| desk.asks(place, "0.01")).collect();
            let before = council.state.db.statements();
            assert!(together(council.state.db.clone(), asks).await.iter().all(Result::is_ok));
            costs.push(council.state.db.statements() - before);
        }
        assert!(costs[0] <= 15 && costs[1] == costs[0] && costs[2] == costs[0], "{costs:?}");
    }

    async fn everything_on_a_spend_costs_the_same_for_one_row_as_for_twenty(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let everything = "{ spends(first: 50) { nodes { asker { team { name } } purpose { name } hub { name } budget { name } verdict { outcome decidedBy { name } }
            ask { asked { name } } receipts { id } noReceiptNote { reason } records { id } viewerCan { decide { allowed } } } } }";
        mari.requests_spend(json!({})).await;
        let one = cost(council, "mari.prydderch", everything).await;
        for _ in 0..19 {
            mari.requests_spend(json!({})).await;
        }

        // Two kinds of names are loaded together or apart, as the machine has time; nothing is loaded row by row.
        let twenty = cost(council, "mari.prydderch", everything).await;
        assert!(twenty.abs_diff(one) <= 1, "{one} for one, {twenty} for twenty");
    }
}
