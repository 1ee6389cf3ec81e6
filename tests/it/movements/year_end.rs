//! The end of a year: what is under way goes along with its money, what is unspent lapses or does too.

use busfare::{
    rules::{
        money::Money,
        spend::{About, Ask, SpendRefusal},
    },
    store::{
        self,
        facts::{self, Unknown},
    },
};
use busfare_entity::{
    budget, budget_entry, spend,
    words::{BudgetId, BudgetMovement, SpendId, SpendTiming},
};
use chrono::{DateTime, Months, TimeDelta, Utc};
use futures_util::future::join_all;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, sea_query::Expr};
use serde_json::{Value, json};

use super::{counters, from_to, now_in, of_hub, of_team};
use crate::{
    council::{Council, Person, on_both},
    verbs::{CLOSE, DECIDE, MODE, MOVE, OPEN, RECORD_SPENT, REFUND, WITHDRAW, does, refused},
};

/// A year passes: the budget is last year's now.
async fn a_year_passes(council: &Council, budget: BudgetId) {
    let row = now_in(council, budget).await;
    let txn = council.state.db.begin().await.unwrap();
    let shifted = budget::Entity::update_many()
        .col_expr(budget::Column::PeriodStart, Expr::value(row.period_start - Months::new(12)))
        .col_expr(budget::Column::PeriodEnd, Expr::value(row.period_end - Months::new(12)));
    shifted.filter(budget::Column::Id.eq(budget)).exec(&txn).await.unwrap();
    txn.commit().await.unwrap();
}

async fn opens(council: &Council, after: BudgetId, allocated: &str) -> BudgetId {
    let head = council.person("angharad.celyn").await;
    let opened = does(&head, OPEN, json!({ "afterBudgetId": after.to_string(), "allocated": allocated })).await;
    assert_eq!(opened["userErrors"], json!([]), "{opened:#}");
    opened["budget"]["id"].as_str().unwrap().parse().unwrap()
}

fn ending(budget: BudgetId, unspent: &str) -> Value {
    json!({ "budgetId": budget.to_string(), "unspent": unspent, "reason": "Year end" })
}

async fn asks(person: &Person<'_>, price: &str) -> Value {
    person.requests_spend(json!({ "unitPrice": price })).await["spend"]["id"].clone()
}

async fn paid_by(council: &Council, spend: &Value) -> BudgetId {
    let id: SpendId = spend.as_str().unwrap().parse().unwrap();
    spend::Entity::find_by_id(id).one(council.state.db.reader()).await.unwrap().unwrap().budget_id
}

/// The budget that would pay a fare that is asked for at this moment.
async fn pays_at(council: &Council, mari: &Person<'_>, now: DateTime<Utc>) -> Option<BudgetId> {
    let fare = Money::from_pence(115).to_decimal();
    let ask =
        Ask::try_new(council.purpose("bus-fare").await, fare, 1, SpendTiming::Before, None, About::default()).unwrap();
    match facts::about(council.state.db.reader(), mari.row(), &ask, facts::Turn::Look, now).await {
        Ok(known) => Some(known.budget.id),
        Err(Unknown::Refused(SpendRefusal::NoBudget)) => None,
        Err(other) => panic!("{other:?}"),
    }
}

on_both! {
    async fn what_is_under_way_at_midnight_goes_into_the_new_year_with_its_money(council: &Council) {
        let (mari, gethin, nia) = (council.person("mari.prydderch").await, council.person("gethin.bowmer").await, council.person("nia.talfan").await);
        let old = of_team(council, &mari).await;
        let (set_aside, asked, spent) = (asks(&mari, "10.00").await, asks(&mari, "40.00").await, asks(&mari, "5.00").await);
        does(&mari, RECORD_SPENT, json!({ "spendId": spent })).await;
        assert_eq!(refused(&nia, CLOSE, ending(old, "LAPSE")).await, "PERIOD_NOT_OVER");
        a_year_passes(council, old).await;
        assert_eq!(refused(&nia, CLOSE, ending(old, "LAPSE")).await, "NO_SUCCESSOR");
        let new = opens(council, old, "1000.00").await;

        let closed = does(&nia, CLOSE, ending(old, "LAPSE")).await["budget"].clone();

        assert_eq!(closed["closing"], json!({ "unspent": "LAPSE", "covers": "TEAM", "reason": "Year end", "carriedReserved": { "amount": "40.00" }, "carriedCommitted": { "amount": "10.00" },
            "carriedUnspent": { "amount": "0.00" }, "lapsed": { "amount": "24945.00" }, "successor": { "id": new.to_string() }, "closedBy": { "name": "Nia Talfan" } }));
        assert_eq!(counters(council, old).await, [500, 0, 0, 0, 500]);
        assert_eq!(counters(council, new).await, [105_000, 0, 4_000, 1_000, 0]);
        assert_eq!((paid_by(council, &set_aside).await, paid_by(council, &asked).await, paid_by(council, &spent).await), (new, new, old));

        // Both sides of what was carried are linked, and sum to nothing.
        let carried = budget_entry::Entity::find().filter(budget_entry::Column::Movement.eq(BudgetMovement::Carry)).all(council.state.db.reader()).await.unwrap();
        assert_eq!(carried.len(), 4);
        assert!(carried.iter().all(|entry| entry.closing_id.is_some() && entry.closing_id == carried[0].closing_id && entry.spend_id.is_some()));
        let sum = |delta: fn(&budget_entry::Model) -> i64| carried.iter().map(delta).sum::<i64>();
        assert_eq!([sum(|entry| entry.allocated_delta_pence), sum(|entry| entry.reserved_delta_pence), sum(|entry| entry.committed_delta_pence)], [0; 3]);
        // Nobody has to ask again: the yes and the spending go on in the new year.
        does(&gethin, DECIDE, json!({ "spendId": asked, "answer": { "authorise": {} } })).await;
        does(&mari, RECORD_SPENT, json!({ "spendId": asked })).await;
        does(&mari, RECORD_SPENT, json!({ "spendId": set_aside, "amount": "9.00" })).await;
        assert_eq!(counters(council, new).await, [105_000, 0, 0, 0, 4_900]);
        assert_eq!(counters(council, old).await, [500, 0, 0, 0, 500]);
    }

    async fn on_the_last_of_march_the_old_year_pays_until_midnight_and_the_new_one_after(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let old = of_team(council, &mari).await;
        // The clocks have gone forward by then, so local midnight is at 23:00 in UTC.
        let midnight = now_in(council, old).await.period_end.and_hms_opt(23, 0, 0).unwrap().and_utc();
        let a_minute = TimeDelta::minutes(1);

        assert_eq!(pays_at(council, &mari, midnight - a_minute).await, Some(old));
        assert_eq!(pays_at(council, &mari, midnight).await, None);
        let new = opens(council, old, "1000.00").await;
        assert_eq!(pays_at(council, &mari, midnight - a_minute).await, Some(old));
        assert_eq!(pays_at(council, &mari, midnight).await, Some(new));
        let row = now_in(council, new).await;
        assert_eq!((row.period_start, row.period_end), ((midnight + a_minute).date_naive() + chrono::Days::new(1), now_in(council, old).await.period_end + Months::new(12)));
    }

    async fn what_is_unspent_is_carried_forward_where_that_is_chosen(council: &Council) {
        let nia = council.person("nia.talfan").await;
        let (_, old) = of_hub(council, "Library").await;
        a_year_passes(council, old).await;
        assert_eq!(refused(&nia, CLOSE, ending(old, "CARRY_FORWARD")).await, "NO_SUCCESSOR");
        let new = opens(council, old, "100.00").await;

        let closed = does(&nia, CLOSE, ending(old, "CARRY_FORWARD")).await["budget"]["closing"].clone();

        assert_eq!((&closed["carriedUnspent"]["amount"], &closed["lapsed"]["amount"]), (&json!("3000.00"), &json!("0.00")));
        assert_eq!(counters(council, old).await, [0; 5]);
        assert_eq!(counters(council, new).await, [310_000, 0, 0, 0, 0]);
    }

    async fn nothing_moves_on_a_closed_budget(council: &Council) {
        let (mari, gethin, nia) = (council.person("mari.prydderch").await, council.person("gethin.bowmer").await, council.person("nia.talfan").await);
        let old = of_team(council, &mari).await;
        let shoes = mari.requests_spend(json!({ "unitPrice": "20.00", "timing": "AFTER" })).await["spend"]["id"].clone();
        a_year_passes(council, old).await;
        let new = opens(council, old, "1000.00").await;
        does(&nia, CLOSE, ending(old, "LAPSE")).await;
        let ended = now_in(council, old).await;

        assert_eq!(refused(&nia, CLOSE, ending(old, "LAPSE")).await, "BUDGET_CLOSED");
        assert_eq!(refused(&nia, MODE, json!({ "budgetId": old.to_string(), "mode": "WARN", "tolerance": "1.00", "reason": "Late" })).await, "BUDGET_CLOSED");
        assert_eq!(refused(&gethin, MOVE, from_to(old, new, "1.00")).await, "BUDGET_CLOSED");
        let step = busfare::rules::budget::Step::allocate(Money::from_pence(1));
        let txn = council.state.db.begin().await.unwrap();
        assert!(!store::budget::apply(&txn, old, SpendId(uuid::Uuid::nil()), step, busfare::http::clock::now()).await.unwrap());
        assert!(txn.execute_unprepared("UPDATE budget SET reserved_pence = 1, allocated_pence = allocated_pence + 1 WHERE closed_at IS NOT NULL").await.is_err());
        drop(txn);

        // What was bought last year and comes back now goes into this year, and says so.
        let back = does(&mari, REFUND, json!({ "spendId": shoes, "amount": "8.00" })).await["spend"].clone();
        assert_eq!((&back["money"], &back["refunds"][0]["intoSuccessor"], &back["refunds"][0]["budget"]["id"]), (&json!("PART_REFUNDED"), &json!(true), &json!(new.to_string())));
        assert_eq!(now_in(council, old).await, ended);
        assert_eq!(counters(council, new).await, [100_800, 0, 0, 0, 0]);
    }

    async fn who_may_open_and_close_a_year(council: &Council) {
        let people = ["mari.prydderch", "gethin.bowmer", "nia.talfan", "iwan.tegid"];
        let head = council.person("angharad.celyn").await;
        let old = of_team(council, &council.person("mari.prydderch").await).await;
        let next = json!({ "afterBudgetId": old.to_string(), "allocated": "1000.00", "name": "Section 17: the East, next year" });
        for who in people { assert_eq!(refused(&council.person(who).await, OPEN, next.clone()).await, "NOT_YOUR_SAY", "{who}"); }
        let opened = does(&head, OPEN, next.clone()).await["budget"].clone();
        assert_eq!((&opened["name"], &opened["allocated"]["amount"], &opened["fund"], &opened["mode"]), (&json!("Section 17: the East, next year"), &json!("1000.00"), &json!("SECTION_17"), &json!("STOP")));
        assert_eq!(refused(&head, OPEN, next).await, "PERIOD_TAKEN");
        a_year_passes(council, old).await;
        for (who, code) in people.into_iter().zip(["NOT_YOUR_SAY", "NOT_YOUR_SAY", "-", "NOT_YOUR_BUDGET"]) {
            if code != "-" { assert_eq!(refused(&council.person(who).await, CLOSE, ending(old, "LAPSE")).await, code, "{who}"); }
        }
        assert_eq!(does(&head, CLOSE, ending(old, "LAPSE")).await["budget"]["closing"]["covers"], "ORGANISATION");
    }

    async fn a_year_opened_by_many_at_once_is_one_and_closed_by_many_is_closed_once(council: &Council) {
        let (head, nia) = (council.person("angharad.celyn").await, council.person("nia.talfan").await);
        let old = of_team(council, &nia).await;
        a_year_passes(council, old).await;
        let opened = join_all((0..8).map(|_| does(&head, OPEN, json!({ "afterBudgetId": old.to_string(), "allocated": "1000.00" })))).await;
        assert_eq!(opened.iter().filter(|answer| answer["userErrors"] == json!([])).count(), 1, "{opened:?}");

        let people = [&head, &nia];
        let closed = join_all((0..8).map(|place| does(people[place % 2], CLOSE, ending(old, "CARRY_FORWARD")))).await;
        let codes: Vec<_> = closed.iter().filter_map(|answer| answer["userErrors"][0]["code"].as_str()).collect();
        assert_eq!(codes, vec!["BUDGET_CLOSED"; 7]);
    }

    async fn spending_and_taking_back_while_the_year_is_closed_lose_nothing(council: &Council) {
        let (mari, gethin, nia) = (council.person("mari.prydderch").await, council.person("gethin.bowmer").await, council.person("nia.talfan").await);
        let old = of_team(council, &mari).await;
        let mut own = Vec::new();
        for _ in 0..10 { own.push(asks(&mari, "3.00").await); }
        let mut asked = Vec::new();
        for _ in 0..6 { asked.push(asks(&mari, "31.00").await); }
        a_year_passes(council, old).await;
        let new = opens(council, old, "1000.00").await;

        let spent = join_all(own[..5].iter().map(|spend| does(&mari, RECORD_SPENT, json!({ "spendId": spend }))));
        let back = join_all(own[5..].iter().map(|spend| does(&mari, WITHDRAW, json!({ "spendId": spend }))));
        let decided = join_all(asked.iter().map(|spend| does(&gethin, DECIDE, json!({ "spendId": spend, "answer": { "decline": { "reason": "CHEAPER_WAY" } } }))));
        let (spent, back, decided, closed) = tokio::join!(spent, back, decided, does(&nia, CLOSE, ending(old, "LAPSE")));

        assert_eq!(closed["userErrors"], json!([]), "{closed:#}");
        for answer in spent.iter().chain(&back).chain(&decided) { assert_eq!(answer["userErrors"], json!([]), "{answer:#}"); }
        let (old, new) = (counters(council, old).await, counters(council, new).await);
        assert_eq!((old[2], old[3], new[2], new[3]), (0, 0, 0, 0));
        assert_eq!(old[4] + new[4], 1_500);
        assert_eq!(old[0], old[4], "what is left of the old year is what was spent in it");
    }
}
