//! A picture that arrives: kept once, upright, without what its camera hid in it.

use std::sync::Arc;

use busfare::work::pictures::sample::{SAMPLE_MAKE, SAMPLE_SERIAL};
use data_encoding::{BASE64, HEXLOWER};
use futures_util::future::join_all;
use reqwest::StatusCode;
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::json;
use sha2::{Digest, Sha256};
use tokio::sync::Barrier;

use super::{ANOTHER, TICKET, captured, error, files, heard, kept, row, still_waits};
use crate::{
    council::{Council, Person, on_both},
    verbs::{CAPTURE, RECORD_SPENT, does},
};

/// Whether one text of bytes is inside another.
fn holds(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

async fn puts_with(council: &Council, person: &Person<'_>, id: &str, header: (&str, String)) -> reqwest::Response {
    let request = council.http().put(council.url(&format!("/receipts/{id}/content"))).header(header.0, header.1);
    request.bearer_auth(person.token.as_ref().unwrap()).body(TICKET.clone()).send().await.unwrap()
}

on_both! {
    async fn the_row_is_there_before_the_bytes_and_nothing_waits_for_them(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let spend = mari.requests_spend(json!({ "unitPrice": "6.00" })).await["spend"]["id"].clone();

        let captured = does(&mari, CAPTURE, json!({ "spendId": spend })).await["receipt"].clone();

        let id = captured["id"].as_str().unwrap();
        assert_eq!(captured["uploadUrl"], format!("/receipts/{id}/content"));
        assert_eq!((&captured["contentUrl"], &captured["thumbnailUrl"]), (&json!(null), &json!(null)));
        let listed = mari.good("query($id: ID!) { viewer { receipts { nodes { id state } } }
            node(id: $id) { ... on Spend { evidence receipts { id state } } } }", json!({ "id": spend })).await;
        let waiting = json!([{ "id": id, "state": "AWAITING_PICTURE" }]);
        assert_eq!(listed["viewer"]["receipts"]["nodes"], waiting);
        assert_eq!(listed["node"], json!({ "evidence": "ATTACHED", "receipts": waiting }));
        for path in ["content", "thumbnail"] {
            assert_eq!(mari.gets(&format!("/receipts/{id}/{path}")).await.status(), StatusCode::NOT_FOUND);
        }
        let spent = does(&mari, RECORD_SPENT, json!({ "spendId": spend })).await;
        assert_eq!(spent["spend"]["money"], "SPENT", "{spent:#}");
    }

    async fn a_picture_comes_back_upright_and_without_its_place_and_serial_number(council: &Council) {
        let sent = exif::Reader::new().read_from_container(&mut std::io::Cursor::new(&*TICKET)).unwrap();
        assert!(sent.get_field(exif::Tag::GPSLatitude, exif::In::PRIMARY).is_some());
        assert!(holds(&TICKET, SAMPLE_SERIAL.as_bytes()) && holds(&TICKET, SAMPLE_MAKE.as_bytes()));
        let mari = council.person("mari.prydderch").await;
        let id = captured(&mari).await;

        let (status, body) = heard(mari.puts(&id, TICKET.clone()).await).await;

        assert_eq!((status, &body["state"]), (StatusCode::OK, &json!("STORED")), "{body:#}");
        let hash = HEXLOWER.encode(&Sha256::digest(&*TICKET));
        assert_eq!((&body["id"], &body["originalSha256"]), (&json!(id), &json!(hash)));
        let content = mari.gets(&format!("/receipts/{id}/content")).await;
        assert_eq!((&content.headers()["content-type"], &content.headers()["x-content-type-options"]), (&"image/jpeg".parse().unwrap(), &"nosniff".parse().unwrap()));
        assert!(content.headers()["cache-control"].to_str().unwrap().starts_with("private"));
        let content = content.bytes().await.unwrap();
        assert!(exif::Reader::new().read_from_container(&mut std::io::Cursor::new(&content)).is_err());
        for canary in [SAMPLE_SERIAL, SAMPLE_MAKE, "Exif", "GPS", "http://ns.adobe.com", "Photoshop"] {
            assert!(!holds(&content, canary.as_bytes()), "{canary}");
        }
        let picture = image::load_from_memory(&content).unwrap();
        assert_eq!((picture.width(), picture.height()), (900, 1200));
        assert_eq!((&body["width"], &body["height"], &body["bytes"]), (&json!(900), &json!(1200), &json!(content.len())));

        let thumbnail = mari.gets(&format!("/receipts/{id}/thumbnail")).await;
        assert_eq!(thumbnail.headers()["content-type"], "image/jpeg");
        let thumbnail = thumbnail.bytes().await.unwrap();
        assert_eq!(image::guess_format(&thumbnail).unwrap(), image::ImageFormat::Jpeg);
        let small = image::load_from_memory(&thumbnail).unwrap();
        assert!(thumbnail.len() <= 20_480 && small.height() <= 320 && small.width() < small.height(), "{} bytes", thumbnail.len());
        let seen = mari.good("query($id: ID!) { node(id: $id) { ... on Receipt { state mediaType width height originalSha256 contentUrl } } }", json!({ "id": id })).await;
        assert_eq!(seen["node"], json!({ "state": "STORED", "mediaType": "image/jpeg", "width": 900, "height": 1200,
            "originalSha256": hash, "contentUrl": format!("/receipts/{id}/content") }));
    }

    async fn the_same_picture_sent_a_hundred_times_is_stored_once(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let id = captured(&mari).await;
        let first = heard(mari.puts(&id, TICKET.clone()).await).await;
        let (stored, pictures) = (row(council, &id).await, files(council, "pictures"));

        for _ in 0..100 {
            assert_eq!(heard(mari.puts(&id, TICKET.clone()).await).await, first);
        }

        assert_eq!(row(council, &id).await, stored);
        assert_eq!((files(council, "pictures"), files(council, "staging")), (pictures, vec![]));
        assert_eq!(busfare_entity::receipt::Entity::find().count(council.state.db.reader()).await.unwrap(), 1);
    }

    async fn twenty_uploads_at_once_leave_one_picture_and_one_thumbnail(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let id = captured(&mari).await;
        let start = Arc::new(Barrier::new(20));

        let answers = join_all((0..20).map(|_| async {
            start.wait().await;
            heard(mari.puts(&id, TICKET.clone()).await).await
        }))
        .await;

        assert!(answers.iter().all(|answer| *answer == answers[0] && answer.0 == StatusCode::OK), "{answers:#?}");
        let kept = kept(council, &id).await;
        assert_eq!((files(council, "pictures"), files(council, "staging")), (kept, vec![]));
    }

    async fn of_two_different_pictures_at_once_one_stays_and_the_other_is_told(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        for _ in 0..5 {
            let id = captured(&mari).await;
            let before = files(council, "pictures").len();

            let (one, other) = tokio::join!(mari.puts(&id, TICKET.clone()), mari.puts(&id, ANOTHER.clone()));

            let mut statuses = [one.status().as_u16(), other.status().as_u16()];
            statuses.sort_unstable();
            assert_eq!(statuses, [200, 409]);
            assert_eq!((files(council, "pictures").len() - before, files(council, "staging")), (3, vec![]));
        }
    }

    async fn another_picture_is_a_conflict_and_changes_nothing(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let id = captured(&mari).await;
        mari.puts(&id, TICKET.clone()).await;
        let (stored, pictures) = (row(council, &id).await, files(council, "pictures"));

        for other in [ANOTHER.clone(), b"<html>".to_vec(), vec![], TICKET[..TICKET.len() / 2].to_vec()] {
            let (status, error) = error(mari.puts(&id, other).await).await;

            assert_eq!((status, &error["extensions"]), (409, &json!({ "code": "CONFLICT", "reason": "ANOTHER_PICTURE" })));
            assert_eq!((row(council, &id).await, files(council, "pictures")), (stored.clone(), pictures.clone()));
        }
    }

    async fn a_promised_digest_is_kept_or_nothing_is_stored(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let id = captured(&mari).await;
        let right = format!("sha-256=:{}:", BASE64.encode(&Sha256::digest(&*TICKET)));
        let wrong = format!("sha-256=:{}:", BASE64.encode(&Sha256::digest(&*ANOTHER)));

        for name in ["repr-digest", "content-digest"] {
            for (value, reason) in [(wrong.as_str(), "DIGEST_MISMATCH"), ("sha-256=abc", "BAD_DIGEST"), ("sha-256=:abc:", "BAD_DIGEST"), ("sha-256=:YWJj:", "BAD_DIGEST")] {
                let (status, error) = error(puts_with(council, &mari, &id, (name, value.into())).await).await;
                assert_eq!((status, &error["extensions"]["reason"]), (400, &json!(reason)), "{name}: {value}");
                still_waits(council, &id, value).await;
            }
        }
        let kept = puts_with(council, &mari, &id, ("repr-digest", format!("sha-512=:AAAA:, {right}"))).await;
        assert_eq!(kept.status(), StatusCode::OK);
    }
}
