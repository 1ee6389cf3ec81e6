//! What is new to a phone that was away, and what happens while it listens.

use async_graphql::{ComplexObject, Context, ID, SimpleObject, connection::PageInfo};
use busfare_entity::{event, words::EventKind};

use super::node::{self, Node};
use crate::{
    api::{context::Answer, since::Since},
    rules::sight::Viewer,
    store::feed::{New, Place},
};

/// Something that is new to you: it came, it is different, or you may not see it any more. An app needs the scope
/// `SYNC_READ`.
#[derive(SimpleObject)]
pub struct Change {
    /// What it is about.
    id: ID,
    /// Whether it is no more, or not for you: take it off the phone.
    gone: bool,
    /// As it is now; nothing where it is gone.
    node: Option<Node>,
}

/// One row of a list of changes.
#[derive(SimpleObject)]
pub struct ChangeEdge {
    /// The row.
    node: Change,
    /// Where it stands; go on from there.
    cursor: String,
}

/// A page of changes, the oldest first.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct ChangeConnection {
    /// The rows with their cursors.
    edges: Vec<ChangeEdge>,
    /// Whether there is more. Keep `endCursor`, which is what you send as `since` next time.
    page_info: PageInfo,
    /// Whether you see other things than when you were given the cursor: forget what you have, and ask again without one.
    resync_required: bool,
}

#[ComplexObject]
impl ChangeConnection {
    /// The rows without their cursors.
    async fn nodes(&self) -> Vec<&Change> {
        self.edges.iter().map(|edge| &edge.node).collect()
    }
}

impl ChangeConnection {
    /// Nothing, but to begin again.
    pub fn anew() -> Self {
        let page_info =
            PageInfo { has_previous_page: false, has_next_page: false, start_cursor: None, end_cursor: None };
        Self { edges: vec![], page_info, resync_required: true }
    }

    /// What is new to a viewer since a place, as it is now; the rows are one more than asked for where there is more.
    pub async fn new(ctx: &Context<'_>, viewer: &Viewer, place: Place, rows: &[New], first: usize) -> Answer<Self> {
        let page = &rows[..rows.len().min(first)];
        let last = |row: &New| {
            page.iter().rev().find(|other| (other.subject, other.node_id) == (row.subject, row.node_id)) == Some(row)
        };
        let changes = page.iter().filter(|row| last(row)).map(|row| edge(ctx, viewer, place, row));
        let edges = futures_util::future::try_join_all(changes).await?;
        let reached = page.last().map_or(place, |row| Place { position: row.position, ..place });
        let page_info = PageInfo {
            has_previous_page: place.position > 0,
            has_next_page: rows.len() > first,
            start_cursor: edges.first().map(|edge| edge.cursor.clone()),
            end_cursor: Some(Since::new(viewer, reached).encode()),
        };
        Ok(Self { edges, page_info, resync_required: false })
    }
}

async fn edge(ctx: &Context<'_>, viewer: &Viewer, place: Place, row: &New) -> Answer<ChangeEdge> {
    let id = ID(row.subject.wire_id(row.node_id));
    let node = node::find(ctx, &id).await?;
    let cursor = Since::new(viewer, Place { position: row.position, ..place }).encode();
    Ok(ChangeEdge { node: Change { id, gone: node.is_none(), node }, cursor })
}

/// Something that happened to what you may see. An app needs the scope `SYNC_READ`.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct Event {
    /// What happened.
    kind: EventKind,
    /// What it happened to.
    id: ID,
    /// Where it stands. After a break, listen on from here, or ask `changes` what is new since then.
    cursor: String,
}

#[ComplexObject]
impl Event {
    /// What it happened to, as it is now; nothing where you may not see it any more.
    async fn node(&self, ctx: &Context<'_>) -> Answer<Option<Node>> {
        node::find(ctx, &self.id).await
    }
}

impl Event {
    /// As a viewer hears of it who has heard everything up to it.
    pub fn new(viewer: &Viewer, row: &event::Model, floor: i64) -> Self {
        let cursor = Since::new(viewer, Place { position: row.position, floor }).encode();
        Self { kind: row.kind, id: ID(row.kind.subject().wire_id(row.node_id)), cursor }
    }
}
