//! Stories of receipts that a machine reads: what it says is a suggestion, whatever it says, and whether it is there or not.

use std::ops::Deref;

use busfare::{
    http::clock,
    work::{
        Works,
        jobs::{Ran, hands, run_due},
        reading::{Readers, available},
    },
};
use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::{
    corpus,
    council::{self, Council, Person},
    verbs::{CAPTURE, does},
};

mod amiss;
mod figures;
mod search;
mod stories;

const CONFIRM: &str = "mutation($input: ConfirmReceiptInput!) { it: confirmReceipt(input: $input) { receipt { id confirmed { merchant total { amount } } } userErrors { code message field retry } replayed } }";
const AGAIN: &str = "mutation($input: ReadReceiptAgainInput!) { it: readReceiptAgain(input: $input) { receipt { id reading { state } } userErrors { code message field retry } replayed } }";

/// A till roll that says £24.00.
const SHOES: &str = "^#!Ysgol Shoes Ltd\n^14 High Street\n^Tel 01234 567890\nVAT NO GB 123 4567 82\nSchool shoes|24.00\n#!TOTAL|£24.00\nCASH|£30.00\nCHANGE|£6.00\n20/11/2026 14:05\n^Zebedee thanks you";

/// A council whose server reads receipts.
struct Reads(Council);

impl Deref for Reads {
    type Target = Council;

    fn deref(&self) -> &Council {
        &self.0
    }
}

impl Reads {
    async fn on_sqlite() -> Self {
        Self(Council::on_sqlite_with(Readers::WhereInstalled).await)
    }

    async fn on_postgres() -> Option<Self> {
        Council::on_postgres_with(Readers::WhereInstalled).await.map(Self)
    }

    async fn close(self) {
        self.0.close().await;
    }
}

/// Whether there is anything here to print with and to read with; says so where there is not.
fn can_read(council: &Council) -> bool {
    let reads = available(&works(council, Readers::WhereInstalled)) && corpus::draw::can_print();
    if !reads {
        eprintln!("SKIPPED: tesseract or every font is missing (apt-get install tesseract-ocr fonts-dejavu-core)");
    }
    reads
}

/// What follows up on a council, with or without the program that reads, a day from now.
fn works(council: &Council, readers: Readers) -> Works {
    let later = clock::now() + TimeDelta::days(1);
    Works { readers, clock: std::sync::Arc::new(move || later), ..council::works(&council.state, council.data.path()) }
}

/// Does every job that is due.
async fn jobs_are_done(council: &Council, readers: Readers) -> Ran {
    run_due(&works(council, readers), &hands()).await.unwrap()
}

/// A receipt of hers with this on its picture.
async fn photographed(person: &Person<'_>, says: &str, input: Value) -> String {
    let receipt = does(person, CAPTURE, input).await["receipt"]["id"].as_str().unwrap().to_owned();
    assert!(person.puts(&receipt, corpus::saying(says)).await.status().is_success());
    receipt
}

/// Some of what a person sees of a receipt.
async fn sees(person: &Person<'_>, receipt: &str, fields: &str) -> Value {
    let document = format!("query($id: ID!) {{ node(id: $id) {{ ... on Receipt {{ {fields} }} }} }}");
    person.good(&document, json!({ "id": receipt })).await["node"].clone()
}
