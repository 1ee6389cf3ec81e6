//! Stories of colleagues: who is near, who is away, what they write to each other, and what changes meanwhile.

use busfare::{http::clock, store};
use busfare_entity::{
    practitioner,
    words::{Role, TeamKind},
};
use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel, QueryFilter, sea_query::Expr};
use serde_json::{Value, json};

use crate::{
    council::{Council, Person},
    verbs::{NOTE_ABSENCE, does},
};

mod away;
mod bad;
mod change;
mod duty;
mod race;
mod thread;
mod tokens;

/// Asks for a bus fare of this price, and gives the spend.
async fn asks(person: &Person<'_>, price: &str) -> Value {
    let answer = person.requests_spend(json!({ "unitPrice": price })).await;
    assert_eq!(answer["userErrors"], json!([]), "{price}: {answer:#}");
    answer["spend"].clone()
}

/// A spend as somebody sees it now.
async fn sees(person: &Person<'_>, spend: &Value) -> Value {
    let document = "query($id: ID!) { node(id: $id) { ... on Spend { id decision money total { amount } authorised { amount } authorisedInAll { amount }
        breakGlassOffered actionToken ask { id state why asked { name } } asks { state why asked { name } } raisedBy { id decision } thread { kind words author { name } }
        viewerCan { decide { allowed reason } take { allowed reason } change { allowed reason } askQuestion { allowed } answerQuestion { allowed } repeat { allowed } } } } }";
    person.good(document, json!({ "id": spend["id"] })).await["node"].clone()
}

/// Whom a spend waits for, and why.
async fn waits_for(person: &Person<'_>, spend: &Value) -> (String, String) {
    let ask = sees(person, spend).await["ask"].clone();
    assert_eq!(ask["state"], "OPEN", "{ask:#}");
    (ask["asked"]["name"].as_str().unwrap().to_owned(), ask["why"].as_str().unwrap().to_owned())
}

fn told(name: &str, why: &str) -> (String, String) {
    (name.to_owned(), why.to_owned())
}

/// Says that somebody is away from now on.
async fn goes_away(person: &Person<'_>, deputy: Option<&Person<'_>>) -> Value {
    let deputy = deputy.map(|deputy| deputy.row().id.to_string());
    let answer = does(person, NOTE_ABSENCE, json!({ "deputyId": deputy })).await;
    assert_eq!(answer["userErrors"], json!([]), "{answer:#}");
    answer["absence"].clone()
}

fn later(minutes: i64) -> String {
    moment(clock::now() + TimeDelta::minutes(minutes))
}

fn moment(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(chrono::SecondsFormat::Millis, true)
}

/// Adds colleagues with a role to somebody's team, which may be as large as it likes from then on.
async fn hires(council: &Council, like: &Person<'_>, role: Role, how_many: usize) -> Vec<String> {
    let mut names = Vec::new();
    let txn = council.state.db.begin().await.unwrap();
    let team = store::team::hold(&txn, like.row().organisation_id, &[like.row().team_id]).await.unwrap().remove(0);
    store::team::change(&txn, team.id, &team.name, TeamKind::Referring).await.unwrap();
    txn.commit().await.unwrap();
    for place in 0..how_many {
        let name = format!("new.{role:?}.{place}").to_lowercase();
        let row = practitioner::Model {
            id: store::mint::id(),
            name: name.clone(),
            email: format!("{name}@caerfelin.example"),
            role,
            ..like.row().clone()
        };
        let txn = council.state.db.begin().await.unwrap();
        row.into_active_model().insert(&txn).await.unwrap();
        txn.commit().await.unwrap();
        names.push(name);
    }
    names
}

/// Lets everybody with a role decide for the whole organisation.
async fn reaches_everybody(council: &Council, role: Role) {
    use busfare_entity::{delegation, words::DecidesFor};
    use sea_orm::ColumnTrait;
    let txn = council.state.db.begin().await.unwrap();
    delegation::Entity::update_many()
        .col_expr(delegation::Column::DecidesFor, Expr::value(DecidesFor::Organisation))
        .filter(delegation::Column::GranteeRole.eq(role))
        .exec(&txn)
        .await
        .unwrap();
    txn.commit().await.unwrap();
}
