//! What a person says a receipt says: portions that fit, suggestions with reasons, and receipts that may be the same one.

use busfare::{
    http::clock,
    work::{jobs, pictures::sample},
};
use busfare_entity::{
    possible_duplicate,
    words::{JobKind, ReceiptId},
};
use chrono::Duration;
use futures_util::future::join_all;
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::{Value, json};

use super::captured;
use crate::{
    council::{Council, Person, on_both},
    verbs::{ATTACH, RECORD_SPENT, does},
};

const CONFIRM: &str = "mutation($input: ConfirmReceiptInput!) { it: confirmReceipt(input: $input) {
    receipt { id confirmed { merchant boughtOn boughtAt total { amount } tillNumber vatNumber vat { amount } vatChecklist { item ok } confirmedBy { name } } }
    userErrors { code message field retry } replayed } }";
const DETACH: &str = "mutation($input: DetachReceiptInput!) { it: detachReceipt(input: $input) {
    receipt { id spends { id } } userErrors { code message field retry } replayed } }";
const ANSWER: &str = "mutation($input: AnswerDuplicateInput!) { it: answerDuplicate(input: $input) {
    possibleDuplicate { id answer answeredAt } userErrors { code message field retry } replayed } }";

fn yesterday() -> String {
    (clock::now() - Duration::days(1)).date_naive().to_string()
}

/// A spend of hers that she has recorded as spent, with these words.
async fn spent(person: &Person<'_>, price: &str, reason: &str) -> Value {
    let spend = person.requests_spend(json!({ "unitPrice": price, "reason": reason })).await["spend"]["id"].clone();
    does(person, RECORD_SPENT, json!({ "spendId": spend })).await;
    spend
}

async fn confirms(person: &Person<'_>, receipt: &str, mut says: Value) -> Value {
    says["receiptId"] = json!(receipt);
    let answer = does(person, CONFIRM, says).await;
    assert_eq!(answer["userErrors"], json!([]), "{answer:#}");
    answer["receipt"]["confirmed"].clone()
}

async fn code(person: &Person<'_>, verb: &str, input: Value) -> Value {
    does(person, verb, input).await["userErrors"][0]["code"].clone()
}

async fn reads(person: &Person<'_>, receipt: &str, what: &str) -> Value {
    let query = format!("query($id: ID!) {{ node(id: $id) {{ ... on Receipt {{ it: {what} }} }} }}");
    person.good(&query, json!({ "id": receipt })).await["node"]["it"].clone()
}

/// Does every job that waits.
async fn jobs_are_done(council: &Council) {
    let works = crate::council::works(&council.state, council.data.path());
    let ran = jobs::run_due(&works, &jobs::hands()).await.unwrap();
    assert_eq!((ran.put_back, ran.stuck), (0, 0), "{ran:?}");
}

async fn found(council: &Council) -> u64 {
    possible_duplicate::Entity::find().count(council.state.db.reader()).await.unwrap()
}

on_both! {
    async fn what_a_receipt_says_is_said_by_a_person_and_kept_with_what_vat_needs(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let receipt = captured(&mari).await;
        assert_eq!(reads(&mari, &receipt, "confirmed { merchant }").await, Value::Null);

        let said = confirms(&mari, &receipt, json!({ "merchant": " Clarks ", "boughtOn": yesterday(), "boughtAt": "16:05", "total": "24.00",
            "tillNumber": "0071", "vatNumber": "GB 123 4567 82", "vat": "4.00" })).await;

        let item = |item: &str, ok: bool| json!({ "item": item, "ok": ok });
        assert_eq!(said, json!({ "merchant": "Clarks", "boughtOn": yesterday(), "boughtAt": "16:05", "total": { "amount": "24.00" }, "tillNumber": "0071",
            "vatNumber": "GB123456782", "vat": { "amount": "4.00" }, "confirmedBy": { "name": "Mari Prydderch" },
            "vatChecklist": [item("SUPPLIER", true), item("VAT_NUMBER", true), item("DAY", true), item("TOTAL", true), item("VAT", true)] }));
        // Said again: the newest stands as a whole, and the older is kept.
        let again = confirms(&mari, &receipt, json!({ "total": "25.00" })).await;
        assert_eq!((&again["merchant"], &again["total"]["amount"], &again["vatChecklist"][0]), (&Value::Null, &json!("25.00"), &item("SUPPLIER", false)));
        let kept = busfare_entity::receipt_confirmation::Entity::find().count(council.state.db.reader()).await.unwrap();
        assert_eq!(kept, 2);

        let tomorrow = (clock::now() + Duration::days(2)).date_naive().to_string();
        for (says, expected) in [
            (json!({}), "NOTHING_SAID"), (json!({ "merchant": " " }), "NOTHING_SAID"), (json!({ "total": "0.00" }), "AMOUNT_NOT_VALID"),
            (json!({ "total": "-1.00" }), "AMOUNT_NOT_VALID"), (json!({ "total": "1.005" }), "AMOUNT_NOT_VALID"), (json!({ "boughtOn": tomorrow }), "DAY_NOT_VALID"),
            (json!({ "boughtAt": "25:00" }), "DAY_NOT_VALID"), (json!({ "vatNumber": "GB123456789" }), "VAT_NUMBER_NOT_VALID"), (json!({ "vat": "4.00", "total": "4.00" }), "VAT_ABOVE_TOTAL"),
            (json!({ "merchant": "x".repeat(121) }), "TEXT_TOO_LONG"), (json!({ "merchant": "Cla\u{202e}rks" }), "TEXT_NOT_PLAIN"),
        ] {
            let mut input = says.clone();
            input["receiptId"] = json!(receipt);
            assert_eq!(code(&mari, CONFIRM, input).await, expected, "{says}");
        }
        let tomos = council.person("tomos.ellwood").await;
        assert_eq!(tomos.problem(CONFIRM, json!({ "input": crate::verbs::with_key(json!({ "receiptId": receipt, "total": "1.00" })) })).await, "NOT_FOUND");
    }

    async fn the_portions_of_a_receipt_come_to_no_more_than_its_total(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let (one, other, third) = (spent(&mari, "4.00", "bus").await, spent(&mari, "6.00", "bus").await, spent(&mari, "1.00", "bus").await);
        let receipt = captured(&mari).await;
        let part = |spend: &Value, portion: &str| json!({ "receiptId": receipt, "spendId": spend, "portion": portion });
        does(&mari, ATTACH, part(&one, "4.00")).await;
        does(&mari, ATTACH, part(&other, "6.50")).await;

        // Nobody has said what the receipt comes to, so nothing is too much; then the sum has to fit.
        assert_eq!(code(&mari, CONFIRM, json!({ "receiptId": receipt, "total": "10.00" })).await, "PORTIONS_ABOVE_TOTAL");
        does(&mari, ATTACH, part(&other, "6.00")).await;
        confirms(&mari, &receipt, json!({ "total": "10.00" })).await;
        let more = does(&mari, ATTACH, part(&third, "0.01")).await["userErrors"][0].clone();
        assert_eq!(more, json!({ "code": "PORTIONS_ABOVE_TOTAL", "field": ["portion"], "retry": "AFTER_CHANGE", "message": "The parts come to more than the £10.00 that the receipt says." }));
        assert_eq!(code(&mari, ATTACH, part(&third, "0.00")).await, "AMOUNT_NOT_VALID");
        let parts = reads(&mari, &receipt, "attachments { spend { id } portion { amount } }").await;
        assert_eq!(parts, json!([{ "spend": { "id": one }, "portion": { "amount": "4.00" } }, { "spend": { "id": other }, "portion": { "amount": "6.00" } }]));
    }

    async fn however_many_take_a_part_at_once_the_parts_fit(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let receipt = captured(&mari).await;
        confirms(&mari, &receipt, json!({ "total": "10.00" })).await;
        let mut spends = Vec::new();
        for _ in 0..8 { spends.push(spent(&mari, "3.00", "bus").await); }

        let answers = join_all(spends.iter().map(|spend| does(&mari, ATTACH, json!({ "receiptId": receipt, "spendId": spend, "portion": "3.00" })))).await;

        let attached = answers.iter().filter(|answer| answer["userErrors"] == json!([])).count();
        assert_eq!(attached, 3, "{answers:#?}");
        assert_eq!(reads(&mari, &receipt, "attachments { portion { amount } }").await.as_array().unwrap().len(), 3);
    }

    async fn a_receipt_is_taken_off_and_the_purpose_asks_again(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let spend = spent(&mari, "24.00", "shoes").await;
        let evidence = async || mari.good("query($id: ID!) { node(id: $id) { ... on Spend { evidence money } } }", json!({ "id": spend })).await["node"].clone();
        let before = evidence().await;
        let (one, other) = (captured(&mari).await, captured(&mari).await);
        let pair = |receipt: &str| json!({ "receiptId": receipt, "spendId": spend });
        does(&mari, ATTACH, pair(&one)).await;
        does(&mari, ATTACH, pair(&other)).await;

        assert_eq!(does(&mari, DETACH, pair(&one)).await["receipt"]["spends"], json!([]));
        assert_eq!(evidence().await["evidence"], "ATTACHED", "the other is still there");
        does(&mari, DETACH, pair(&other)).await;
        assert_eq!(evidence().await, before);
        assert_eq!(code(&mari, DETACH, pair(&one)).await, "NOT_ATTACHED");
        let tomos = council.person("tomos.ellwood").await;
        assert_eq!(tomos.problem(DETACH, json!({ "input": crate::verbs::with_key(pair(&one)) })).await, "NOT_FOUND");
        does(&mari, ATTACH, pair(&one)).await;
        assert_eq!(evidence().await["evidence"], "ATTACHED");
    }

    async fn what_a_receipt_may_belong_to_is_suggested_with_reasons_and_only_a_person_attaches_it(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let shoes = spent(&mari, "24.00", "School shoes from Clarks").await;
        let _dearer = spent(&mari, "24.01", "School shoes from Clarks").await;
        let receipt = captured(&mari).await;
        let suggested = "suggestedSpends { spend { id } reasons }";
        assert_eq!(reads(&mari, &receipt, suggested).await, json!([]), "nobody has said what it comes to");

        confirms(&mari, &receipt, json!({ "merchant": "CLARKS LTD", "boughtOn": yesterday(), "total": "24.00" })).await;

        assert_eq!(reads(&mari, &receipt, suggested).await, json!([{ "spend": { "id": shoes }, "reasons": ["SAME_DAYS", "MERCHANT_WORDS", "CAPTURED_THEN"] }]));
        assert_eq!(reads(&mari, &receipt, "spends { id }").await, json!([]), "a suggestion attaches nothing");
        does(&mari, ATTACH, json!({ "receiptId": receipt, "spendId": shoes })).await;
        assert_eq!(reads(&mari, &receipt, suggested).await, json!([]));
    }

    async fn what_has_no_evidence_yet_is_listed_until_it_has_some(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let (first, second) = (spent(&mari, "24.00", "shoes").await, spent(&mari, "26.00", "coat").await);
        mari.requests_spend(json!({ "unitPrice": "27.00" })).await;
        let missing = async |person: &Person<'_>| {
            let list = person.good("{ viewer { missingEvidence { nodes { id } } } }", json!({})).await;
            list["viewer"]["missingEvidence"]["nodes"].as_array().unwrap().iter().map(|node| node["id"].clone()).collect::<Vec<_>>()
        };

        assert_eq!(missing(&mari).await, [first.clone(), second.clone()], "what is not yet spent is not missing");
        assert!(missing(&council.person("gethin.bowmer").await).await.is_empty(), "nobody is told on");
        let receipt = captured(&mari).await;
        does(&mari, ATTACH, json!({ "receiptId": receipt, "spendId": first })).await;
        assert_eq!(missing(&mari).await, std::slice::from_ref(&second));
        does(&mari, crate::verbs::NOTE, json!({ "spendId": second, "reason": "LOST" })).await;
        assert!(missing(&mari).await.is_empty());
    }

    async fn the_same_photo_sent_twice_is_found_and_resolved_kindly(council: &Council) {
        let (mari, tomos) = (council.person("mari.prydderch").await, council.person("tomos.ellwood").await);
        let picture = sample::bus_ticket("1.15");
        let (first, second) = (captured(&mari).await, captured(&mari).await);
        let spend = spent(&mari, "24.00", "shoes").await;
        does(&mari, ATTACH, json!({ "receiptId": second, "spendId": spend })).await;
        for receipt in [&first, &second] { assert!(mari.puts(receipt, picture.clone()).await.status().is_success()); }
        jobs_are_done(council).await;

        let open = mari.good("{ viewer { possibleDuplicates { nodes { id evidence earlier { id } later { id } answer } } } }", json!({})).await;
        let open = open["viewer"]["possibleDuplicates"]["nodes"].clone();
        assert_eq!(open, json!([{ "id": open[0]["id"], "evidence": "SAME_FILE", "earlier": { "id": first }, "later": { "id": second }, "answer": null }]));
        let say = |answer: &str| json!({ "possibleDuplicateId": open[0]["id"], "answer": answer });
        assert_eq!(tomos.problem(ANSWER, json!({ "input": crate::verbs::with_key(say("DIFFERENT")) })).await, "NOT_FOUND");
        for answer in ["NOT_SURE", "SAME_RECEIPT"] {
            assert_eq!(does(&mari, ANSWER, say(answer)).await["possibleDuplicate"]["answer"], answer);
        }
        assert_eq!(mari.good("{ viewer { possibleDuplicates { nodes { id } } } }", json!({})).await["viewer"]["possibleDuplicates"]["nodes"], json!([]));
        assert_eq!(reads(&mari, &first, "possibleDuplicates { answer }").await, json!([{ "answer": "SAME_RECEIPT" }]));
        let stands = mari.good("query($id: ID!) { node(id: $id) { ... on Spend { evidence money receipts { id } } } }", json!({ "id": spend })).await;
        assert_eq!(stands["node"], json!({ "evidence": "ATTACHED", "money": "SPENT", "receipts": [{ "id": second }] }), "nothing was done to the spend");

        // A colleague sends it too: she hears of it, and not whose it is.
        let third = captured(&tomos).await;
        assert!(tomos.puts(&third, picture.clone()).await.status().is_success());
        jobs_are_done(council).await;
        let hers = tomos.good("{ viewer { possibleDuplicates { nodes { earlier { id } later { id } } } } }", json!({})).await;
        assert_eq!(hers["viewer"]["possibleDuplicates"]["nodes"], json!([{ "earlier": null, "later": { "id": third } }, { "earlier": null, "later": { "id": third } }]));
        // Done again, a job finds nothing new.
        let txn = council.state.db.begin().await.unwrap();
        let id: ReceiptId = third.parse().unwrap();
        busfare::store::job::enqueue(&txn, tomos.row().organisation_id, JobKind::ComparePicture, id.0, clock::now()).await.unwrap();
        txn.commit().await.unwrap();
        jobs_are_done(council).await;
        assert_eq!(found(council).await, 3);
    }

    async fn forty_fares_in_a_day_raise_no_warning_and_the_same_ticket_twice_does(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let mut receipts = Vec::new();
        for place in 0..40 {
            let receipt = captured(&mari).await;
            let mut says = json!({ "merchant": "First Bus", "boughtOn": yesterday(), "total": "1.15" });
            if place % 2 == 0 { says["boughtAt"] = json!(format!("{:02}:15", place / 2)); }
            confirms(&mari, &receipt, says).await;
            receipts.push(receipt);
        }
        assert_eq!(found(council).await, 0);

        let again = captured(&mari).await;
        confirms(&mari, &again, json!({ "merchant": "FIRST BUS.", "boughtOn": yesterday(), "boughtAt": "03:15", "total": "1.15" })).await;
        assert_eq!(found(council).await, 1);
        let told = reads(&mari, &again, "possibleDuplicates { evidence earlier { id } }").await;
        assert_eq!(told, json!([{ "evidence": "SAME_PURCHASE", "earlier": { "id": receipts[6] } }]));
    }
}
