//! What can be reached on SQLite: the same answers by statements written by hand, on a connection of each worker's own that is
//! asked then and there.

use std::path::Path;

use busfare::{rules::token::Bearer, store::db::SQLITE_FILE};
use busfare_entity::words::{BudgetId, PractitionerId, SpendId};
use chrono::{DateTime, NaiveDate, Utc};
use rusqlite::{Connection, OptionalExtension, Row};
use uuid::Uuid;

use crate::{
    answer::{Asker, Budget, FIRST, Page, Receipt, Spend, SpendInList, pence},
    ceiling::Hand,
};

const WHO: &str = "SELECT p.organisation_id FROM practitioner p JOIN session s ON s.practitioner_id = p.id \
     WHERE p.id = ?1 AND s.id = ?2 AND s.revoked_at IS NULL AND p.active";
const LIST: &str = "WITH seen AS (
         SELECT * FROM (SELECT id, requested_at FROM spend WHERE practitioner_id = ?1 AND organisation_id = ?2
             ORDER BY requested_at DESC, id DESC LIMIT 21)
         UNION SELECT * FROM (SELECT s.id, s.requested_at FROM ask a JOIN spend s ON s.id = a.spend_id
             WHERE a.asked_id = ?1 AND s.organisation_id = ?2 ORDER BY s.requested_at DESC, s.id DESC LIMIT 21)
         UNION SELECT * FROM (SELECT s.id, s.requested_at FROM notice n JOIN spend s ON s.id = n.spend_id
             WHERE n.told_id = ?1 AND s.organisation_id = ?2 ORDER BY s.requested_at DESC, s.id DESC LIMIT 21))
     SELECT s.id, s.reason, s.decision, s.money, s.evidence, s.requested_at, s.total_pence, p.id, p.name, p.role, b.id, b.name,
         b.period_end, b.allocated_pence - b.reserved_pence - b.committed_pence - b.settled_pence
     FROM seen JOIN spend s ON s.id = seen.id JOIN practitioner p ON p.id = s.practitioner_id
         JOIN budget b ON b.id = s.budget_id
     ORDER BY s.requested_at DESC, s.id DESC LIMIT 21";
const RECEIPTS: &str = "SELECT r.id, r.state, r.captured_at, r.media_type, r.thumbnail_key IS NOT NULL \
     FROM receipt_link l JOIN receipt r ON r.id = l.receipt_id WHERE l.spend_id = ?1 ORDER BY r.captured_at, r.id";
const NODE: &str = "SELECT id, reason, decision, money, evidence, requested_at, total_pence FROM spend \
     WHERE id = ?3 AND organisation_id = ?2 AND (practitioner_id = ?1 \
         OR EXISTS (SELECT 1 FROM ask WHERE spend_id = ?3 AND asked_id = ?1) \
         OR EXISTS (SELECT 1 FROM notice WHERE spend_id = ?3 AND told_id = ?1))";

/// SQLite, on a connection of one worker's own.
pub struct OnSqlite(Connection);

type Bytes = [u8; 16];

impl OnSqlite {
    pub fn of(folder: &Path) -> Self {
        Self(Connection::open(folder.join(SQLITE_FILE)).unwrap())
    }
}

impl Hand for OnSqlite {
    type Who = (Bytes, Bytes);

    async fn who(&self, bearer: Bearer) -> Option<(Bytes, Bytes)> {
        let her = bearer.practitioner.0.into_bytes();
        let mut who = self.0.prepare_cached(WHO).unwrap();
        let ours = who.query_row((her, bearer.session.0.into_bytes()), |row| row.get(0)).optional().unwrap()?;
        Some((her, ours))
    }

    async fn list(&self, who: (Bytes, Bytes)) -> Page {
        let mut list = self.0.prepare_cached(LIST).unwrap();
        let rows = list.query_map(who, in_list).unwrap();
        let mut spends: Vec<_> = rows.map(Result::unwrap).collect();
        let mut receipts = self.0.prepare_cached(RECEIPTS).unwrap();
        for row in spends.iter_mut().take(FIRST) {
            let theirs = receipts.query_map([row.spend.id.0.into_bytes()], receipt).unwrap();
            row.receipts = theirs.map(Result::unwrap).collect();
        }
        Page::of(spends)
    }

    async fn node(&self, (her, ours): (Bytes, Bytes), id: SpendId) -> Option<Spend> {
        let mut node = self.0.prepare_cached(NODE).unwrap();
        node.query_row((her, ours, id.0.into_bytes()), spend).optional().unwrap()
    }
}

fn uuid(row: &Row<'_>, place: usize) -> rusqlite::Result<Uuid> {
    row.get(place).map(Uuid::from_bytes)
}

fn moment(row: &Row<'_>, place: usize) -> rusqlite::Result<DateTime<Utc>> {
    let text = row.get_ref(place)?.as_str()?;
    Ok(DateTime::parse_from_rfc3339(text).unwrap().to_utc())
}

fn spend(row: &Row<'_>) -> rusqlite::Result<Spend> {
    Ok(Spend {
        id: SpendId(uuid(row, 0)?),
        reason: row.get(1)?,
        decision: row.get(2)?,
        money: row.get(3)?,
        evidence: row.get(4)?,
        requested_at: moment(row, 5)?,
        total: pence(row.get(6)?),
    })
}

fn in_list(row: &Row<'_>) -> rusqlite::Result<SpendInList> {
    Ok(SpendInList {
        spend: spend(row)?,
        asker: Asker { id: PractitionerId(uuid(row, 7)?), name: row.get(8)?, role: row.get(9)? },
        budget: Budget {
            id: BudgetId(uuid(row, 10)?),
            name: row.get(11)?,
            period_end: row.get_ref(12)?.as_str()?.parse::<NaiveDate>().unwrap(),
            available: pence(row.get(13)?),
        },
        receipts: Vec::new(),
    })
}

fn receipt(row: &Row<'_>) -> rusqlite::Result<Receipt> {
    Ok(Receipt::new(uuid(row, 0)?, row.get(1)?, moment(row, 2)?, row.get(3)?, row.get(4)?))
}
