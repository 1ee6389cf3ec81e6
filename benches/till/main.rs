//! How many spends a second are authorised, and how long each takes: through the till, and next to it by hand with one
//! transaction for each request. `cargo bench --bench till`, or with more patience `BUSFARE_BENCH_SECONDS=5`: for each
//! of three rounds of each. `BUSFARE_BENCH_ONLY=64` runs only what has that in its name.
//! It starts a PostgreSQL of its own that really syncs, and a SQLite folder.
//!
//! Both sides run in one process, take turns round by round, and make the same reads and keep the same rows. Only the
//! ratio within one run means anything on a machine that others use too.
#![expect(clippy::unwrap_used, reason = "a bench that cannot go on stops")]

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use busfare::{
    api::mutations::request_spend::{SpendTill, asks_at},
    store::{Db, db::DbErr},
};
use busfare_entity::words::SpendDecision;

mod by_hand;
mod county;
#[expect(dead_code, unused_imports, reason = "the tests use more of it")]
#[path = "../../tests/it/postgres.rs"]
mod postgres;

use county::County;

/// How asks get to their answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Till,
    ByHand,
}

/// One workload.
struct Workload {
    name: &'static str,
    callers: usize,
    hubs: usize,
}

const WORKLOADS: [Workload; 4] = [
    Workload { name: "one hot budget, 64 callers", callers: 64, hubs: 1 },
    Workload { name: "one hot budget, 1,024 callers", callers: 1_024, hubs: 1 },
    Workload { name: "1,000 budgets, 64 callers", callers: 64, hubs: 1_000 },
    Workload { name: "a lone caller", callers: 1, hubs: 1 },
];
const ROUNDS: usize = 3;

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let round = Duration::from_secs_f64(
            postgres::setting("BUSFARE_BENCH_SECONDS").and_then(|said| said.parse().ok()).unwrap_or(2.0),
        );
        println!("{} cores, load {}", std::thread::available_parallelism().unwrap(), load());

        if let Some(database) = postgres::fresh_database("bench", async |_| {}).await {
            measure("PostgreSQL", Db::open_postgres(database.url()).await.unwrap(), round).await;
        }
        let folder = tempfile::TempDir::new().unwrap();
        measure("SQLite", Db::open_sqlite(folder.path()).await.unwrap(), round).await;
        println!("load {}", load());
    });
}

fn load() -> String {
    std::fs::read_to_string("/proc/loadavg").unwrap_or_default().trim().to_owned()
}

async fn measure(database: &str, db: Db, round: Duration) {
    println!("\n{database}: inventing a county");
    let county = Arc::new(County::invent(&db).await);
    let till = SpendTill::default();
    println!(
        "statements of a spend in brackets\n{:31} {:>33} {:>33} {:>11}",
        "", "the till: /s, P50, P99 ms", "by hand: /s, P50, P99 ms", "ratio"
    );
    let only = postgres::setting("BUSFARE_BENCH_ONLY").unwrap_or_default();
    for workload in WORKLOADS.iter().filter(|workload| workload.name.contains(&only)) {
        let (mut through, mut by_hand) = (Figures::default(), Figures::default());
        for turn in 0..=ROUNDS {
            for way in [Way::Till, Way::ByHand] {
                // The first turn only warms up.
                let long = if turn == 0 { round / 4 } else { round };
                let figures = run(&county, &db, &till, workload, way, long).await;
                let all = if way == Way::Till { &mut through } else { &mut by_hand };
                if turn > 0 {
                    all.rates.extend(figures.rates);
                    all.waits.extend(figures.waits);
                    all.statements += figures.statements;
                }
            }
        }
        let (ours, theirs) = (through.summary(), by_hand.summary());
        let ratio = if workload.callers == 1 {
            format!("{:.2}x P50", ours.p50 / theirs.p50)
        } else {
            format!("{:.1}x /s", ours.rate / theirs.rate)
        };
        println!("{:31} {ours:>33} {theirs:>33} {ratio:>11}", workload.name);
    }
    county.adds_up(&db).await;
    db.close().await.unwrap();
}

/// Everybody asks, hears, and asks again, until the time is up.
async fn run(
    county: &Arc<County>,
    db: &Db,
    till: &SpendTill,
    workload: &Workload,
    way: Way,
    long: Duration,
) -> Figures {
    let next = Arc::new(AtomicUsize::new(0));
    let (begun, statements) = (Instant::now(), db.statements());
    let callers: Vec<_> = (0..workload.callers)
        .map(|_| {
            let (county, db, till, next, hubs) =
                (Arc::clone(county), db.clone(), till.clone(), Arc::clone(&next), workload.hubs);
            tokio::spawn(async move {
                let mut waits = Vec::new();
                while begun.elapsed() < long {
                    let asked = county.ask(next.fetch_add(1, Ordering::Relaxed), hubs);
                    let asked_at = Instant::now();
                    let decision = match way {
                        Way::Till => asks_at(&till, &db, asked).await.unwrap().unwrap().value.decision,
                        Way::ByHand => match by_hand::request(&db, &asked).await {
                            // Whoever does not even get a connection is no answer, and waits for the next.
                            Err(DbErr::ConnectionAcquire(_)) => continue,
                            spend => spend.unwrap().decision,
                        },
                    };
                    waits.push(asked_at.elapsed());
                    assert_eq!(decision, SpendDecision::AuthorisedSelf);
                }
                waits
            })
        })
        .collect();
    let mut waits = Vec::new();
    for caller in callers {
        waits.extend(caller.await.unwrap());
    }
    let rate = waits.len() as f64 / begun.elapsed().as_secs_f64();
    Figures { rates: vec![rate], waits, statements: db.statements() - statements }
}

#[derive(Default)]
struct Figures {
    rates: Vec<f64>,
    waits: Vec<Duration>,
    statements: u64,
}

struct Summary {
    rate: f64,
    p50: f64,
    p99: f64,
    statements: f64,
}

impl Figures {
    fn summary(mut self) -> Summary {
        self.rates.sort_by(f64::total_cmp);
        self.waits.sort();
        let at = |part: f64| self.waits[((self.waits.len() - 1) as f64 * part) as usize].as_secs_f64() * 1e3;
        let statements = self.statements as f64 / self.waits.len() as f64;
        Summary { rate: self.rates[self.rates.len() / 2], p50: at(0.5), p99: at(0.99), statements }
    }
}

impl std::fmt::Display for Summary {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(&format!("{:.0}  {:.2}  {:.1}  ({:.1})", self.rate, self.p50, self.p99, self.statements))
    }
}
