//! Stories of the books: months that close to the penny, exports that stay as they are, and corrections by reversal only.

use busfare::{
    rules::{
        course::{self, Hold},
        money::Money,
    },
    store::{self, budget::Source},
};
use busfare_entity::{
    organisation, spend,
    words::{Fund, PaymentMethod, SpendBooks, SpendDecision, SpendEvidence, SpendId, SpendMoney, SpendTiming},
};
use chrono::{DateTime, Utc};
use sea_orm::{EntityTrait, sea_query::Expr};
use serde_json::{Value, json};

use crate::council::{Council, Person};

mod bad;
mod exports;
mod hundred_thousand;
mod mappings;
mod months;
mod pennies;
mod races;
mod reversals;
mod statements;

/// Closes a month.
const CLOSE: &str = "mutation($input: CloseMonthInput!) { it: closeMonth(input: $input) {
    close { number month ledger { amount } statements { amount } difference { amount } closedBy { name } }
    books { month suspense { count total { amount } } differences(onlyUnexplained: true) { nodes { about kind amount { amount } } } }
    userErrors { code message field retry } replayed } }";
/// Explains differences.
const EXPLAIN: &str = "mutation($input: ExplainDifferencesInput!) { it: explainDifferences(input: $input) {
    books { suspense { count } mayClose { allowed reason } } userErrors { code message field retry } replayed } }";
/// Exports.
const EXPORT: &str = "mutation($input: ExportBatchInput!) { it: exportBatch(input: $input) {
    batch { id number upTo lineCount total { amount } byteCount sha256 downloadUrl mappingVersion exportedBy { name } }
    userErrors { code message field retry } replayed } }";
/// Publishes columns.
const PUBLISH: &str = "mutation($input: PublishExportMappingInput!) { it: publishExportMapping(input: $input) {
    mapping { version source publishedBy { name } } userErrors { code message field retry } replayed } }";
/// Reverses a spend.
const REVERSE: &str = "mutation($input: ReverseSpendInput!) { it: reverseSpend(input: $input) {
    spend { id money books spent { amount } refunded { amount } reversals { amount { amount } reason words reversedBy { name } } }
    userErrors { code message field retry } replayed } }";
/// The books of a month, all of them.
const BOOKS: &str = "query($month: Date!) { books(month: $month) { month ledger { amount } statements { amount } difference { amount }
    suspense { count total { amount } } mayClose { allowed reason }
    close { number closedAt differences(first: 100) { nodes { about kind amount { amount } words explained explainedBy { name } } } }
    differences(first: 100) { nodes { about aboutKind kind amount { amount } at words explained explainedBy { name } spend { id } } } } }";

/// The organisation was here before the months of the stories.
async fn here_since(council: &Council, day: &str) {
    let txn = council.state.db.begin().await.unwrap();
    let at: DateTime<Utc> = format!("{day}T09:00:00Z").parse().unwrap();
    let moved = organisation::Entity::update_many().col_expr(organisation::Column::CreatedAt, Expr::value(at));
    moved.exec(&txn).await.unwrap();
    txn.commit().await.unwrap();
}

/// Something that was bought in the past, by the same steps that a purchase takes now.
async fn bought(
    council: &Council,
    person: &Person<'_>,
    pence: i64,
    at: &str,
    method: Option<PaymentMethod>,
) -> SpendId {
    let (her, at) = (person.row(), at.parse::<DateTime<Utc>>().unwrap());
    let txn = council.state.db.begin().await.unwrap();
    let today = busfare::http::clock::now().date_naive();
    let source =
        Source { organisation: her.organisation_id, fund: Fund::Section17, team: her.team_id, hub: None, on: today };
    let budget = store::budget::for_source(&txn, source).await.unwrap().unwrap();
    let row = spend::Model {
        id: store::mint::id(),
        organisation_id: her.organisation_id,
        practitioner_id: her.id,
        team_id: her.team_id,
        hub_id: None,
        purpose_id: council.purpose("bus-fare").await,
        budget_id: budget.id,
        timing: SpendTiming::After,
        method,
        raises_id: None,
        allowance_id: None,
        unit_price_pence: pence,
        count: 1,
        total_pence: pence,
        reason: Some("Siân Griffiths to the clinic".into()),
        decision: SpendDecision::Asked,
        money: SpendMoney::None,
        evidence: SpendEvidence::NotNeeded,
        books: SpendBooks::Open,
        held_pence: 0,
        authorised_pence: None,
        spent_pence: None,
        refunded_pence: 0,
        requested_at: at,
        decided_at: None,
        spent_at: None,
        expires_at: None,
        nudged_at: None,
    };
    let amount = Money::from_pence(pence);
    let course = course::authorise(SpendDecision::AuthorisedSelf, SpendTiming::After, amount, Hold::default());
    let spent = store::spend::on_course(&row, &course, at);
    assert!(store::spend::add(&txn, spent.clone()).await.unwrap());
    assert!(store::spend::apply_all(&txn, &spent, &course, at).await.unwrap());
    txn.commit().await.unwrap();
    spent.id
}

/// The books of the month that a day is in.
async fn books(person: &Person<'_>, day: &str) -> Value {
    person.good(BOOKS, json!({ "month": day })).await["books"].clone()
}

/// Today, where the stories are told.
fn today() -> String {
    use busfare::{http::clock, rules::calendar};
    calendar::day(clock::now(), calendar::HOME).to_string()
}

/// The rows of an export's file, without the headings.
fn rows(file: &[u8]) -> Vec<Vec<String>> {
    let mut reader = csv::Reader::from_reader(file);
    reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect()
}

/// Pence from pounds.
fn pence(amount: &str) -> i64 {
    amount.replace('.', "").parse().unwrap()
}
