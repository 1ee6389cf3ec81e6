//! The directory against the standard's own schemas and examples, which lie beside the project and are no part of it. Where
//! they are not there, there is nothing to compare with.

use std::fs;
use std::path::{Path, PathBuf};

use busfare_entity::words::Weekday;
use chrono::NaiveTime;
use jsonschema::Validator;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Map, Value, json};

use super::*;
use crate::rules::{
    calendar::HOME,
    hub_session::{Draft, Plain, Plan, When},
};

fn folder() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/fixtures/open-referral-uk");
    folder.is_dir().then_some(folder)
}

fn file(name: &str) -> Option<Value> {
    let text = fs::read_to_string(folder()?.join(name)).unwrap();
    Some(serde_json::from_str(&text).unwrap())
}

fn schema(name: &str) -> Option<Validator> {
    Some(jsonschema::draft202012::new(&file(&format!("schema/{name}"))?).unwrap())
}

/// The same, asking for the formats of ids, addresses and dates as well.
fn strict(name: &str) -> Option<Validator> {
    let schema = file(&format!("schema/{name}"))?;
    Some(jsonschema::draft202012::options().should_validate_formats(true).build(&schema).unwrap())
}

fn kept(feed: &Value) -> Vec<Record> {
    let mut read = Feed::default();
    read.add(read_page(feed.to_string().as_bytes()).unwrap());
    read.finish().unwrap()
}

#[test]
fn the_examples_come_out_as_they_went_in_and_are_valid() {
    let Some(service) = schema("compiled/service.json") else { return };
    for example in ["examples/service_full.json", "examples/service_list.json"] {
        let feed = file(example).unwrap();
        let published = kept(&feed);
        assert_eq!(published.len(), 1);
        let one = Value::Object(published[0].published.clone());
        assert_eq!(one, feed.get("contents").map_or(&feed, |contents| &contents[0]).clone());
        assert!(service.is_valid(&one));
        let page = envelope(vec![one], 10, 1, 1);
        if feed.get("contents").is_some() {
            assert_eq!(page, feed, "the page is the standard's");
        }
    }
}

#[test]
fn the_example_is_shown_as_it_is_meant() {
    let Some(example) = file("examples/service_full.json") else { return };
    let records = kept(&example);
    let shown = &records[0].resource;
    assert_eq!((shown.name.as_str(), shown.status), ("Community Counselling", Status::Active));
    assert_eq!(shown.url.as_deref(), Some("http://example.com/counselling"));
    assert_eq!((shown.minimum_age, shown.maximum_age), (Some(12), Some(100)));
    assert_eq!(shown.times[0].rule.as_deref(), Some("FREQ=WEEKLY;BYDAY=TH,FR;BYMONTHDAY=2,3,4"));
    assert_eq!(shown.organisation.as_ref().unwrap().name, "Example Organization Inc.");
    assert_eq!((shown.contacts[0].name.as_str(), shown.needs[0].name.as_str()), ("Ann Persona", "name"));
    let place = &shown.places[0];
    // The example is at 100 degrees north, where nothing is.
    assert_eq!((place.point, place.postcode.as_deref()), (None, Some("ABC 1234")));
    assert_eq!(place.accessibility.len(), 1);
    assert!(assured(shown, "2026-11-23".parse().unwrap()).is_stale());
}

#[test]
fn a_place_of_the_examples_is_read_and_written_as_it_was() {
    let Some(example) = file("examples/service_at_location_full.json") else { return };
    let Value::Object(mut location) = example["location"].clone() else { panic!("a place") };
    let before = location.clone();
    let read = venue(&mut location).unwrap();
    assert!(!read.accessibility.is_empty() && !read.address.postcode.is_empty());
    assert_eq!(as_location(uuid::Uuid::nil(), &read, Some(&location)), before);
}

#[test]
fn our_hubs_are_services_of_the_standard() {
    let Some(service) = strict("compiled/service.json") else { return };
    let time = |text: &str| NaiveTime::parse_from_str(text, "%H:%M").unwrap();
    let plans = [
        Plan::Once,
        Plan::Weekly { weekdays: vec![Weekday::Tuesday, Weekday::Friday], every_weeks: 2 },
        Plan::Monthly { place: -1, weekday: Weekday::Monday, every_months: 3 },
    ];
    let mut sessions = Vec::new();
    for (number, plan) in plans.into_iter().enumerate() {
        let starts_on = "2026-11-24".parse().unwrap();
        let when = When::Plain(Plain { plan, from: time("09:30"), to: time("11:00"), starts_on, ends_on: None });
        let draft = Draft { name: "Drop-in", when, slots: None, closes_with_council: true };
        let session = draft.parse(HOME).unwrap().1;
        sessions.push((uuid::Uuid::from_u128(number as u128 + 1), "Drop-in", session));
    }
    let library = Venue {
        name: "Library".into(),
        point: Point::try_new(51.5, -3.0),
        accessibility: vec!["Level access".into(), "Hearing loop".into()],
        ..Venue::default()
    };
    let location = as_location(uuid::Uuid::from_u128(9), &library, None);
    let hub = Hub {
        id: uuid::Uuid::from_u128(8),
        name: "Ton library",
        description: "Come and talk to us.",
        location: &location,
        organisation: (uuid::Uuid::from_u128(10), "Ton council"),
        sessions: &sessions,
        modified: "2026-11-23T10:00:00Z".parse().unwrap(),
    };
    let published = Value::Object(as_service(&hub, "2026-11-25".parse().unwrap()));
    let faults: Vec<_> = service.iter_errors(&published).map(|fault| fault.to_string()).collect();
    assert_eq!(faults, [""; 0]);
    assert_eq!(published["schedules"].as_array().unwrap().len(), 2, "what is over is not published");
    assert_eq!(published["schedules"][0]["byday"], "TU,FR");
    // Whoever imports it has it as we published it.
    let records = kept(&published);
    assert_eq!(Value::Object(records[0].published.clone()), published);
    assert_eq!(records[0].resource.places[0].accessibility, ["Level access", "Hearing loop"]);
}

/// Every way to a value within another, as JSON pointers.
fn ways(value: &Value, so_far: &str, ways_there: &mut Vec<String>) {
    ways_there.push(so_far.to_owned());
    match value {
        Value::Object(fields) => {
            fields.iter().for_each(|(field, value)| ways(value, &format!("{so_far}/{field}"), ways_there))
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(at, item)| ways(item, &format!("{so_far}/{at}"), ways_there))
        }
        _ => {}
    }
}

#[test]
fn whatever_is_changed_in_the_examples_we_and_the_schema_agree() {
    let (Some(service), Some(example)) = (schema("compiled/service.json"), file("examples/service_full.json")) else {
        return;
    };
    let mut places = Vec::new();
    ways(&example, "", &mut places);
    let others = [
        json!(null),
        json!(7),
        json!(""),
        json!("MONTHLY"),
        json!("postal"),
        json!([]),
        json!({}),
        json!([{}]),
        json!(true),
        json!("x"),
    ];
    let (mut agreed, mut refused) = (0, 0);
    let mut compare = |changed: Value| {
        let Value::Object(mut object) = changed else { return };
        let mut amiss = Vec::new();
        check(&SERVICE, &mut object, &mut |field, says| amiss.push((field, says)));
        // What is null and need not be there is left out: after that, the schema says the same.
        assert_eq!(amiss.is_empty(), service.is_valid(&Value::Object(object)), "{amiss:?}");
        agreed += 1;
        refused += usize::from(!amiss.is_empty());
    };
    for place in places.iter().filter(|place| !place.is_empty()) {
        for other in &others {
            let mut changed = example.clone();
            *changed.pointer_mut(place).unwrap() = other.clone();
            compare(changed);
        }
        let (parent, field) = place.rsplit_once('/').unwrap();
        let mut changed = example.clone();
        if let Some(Value::Object(parent)) = changed.pointer_mut(parent) {
            parent.remove(field);
        }
        compare(changed);
    }
    assert!(agreed > 1_000 && refused > 500, "{agreed} {refused}");
}

#[test]
fn every_field_that_the_schema_knows_is_known_here_as_what_it_is() {
    let (Some(service), Some(schema)) = (schema("compiled/service.json"), file("schema/compiled/service.json")) else {
        return;
    };
    // A service with every field that the schema has, made from the schema; then each of them of another kind.
    let whole = made_from(&schema);
    assert!(service.is_valid(&whole));
    let mut places = Vec::new();
    ways(&whole, "", &mut places);
    for place in places.iter().filter(|place| !place.is_empty()) {
        let mut changed = whole.clone();
        *changed.pointer_mut(place).unwrap() = json!(true);
        assert!(!service.is_valid(&changed), "{place}");
        let Value::Object(mut object) = changed else { panic!("an object") };
        let mut amiss = 0;
        check(&SERVICE, &mut object, &mut |_, _| amiss += 1);
        assert_eq!(amiss, 1, "{place}");
    }
    assert!(places.len() > 150, "{}", places.len());
}

fn made_from(schema: &Value) -> Value {
    match (schema["type"].as_str(), schema["enum"].as_array()) {
        (_, Some(words)) => words[0].clone(),
        (Some("object"), _) => {
            let fields = schema["properties"].as_object().unwrap();
            Value::Object(
                fields.iter().map(|(field, schema)| (field.clone(), made_from(schema))).collect::<Map<_, _>>(),
            )
        }
        (Some("array"), _) => json!([made_from(&schema["items"])]),
        (Some("number"), _) => json!(1.5),
        _ => json!("a"),
    }
}

#[test]
fn a_thousand_services_come_out_as_they_went_in() {
    let Some(example) = file("examples/service_full.json") else { return };
    let mut runner = TestRunner::new(Config { cases: 4, ..Config::default() });
    let strategy = proptest::collection::vec(("[a-zé ]{0,40}", proptest::num::i32::ANY, proptest::bool::ANY), 1_000);
    let result = runner.run(&strategy, |rows| {
        let services: Vec<Value> = rows
            .into_iter()
            .enumerate()
            .map(|(number, (text, extra, full))| {
                let mut one = if full { example.clone() } else { json!({ "name": text, "status": "inactive" }) };
                one["id"] = json!(format!("id-{number:05}"));
                one["x_extra"] = json!({ "text": text, "number": extra });
                one
            })
            .collect();
        let records = kept(&json!(services));
        let published: Vec<Value> = records.into_iter().map(|record| Value::Object(record.published)).collect();
        prop_assert_eq!(published, services);
        Ok(())
    });
    result.unwrap();
}
