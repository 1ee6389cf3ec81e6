//! Sweeping: what nothing refers to goes, what somebody may still ask for stays.

use std::fs;

use busfare::{
    http::{clock, server},
    work::sweep::{ANSWERS_KEPT, ORPHANS_KEPT, Swept, UPLOADS_KEPT, sweep},
};
use busfare_entity::idempotency;
use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::join_all;
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::json;

use super::{TICKET, captured, files};
use crate::{
    council::{Council, key, on_both},
    verbs::CAPTURE,
};

async fn sweeps_at(council: &Council, now: DateTime<Utc>) -> Swept {
    let state = &council.state;
    sweep(&state.db, &state.blobs, &server::staging(council.data.path()), now).await.unwrap()
}

on_both! {
    async fn orphans_and_stale_uploads_go_and_what_a_row_refers_to_stays(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let id = captured(&mari).await;
        mari.puts(&id, TICKET.clone()).await;
        let kept = files(council, "pictures");
        for orphan in 0..1_100 {
            fs::write(council.data.path().join("pictures").join(format!("{orphan:032x}")), b"orphan").unwrap();
        }
        fs::write(council.data.path().join("staging").join("0.part"), b"half a picture").unwrap();

        let young = sweeps_at(council, clock::now() + UPLOADS_KEPT - TimeDelta::minutes(10)).await;
        assert_eq!((young.pictures, young.uploads), (0, 0));
        let older = sweeps_at(council, clock::now() + ORPHANS_KEPT - TimeDelta::hours(1)).await;
        assert_eq!((older.pictures, older.uploads), (0, 1));
        let old = sweeps_at(council, clock::now() + ORPHANS_KEPT + TimeDelta::minutes(1)).await;
        assert_eq!((old.pictures, old.uploads), (1_100, 0));
        assert_eq!((files(council, "pictures"), files(council, "staging")), (kept, vec![]));
        assert_eq!(sweeps_at(council, clock::now() + TimeDelta::days(3_650)).await.pictures, 0);
        assert_eq!(mari.gets(&format!("/receipts/{id}/content")).await.status(), 200);
        assert_eq!(mari.gets(&format!("/receipts/{id}/thumbnail")).await.status(), 200);
    }

    async fn many_sweeps_at_once_do_no_harm(council: &Council) {
        for round in 0..20 {
            for orphan in 0..20 {
                fs::write(council.data.path().join("pictures").join(format!("{round}{orphan:030x}")), b"orphan").unwrap();
                fs::write(council.data.path().join("staging").join(format!("{orphan}.part")), b"half").unwrap();
            }
            let later = clock::now() + ORPHANS_KEPT + TimeDelta::hours(2);

            join_all((0..8).map(|_| sweeps_at(council, later))).await;

            assert_eq!((files(council, "pictures"), files(council, "staging")), (vec![], vec![]));
        }
    }

    async fn answers_are_kept_for_ninety_days_and_not_longer(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let input = json!({ "input": { "idempotencyKey": key() } });
        let first = mari.good(CAPTURE, input.clone()).await["it"].clone();
        let count = async || idempotency::Entity::find().count(council.state.db.reader()).await.unwrap();

        let young = sweeps_at(council, clock::now() + ANSWERS_KEPT - TimeDelta::hours(1)).await;
        assert_eq!((young.answers, count().await), (0, 1));
        let replayed = mari.good(CAPTURE, input.clone()).await["it"].clone();
        assert_eq!((&replayed["receipt"], &replayed["replayed"]), (&first["receipt"], &json!(true)));

        let old = sweeps_at(council, clock::now() + ANSWERS_KEPT + TimeDelta::seconds(1)).await;
        assert_eq!((old.answers, count().await), (1, 0));
        let anew = mari.good(CAPTURE, input).await["it"].clone();
        assert_eq!(anew["replayed"], false);
        assert_ne!(anew["receipt"]["id"], first["receipt"]["id"]);
    }
}
