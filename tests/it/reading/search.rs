//! What is on a receipt can be searched for by whoever may see it, and is plain to nobody who has the disk or the log.

use std::{
    io,
    sync::{Arc, Mutex},
};

use busfare::work::reading::Readers;
use serde_json::{Value, json};

use super::{CONFIRM, Reads, SHOES, can_read, jobs_are_done, photographed};
use crate::{
    council::{Council, Person, on_both},
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

/// Whatever is logged, kept.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn has(bytes: &[u8], word: &str) -> bool {
    bytes.windows(word.len()).any(|window| window.eq_ignore_ascii_case(word.as_bytes()))
}

/// On one thread, so that everything that is logged on the way is heard.
#[tokio::test]
async fn no_word_of_a_receipt_is_plain_in_the_database_in_the_folder_or_in_the_log() {
    let log = Log::default();
    let heard = log.clone();
    let listener =
        tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(move || heard.clone()).finish();
    let _listening = tracing::subscriber::set_default(listener);
    let here = Reads::on_sqlite().await;
    if !can_read(&here) {
        return;
    }
    let mari = here.person("mari.prydderch").await;
    let receipt = photographed(&mari, SHOES, json!({})).await;
    jobs_are_done(&here, Readers::WhereInstalled).await;
    assert_eq!(finds(&mari, "zebedee").await, [json!(receipt)], "it was read, and is found");

    let mut folders = vec![here.data.path().to_owned()];
    let mut looked_at = 0;
    while let Some(folder) = folders.pop() {
        for file in std::fs::read_dir(folder).unwrap() {
            let path = file.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let bytes = std::fs::read(&path).unwrap();
                assert!(!has(&bytes, "zebedee") && !has(&bytes, "ysgol shoes"), "{}", path.display());
                looked_at += 1;
            }
        }
    }
    assert!(looked_at > 3);
    tracing::info!("the end of the story");
    let told = log.0.lock().unwrap().clone();
    assert!(has(&told, "the end of the story") && has(&told, "a job is done"), "the log was heard");
    for word in ["zebedee", "ysgol", "shoes"] {
        assert!(!has(&told, word), "{word} is in the log");
    }
    here.close().await;
}
