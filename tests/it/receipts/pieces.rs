//! Pictures that come in pieces, by the tus protocol: cut anywhere, gone on with, and kept with the last byte.

use std::collections::HashSet;

use busfare::{
    store,
    work::{jobs, sweep},
};
use busfare_entity::{
    job, upload, upload_part,
    words::{JobKind, ReceiptState},
};
use chrono::TimeDelta;
use data_encoding::{BASE64, HEXLOWER};
use reqwest::{Method, RequestBuilder, Response, StatusCode};
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::json;
use sha2::{Digest, Sha256};
use tokio::{io::AsyncWriteExt, net::TcpStream};

use super::{TICKET, captured, files, heavy, jobs_are_done, kept, row, works_at};
use crate::council::{Council, Person, on_both};

/// A request of the tus protocol.
pub fn tus(council: &Council, person: &Person<'_>, method: &str, path: &str) -> RequestBuilder {
    let method = Method::from_bytes(method.as_bytes()).unwrap();
    let request = council.http().request(method, council.url(path)).header("tus-resumable", "1.0.0");
    match &person.token {
        Some(token) => request.bearer_auth(token),
        None => request,
    }
}

/// Metadata as the protocol writes it.
pub fn metadata(pairs: &[(&str, &str)]) -> String {
    let pairs: Vec<_> =
        pairs.iter().map(|(name, value)| format!("{name} {}", BASE64.encode(value.as_bytes()))).collect();
    pairs.join(",")
}

/// Begins an upload of a picture to a receipt, and gives its address.
pub async fn begins(council: &Council, person: &Person<'_>, receipt: &str, picture: &[u8]) -> String {
    let hash = HEXLOWER.encode(&Sha256::digest(picture));
    let begun = tus(council, person, "POST", "/uploads")
        .header("upload-length", picture.len())
        .header("upload-metadata", metadata(&[("receipt", receipt), ("sha256", &hash)]))
        .send()
        .await
        .unwrap();
    assert_eq!(begun.status(), StatusCode::CREATED);
    begun.headers()["location"].to_str().unwrap().to_owned()
}

/// Sends a piece.
pub async fn sends(council: &Council, person: &Person<'_>, upload: &str, from: usize, piece: &[u8]) -> Response {
    tus(council, person, "PATCH", upload)
        .header("upload-offset", from)
        .header("content-type", "application/offset+octet-stream")
        .body(piece.to_vec())
        .send()
        .await
        .unwrap()
}

/// The last byte of an upload is counted, and nobody has begun to keep its picture.
pub async fn arrives(council: &Council, upload: &str, picture: &[u8]) -> upload::Model {
    let (db, id) = (&council.state.db, upload.rsplit('/').next().unwrap().parse().unwrap());
    let seen = store::upload::any(db.reader(), id).await.unwrap().unwrap();
    let piece =
        store::upload::Piece { blob_key: store::blob::Blobs::name(), bytes: i64::try_from(picture.len()).unwrap() };
    council.state.blobs.put(seen.organisation_id, &piece.blob_key, picture).await.unwrap();
    let txn = db.begin().await.unwrap();
    assert!(store::upload::grow(&txn, &seen, &[piece], busfare::http::clock::now()).await.unwrap());
    txn.commit().await.unwrap();
    seen
}

/// How much is here.
pub async fn offset(council: &Council, person: &Person<'_>, upload: &str) -> usize {
    let told = tus(council, person, "HEAD", upload).send().await.unwrap();
    assert_eq!((told.status(), &told.headers()["cache-control"]), (StatusCode::OK, &"no-store".parse().unwrap()));
    told.headers()["upload-offset"].to_str().unwrap().parse().unwrap()
}

on_both! {
    async fn a_picture_in_pieces_is_kept_with_its_last_byte(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let id = captured(&mari).await;
        let half = TICKET.len() / 2;
        let upload = begins(council, &mari, &id, &TICKET).await;
        assert_eq!(offset(council, &mari, &upload).await, 0);
        assert_eq!(begins(council, &mari, &id, &TICKET).await, upload, "beginning again is going on");

        assert_eq!(sends(council, &mari, &upload, 0, &TICKET[..half]).await.status(), StatusCode::NO_CONTENT);
        let progress = "query($id: ID!) { node(id: $id) { ... on Receipt { state bytesReceived problem pages { number } } } }";
        let seen = mari.good(progress, json!({ "id": id })).await;
        assert_eq!(seen["node"], json!({ "state": "AWAITING_PICTURE", "bytesReceived": half, "problem": null, "pages": [] }));
        let last = sends(council, &mari, &upload, half, &TICKET[half..]).await;

        assert_eq!((last.status(), last.headers()["upload-offset"].to_str().unwrap()), (StatusCode::NO_CONTENT, TICKET.len().to_string().as_str()));
        let seen = mari.good(progress, json!({ "id": id })).await;
        assert_eq!(seen["node"], json!({ "state": "STORED", "bytesReceived": TICKET.len(), "problem": null, "pages": [{ "number": 1 }] }));
        assert_eq!(offset(council, &mari, &upload).await, TICKET.len());
        // The same again, in whatever way, is there already.
        assert_eq!(mari.puts(&id, TICKET.clone()).await.status(), StatusCode::OK);
        assert_eq!(sends(council, &mari, &upload, TICKET.len(), &[]).await.status(), StatusCode::NO_CONTENT);
        let again = begins(council, &mari, &id, &TICKET).await;
        assert_eq!(offset(council, &mari, &again).await, TICKET.len());
        jobs_are_done(council).await;
        let kept = kept(council, &id).await;
        assert_eq!(files(council, "pictures"), kept, "the pieces are gone");
    }

    async fn five_megabytes_over_thirty_cuts_are_sent_at_most_a_tenth_more(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let id = captured(&mari).await;
        let picture = heavy(&TICKET, 5_000_000, 1);
        let upload = begins(council, &mari, &id, &picture).await;
        let (mut sent, mut here) = (0, 0);

        for cut in 1..=30 {
            let until = (picture.len() * cut / 31).max(here + 1);
            let mut phone = TcpStream::connect(council.address).await.unwrap();
            let head = format!("PATCH {upload} HTTP/1.1\r\nhost: phone\r\nauthorization: Bearer {}\r\ntus-resumable: 1.0.0\r\n\
                content-type: application/offset+octet-stream\r\nupload-offset: {here}\r\ncontent-length: {}\r\n\r\n", mari.token.as_ref().unwrap(), picture.len() - here);
            phone.write_all(head.as_bytes()).await.unwrap();
            phone.write_all(&picture[here..until]).await.unwrap();
            sent += until - here;
            phone.shutdown().await.unwrap();
            drop(phone);
            // A phone that finds its signal again asks how much is here; a moment later it is all of it.
            for _ in 0..400 {
                let now = offset(council, &mari, &upload).await;
                if now == until { break; }
                tokio::time::sleep(std::time::Duration::from_millis(5)).await;
            }
            here = offset(council, &mari, &upload).await;
        }
        sent += picture.len() - here;
        assert_eq!(sends(council, &mari, &upload, here, &picture[here..]).await.status(), StatusCode::NO_CONTENT);

        println!("{sent} bytes were sent for {}", picture.len());
        assert!(sent * 100 <= picture.len() * 110, "{sent} bytes were sent for {}", picture.len());
        let row = row(council, &id).await;
        assert_eq!((row.state, row.original_sha256.unwrap()), (ReceiptState::Stored, Sha256::digest(&picture).to_vec()));
    }

    async fn of_pieces_that_overlap_at_once_every_byte_counts_once(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let id = captured(&mari).await;
        let picture = heavy(&TICKET, 2_000_000, 2);
        let upload = begins(council, &mari, &id, &picture).await;
        let mut rounds = 0;
        loop {
            let from = offset(council, &mari, &upload).await;
            if from == picture.len() { break; }
            rounds += 1;
            assert!(rounds < 50);
            let ends = [700_000, 300_000, 1_100_000, 700_000, 10, 700_000].map(|length| (from + length).min(picture.len()));
            let answers = futures_util::future::join_all(ends.map(|end| sends(council, &mari, &upload, from, &picture[from..end]))).await;
            let statuses: HashSet<_> = answers.iter().map(|answer| answer.status().as_u16()).collect();
            assert!(statuses.iter().all(|status| [204, 409].contains(status)) && statuses.contains(&204), "{statuses:?}");
        }
        let row = row(council, &id).await;
        assert_eq!((row.state, row.original_sha256.unwrap()), (ReceiptState::Stored, Sha256::digest(&picture).to_vec()));
        jobs_are_done(council).await;
        assert_eq!((files(council, "pictures").len(), upload_part::Entity::find().count(council.state.db.reader()).await.unwrap()), (3, 0));
    }

    async fn a_kill_between_the_last_byte_and_the_picture_loses_nothing(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let id = captured(&mari).await;
        let upload = begins(council, &mari, &id, &TICKET).await;
        // The last byte is counted, and the server dies with the job in its hands.
        let seen = arrives(council, &upload, &TICKET).await;
        let now = busfare::http::clock::now();
        let txn = council.state.db.begin().await.unwrap();
        assert!(store::job::take_about(&txn, JobKind::KeepPicture, seen.id.0, now).await.unwrap().is_some());
        txn.commit().await.unwrap();

        let waiting = mari.good("query($id: ID!) { node(id: $id) { ... on Receipt { state contentUrl } } }", json!({ "id": id })).await;
        assert_eq!(waiting["node"], json!({ "state": "ARRIVED", "contentUrl": null }));
        assert_eq!(tus(council, &mari, "DELETE", &upload).send().await.unwrap().status(), StatusCode::CONFLICT, "what is whole is kept");
        let works = works_at(council, now + TimeDelta::days(400));
        sweep::sweep(&works.db, &works.blobs, &works.staging, works.now()).await.unwrap();
        assert!(store::upload::any(council.state.db.reader(), seen.id).await.unwrap().is_some(), "it does not expire");
        jobs::run_due(&works, &jobs::hands()).await.unwrap();

        assert_eq!(row(council, &id).await.state, ReceiptState::Stored);
        assert_eq!(job::Entity::find().count(council.state.db.reader()).await.unwrap(), 0);
        assert_eq!(files(council, "pictures").len(), 3);
    }

    async fn a_checksum_is_kept_or_its_piece_is_not_counted(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let id = captured(&mari).await;
        let upload = begins(council, &mari, &id, &TICKET).await;
        let half = TICKET.len() / 2;
        let checked = async |from: usize, piece: &[u8], checksum: String| {
            let request = tus(council, &mari, "PATCH", &upload).header("upload-offset", from);
            let request = request.header("content-type", "application/offset+octet-stream").header("upload-checksum", checksum);
            request.body(piece.to_vec()).send().await.unwrap().status().as_u16()
        };
        let sha256 = |piece: &[u8]| format!("sha256 {}", BASE64.encode(&Sha256::digest(piece)));
        let sha1 = |piece: &[u8]| format!("sha1 {}", BASE64.encode(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA1_FOR_LEGACY_USE_ONLY, piece).as_ref()));

        assert_eq!(checked(0, &TICKET[..half], sha256(&TICKET[1..half])).await, 460);
        assert_eq!(checked(0, &TICKET[..half], sha1(&TICKET[1..half])).await, 460);
        for odd in ["sha1", "sha1 ", "md5 AAAA", "sha256 !", "sha1 AAAA", "crc32 AAAAAA=="] {
            assert_eq!(checked(0, &TICKET[..half], odd.into()).await, 400, "{odd}");
        }
        assert_eq!((offset(council, &mari, &upload).await, files(council, "pictures")), (0, vec![]));
        assert_eq!(checked(0, &TICKET[..half], sha1(&TICKET[..half])).await, 204);
        assert_eq!(checked(half, &TICKET[half..], sha256(&TICKET[half..])).await, 204);
        assert_eq!(row(council, &id).await.state, ReceiptState::Stored);
    }
}
