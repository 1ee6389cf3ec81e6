//! The main job: £1.15 at the bus stop, the ticket, the note, and all of it seen again.

use busfare::work::pictures::sample;
use serde_json::{Value, json};

use crate::council::{Council, key, on_both};

/// What a phone shows on its first screen: what she may decide, and what is left.
const HOME: &str = "{ viewer { practitioner { name } team { name kind } hubs { name }
    delegations { limits { code limit { amount } used { amount } left { amount } } used { amount } left { amount } backingStatement grantor { name } }
    budgets { name available { amount } } } spendPurposes { id code } }";

async fn captures(council: &Council, spend: &Value) -> String {
    let input = json!({ "input": { "idempotencyKey": key(), "spendId": spend["id"] } });
    let captured = council
        .person("mari.prydderch")
        .await
        .good(
            "mutation($input: CaptureReceiptInput!) { captureReceipt(input: $input) { receipt { id state } } }",
            input,
        )
        .await;
    let receipt = &captured["captureReceipt"]["receipt"];
    assert_eq!(receipt["state"], "AWAITING_PICTURE");
    receipt["id"].as_str().unwrap().to_owned()
}

on_both! {
    async fn a_spend_within_your_authority_is_yours_at_once(council: &Council) {
        let mari = council.person("mari.prydderch").await;

        let answer = mari.requests_spend(json!({ "reason": "Bus to the first appointment" })).await;

        let spend = &answer["spend"];
        assert_eq!((&spend["decision"], &spend["money"]), (&json!("AUTHORISED_SELF"), &json!("COMMITTED")));
        assert_eq!(spend["total"], json!({ "amount": "1.15", "currency": "GBP" }));
        let verdict = &spend["verdict"];
        assert_eq!((&verdict["outcome"], &verdict["schemeVersion"]), (&json!("AUTHORISED_SELF"), &json!(1)));
        assert!(verdict["backingStatement"].as_str().unwrap().contains("I stand behind you"), "{verdict:#}");
        assert_eq!(verdict["backedBy"]["name"], "Angharad Celyn");
        let checks: Vec<_> = verdict["checks"].as_array().unwrap().iter()
            .map(|check| (check["code"].as_str().unwrap(), check["ok"] == true, check["left"]["amount"].as_str())).collect();
        assert_eq!(checks, [
            ("DELEGATION", true, None),
            ("ITEM_LIMIT", true, Some("28.85")),
            ("WINDOW_7D", true, Some("98.85")),
            ("BUDGET", true, Some("24998.85")),
        ]);
        assert_eq!(answer["userErrors"], json!([]));
    }

    async fn what_she_may_decide_is_there_before_she_asks_and_less_is_left_after(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let before = mari.good(HOME, json!({})).await["viewer"].clone();
        mari.requests_spend(json!({})).await;
        let after = mari.good(HOME, json!({})).await["viewer"].clone();

        assert_eq!(before["practitioner"]["name"], "Mari Prydderch");
        assert_eq!(before["team"]["kind"], "FAMILY_FACING");
        assert_eq!(before["hubs"].as_array().unwrap().len(), 2);
        let say = |viewer: &Value| viewer["delegations"][0].clone();
        assert_eq!((&say(&before)["used"]["amount"], &say(&after)["used"]["amount"]), (&json!("0.00"), &json!("1.15")));
        assert_eq!(say(&before)["left"]["amount"], "30.00");
        assert_eq!(say(&after)["limits"][1], json!({ "code": "WINDOW_7D", "limit": { "amount": "100.00" }, "used": { "amount": "1.15" }, "left": { "amount": "98.85" } }));
        assert!(say(&before)["backingStatement"].is_string() && say(&before)["grantor"]["name"].is_string());
    }

    async fn the_fare_the_ticket_and_the_note_are_all_there_again(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let spend = mari.requests_spend(json!({ "timing": "AFTER" })).await["spend"].clone();

        let receipt = captures(council, &spend).await;
        let ticket = sample::bus_ticket("1.15");
        assert_eq!(mari.puts(&receipt, ticket).await.status(), 200);
        let form = mari.good("query($spend: ID!) { formFor(context: { spendId: $spend }) { because form { id openShown estimatedSeconds
            items { linkId prompt whyWeAsk kind choices { code label } } } } }", json!({ "spend": spend["id"] })).await["formFor"]["form"].clone();
        let items = form["items"].as_array().unwrap();
        assert_eq!(items.len(), 2);
        assert!(items.iter().all(|item| item["whyWeAsk"].as_str().unwrap().split_whitespace().count() <= 25));
        let record = busfare::store::mint::id::<busfare_entity::words::RecordId>().to_string();
        let written = mari.good("mutation($put: PutAnswersInput!, $done: CompleteRecordInput!) {
            putAnswers(input: $put) { userErrors { message } }
            completeRecord(input: $done) { record { completedAt answers { linkId text } } advice { words } userErrors { message } } }", json!({
            "put": { "idempotencyKey": key(), "recordId": record, "begin": { "formId": form["id"], "spendId": spend["id"] },
                "answers": [{ "linkId": items[0]["linkId"], "value": { "text": "The first appointment" } },
                    { "linkId": items[1]["linkId"], "value": { "choice": items[1]["choices"][0]["code"] } }] },
            "done": { "idempotencyKey": key(), "recordId": record },
        })).await;
        assert!(written["completeRecord"]["record"]["completedAt"].is_string(), "{written:#}");
        assert_eq!(written["completeRecord"]["advice"], json!([]));

        let again = mari.good("{ spends(first: 1) { nodes { id decision money evidence sentence spent { amount }
            receipts { id state contentUrl thumbnailUrl width height } records { id completedAt answers { text } } } } }", json!({})).await;
        let again = &again["spends"]["nodes"][0];
        assert_eq!((&again["id"], &again["money"], &again["evidence"]), (&spend["id"], &json!("SPENT"), &json!("ATTACHED")));
        assert_eq!(again["sentence"], "£1.15: yours to say, and said, spent; receipt attached.");
        assert_eq!(again["receipts"][0]["state"], "STORED");
        assert_eq!(again["records"][0]["answers"][0]["text"], "The first appointment");
        let picture = mari.gets(again["receipts"][0]["contentUrl"].as_str().unwrap()).await;
        let picture = picture.bytes().await.unwrap();
        assert!(exif::Reader::new().read_from_container(&mut std::io::Cursor::new(&picture)).is_err(), "no metadata is left");
        let thumbnail = mari.gets(again["receipts"][0]["thumbnailUrl"].as_str().unwrap()).await;
        assert!(thumbnail.bytes().await.unwrap().len() <= 20_480);
    }
}
