//! Money moved between budgets: whole, by somebody who answers for it, with a reason that stays.

use busfare::store;
use busfare_entity::{
    budget, budget_entry,
    words::{BudgetMovement, VirementId},
};
use futures_util::future::join_all;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use serde_json::{Value, json};

use super::{counters, from_to, now_in, of_hub, of_team, twenty_pounds_in_the_library};
use crate::{
    council::{Council, key, on_both},
    postgres::setting,
    verbs::{MOVE, does, in_language, refused},
};

const LIST: &str = "query($first: Int, $after: String) { virements(first: $first, after: $after) { nodes { id reason amount { amount } from { name } to { name } movedBy { name } } pageInfo { hasNextPage endCursor } } }";

on_both! {
    async fn money_moved_between_budgets_moves_on_both_sides_or_on_neither(council: &Council) {
        let gethin = council.person("gethin.bowmer").await;
        let (team, (_, library)) = (of_team(council, &gethin).await, of_hub(council, "Library").await);

        let moved = does(&gethin, MOVE, from_to(team, library, "120.50")).await["virement"].clone();

        assert_eq!((&moved["amount"]["amount"], &moved["reason"], &moved["limit"]["amount"], &moved["movedBy"]["name"]), (&json!("120.50"), &json!("Winter coats"), &json!("500.00"), &json!("Gethin Bowmer")));
        assert_eq!((&moved["from"]["available"]["amount"], &moved["to"]["available"]["amount"]), (&json!("24879.50"), &json!("3120.50")));
        assert_eq!(counters(council, team).await, [2_487_950, 0, 0, 0, 0]);
        assert_eq!(counters(council, library).await, [312_050, 0, 0, 0, 0]);
        let id: VirementId = moved["id"].as_str().unwrap().parse().unwrap();
        let sides = budget_entry::Entity::find().filter(budget_entry::Column::VirementId.eq(id)).all(council.state.db.reader()).await.unwrap();
        assert_eq!(sides.len(), 2);
        assert!(sides.iter().all(|side| side.movement == BudgetMovement::Vire));
        assert_eq!(sides.iter().map(|side| side.allocated_delta_pence).sum::<i64>(), 0);

        // Only what is available goes: what is set aside and spent stays.
        let mari = council.person("mari.prydderch").await;
        let nia = council.person("nia.talfan").await;
        for _ in 0..5 { assert_eq!(does(&nia, MOVE, from_to(team, library, "4970.00")).await["userErrors"], json!([])); }
        mari.requests_spend(json!({ "unitPrice": "20.00" })).await;
        let before = counters(council, team).await;
        let short = does(&gethin, MOVE, from_to(team, library, "9.51")).await;
        assert_eq!(short["userErrors"][0], json!({ "code": "BUDGET_SHORT", "field": ["amount"], "retry": "LATER",
            "message": "Section 17: Caerfelin East Families has £9.50 left. Move that or less." }));
        assert_eq!(counters(council, team).await, before);
        assert_eq!(does(&gethin, MOVE, from_to(team, library, "9.50")).await["from"], Value::Null);
        assert_eq!(counters(council, team).await, [2_000, 0, 0, 2_000, 0]);
    }

    async fn each_role_moves_up_to_its_limit_and_hears_who_may_move_more(council: &Council) {
        let (gethin, nia) = (council.person("gethin.bowmer").await, council.person("nia.talfan").await);
        let (team, (_, library)) = (of_team(council, &gethin).await, of_hub(council, "Library").await);

        let over = does(&gethin, MOVE, from_to(team, library, "500.01")).await["userErrors"][0].clone();
        assert_eq!(over, json!({ "code": "ABOVE_YOUR_LIMIT", "field": ["amount"], "retry": "AFTER_CHANGE",
            "message": "You may move up to £500.00 at once. Nia Talfan may move this much: ask there." }));
        let cy = in_language(council, &gethin, "cy", MOVE, json!({ "input": crate::verbs::with_key(from_to(team, library, "500.01")) })).await;
        assert_eq!(cy["it"]["userErrors"][0]["message"], "Cewch symud hyd at £500.00 ar y tro. Caiff Nia Talfan symud hyn: gofynnwch yno.");
        assert_eq!(does(&gethin, MOVE, from_to(team, library, "500.00")).await["userErrors"], json!([]));
        assert_eq!(does(&nia, MOVE, from_to(team, library, "5000.00")).await["userErrors"], json!([]));
        let nobody = does(&nia, MOVE, from_to(team, library, "5000.01")).await["userErrors"][0]["message"].clone();
        assert_eq!(nobody, "You may move up to £5,000.00 at once, and nobody here may move this much. Ask your head of service.");
        for (who, limit) in [("gethin.bowmer", json!({ "amount": "500.00" })), ("mari.prydderch", Value::Null)] {
            let told = council.person(who).await.good("{ viewer { virementLimit { amount } } }", json!({})).await;
            assert_eq!(told["viewer"]["virementLimit"], limit);
        }
    }

    async fn you_give_what_you_answer_for_and_take_from_nobody(council: &Council) {
        let (mari, gethin, head) = (council.person("mari.prydderch").await, council.person("gethin.bowmer").await, council.person("angharad.celyn").await);
        let elin = council.person("elin.caradog").await;
        let (east, west) = (of_team(council, &gethin).await, of_team(council, &elin).await);
        let ((_, library), (_, town_hall)) = (of_hub(council, "Library").await, of_hub(council, "Town Hall").await);

        assert_eq!(refused(&mari, MOVE, from_to(east, library, "1.00")).await, "NOT_YOUR_SAY");
        assert_eq!(refused(&gethin, MOVE, from_to(west, east, "1.00")).await, "NOT_YOUR_BUDGET");
        assert_eq!(refused(&gethin, MOVE, from_to(town_hall, east, "1.00")).await, "NOT_YOUR_BUDGET");
        assert_eq!(does(&gethin, MOVE, from_to(east, west, "1.00")).await["userErrors"], json!([]));
        assert_eq!(does(&head, MOVE, from_to(west, east, "1.00")).await["userErrors"], json!([]));
        assert_eq!(counters(council, east).await, counters(council, west).await);
    }

    async fn the_same_budget_another_period_and_a_closed_one_are_refused(council: &Council) {
        let gethin = council.person("gethin.bowmer").await;
        let (team, (_, library)) = (of_team(council, &gethin).await, of_hub(council, "Library").await);
        let row = now_in(council, library).await;
        let txn = council.state.db.begin().await.unwrap();
        let next = budget::Model { id: store::mint::id(), period_start: row.period_end + chrono::Days::new(1), period_end: row.period_end + chrono::Days::new(9), ..row.clone() };
        store::budget::open(&txn, next.clone(), row.period_start.and_hms_opt(0, 0, 0).unwrap().and_utc()).await.unwrap();
        let closed = budget::Model { id: store::mint::id(), closed_at: Some(busfare::http::clock::now()), ..row.clone() };
        store::budget::open(&txn, closed.clone(), busfare::http::clock::now()).await.unwrap();
        txn.commit().await.unwrap();

        assert_eq!(refused(&gethin, MOVE, from_to(team, team, "1.00")).await, "SAME_BUDGET");
        assert_eq!(refused(&gethin, MOVE, from_to(team, next.id, "1.00")).await, "OTHER_PERIOD");
        assert_eq!(refused(&gethin, MOVE, from_to(team, closed.id, "1.00")).await, "BUDGET_CLOSED");
        assert_eq!(refused(&gethin, MOVE, from_to(closed.id, team, "1.00")).await, "BUDGET_CLOSED");
        counters(council, team).await;
    }

    async fn what_was_moved_is_there_for_enablers_and_seniors_and_for_nobody_else(council: &Council) {
        let gethin = council.person("gethin.bowmer").await;
        let (team, (_, library)) = (of_team(council, &gethin).await, of_hub(council, "Library").await);
        for amount in ["1.00", "2.00", "3.00"] { does(&gethin, MOVE, from_to(team, library, amount)).await; }

        for who in ["gethin.bowmer", "nia.talfan", "rosa.benbow", "angharad.celyn"] {
            let first = council.person(who).await.good(LIST, json!({ "first": 2 })).await["virements"].clone();
            let amounts = |page: &Value| page["nodes"].as_array().unwrap().iter().map(|node| node["amount"]["amount"].clone()).collect::<Vec<_>>();
            assert_eq!(amounts(&first), ["3.00", "2.00"]);
            let rest = council.person(who).await.good(LIST, json!({ "first": 2, "after": first["pageInfo"]["endCursor"] })).await["virements"].clone();
            assert_eq!((amounts(&rest), &rest["pageInfo"]["hasNextPage"]), (vec![json!("1.00")], &json!(false)));
            let id = &rest["nodes"][0]["id"];
            let node = council.person(who).await.good("query($id: ID!) { node(id: $id) { id } }", json!({ "id": id })).await;
            assert_eq!(node["node"]["id"], *id);
            let unseen = council.person("mari.prydderch").await.good("query($id: ID!) { node(id: $id) { id } virements { nodes { id } } }", json!({ "id": id })).await;
            assert_eq!(unseen, json!({ "node": null, "virements": { "nodes": [] } }));
        }
    }

    async fn a_virement_sent_again_is_one_virement(council: &Council) {
        let gethin = council.person("gethin.bowmer").await;
        let (team, (_, library)) = (of_team(council, &gethin).await, of_hub(council, "Library").await);
        let mut input = from_to(team, library, "5.00");
        input["id"] = json!(store::mint::id::<VirementId>().to_string());

        // One id and many keys, and one key many times, all at once.
        let one = key();
        let answers = join_all((0..20).map(|place| {
            let mut input = input.clone();
            input["idempotencyKey"] = json!(if place % 2 == 0 { one.clone() } else { key() });
            does(&gethin, MOVE, input)
        })).await;

        assert!(answers.iter().all(|answer| answer["virement"]["id"] == input["id"]), "{answers:?}");
        assert_eq!(answers.iter().filter(|answer| answer["replayed"] == false).count(), 1);
        assert_eq!(counters(council, library).await, [300_500, 0, 0, 0, 0]);
        let mut other = input.clone();
        other["amount"] = json!("6.00");
        assert_eq!(refused(&gethin, MOVE, other).await, "ID_ALREADY_USED");
        let nia = council.person("nia.talfan").await;
        assert_eq!(refused(&nia, MOVE, input).await, "ID_ALREADY_USED");
    }

    async fn virements_that_cross_never_wait_for_each_other(council: &Council) {
        let rounds: usize = setting("BUSFARE_RACE_ROUNDS").and_then(|rounds| rounds.parse().ok()).unwrap_or(200);
        let (gethin, nia) = (council.person("gethin.bowmer").await, council.person("nia.talfan").await);
        let (team, (_, library)) = (of_team(council, &gethin).await, of_hub(council, "Library").await);
        for _ in 0..rounds.div_ceil(10) {
            let there = join_all((0..10).map(|_| does(&gethin, MOVE, from_to(team, library, "1.00"))));
            let back = join_all((0..10).map(|_| does(&nia, MOVE, from_to(library, team, "1.00"))));

            let (there, back) = tokio::join!(there, back);
            for answer in there.iter().chain(&back) { assert_eq!(answer["userErrors"], json!([]), "{answer:#}"); }
        }
        assert_eq!(counters(council, team).await, [2_500_000, 0, 0, 0, 0]);
        assert_eq!(counters(council, library).await, [300_000, 0, 0, 0, 0]);
    }

    async fn what_is_left_is_moved_once_however_many_move_it(council: &Council) {
        let (_, library) = twenty_pounds_in_the_library(council).await;
        let gethin = council.person("gethin.bowmer").await;
        let team = of_team(council, &gethin).await;

        let answers = join_all((0..24).map(|_| does(&gethin, MOVE, from_to(library, team, "20.00")))).await;

        let codes: Vec<_> = answers.iter().filter_map(|answer| answer["userErrors"][0]["code"].as_str()).collect();
        assert_eq!(codes, vec!["BUDGET_SHORT"; 23]);
        assert_eq!(counters(council, library).await, [0; 5]);
        // The table itself keeps a virement within its limit and between two budgets.
        let txn = council.state.db.begin().await.unwrap();
        let zero = budget::Entity::update_many().col_expr(budget::Column::AllocatedPence, Expr::value(-1)).filter(budget::Column::Id.eq(library));
        assert!(zero.exec(&txn).await.is_err());
    }
}
