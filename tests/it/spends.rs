//! Stories of asking and deciding: the nearest decision, made once, by somebody whose say it is.

use busfare_entity::{budget, words::Fund};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use serde_json::{Value, json};

use crate::{
    council::{Council, Person},
    verbs::{REQUEST, does},
};

mod again;
mod nearest;
mod preview;
mod scheme;
mod steps;

/// Asks for a bus fare of this price, and gives the spend.
async fn asks(person: &Person<'_>, council: &Council, price: &str) -> Value {
    let answer = does(
        person,
        REQUEST,
        json!({ "purposeId": council.purpose("bus-fare").await.to_string(), "unitPrice": price }),
    )
    .await;
    assert_eq!(answer["userErrors"], json!([]), "{price}: {answer:#}");
    answer["spend"].clone()
}

/// The counters of the budget of a team, in pence: allocated, reserved, committed, settled.
async fn counters(council: &Council, person: &Person<'_>) -> (i64, i64, i64, i64) {
    let row = of_team(person).one(council.state.db.reader()).await.unwrap().unwrap();
    (row.allocated_pence, row.reserved_pence, row.committed_pence, row.settled_pence)
}

fn of_team(person: &Person<'_>) -> sea_orm::Select<budget::Entity> {
    budget::Entity::find()
        .filter(budget::Column::Fund.eq(Fund::Section17))
        .filter(budget::Column::TeamId.eq(person.row().team_id))
}

/// Leaves a team's budget with this much, as if the rest had been spent long ago.
async fn leaves_in_budget(council: &Council, person: &Person<'_>, pence: i64) {
    let row = of_team(person).one(council.state.db.reader()).await.unwrap().unwrap();
    let txn = council.state.db.begin().await.unwrap();
    let all = row.reserved_pence + row.committed_pence + row.settled_pence + pence;
    let moved = budget::Entity::update_many().col_expr(budget::Column::AllocatedPence, Expr::value(all));
    moved.filter(budget::Column::Id.eq(row.id)).exec(&txn).await.unwrap();
    txn.commit().await.unwrap();
}
