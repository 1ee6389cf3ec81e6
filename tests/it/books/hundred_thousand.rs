//! A hundred thousand lines in one export. It takes a while to make them, so it is told on request:
//! `cargo test --release --test it hundred_thousand -- --ignored --nocapture`.

use busfare::{
    rules::{budget::Step, money::Money},
    store,
};
use busfare_entity::{
    budget, budget_entry, spend,
    words::{BudgetMovement, SpendId},
};
use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, sea_query::Expr};
use serde_json::json;
use std::time::Instant;

use super::{EXPORT, bought, pence, rows, today};
use crate::{council::Council, verbs::does};

const LINES: i64 = 100_000;

/// As many purchases as one export takes, by copies of one.
async fn many(council: &Council) {
    let mari = council.person("mari.prydderch").await;
    let first = bought(council, &mari, 115, "2026-01-10T08:00:00Z", None).await;
    let reader = council.state.db.reader();
    let one = spend::Entity::find_by_id(first).one(reader).await.unwrap().unwrap();
    let txn = council.state.db.begin().await.unwrap();
    let settle =
        Step { movement: BudgetMovement::Settle, allocated: 0, overrun: 0, reserved: 0, committed: 0, settled: 115 };
    for thousand in 0..LINES / 1_000 {
        let size = if thousand == 0 { 999 } else { 1_000 };
        let copies: Vec<_> =
            (0..size).map(|_| spend::Model { id: store::mint::id::<SpendId>(), ..one.clone() }).collect();
        let entries = copies.iter().map(|copy| budget_entry::Model {
            id: store::mint::id(),
            budget_id: one.budget_id,
            spend_id: Some(copy.id),
            allowance_id: None,
            virement_id: None,
            movement: settle.movement,
            allocated_delta_pence: 0,
            overrun_delta_pence: 0,
            reserved_delta_pence: 0,
            committed_delta_pence: 0,
            settled_delta_pence: settle.settled,
            at: one.requested_at,
        });
        budget_entry::Entity::insert_many(entries.map(IntoActiveModel::into_active_model))
            .exec_without_returning(&txn)
            .await
            .unwrap();
        spend::Entity::insert_many(copies.into_iter().map(IntoActiveModel::into_active_model))
            .exec_without_returning(&txn)
            .await
            .unwrap();
    }
    let all = Money::from_pence(115 * LINES).pence();
    budget::Entity::update_many()
        .col_expr(budget::Column::AllocatedPence, Expr::value(all))
        .col_expr(budget::Column::SettledPence, Expr::value(all))
        .filter(budget::Column::Id.eq(one.budget_id))
        .exec(&txn)
        .await
        .unwrap();
    txn.commit().await.unwrap();
}

async fn told(council: &Council, place: &str) {
    many(council).await;
    let gethin = council.person("gethin.bowmer").await;

    let began = Instant::now();
    let answer = does(&gethin, EXPORT, json!({ "upTo": today() })).await;
    let exported = began.elapsed();
    let batch = &answer["batch"];
    let file = gethin.gets(batch["downloadUrl"].as_str().unwrap()).await.bytes().await.unwrap();
    let downloaded = began.elapsed() - exported;

    let rows = rows(&file);
    assert_eq!(i64::try_from(rows.len()).unwrap(), LINES, "{answer:#}");
    assert_eq!(rows.iter().map(|row| pence(&row[7])).sum::<i64>(), 115 * LINES);
    println!("{place}: {LINES} lines exported in {exported:.2?}, {} bytes downloaded in {downloaded:.2?}", file.len());
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "it measures, and takes a while"]
async fn a_hundred_thousand_lines_on_sqlite() {
    let council = Council::on_sqlite().await;
    told(&council, "SQLite").await;
    council.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "it measures, and takes a while"]
async fn a_hundred_thousand_lines_on_postgres() {
    let Some(council) = Council::on_postgres().await else { return };
    told(&council, "PostgreSQL").await;
    council.close().await;
}
