//! What nobody uses goes back by itself after seven days, once, and whoever asked hears of it before.

use busfare::{
    http::clock,
    work::expiry::{Expired, expire},
};
use busfare_entity::{spend, words::SpendId};
use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::join_all;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use serde_json::{Value, json};

use super::{counters, of_team};
use crate::{
    council::{Council, Person, on_both},
    verbs::{DECIDE, RECORD_SPENT, WITHDRAW, does, in_language, refused},
};

async fn round(council: &Council, now: DateTime<Utc>) -> (u64, u64) {
    let Expired { released, reminded } = expire(&council.state.db, now).await.unwrap();
    (released, reminded)
}

fn later(days: i64) -> DateTime<Utc> {
    clock::now() + TimeDelta::days(days) + TimeDelta::minutes(1)
}

async fn asks(person: &Person<'_>, price: &str) -> Value {
    person.requests_spend(json!({ "unitPrice": price })).await["spend"]["id"].clone()
}

async fn sees(person: &Person<'_>, spend: &Value) -> Value {
    person.good("query($id: ID!) { node(id: $id) { ... on Spend { decision money sentence holdExpiresAt remindedAt authorised { amount } ask { state } } } }", json!({ "id": spend })).await["node"].clone()
}

on_both! {
    async fn what_was_set_aside_goes_back_after_seven_days_and_she_hears_how_to_go_on(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let team = of_team(council, &mari).await;
        let fare = asks(&mari, "30.00").await;
        assert_eq!(counters(council, team).await, [2_500_000, 0, 0, 3_000, 0]);

        assert_eq!(round(council, later(4)).await, (0, 0));
        assert_eq!(round(council, later(5)).await, (0, 1));
        assert_eq!(round(council, later(6)).await, (0, 0));
        assert_eq!(sees(&mari, &fare).await["money"], "COMMITTED");
        assert_eq!(round(council, later(7)).await, (1, 0));
        assert_eq!(round(council, later(7)).await, (0, 0));

        let gone = sees(&mari, &fare).await;
        assert_eq!((&gone["decision"], &gone["money"], &gone["authorised"]["amount"], &gone["holdExpiresAt"]), (&json!("AUTHORISED_SELF"), &json!("RELEASED"), &json!("30.00"), &Value::Null));
        assert_eq!(gone["sentence"], "£30.00: yours to say, and said; the money went back unspent, so ask again if you need it.");
        assert_eq!(counters(council, team).await, [2_500_000, 0, 0, 0, 0]);
        let late = does(&mari, RECORD_SPENT, json!({ "spendId": fare })).await["userErrors"][0].clone();
        assert_eq!(late, json!({ "code": "HOLD_EXPIRED", "field": [], "retry": "NEVER",
            "message": "What was set aside went back after 7 days. If you have bought it, request it again as already bought." }));
        let cy = in_language(council, &mari, "cy", RECORD_SPENT, json!({ "input": crate::verbs::with_key(json!({ "spendId": fare })) })).await;
        assert!(cy["it"]["userErrors"][0]["message"].as_str().unwrap().starts_with("Aeth yr arian"), "{cy}");
        assert_eq!(refused(&mari, WITHDRAW, json!({ "spendId": fare })).await, "HOLD_EXPIRED");
        // Her week has it back, so that asking again as already bought is hers to say.
        let left = mari.good("{ viewer { delegations { used { amount } } } }", json!({})).await;
        assert_eq!(left["viewer"]["delegations"][0]["used"]["amount"], "0.00");
        let again = mari.requests_spend(json!({ "unitPrice": "30.00", "timing": "AFTER" })).await;
        assert_eq!(again["spend"]["money"], "SPENT");
    }

    async fn an_ask_that_nobody_answers_loses_its_hold_and_not_its_place(council: &Council) {
        let (mari, gethin) = (council.person("mari.prydderch").await, council.person("gethin.bowmer").await);
        let team = of_team(council, &mari).await;
        let asked = asks(&mari, "40.00").await;
        assert_eq!(round(council, later(7)).await, (1, 0));

        let waiting = sees(&mari, &asked).await;
        assert_eq!((&waiting["decision"], &waiting["money"], &waiting["ask"]["state"]), (&json!("ASKED"), &json!("RELEASED"), &json!("OPEN")));
        assert_eq!(waiting["sentence"], "£40.00: a colleague is asked; the hold has gone back, and a yes sets the money aside again.");
        assert_eq!(counters(council, team).await, [2_500_000, 0, 0, 0, 0]);
        let yes = json!({ "spendId": asked, "answer": { "authorise": {} } });
        assert_eq!(does(&gethin, DECIDE, yes).await["spend"]["money"], "COMMITTED");
        assert_eq!(counters(council, team).await, [2_500_000, 0, 0, 4_000, 0]);
        // Seven days from the yes, not from the asking.
        assert!(sees(&mari, &asked).await["holdExpiresAt"].is_string());
        assert_eq!(round(council, later(7)).await, (1, 0));
        // One without a hold can be taken back and said no to, as before.
        let other = asks(&mari, "40.00").await;
        assert_eq!(round(council, later(7)).await, (1, 0));
        assert_eq!(does(&mari, WITHDRAW, json!({ "spendId": other })).await["spend"]["decision"], "WITHDRAWN");
        assert_eq!(counters(council, team).await, [2_500_000, 0, 0, 0, 0]);
    }

    async fn what_is_promised_to_somebody_else_or_spent_does_not_go_back(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let team = of_team(council, &mari).await;
        let order = mari.requests_spend(json!({ "unitPrice": "20.00", "method": "SUPPLIER" })).await["spend"]["id"].clone();
        let spent = asks(&mari, "10.00").await;
        does(&mari, RECORD_SPENT, json!({ "spendId": spent })).await;

        assert_eq!(round(council, later(3_650)).await, (0, 0));

        assert_eq!(sees(&mari, &order).await["money"], "COMMITTED");
        assert_eq!(counters(council, team).await, [2_500_000, 0, 0, 2_000, 1_000]);
    }

    async fn who_asked_sees_what_goes_back_soon(council: &Council) {
        let (mari, gethin) = (council.person("mari.prydderch").await, council.person("gethin.bowmer").await);
        let (soon, _fresh) = (asks(&mari, "10.00").await, asks(&mari, "11.00").await);
        let txn = council.state.db.begin().await.unwrap();
        let id: SpendId = soon.as_str().unwrap().parse().unwrap();
        let aged = spend::Entity::update_many().col_expr(spend::Column::ExpiresAt, Expr::value(Some(clock::now() + TimeDelta::hours(30))));
        aged.filter(spend::Column::Id.eq(id)).exec(&txn).await.unwrap();
        txn.commit().await.unwrap();
        assert_eq!(round(council, clock::now()).await, (0, 1));
        assert_eq!(round(council, clock::now()).await, (0, 0));

        let list = "{ viewer { expiringSpends { nodes { id remindedAt } } } }";
        let hers = mari.good(list, json!({})).await["viewer"]["expiringSpends"]["nodes"].clone();
        assert_eq!((hers.as_array().unwrap().len(), &hers[0]["id"]), (1, &soon));
        assert!(hers[0]["remindedAt"].is_string());
        let told = "{ viewer { notices { nodes { kind spend { id } } } } }";
        let heard = mari.good(told, json!({})).await["viewer"]["notices"]["nodes"].clone();
        assert_eq!(heard, json!([{ "kind": "HOLD_GOES_BACK", "spend": { "id": soon } }]));
        assert_eq!(gethin.good(list, json!({})).await["viewer"]["expiringSpends"]["nodes"], json!([]));
    }

    async fn many_rounds_at_once_give_each_hold_back_once(council: &Council) {
        let (mari, tomos) = (council.person("mari.prydderch").await, council.person("tomos.ellwood").await);
        let team = of_team(council, &mari).await;
        for person in [&mari, &tomos] { for _ in 0..12 { asks(person, "3.00").await; } }

        let rounds = join_all((0..6).map(|_| round(council, later(8)))).await;

        assert_eq!(rounds.iter().map(|(released, _)| released).sum::<u64>(), 24);
        assert_eq!(counters(council, team).await, [2_500_000, 0, 0, 0, 0]);
    }

    async fn spending_taking_back_and_deciding_while_it_goes_back_leave_one_outcome(council: &Council) {
        let (mari, gethin) = (council.person("mari.prydderch").await, council.person("gethin.bowmer").await);
        let team = of_team(council, &mari).await;
        for turn in 0..15 {
            let fare = asks(&mari, "1.00").await;
            let verb = if turn % 2 == 0 { RECORD_SPENT } else { WITHDRAW };
            let (used, _) = tokio::join!(does(&mari, verb, json!({ "spendId": fare })), round(council, later(8)));
            let code = used["userErrors"][0]["code"].as_str().unwrap_or("-");
            let money = sees(&mari, &fare).await["money"].clone();
            match (verb == RECORD_SPENT, code) {
                (true, "-") => assert_eq!(money, "SPENT"),
                (_, "-" | "HOLD_EXPIRED") => assert_eq!(money, "RELEASED"),
                other => panic!("{other:?}"),
            }

            let asked = asks(&mari, "31.00").await;
            let yes = json!({ "spendId": asked, "answer": { "authorise": {} } });
            let (decided, _) = tokio::join!(does(&gethin, DECIDE, yes), round(council, later(8)));
            assert_eq!(decided["userErrors"], json!([]), "a yes stands whether the hold was there or not");
            let money = sees(&mari, &asked).await["money"].clone();
            assert!(["COMMITTED", "RELEASED"].contains(&money.as_str().unwrap()), "{money}");
            if money == "COMMITTED" { does(&mari, WITHDRAW, json!({ "spendId": asked })).await; }
        }
        let [allocated, overrun, reserved, committed, settled] = counters(council, team).await;
        assert_eq!((allocated, overrun, reserved, committed), (2_500_000, 0, 0, 0));
        assert!((0..=1_500).contains(&settled));
    }
}
