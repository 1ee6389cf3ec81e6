//! Stories without signal: a slice of her own say goes along in her phone, and what it decided there is honoured.

use busfare::{rules::allowance::Terms, store};
use busfare_entity::{
    allowance, budget_entry,
    words::{AllowanceId, SpendId},
};
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel};
use serde_json::{Value, json};

use crate::{
    council::{Council, Person},
    model::invariants::everything_adds_up,
    verbs::does,
};

mod amiss;
mod at_once;
mod drawn;
mod home;
mod signed;
mod time;
mod walk;

const DRAW: &str = "mutation($input: DrawAllowanceInput!) { it: drawAllowance(input: $input) {
    allowance { id token state onThisDevice amount { amount } honoured { amount } returned { amount } left { amount } fund namesNobody
        itemLimit { amount } purposes { code } hubs { name } methods schemeVersion backingStatement backedBy { name }
        drawnAt expiresAt syncBy endedAt budget { committed { amount } available { amount } } decidesWithin { days fromMinute toMinute timeZone } }
    userErrors { code message field retry } replayed } }";

const SYNC: &str = "mutation($input: SyncOfflineSpendsInput!) { it: syncOfflineSpends(input: $input) {
    results { id outcome userError { code message field retry }
        spend { id decision money timing total { amount } authorised { amount } spent { amount } ask { state asked { name } }
            offline { decidedAt outcome allowance { id } }
            verdict { outcome schemeVersion backingStatement decidedBy { name } checks { code ok words } } } }
    userErrors { code message field retry } replayed } }";

const RETURN: &str = "mutation($input: ReturnAllowanceInput!) { it: returnAllowance(input: $input) {
    allowance { id state left { amount } honoured { amount } returned { amount } endedAt } userErrors { code message field retry } replayed } }";

/// Draws from the section 17 budget, and gives the allowance.
async fn draws(person: &Person<'_>, amount: &str) -> Value {
    let drawn = does(person, DRAW, json!({ "fund": "SECTION_17", "amount": amount })).await;
    assert_eq!(drawn["userErrors"], json!([]), "{drawn:#}");
    drawn["allowance"].clone()
}

/// A bus fare that a phone decides now, with an id of its own.
async fn fare(council: &Council, allowance: &Value, price: &str) -> Value {
    json!({
        "id": store::mint::id::<SpendId>().to_string(),
        "allowanceId": allowance["id"],
        "purposeId": council.purpose("bus-fare").await.to_string(),
        "unitPrice": price,
        "decidedAt": wire(busfare::http::clock::now()),
    })
}

/// Brings spends home, and gives what became of each.
async fn syncs(person: &Person<'_>, spends: &[Value]) -> Vec<Value> {
    let answer = does(person, SYNC, json!({ "spends": spends })).await;
    assert_eq!(answer["userErrors"], json!([]), "{answer:#}");
    answer["results"].as_array().unwrap().clone()
}

fn outcomes(results: &[Value]) -> Vec<&str> {
    results.iter().map(|result| result["outcome"].as_str().unwrap()).collect()
}

fn wire(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Micros, true)
}

fn with(value: &Value, changes: Value) -> Value {
    let mut changed = value.clone();
    for (name, to) in changes.as_object().unwrap() {
        changed[name] = to.clone();
    }
    changed
}

async fn row(council: &Council, id: &Value) -> allowance::Model {
    let id: AllowanceId = id.as_str().unwrap().parse().unwrap();
    allowance::Entity::find_by_id(id).one(council.state.db.reader()).await.unwrap().unwrap()
}

/// Makes it so many hours ago that an allowance was drawn.
async fn hours_pass(council: &Council, id: &Value, hours: i64) {
    let row = row(council, id).await;
    let by = TimeDelta::hours(hours);
    let mut terms: Terms = serde_json::from_value(row.terms.clone()).unwrap();
    terms.grant.valid_from -= by;
    terms.grant.valid_to = terms.grant.valid_to.map(|end| end - by);
    let older = allowance::Model {
        drawn_at: row.drawn_at - by,
        expires_at: row.expires_at - by,
        closes_at: row.closes_at - by,
        terms: serde_json::to_value(terms).unwrap(),
        ..row
    };
    let txn = council.state.db.begin().await.unwrap();
    older.into_active_model().reset_all().update(&txn).await.unwrap();
    txn.commit().await.unwrap();
}

/// Nothing was honoured that was not set aside, every penny is somewhere, and everything else adds up as ever.
async fn nothing_is_lost(council: &Council) {
    let reader = council.state.db.reader();
    let entries = budget_entry::Entity::find().all(reader).await.unwrap();
    for row in allowance::Entity::find().all(reader).await.unwrap() {
        let left = row.reserved_pence - row.honoured_pence - row.returned_pence;
        assert!(left >= 0 && row.honoured_pence <= row.reserved_pence, "{row:?}");
        let of_it = || entries.iter().filter(|entry| entry.allowance_id == Some(row.id));
        let own = of_it().filter(|entry| entry.spend_id.is_none());
        assert_eq!(own.map(|entry| entry.committed_delta_pence).sum::<i64>(), left, "{row:?}");
        let passed_on = of_it().filter(|entry| entry.spend_id.is_some());
        assert_eq!(passed_on.map(|entry| entry.committed_delta_pence).sum::<i64>(), row.honoured_pence, "{row:?}");
    }
    everything_adds_up(&council.state.db).await;
}
