//! Coming home: honoured in any order, however often, from any of her phones; and past it a colleague is asked.

use busfare::store;
use busfare_entity::{
    ask, budget, offline_spend, spend, verdict,
    words::{Fund, Outcome},
};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, sea_query::Expr};
use serde_json::{Value, json};

use super::{DRAW, RETURN, SYNC, draws, fare, nothing_is_lost, outcomes, row, syncs, with};
use crate::{
    council::{Council, key, on_both},
    paying::{book, hub, tin, tins_add_up},
    verbs::{DECIDE, RECORD_SPENT, REQUEST, WITHDRAW, does},
};

on_both! {
    async fn cash_that_was_spent_without_signal_leaves_the_tin_as_far_as_the_book_goes(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let allowance = draws(&mari, "90.00").await;
        let library = hub(&mari, "Llyfrgell").await;
        let bought = async |price: &str| {
            let cash = json!({ "method": "HUB_CASH", "hubId": library, "spentAmount": price });
            with(&fare(council, &allowance, price).await, cash)
        };
        let (first, second) = (bought("28.00").await, bought("29.00").await);

        assert_eq!(outcomes(&syncs(&mari, &[first]).await), ["HONOURED"]);
        assert_eq!(book(&tin(&mari, "Llyfrgell").await), ["22.00", "0.00", "28.00"]);

        // £22 by the book, and £29 were spent: the yes stands, and the next count notes the difference.
        let results = syncs(&mari, &[second]).await;
        assert_eq!((outcomes(&results), &results[0]["spend"]["money"]), (vec!["HONOURED"], &json!("SPENT")));
        assert_eq!(book(&tin(&mari, "Llyfrgell").await), ["22.00", "0.00", "28.00"]);
        tins_add_up(council).await;
        nothing_is_lost(council).await;
    }

    async fn what_the_phone_decided_is_honoured_with_the_words_she_saw(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let drawn = draws(&mari, "20.00").await;
        let fares = [fare(council, &drawn, "1.15").await, with(&fare(council, &drawn, "2.30").await, json!({ "count": 2, "spentAmount": "4.00" }))];

        let home = syncs(&mari, &fares).await;

        assert_eq!(outcomes(&home), ["HONOURED", "HONOURED"]);
        let (first, second) = (&home[0]["spend"], &home[1]["spend"]);
        assert_eq!((&first["decision"], &first["money"], &first["authorised"]["amount"]), (&json!("AUTHORISED_SELF"), &json!("COMMITTED"), &json!("1.15")));
        assert_eq!((&second["money"], &second["authorised"]["amount"], &second["spent"]["amount"]), (&json!("SPENT"), &json!("4.60"), &json!("4.00")));
        assert_eq!(first["verdict"]["backingStatement"], drawn["backingStatement"]);
        assert_eq!((&first["verdict"]["schemeVersion"], &first["offline"]["allowance"]["id"]), (&drawn["schemeVersion"], &drawn["id"]));
        let left = first["verdict"]["checks"].as_array().unwrap().iter().find(|check| check["code"] == "ALLOWANCE").unwrap();
        assert_eq!(left["words"], "Within your £20.00 for use with no signal, with £18.85 left after.");
        assert_eq!(row(council, &drawn["id"]).await.honoured_pence, 575);
        nothing_is_lost(council).await;

        // From here on it is a spend like any other.
        does(&mari, RECORD_SPENT, json!({ "spendId": first["id"] })).await;
        does(&mari, RETURN, json!({ "allowanceId": drawn["id"] })).await;
        nothing_is_lost(council).await;
        let budgets = mari.good("{ viewer { budgets { fund committed { amount } settled { amount } } } }", json!({})).await;
        let team = budgets["viewer"]["budgets"].as_array().unwrap().iter().find(|budget| budget["fund"] == "SECTION_17").unwrap();
        assert_eq!((&team["committed"]["amount"], &team["settled"]["amount"]), (&json!("0.00"), &json!("5.15")));
    }

    async fn past_the_allowance_a_colleague_is_asked_although_the_budget_is_empty(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let drawn = draws(&mari, "5.00").await;
        let txn = council.state.db.begin().await.unwrap();
        let team = budget::Entity::update_many().col_expr(budget::Column::AllocatedPence, Expr::value(500_i64));
        team.filter(budget::Column::TeamId.eq(mari.row().team_id)).filter(budget::Column::Fund.eq(Fund::Section17)).exec(&txn).await.unwrap();
        txn.commit().await.unwrap();

        let home = syncs(&mari, &[fare(council, &drawn, "4.00").await, fare(council, &drawn, "1.01").await, fare(council, &drawn, "1.00").await]).await;

        assert_eq!(outcomes(&home), ["HONOURED", "ASKED", "HONOURED"]);
        let asked = &home[1]["spend"];
        assert_eq!((&asked["decision"], &asked["money"], &asked["timing"]), (&json!("ASKED"), &json!("NONE"), &json!("AFTER")));
        assert_eq!(asked["ask"], json!({ "state": "OPEN", "asked": { "name": "Gethin Bowmer" } }));
        let check = asked["verdict"]["checks"].as_array().unwrap().iter().find(|check| check["code"] == "ALLOWANCE").unwrap();
        assert_eq!(check["words"], "Above your £1.00 for use with no signal: £1.00 is left.");
    }

    async fn what_is_asked_about_afterwards_is_about_what_was_spent(council: &Council) {
        let (mari, gethin) = (council.person("mari.prydderch").await, council.person("gethin.bowmer").await);
        let drawn = draws(&mari, "60.00").await;
        let shoes = with(&fare(council, &drawn, "20.00").await, json!({ "count": 2, "spentAmount": "25.00" }));

        let home = syncs(&mari, std::slice::from_ref(&shoes)).await;

        assert_eq!((home[0]["outcome"].as_str(), &home[0]["spend"]["total"]["amount"]), (Some("ASKED"), &json!("25.00")));
        let yes = does(&gethin, DECIDE, json!({ "spendId": shoes["id"], "answer": { "authorise": {} } })).await;
        assert_eq!((&yes["spend"]["money"], &yes["spend"]["spent"]["amount"]), (&json!("SPENT"), &json!("25.00")));
        // Sent again it has the answer it had, with the spend as it stands now.
        let again = syncs(&mari, &[shoes]).await;
        assert_eq!((again[0]["outcome"].as_str(), &again[0]["spend"]["decision"]), (Some("ASKED"), &json!("AUTHORISED")));
        nothing_is_lost(council).await;
    }

    async fn in_any_order_however_often_and_from_any_of_her_phones_it_is_one_answer(council: &Council) {
        let phones = [council.person("mari.prydderch").await, council.person("mari.prydderch").await];
        let drawn = [draws(&phones[0], "10.00").await, draws(&phones[1], "5.00").await];
        let mut spends = Vec::new();
        for price in ["4.00", "3.00", "3.00"] {
            spends.push(fare(council, &drawn[0], price).await);
        }
        spends.push(with(&fare(council, &drawn[1], "5.00").await, json!({ "allowanceId": null, "allowanceToken": drawn[1]["token"] })));

        let mut first: Vec<Value> = Vec::new();
        for (round, phone) in phones.iter().cycle().take(6).enumerate() {
            let mut batch = spends.clone();
            batch.rotate_left(round % 4);
            batch.push(batch[0].clone());
            let results = syncs(phone, &batch).await;
            assert!(outcomes(&results).iter().all(|outcome| *outcome == "HONOURED"), "{results:#?}");
            let mut home = results[..4].to_vec();
            home.rotate_right(round % 4);
            if first.is_empty() { first = home.clone(); }
            assert_eq!(home, first);
        }
        assert_eq!(spend::Entity::find().count(council.state.db.reader()).await.unwrap(), 4);
        assert_eq!(offline_spend::Entity::find().count(council.state.db.reader()).await.unwrap(), 4);
        nothing_is_lost(council).await;
    }

    async fn the_same_batch_again_is_the_same_answer_and_a_reused_key_is_told(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let drawn = draws(&mari, "1.00").await;
        let amiss = with(&fare(council, &drawn, "0.50").await, json!({ "id": "not an id" }));
        let batch = json!({ "idempotencyKey": key(), "spends": [fare(council, &drawn, "0.60").await, amiss, fare(council, &drawn, "0.60").await] });

        let first = does(&mari, SYNC, batch.clone()).await;
        let again = does(&mari, SYNC, batch.clone()).await;

        assert_eq!(outcomes(first["results"].as_array().unwrap()), ["HONOURED", "REFUSED", "ASKED"]);
        assert_eq!((&first["results"], &again["replayed"]), (&again["results"], &json!(true)));
        let other = with(&batch, json!({ "spends": [fare(council, &drawn, "0.10").await] }));
        assert_eq!(does(&mari, SYNC, other).await["userErrors"][0]["code"], "IDEMPOTENCY_KEY_REUSED");
    }

    async fn an_allowance_of_somebody_else_is_not_found_by_id_or_by_token(council: &Council) {
        let (mari, tomos) = (council.person("mari.prydderch").await, council.person("tomos.ellwood").await);
        let drawn = draws(&mari, "10.00").await;
        let by_id = fare(council, &drawn, "1.00").await;
        let by_token = with(&by_id, json!({ "allowanceId": null, "allowanceToken": drawn["token"] }));

        for spend in [by_id, by_token] {
            let result = syncs(&tomos, &[spend]).await.remove(0);
            assert_eq!((&result["outcome"], &result["userError"]["code"], &result["spend"]), (&json!("REFUSED"), &json!("ALLOWANCE_NOT_FOUND"), &Value::Null));
            assert!(result["userError"]["message"].as_str().unwrap().contains("requestSpend"));
        }
        assert_eq!(tomos.problem(RETURN, json!({ "input": { "idempotencyKey": key(), "allowanceId": drawn["id"] } })).await, "NOT_FOUND");
        let nothing = tomos.good("query($id: ID!) { node(id: $id) { id } viewer { allowances { id } } }", json!({ "id": drawn["id"] })).await;
        assert_eq!(nothing, json!({ "node": null, "viewer": { "allowances": [] } }));
        assert_eq!(row(council, &drawn["id"]).await.honoured_pence, 0);
        assert_eq!(spend::Entity::find().count(council.state.db.reader()).await.unwrap(), 0);
    }

    async fn a_request_whose_answer_was_lost_is_the_same_spend_when_it_comes_home(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let drawn = draws(&mari, "10.00").await;
        let spend = fare(council, &drawn, "1.15").await;
        does(&mari, REQUEST, json!({ "id": spend["id"], "purposeId": spend["purposeId"], "unitPrice": "1.15" })).await;

        assert_eq!(outcomes(&syncs(&mari, std::slice::from_ref(&spend)).await), ["HONOURED"]);
        let other = with(&spend, json!({ "unitPrice": "1.16" }));
        assert_eq!(syncs(&mari, &[other]).await[0]["userError"]["code"], "ID_ALREADY_USED");

        assert_eq!(row(council, &drawn["id"]).await.honoured_pence, 0, "it was paid for once already");
        nothing_is_lost(council).await;
    }

    async fn what_is_taken_back_afterwards_goes_back_to_the_budget_and_not_to_the_allowance(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let drawn = draws(&mari, "5.00").await;
        let spend = fare(council, &drawn, "5.00").await;
        syncs(&mari, std::slice::from_ref(&spend)).await;

        does(&mari, WITHDRAW, json!({ "spendId": spend["id"] })).await;

        assert_eq!(outcomes(&syncs(&mari, &[spend, fare(council, &drawn, "1.00").await]).await), ["HONOURED", "ASKED"]);
        nothing_is_lost(council).await;
    }

    async fn a_verdict_without_signal_is_the_same_when_it_is_decided_again(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let hub = mari.good("{ viewer { hubs { id } } }", json!({})).await["viewer"]["hubs"][0]["id"].clone();
        let drawn = does(&mari, DRAW, json!({ "fund": "HUB", "hubId": hub, "amount": "9.00" })).await["allowance"].clone();
        let tea = council.purpose("hub-refreshments").await.to_string();
        let tea = json!({ "purposeId": tea, "hubId": hub });
        let home = syncs(&mari, &[
            with(&fare(council, &drawn, "5.00").await, tea.clone()),
            with(&fare(council, &drawn, "5.00").await, tea.clone()),
            fare(council, &drawn, "1.00").await,
            with(&fare(council, &drawn, "31.00").await, with(&tea, json!({ "count": 2, "spentAmount": "1.00" }))),
        ]).await;
        assert_eq!(outcomes(&home), ["HONOURED", "ASKED", "ASKED", "ASKED"]);

        let verdicts = verdict::Entity::find().all(council.state.db.reader()).await.unwrap();
        assert_eq!(verdicts.iter().filter(|verdict| verdict.outcome == Outcome::AuthorisedSelf).count(), 1);
        assert_eq!(ask::Entity::find().count(council.state.db.reader()).await.unwrap(), 3);
        for verdict in verdicts {
            let again = store::verdict::snapshot(&verdict).unwrap().decide();
            assert_eq!((again.outcome, again.checks), (verdict.outcome, store::verdict::checks(&verdict).unwrap()));
        }
        nothing_is_lost(council).await;
    }
}
