//! What waits, and how the connections to the database are: looked at when somebody asks for figures, and not before.

use std::time::Duration;

use busfare_entity::words::{JobKind, JobState};
use chrono::{DateTime, Utc};
use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{family::Family, gauge::Gauge},
    registry::Registry,
};
use sea_orm::{ActiveEnum, Iterable};
use tokio::time::timeout;

use crate::store::{
    self, Db,
    db::{Connections, DbErr},
};

/// How long the database may take to say what waits.
const PATIENCE: Duration = Duration::from_secs(2);

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Pool {
    pool: &'static str,
    state: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Job {
    kind: String,
    state: String,
}

/// What waits in the database.
struct Waiting {
    jobs: Vec<(JobKind, JobState, i64)>,
    messages: u64,
    uploads: u64,
}

/// All of it, as it is now. Where the database does not answer, that is said, and nothing of what is in it.
pub(super) async fn look(db: &Db, now: DateTime<Utc>) -> Registry {
    let mut registry = Registry::with_prefix("busfare");
    add_connections(&mut registry, db);
    let waiting = timeout(PATIENCE, waiting(db, now)).await;
    let answers = Gauge::<i64>::default();
    registry.register("database_answers", "Whether the database answered in time: 1 or 0", answers.clone());
    match waiting {
        Ok(Ok(waiting)) => {
            answers.set(1);
            add_waiting(&mut registry, &waiting);
        }
        Ok(Err(error)) => tracing::error!(%error, "figures lack what is in the database"),
        Err(_late) => tracing::error!("figures lack what is in the database: it did not answer in time"),
    }
    registry
}

fn add_connections(registry: &mut Registry, db: &Db) {
    let family = Family::<Pool, Gauge>::default();
    for Connections { pool, open, idle, most } in db.connections() {
        for (state, count) in [("open", open), ("idle", idle), ("most", most)] {
            family.get_or_create(&Pool { pool, state }).set(i64::from(count));
        }
    }
    registry.register(
        "database_connections",
        "Connections that are open, idle of those, and the most there may be",
        family,
    );
    for (name, help, count) in [
        ("database_waiting", "Transactions that wait for their turn to begin", db.waiting_to_begin()),
        ("database_reads_waiting", "Reads that wait until a connection of their worker is free", db.waiting_to_read()),
    ] {
        let waiting = Gauge::<i64>::default();
        waiting.set(i64::try_from(count).unwrap_or(i64::MAX));
        registry.register(name, help, waiting);
    }
}

async fn waiting(db: &Db, now: DateTime<Utc>) -> Result<Waiting, DbErr> {
    let conn = db.reader();
    Ok(Waiting {
        jobs: store::job::counts_by_kind(conn).await?,
        messages: store::outbox::count_waiting(conn).await?,
        uploads: store::upload::count_open(conn, now).await?,
    })
}

fn add_waiting(registry: &mut Registry, waiting: &Waiting) {
    let jobs = Family::<Job, Gauge>::default();
    let gauge = |kind: JobKind, state: JobState| {
        jobs.get_or_create_owned(&Job { kind: kind.to_value().to_lowercase(), state: state.to_value().to_lowercase() })
    };
    // What there is none of is told as well, so that an alarm has something to look at.
    for kind in JobKind::iter() {
        for state in JobState::iter() {
            gauge(kind, state).set(0);
        }
    }
    for (kind, state, count) in &waiting.jobs {
        gauge(*kind, *state).set(*count);
    }
    registry.register("jobs", "Jobs that wait or are being done, and jobs that are stuck, by kind", jobs.clone());
    for (name, help, count) in [
        ("outbox_waiting", "Messages that have not left the house", waiting.messages),
        ("uploads_open", "Uploads that have begun and are not whole", waiting.uploads),
    ] {
        let gauge = Gauge::<i64>::default();
        gauge.set(i64::try_from(count).unwrap_or(i64::MAX));
        registry.register(name, help, gauge);
    }
}
