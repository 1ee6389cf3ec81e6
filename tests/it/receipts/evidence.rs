//! The evidence axis: it moves with receipts and notes, in any order, and money never moves with it.

use busfare_entity::{budget, receipt_link, spend};
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::{Value, json};

use super::{TICKET, captured};
use crate::{
    council::{Council, key, on_both},
    verbs::{ATTACH, CAPTURE, NOTE, does, refused},
};

/// A spend's money, and everything on the budgets.
async fn money(council: &Council) -> (Vec<(spend::Model, i64)>, Vec<budget::Model>) {
    let reader = council.state.db.reader();
    let without_evidence = |row: spend::Model| {
        let held = row.held_pence;
        (spend::Model { evidence: busfare_entity::words::SpendEvidence::NotNeeded, ..row }, held)
    };
    let spends = spend::Entity::find().all(reader).await.unwrap().into_iter().map(without_evidence).collect();
    (spends, budget::Entity::find().all(reader).await.unwrap())
}

on_both! {
    async fn evidence_moves_with_receipts_and_notes_and_money_never_does(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let spend = mari.requests_spend(json!({ "unitPrice": "6.00" })).await["spend"].clone();
        assert_eq!(spend["evidence"], "EXPECTED");
        let before = money(council).await;
        let note = |words: &str| json!({ "spendId": spend["id"], "reason": "NOT_GIVEN", "words": words });

        let noted = does(&mari, NOTE, note("The driver had no paper")).await["spend"].clone();
        assert_eq!((&noted["evidence"], &noted["noReceiptNote"]["words"]), (&json!("NOTED"), &json!("The driver had no paper")));
        let again = does(&mari, NOTE, json!({ "spendId": spend["id"], "reason": "LOST" })).await["spend"].clone();
        assert_eq!(again["noReceiptNote"], json!({ "reason": "LOST", "words": null }));

        let receipt = captured(&mari).await;
        let attached = does(&mari, ATTACH, json!({ "receiptId": receipt, "spendId": spend["id"] })).await;
        assert_eq!(attached["receipt"]["spends"], json!([{ "id": spend["id"] }]));
        let hidden = does(&mari, NOTE, note("It was there after all")).await["spend"].clone();
        assert_eq!((&hidden["evidence"], &hidden["money"]), (&json!("ATTACHED"), &json!("COMMITTED")));
        mari.puts(&receipt, TICKET.clone()).await;

        assert_eq!(money(council).await, before);
        let seen = mari.good("query($id: ID!) { node(id: $id) { ... on Spend { evidence sentence receipts { id state } noReceiptNote { reason words } } } }", json!({ "id": spend["id"] })).await;
        assert_eq!(seen["node"]["receipts"], json!([{ "id": receipt, "state": "STORED" }]));
        assert_eq!((&seen["node"]["evidence"], &seen["node"]["noReceiptNote"]["reason"]), (&json!("ATTACHED"), &json!("NOT_GIVEN")));
        assert!(seen["node"]["sentence"].as_str().unwrap().ends_with("money set aside; receipt attached."));
    }

    async fn what_a_purpose_asks_for_depends_on_its_rule_and_threshold(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        for (purpose, price, evidence) in [
            ("bus-fare", "1.15", "NOT_NEEDED"), ("bus-fare", "5.00", "NOT_NEEDED"), ("bus-fare", "5.01", "EXPECTED"),
            ("pharmacy", "10.00", "NOT_NEEDED"), ("pharmacy", "10.01", "EXPECTED"), ("parking", "29.00", "NOT_NEEDED"),
            ("household-item", "25.00", "NOT_NEEDED"), ("household-item", "25.01", "EXPECTED"),
        ] {
            let purpose_id = council.purpose(purpose).await.to_string();
            let spend = mari.requests_spend(json!({ "purposeId": purpose_id, "unitPrice": price })).await["spend"].clone();
            assert_eq!(spend["evidence"], evidence, "{purpose} {price}");
        }
        // The rule asks for nothing, and a receipt or a note is welcome all the same.
        let spend = mari.requests_spend(json!({})).await["spend"]["id"].clone();
        assert_eq!(does(&mari, NOTE, json!({ "spendId": spend, "reason": "LOST" })).await["spend"]["evidence"], "NOTED");
    }

    async fn one_receipt_is_evidence_for_two_spends_attached_before_and_after_its_picture(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let there = mari.requests_spend(json!({ "unitPrice": "6.00" })).await["spend"]["id"].clone();
        let back = mari.requests_spend(json!({ "unitPrice": "7.00" })).await["spend"]["id"].clone();
        let receipt = captured(&mari).await;

        does(&mari, ATTACH, json!({ "receiptId": receipt, "spendId": there })).await;
        mari.puts(&receipt, TICKET.clone()).await;
        does(&mari, ATTACH, json!({ "receiptId": receipt, "spendId": back })).await;
        let twice = does(&mari, ATTACH, json!({ "receiptId": receipt, "spendId": back })).await["receipt"].clone();

        assert_eq!((&twice["state"], twice["spends"].as_array().unwrap().len()), (&json!("STORED"), 2));
        for spend in [there, back] {
            let seen = mari.good("query($id: ID!) { node(id: $id) { ... on Spend { evidence receipts { id } } } }", json!({ "id": spend })).await;
            assert_eq!(seen["node"], json!({ "evidence": "ATTACHED", "receipts": [{ "id": receipt }] }));
        }
        assert_eq!(receipt_link::Entity::find().count(council.state.db.reader()).await.unwrap(), 2);
    }

    async fn a_note_has_at_most_140_characters_of_any_alphabet(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let spend = mari.requests_spend(json!({ "unitPrice": "6.00" })).await["spend"]["id"].clone();
        let note = |words: String| json!({ "spendId": spend, "reason": "LOST", "words": words });

        for words in ["a".repeat(141), "ŵ".repeat(141), "a".repeat(10_000)] {
            assert_eq!(refused(&mari, NOTE, note(words)).await, "TEXT_TOO_LONG");
        }
        assert_eq!(refused(&mari, NOTE, note("l\u{202e}tso".into())).await, "TEXT_NOT_PLAIN");
        let seen = mari.good("query($id: ID!) { node(id: $id) { ... on Spend { evidence noReceiptNote { words } } } }", json!({ "id": spend })).await;
        assert_eq!(seen["node"], json!({ "evidence": "EXPECTED", "noReceiptNote": null }));
        for words in ["ŵ".repeat(140), "票".repeat(140), format!("  {}\n", "e\u{301}".repeat(140))] {
            let kept = does(&mari, NOTE, note(words)).await["spend"]["noReceiptNote"]["words"].clone();
            assert_eq!(kept.as_str().unwrap().chars().count(), 140);
        }
    }

    async fn one_id_captured_with_many_keys_is_one_row(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let spend = mari.requests_spend(json!({ "unitPrice": "6.00" })).await["spend"]["id"].clone();
        let id = busfare::store::mint::id::<busfare_entity::words::ReceiptId>().to_string();
        let capture = || json!({ "input": { "idempotencyKey": key(), "id": id, "spendId": spend } });

        let answers = futures_util::future::join_all((0..20).map(|_| mari.good(CAPTURE, capture()))).await;

        assert!(answers.iter().all(|answer| answer["it"]["receipt"]["id"] == id.as_str()), "{answers:#?}");
        assert_eq!(answers.iter().filter(|answer| answer["it"]["replayed"] == false).count(), 1);
        let seen = mari.good("query($id: ID!) { node(id: $id) { ... on Spend { receipts { id } } } }", json!({ "id": spend })).await;
        assert_eq!(seen["node"]["receipts"], json!([{ "id": id }]));
    }

    async fn a_note_and_a_receipt_at_the_same_moment_never_hide_the_receipt(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        for round in 0..60 {
            let spend = mari.requests_spend(json!({ "unitPrice": "0.01" })).await["spend"]["id"].clone();
            let note = json!({ "input": { "idempotencyKey": key(), "spendId": spend, "reason": "LOST" } });
            let capture = json!({ "input": { "idempotencyKey": key(), "spendId": spend } });

            let (_, _, _) = tokio::join!(mari.good(NOTE, note.clone()), mari.good(CAPTURE, capture), mari.good(NOTE, again(&note)));

            let seen = mari.good("query($id: ID!) { node(id: $id) { ... on Spend { evidence } } }", json!({ "id": spend })).await;
            assert_eq!(seen["node"]["evidence"], "ATTACHED", "round {round}");
        }
    }
}

/// The same input with a key of its own.
fn again(input: &Value) -> Value {
    let mut again = input.clone();
    again["input"]["idempotencyKey"] = key().into();
    again
}
