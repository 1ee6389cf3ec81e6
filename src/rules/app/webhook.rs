//! Telling an app of what happens, as the Standard Webhooks specification 1.0 has it: ids and nothing about anybody, signed, in
//! order, and again until it is taken.

use aws_lc_rs::hmac::{self, HMAC_SHA256, Key};
use busfare_entity::words::{AppScope, EventKind, WebhookId};
use chrono::{DateTime, TimeDelta, Utc};
use data_encoding::BASE64;
use serde::Serialize;
use uuid::Uuid;

use super::AppRefusal;
use crate::rules::push::endpoint;

/// Most webhooks of an app.
pub const MOST_OF_AN_APP: u64 = 10;
/// Events in one request.
pub const AT_ONCE: u64 = 100;
/// The first wait after a request that was not taken; each is twice as long as the one before.
const FIRST_WAIT: TimeDelta = TimeDelta::seconds(5);
/// The longest wait.
const LONGEST_WAIT: TimeDelta = TimeDelta::hours(6);
/// How long an app may take nothing before it is told no more.
const PATIENCE: TimeDelta = TimeDelta::days(3);

/// Whether an app may be told, at an address of the public network; where it is allowed for trying out, on this machine.
pub fn may_be_told(url: &str, scopes: &[AppScope], loopback: bool) -> Result<(), AppRefusal> {
    if !scopes.contains(&AppScope::SyncRead) {
        return Err(AppRefusal::ScopeMissing);
    }
    endpoint(url, loopback).map(|_| ()).ok_or(AppRefusal::AddressNotPublic)
}

/// The secret as its owner gets it.
pub fn secret(key: &[u8]) -> String {
    format!("whsec_{}", BASE64.encode(key))
}

/// One thing that happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Happened {
    /// What kind of thing.
    pub kind: EventKind,
    /// What it is about.
    pub node: Uuid,
    /// Its place in the order.
    pub position: i64,
    /// When it had its place.
    pub at: DateTime<Utc>,
}

/// The same as it is told, without anything about anybody.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Told {
    kind: EventKind,
    id: String,
    position: String,
    happened_at: String,
}

#[derive(Debug, Serialize)]
struct Data {
    events: Vec<Told>,
}

#[derive(Debug, Serialize)]
struct Body {
    r#type: &'static str,
    timestamp: String,
    data: Data,
}

/// A request as it is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// The same however often it is sent.
    pub id: String,
    /// Seconds since 1970, of this try.
    pub timestamp: String,
    /// Which of the app's secrets signed it, and what came of it.
    pub signature: String,
    /// What is told.
    pub body: Vec<u8>,
}

/// What a webhook is told of some events that stand in order, signed with its key; none where there are none.
pub fn message(webhook: WebhookId, key: &[u8], events: &[Happened], now: DateTime<Utc>) -> Option<Message> {
    let (first, last) = (events.first()?, events.last()?);
    let at = |moment: DateTime<Utc>| moment.to_rfc3339_opts(chrono::SecondsFormat::Millis, true);
    let told = |event: &Happened| Told {
        kind: event.kind,
        id: event.kind.subject().wire_id(event.node),
        position: event.position.to_string(),
        happened_at: at(event.at),
    };
    let data = Data { events: events.iter().map(told).collect() };
    let body = serde_json::to_vec(&Body { r#type: "events", timestamp: at(last.at), data }).ok()?;
    let (id, timestamp) = (format!("{webhook}_{}_{}", first.position, last.position), now.timestamp().to_string());
    let content = [id.as_bytes(), b".", timestamp.as_bytes(), b".", &body].concat();
    let tag = hmac::sign(&Key::new(HMAC_SHA256, key), &content);
    Some(Message { id, timestamp, signature: format!("v1,{}", BASE64.encode(tag.as_ref())), body })
}

/// When to try again, after so many tries since some moment; none where it has been long enough.
pub fn again(tries: u32, failing_since: DateTime<Utc>, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let doubled = 1_i32.checked_shl(tries.saturating_sub(1).min(20)).unwrap_or(i32::MAX);
    let wait = FIRST_WAIT.checked_mul(doubled).unwrap_or(LONGEST_WAIT).min(LONGEST_WAIT);
    (now < failing_since + PATIENCE).then_some(now + wait)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_waits_longer_each_time_and_gives_up_after_three_days() {
        let noon = DateTime::<Utc>::UNIX_EPOCH;
        let waits: Vec<_> = (1..=4).map(|tries| (again(tries, noon, noon).unwrap() - noon).num_seconds()).collect();
        assert_eq!(waits, [5, 10, 20, 40]);
        assert_eq!(again(u32::MAX, noon, noon), Some(noon + LONGEST_WAIT));
        assert!(again(30, noon, noon + PATIENCE - TimeDelta::seconds(1)).is_some());
        assert_eq!(again(30, noon, noon + PATIENCE), None);
    }

    #[test]
    fn a_message_is_the_same_however_often_and_tells_ids_alone() {
        let event = |position| Happened {
            kind: EventKind::SpendDecided,
            node: Uuid::from_u128(7),
            position,
            at: DateTime::UNIX_EPOCH,
        };
        let hook = WebhookId(Uuid::from_u128(2));
        let told = |seconds| {
            message(hook, b"key", &[event(4), event(6)], DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds)).unwrap()
        };
        let (first, second) = (told(1), told(2));
        assert_eq!((&first.id, &first.body), (&second.id, &second.body));
        assert_ne!(first.signature, second.signature);
        let body: serde_json::Value = serde_json::from_slice(&first.body).unwrap();
        assert_eq!(body["data"]["events"][1]["position"], "6");
        assert_eq!(body["data"]["events"][0].as_object().unwrap().len(), 4);
        assert_eq!(message(hook, b"key", &[], DateTime::UNIX_EPOCH), None);
    }

    #[test]
    fn an_app_is_told_outside_and_with_the_scope_for_it() {
        let scopes = [AppScope::SyncRead];
        assert_eq!(may_be_told("https://app.example/hook", &scopes, false), Ok(()));
        assert_eq!(
            may_be_told("https://app.example/hook", &[AppScope::SpendsRead], false),
            Err(AppRefusal::ScopeMissing)
        );
        for inside in [
            "http://app.example/hook",
            "https://127.0.0.1/",
            "https://[::1]/",
            "https://localhost/",
            "https://metadata.internal/",
            "x",
        ] {
            assert_eq!(may_be_told(inside, &scopes, false), Err(AppRefusal::AddressNotPublic), "{inside}");
        }
        assert_eq!(may_be_told("http://127.0.0.1:4242/", &scopes, true), Ok(()));
    }
}
