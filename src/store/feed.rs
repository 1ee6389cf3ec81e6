//! What is new to somebody since she last asked: the feeds of all the readers that she is, in the order of events.

use busfare_entity::{
    event, feed,
    words::{EventKind, OrganisationId, Subject},
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, Iterable, Order, QueryFilter,
    QueryOrder, QuerySelect,
    sea_query::{Alias, Asterisk, Expr, ExprTrait, Query, SelectStatement, UnionType},
};
use uuid::Uuid;

use crate::rules::audience::Reader;

/// How far somebody has heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Up to this event.
    pub position: i64,
    /// How far events were sealed when she began; what was gone by then she never had.
    pub floor: i64,
}

/// Something that is new to somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromQueryResult)]
pub struct New {
    /// What kind of thing.
    pub subject: Subject,
    /// Which.
    pub node_id: Uuid,
    /// The event that was its last.
    pub position: i64,
}

/// What is new since a place, the oldest event first, at most so many; a thing may be in it twice. One statement, which reads
/// no more of each feed than it gives.
pub async fn since(
    conn: &impl ConnectionTrait,
    readers: &[Reader],
    place: Place,
    most: u64,
) -> Result<Vec<New>, DbErr> {
    let mut feeds = readers.iter().map(|reader| one_feed(*reader, place, most));
    let Some(mut all) = feeds.next() else { return Ok(vec![]) };
    for feed in feeds {
        all.union(UnionType::All, feed);
    }
    all.order_by(Alias::new("position"), Order::Asc).limit(most);
    let statement = conn.get_database_backend().build(&all);
    New::find_by_statement(statement).all(conn).await
}

fn one_feed(reader: Reader, place: Place, most: u64) -> SelectStatement {
    let she_had = Condition::any().add(feed::Column::Gone.eq(false)).add(feed::Column::Position.gt(place.floor));
    let rows = Query::select()
        .columns([feed::Column::Subject, feed::Column::NodeId, feed::Column::Position])
        .from(feed::Entity)
        .and_where(feed::Column::ReaderId.eq(reader.id))
        .and_where(feed::Column::Share.eq(reader.share))
        .and_where(feed::Column::Position.gt(place.position))
        .cond_where(she_had)
        .order_by(feed::Column::Position, Order::Asc)
        .limit(most)
        .to_owned();
    Query::select().column(Asterisk).from_subquery(rows, Alias::new("feed")).to_owned()
}

/// What happened since a place to what somebody hears of, the oldest first, at most so many; all kinds where none is named.
pub async fn events_since(
    conn: &impl ConnectionTrait,
    (organisation, readers): (OrganisationId, &[Reader]),
    kinds: &[EventKind],
    after: i64,
    most: u64,
) -> Result<Vec<event::Model>, DbErr> {
    let hers = readers.iter().fold(Condition::any(), |any, reader| {
        let one = Condition::all().add(feed::Column::ReaderId.eq(reader.id)).add(feed::Column::Share.eq(reader.share));
        any.add(one)
    });
    // Things of two kinds may share an id.
    let of_its_kind = Subject::iter().fold(Condition::any(), |any, subject| {
        let about_it = EventKind::iter().filter(|kind| kind.subject() == subject);
        let one = feed::Column::Subject.eq(subject).and(event::Column::Kind.is_in(about_it));
        any.add(one)
    });
    // Of what is gone she hears that it went, and nothing of what came of it later.
    let same = Expr::col((feed::Entity, feed::Column::Position)).equals((event::Entity, event::Column::Position));
    let hears = Query::select()
        .expr(Expr::val(1))
        .from(feed::Entity)
        .and_where(Expr::col((feed::Entity, feed::Column::NodeId)).equals((event::Entity, event::Column::NodeId)))
        .cond_where(of_its_kind)
        .cond_where(hers)
        .cond_where(Condition::any().add(feed::Column::Gone.eq(false)).add(same))
        .to_owned();
    let mut query = event::Entity::find()
        .filter(event::Column::OrganisationId.eq(organisation))
        .filter(event::Column::Position.gt(after))
        .filter(Expr::exists(hears));
    if !kinds.is_empty() {
        query = query.filter(event::Column::Kind.is_in(kinds.iter().copied()));
    }
    query.order_by_asc(event::Column::Position).limit(most).all(conn).await
}
