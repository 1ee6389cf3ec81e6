//! Our own hubs in the terms of the standard. A hub's place is kept as the standard's own object: what of it we know is read
//! from there and written back there, and whatever else is in it stays.

use busfare_entity::words::Language;
use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use uuid::{Builder, Uuid};

use super::{
    Point,
    resource::{each, place},
    shape::{LOCATION, check},
};
use crate::rules::hub_session::{self, HubSession};

/// A place where people meet practitioners, as it is edited.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Venue {
    /// What it is called.
    pub name: String,
    /// Its address.
    pub address: Address,
    /// Where on the earth.
    pub point: Option<Point>,
    /// How people get in and about: steps, toilets, loops, quiet rooms, parking.
    pub accessibility: Vec<String>,
}

/// An address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Address {
    /// House and street.
    pub street: String,
    /// Town.
    pub city: String,
    /// County.
    pub county: String,
    /// Postcode.
    pub postcode: String,
}

/// Reads a place, or tells what is amiss with it and where.
pub fn venue(location: &mut Map<String, Value>) -> Result<Venue, Vec<(String, String)>> {
    let mut amiss = Vec::new();
    check(&LOCATION, location, &mut |field, says| amiss.push((field, says)));
    if amiss.is_empty() { Ok(read(location)) } else { Err(amiss) }
}

fn read(location: &Map<String, Value>) -> Venue {
    let shown = place(location);
    let part = |field: &str| {
        let address = each(location, "addresses").next();
        address.and_then(|address| address.get(field)).and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    Venue {
        name: shown.name,
        address: Address {
            street: part("address_1"),
            city: part("city"),
            county: part("state_province"),
            postcode: part("postal_code"),
        },
        point: shown.point,
        accessibility: shown.accessibility,
    }
}

/// Writes a place. Over one that was read before, only what has changed since is written.
pub fn as_location(id: Uuid, venue: &Venue, before: Option<&Map<String, Value>>) -> Map<String, Value> {
    let mut location = before.cloned().unwrap_or_default();
    let was = before.map(read).unwrap_or_default();
    location.entry("id").or_insert_with(|| json!(id));
    location.entry("location_type").or_insert_with(|| json!("physical"));
    if venue.name != was.name {
        location.insert("name".into(), json!(venue.name));
    }
    if venue.point != was.point {
        for (field, value) in
            [("latitude", venue.point.map(Point::latitude)), ("longitude", venue.point.map(Point::longitude))]
        {
            match value {
                Some(degrees) => _ = location.insert(field.into(), json!(degrees)),
                None => _ = location.remove(field),
            }
        }
    }
    if venue.address != was.address || before.is_none() {
        write_address(id, &venue.address, &mut location);
    }
    if venue.accessibility != was.accessibility {
        let each = venue.accessibility.iter().zip(0..);
        let each =
            each.map(|(text, number)| json!({ "id": part_of(id, "accessibility", number), "description": text }));
        location.insert("accessibility".into(), each.collect());
    }
    location
}

/// The first address is ours to write; others stay.
fn write_address(id: Uuid, address: &Address, location: &mut Map<String, Value>) {
    let addresses = location.entry("addresses").or_insert_with(|| json!([]));
    let Value::Array(addresses) = addresses else { return };
    if addresses.is_empty() {
        addresses.push(json!({ "id": part_of(id, "address", 0), "country": "GB", "address_type": "physical" }));
    }
    let Some(Value::Object(first)) = addresses.first_mut() else { return };
    let Address { street, city, county, postcode } = address;
    for (field, text) in [("address_1", street), ("city", city), ("state_province", county), ("postal_code", postcode)]
    {
        first.insert(field.into(), json!(text));
    }
}

/// A hub, as it is published.
#[derive(Clone, Debug, PartialEq)]
pub struct Hub<'a> {
    /// Its id.
    pub id: Uuid,
    /// What it is called.
    pub name: &'a str,
    /// What people can come for.
    pub description: &'a str,
    /// Its place, in the standard's terms.
    pub location: &'a Map<String, Value>,
    /// Whose it is: the organisation's id and name.
    pub organisation: (Uuid, &'a str),
    /// When it is open: each session with its id and name.
    pub sessions: &'a [(Uuid, &'a str, HubSession)],
    /// When it was last changed. Whoever keeps it open answers for it, so it was made sure of then.
    pub modified: DateTime<Utc>,
}

/// A hub as a service of the standard, with the sessions that are not over.
pub fn as_service(hub: &Hub<'_>, today: NaiveDate) -> Map<String, Value> {
    let goes_on = |session: &HubSession| session.recurrence.over_after().is_none_or(|last| last >= today);
    let schedules: Vec<_> = hub
        .sessions
        .iter()
        .filter(|(.., session)| goes_on(session))
        .map(|(id, name, session)| schedule(*id, name, session))
        .collect();
    let service = json!({
        "id": hub.id,
        "name": hub.name,
        "description": hub.description,
        "status": "active",
        "assured_date": hub.modified.date_naive(),
        "last_modified": hub.modified.to_rfc3339_opts(SecondsFormat::Millis, true),
        "organization": { "id": hub.organisation.0, "name": hub.organisation.1, "description": hub.organisation.1 },
        "service_at_locations": [{ "id": part_of(hub.id, "service_at_location", 0), "location": hub.location }],
        "schedules": schedules,
    });
    match service {
        Value::Object(service) => service,
        _ => Map::new(),
    }
}

fn schedule(id: Uuid, name: &str, session: &HubSession) -> Value {
    let (freq, interval, (by, days)) = hub_session::parts_of(&session.recurrence);
    let mut schedule = json!({
        "id": id,
        "freq": freq,
        "interval": interval,
        "dtstart": session.recurrence.first(),
        "valid_from": session.recurrence.first(),
        "opens_at": session.hours.opens.format("%H:%M").to_string(),
        "closes_at": session.hours.closes.format("%H:%M").to_string(),
        "description": format!("{name}: {}", hub_session::said(session, Language::En)),
    });
    schedule[by.to_ascii_lowercase()] = json!(days);
    if let Some(last) = session.recurrence.over_after() {
        schedule["valid_to"] = json!(last);
    }
    schedule
}

/// An id for a part that has none of its own, the same every time.
fn part_of(id: Uuid, what: &str, number: usize) -> Uuid {
    let digest = Sha256::digest(format!("{id}/{what}/{number}"));
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    Builder::from_custom_bytes(bytes).into_uuid()
}
