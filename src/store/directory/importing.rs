//! Importing: a feed that was read becomes what is kept, in the transaction of whoever imports. The same again changes
//! nothing, and however many services there are, few statements do it.

use std::collections::{HashMap, HashSet};

use busfare_entity::{
    organisation, resource, resource_key, resource_need, resource_place,
    words::{OrganisationId, ResourceId},
};
use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter, QuerySelect,
    sea_query::{Expr, LockType, OnConflict},
};
use sha2::{Digest, Sha256};

use crate::{
    rules::directory::{Record, Status, found_by, needs_of},
    store::{
        mint, people,
        rows::{self, among},
    },
};

/// Services that are written with one statement: each is some thousand letters and eleven values.
const SERVICES_AT_ONCE: usize = 500;
/// Words that are written with one statement. SQLite takes 32,766 values, and each has two or four.
const WORDS_AT_ONCE: usize = 8_000;

/// What an import came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// How many were not here before.
    pub new: usize,
    /// How many are other than they were.
    pub changed: usize,
    /// How many are as they were.
    pub same: usize,
    /// How many are not there any more.
    pub gone: usize,
    /// How many are hubs of ours, which came back from somebody else and are left out.
    pub ours: usize,
}

/// What is known of a service that is here.
struct Before {
    id: ResourceId,
    sha256: Vec<u8>,
    all_of: Option<String>,
    gone: bool,
}

/// Keeps the services of a feed. Where they are all of somebody's, those that came with an earlier such feed and not with this
/// one are gone.
pub async fn import(
    conn: &impl ConnectionTrait,
    organisation: OrganisationId,
    records: &[Record],
    all_of: Option<&str>,
    now: DateTime<Utc>,
) -> Result<Imported, DbErr> {
    // Imports of one organisation take turns.
    organisation::Entity::find_by_id(organisation).lock(LockType::NoKeyUpdate).one(conn).await?;
    let hubs: HashSet<String> =
        people::hubs_of(conn, organisation).await?.into_iter().map(|hub| hub.id.0.to_string()).collect();
    let mut before = before(conn, organisation).await?;
    let mut imported = Imported::default();
    let (mut rows, mut written, mut old) = (Vec::new(), Vec::new(), Vec::new());
    for record in records {
        if hubs.contains(&record.id) {
            imported.ours += 1;
            continue;
        }
        let published = serde_json::to_string(&record.published).map_err(|error| DbErr::Json(error.to_string()))?;
        let sha256 = Sha256::digest(published.as_bytes()).to_vec();
        let known = before.remove(&record.id);
        let whose = all_of.map(str::to_owned).or_else(|| known.as_ref().and_then(|known| known.all_of.clone()));
        if known.as_ref().is_some_and(|known| !known.gone && known.sha256 == sha256 && known.all_of == whose) {
            imported.same += 1;
            continue;
        }
        let id = match known {
            Some(known) => {
                imported.changed += 1;
                old.push(known.id);
                known.id
            }
            None => {
                imported.new += 1;
                mint::id()
            }
        };
        written.push((id, record));
        rows.push(resource::Model {
            id,
            organisation_id: organisation,
            published_id: record.id.clone(),
            name: record.resource.name.clone(),
            published,
            sha256,
            all_of: whose,
            assured_on: record.resource.assured_on,
            ended: record.resource.status == Status::Ended,
            imported_at: now,
            gone_at: None,
        });
    }

    forget_words(conn, &old).await?;
    write(conn, rows).await?;
    write_words(conn, &written).await?;
    let left = before.into_values().filter(|known| !known.gone && known.all_of.as_deref() == all_of);
    let left: Vec<ResourceId> = left.filter(|_| all_of.is_some()).map(|known| known.id).collect();
    imported.gone = left.len();
    are_gone(conn, &left, now).await?;
    Ok(imported)
}

async fn before(conn: &impl ConnectionTrait, ours: OrganisationId) -> Result<HashMap<String, Before>, DbErr> {
    type Row = (ResourceId, String, Vec<u8>, Option<String>, Option<DateTime<Utc>>);
    let rows: Vec<Row> = resource::Entity::find()
        .select_only()
        .columns([
            resource::Column::Id,
            resource::Column::PublishedId,
            resource::Column::Sha256,
            resource::Column::AllOf,
            resource::Column::GoneAt,
        ])
        .filter(resource::Column::OrganisationId.eq(ours))
        .into_tuple()
        .all(conn)
        .await?;
    let known = rows.into_iter().map(|(id, published_id, sha256, all_of, gone_at)| {
        (published_id, Before { id, sha256, all_of, gone: gone_at.is_some() })
    });
    Ok(known.collect())
}

/// Writes services, over what they were.
async fn write(conn: &impl ConnectionTrait, rows: Vec<resource::Model>) -> Result<(), DbErr> {
    use resource::Column as C;
    let mut rows = rows.into_iter().map(IntoActiveModel::into_active_model).peekable();
    while rows.peek().is_some() {
        let over = OnConflict::column(C::Id)
            .update_columns([
                C::Name,
                C::Published,
                C::Sha256,
                C::AllOf,
                C::AssuredOn,
                C::Ended,
                C::ImportedAt,
                C::GoneAt,
            ])
            .to_owned();
        let some: Vec<_> = rows.by_ref().take(SERVICES_AT_ONCE).collect();
        resource::Entity::insert_many(some).on_conflict(over).exec_without_returning(conn).await?;
    }
    Ok(())
}

/// Writes under what services are found.
async fn write_words(conn: &impl ConnectionTrait, written: &[(ResourceId, &Record)]) -> Result<(), DbErr> {
    let (mut keys, mut needs, mut places) = (Vec::new(), Vec::new(), Vec::new());
    for (resource_id, record) in written {
        let resource_id = *resource_id;
        keys.extend(found_by(&record.resource).into_iter().map(|word| resource_key::Model { resource_id, word }));
        needs.extend(needs_of(&record.resource).into_iter().map(|need| resource_need::Model { resource_id, need }));
        let points = record.resource.places.iter().filter_map(|place| place.point);
        places.extend((0..).zip(points).map(|(place, point)| resource_place::Model {
            resource_id,
            place,
            latitude: point.latitude(),
            longitude: point.longitude(),
        }));
    }
    for some in keys.chunks(WORDS_AT_ONCE) {
        rows::add_all::<resource_key::Entity>(conn, some.to_vec()).await?;
    }
    for some in needs.chunks(WORDS_AT_ONCE) {
        rows::add_all::<resource_need::Entity>(conn, some.to_vec()).await?;
    }
    for some in places.chunks(WORDS_AT_ONCE) {
        rows::add_all::<resource_place::Entity>(conn, some.to_vec()).await?;
    }
    Ok(())
}

async fn forget_words(conn: &impl ConnectionTrait, of: &[ResourceId]) -> Result<(), DbErr> {
    let backend = conn.get_database_backend();
    for some in of.chunks(WORDS_AT_ONCE) {
        let keys = among(backend, resource_key::Column::ResourceId, some.iter().copied());
        resource_key::Entity::delete_many().filter(keys).exec(conn).await?;
        let needs = among(backend, resource_need::Column::ResourceId, some.iter().copied());
        resource_need::Entity::delete_many().filter(needs).exec(conn).await?;
        let places = among(backend, resource_place::Column::ResourceId, some.iter().copied());
        resource_place::Entity::delete_many().filter(places).exec(conn).await?;
    }
    Ok(())
}

async fn are_gone(conn: &impl ConnectionTrait, left: &[ResourceId], now: DateTime<Utc>) -> Result<(), DbErr> {
    for some in left.chunks(WORDS_AT_ONCE) {
        resource::Entity::update_many()
            .col_expr(resource::Column::GoneAt, Expr::value(Some(now)))
            .filter(among(conn.get_database_backend(), resource::Column::Id, some.iter().copied()))
            .exec(conn)
            .await?;
    }
    Ok(())
}
