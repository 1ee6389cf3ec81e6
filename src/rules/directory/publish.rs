//! Publishing services: the standard's page around them.

use serde_json::{Value, json};

/// How many services are on a page if nobody says.
pub const PER_PAGE: u64 = 50;
/// How many at most.
pub const MOST_PER_PAGE: u64 = 100;

/// A page of services. Pages are counted from 1; one past the last is empty.
pub fn envelope(contents: Vec<Value>, total: u64, page: u64, per_page: u64) -> Value {
    let pages = total.div_ceil(per_page.clamp(1, MOST_PER_PAGE));
    json!({
        "total_items": total,
        "total_pages": pages,
        "page_number": page,
        "size": contents.len(),
        "first_page": page <= 1,
        "last_page": page >= pages,
        "empty": contents.is_empty(),
        "contents": contents,
    })
}
