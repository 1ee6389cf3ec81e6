//! What can be reached: the same answers from PostgreSQL by statements written by hand, prepared once, on a connection that
//! stays with its worker, and on which statements follow each other before the first is answered. What that alone is worth is
//! shown by the same statements where each waits for the one before. Both look at the same token and show the same sight.

use std::{cell::RefCell, collections::HashMap};

use busfare::rules::token::Bearer;
use busfare_entity::words::{BudgetId, PractitionerId, SpendId};
use tokio::sync::OnceCell;
use tokio_postgres::{Client, NoTls, Row, Statement};
use uuid::Uuid;

use crate::{
    answer::{Asker, Budget, FIRST, Page, Receipt, Spend, SpendInList, pence},
    ceiling::Hand,
};

const WHO: &str = "SELECT p.organisation_id FROM practitioner p JOIN session s ON s.practitioner_id = p.id \
     WHERE p.id = $1 AND s.id = $2 AND s.revoked_at IS NULL AND p.active";
const LIST: &str = "WITH seen AS (
         (SELECT id, requested_at FROM spend WHERE practitioner_id = $1 AND organisation_id = $2
             ORDER BY requested_at DESC, id DESC LIMIT 21)
         UNION (SELECT s.id, s.requested_at FROM ask a JOIN spend s ON s.id = a.spend_id
             WHERE a.asked_id = $1 AND s.organisation_id = $2 ORDER BY s.requested_at DESC, s.id DESC LIMIT 21)
         UNION (SELECT s.id, s.requested_at FROM notice n JOIN spend s ON s.id = n.spend_id
             WHERE n.told_id = $1 AND s.organisation_id = $2 ORDER BY s.requested_at DESC, s.id DESC LIMIT 21))
     SELECT s.id, s.reason, s.decision, s.money, s.evidence, s.requested_at, s.total_pence, p.id, p.name, p.role, b.id, b.name,
         b.period_end, b.allocated_pence - b.reserved_pence - b.committed_pence - b.settled_pence
     FROM seen JOIN spend s ON s.id = seen.id JOIN practitioner p ON p.id = s.practitioner_id
         JOIN budget b ON b.id = s.budget_id
     ORDER BY s.requested_at DESC, s.id DESC LIMIT 21";
const RECEIPTS: &str = "SELECT l.spend_id, r.id, r.state, r.captured_at, r.media_type, r.thumbnail_key IS NOT NULL \
     FROM receipt_link l JOIN receipt r ON r.id = l.receipt_id WHERE l.spend_id = ANY($1) ORDER BY r.captured_at, r.id";
const NODE: &str = "SELECT id, reason, decision, money, evidence, requested_at, total_pence FROM spend \
     WHERE id = $3 AND organisation_id = $2 AND (practitioner_id = $1 \
         OR EXISTS (SELECT FROM ask WHERE spend_id = $3 AND asked_id = $1) \
         OR EXISTS (SELECT FROM notice WHERE spend_id = $3 AND told_id = $1))";

/// A connection with its statements prepared.
struct Prepared {
    client: Client,
    who: Statement,
    list: Statement,
    receipts: Statement,
    node: Statement,
}

impl Prepared {
    async fn open(url: &str) -> Self {
        let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
        actix_web::rt::spawn(connection);
        client.batch_execute("SET random_page_cost = 1.1").await.unwrap();
        let [who, list, receipts, node] = [WHO, LIST, RECEIPTS, NODE].map(|sql| client.prepare(sql));
        let (who, list, receipts, node) = tokio::try_join!(who, list, receipts, node).unwrap();
        Self { client, who, list, receipts, node }
    }

    async fn who(&self, bearer: Bearer) -> Option<(Uuid, Uuid)> {
        let her = bearer.practitioner.0;
        let row = self.client.query_opt(&self.who, &[&her, &bearer.session.0]).await.unwrap()?;
        Some((her, row.get(0)))
    }

    async fn list(&self, (her, ours): (Uuid, Uuid)) -> Page {
        let rows = self.client.query(&self.list, &[&her, &ours]).await.unwrap();
        let mut spends: Vec<_> = rows.iter().map(in_list).collect();
        let shown: Vec<_> = spends.iter().take(FIRST).map(|row| row.spend.id.0).collect();
        let mut receipts: HashMap<Uuid, Vec<Receipt>> = HashMap::new();
        for row in self.client.query(&self.receipts, &[&shown]).await.unwrap() {
            let receipt = Receipt::new(row.get(1), row.get(2), row.get(3), row.get(4), row.get(5));
            receipts.entry(row.get(0)).or_default().push(receipt);
        }
        for row in &mut spends {
            row.receipts = receipts.remove(&row.spend.id.0).unwrap_or_default();
        }
        Page::of(spends)
    }

    async fn node(&self, (her, ours): (Uuid, Uuid), id: SpendId) -> Option<Spend> {
        self.client.query_opt(&self.node, &[&her, &ours, &id.0]).await.unwrap().as_ref().map(spend)
    }
}

fn spend(row: &Row) -> Spend {
    Spend {
        id: SpendId(row.get(0)),
        reason: row.get(1),
        decision: row.get(2),
        money: row.get(3),
        evidence: row.get(4),
        requested_at: row.get(5),
        total: pence(row.get(6)),
    }
}

fn in_list(row: &Row) -> SpendInList {
    SpendInList {
        spend: spend(row),
        asker: Asker { id: PractitionerId(row.get(7)), name: row.get(8), role: row.get(9) },
        budget: Budget {
            id: BudgetId(row.get(10)),
            name: row.get(11),
            period_end: row.get(12),
            available: pence(row.get(13)),
        },
        receipts: Vec::new(),
    }
}

/// PostgreSQL, on a connection that is opened when something is asked first.
pub struct OnPostgres {
    url: String,
    prepared: OnceCell<Prepared>,
}

impl OnPostgres {
    pub fn at(url: &str) -> Self {
        Self { url: url.to_owned(), prepared: OnceCell::new() }
    }

    async fn prepared(&self) -> &Prepared {
        self.prepared.get_or_init(|| Prepared::open(&self.url)).await
    }
}

impl Hand for OnPostgres {
    type Who = (Uuid, Uuid);

    async fn who(&self, bearer: Bearer) -> Option<(Uuid, Uuid)> {
        self.prepared().await.who(bearer).await
    }

    async fn list(&self, who: (Uuid, Uuid)) -> Page {
        self.prepared().await.list(who).await
    }

    async fn node(&self, who: (Uuid, Uuid), id: SpendId) -> Option<Spend> {
        self.prepared().await.node(who, id).await
    }
}

/// The same, with a connection for each that asks at once, as a pool without a pipeline has it.
pub struct OneAtATime {
    url: String,
    idle: RefCell<Vec<Prepared>>,
}

impl OneAtATime {
    pub fn at(url: &str) -> Self {
        Self { url: url.to_owned(), idle: RefCell::default() }
    }

    async fn with<T>(&self, ask: impl AsyncFnOnce(&Prepared) -> T) -> T {
        let idle = self.idle.borrow_mut().pop();
        let prepared = match idle {
            Some(prepared) => prepared,
            None => Prepared::open(&self.url).await,
        };
        let answer = ask(&prepared).await;
        self.idle.borrow_mut().push(prepared);
        answer
    }
}

impl Hand for OneAtATime {
    type Who = (Uuid, Uuid);

    async fn who(&self, bearer: Bearer) -> Option<(Uuid, Uuid)> {
        self.with(async |prepared| prepared.who(bearer).await).await
    }

    async fn list(&self, who: (Uuid, Uuid)) -> Page {
        self.with(async |prepared| prepared.list(who).await).await
    }

    async fn node(&self, who: (Uuid, Uuid), id: SpendId) -> Option<Spend> {
        self.with(async |prepared| prepared.node(who, id).await).await
    }
}
