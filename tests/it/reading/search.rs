//! What is on a receipt can be searched for by whoever may see it, and is plain to nobody who has the disk or the log.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use busfare::{store::mint, work::reading::Readers};
use busfare_entity::words::ReceiptId;
use serde_json::{Value, json};

use super::{CONFIRM, Reads, SHOES, can_read, jobs_are_done, photographed};
use crate::{
    corpus,
    council::{Council, Person, on_both},
    server_process::{Premises, ServerProcess, is_installed},
    verbs::{ATTACH, CAPTURE, does},
};

const SEARCH: &str = "query($words: String!, $first: Int) { receipts(search: $words, first: $first) { nodes { id } pageInfo { hasNextPage } } }";

/// The ids of what somebody finds.
async fn finds(person: &Person<'_>, words: &str) -> Vec<Value> {
    let found = person.good(SEARCH, json!({ "words": words })).await["receipts"]["nodes"].clone();
    found.as_array().unwrap().iter().map(|node| node["id"].clone()).collect()
}

on_both! {
    async fn words_that_were_read_are_found_by_whoever_may_see_the_receipt(here: &Reads) {
        if !can_read(here) { return }
        let (mari, tomos, gethin) = (here.person("mari.prydderch").await, here.person("tomos.ellwood").await, here.person("gethin.bowmer").await);
        let spend = mari.requests_spend(json!({ "unitPrice": "6.00" })).await["spend"]["id"].clone();
        let shoes = photographed(&mari, SHOES, json!({ "spendId": spend })).await;
        let loaf = photographed(&mari, "^#!Becws y Bont\nBara brith|3.00\nTOTAL|3.00\nCASH|3.00\n19/11/2026 09:00", json!({})).await;
        jobs_are_done(here, Readers::WhereInstalled).await;

        assert_eq!(finds(&mari, "shoes").await, [json!(shoes)]);
        assert_eq!(finds(&mari, "ZEBEDEE school").await, [json!(shoes)], "capitals do not matter, and every word counts");
        assert_eq!(finds(&mari, "bara").await, [json!(loaf)]);
        assert_eq!(finds(&mari, "bara shoes").await, Vec::<Value>::new());
        assert_eq!(finds(&mari, "total").await, [json!(loaf), json!(shoes)], "newest first");
        // Gethin answers for the team, so he sees what is evidence of its spends, and nothing of her receipt bin.
        assert_eq!(finds(&gethin, "shoes").await, [json!(shoes)]);
        assert_eq!(finds(&gethin, "bara").await, Vec::<Value>::new());
        assert_eq!(finds(&tomos, "shoes").await, Vec::<Value>::new());
    }
}

on_both! {
    async fn a_merchant_that_somebody_confirmed_is_found_without_any_machine(council: &Council) {
        let (mari, tomos) = (council.person("mari.prydderch").await, council.person("tomos.ellwood").await);
        let receipt = does(&mari, CAPTURE, json!({})).await["receipt"]["id"].clone();
        does(&mari, CONFIRM, json!({ "receiptId": receipt, "merchant": "Caffi'r Tŷ Gwyn" })).await;
        assert_eq!(finds(&mari, "gwyn").await, std::slice::from_ref(&receipt));
        assert_eq!(finds(&mari, "CAFFÏR").await, std::slice::from_ref(&receipt));
        assert_eq!(finds(&tomos, "gwyn").await, Vec::<Value>::new());

        // Said again, only what stands is found.
        does(&mari, CONFIRM, json!({ "receiptId": receipt, "merchant": "Becws" })).await;
        assert_eq!((finds(&mari, "gwyn").await, finds(&mari, "becws").await), (vec![], vec![receipt.clone()]));
        let spend = tomos.requests_spend(json!({})).await["spend"]["id"].clone();
        assert_eq!(tomos.problem(ATTACH, json!({ "input": crate::verbs::with_key(json!({ "receiptId": receipt, "spendId": spend })) })).await, "NOT_FOUND");

        for wrong in ["", "  ", "a", "ab £ 1", "% _ '", "\0", &"x ".repeat(60), &"wordy ".repeat(40), "one two three four five six"] {
            assert_eq!(mari.problem(SEARCH, json!({ "words": wrong })).await, "BAD_USER_INPUT", "{wrong}");
        }
        for first in [0, -1, 101, i32::MAX] {
            assert_eq!(mari.problem(SEARCH, json!({ "words": "becws", "first": first })).await, "BAD_USER_INPUT");
        }
        for hostile in ["' OR 1=1 --", "becws'; DROP TABLE receipt_word; --", "%%%", "___becws___becws"] {
            let answer = mari.sends(SEARCH, json!({ "words": hostile })).await;
            assert!(answer["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT" || answer["data"]["receipts"]["nodes"].is_array(), "{answer:#}");
        }
        assert_eq!(council.stranger().problem(SEARCH, json!({ "words": "becws" })).await, "UNAUTHENTICATED");
    }
}

fn has(bytes: &[u8], word: &str) -> bool {
    bytes.windows(word.len()).any(|window| window.eq_ignore_ascii_case(word.as_bytes()))
}

/// Every file below a folder.
fn files_below(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files_below(&path) } else { vec![path] }).collect()
}

/// Sends a photograph, and waits until a machine has read it.
async fn reads(server: &ServerProcess, token: &str, receipt: &str) {
    let put = server.puts(token, receipt, &corpus::saying(SHOES)).await;
    assert!(put.status().is_success(), "{}", put.status());
    let says = "query($id: ID!) { node(id: $id) { ... on Receipt { reading { state } } } }";
    for _ in 0..600 {
        let node = server.good(token, says, &json!({ "id": receipt })).await["node"].clone();
        if node["reading"]["state"] == "READ" {
            return;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    panic!("it was not read: {}", server.stderr());
}

on_both! {
    async fn no_word_of_a_receipt_is_plain_in_the_database_in_the_folder_or_in_the_log(here: &Premises) {
        if !is_installed("tesseract") { return }
        let token = here.demo_once();
        let mut command = here.command("serve");
        command.env("BUSFARE_LOG", "trace");
        let server = ServerProcess::start(command, "Busfare listens on ");
        let receipt = mint::id::<ReceiptId>().to_string();

        reads(&server, &token, &receipt).await;

        let found = server.good(&token, SEARCH, &json!({ "words": "zebedee" })).await;
        assert_eq!(found["receipts"]["nodes"], json!([{ "id": receipt }]), "it was read, and is found");
        let files = files_below(here.data.path());
        for path in &files {
            let bytes = std::fs::read(path).unwrap();
            assert!(!has(&bytes, "zebedee") && !has(&bytes, "ysgol shoes"), "{}", path.display());
        }
        assert!(files.len() > 3);
        // The search itself came over the line, whose bytes no library writes into the log either.
        let log = server.stderr();
        assert!(log.contains("TRACE") && log.contains("/receipts/{id}/content"), "the log was heard");
        for word in ["zebedee", "ysgol", "shoes"] {
            assert!(!has(log.as_bytes(), word), "{word} is in the log");
        }
        server.kill();
    }
}
