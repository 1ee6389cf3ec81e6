//! Connections that stay with a worker: what is left in the middle, what breaks, and what waits.

use std::{pin::pin, time::Duration};

use busfare::{rules::token::Bearer, store};
use futures_util::{FutureExt, future::join_all};
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use tokio::{runtime::Builder, task::spawn_blocking};

use crate::council::{Council, on_both};

/// A statement that takes longer than anybody waits for it, and answers 1.
fn long(backend: DbBackend) -> Statement {
    let sql = match backend {
        DbBackend::Postgres => "SELECT 1::bigint AS said FROM pg_sleep(20)",
        _ => {
            "WITH RECURSIVE many(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM many WHERE n < 3000000) \
             SELECT min(n) AS said FROM many"
        }
    };
    Statement::from_string(backend, sql)
}

fn says(backend: DbBackend, number: i64) -> Statement {
    let sql = match backend {
        DbBackend::Postgres => "SELECT $1 AS said",
        _ => "SELECT ? AS said",
    };
    Statement::from_sql_and_values(backend, sql, [number.into()])
}

async fn said(reader: &impl ConnectionTrait, statement: Statement) -> i64 {
    reader.query_one_raw(statement).await.unwrap().unwrap().try_get("", "said").unwrap()
}

/// Does something as a worker of the server does everything: in a thread of its own that has no other.
async fn as_a_worker<F: Future<Output = ()>>(work: impl FnOnce() -> F + Send + 'static) {
    let alone = move || Builder::new_current_thread().enable_all().build().unwrap().block_on(work());
    spawn_blocking(alone).await.unwrap();
}

on_both! {
    async fn a_reader_that_is_left_in_the_middle_hands_its_answer_to_nobody(here: &Council) {
        let near = here.state.db.near(1);
        let (reader, backend) = (near.reader(), near.reader().get_database_backend());
        assert_eq!(said(reader, says(backend, 2)).await, 2);
        for number in 3..13 {
            let left = tokio::time::timeout(Duration::from_millis(3), reader.query_one_raw(long(backend))).await;
            assert!(left.is_err(), "it was not long enough");
            assert_eq!(said(reader, says(backend, number)).await, number);
        }
    }

    async fn more_who_read_than_there_are_readers_wait_their_turn(here: &Council) {
        let near = here.state.db.near(1_000);
        let (reader, backend) = (near.reader(), near.reader().get_database_backend());
        let mut all = pin!(join_all((0..200).map(|number| said(reader, says(backend, number)))));
        assert!(all.as_mut().now_or_never().is_none());
        // Each of so many workers has two.
        assert_eq!(near.waiting_to_read(), 198);
        let answers = all.await;
        assert_eq!((answers, near.waiting_to_read()), ((0..200).collect::<Vec<_>>(), 0));

        // Whoever stops waiting is counted no more.
        let mut left = Box::pin(join_all((0..200).map(|number| said(reader, says(backend, number)))));
        assert!(left.as_mut().now_or_never().is_none());
        drop(left);
        assert_eq!(near.waiting_to_read(), 0);
        assert_eq!(said(reader, says(backend, 1)).await, 1);

        let kept = near.connections().into_iter().find(|pool| pool.pool == "near").unwrap();
        assert!(kept.open >= 1 && kept.open == kept.idle && kept.idle <= kept.most, "{kept:?}");
    }

    async fn those_who_ask_at_one_moment_are_looked_up_in_one_statement_each_as_herself(here: &Council) {
        let mut bearers = Vec::new();
        for login in ["mari.prydderch", "gethin.bowmer", "nia.talfan", "tomos.ellwood"] {
            let person = here.person(login).await;
            bearers.push(here.state.key.verify(person.token.as_deref().unwrap(), busfare::http::clock::now()).unwrap());
        }
        let [mari, gethin, nia, tomos] = bearers.try_into().unwrap();
        let borrowed = Bearer { practitioner: mari.practitioner, session: gethin.session };
        let unheard = Bearer { practitioner: mari.practitioner, session: store::mint::id() };
        let txn = here.state.db.begin().await.unwrap();
        store::session::revoke(&txn, nia.session, busfare::http::clock::now()).await.unwrap();
        txn.commit().await.unwrap();

        let state = here.state.clone();
        as_a_worker(async move || {
            let state = state.near(1);
            for _ in 0..20 {
                let before = state.db.statements();
                let asked = [mari, borrowed, nia, gethin, unheard, tomos, mari];
                let found = join_all(asked.map(|bearer| state.callers.signed_in(bearer))).await;
                assert_eq!(state.db.statements() - before, 1);
                let found: Vec<_> = found.into_iter().map(|one| one.unwrap().map(|one| (one.her.id, one.session_id))).collect();
                let herself = |bearer: Bearer| Some((bearer.practitioner, bearer.session));
                assert_eq!(found, [herself(mari), None, None, herself(gethin), None, herself(tomos), herself(mari)]);
            }
        })
        .await;
    }

    async fn a_reader_changes_nothing(here: &Council) {
        let near = here.state.db.near(1);
        for reader in [near.reader(), here.state.db.reader()] {
            assert!(reader.execute_unprepared("DELETE FROM session").await.is_err());
            let delete = Statement::from_string(reader.get_database_backend(), "DELETE FROM session");
            assert!(reader.execute_raw(delete).await.is_err());
        }
    }

    async fn readers_are_closed_with_the_database(here: &Council) {
        let near = here.state.db.near(1);
        let (reader, backend) = (near.reader().clone(), near.reader().get_database_backend());
        assert_eq!(said(&reader, says(backend, 1)).await, 1);
        near.close().await.unwrap();
        assert!(reader.query_one_raw(says(backend, 1)).await.is_err());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_that_broke_while_nobody_used_it_is_replaced_unnoticed() {
    let Some(council) = Council::on_postgres().await else { return };
    let (near, killer) = (council.state.db.near(1), council.state.db.near(1));
    let (reader, backend) = (near.reader(), DbBackend::Postgres);
    for _ in 0..3 {
        let several = join_all((0..6).map(|number| said(reader, says(backend, number)))).await;
        assert_eq!(several, (0..6).collect::<Vec<_>>());
        let others = "SELECT count(pg_terminate_backend(pid)) AS said FROM pg_stat_activity \
             WHERE datname = current_database() AND pid <> pg_backend_pid()";
        said(killer.reader(), Statement::from_string(backend, others)).await;
    }
    council.close().await;
}
