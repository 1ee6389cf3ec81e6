//! Pictures out: sealed where they are stored, whole or in a range, not at all where the phone has them, and by a link
//! that is worth something to one viewer for five minutes.

use busfare::{http::clock, rules::token::Bearer};
use busfare_entity::session;
use chrono::TimeDelta;
use reqwest::{RequestBuilder, StatusCode};
use sea_orm::EntityTrait;
use serde_json::{Value, json};

use super::{TICKET, captured, files};
use crate::{
    council::{Council, on_both},
    verbs::{ATTACH, does},
};

const LINKS: &str = "query($id: ID!) { node(id: $id) { ... on Receipt { link { url expiresAt } small: link(part: THUMBNAIL) { url } pages { link(part: THUMBNAIL) { url } } } } }";

fn get(council: &Council, path: &str) -> RequestBuilder {
    council.http().get(council.url(path))
}

on_both! {
    async fn what_is_stored_is_sealed(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let id = captured(&mari).await;
        mari.puts(&id, TICKET.clone()).await;
        let content = mari.gets(&format!("/receipts/{id}/content")).await.bytes().await.unwrap();

        for name in files(council, "pictures") {
            let bytes = std::fs::read(council.data.path().join("pictures").join(&name)).unwrap();
            assert!(bytes.starts_with(b"BFS1"));
            assert!(!bytes.windows(16).any(|window| content.windows(16).step_by(997).any(|part| part == window)), "{name}");
            // One bit of it changed, and it is nothing at all.
            let mut changed = bytes.clone();
            *changed.last_mut().unwrap() ^= 1;
            std::fs::write(council.data.path().join("pictures").join(&name), changed).unwrap();
        }
        for path in ["content", "thumbnail"] {
            assert_eq!(mari.gets(&format!("/receipts/{id}/{path}")).await.status(), StatusCode::SERVICE_UNAVAILABLE);
        }
    }

    async fn a_phone_that_has_it_is_told_so_and_one_that_has_a_part_gets_the_rest(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let id = captured(&mari).await;
        mari.puts(&id, TICKET.clone()).await;
        let path = format!("/receipts/{id}/content");
        let asks = || get(council, &path).bearer_auth(mari.token.as_ref().unwrap());
        let whole = asks().send().await.unwrap();
        let tag = whole.headers()["etag"].to_str().unwrap().to_owned();
        assert_eq!(whole.headers()["accept-ranges"], "bytes");
        let whole = whole.bytes().await.unwrap();

        for known in [tag.clone(), format!("\"x\", {tag}"), format!("W/{tag}")] {
            let told = asks().header("if-none-match", known).send().await.unwrap();
            assert_eq!((told.status(), told.bytes().await.unwrap().len()), (StatusCode::NOT_MODIFIED, 0));
        }
        assert_eq!(asks().header("if-none-match", "\"x\"").send().await.unwrap().status(), StatusCode::OK);
        let last = whole.len() - 1;
        for (range, from, to) in [("bytes=0-0", 0, 0), ("bytes=10-99", 10, 99), (&format!("bytes=100-{}", last * 9), 100, last), ("bytes=100-", 100, last), ("bytes=-5", last - 4, last), ("bytes=-99999999", 0, last)] {
            let part = asks().header("range", range).header("if-range", &tag).send().await.unwrap();
            assert_eq!(part.status(), StatusCode::PARTIAL_CONTENT, "{range}");
            assert_eq!(part.headers()["content-range"], format!("bytes {from}-{to}/{}", whole.len()).as_str());
            assert_eq!(part.bytes().await.unwrap(), whole[from..=to], "{range}");
        }
        for range in [format!("bytes={}-", whole.len()), "bytes=-0".into()] {
            let beyond = asks().header("range", &range).send().await.unwrap();
            assert_eq!((beyond.status(), &beyond.headers()["content-range"]), (StatusCode::RANGE_NOT_SATISFIABLE, &format!("bytes */{}", whole.len()).parse().unwrap()), "{range}");
        }
        for range in ["bytes=0-1,5-6", "lines=1-2", "bytes=", "bytes=9-1", "x", "bytes=a-b", "bytes=99999999999999999999-"] {
            let answered = asks().header("range", range).send().await.unwrap();
            assert!(answered.status() == StatusCode::OK || answered.status() == StatusCode::RANGE_NOT_SATISFIABLE, "{range}");
        }
        let other = asks().header("range", "bytes=0-9").header("if-range", "\"x\"").send().await.unwrap();
        assert_eq!((other.status(), other.bytes().await.unwrap().len()), (StatusCode::OK, whole.len()));
    }

    async fn a_link_shows_a_picture_to_its_viewer_for_five_minutes_and_to_nobody_else(council: &Council) {
        let (mari, nia, elin) = (council.person("mari.prydderch").await, council.person("nia.talfan").await, council.person("elin.caradog").await);
        let id = captured(&mari).await;
        let spend = mari.requests_spend(json!({})).await["spend"]["id"].clone();
        does(&mari, ATTACH, json!({ "receiptId": id, "spendId": spend })).await;
        assert_eq!(mari.good(LINKS, json!({ "id": id })).await["node"], json!({ "link": null, "small": null, "pages": [] }));
        mari.puts(&id, TICKET.clone()).await;

        let links = nia.good(LINKS, json!({ "id": id })).await["node"].clone();
        let ends: chrono::DateTime<chrono::Utc> = links["link"]["expiresAt"].as_str().unwrap().parse().unwrap();
        assert!(ends <= clock::now() + TimeDelta::minutes(5));
        for url in [&links["link"]["url"], &links["small"]["url"], &links["pages"][0]["link"]["url"]] {
            let url = url.as_str().unwrap();
            let shown = get(council, url).send().await.unwrap();
            assert_eq!((shown.status(), &shown.headers()["content-type"], &shown.headers()["referrer-policy"]), (StatusCode::OK, &"image/jpeg".parse().unwrap(), &"no-referrer".parse().unwrap()));
            assert_eq!(get(council, url).bearer_auth(nia.token.as_ref().unwrap()).send().await.unwrap().status(), StatusCode::OK);
            assert_eq!(get(council, url).bearer_auth(elin.token.as_ref().unwrap()).send().await.unwrap().status(), StatusCode::NOT_FOUND, "bound to its viewer");
            assert_eq!(get(council, &format!("{url}x")).send().await.unwrap().status(), StatusCode::NOT_FOUND);
            let elsewhere = url.replace(&id, &captured(&mari).await);
            assert_eq!(get(council, &elsewhere).send().await.unwrap().status(), StatusCode::NOT_FOUND);
        }
        // One that was made for somebody who may not see it, and one that is over.
        let signed_for = async |row: &busfare_entity::practitioner::Model, at| {
            let sessions = session::Entity::find().all(council.state.db.reader()).await.unwrap();
            let session = sessions.into_iter().find(|session| session.practitioner_id == row.id).unwrap().id;
            let path = format!("/receipts/{id}/content");
            let (token, _) = council.state.key.issue_link(Bearer { practitioner: row.id, session }, &path, at).unwrap();
            get(council, &format!("{path}?link={token}")).send().await.unwrap().status()
        };
        assert_eq!(signed_for(nia.row(), clock::now()).await, StatusCode::OK);
        assert_eq!(signed_for(elin.row(), clock::now()).await, StatusCode::NOT_FOUND);
        assert_eq!(signed_for(nia.row(), clock::now() - TimeDelta::minutes(5)).await, StatusCode::NOT_FOUND);
        for odd in ["?link=", "?link=a.b.c", "?link=%00", "?link=x&link=y"] {
            let status = get(council, &format!("/receipts/{id}/content{odd}")).send().await.unwrap().status();
            assert!([StatusCode::NOT_FOUND, StatusCode::UNAUTHORIZED].contains(&status), "{odd}: {status}");
        }
        // Signed out, it is worth nothing.
        let url = links["link"]["url"].as_str().unwrap().to_owned();
        let signed_out: Value = nia.good("mutation { signOut(input: { everywhere: false }) { signedOut } }", json!({})).await;
        assert!(!signed_out.is_null());
        assert_eq!(get(council, &url).send().await.unwrap().status(), StatusCode::NOT_FOUND);
    }
}
