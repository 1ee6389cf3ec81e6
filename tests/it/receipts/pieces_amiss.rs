//! Pieces with which something is amiss: lies about lengths and places, other people's uploads, old ones, and what is no
//! picture. Each is told so, and nothing is lost or left behind.

use busfare::work::{jobs, sweep};
use busfare_entity::{upload, words::ReceiptState};
use chrono::TimeDelta;
use data_encoding::HEXLOWER;
use reqwest::StatusCode;
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::json;
use sha2::{Digest, Sha256};

use super::{
    ANOTHER, TICKET, captured, error, files, jobs_are_done,
    pieces::{begins, metadata, offset, sends, tus},
    row, works_at,
};
use crate::council::{Council, on_both};

on_both! {
    async fn what_a_creation_says_is_read_strictly_and_names_are_not_read_at_all(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let id = captured(&mari).await;
        let hers = metadata(&[("receipt", &id)]);
        let begin = async |length: &str, metadata: &str| {
            let request = tus(council, &mari, "POST", "/uploads").header("upload-length", length);
            request.header("upload-metadata", metadata).send().await.unwrap()
        };
        for (length, status) in [("0", 400), ("-1", 400), ("", 400), ("1e3", 400), ("0x10", 400), ("+5", 400), ("20000001", 413), ("99999999999999999999", 400), ("999999999999", 413)] {
            assert_eq!(begin(length, &hers).await.status().as_u16(), status, "{length}");
        }
        let page = |page: &str| metadata(&[("receipt", &id), ("page", page)]);
        for (metadata, status) in [
            ("", 400), ("receipt", 400), ("receipt !!!", 400), ("receipt /w==", 400), (&metadata(&[("receipt", "../../etc/passwd")]), 404), (&metadata(&[("receipt", "rcpt_")]), 404),
            (&metadata(&[("receipt", &id), ("sha256", "abc")]), 400), (&page("0"), 404), (&page("-1"), 404), (&page("+1"), 404), (&page("21"), 422), (&page("999999999"), 422), (&page("99999999999999999999"), 404), (&page("one"), 404),
        ] {
            assert_eq!(begin("10", metadata).await.status().as_u16(), status, "{metadata}");
        }
        let wrong = council.http().post(council.url("/uploads")).bearer_auth(mari.token.as_ref().unwrap()).header("upload-length", 5).send().await.unwrap();
        assert_eq!((wrong.status(), &wrong.headers()["tus-version"]), (StatusCode::PRECONDITION_FAILED, &"1.0.0".parse().unwrap()));
        assert_eq!(upload::Entity::find().count(council.state.db.reader()).await.unwrap(), 0);

        let named = metadata(&[("filename", "../../../busfare.sqlite"), ("receipt", &id), ("filetype", "text/html"), ("relativePath", "/etc/passwd\0")]);
        let begun = begin(&TICKET.len().to_string(), &named).await;
        let upload = begun.headers()["location"].to_str().unwrap().to_owned();
        assert_eq!(sends(council, &mari, &upload, 0, &TICKET).await.status(), StatusCode::NO_CONTENT);
        assert_eq!(row(council, &id).await.media_type.as_deref(), Some("image/jpeg"));
        let able = council.http().request(reqwest::Method::OPTIONS, council.url("/uploads")).send().await.unwrap();
        assert_eq!((able.status(), &able.headers()["tus-extension"]), (StatusCode::NO_CONTENT, &"creation,expiration,checksum,termination".parse().unwrap()));
    }

    async fn lies_about_places_and_lengths_change_nothing(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let id = captured(&mari).await;
        let upload = begins(council, &mari, &id, &TICKET).await;
        sends(council, &mari, &upload, 0, &TICKET[..1_000]).await;

        for from in [0, 999, 1_001, TICKET.len(), TICKET.len() + 1, usize::MAX >> 16] {
            let (status, told) = error(sends(council, &mari, &upload, from, &TICKET[..10]).await).await;
            assert_eq!((status, &told["extensions"]["reason"]), (409, &json!("WRONG_OFFSET")), "{from}");
        }
        for from in ["-1", "", "1e3", "0x3e8", "99999999999999999999"] {
            let request = tus(council, &mari, "PATCH", &upload).header("upload-offset", from).header("content-type", "application/offset+octet-stream");
            let status = request.body(TICKET[1_000..].to_vec()).send().await.unwrap().status().as_u16();
            assert_eq!(status, 400, "{from}");
        }
        let typed = tus(council, &mari, "PATCH", &upload).header("upload-offset", 1_000).header("content-type", "image/jpeg").body("x").send().await.unwrap();
        assert_eq!(typed.status(), StatusCode::UNSUPPORTED_MEDIA_TYPE);
        // More than was said: known beforehand, and known only at the end.
        let more = [&TICKET[1_000..], b"more"].concat();
        assert_eq!(sends(council, &mari, &upload, 1_000, &more).await.status(), StatusCode::PAYLOAD_TOO_LARGE);
        let pieces = futures_util::stream::iter([Ok::<_, std::io::Error>(TICKET[1_000..].to_vec()), Ok(b"more".to_vec())]);
        let chunked = tus(council, &mari, "PATCH", &upload).header("upload-offset", 1_000).header("content-type", "application/offset+octet-stream");
        assert_eq!(chunked.body(reqwest::Body::wrap_stream(pieces)).send().await.unwrap().status(), StatusCode::PAYLOAD_TOO_LARGE);

        assert_eq!((offset(council, &mari, &upload).await, row(council, &id).await.state), (1_000, ReceiptState::AwaitingPicture));
        assert_eq!(sends(council, &mari, &upload, 1_000, &TICKET[1_000..]).await.status(), StatusCode::NO_CONTENT);
        assert_eq!(row(council, &id).await.state, ReceiptState::Stored);
    }

    async fn somebody_elses_upload_is_not_there(council: &Council) {
        let (mari, nia) = (council.person("mari.prydderch").await, council.person("nia.talfan").await);
        let id = captured(&mari).await;
        let upload = begins(council, &mari, &id, &TICKET).await;
        let nowhere = "/uploads/upld_00000000000000000000000000";

        for method in ["HEAD", "PATCH", "DELETE", "POST"] {
            for path in [upload.as_str(), nowhere, "/uploads/x", "/uploads/..%2f..%2fbusfare.sqlite", "/uploads/upld_%00"] {
                let request = tus(council, &nia, method, path).header("upload-offset", 0).header("content-type", "application/offset+octet-stream");
                assert_eq!(request.body("x").send().await.unwrap().status(), StatusCode::NOT_FOUND, "{method} {path}");
            }
            let request = tus(council, &council.stranger(), method, &upload).header("upload-offset", 0);
            let status = request.send().await.unwrap().status();
            assert!([StatusCode::UNAUTHORIZED, StatusCode::NOT_FOUND].contains(&status) && (method == "POST" || status == StatusCode::UNAUTHORIZED), "{method} {status}");
        }
        let begun = tus(council, &nia, "POST", "/uploads").header("upload-length", 5).header("upload-metadata", metadata(&[("receipt", &id)])).send().await.unwrap();
        assert_eq!(begun.status(), StatusCode::NOT_FOUND);
        assert_eq!(offset(council, &mari, &upload).await, 0);
    }

    async fn what_is_no_picture_is_refused_with_its_last_byte_and_a_good_one_still_works(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let id = captured(&mari).await;
        for (bytes, status, reason, problem) in [
            (b"<!DOCTYPE html><script>alert(1)</script>".to_vec(), 415, "UNSUPPORTED_KIND", "UNSUPPORTED_KIND"),
            (b"not a picture".to_vec(), 415, "NOT_A_PICTURE", "NOT_A_PICTURE"),
            (TICKET[..TICKET.len() / 2].to_vec(), 422, "", ""),
        ] {
            let upload = begins(council, &mari, &id, &bytes).await;
            let (answered, told) = error(sends(council, &mari, &upload, 0, &bytes).await).await;
            assert_eq!(answered, status, "{told}");
            assert!(reason.is_empty() || told["extensions"]["reason"] == reason, "{told}");
            assert_eq!(tus(council, &mari, "HEAD", &upload).send().await.unwrap().status(), StatusCode::GONE);
            let seen = mari.good("query($id: ID!) { node(id: $id) { ... on Receipt { state problem } } }", json!({ "id": id })).await;
            assert_eq!(seen["node"]["state"], "AWAITING_PICTURE");
            assert!(if problem.is_empty() { seen["node"]["problem"].is_string() } else { seen["node"]["problem"] == problem }, "{seen}");
        }
        // What was promised is what must come.
        let hash = HEXLOWER.encode(&Sha256::digest(&*ANOTHER));
        let begun = tus(council, &mari, "POST", "/uploads").header("upload-length", TICKET.len());
        let begun = begun.header("upload-metadata", metadata(&[("receipt", &id), ("sha256", &hash)])).send().await.unwrap();
        let upload = begun.headers()["location"].to_str().unwrap().to_owned();
        assert_eq!(error(sends(council, &mari, &upload, 0, &TICKET).await).await.1["extensions"]["reason"], "DIGEST_MISMATCH");

        let upload = begins(council, &mari, &id, &TICKET).await;
        assert_eq!(sends(council, &mari, &upload, 0, &TICKET).await.status(), StatusCode::NO_CONTENT);
        let seen = mari.good("query($id: ID!) { node(id: $id) { ... on Receipt { state problem } } }", json!({ "id": id })).await;
        assert_eq!(seen["node"], json!({ "state": "STORED", "problem": null }));
        // Another picture is told so before it is sent, and after it where nobody promised anything.
        let before = tus(council, &mari, "POST", "/uploads").header("upload-length", ANOTHER.len());
        let before = before.header("upload-metadata", metadata(&[("receipt", &id), ("sha256", &hash)])).send().await.unwrap();
        assert_eq!(before.status(), StatusCode::CONFLICT);
        let after = tus(council, &mari, "POST", "/uploads").header("upload-length", ANOTHER.len());
        let after = after.header("upload-metadata", metadata(&[("receipt", &id)])).send().await.unwrap();
        let upload = after.headers()["location"].to_str().unwrap().to_owned();
        assert_eq!(sends(council, &mari, &upload, 0, &ANOTHER).await.status(), StatusCode::CONFLICT);
        jobs_are_done(council).await;
        assert_eq!(files(council, "pictures").len(), 3);
    }

    async fn an_upload_that_is_given_up_or_waits_too_long_leaves_nothing_behind(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let id = captured(&mari).await;
        let given_up = begins(council, &mari, &id, &TICKET).await;
        sends(council, &mari, &given_up, 0, &TICKET[..1_000]).await;
        assert_eq!(tus(council, &mari, "DELETE", &given_up).send().await.unwrap().status(), StatusCode::NO_CONTENT);
        assert_eq!(tus(council, &mari, "HEAD", &given_up).send().await.unwrap().status(), StatusCode::NOT_FOUND);
        let forgotten = begins(council, &mari, &id, &TICKET).await;
        sends(council, &mari, &forgotten, 0, &TICKET[..1_000]).await;

        let now = busfare::http::clock::now();
        let young = works_at(council, now + TimeDelta::days(6));
        sweep::sweep(&young.db, &young.blobs, &young.staging, young.now()).await.unwrap();
        assert_eq!(offset(council, &mari, &forgotten).await, 1_000);
        let old = works_at(council, now + TimeDelta::days(8));
        assert_eq!(sweep::sweep(&old.db, &old.blobs, &old.staging, old.now()).await.unwrap().uploads, 1);
        jobs::run_due(&old, &jobs::hands()).await.unwrap();

        assert_eq!(tus(council, &mari, "HEAD", &forgotten).send().await.unwrap().status(), StatusCode::NOT_FOUND);
        assert_eq!((files(council, "pictures"), row(council, &id).await.state), (vec![], ReceiptState::AwaitingPicture));
    }

    async fn storage_that_fails_is_said_and_what_is_here_is_kept_when_it_is_back(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let (put, pieces) = (captured(&mari).await, captured(&mari).await);
        let upload = begins(council, &mari, &pieces, &TICKET).await;
        let (folder, aside) = (council.data.path().join("pictures"), council.data.path().join("aside"));
        let fail = || { std::fs::rename(&folder, &aside).unwrap(); std::fs::write(&folder, "no folder").unwrap(); };
        let mend = || { std::fs::remove_file(&folder).unwrap(); std::fs::rename(&aside, &folder).unwrap(); };

        fail();
        let refused = mari.puts(&put, TICKET.clone()).await;
        assert!(refused.headers().contains_key("retry-after"));
        let (status, told) = error(refused).await;
        assert_eq!((status, &told["extensions"]["reason"]), (503, &json!("STORAGE_FAILED")));
        assert_eq!(error(sends(council, &mari, &upload, 0, &TICKET).await).await.0, 503);
        let says = "query($id: ID!) { node(id: $id) { ... on Receipt { state problem } } }";
        assert_eq!(mari.good(says, json!({ "id": put })).await["node"], json!({ "state": "AWAITING_PICTURE", "problem": "STORAGE_FAILED" }));
        // Nothing about a receipt stops a spend.
        assert_eq!(mari.requests_spend(json!({})).await["spend"]["decision"], "AUTHORISED_SELF");
        mend();

        assert_eq!(mari.puts(&put, TICKET.clone()).await.status(), 200);
        assert_eq!(mari.good(says, json!({ "id": put })).await["node"], json!({ "state": "STORED", "problem": null }));
        assert_eq!(sends(council, &mari, &upload, 0, &TICKET[..100]).await.status(), 204);
        let seen = busfare::store::upload::any(council.state.db.reader(), upload.rsplit('/').next().unwrap().parse().unwrap()).await.unwrap().unwrap();
        let rest = busfare::store::upload::Piece { blob_key: busfare::store::blob::Blobs::name(), bytes: seen.length - 100 };
        council.state.blobs.put(seen.organisation_id, &rest.blob_key, &TICKET[100..]).await.unwrap();
        let txn = council.state.db.begin().await.unwrap();
        assert!(busfare::store::upload::grow(&txn, &seen, &[rest], busfare::http::clock::now()).await.unwrap());
        txn.commit().await.unwrap();
        fail();
        // The upload is kept later, and the picture that came before is compared later.
        assert_eq!(jobs_are_done(council).await.put_back, 2);
        assert_eq!(mari.good(says, json!({ "id": pieces })).await["node"], json!({ "state": "ARRIVED", "problem": "STORAGE_FAILED" }));
        mend();
        let later = works_at(council, busfare::http::clock::now() + TimeDelta::days(2));
        jobs::run_due(&later, &jobs::hands()).await.unwrap();
        assert_eq!(mari.good(says, json!({ "id": pieces })).await["node"], json!({ "state": "STORED", "problem": null }));
    }
}
