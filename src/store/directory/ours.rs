//! Our own hubs: where they are, and what they are as services of the standard.

use std::collections::HashMap;

use busfare_entity::{
    hub, hub_place, organisation,
    words::{HubId, PractitionerId},
};
use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter,
    sea_query::OnConflict,
};
use serde_json::{Map, Value};

use super::object;
use crate::{
    rules::{
        calendar,
        directory::{Address, Hub, Record, Venue, as_location, as_service, resource, venue},
    },
    store::{hub_session, people},
};

/// Where hubs are, as far as somebody has said so.
pub async fn places(conn: &impl ConnectionTrait, hubs: &[HubId]) -> Result<Vec<hub_place::Model>, DbErr> {
    hub_place::Entity::find().filter(hub_place::Column::HubId.is_in(hubs.iter().copied())).all(conn).await
}

/// What is known of where a hub is.
pub fn venue_of(row: &hub_place::Model) -> Result<Venue, DbErr> {
    let unreadable = |_| DbErr::Custom(format!("the place of {} cannot be read", row.hub_id));
    venue(&mut object(&row.location)?).map_err(unreadable)
}

/// Says where a hub is. What else was known of the place stays.
pub async fn place_hub(
    conn: &impl ConnectionTrait,
    hub: &hub::Model,
    venue: &Venue,
    (placed_by, placed_at): (PractitionerId, DateTime<Utc>),
) -> Result<(), DbErr> {
    let before = hub_place::Entity::find_by_id(hub.id).one(conn).await?;
    let before = before.map(|row| object(&row.location)).transpose()?;
    let location = Value::Object(as_location(hub.id.0, venue, before.as_ref())).to_string();
    let row = hub_place::Model { hub_id: hub.id, location, placed_by, placed_at };
    let over = OnConflict::column(hub_place::Column::HubId)
        .update_columns([hub_place::Column::Location, hub_place::Column::PlacedBy, hub_place::Column::PlacedAt])
        .to_owned();
    let row = row.into_active_model().reset_all();
    hub_place::Entity::insert(row).on_conflict(over).exec_without_returning(conn).await.map(|_| ())
}

/// The hubs of an organisation by name, as services of the standard.
pub async fn services(
    conn: &impl ConnectionTrait,
    of: &organisation::Model,
    now: DateTime<Utc>,
) -> Result<Vec<Record>, DbErr> {
    let hubs = people::hubs_of(conn, of.id).await?;
    let ids: Vec<HubId> = hubs.iter().map(|hub| hub.id).collect();
    let placed = places(conn, &ids).await?;
    let placed: HashMap<HubId, hub_place::Model> = placed.into_iter().map(|row| (row.hub_id, row)).collect();
    let sessions = hub_session::of_hubs(conn, of.id, &[]).await?;
    let today = calendar::day(now, calendar::zone(&of.time_zone));
    let description = format!("A place to talk with somebody from {}.", of.name);

    let mut services = Vec::with_capacity(hubs.len());
    for hub in hubs {
        let place = placed.get(&hub.id);
        let location = match place {
            Some(row) => object(&row.location)?,
            None => unplaced(&hub),
        };
        let of_hub = || sessions.iter().filter(|kept| kept.row.hub_id == hub.id);
        let open: Vec<_> = of_hub().map(|kept| (kept.row.id.0, kept.row.name.as_str(), kept.session.clone())).collect();
        let changes = of_hub().map(|kept| kept.row.put_at).chain(place.map(|row| row.placed_at));
        let published = Hub {
            id: hub.id.0,
            name: &hub.name,
            description: &description,
            location: &location,
            organisation: (of.id.0, &of.name),
            sessions: &open,
            modified: changes.fold(hub.created_at, DateTime::max),
        };
        let published: Map<String, Value> = as_service(&published, today);
        services.push(Record { id: hub.id.0.to_string(), resource: resource(&published), published });
    }
    Ok(services)
}

/// A hub of which nothing more is known than its address in one line.
fn unplaced(hub: &hub::Model) -> Map<String, Value> {
    let address = Address { street: hub.address.clone(), ..Address::default() };
    as_location(hub.id.0, &Venue { name: hub.name.clone(), address, ..Venue::default() }, None)
}
