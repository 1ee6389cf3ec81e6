//! Whose receipt it is: those who may see it, and everybody else, to whom it is not there.

use reqwest::StatusCode;
use serde_json::{Value, json};

use super::{TICKET, captured, error, row};
use crate::{
    council::{Council, Person, on_both},
    verbs::{ATTACH, CAPTURE, an_app, does, refused},
};
use busfare::store;
use busfare_entity::words::{ReceiptId, ReceiptState};

/// Everything a person hears about a receipt, without the ids of the requests.
async fn everything_heard(person: &Person<'_>, id: &str) -> Vec<(u16, Value)> {
    let mut heard = vec![error(person.puts(id, TICKET.clone()).await).await];
    heard.extend(everything_shown(person, id).await);
    heard
}

/// Everything a person is shown of a receipt, without the ids of the requests.
async fn everything_shown(person: &Person<'_>, id: &str) -> Vec<(u16, Value)> {
    vec![
        error(person.gets(&format!("/receipts/{id}/content")).await).await,
        error(person.gets(&format!("/receipts/{id}/thumbnail")).await).await,
    ]
}

on_both! {
    async fn somebody_elses_receipt_is_not_there_in_the_same_words_as_none(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let spend = mari.requests_spend(json!({})).await["spend"]["id"].clone();
        let hers = does(&mari, CAPTURE, json!({ "spendId": spend })).await["receipt"]["id"].as_str().unwrap().to_owned();
        mari.puts(&hers, TICKET.clone()).await;
        let stored = row(council, &hers).await;
        let nowhere = store::mint::id::<ReceiptId>().to_string();

        for name in ["tomos.ellwood", "elin.caradog", "rosa.benbow", "iwan.tegid", "angharad.celyn"] {
            let stranger = council.person(name).await;
            let heard = everything_heard(&stranger, &hers).await;
            assert!(heard.iter().all(|(status, error)| *status == 404 && error["extensions"] == json!({ "code": "NOT_FOUND" })), "{name}: {heard:#?}");
            // An id that nobody has used yet is for whoever uses it first; until then there is nothing to be seen of it.
            assert_eq!(everything_shown(&stranger, &nowhere).await, heard[1..], "{name}");
            for other in ["rcpt_", "rcpt_%00", "..%2f..%2fbusfare.sqlite", "spnd_00000000000000000000000000"] {
                assert_eq!(everything_heard(&stranger, other).await, heard, "{name}: {other}");
            }
            let node = stranger.good("query($id: ID!) { node(id: $id) { id } }", json!({ "id": hers })).await;
            assert_eq!(node, json!({ "node": null }));
        }
        assert_eq!(row(council, &hers).await, stored);
    }

    async fn who_answers_for_the_spend_may_look_but_not_upload(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let spend = mari.requests_spend(json!({})).await["spend"]["id"].clone();
        let linked = does(&mari, CAPTURE, json!({ "spendId": spend })).await["receipt"]["id"].as_str().unwrap().to_owned();
        let loose = captured(&mari).await;
        for name in ["nia.talfan", "gethin.bowmer"] {
            let colleague = council.person(name).await;
            assert_eq!(colleague.puts(&linked, TICKET.clone()).await.status(), StatusCode::NOT_FOUND);
            assert_eq!(row(council, &linked).await.state, ReceiptState::AwaitingPicture);
        }
        mari.puts(&linked, TICKET.clone()).await;
        mari.puts(&loose, TICKET.clone()).await;

        for name in ["nia.talfan", "gethin.bowmer"] {
            let colleague = council.person(name).await;
            for path in ["content", "thumbnail"] {
                assert_eq!(colleague.gets(&format!("/receipts/{linked}/{path}")).await.status(), StatusCode::OK);
                assert_eq!(colleague.gets(&format!("/receipts/{loose}/{path}")).await.status(), StatusCode::NOT_FOUND);
            }
        }
    }

    async fn nobody_and_apps_are_turned_away_at_the_door(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let hers = captured(&mari).await;
        let mut app = council.stranger();
        app.token = Some(an_app(council).await);
        let mut forger = council.stranger();
        forger.token = Some("app_00000000000000000000000000_x".into());

        for id in [hers.as_str(), "rcpt_", "x"] {
            for (who, status, code) in [(&council.stranger(), 401, "UNAUTHENTICATED"), (&forger, 401, "UNAUTHENTICATED"), (&app, 403, "FORBIDDEN")] {
                for (answered, error) in everything_heard(who, id).await {
                    assert_eq!((answered, &error["extensions"]["code"]), (status, &json!(code)), "{id}");
                }
            }
        }
        let challenge = council.stranger().gets(&format!("/receipts/{hers}/content")).await;
        assert_eq!(challenge.headers()["www-authenticate"], "Bearer");
        assert_eq!(row(council, &hers).await.state, ReceiptState::AwaitingPicture);
    }

    async fn an_id_belongs_to_whoever_captured_it_first(council: &Council) {
        let (mari, tomos) = (council.person("mari.prydderch").await, council.person("tomos.ellwood").await);
        let hers = captured(&mari).await;

        assert_eq!(refused(&tomos, CAPTURE, json!({ "id": hers })).await, "ID_ALREADY_USED");
        let again = does(&mari, CAPTURE, json!({ "id": hers })).await;

        assert_eq!((&again["receipt"]["id"], &again["replayed"]), (&json!(hers), &json!(true)));
        let bins = [tomos.good("{ viewer { receipts { nodes { id } } } }", json!({})).await, mari.good("{ viewer { receipts { nodes { id } } } }", json!({})).await];
        assert_eq!(bins[0]["viewer"]["receipts"]["nodes"], json!([]));
        assert_eq!(bins[1]["viewer"]["receipts"]["nodes"], json!([{ "id": hers }]));
    }

    async fn a_receipt_goes_to_ones_own_spends_alone(council: &Council) {
        let (mari, tomos, nia) = (council.person("mari.prydderch").await, council.person("tomos.ellwood").await, council.person("nia.talfan").await);
        let spend = mari.requests_spend(json!({ "unitPrice": "6.00" })).await["spend"]["id"].clone();

        let his = captured(&tomos).await;
        assert_eq!(tomos.problem(ATTACH, json!({ "input": { "idempotencyKey": crate::council::key(), "receiptId": his, "spendId": spend } })).await, "NOT_FOUND");
        let hers = captured(&nia).await;
        assert_eq!(refused(&nia, ATTACH, json!({ "receiptId": hers, "spendId": spend })).await, "NOT_YOUR_SPEND");
        assert_eq!(refused(&nia, CAPTURE, json!({ "spendId": spend })).await, "NOT_YOUR_SPEND");

        let seen = mari.good("query($id: ID!) { node(id: $id) { ... on Spend { evidence receipts { id } } } }", json!({ "id": spend })).await;
        assert_eq!(seen["node"], json!({ "evidence": "EXPECTED", "receipts": [] }));
        let bin = nia.good("{ viewer { receipts { nodes { id } } } }", json!({})).await;
        assert_eq!(bin["viewer"]["receipts"]["nodes"], json!([{ "id": hers }]));
    }
}
