//! Finding services in the database as the rule finds them in a list: by the beginnings of words, by what they are for, and by
//! how far they are; and listing them to be passed on.

use std::{cmp::Reverse, collections::HashMap};

use busfare_entity::{
    resource, resource_key, resource_need, resource_place,
    words::{OrganisationId, ResourceId},
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, ExprTrait, JoinType, Order, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, Query, SelectStatement, SimpleExpr},
};
use serde_json::{Map, Value};

use super::{Kept, by_ids, object};
use crate::{
    rules::directory::{Point, Wanted, around, as_name, meant_by, need_meant},
    store::rows::among,
};

/// Most places around somebody whose distance is reckoned.
const MOST_AROUND: u64 = 20_000;

/// A service that was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// Which.
    pub kept: Kept,
    /// How far the nearest of its places is, where it was asked from where.
    pub metres: Option<u32>,
}

/// The services of an organisation that are wanted, the best first, no more than so many. Those that have ended or are gone
/// are not.
pub async fn find(
    conn: &impl ConnectionTrait,
    organisation: OrganisationId,
    wanted: &Wanted,
    most: u64,
) -> Result<Vec<Found>, DbErr> {
    let meant = meant_by(&wanted.words);
    if meant.is_empty() && !wanted.words.trim().is_empty() {
        return Ok(vec![]);
    }
    let there = listed(organisation, &meant, wanted.need.as_deref()).add(resource::Column::Ended.eq(false));
    let Some((from, within)) = wanted.near else {
        let mut query = resource::Entity::find().filter(there);
        if !meant.is_empty() {
            query = query.order_by(in_name(&meant), Order::Desc);
        }
        query = query.order_by_asc(resource::Column::Name).order_by_asc(resource::Column::PublishedId);
        let rows = query.limit(most).all(conn).await?;
        return rows.into_iter().map(|row| Ok(Found { kept: Kept::read(row)?, metres: None })).collect();
    };

    let near = near(conn, there, &meant, (from, within), most).await?;
    let ids: Vec<ResourceId> = near.iter().map(|(id, _)| *id).collect();
    let mut kept: HashMap<_, _> =
        by_ids(conn, organisation, &ids).await?.into_iter().map(|kept| (kept.row.id, kept)).collect();
    let found = near.into_iter().filter_map(|(id, metres)| {
        let kept = kept.remove(&id)?;
        Some(Found { kept, metres: Some(metres) })
    });
    Ok(found.collect())
}

/// Which are near, the best first, and how far: the database finds those in an area, and the rule says how far each is.
async fn near(
    conn: &impl ConnectionTrait,
    there: Condition,
    meant: &[String],
    (from, within): (Point, u32),
    most: u64,
) -> Result<Vec<(ResourceId, u32)>, DbErr> {
    let area = around(from, within);
    let places = resource::Entity::belongs_to(resource_place::Entity)
        .from(resource::Column::Id)
        .to(resource_place::Column::ResourceId)
        .into();
    let rows: Vec<(ResourceId, String, String, i32, f64, f64)> = resource::Entity::find()
        .select_only()
        .columns([resource::Column::Id, resource::Column::Name, resource::Column::PublishedId])
        .column_as(in_name(meant), "in_name")
        .columns([resource_place::Column::Latitude, resource_place::Column::Longitude])
        .join(JoinType::InnerJoin, places)
        .filter(there)
        .filter(resource_place::Column::Latitude.between(area.latitudes.0, area.latitudes.1))
        .filter(resource_place::Column::Longitude.between(area.longitudes.0, area.longitudes.1))
        .order_by_asc(resource::Column::Id)
        .limit(MOST_AROUND)
        .into_tuple()
        .all(conn)
        .await?;
    let far = |north, east| Point::try_new(north, east).map(|point| from.metres_to(point));
    let mut near: HashMap<ResourceId, (Reverse<i32>, u32, String, String)> = HashMap::new();
    for (id, name, published_id, in_name, north, east) in rows {
        let Some(metres) = far(north, east).filter(|metres| *metres <= within) else { continue };
        let place = near.entry(id).or_insert((Reverse(in_name), metres, name, published_id));
        place.1 = std::cmp::min(place.1, metres);
    }
    let mut near: Vec<_> = near.into_iter().collect();
    near.sort_by(|(_, one), (_, other)| one.cmp(other));
    near.truncate(usize::try_from(most).unwrap_or(usize::MAX));
    Ok(near.into_iter().map(|(id, (_, metres, ..))| (id, metres)).collect())
}

/// Which services are listed to be passed on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listed {
    /// In words; empty for any.
    pub words: String,
    /// The id or the name of a term of a taxonomy; none for any.
    pub need: Option<String>,
}

impl Listed {
    /// None where words are given that are none.
    fn condition(&self, organisation: OrganisationId) -> Option<Condition> {
        let meant = meant_by(&self.words);
        let nothing_said = meant.is_empty() && !self.words.trim().is_empty();
        (!nothing_said).then(|| listed(organisation, &meant, self.need.as_deref()))
    }
}

/// How many services are listed, also those that have ended.
pub async fn count(conn: &impl ConnectionTrait, organisation: OrganisationId, which: &Listed) -> Result<u64, DbErr> {
    match which.condition(organisation) {
        Some(condition) => resource::Entity::find().filter(condition).count(conn).await,
        None => Ok(0),
    }
}

/// Services as they were published, by their ids, without the first so many and no more than so many.
pub async fn list(
    conn: &impl ConnectionTrait,
    organisation: OrganisationId,
    which: &Listed,
    (after, most): (u64, u64),
) -> Result<Vec<Map<String, Value>>, DbErr> {
    let Some(condition) = which.condition(organisation) else { return Ok(vec![]) };
    // The ids come first, so that no document is read to be passed over.
    let ids: Vec<ResourceId> = resource::Entity::find()
        .select_only()
        .column(resource::Column::Id)
        .filter(condition)
        .order_by_asc(resource::Column::PublishedId)
        .offset(after)
        .limit(most)
        .into_tuple()
        .all(conn)
        .await?;
    let texts: Vec<String> = resource::Entity::find()
        .select_only()
        .column(resource::Column::Published)
        .filter(among(conn.get_database_backend(), resource::Column::Id, ids))
        .order_by_asc(resource::Column::PublishedId)
        .into_tuple()
        .all(conn)
        .await?;
    texts.iter().map(|text| object(text)).collect()
}

/// A service as it was published, by its publisher's id.
pub async fn published(
    conn: &impl ConnectionTrait,
    organisation: OrganisationId,
    id: &str,
) -> Result<Option<Map<String, Value>>, DbErr> {
    let text: Option<String> = resource::Entity::find()
        .select_only()
        .column(resource::Column::Published)
        .filter(resource::Column::OrganisationId.eq(organisation))
        .filter(resource::Column::PublishedId.eq(id))
        .filter(resource::Column::GoneAt.is_null())
        .into_tuple()
        .one(conn)
        .await?;
    text.map(|text| object(&text)).transpose()
}

/// The services of an organisation that are not gone, with all of these beginnings of words, and for this need.
fn listed(organisation: OrganisationId, meant: &[String], need: Option<&str>) -> Condition {
    let mut condition =
        Condition::all().add(resource::Column::OrganisationId.eq(organisation)).add(resource::Column::GoneAt.is_null());
    for word in meant {
        condition = condition.add(resource::Column::Id.in_subquery(with_word(word)));
    }
    if let Some(need) = need {
        let with_need = Query::select()
            .column(resource_need::Column::ResourceId)
            .from(resource_need::Entity)
            .and_where(resource_need::Column::Need.is_in(need_meant(need)))
            .to_owned();
        condition = condition.add(resource::Column::Id.in_subquery(with_need));
    }
    condition
}

/// How many of these beginnings of words are in the name.
fn in_name(meant: &[String]) -> SimpleExpr {
    meant.iter().fold(Expr::val(0), |sum, word| {
        let is_in = resource::Column::Id.in_subquery(with_word(&as_name(word)));
        let one: SimpleExpr = Expr::case(is_in, 1).finally(0).into();
        sum.add(one)
    })
}

/// The services with a word that begins so. Words stand in the order of their letters' numbers, of which this is the last.
fn with_word(begins: &str) -> SelectStatement {
    Query::select()
        .column(resource_key::Column::ResourceId)
        .from(resource_key::Entity)
        .and_where(resource_key::Column::Word.gte(begins))
        .and_where(resource_key::Column::Word.lt(format!("{begins}{}", char::MAX)))
        .to_owned()
}
