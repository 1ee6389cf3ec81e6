//! Stories of the community's directory: services as others publish them are kept, found, pointed out and passed on as they
//! came, and our hubs are told of in the same terms.

use std::{fs, path::Path};

use busfare::{
    http::clock,
    rules::directory::{Feed, Record, read_page},
    store::{self, directory::Imported},
};
use jsonschema::Validator;
use serde_json::{Value, json};

use crate::council::Council;

mod amiss;
mod desk;
mod finding;
mod importing;
mod pointed_out;
mod published;

/// A file of the standard; none where its folder does not lie beside the project.
fn standard(name: &str) -> Option<Value> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/fixtures/open-referral-uk");
    if !folder.is_dir() {
        eprintln!("SKIPPED: the standard's schemas and examples are not there");
        return None;
    }
    Some(serde_json::from_str(&fs::read_to_string(folder.join(name)).unwrap()).unwrap())
}

/// The standard's schema of a service.
fn schema() -> Option<Validator> {
    Some(jsonschema::draft202012::new(&standard("schema/compiled/service.json")?).unwrap())
}

/// A service with what matters to a story.
fn service(id: &str, name: &str, more: Value) -> Value {
    let mut service = json!({ "id": id, "name": name, "status": "active" });
    for (field, value) in more.as_object().unwrap() {
        service[field] = value.clone();
    }
    service
}

/// Where a service is, for [`service`].
fn at(latitude: f64, longitude: f64) -> Value {
    let location = json!({ "id": "l", "location_type": "physical", "latitude": latitude, "longitude": longitude,
        "accessibility": [{ "id": "a", "description": "Level access" }] });
    json!({ "service_at_locations": [{ "id": "p", "location": location }] })
}

/// Reads a feed that has no fault.
fn read(feed: &Value) -> Vec<Record> {
    let mut read = Feed::default();
    read.add(read_page(feed.to_string().as_bytes()).unwrap());
    read.finish().unwrap()
}

/// Imports a feed as the command line does.
async fn imports(council: &Council, feed: &Value, all_of: Option<&str>) -> Imported {
    let txn = council.state.db.begin().await.unwrap();
    let ours = store::people::organisations(&txn).await.unwrap().remove(0).id;
    let imported = store::directory::import(&txn, ours, &read(feed), all_of, clock::now()).await.unwrap();
    txn.commit().await.unwrap();
    imported
}

/// What an import came to where nothing else did.
fn new(new: usize) -> Imported {
    Imported { new, ..Imported::default() }
}

/// Gets a path of the directory without signing in.
async fn opens(council: &Council, path: &str) -> (u16, Value) {
    let answer = council.http().get(council.url(&format!("/open-referral/services{path}"))).send().await.unwrap();
    assert_eq!(answer.headers()["access-control-allow-origin"], "*", "{path}");
    (answer.status().as_u16(), answer.json().await.unwrap())
}

/// A service as it is passed on.
async fn passed_on(council: &Council, id: &str) -> Option<Value> {
    match opens(council, &format!("/{id}")).await {
        (200, service) => Some(service),
        (404, _) => None,
        other => panic!("{other:?}"),
    }
}
