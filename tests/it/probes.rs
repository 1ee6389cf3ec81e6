//! What whoever looks after servers asks them: is anybody there, and may requests be sent?

use std::time::Duration;

use futures_util::future::join_all;
use reqwest::{Method, StatusCode};
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

use crate::{
    council::{Council, on_both},
    server_process::Premises,
};

/// What is said of each part where all is well.
const WELL: [(&str, &str); 4] = [
    ("database", "It answers."),
    ("migrations", "All are applied."),
    ("pictures", "Their place can be written and read."),
    ("server", "It goes on."),
];
/// Looks at a server before a story gives up: one a tenth of a second, and more than enough.
const MOST_LOOKS: usize = 600;

/// The status and the body of `/readyz`.
async fn readiness(council: &Council) -> (StatusCode, Value) {
    let answer = council.http().get(council.url("/readyz")).send().await.unwrap();
    (answer.status(), answer.json().await.unwrap())
}

/// What is said once the status is this.
async fn once(council: &Council, status: StatusCode) -> Value {
    for _ in 0..MOST_LOOKS {
        let (found, said) = readiness(council).await;
        if found == status {
            return said;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("it never answered with {status}");
}

/// The names of the parts that are amiss, when it is not ready.
#[track_caller]
fn amiss(said: &Value) -> Vec<&str> {
    assert_eq!(said["ready"], false, "{said:#}");
    let checks = said["checks"].as_array().unwrap();
    checks.iter().filter(|check| check["ok"] == false).map(|check| check["name"].as_str().unwrap()).collect()
}

on_both! {
    async fn it_answers_and_is_ready_without_a_token_and_by_head_too(council: &Council) {
        let asks = async |method: Method, path| council.http().request(method, council.url(path)).send().await.unwrap();
        let alive = asks(Method::GET, "/healthz").await;
        assert_eq!((alive.status(), alive.text().await.unwrap().as_str()), (StatusCode::OK, "ok"));
        let ready = asks(Method::GET, "/readyz").await;
        assert_eq!((ready.status(), ready.headers()["cache-control"].as_bytes()), (StatusCode::OK, &b"no-store"[..]));
        let checks = WELL.map(|(name, words)| json!({ "name": name, "ok": true, "words": words }));
        assert_eq!(ready.json::<Value>().await.unwrap(), json!({ "ready": true, "checks": checks }));

        for path in ["/healthz", "/readyz"] {
            let head = asks(Method::HEAD, path).await;
            assert_eq!((head.status(), head.text().await.unwrap().as_str()), (StatusCode::OK, ""), "{path}");
            assert_eq!(asks(Method::POST, path).await.status(), StatusCode::METHOD_NOT_ALLOWED, "{path}");
        }
    }

    async fn asking_a_hundred_times_costs_little_more_than_asking_once(council: &Council) {
        let before = council.state.db.statements();
        readiness(council).await;
        let once = council.state.db.statements() - before;
        assert!(once > 0);
        let all = join_all((0..100).map(|_| readiness(council))).await;
        assert!(all.iter().all(|(status, _)| *status == StatusCode::OK));
        let more = council.state.db.statements() - before - once;
        assert!(more < once * 50, "{more} statements for a hundred, {once} for one");
    }

    async fn a_database_that_is_not_up_to_date_is_not_ready(council: &Council) {
        let txn = council.state.db.begin().await.unwrap();
        let last = "DELETE FROM seaql_migrations WHERE version = (SELECT max(version) FROM seaql_migrations)";
        txn.execute_unprepared(last).await.unwrap();
        txn.commit().await.unwrap();
        let said = once(council, StatusCode::SERVICE_UNAVAILABLE).await;
        assert_eq!(amiss(&said), ["migrations"]);
        assert!(said.to_string().contains("`busfare migrate`"), "{said}");
    }

    async fn without_a_place_for_pictures_it_is_not_ready_and_with_one_it_is_again(council: &Council) {
        let (pictures, aside) = (council.data.path().join("pictures"), council.data.path().join("aside"));
        std::fs::rename(&pictures, &aside).unwrap();
        std::fs::write(&pictures, "not a folder").unwrap();
        let said = once(council, StatusCode::SERVICE_UNAVAILABLE).await;
        assert_eq!(amiss(&said), ["pictures"]);
        assert!(!said.to_string().contains(&*council.data.path().to_string_lossy()), "{said}");

        std::fs::remove_file(&pictures).unwrap();
        std::fs::rename(&aside, &pictures).unwrap();
        once(council, StatusCode::OK).await;
        assert_eq!(std::fs::read_dir(&pictures).unwrap().count(), 0, "nothing that was tried out is left");
    }

    async fn told_to_stop_it_says_so_for_as_long_as_it_answers(here: &Premises) {
        here.demo_once();
        let server = here.serve();
        assert_eq!(reqwest::get(server.url("/readyz")).await.unwrap().status(), StatusCode::OK);

        let address = server.url("/readyz");
        let asking = async {
            loop {
                // Each asks on a connection of its own, as probes do.
                let answer = reqwest::get(&address).await.expect("it still answers");
                if answer.status() != StatusCode::OK {
                    return (answer.status(), answer.json::<Value>().await.unwrap());
                }
            }
        };
        let (stopped, (status, said)) = tokio::join!(server.told_to_stop(Duration::from_secs(30)), asking);
        assert_eq!((status, amiss(&said)), (StatusCode::SERVICE_UNAVAILABLE, vec!["server"]));
        let (status, _, log) = stopped.expect("it stops");
        assert_eq!(status.code(), Some(0), "{log}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn while_postgresql_is_away_it_is_alive_and_not_ready_and_then_it_is_ready_again() {
    let Some(council) = Council::on_postgres().await else { return };
    once(&council, StatusCode::OK).await;
    let database = council.postgres().unwrap();

    database.shut();
    let said = once(&council, StatusCode::SERVICE_UNAVAILABLE).await;
    assert_eq!(amiss(&said), ["database", "migrations"]);
    for word in ["postgres", "127.0.0.1", "busfare@", "SELECT", "pool", "connections"] {
        assert!(!said.to_string().contains(word), "{word} in {said}");
    }
    assert_eq!(reqwest::get(council.url("/healthz")).await.unwrap().status(), StatusCode::OK);

    database.open();
    assert_eq!(once(&council, StatusCode::OK).await["ready"], true);
    council.close().await;
}
