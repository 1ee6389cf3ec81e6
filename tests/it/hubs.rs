//! Stories of hubs: when they are open, who is seen there, and who comes next.

use busfare::store;
use busfare_entity::words::{AppointmentId, HubSessionId};
use serde_json::{Value, json};

use crate::{
    council::Person,
    verbs::{BOOK, PUT_SESSION, does},
};

mod appointments;
mod calendars;
mod sessions;
mod waiting;

/// Times that are free.
const FREE: &str = "query($hubs: [ID!]!, $first: Int!) { freeSlots(hubIds: $hubs, first: $first) { startsAt endsAt left session { id name hub { id } } } }";

/// A new id for a session, as a phone makes it.
fn a_session() -> String {
    store::mint::id::<HubSessionId>().to_string()
}

/// A new id for an appointment, as a phone makes it.
fn an_appointment() -> String {
    store::mint::id::<AppointmentId>().to_string()
}

/// The hubs, by name.
async fn hubs(person: &Person<'_>) -> Vec<String> {
    let hubs = person.good("{ hubs { id name } }", json!({})).await["hubs"].as_array().unwrap().clone();
    hubs.iter().map(|hub| hub["id"].as_str().unwrap().to_owned()).collect()
}

/// A session as somebody says it, with some of it changed.
fn a_session_in(hub: &str, changes: Value) -> Value {
    let mut input = json!({
        "sessionId": a_session(),
        "hubId": hub,
        "name": "Talk",
        "days": { "weekly": { "weekdays": ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"] } },
        "firstOn": "2026-01-05",
        "opens": "09:30",
        "closes": "11:30",
    });
    let fields = input.as_object_mut().unwrap();
    for (name, value) in changes.as_object().unwrap() {
        fields.insert(name.clone(), value.clone());
    }
    input
}

/// Says when a hub is open, and gives the session's id.
async fn is_open(person: &Person<'_>, session: Value) -> String {
    let put = does(person, PUT_SESSION, session).await;
    assert_eq!(put["userErrors"], json!([]), "{put:#}");
    put["session"]["id"].as_str().unwrap().to_owned()
}

/// The soonest times that are free in a hub, at most 20, without those of the demo's own sessions: which of them come first
/// depends on the hour.
async fn free(person: &Person<'_>, hub: &str, first: usize) -> Vec<Value> {
    let free = person.good(FREE, json!({ "hubs": [hub], "first": 20 })).await;
    let ours = free["freeSlots"].as_array().unwrap().iter().filter(|slot| slot["session"]["name"] == "Talk");
    ours.take(first).cloned().collect()
}

/// Gives somebody a time, and gives the appointment's id.
async fn booked(person: &Person<'_>, slot: &Value, whom: Option<&str>) -> String {
    let id = an_appointment();
    let input = json!({ "appointmentId": id, "sessionId": slot["session"]["id"], "startsAt": slot["startsAt"], "personId": whom });
    let said = does(person, BOOK, input).await;
    assert_eq!((&said["userErrors"], &said["appointment"]["status"]), (&json!([]), &json!("BOOKED")), "{said:#}");
    id
}

/// The kinds of what somebody was told about appointments, the last first.
async fn told(person: &Person<'_>) -> Vec<(Value, Value)> {
    let read = "{ viewer { notices(first: 20) { nodes { kind appointment { id } } } } }";
    let nodes = person.good(read, json!({})).await["viewer"]["notices"]["nodes"].as_array().unwrap().clone();
    nodes
        .into_iter()
        .filter(|node| node["appointment"].is_object())
        .map(|node| (node["kind"].clone(), node["appointment"]["id"].clone()))
        .collect()
}
