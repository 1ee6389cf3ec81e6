//! What both ask and answer, to the byte: the documents that our server is asked, and the same answers written by hand.

use busfare::store::page::Cursor;
use busfare_entity::words::{BudgetId, PractitionerId, ReceiptId, SpendId};
use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

/// Rows of a page.
pub const FIRST: usize = 20;

/// Twenty spends with who asked, from which budget, and their receipts.
pub const LIST: &str = "query Spends { spends(first: 20) {
  nodes {
    id reason decision money evidence requestedAt total { amount currency }
    asker { id name role }
    budget { id name periodEnd available { amount currency } }
    receipts { id state capturedAt mediaType thumbnailUrl }
  }
  pageInfo { hasNextPage endCursor }
} }";

/// One spend by its id.
pub const NODE: &str = "query Spend($id: ID!) { node(id: $id) {
  ... on Spend { id reason decision money evidence requestedAt total { amount currency } }
} }";

/// The body of a request for the list.
pub fn list_body() -> String {
    json!({ "query": LIST }).to_string()
}

/// The body of a request for a spend.
pub fn node_body(id: SpendId) -> String {
    json!({ "query": NODE, "variables": { "id": id } }).to_string()
}

#[derive(Serialize)]
pub struct Data<T> {
    pub data: T,
}

#[derive(Serialize)]
pub struct List {
    pub spends: Page,
}

#[derive(Serialize)]
pub struct Node {
    pub node: Option<Spend>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Page {
    pub nodes: Vec<SpendInList>,
    pub page_info: PageInfo,
}

impl Page {
    /// Of one row more than a page has, if there are as many.
    pub fn of(mut rows: Vec<SpendInList>) -> Self {
        let has_next_page = rows.len() > FIRST;
        rows.truncate(FIRST);
        let last = rows.last().map(|row| Cursor { at: row.spend.requested_at, id: row.spend.id.0 }.encode());
        Self { nodes: rows, page_info: PageInfo { has_next_page, end_cursor: last } }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PageInfo {
    pub has_next_page: bool,
    pub end_cursor: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Spend {
    pub id: SpendId,
    pub reason: Option<String>,
    pub decision: String,
    pub money: String,
    pub evidence: String,
    #[serde(serialize_with = "moment")]
    pub requested_at: DateTime<Utc>,
    pub total: Money,
}

#[derive(Serialize)]
pub struct SpendInList {
    #[serde(flatten)]
    pub spend: Spend,
    pub asker: Asker,
    pub budget: Budget,
    pub receipts: Vec<Receipt>,
}

#[derive(Serialize)]
pub struct Asker {
    pub id: PractitionerId,
    pub name: String,
    pub role: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Budget {
    pub id: BudgetId,
    pub name: String,
    pub period_end: NaiveDate,
    pub available: Money,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Receipt {
    pub id: ReceiptId,
    pub state: String,
    #[serde(serialize_with = "moment")]
    pub captured_at: DateTime<Utc>,
    pub media_type: Option<String>,
    pub thumbnail_url: Option<String>,
}

impl Receipt {
    pub fn new(id: Uuid, state: String, captured_at: DateTime<Utc>, media_type: Option<String>, thumb: bool) -> Self {
        let id = ReceiptId(id);
        let thumbnail_url = thumb.then(|| format!("/receipts/{id}/thumbnail"));
        Self { id, state, captured_at, media_type, thumbnail_url }
    }
}

#[derive(Serialize)]
pub struct Money {
    pub amount: String,
    pub currency: &'static str,
}

pub fn pence(pence: i64) -> Money {
    Money { amount: format!("{}.{:02}", pence / 100, pence % 100), currency: "GBP" }
}

fn moment<S: serde::Serializer>(at: &DateTime<Utc>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&in_milliseconds(at))
}

/// A moment as answers write it.
pub fn in_milliseconds(at: &DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}
