//! Stories of recording: the smallest form, saved answer by answer, that nothing and nobody holds up.

use busfare::store;
use busfare_entity::words::RecordId;
use serde_json::{Value, json};

use crate::{
    council::Person,
    verbs::{PUT, does},
};

mod any_order;
mod author;
mod captures;
mod devices;
mod forms;
mod known;
mod own;
mod proportion;
mod readers;
mod saves;
mod tables;
mod telemetry;
mod upgrade;
pub mod written;

/// The form for a purpose.
const FOR_PURPOSE: &str =
    "query($id: ID!) { formFor(context: { spendPurposeId: $id }) { because form { id code maxShown requiredCount
    items { linkId required prompt whyWeAsk kind choices { code label } } } } }";
/// A record, read again.
const READ: &str =
    "query($id: ID!) { node(id: $id) { ... on Record { id completedAt language spend { id } author { name }
    answers { linkId revision text yesNo number absent problem } } } }";

/// A new id for a record, as a phone makes it.
pub fn new_id() -> String {
    store::mint::id::<RecordId>().to_string()
}

/// The id of the form for a hub's conversations.
pub async fn hub_form(person: &Person<'_>) -> String {
    let hub = person.good("{ hubs { id } }", json!({})).await["hubs"][0]["id"].clone();
    let offer =
        person.good("query($id: ID!) { formFor(context: { hubId: $id }) { form { id } } }", json!({ "id": hub })).await;
    offer["formFor"]["form"]["id"].as_str().unwrap().to_owned()
}

/// The answers as they stand, by question.
async fn answers(person: &Person<'_>, id: &str) -> Vec<Value> {
    person.good(READ, json!({ "id": id })).await["node"]["answers"].as_array().unwrap().clone()
}

/// One answer, with or without what it is based on.
pub fn answer(link_id: &str, value: Value, base: Option<i32>) -> Value {
    json!({ "linkId": link_id, "value": value, "baseRevision": base })
}

/// A record begun with these answers in a hub's conversation.
async fn begun(person: &Person<'_>, answers: &[Value]) -> String {
    let id = new_id();
    let begin = json!({ "formId": hub_form(person).await });
    let saved = does(person, PUT, json!({ "recordId": id, "begin": begin, "answers": answers })).await;
    assert_eq!((&saved["userErrors"], &saved["record"]["id"]), (&json!([]), &json!(id)), "{saved:#}");
    id
}
