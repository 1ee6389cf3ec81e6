//! A machine suggests, a person confirms: what is read, what stays as it was, and how it goes without the machine.

use std::process::Command;

use busfare::{
    store,
    work::{pictures, reading::Readers},
};
use busfare_entity::{receipt_confirmation, receipt_link, receipt_reading, spend, verdict, words::ReceiptId};
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::json;

use super::{AGAIN, CONFIRM, Reads, SHOES, can_read, jobs_are_done, photographed, sees};
use crate::{
    corpus,
    council::{Council, on_both},
    verbs::{CAPTURE, RECORD_SPENT, does, with_key},
};

const ALL: &str = "state confirmed { total { amount } } reading { state engine engineVersion extractorVersion readAt text
    merchant { suggested candidates { value strength reasons } } boughtOn { suggested } boughtAt { suggested }
    total { suggested { amount currency } candidates { value { amount } reasons } } vatNumber { suggested } vat { suggested { amount } } vatRate { suggested } }";

/// A photograph as newer phones take it; none where the programs for it are missing.
fn as_heic(jpeg: &[u8]) -> Option<Vec<u8>> {
    let folder = tempfile::tempdir().unwrap();
    let [from, to] = ["in.jpg", "out.heic"].map(|name| folder.path().join(name));
    // Stood upright first, as phones that write HEIC say so in another way.
    std::fs::write(&from, pictures::prepare(jpeg).unwrap().bytes).unwrap();
    let made = Command::new("heif-enc").args(["-q", "90"]).arg(&from).arg("-o").arg(&to).output().ok()?;
    let shown = ["heif-convert", "heif-dec"].iter().any(|tool| Command::new(tool).arg("--version").output().is_ok());
    (made.status.success() && shown).then(|| std::fs::read(&to).unwrap())
}

on_both! {
    async fn what_a_machine_reads_is_suggested_and_nothing_of_it_is_a_fact(here: &Reads) {
        if !can_read(here) { return }
        let mari = here.person("mari.prydderch").await;
        let spend = mari.requests_spend(json!({ "unitPrice": "1.15" })).await["spend"]["id"].clone();
        let receipt = photographed(&mari, SHOES, json!({ "spendId": spend })).await;
        let before = (spend::Entity::find().all(here.state.db.reader()).await.unwrap(), receipt_link::Entity::find().all(here.state.db.reader()).await.unwrap());
        assert_eq!(sees(&mari, &receipt, "reading { state total { suggested { amount } candidates { strength } } }").await["reading"],
            json!({ "state": "PENDING", "total": { "suggested": null, "candidates": [] } }));

        assert_eq!(jobs_are_done(here, Readers::WhereInstalled).await.stuck, 0);

        let seen = sees(&mari, &receipt, ALL).await;
        let reading = &seen["reading"];
        assert_eq!((&reading["state"], &reading["engine"]), (&json!("READ"), &json!("tesseract")), "{seen:#}");
        assert_eq!(reading["total"]["suggested"], json!({ "amount": "24.00", "currency": "GBP" }), "{seen:#}");
        assert_eq!(reading["merchant"]["suggested"], "Ysgol Shoes Ltd");
        assert_eq!(reading["boughtOn"]["suggested"], "2026-11-20");
        assert_eq!(reading["boughtAt"]["suggested"], "14:05");
        assert_eq!(reading["vatNumber"]["suggested"], "GB123456782");
        assert!(reading["total"]["candidates"][0]["reasons"].as_array().unwrap().contains(&json!("TOTAL_WORD")));
        assert!(reading["text"].as_str().unwrap().contains("School shoes"));
        assert!(!reading["engineVersion"].as_str().unwrap().is_empty() && reading["extractorVersion"].is_i64());

        // Nothing that counts has moved: no amount, no link, no word of a person.
        assert_eq!(seen["confirmed"], json!(null));
        let after = (spend::Entity::find().all(here.state.db.reader()).await.unwrap(), receipt_link::Entity::find().all(here.state.db.reader()).await.unwrap());
        assert_eq!(after, before);
        assert_eq!(receipt_confirmation::Entity::find().count(here.state.db.reader()).await.unwrap(), 0);
        for verdict in verdict::Entity::find().all(here.state.db.reader()).await.unwrap() {
            let by = store::people::practitioners(here.state.db.reader(), mari.row().organisation_id, &[verdict.decided_by]).await.unwrap();
            assert_eq!(by.len(), 1, "a person decided each amount");
        }
    }

    async fn a_picture_of_an_iphone_is_read_like_any_other(here: &Reads) {
        if !can_read(here) { return }
        let Some(heic) = as_heic(&corpus::saying(SHOES)) else {
            eprintln!("SKIPPED: heif-enc or heif-convert is missing (apt-get install libheif-examples)");
            return;
        };
        let mari = here.person("mari.prydderch").await;
        let receipt = does(&mari, CAPTURE, json!({})).await["receipt"]["id"].as_str().unwrap().to_owned();
        assert!(mari.puts(&receipt, heic).await.status().is_success());

        assert_eq!(jobs_are_done(here, Readers::WhereInstalled).await.stuck, 0);

        let seen = sees(&mari, &receipt, "reading { state text total { candidates { value { amount } } } }").await["reading"].clone();
        assert_eq!(seen["state"], "READ");
        assert!(seen["text"].as_str().unwrap().contains("School shoes"), "{seen:#}");
        assert!(seen["total"]["candidates"].as_array().unwrap().contains(&json!({ "value": { "amount": "24.00" } })), "{seen:#}");
    }

    async fn what_a_picture_seems_to_say_suggests_a_spend_says_so_and_attaches_nothing(here: &Reads) {
        if !can_read(here) { return }
        let mari = here.person("mari.prydderch").await;
        let spend = mari.requests_spend(json!({ "unitPrice": "24.00", "reason": "School shoes" })).await["spend"]["id"].clone();
        does(&mari, RECORD_SPENT, json!({ "spendId": spend, "amount": "24.00" })).await;
        let receipt = photographed(&mari, SHOES, json!({})).await;
        const SUGGESTED: &str = "spends { id } suggestedSpends { spend { id } reasons }";
        assert_eq!(sees(&mari, &receipt, SUGGESTED).await, json!({ "spends": [], "suggestedSpends": [] }));
        jobs_are_done(here, Readers::WhereInstalled).await;

        let seen = sees(&mari, &receipt, SUGGESTED).await;
        assert_eq!((&seen["spends"], &seen["suggestedSpends"][0]["spend"]["id"]), (&json!([]), &spend), "{seen:#}");
        let reasons = seen["suggestedSpends"][0]["reasons"].as_array().unwrap();
        assert!(reasons.contains(&json!("CAPTURED_THEN")) && reasons.contains(&json!("PICTURE_SEEMS_TO_SAY")), "{seen:#}");
        // Once a person has said what it says, only that counts.
        does(&mari, CONFIRM, json!({ "receiptId": receipt, "total": "23.00" })).await;
        assert_eq!(sees(&mari, &receipt, SUGGESTED).await, json!({ "spends": [], "suggestedSpends": [] }));
    }

    async fn reading_again_changes_neither_what_a_person_said_nor_what_was_read_before(here: &Reads) {
        if !can_read(here) { return }
        let mari = here.person("mari.prydderch").await;
        let receipt = photographed(&mari, SHOES, json!({})).await;
        jobs_are_done(here, Readers::WhereInstalled).await;
        does(&mari, CONFIRM, json!({ "receiptId": receipt, "merchant": "Siop Esgidiau", "total": "23.00" })).await;
        let first = receipt_reading::Entity::find().one(here.state.db.reader()).await.unwrap().unwrap();

        let again = does(&mari, AGAIN, json!({ "receiptId": receipt })).await;
        assert_eq!(again["receipt"]["reading"]["state"], "PENDING", "{again:#}");
        jobs_are_done(here, Readers::WhereInstalled).await;

        let seen = sees(&mari, &receipt, ALL).await;
        assert_eq!((&seen["confirmed"]["total"]["amount"], &seen["reading"]["total"]["suggested"]["amount"]), (&json!("23.00"), &json!("24.00")));
        let rows = receipt_reading::Entity::find().all(here.state.db.reader()).await.unwrap();
        assert_eq!((rows.len(), rows.contains(&first)), (2, true));
        assert_ne!(rows[0].sealed_text, rows[1].sealed_text, "sealed anew each time");
    }
}

on_both! {
    async fn without_the_program_everything_else_works(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        if !can_read(council) { return }
        let receipt = photographed(&mari, SHOES, json!({})).await;
        assert_eq!(sees(&mari, &receipt, "state reading { state }").await, json!({ "state": "STORED", "reading": { "state": "UNAVAILABLE" } }), "it is never said to come");
        assert_eq!(jobs_are_done(council, Readers::Off).await.stuck, 0);
        let nothing = json!({ "state": "UNAVAILABLE", "engine": null, "text": null, "total": { "suggested": null, "candidates": [] } });
        assert_eq!(sees(&mari, &receipt, "reading { state engine text total { suggested { amount } candidates { strength } } }").await["reading"], nothing);

        let said = does(&mari, CONFIRM, json!({ "receiptId": receipt, "merchant": "Ysgol Shoes", "total": "24.00" })).await;
        assert_eq!(said["receipt"]["confirmed"]["total"]["amount"], "24.00");

        // A year later somebody installs it. What is asked for then is read then.
        does(&mari, AGAIN, json!({ "receiptId": receipt })).await;
        jobs_are_done(council, Readers::WhereInstalled).await;
        assert_eq!(sees(&mari, &receipt, "reading { state total { suggested { amount } } }").await["reading"], json!({ "state": "READ", "total": { "suggested": { "amount": "24.00" } } }));
        // It goes away again, and what was read stays known.
        does(&mari, AGAIN, json!({ "receiptId": receipt })).await;
        jobs_are_done(council, Readers::Off).await;
        assert_eq!(sees(&mari, &receipt, "reading { state }").await["reading"]["state"], "READ");
    }

    async fn a_receipt_is_read_again_for_whoever_captured_it_and_has_a_picture(council: &Council) {
        let (mari, tomos) = (council.person("mari.prydderch").await, council.person("tomos.ellwood").await);
        let receipt = does(&mari, crate::verbs::CAPTURE, json!({})).await["receipt"]["id"].clone();
        let wrong = [json!(receipt), json!(""), json!("rcpt_00000000000000000000000000"), json!("rcpt_\0"), json!(store::mint::id::<ReceiptId>().to_string())];
        for id in &wrong {
            assert_eq!(tomos.problem(AGAIN, json!({ "input": with_key(json!({ "receiptId": id })) })).await, "NOT_FOUND", "{id}");
        }
        assert_eq!(crate::verbs::refused(&mari, AGAIN, json!({ "receiptId": receipt })).await, "NO_PICTURE");
        assert_eq!(council.stranger().problem(AGAIN, json!({ "input": with_key(json!({ "receiptId": receipt })) })).await, "UNAUTHENTICATED");
        assert_eq!(sees(&mari, receipt.as_str().unwrap(), "reading { state }").await, json!({ "reading": null }));

        assert!(mari.puts(receipt.as_str().unwrap(), busfare::work::pictures::sample::bus_ticket("1.15")).await.status().is_success());
        let one = with_key(json!({ "receiptId": receipt }));
        let [first, second] = [(); 2].map(|()| mari.good(AGAIN, json!({ "input": one })));
        let (first, second) = (first.await["it"].clone(), second.await["it"].clone());
        assert_eq!((&first["replayed"], &second["replayed"]), (&json!(false), &json!(true)), "{first:#}");
        let other = does(&mari, crate::verbs::CAPTURE, json!({})).await["receipt"]["id"].clone();
        let reused = mari.good(AGAIN, json!({ "input": { "idempotencyKey": one["idempotencyKey"], "receiptId": other } })).await;
        assert_eq!(reused["it"]["userErrors"][0]["code"], "IDEMPOTENCY_KEY_REUSED");
    }
}
