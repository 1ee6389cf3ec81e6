//! Lists: Relay connections over keyset cursors, 1 to 100 at a time.

use async_graphql::{
    OutputType,
    connection::{Connection, Edge},
};
use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::{
    api::{context::Answer, error::Problem},
    store::page::{Cursor, Page, Slice},
};

/// How many rows a list gives where nobody says.
pub const FIRST: i32 = 25;

/// The page that `first` and `after` ask for.
pub fn page(first: i32, after: Option<&str>) -> Answer<Page> {
    let first = u64::try_from(first)
        .ok()
        .filter(|first| (1..=100).contains(first))
        .ok_or_else(|| Problem::bad_user_input("`first` must be from 1 to 100."))?;
    let after = after
        .map(|text| {
            Cursor::decode(text)
                .ok_or_else(|| Problem::bad_user_input("`after` must be a cursor that a list here gave you."))
        })
        .transpose()?;
    Ok(Page { first, after })
}

/// A slice of rows as a connection; `key` says where each row stands in the list.
pub fn connection<Row, Node: OutputType>(
    slice: Slice<Row>,
    page: Page,
    key: impl Fn(&Row) -> (DateTime<Utc>, Uuid),
    node: impl Fn(Row) -> Node,
) -> Connection<String, Node> {
    let mut connection = Connection::new(page.after.is_some(), slice.more);
    connection.edges.extend(slice.rows.into_iter().map(|row| {
        let (at, id) = key(&row);
        Edge::new(Cursor { at, id }.encode(), node(row))
    }));
    connection
}
