//! Health: whether the process answers, and whether requests may be sent to it. Nobody needs a token for either, so neither
//! says more than which part is amiss: no address, no path, and no sentence of a database.

use std::time::Duration;

use actix_web::{
    HttpResponse,
    http::header::{CACHE_CONTROL, CONTENT_TYPE},
    web::{self, Data},
};
use serde::Serialize;
use tokio::{
    sync::Mutex,
    time::{Instant, timeout},
};

use crate::{
    api::state::State,
    store::{Db, blob::Blobs},
};

/// How long a part may take to answer.
const PATIENCE: Duration = Duration::from_secs(2);
/// How long what was found out holds, so that asking often costs nothing.
const HOLDS: Duration = Duration::from_secs(1);

/// Routes for whoever looks after servers. Each answers HEAD as well.
pub(super) fn routes(config: &mut web::ServiceConfig) {
    let healthz = web::resource("/healthz").route(web::get().to(alive)).route(web::head().to(alive));
    let readyz = web::resource("/readyz").route(web::get().to(ready)).route(web::head().to(ready));
    config.service(healthz).service(readyz);
}

/// What was found out last, and when. All workers of a server share one.
#[derive(Default)]
pub(super) struct Looked(Mutex<Option<(Instant, [Check; 3])>>);

/// One part that is needed, and how it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
struct Check {
    name: &'static str,
    ok: bool,
    words: &'static str,
}

/// All of them.
#[derive(Serialize)]
struct Report {
    ready: bool,
    checks: Vec<Check>,
}

/// The process answers, and looks at nothing.
async fn alive() -> HttpResponse {
    let plain = (CONTENT_TYPE, "text/plain; charset=utf-8");
    HttpResponse::Ok().insert_header(plain).insert_header((CACHE_CONTROL, "no-store")).body("ok")
}

/// Everything that a request needs is there.
async fn ready(state: Data<State>, looked: Data<Looked>) -> HttpResponse {
    let mut checks = looked.checks(&state).await.to_vec();
    checks.push(going_on(&state));
    let report = Report { ready: checks.iter().all(|check| check.ok), checks };
    let mut answer = if report.ready { HttpResponse::Ok() } else { HttpResponse::ServiceUnavailable() };
    answer.insert_header((CACHE_CONTROL, "no-store")).json(report)
}

impl Looked {
    /// What holds now. Whoever asks while somebody looks waits for what is found.
    async fn checks(&self, state: &State) -> [Check; 3] {
        let mut last = self.0.lock().await;
        if let Some((when, checks)) = *last
            && when.elapsed() < HOLDS
        {
            return checks;
        }
        let ([database, migrations], pictures) = tokio::join!(database(&state.db), pictures(&state.blobs));
        let checks = [database, migrations, pictures];
        *last = Some((Instant::now(), checks));
        checks
    }
}

/// Whether the database answers in time, and whether it is as this program knows it.
async fn database(db: &Db) -> [Check; 2] {
    let check = |ok, words| Check { name: "database", ok, words };
    let migrations = |ok, words| Check { name: "migrations", ok, words };
    let unknown = migrations(false, "Not known, because the database does not answer.");
    match timeout(PATIENCE, db.is_up_to_date()).await {
        Ok(Ok(true)) => [check(true, "It answers."), migrations(true, "All are applied.")],
        Ok(Ok(false)) => [
            check(true, "It answers."),
            migrations(false, "Some are not applied. Bring the database up to date with `busfare migrate`."),
        ],
        Ok(Err(error)) => {
            tracing::error!(%error, "not ready: the database failed");
            [check(false, "It does not answer as it should. The server's log says more."), unknown]
        }
        Err(_late) => {
            tracing::error!("not ready: the database did not answer in time");
            [check(false, "It did not answer within two seconds."), unknown]
        }
    }
}

/// Whether pictures can be kept and read.
async fn pictures(blobs: &Blobs) -> Check {
    let check = |ok, words| Check { name: "pictures", ok, words };
    match timeout(PATIENCE, blobs.try_out()).await {
        Ok(Ok(())) => check(true, "Their place can be written and read."),
        Ok(Err(error)) => {
            tracing::error!(%error, "not ready: the place for pictures failed");
            check(false, "Their place cannot be written and read. The server's log says more.")
        }
        Err(_late) => {
            tracing::error!("not ready: the place for pictures did not answer in time");
            check(false, "Their place did not answer within two seconds.")
        }
    }
}

/// Whether the server goes on; this is looked at each time.
fn going_on(state: &State) -> Check {
    let stopping = *state.closing.borrow();
    let words = if stopping { "It is stopping. Send requests to another one." } else { "It goes on." };
    Check { name: "server", ok: !stopping, words }
}
