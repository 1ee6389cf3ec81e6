//! Races: several people close, export and spend at the same moment, and every penny is in one place.

use std::collections::{BTreeMap, BTreeSet};

use busfare_entity::{budget_entry, export_batch, export_line, month_close};
use futures_util::future::join_all;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};

use super::{CLOSE, EXPORT, bought, here_since, pence, rows, today};
use crate::{
    council::{Council, Person, on_both},
    ledger::counters_are_the_sum_of_entries,
    verbs::{RECORD_SPENT, does, with_key},
};

/// A phone that is told to come back comes back, with the same key.
async fn sends(person: &Person<'_>, verb: &str, input: Value) -> Value {
    let input = with_key(input);
    for _ in 0..20 {
        let answer = person.sends(verb, json!({ "input": input })).await;
        if answer.get("errors").is_none() {
            return answer["data"]["it"].clone();
        }
        assert_eq!(answer["errors"][0]["extensions"]["code"], "THROTTLED", "{answer:#}");
    }
    panic!("told to come back twenty times");
}

on_both! {
    async fn exports_made_at_once_have_every_entry_once_and_numbers_without_gaps(council: &Council) {
        let names = ["gethin.bowmer", "nia.talfan", "rosa.benbow", "iwan.tegid"];
        let keepers = join_all(names.iter().map(|name| council.person(name))).await;
        let (mari, elin) = (council.person("mari.prydderch").await, council.person("elin.caradog").await);
        for round in 0..5 {
            for spender in [&mari, &elin] {
                bought(council, spender, 100 + round, "2026-01-10T08:00:00Z", None).await;
            }
            let asked = join_all((0..4).map(|_| mari.requests_spend(json!({ "unitPrice": "2.00" })))).await;
            let spending = join_all(asked.iter().map(|asked| sends(&mari, RECORD_SPENT, json!({ "spendId": asked["spend"]["id"] }))));
            let exporting = join_all(keepers.iter().map(|keeper| sends(keeper, EXPORT, json!({ "upTo": today() }))));

            let (spent, exported) = tokio::join!(spending, exporting);

            assert!(spent.iter().all(|answer| answer["userErrors"] == json!([])), "{spent:#?}");
            assert!(exported.iter().all(|answer| answer["userErrors"] == json!([]) || answer["userErrors"][0]["code"] == "NOTHING_TO_EXPORT"), "{exported:#?}");
            assert!(exported.iter().any(|answer| answer["batch"].is_object()));
        }
        does(&keepers[0], EXPORT, json!({ "upTo": today() })).await;

        let reader = council.state.db.reader();
        let settled = budget_entry::Entity::find().filter(budget_entry::Column::SettledDeltaPence.ne(0)).all(reader).await.unwrap();
        let lines = export_line::Entity::find().all(reader).await.unwrap();
        let ids = |all: Vec<_>| all.into_iter().collect::<BTreeSet<_>>();
        assert_eq!(ids(settled.iter().map(|entry| entry.id).collect()), ids(lines.iter().map(|line| line.entry_id).collect()));
        let batches = export_batch::Entity::find().all(reader).await.unwrap();
        let mut numbers: Vec<_> = batches.iter().map(|batch| batch.number).collect();
        numbers.sort_unstable();
        assert_eq!(numbers, (1..=i64::try_from(batches.len()).unwrap()).collect::<Vec<_>>());
        let mut pence_in = BTreeMap::new();
        for line in &lines { *pence_in.entry(line.batch_id).or_insert(0) += line.amount_pence; }
        for batch in &batches {
            let file = keepers[0].gets(&format!("/exports/{}", batch.id)).await.bytes().await.unwrap();
            let rows = rows(&file);
            assert_eq!((i64::try_from(rows.len()).unwrap(), rows.iter().map(|row| pence(&row[7])).sum::<i64>()), (batch.line_count, batch.total_pence));
            assert_eq!(pence_in[&batch.id], batch.total_pence);
        }
        counters_are_the_sum_of_entries(council).await;
    }

    async fn a_month_that_several_people_close_at_once_closes_once(council: &Council) {
        here_since(council, "2025-01-01").await;
        let names = ["gethin.bowmer", "nia.talfan", "rosa.benbow", "iwan.tegid"];
        let keepers = join_all(names.iter().map(|name| council.person(name))).await;
        let mari = council.person("mari.prydderch").await;
        for month in 1..=8 {
            let cash = Some(busfare_entity::words::PaymentMethod::HubCash);
            bought(council, &mari, 100 + month, &format!("2025-{month:02}-03T08:00:00Z"), cash).await;
            let close = || json!({ "month": format!("2025-{month:02}-01") });

            let answers = join_all(keepers.iter().cycle().take(8).map(|keeper| sends(keeper, CLOSE, close()))).await;

            let closed: Vec<_> = answers.iter().filter(|answer| answer["close"].is_object()).collect();
            assert_eq!(closed.len(), 1, "{answers:#?}");
            assert_eq!((&closed[0]["close"]["number"], pence(closed[0]["close"]["ledger"]["amount"].as_str().unwrap())), (&json!(month), 100 + month));
            assert_eq!(answers.iter().filter(|answer| answer["userErrors"][0]["code"] == "MONTH_CLOSED").count(), 7, "{answers:#?}");
        }
        let closes = month_close::Entity::find().all(council.state.db.reader()).await.unwrap();
        assert!(closes.iter().all(|close| close.ledger_pence == close.statement_pence + close.difference_pence && close.ledger_lines == 1));
    }
}
