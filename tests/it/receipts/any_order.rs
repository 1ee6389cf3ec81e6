//! The row, the bytes and the link, in any order and as often as a phone likes: they still end the same. And pages.

use busfare::store::mint;
use busfare_entity::{receipt, receipt_link, words::ReceiptId};
use reqwest::StatusCode;
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::json;

use super::{TICKET, captured, error, files, heavy};
use crate::{
    council::{Council, Person, on_both},
    verbs::{ATTACH, CAPTURE, does},
};

async fn puts_page(
    council: &Council,
    person: &Person<'_>,
    id: &str,
    page: &str,
    picture: Vec<u8>,
) -> reqwest::Response {
    let request = council.http().put(council.url(&format!("/receipts/{id}/pages/{page}/content")));
    request.bearer_auth(person.token.as_ref().unwrap()).body(picture).send().await.unwrap()
}

on_both! {
    async fn row_bytes_and_link_in_any_order_and_repeated_end_the_same(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
            let spend = mari.requests_spend(json!({ "unitPrice": "0.01" })).await["spend"]["id"].clone();
            let id = mint::id::<ReceiptId>().to_string();
            for step in order.into_iter().flat_map(|step| [step, step]).chain(order) {
                match step {
                    0 => assert_eq!(does(&mari, CAPTURE, json!({ "id": id })).await["receipt"]["id"], id.as_str()),
                    1 => assert_eq!(mari.puts(&id, TICKET.clone()).await.status(), StatusCode::OK),
                    _ => assert_eq!(does(&mari, ATTACH, json!({ "receiptId": id, "spendId": spend })).await["receipt"]["id"], id.as_str()),
                }
            }
            let seen = mari.good("query($id: ID!) { node(id: $id) { ... on Spend { evidence receipts { id state } } } }", json!({ "id": spend })).await;
            assert_eq!(seen["node"], json!({ "evidence": "ATTACHED", "receipts": [{ "id": id, "state": "STORED" }] }), "{order:?}");
        }
        let reader = council.state.db.reader();
        assert_eq!((receipt::Entity::find().count(reader).await.unwrap(), receipt_link::Entity::find().count(reader).await.unwrap()), (6, 6));
        assert_eq!(files(council, "pictures").len(), 18);
    }

    async fn a_receipt_has_twenty_pages_in_order_and_no_more(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let id = captured(&mari).await;
        // They come in any order, and the same one again is the same.
        for page in (1..=20_u64).rev().chain([7, 1]) {
            let put = puts_page(council, &mari, &id, &page.to_string(), heavy(&TICKET, 0, page)).await;
            assert_eq!(put.status(), StatusCode::OK, "page {page}");
        }
        let (status, told) = error(puts_page(council, &mari, &id, "21", TICKET.clone()).await).await;
        assert_eq!((status, &told["extensions"]["reason"]), (422, &json!("TOO_MANY_PAGES")));
        for nowhere in ["0", "-1", "1.0", "two", "%00", "99999999999999999999"] {
            assert_eq!(puts_page(council, &mari, &id, nowhere, TICKET.clone()).await.status(), StatusCode::NOT_FOUND, "{nowhere}");
        }
        assert_eq!(puts_page(council, &mari, &id, "7", heavy(&TICKET, 0, 99)).await.status(), StatusCode::CONFLICT);

        let seen = mari.good("query($id: ID!) { node(id: $id) { ... on Receipt { state bytesReceived pages { number contentUrl thumbnailUrl width height originalSha256 } } } }", json!({ "id": id })).await;
        let pages = seen["node"]["pages"].as_array().unwrap();
        assert_eq!(pages.iter().map(|page| page["number"].as_u64().unwrap()).collect::<Vec<_>>(), (1..=20).collect::<Vec<_>>());
        assert_eq!(seen["node"]["bytesReceived"], 20 * heavy(&TICKET, 0, 1).len());
        for page in pages {
            for address in ["contentUrl", "thumbnailUrl"] {
                assert_eq!(mari.gets(page[address].as_str().unwrap()).await.status(), StatusCode::OK, "{page}");
            }
        }
        assert_eq!(mari.gets(&format!("/receipts/{id}/pages/21/content")).await.status().as_u16(), 422);
        let elin = council.person("elin.caradog").await;
        assert_eq!(elin.gets(&format!("/receipts/{id}/pages/2/content")).await.status(), StatusCode::NOT_FOUND);
        assert_eq!(puts_page(council, &elin, &id, "2", TICKET.clone()).await.status(), StatusCode::NOT_FOUND);
        assert_eq!(files(council, "pictures").len(), 60);
    }
}
