//! Stories about the scheme of delegation as a file: what it changes for a practitioner, and what it never changes.

use busfare::{
    config::Example,
    demo,
    http::clock,
    rules::{calendar, scheme},
    store::{
        self,
        scheme::{Publication, Published, Version},
    },
};
use serde_json::{Value, json};

use crate::council::{Council, Person};

mod command_line;
mod published;
mod three_schemes;

/// Publishes a file, signed by the head of service.
async fn publishes(council: &Council, source: &str) -> Published {
    let (scheme, problems) = scheme::read(source.as_bytes());
    let scheme = scheme.unwrap_or_else(|| panic!("{problems:#?}"));
    let head = council.person("angharad.celyn").await;
    let publication = Publication {
        organisation: head.row().organisation_id,
        scheme: &scheme,
        source,
        signed_by: head.row().id,
        key: &council.state.key,
    };
    let txn = council.state.db.begin().await.unwrap();
    let published = store::scheme::publish(&txn, publication, clock::now()).await.unwrap();
    txn.commit().await.unwrap();
    published
}

/// Puts one of the shipped schemes in force.
async fn under(council: &Council, example: Example) {
    demo::put_in_force(&council.state.db, &council.state.key, example, clock::now()).await.unwrap();
}

/// The newest version with everything in it.
async fn newest(council: &Council, person: &Person<'_>) -> Version {
    let reader = council.state.db.reader();
    let row = store::scheme::versions(reader, person.row().organisation_id).await.unwrap().remove(0);
    store::scheme::whole(reader, row).await.unwrap()
}

/// Asks for money with the parts of the answer that a scheme decides about.
async fn asks(person: &Person<'_>, council: &Council, purpose: &str, more: Value) -> Value {
    let mut input = json!({ "purposeId": council.purpose(purpose).await.to_string(), "unitPrice": "1.15" });
    for (name, value) in more.as_object().unwrap() {
        input[name] = value.clone();
    }
    let answer = person
        .good(
            "mutation($input: RequestSpendInput!) { requestSpend(input: $input) { userErrors { code } spend { id decision sentence
                ask { asked { name } } verdict { schemeVersion backingStatement backedBy { name } checks { code ok words } replay { agrees outcome checks { words } } } } } }",
            json!({ "input": crate::verbs::with_key(input) }),
        )
        .await;
    answer["requestSpend"].clone()
}
