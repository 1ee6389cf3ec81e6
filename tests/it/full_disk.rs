//! A disk that fills up under a running server: everything can still be read, what cannot be written is told to come
//! back, nothing is half there, and all of it works again once somebody has made room.

use std::{io::Write, path::PathBuf, process::Command, time::Duration};

use busfare::store::{Db, mint};
use busfare_entity::{
    receipt, spend,
    words::{ReceiptId, SpendId},
};
use reqwest::StatusCode;
use sea_orm::EntityTrait;
use serde_json::{Value, json};

use crate::{
    council::{key, on_both},
    ledger::counters_add_up,
    receipts::heavy,
    server_process::{Premises, ServerProcess, skipped},
};

/// Room beyond what the demo takes, in KiB.
const ROOM: u64 = 12 * 1024;
/// How often something is tried before it counts as broken for good; a tenth of a second lies between.
const TRIES: usize = 100;
const ASK: &str = "mutation($input: RequestSpendInput!) { requestSpend(input: $input) {
    spend { id } userErrors { code } } }";
const CAPTURE: &str = "mutation($input: CaptureReceiptInput!) { captureReceipt(input: $input) {
    receipt { id } userErrors { code } } }";

/// A server whose data folder is a small disk of its own, seen by nobody else. It goes with the server.
struct SmallDisk {
    server: ServerProcess,
    folder: PathBuf,
    _mounted_on: tempfile::TempDir,
}

impl SmallDisk {
    /// None where this machine does not let a test mount anything.
    fn with_a_copy_of(here: &Premises) -> Option<Self> {
        let may = Command::new("unshare").args(["-rm", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]).output();
        if !may.is_ok_and(|may| may.status.success()) {
            skipped("this machine lets no test mount a small disk");
            return None;
        }
        let disk = tempfile::TempDir::new().unwrap();
        let size = room_taken(here.data.path()) + ROOM;
        let script = r#"mount -t tmpfs -o "size=$1k,mode=700" tmpfs "$3" && cp -a "$2/." "$3" && shift 3 && exec "$@""#;
        let serve = here.command("serve");
        let mut command = Command::new("unshare");
        command.args(["-rm", "sh", "-c", script, "sh", &size.to_string()]).arg(here.data.path()).arg(disk.path());
        command.arg(serve.get_program()).args(serve.get_args().map(|arg| match arg == here.data.path() {
            true => disk.path().as_os_str(),
            false => arg,
        }));
        command.env_clear().env("PATH", "/usr/bin:/bin:/usr/sbin:/sbin");
        command.envs(serve.get_envs().filter_map(|(name, value)| Some((name, value?))));
        let server = ServerProcess::start(command, "Busfare listens on ");
        let folder = PathBuf::from(format!("/proc/{}/root{}", server.id(), disk.path().display()));
        Some(Self { server, folder, _mounted_on: disk })
    }

    /// Takes all the room there is.
    fn fill(&self) {
        let mut filler = std::fs::File::create(self.folder.join("filler")).unwrap();
        for piece in [1 << 16, 1 << 10, 1] {
            let piece = vec![b'x'; piece];
            while filler.write_all(&piece).is_ok() {}
        }
    }

    fn make_room(&self) {
        std::fs::remove_file(self.folder.join("filler")).unwrap();
    }

    async fn shows(&self, token: &str, receipt: &str) -> StatusCode {
        let url = self.server.url(&format!("/receipts/{receipt}/content"));
        reqwest::Client::new().get(url).bearer_auth(token).send().await.unwrap().status()
    }
}

/// What a folder takes on a disk, in KiB.
fn room_taken(folder: &std::path::Path) -> u64 {
    let said = Command::new("du").args(["-sk"]).arg(folder).output().unwrap().stdout;
    String::from_utf8(said).unwrap().split_whitespace().next().unwrap().parse().unwrap()
}

/// What a verb came to: its payload, or nothing where the server could not write it down and said so.
async fn tried(disk: &SmallDisk, token: &str, document: &str, input: &Value) -> Option<Value> {
    let answer = disk.server.asking(Some(token), document, &json!({ "input": input })).send().await.unwrap();
    let waits = answer.headers().contains_key("retry-after");
    let answer: Value = answer.json().await.unwrap();
    if let Some(errors) = answer.get("errors") {
        assert_eq!((&errors[0]["extensions"]["code"], waits), (&json!("INTERNAL"), true), "{answer:#}");
        assert!(errors[0]["message"].as_str().unwrap().contains("Nothing has changed"), "{answer:#}");
        return None;
    }
    let payload = answer["data"].as_object().unwrap().values().next().unwrap().clone();
    assert_eq!(payload["userErrors"], json!([]), "{answer:#}");
    Some(payload)
}

/// Tries until it works.
async fn in_the_end(disk: &SmallDisk, token: &str, document: &str, input: &Value) -> Value {
    for _ in 0..TRIES {
        if let Some(payload) = tried(disk, token, document, input).await {
            return payload;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("there is room again and nothing works");
}

on_both! {
    async fn a_full_disk_stops_no_reader_and_loses_nothing(here: &Premises) {
        let token = here.demo_once();
        let Some(disk) = SmallDisk::with_a_copy_of(here) else { return };
        let small = busfare::work::pictures::sample::bus_ticket("1.15");
        let fare = disk.server.fare(&token).await;
        let ask = || json!({ "idempotencyKey": key(), "purposeId": fare, "unitPrice": "0.01" });
        let capture = |id: ReceiptId| json!({ "idempotencyKey": key(), "id": id });
        let [before, during] = [(); 2].map(|()| mint::id::<ReceiptId>());
        for id in [before, during] {
            in_the_end(&disk, &token, CAPTURE, &capture(id)).await;
        }
        let stored = disk.server.puts(&token, &before.to_string(), &small).await;
        assert_eq!(stored.status(), 200, "{}", disk.server.stderr());

        disk.fill();
        let picture = heavy(&small, 3_000_000, 1);
        let mut acknowledged = Vec::new();
        let asks: Vec<_> = (0..40).map(|_| ask()).collect();
        for ask in &asks {
            let answer = tried(&disk, &token, ASK, ask).await;
            acknowledged.extend(answer.map(|answer| answer["spend"]["id"].as_str().unwrap().parse::<SpendId>().unwrap()));
            assert_eq!(disk.shows(&token, &before.to_string()).await, 200);
            disk.server.good(&token, "{ viewer { receipts { nodes { id state } } missingEvidence { nodes { id } } } }", &json!({})).await;
        }
        // With the database elsewhere, a full disk stops no spend at all.
        assert!(here.database_url().is_none() || acknowledged.len() == asks.len());
        let refused = disk.server.puts(&token, &during.to_string(), &picture).await;
        assert_eq!((refused.status(), refused.headers().contains_key("retry-after")), (StatusCode::SERVICE_UNAVAILABLE, true));
        let told: Value = refused.json().await.unwrap();
        assert_eq!(told["errors"][0]["extensions"]["reason"], "STORAGE_FULL", "{told:#}");
        if here.database_url().is_some() {
            let says = disk.server.good(&token, "query($id: ID!) { node(id: $id) { ... on Receipt { state problem } } }", &json!({ "id": during })).await;
            assert_eq!(says["node"], json!({ "state": "AWAITING_PICTURE", "problem": "STORAGE_FULL" }));
        }

        disk.make_room();
        let mut spent = std::collections::BTreeSet::from_iter(acknowledged);
        for ask in &asks {
            let payload = in_the_end(&disk, &token, ASK, ask).await;
            spent.insert(payload["spend"]["id"].as_str().unwrap().parse().unwrap());
        }
        assert_eq!(spent.len(), asks.len(), "the same key is the same spend, before and after");
        assert_eq!(disk.server.puts(&token, &during.to_string(), &picture).await.status(), 200);
        assert_eq!(disk.shows(&token, &during.to_string()).await, 200);

        nothing_is_half_there(here, disk, spent.len()).await;
    }
}

/// The rows are read after the server has closed its books, from a copy where the database was on the small disk.
async fn nothing_is_half_there(here: &Premises, disk: SmallDisk, asked: usize) {
    let copy = tempfile::TempDir::new().unwrap();
    if here.database_url().is_none() {
        for file in ["busfare.sqlite", "busfare.sqlite-wal"] {
            std::fs::copy(disk.folder.join(file), copy.path().join(file)).unwrap();
        }
    }
    disk.server.kill();
    let db = match here.database_url() {
        Some(url) => Db::open_postgres(url).await.unwrap(),
        None => Db::open_sqlite(copy.path()).await.unwrap(),
    };
    counters_add_up(&db).await;
    assert!(spend::Entity::find().all(db.reader()).await.unwrap().len() >= asked);
    assert_eq!(
        receipt::Entity::find().all(db.reader()).await.unwrap().iter().filter(|one| one.content_key.is_some()).count(),
        2
    );
    db.close().await.unwrap();
}
