//! A disk that fails to write now and then, as a dying one does: nothing that was answered is lost, nothing is half
//! there, and the server goes on. The failures are put between the running server and the kernel by `strace`.

use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
};

use busfare::store::{Db, mint};
use busfare_entity::{
    receipt, spend,
    words::{ReceiptId, ReceiptState, SpendId},
};
use sea_orm::EntityTrait;
use serde_json::{Value, json};

use crate::{
    council::{key, on_both},
    ledger::counters_add_up,
    postgres::setting,
    server_process::{Premises, ServerProcess, is_installed, skipped},
};

/// How often something is tried before it counts as broken for good.
const TRIES: usize = 20;
const ASK: &str = "mutation($input: RequestSpendInput!) { requestSpend(input: $input) {
    spend { id } userErrors { code } } }";

/// Which calls fail, as strace says it: one of each thread's, and then one of so many. A connection to SQLite has a thread
/// of its own and is opened anew when one has failed, so what fails within its first transaction would fail for ever.
fn failures() -> Vec<String> {
    let most = setting("BUSFARE_FAILING_DISK").and_then(|most| most.parse().ok()).unwrap_or(3);
    let kinds = [("fsync,fdatasync", "EIO", 2), ("pwrite64", "EIO", 150), ("pwrite64", "ENOSPC", 170)];
    let each =
        kinds.iter().flat_map(|(calls, error, first)| (0..most).map(move |more| (calls, error, first * (more + 1))));
    each.map(|(calls, error, nth)| format!("inject={calls}:error={error}:when={nth}+401")).collect()
}

/// strace on a running server; when it is told to end, the server goes on unhindered.
struct Between(Child);

impl Between {
    fn server_and_kernel(server: &ServerProcess, failure: &str) -> Option<Self> {
        let mut command = Command::new("strace");
        command.args(["-f", "-o", "/dev/null", "-p", &server.id().to_string(), "-e", failure]);
        let mut strace = command.stderr(Stdio::piped()).spawn().unwrap();
        let mut said = String::new();
        BufReader::new(strace.stderr.as_mut().unwrap()).read_line(&mut said).unwrap();
        said.contains("attached").then_some(Self(strace)).or_else(|| {
            skipped(&format!("strace may not look at the server: {}", said.trim()));
            None
        })
    }
}

impl Drop for Between {
    fn drop(&mut self) {
        let _ = Command::new("kill").args(["-INT", &self.0.id().to_string()]).status();
        let _ = self.0.wait();
    }
}

async fn spends(server: &ServerProcess, token: &str, ask: &Value) -> Option<SpendId> {
    let answer = server.asks(Some(token), ASK, &json!({ "input": ask })).await;
    let Some(errors) = answer.get("errors") else {
        assert_eq!(answer["data"]["requestSpend"]["userErrors"], json!([]), "{answer:#}");
        return Some(answer["data"]["requestSpend"]["spend"]["id"].as_str().unwrap().parse().unwrap());
    };
    assert_eq!(errors[0]["extensions"]["code"], "INTERNAL", "{answer:#}");
    None
}

async fn puts(server: &ServerProcess, token: &str, receipt: ReceiptId, picture: &[u8]) -> bool {
    let put = server.puts(token, &receipt.to_string(), picture).await;
    assert!(matches!(put.status().as_u16(), 200 | 500 | 503), "{}", put.status());
    put.status() == 200
}

on_both! {
    async fn a_disk_that_fails_now_and_then_loses_nothing_that_was_answered(here: &Premises) {
        if !is_installed("strace") {
            return;
        }
        let token = here.demo_once();
        let picture = busfare::work::pictures::sample::bus_ticket("1.15");
        let (mut spent, mut stored, mut failed) = (Vec::new(), Vec::new(), 0);
        for failure in failures() {
            // strace cannot let go of a server that is just starting another program, so this one starts none.
            let mut command = here.command("serve");
            command.args(["--reading", "off"]);
            let server = ServerProcess::start(command, "Busfare listens on ");
            let fare = server.fare(&token).await;
            let Some(between) = Between::server_and_kernel(&server, &failure) else { return };
            for _ in 0..4 {
                let ask = json!({ "idempotencyKey": key(), "purposeId": fare, "unitPrice": "0.01" });
                let id = mint::id::<ReceiptId>();
                let (mut spend, mut kept, mut tries) = (None, false, 0);
                while (spend.is_none() || !kept) && tries < TRIES {
                    spend = match spend { None => spends(&server, &token, &ask).await, known => known };
                    kept = kept || puts(&server, &token, id, &picture).await;
                    tries += 1;
                }
                assert!(spend.is_some() && kept, "{failure}: {}", server.stderr());
                failed += tries - 1;
                spent.extend(spend);
                stored.push(id);
            }
            drop(between);
            // What was answered was answered for good, also when the machine goes at once.
            server.kill();
        }

        let db = here.database().await;
        let spends = spend::Entity::find().all(db.reader()).await.unwrap();
        assert!(spent.iter().all(|id| spends.iter().any(|spend| spend.id == *id)));
        nothing_is_half_there(&db, &stored).await;
        db.close().await.unwrap();
        let server = here.serve();
        for id in &stored {
            let url = server.url(&format!("/receipts/{id}/content"));
            assert_eq!(reqwest::Client::new().get(url).bearer_auth(&token).send().await.unwrap().status(), 200);
        }
        println!("{failed} tries failed on the way");
        assert!(failed > 0, "the disk did not fail");
    }
}

async fn nothing_is_half_there(db: &Db, stored: &[ReceiptId]) {
    counters_add_up(db).await;
    let receipts = receipt::Entity::find().all(db.reader()).await.unwrap();
    for id in stored {
        let row = receipts.iter().find(|row| row.id == *id).unwrap();
        assert_eq!((row.state, row.content_key.is_some()), (ReceiptState::Stored, true));
    }
}
