//! How many reads a second are answered: by the real server, by the same answers written by hand (the ceiling), by these with
//! nothing but the library that runs documents on top, by hand and by the library once more where statements wait for each other
//! ("in turn", "both"), and where npm is at hand by PostGraphile, on the same data in one run. `cargo bench --bench reads`;
//! `BUSFARE_BENCH_SECONDS=5` for longer rounds, `BUSFARE_BENCH_SPENDS=10000,10000000` for other amounts of data,
//! `BUSFARE_BENCH_ONLY=SQLite` for one database.
//!
//! The servers take turns, round by round, and share two cores with the database and the phones that ask. Only the ratio within
//! one run means anything on a machine that others use too. Ours and the ceiling give the same answer, which is looked at.
#![expect(clippy::unwrap_used, reason = "a bench that cannot go on stops")]

use std::time::Duration;

use busfare::store::{Db, keys};
use serde_json::Value;
use tempfile::TempDir;

mod answer;
mod by_hand;
mod ceiling;
#[expect(dead_code, reason = "the bench of the till asks for spends too")]
#[path = "../till/county.rs"]
mod county;
mod history;
mod in_sqlite;
mod library;
mod phones;
mod postgraphile;
#[expect(dead_code, unused_imports, reason = "the tests use more of it")]
#[path = "../../tests/it/postgres.rs"]
mod postgres;
#[expect(dead_code, reason = "the tests use more of it")]
#[path = "../../tests/it/server_process.rs"]
mod server_process;

use by_hand::{OnPostgres, OneAtATime};
use county::County;
use history::{History, Looker};
use in_sqlite::OnSqlite;
use phones::{Asked, Figures, get, post};
use server_process::ServerProcess;

const ROUNDS: usize = 5;
/// Phones that ask at once.
const CONNECTIONS: [usize; 2] = [16, 64];
/// The shortest answer there can be to a list of twenty, and to one node.
const SHORTEST: [(&str, usize); 2] = [("nested list", 6_000), ("one node", 150)];

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let only = postgres::setting("BUSFARE_BENCH_ONLY").unwrap_or_default();
        let sizes = postgres::setting("BUSFARE_BENCH_SPENDS").unwrap_or_else(|| "200000".into());
        for spends in sizes.split(',').map(|size| size.trim().parse().unwrap()) {
            println!("{} cores, load {}", std::thread::available_parallelism().unwrap(), load());
            if "PostgreSQL".contains(&only) {
                on_postgres(spends).await;
            }
            if "SQLite".contains(&only) {
                on_sqlite(spends).await;
            }
        }
        println!("load {}", load());
    });
}

fn load() -> String {
    std::fs::read_to_string("/proc/loadavg").unwrap_or_default().trim().to_owned()
}

async fn on_postgres(spends: usize) {
    let Some(database) = postgres::fresh_database("bench", async |_| {}).await else { return };
    println!("\nPostgreSQL, {spends} spends: inventing them");
    let data = TempDir::new().unwrap();
    let history = invent(Db::open_postgres(database.url()).await.unwrap(), &data, spends).await;
    let url = database.url().to_owned();
    let (ceiling, handle) = ceiling::serve(keys::open(data.path()).unwrap(), move || OnPostgres::at(&url));
    let url = database.url().to_owned();
    let (in_turn, their_handle) = ceiling::serve(keys::open(data.path()).unwrap(), move || OneAtATime::at(&url));
    let ours = serve(&data, Some(database.url()));
    let peer = postgraphile::start(database.url());
    let others = Others { in_turn: Some(&in_turn), peer: peer.as_ref().map(|peer| peer.address.as_str()) };
    compare(&history, &ours, &ceiling, others).await;
    handle.stop(false).await;
    their_handle.stop(false).await;
}

async fn on_sqlite(spends: usize) {
    println!("\nSQLite, {spends} spends: inventing them");
    let data = TempDir::new().unwrap();
    let history = invent(Db::open_sqlite(data.path()).await.unwrap(), &data, spends).await;
    let folder = data.path().to_owned();
    let (ceiling, handle) = ceiling::serve(keys::open(data.path()).unwrap(), move || OnSqlite::of(&folder));
    let ours = serve(&data, None);
    compare(&history, &ours, &ceiling, Others::default()).await;
    handle.stop(false).await;
}

async fn invent(db: Db, data: &TempDir, spends: usize) -> History {
    let county = County::invent(&db).await;
    let history = History::live(&db, &county, keys::open(data.path()).unwrap(), spends).await;
    db.close().await.unwrap();
    history
}

fn serve(data: &TempDir, database: Option<&str>) -> ServerProcess {
    let mut command = server_process::busfare(&["serve", "--listen", "127.0.0.1:0", "--log", "error"]);
    command.arg("--data").arg(data.path());
    if let Some(url) = database {
        command.env("DATABASE_URL", url);
    }
    ServerProcess::start(command, "Busfare listens on ")
}

/// Who else answers, where there are such.
#[derive(Default)]
struct Others<'a> {
    /// By hand, and each statement waits for the one before; the library makes answers of these too.
    in_turn: Option<&'a str>,
    /// PostGraphile.
    peer: Option<&'a str>,
}

/// Has them take turns, and prints how often each answered.
async fn compare(history: &History, ours: &ServerProcess, ceiling: &str, others: Others<'_>) {
    let (in_turn, peer) = (others.in_turn.is_some(), others.peer.is_some());
    let named = [("in turn", in_turn), ("both", in_turn), ("PostGraphile", peer)];
    let names = ["ours", "by hand", "by the library"];
    let names: Vec<_> =
        names.into_iter().chain(named.iter().filter(|(_, there)| *there).map(|(name, _)| *name)).collect();
    print!("answers a second and the slowest of a hundred in ms\n{:24}", "");
    names.iter().for_each(|name| print!(" {name:>16}"));
    println!();
    for (place, (what, at_least)) in SHORTEST.into_iter().enumerate() {
        let asked = |address: &str, requests: [fn(&Looker) -> Vec<u8>; 2]| Asked {
            address: address.to_owned(),
            request: requests[place],
            at_least,
        };
        let by_addresses: [fn(&Looker) -> Vec<u8>; 2] =
            [|her| get("/list", &her.token), |her| get(&format!("/node/{}", her.spend), &her.token)];
        let by_documents: [fn(&Looker) -> Vec<u8>; 2] = [
            |her| post("/graphql", &her.token, &answer::list_body()),
            |her| post("/graphql", &her.token, &answer::node_body(her.spend)),
        ];
        let mut servers =
            vec![asked(ours.host(), by_documents), asked(ceiling, by_addresses), asked(ceiling, by_documents)];
        servers.extend(others.in_turn.map(|in_turn| asked(in_turn, by_addresses)));
        servers.extend(others.in_turn.map(|in_turn| asked(in_turn, by_documents)));
        servers.extend(others.peer.map(|peer| asked(peer, [postgraphile::list, postgraphile::node])));
        same(&servers, history).await;

        for connections in CONNECTIONS {
            // A phone shows the same token for minutes.
            let lookers = history.lookers();
            let mut figures: Vec<Figures> = servers.iter().map(|_| Figures::default()).collect();
            for round in 0..=ROUNDS {
                for (server, all) in servers.iter().zip(&mut figures) {
                    // The first round only warms up.
                    let long = if round == 0 { long() / 4 } else { long() };
                    let one = phones::ask(server, &lookers, connections, long).await;
                    if round > 0 {
                        all.rates.extend(one.rates);
                        all.waits.extend(one.waits);
                    }
                }
            }
            print!("{:24}", format!("{what}, {connections} phones"));
            for one in &figures {
                print!(" {:>16}", format!("{:.0}  {:.1}", one.rate(), one.p99()));
            }
            let ratios = names.iter().zip(&figures).skip(1);
            let ratios = ratios.map(|(name, other)| format!("{name} {:.2}", figures[0].rate() / other.rate()));
            println!("   ours / {}", ratios.collect::<Vec<_>>().join(", / "));
        }
    }
}

/// How long a round is.
fn long() -> Duration {
    let said = postgres::setting("BUSFARE_BENCH_SECONDS").and_then(|said| said.parse().ok());
    Duration::from_secs_f64(said.unwrap_or(2.0))
}

/// Ours, what is written by hand and what the library makes of it say the same.
async fn same(servers: &[Asked], history: &History) {
    for looker in history.lookers().iter().take(20) {
        let said = [0, 1, 2].map(|server| phones::ask_once(&servers[server], looker));
        let [ours, by_hand, by_library] = futures_util::future::join_all(said).await.try_into().unwrap();
        let [ours, by_hand, by_library] =
            [ours, by_hand, by_library].map(|text: String| serde_json::from_str::<Value>(&text).unwrap());
        assert_eq!(ours["data"], by_hand["data"]);
        assert_eq!(ours["data"], by_library["data"]);
    }
}
