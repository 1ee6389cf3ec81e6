//! Stories of privacy: people by the least that tells them apart, warnings that end by themselves, and records that few read.

use busfare::store;
use busfare_entity::words::PersonId;
use serde_json::{Value, json};

use crate::{
    council::Person,
    verbs::{PUT, PUT_PERSON, does},
};

mod amiss;
mod desk;
mod drafts;
mod forgotten;
pub mod kept;
mod merged;
mod people;
mod restricted;
mod shared;
mod stewards;
mod story;
mod warnings;

/// A new id for a person, as a phone makes it.
fn somebody() -> String {
    store::mint::id::<PersonId>().to_string()
}

/// Names somebody, and gives the id.
pub async fn named(person: &Person<'_>, name: &str) -> String {
    let put = does(person, PUT_PERSON, json!({ "displayName": name })).await;
    assert_eq!(put["userErrors"], json!([]), "{put:#}");
    put["person"]["id"].as_str().unwrap().to_owned()
}

/// A record of a hub's conversation about somebody.
pub async fn record_about(person: &Person<'_>, about: &str, words: &str) -> String {
    let hub = person.good("{ hubs { id } }", json!({})).await["hubs"][0]["id"].clone();
    let form = "query($id: ID!) { formFor(context: { hubId: $id }) { form { id } } }";
    let form = person.good(form, json!({ "id": hub })).await["formFor"]["form"]["id"].clone();
    let id = store::mint::id::<busfare_entity::words::RecordId>().to_string();
    let answers = json!([{ "linkId": "what-matters", "value": { "text": words } }]);
    let begin = json!({ "formId": form, "personId": about });
    let put = does(person, PUT, json!({ "recordId": id, "begin": begin, "answers": answers })).await;
    assert_eq!(put["userErrors"], json!([]), "{put:#}");
    id
}

/// What stands in a record, as somebody reads it; none where she cannot see it.
async fn reads(person: &Person<'_>, record: &str) -> Option<Vec<Value>> {
    let read = "query($id: ID!) { node(id: $id) { ... on Record { answers { text } } } }";
    let node = person.good(read, json!({ "id": record })).await["node"].clone();
    let answers = node.get("answers")?.as_array()?.clone();
    Some(answers.into_iter().map(|answer| answer["text"].clone()).collect())
}
