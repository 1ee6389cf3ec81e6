//! Stories of money that moves: between budgets, back from a shop, back by itself, over the edge, and into the next year.

use busfare_entity::{
    budget, hub,
    words::{BudgetId, Fund},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::{Value, json};

use crate::{
    council::{Council, Person},
    ledger::counters_are_the_sum_of_entries,
    verbs::{MOVE, REQUEST, does},
};

mod expiry;
mod modes;
mod refunds;
mod virements;
mod year_end;

/// A budget as it is now.
async fn now_in(council: &Council, id: BudgetId) -> budget::Model {
    budget::Entity::find_by_id(id).one(council.state.db.reader()).await.unwrap().unwrap()
}

/// Allocated, over-run, reserved, committed, settled, in pence. They are the sum of their entries whenever somebody looks.
async fn counters(council: &Council, id: BudgetId) -> [i64; 5] {
    counters_are_the_sum_of_entries(council).await;
    let row = now_in(council, id).await;
    [row.allocated_pence, row.overrun_pence, row.reserved_pence, row.committed_pence, row.settled_pence]
}

/// The oldest section 17 budget of somebody's team.
async fn of_team(council: &Council, person: &Person<'_>) -> BudgetId {
    let team = budget::Entity::find()
        .filter(budget::Column::Fund.eq(Fund::Section17))
        .filter(budget::Column::TeamId.eq(person.row().team_id))
        .order_by_asc(budget::Column::PeriodStart);
    team.one(council.state.db.reader()).await.unwrap().unwrap().id
}

/// The hub with this in its name, and its budget.
async fn of_hub(council: &Council, name: &str) -> (String, BudgetId) {
    let reader = council.state.db.reader();
    let hub = hub::Entity::find().filter(hub::Column::Name.contains(name)).one(reader).await.unwrap().unwrap();
    let budget = budget::Entity::find().filter(budget::Column::HubId.eq(hub.id)).one(reader).await.unwrap().unwrap();
    (hub.id.to_string(), budget.id)
}

/// The input that moves an amount.
fn from_to(from: BudgetId, to: BudgetId, amount: &str) -> Value {
    json!({ "fromBudgetId": from.to_string(), "toBudgetId": to.to_string(), "amount": amount, "reason": "Winter coats" })
}

/// The library's hub and its budget, of which everything but £20 was moved to the team of the East.
async fn twenty_pounds_in_the_library(council: &Council) -> (String, BudgetId) {
    let nia = council.person("nia.talfan").await;
    let (hub, budget) = of_hub(council, "Library").await;
    let moved = does(&nia, MOVE, from_to(budget, of_team(council, &nia).await, "2980.00")).await;
    assert_eq!(moved["userErrors"], json!([]), "{moved:#}");
    (hub, budget)
}

/// Asks for tea at a hub; gives the whole answer.
async fn asks_for_tea(person: &Person<'_>, council: &Council, hub: &str, price: &str) -> Value {
    let purpose = council.purpose("hub-refreshments").await.to_string();
    does(person, REQUEST, json!({ "purposeId": purpose, "unitPrice": price, "hubId": hub })).await
}
