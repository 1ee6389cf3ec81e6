//! Stories of emergencies: it could not wait, so it did not; one senior is told, and everybody may learn from it.

use busfare::{http::clock, store};
use busfare_entity::{
    budget, delegation, practitioner,
    words::{BudgetMode, Fund, Role},
};
use sea_orm::{ColumnTrait, EntityTrait, ExprTrait, QueryFilter, sea_query::Expr};
use serde_json::{Value, json};

use crate::{
    council::{Council, Person},
    verbs::{EMERGENCY, does},
};

mod afterwards;
mod at_once;
mod many;

/// Says how much each role may spend at once: £100, £200 and £500.
async fn ceilings(council: &Council) {
    let txn = council.state.db.begin().await.unwrap();
    for (role, pence) in [(Role::Practitioner, 10_000), (Role::Enabler, 20_000), (Role::Senior, 50_000)] {
        delegation::Entity::update_many()
            .col_expr(delegation::Column::BreakGlassPence, Expr::value(Some(pence)))
            .filter(delegation::Column::GranteeRole.eq(role))
            .exec(&txn)
            .await
            .unwrap();
    }
    txn.commit().await.unwrap();
}

/// Spends this much at once.
async fn cannot_wait(person: &Person<'_>, council: &Council, price: &str) -> Value {
    let purpose = council.purpose("food-shop").await.to_string();
    let input = json!({ "purposeId": purpose, "unitPrice": price, "sentence": "No food until Monday" });
    let answer = does(person, EMERGENCY, input).await;
    assert_eq!(answer["userErrors"], json!([]), "{price}: {answer:#}");
    answer["spend"].clone()
}

/// The budgets for emergencies, in the order they are used.
async fn reserves(council: &Council) -> Vec<budget::Model> {
    let rows = budget::Entity::find().filter(budget::Column::Fund.eq(Fund::Contingency));
    let mut rows = rows.all(council.state.db.reader()).await.unwrap();
    rows.sort_by_key(|row| row.id);
    rows
}

/// Closes every budget for emergencies, as at the end of a year.
async fn closes_reserves(council: &Council) {
    let txn = council.state.db.begin().await.unwrap();
    let closed = budget::Entity::update_many().col_expr(budget::Column::ClosedAt, Expr::value(Some(clock::now())));
    closed.filter(budget::Column::Fund.eq(Fund::Contingency)).exec(&txn).await.unwrap();
    txn.commit().await.unwrap();
}

/// Leaves a budget for emergencies with nothing in it, which may not run over by more than this.
async fn empties_reserves(council: &Council, tolerance: i64) {
    let template = reserves(council).await.remove(0);
    closes_reserves(council).await;
    let row = budget::Model {
        id: store::mint::id(),
        name: "Empty".into(),
        mode: BudgetMode::Warn,
        tolerance_pence: tolerance,
        allocated_pence: 0,
        ..template
    };
    let txn = council.state.db.begin().await.unwrap();
    store::budget::open(&txn, row, clock::now()).await.unwrap();
    txn.commit().await.unwrap();
}

/// Leaves the team's budget with nothing, and everybody else out of the office except these.
async fn everybody_has_left_except(council: &Council, names: &[&str]) {
    let emails: Vec<_> = names.iter().map(|name| format!("{name}@caerfelin.example")).collect();
    let txn = council.state.db.begin().await.unwrap();
    let leaves = practitioner::Entity::update_many().col_expr(practitioner::Column::Active, Expr::value(false));
    leaves.filter(practitioner::Column::Email.is_not_in(emails)).exec(&txn).await.unwrap();
    let empty = Expr::col(budget::Column::ReservedPence)
        .add(Expr::col(budget::Column::CommittedPence))
        .add(Expr::col(budget::Column::SettledPence));
    let emptied = budget::Entity::update_many().col_expr(budget::Column::AllocatedPence, empty);
    emptied.filter(budget::Column::Fund.ne(Fund::Contingency)).exec(&txn).await.unwrap();
    txn.commit().await.unwrap();
}
