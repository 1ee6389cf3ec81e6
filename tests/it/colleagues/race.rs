//! Everybody at once: one open ask, one outcome, and the budget is the sum of its entries.

use busfare::{http::clock, work::asks::follow_up};
use busfare_entity::{
    ask,
    words::{AskState, Role},
};
use futures_util::future::join_all;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::{Value, json};

use super::{asks, hires, reaches_everybody, sees};
use crate::{
    council::{Council, Person, key, on_both},
    ledger::counters_are_the_sum_of_entries,
    postgres::setting,
    verbs::{CHANGE, DECIDE, END_ABSENCE, NOTE_ABSENCE, QUESTION, TAKE, WITHDRAW},
};

/// How often a race is run: a few times here, more where somebody says so.
fn rounds() -> usize {
    setting("BUSFARE_RACE_ROUNDS").and_then(|rounds| rounds.parse().ok()).unwrap_or(40).min(40)
}

/// A phone that is told to come back comes back, with the same key.
async fn taps(person: &Person<'_>, verb: &str, mut input: Value) -> String {
    input["idempotencyKey"] = key().into();
    for _ in 0..20 {
        let answer = person.sends(verb, json!({ "input": input })).await;
        if answer.get("errors").is_none() {
            return answer["data"]["it"]["userErrors"][0]["code"].as_str().unwrap_or("-").to_owned();
        }
        let words = answer["errors"][0].to_string();
        assert!(words.contains("THROTTLED") || words.contains("same idempotency key"), "{words}");
    }
    panic!("told to come back twenty times");
}

async fn open_asks(council: &Council) -> u64 {
    let open = ask::Entity::find().filter(ask::Column::State.eq(AskState::Open));
    open.count(council.state.db.reader()).await.unwrap()
}

on_both! {
    async fn sixteen_colleagues_take_one_ask_and_one_of_them_has_it(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let names = hires(council, &mari, Role::Senior, 16).await;
        let seniors = join_all(names.iter().map(|name| council.person(name))).await;
        for _ in 0..rounds().min(5) {
            let spend = asks(&mari, "40.00").await;
            let ask = sees(&mari, &spend).await["ask"]["id"].clone();

            let codes = join_all(seniors.iter().map(|senior| taps(senior, TAKE, json!({ "askId": ask })))).await;

            assert_eq!(codes.iter().filter(|code| *code == "-").count(), 1, "{codes:?}");
            assert_eq!(codes.iter().filter(|code| *code == "ALREADY_TAKEN").count(), 15, "{codes:?}");
            assert_eq!(open_asks(council).await, 1);
            assert_eq!(taps(&mari, WITHDRAW, json!({ "spendId": spend["id"] })).await, "-");
        }
    }

    async fn deciding_taking_moving_raising_and_taking_back_at_once_leave_one_outcome(council: &Council) {
        reaches_everybody(council, Role::Enabler).await;
        let (mari, gethin, nia, rosa) = (council.person("mari.prydderch").await, council.person("gethin.bowmer").await,
            council.person("nia.talfan").await, council.person("rosa.benbow").await);
        for round in 0..rounds() {
            let spend = asks(&mari, "31.00").await;
            let ask = sees(&mari, &spend).await["ask"]["id"].clone();
            let that = || json!({ "spendId": spend["id"] });
            let answer = |answer: Value| json!({ "spendId": spend["id"], "answer": answer });
            let take_back = async { if round % 3 == 0 { taps(&mari, WITHDRAW, that()).await } else { "-".to_owned() } };

            let (yes, no, taken, away, raised, asked, back) = tokio::join!(
                taps(&gethin, DECIDE, answer(json!({ "authorise": {} }))),
                taps(&gethin, DECIDE, answer(json!({ "decline": { "reason": "CHEAPER_WAY" } }))),
                taps(&nia, TAKE, json!({ "askId": ask })),
                taps(&gethin, NOTE_ABSENCE, json!({ "deputyId": rosa.row().id.to_string() })),
                taps(&mari, CHANGE, json!({ "spendId": spend["id"], "unitPrice": "45.00" })),
                taps(&gethin, QUESTION, json!({ "spendId": spend["id"], "words": "Why?" })),
                take_back,
            );
            follow_up(&council.state.db, clock::now()).await.unwrap();

            let codes = [&yes, &no, &taken, &away, &raised, &asked, &back];
            assert!([&yes, &no].iter().filter(|code| **code == "-").count() <= 1, "{codes:?}");
            for (code, allowed) in [
                (&yes, ["-", "ALREADY_DECIDED", "NOT_ASKED_OF_YOU"].as_slice()),
                (&no, &["-", "ALREADY_DECIDED", "NOT_ASKED_OF_YOU"]),
                (&taken, &["-", "ALREADY_DECIDED", "ALREADY_TAKEN"]),
                (&away, &["-"]),
                (&raised, &["-", "ALREADY_DECIDED"]),
                (&asked, &["-", "ALREADY_DECIDED", "NOT_ASKED_OF_YOU"]),
                (&back, &["-", "ALREADY_DECIDED"]),
            ] {
                assert!(allowed.contains(&code.as_str()), "round {round}: {codes:?}");
            }
            // The spend and everything that raises it wait for one colleague each, or for nobody.
            let seen = sees(&mari, &spend).await;
            let waits = [&seen["decision"], &seen["raisedBy"][0]["decision"]].into_iter().filter(|decision| **decision == "ASKED" || **decision == "QUESTION").count();
            assert_eq!(open_asks(council).await, u64::try_from(waits).unwrap(), "round {round}: {seen:#} {codes:?}");
            let open: Vec<_> = seen["asks"].as_array().unwrap().iter().filter(|ask| ask["state"] == "OPEN").collect();
            assert!(open.len() <= 1, "{seen:#}");
            counters_are_the_sum_of_entries(council).await;

            taps(&mari, WITHDRAW, that()).await;
            let absences = gethin.good("{ absences { id practitioner { name } } }", json!({})).await;
            for absence in absences["absences"].as_array().unwrap() {
                taps(&gethin, END_ABSENCE, json!({ "absenceId": absence["id"] })).await;
            }
        }
        assert_eq!(open_asks(council).await, 0);
        let budgets = mari.good("{ viewer { budgets { reserved { amount } committed { amount } } } }", json!({})).await;
        for budget in budgets["viewer"]["budgets"].as_array().unwrap() {
            assert_eq!(*budget, json!({ "reserved": { "amount": "0.00" }, "committed": { "amount": "0.00" } }));
        }
    }
}
