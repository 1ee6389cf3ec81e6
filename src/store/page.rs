//! Pages by keyset: newest first, by time and then id. Never OFFSET, so page one hundred costs what page one does.

use chrono::{DateTime, Datelike, Utc};
use data_encoding::BASE64URL_NOPAD;
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, Order, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait, Select,
    sea_query::{Query, SelectStatement, UnionType},
};
use uuid::Uuid;

/// Where a page begins: just after this row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// When the row was made.
    pub at: DateTime<Utc>,
    /// The row's id.
    pub id: Uuid,
}

impl Cursor {
    /// The opaque text of the wire.
    pub fn encode(&self) -> String {
        let mut bytes = self.at.timestamp_micros().to_be_bytes().to_vec();
        bytes.extend_from_slice(self.id.as_bytes());
        BASE64URL_NOPAD.encode(&bytes)
    }

    /// From the opaque text of the wire; none where it is not one of ours. Not every database has moments
    /// before our era or beyond the year 9999, and no row of ours was made in one.
    pub fn decode(text: &str) -> Option<Self> {
        let bytes = BASE64URL_NOPAD.decode(text.as_bytes()).ok()?;
        let (at, id) = bytes.split_first_chunk::<8>()?;
        let at =
            DateTime::from_timestamp_micros(i64::from_be_bytes(*at)).filter(|at| (1970..=9999).contains(&at.year()))?;
        Some(Self { at, id: Uuid::from_slice(id).ok()? })
    }
}

/// Which part of a list to read.
#[derive(Clone, Copy, Debug)]
pub struct Page {
    /// At most this many rows, 1 to 100.
    pub first: u64,
    /// After this row; from the newest where there is none.
    pub after: Option<Cursor>,
}

/// One page of rows.
#[derive(Clone, Debug)]
pub struct Slice<Row> {
    /// The rows, newest first.
    pub rows: Vec<Row>,
    /// Whether there are more.
    pub more: bool,
}

/// Reads one page of a query, ordered by the given time and id columns, the newest first.
pub async fn read<E: EntityTrait>(
    conn: &impl ConnectionTrait,
    query: Select<E>,
    by: (E::Column, E::Column),
    page: Page,
) -> Result<Slice<E::Model>, DbErr> {
    in_order(conn, query, by, Order::Desc, page).await
}

/// Reads one page of a query, the oldest first.
pub async fn read_oldest<E: EntityTrait>(
    conn: &impl ConnectionTrait,
    query: Select<E>,
    by: (E::Column, E::Column),
    page: Page,
) -> Result<Slice<E::Model>, DbErr> {
    in_order(conn, query, by, Order::Asc, page).await
}

/// Reads one page of those rows for which any of some reasons holds, the newest first.
///
/// Where each reason has an index by time, or names few rows, each gives its own newest, and the newest of those are the page: it
/// costs the same however many rows there are. A filter of alternatives would have the database go through everybody's rows,
/// from the newest on, until it has found enough; and so it would if the reasons were asked of `rows`, which is why those are
/// looked at only in the end: of what a reason finds, all must be among them.
pub async fn read_any<E: EntityTrait>(
    conn: &impl ConnectionTrait,
    rows: Select<E>,
    reasons: impl IntoIterator<Item = Condition>,
    by: (E::Column, E::Column),
    page: Page,
) -> Result<Slice<E::Model>, DbErr> {
    let newest = reasons.into_iter().map(|reason| newest_ids(E::find().filter(reason), by, page));
    let Some(ids) = newest.reduce(|mut all, one| all.union(UnionType::Distinct, one).to_owned()) else {
        return Ok(Slice { rows: Vec::new(), more: false });
    };
    let first = Page { after: None, ..page };
    in_order(conn, rows.filter(by.1.in_subquery(ids)), by, Order::Desc, first).await
}

/// The ids of as many rows of a query as decide what is on a page.
fn newest_ids<E: EntityTrait>(query: Select<E>, by: (E::Column, E::Column), page: Page) -> SelectStatement {
    let newest = bounded(query, by, Order::Desc, page).select_only().column(by.1).into_query();
    // SQLite takes an order and a limit inside a union only like this.
    Query::select().column(by.1).from_subquery(newest, "newest").to_owned()
}

async fn in_order<E: EntityTrait>(
    conn: &impl ConnectionTrait,
    query: Select<E>,
    by: (E::Column, E::Column),
    order: Order,
    page: Page,
) -> Result<Slice<E::Model>, DbErr> {
    let mut rows = bounded(query, by, order, page).all(conn).await?;
    let most = usize::try_from(page.first).unwrap_or(usize::MAX);
    let more = rows.len() > most;
    rows.truncate(most);
    Ok(Slice { rows, more })
}

/// A query in order from its cursor on, with one row more than the page has, which tells whether there is another page.
fn bounded<E: EntityTrait>(query: Select<E>, (at, id): (E::Column, E::Column), order: Order, page: Page) -> Select<E> {
    let query = match page.after {
        Some(Cursor { at: then, id: last }) => {
            let (from_there, beyond, same_moment) = match order {
                Order::Asc => (at.gte(then), at.gt(then), id.gt(last)),
                _ => (at.lte(then), at.lt(then), id.lt(last)),
            };
            // An index is entered where the first of the two holds; alternatives alone would be looked at from its end.
            query.filter(from_there).filter(Condition::any().add(beyond).add(same_moment))
        }
        None => query,
    };
    query.order_by(at, order.clone()).order_by(id, order).limit(page.first + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_survives_the_wire_and_rubbish_is_not_one() {
        let cursor = Cursor { at: DateTime::from_timestamp_millis(1_800_000_000_123).unwrap(), id: Uuid::from_u128(7) };

        assert_eq!(Cursor::decode(&cursor.encode()), Some(cursor));
        for another_age in [-1, i64::MIN / 2, 253_402_300_800_000_000, i64::MAX] {
            let forged = [another_age.to_be_bytes().as_slice(), &[7; 16]].concat();
            assert_eq!(Cursor::decode(&BASE64URL_NOPAD.encode(&forged)), None);
        }
        for rubbish in ["", "x", "AAAA", "====", &format!("{}AA", cursor.encode())] {
            assert_eq!(Cursor::decode(rubbish), None);
        }
    }
}
