//! Pages by keyset: newest first, by time and then id. Never OFFSET, so page one hundred costs what page one does.

use chrono::{DateTime, Datelike, Utc};
use data_encoding::BASE64URL_NOPAD;
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select,
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

/// Reads one page of a query, ordered by the given time and id columns.
pub async fn read<E: EntityTrait>(
    conn: &impl ConnectionTrait,
    query: Select<E>,
    (at, id): (E::Column, E::Column),
    page: Page,
) -> Result<Slice<E::Model>, DbErr> {
    let query = match page.after {
        Some(cursor) => query.filter(
            Condition::any().add(at.lt(cursor.at)).add(Condition::all().add(at.eq(cursor.at)).add(id.lt(cursor.id))),
        ),
        None => query,
    };
    let mut rows = query.order_by_desc(at).order_by_desc(id).limit(page.first + 1).all(conn).await?;
    let most = usize::try_from(page.first).unwrap_or(usize::MAX);
    let more = rows.len() > most;
    rows.truncate(most);
    Ok(Slice { rows, more })
}

/// Reads one page of a query, the oldest first.
pub async fn read_oldest<E: EntityTrait>(
    conn: &impl ConnectionTrait,
    query: Select<E>,
    (at, id): (E::Column, E::Column),
    page: Page,
) -> Result<Slice<E::Model>, DbErr> {
    let query = match page.after {
        Some(cursor) => query.filter(
            Condition::any().add(at.gt(cursor.at)).add(Condition::all().add(at.eq(cursor.at)).add(id.gt(cursor.id))),
        ),
        None => query,
    };
    let mut rows = query.order_by_asc(at).order_by_asc(id).limit(page.first + 1).all(conn).await?;
    let most = usize::try_from(page.first).unwrap_or(usize::MAX);
    let more = rows.len() > most;
    rows.truncate(most);
    Ok(Slice { rows, more })
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
