//! Many phones at the same moment: the last pounds of an allowance are honoured once.

use std::sync::Arc;

use busfare::{http::clock, work::allowances};
use chrono::TimeDelta;
use futures_util::future::join_all;
use serde_json::{Value, json};
use tokio::sync::Barrier;

use super::{DRAW, RETURN, SYNC, draws, fare, nothing_is_lost, outcomes, row};
use crate::{
    council::{Council, Person, key, on_both},
    postgres::setting,
};

/// Each round takes a pound of her week, and sixteen phones share what one caller may cost.
const MOST_ROUNDS: usize = 5;

fn rounds() -> usize {
    setting("BUSFARE_RACE_ROUNDS").and_then(|rounds| rounds.parse().ok()).unwrap_or(MOST_ROUNDS).min(MOST_ROUNDS)
}

/// A phone that is told to come back comes back, with the same key.
async fn sends(person: &Person<'_>, document: &str, input: Value) -> Value {
    for _ in 0..50 {
        let answer = person.sends(document, json!({ "input": input })).await;
        if answer.get("errors").is_none() {
            return answer["data"]["it"].clone();
        }
        let words = answer["errors"][0].to_string();
        assert!(words.contains("THROTTLED") || words.contains("same idempotency key"), "{words}");
    }
    panic!("told to come back fifty times");
}

on_both! {
    async fn sixteen_phones_bring_home_the_last_pound_at_once_and_it_is_honoured_once(council: &Council) {
        let phones = join_all((0..16).map(|_| council.person("mari.prydderch"))).await;
        for round in 0..rounds() {
            let drawn = draws(&phones[0], "1.00").await;
            let spends = join_all((0..16).map(|_| fare(council, &drawn, "0.10"))).await;
            let (start, shared) = (Arc::new(Barrier::new(16)), &spends[0]);

            let answers = join_all(phones.iter().zip(&spends).map(|(phone, spend)| {
                let start = Arc::clone(&start);
                async move {
                    start.wait().await;
                    // Each brings its own, and one that another phone brings too.
                    sends(phone, SYNC, json!({ "idempotencyKey": key(), "spends": [spend, shared] })).await
                }
            })).await;

            let own: Vec<_> = answers.iter().map(|answer| answer["results"][0].clone()).collect();
            let honoured = outcomes(&own).into_iter().filter(|outcome| *outcome == "HONOURED").count();
            let asked = outcomes(&own).into_iter().filter(|outcome| *outcome == "ASKED").count();
            assert_eq!((honoured, asked), (10, 6), "round {round}: {answers:?}");
            let shared: Vec<_> = answers.iter().map(|answer| answer["results"][1]["outcome"].clone()).collect();
            assert!(shared.iter().all(|outcome| *outcome == own[0]["outcome"]), "round {round}: {shared:?}");
            let row = row(council, &drawn["id"]).await;
            assert_eq!((row.honoured_pence, row.returned_pence), (100, 0));
        }
        nothing_is_lost(council).await;
    }

    async fn coming_home_returning_and_giving_back_at_once_lose_no_penny(council: &Council) {
        let phones = join_all((0..4).map(|_| council.person("mari.prydderch"))).await;
        for _ in 0..rounds().min(20) {
            let drawn = draws(&phones[0], "1.00").await;
            let spends = join_all((0..4).map(|_| fare(council, &drawn, "0.20"))).await;
            let home = join_all(phones.iter().zip(&spends).map(|(phone, spend)| {
                sends(phone, SYNC, json!({ "idempotencyKey": key(), "spends": [spend] }))
            }));
            let back = sends(&phones[1], RETURN, json!({ "idempotencyKey": key(), "allowanceId": drawn["id"] }));
            let job = allowances::give_back(&council.state.db, clock::now() + TimeDelta::hours(97));

            let (home, _, job) = tokio::join!(home, back, job);

            job.unwrap();
            let row = row(council, &drawn["id"]).await;
            let honoured = home.iter().filter(|answer| answer["results"][0]["outcome"] == "HONOURED").count();
            assert_eq!(row.honoured_pence, 20 * i64::try_from(honoured).unwrap());
            assert_eq!(row.honoured_pence + row.returned_pence, 100);
        }
        nothing_is_lost(council).await;
    }

    async fn one_phone_that_draws_sixteen_times_at_once_holds_one(council: &Council) {
        let mari = council.person("mari.prydderch").await;

        let answers = join_all((0..16).map(|_| {
            sends(&mari, DRAW, json!({ "idempotencyKey": key(), "fund": "SECTION_17", "amount": "5.00" }))
        })).await;

        assert_eq!(answers.iter().filter(|answer| answer["userErrors"] == json!([])).count(), 1, "{answers:?}");
        assert_eq!(answers.iter().filter(|answer| answer["userErrors"][0]["code"] == "ALLOWANCE_OPEN").count(), 15);
        nothing_is_lost(council).await;
    }

    async fn sixteen_phones_that_draw_at_once_draw_no_more_than_her_week(council: &Council) {
        let phones = join_all((0..16).map(|_| council.person("mari.prydderch"))).await;

        let answers = join_all(phones.iter().map(|phone| {
            sends(phone, DRAW, json!({ "idempotencyKey": key(), "fund": "SECTION_17", "amount": "15.00" }))
        })).await;

        assert_eq!(answers.iter().filter(|answer| answer["userErrors"] == json!([])).count(), 6, "{answers:?}");
        assert_eq!(answers.iter().filter(|answer| answer["userErrors"][0]["code"] == "ABOVE_YOUR_SAY").count(), 10);
        nothing_is_lost(council).await;
    }
}
