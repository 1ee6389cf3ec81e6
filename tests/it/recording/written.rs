//! How stories write questions and forms.

use serde_json::{Value, json};

use crate::{
    council::Person,
    verbs::{ADD_QUESTION, DRAFT, PUBLISH, does},
};

/// A question as somebody adds it, with some of it changed.
pub fn question(code: &str, kind: &str, changes: Value) -> Value {
    let mut input = json!({
        "code": code,
        "kind": kind,
        "prompt": { "en": format!("What about {code}?"), "cy": format!("Beth am {code}?") },
        "whyWeAsk": { "en": "So that nobody asks twice.", "cy": "Fel na fydd neb yn gofyn ddwywaith." },
        "purpose": "Telling a story.",
        "lawfulBasis": "PUBLIC_TASK",
        "readers": "TEAM",
        "retentionDays": 365,
        "reviewOn": (busfare::http::clock::now() + chrono::TimeDelta::days(300)).date_naive().to_string(),
    });
    let fields = input.as_object_mut().unwrap();
    for (name, value) in changes.as_object().unwrap() {
        fields.insert(name.clone(), value.clone());
    }
    input
}

/// Adds a question to the bank, and gives its id.
pub async fn adds(person: &Person<'_>, code: &str, kind: &str, changes: Value) -> String {
    let added = does(person, ADD_QUESTION, question(code, kind, changes)).await;
    assert_eq!(added["userErrors"], json!([]), "{added:#}");
    added["question"]["id"].as_str().unwrap().to_owned()
}

/// A question of the bank where it stands in a form.
pub fn asks(link_id: &str, code: &str) -> Value {
    json!({ "linkId": link_id, "part": { "question": { "code": code } } })
}

/// A draft with some of it filled in.
pub fn a_draft(mut draft: Value) -> Value {
    let fields = draft.as_object_mut().unwrap();
    fields.entry("title").or_insert_with(|| json!({ "en": "A form", "cy": "Ffurflen" }));
    fields.entry("offers").or_insert_with(|| json!([]));
    draft
}

/// Drafts a form and publishes it, and gives the version's id.
pub async fn publishes(person: &Person<'_>, draft: Value) -> String {
    let drafted = does(person, DRAFT, a_draft(draft)).await;
    assert_eq!(drafted["userErrors"], json!([]), "{drafted:#}");
    let input = json!({ "draftId": drafted["draft"]["id"], "baseRevision": drafted["draft"]["revision"] });
    let published = does(person, PUBLISH, input).await;
    assert_eq!(published["userErrors"], json!([]), "{published:#}");
    published["form"]["id"].as_str().unwrap().to_owned()
}
