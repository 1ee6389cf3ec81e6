//! What was decided together is remembered together: one statement for each kind of row, however many there are,
//! and one conditional update for all the money that moves.

use std::collections::BTreeMap;

use busfare_entity::{
    ask, budget_entry, idempotency, person, spend, spend_person, verdict,
    words::{BudgetId, SpendId},
};
use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, DbBackend, DbErr, Statement, Value};
use serde_json::json;

use super::{
    budget::entry,
    rows::{add_all, as_table, document},
};
use crate::rules::budget::Step;

/// A page of the ledger that is not written yet.
#[derive(Debug, Default)]
pub struct Page {
    /// People whom nobody has named before.
    pub people: Vec<person::Model>,
    /// Spends, where their course leaves them.
    pub spends: Vec<spend::Model>,
    /// Whom the spends help.
    pub helped: Vec<spend_person::Model>,
    /// The colleagues who are asked.
    pub asks: Vec<ask::Model>,
    /// Why.
    pub verdicts: Vec<verdict::Model>,
    /// What is answered to the keys.
    pub answers: Vec<idempotency::Model>,
    entries: Vec<budget_entry::Model>,
    moved: BTreeMap<BudgetId, Moved>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Moved {
    allocated: i64,
    overrun: i64,
    reserved: i64,
    committed: i64,
    settled: i64,
}

impl Page {
    /// Whether there is nothing to remember.
    pub fn is_empty(&self) -> bool {
        self.answers.is_empty()
    }

    /// One step of a spend on a budget: an entry of its own, and a part of what the budget moves by.
    pub fn moves(&mut self, budget: BudgetId, spend: SpendId, step: &Step, now: DateTime<Utc>) {
        self.entries.push(entry(budget, Some(spend), *step, now));
        let moved = self.moved.entry(budget).or_default();
        moved.allocated += step.allocated;
        moved.overrun += step.overrun;
        moved.reserved += step.reserved;
        moved.committed += step.committed;
        moved.settled += step.settled;
    }

    /// Writes the page. False where a budget does not have the money: then the caller drops the transaction.
    pub async fn keep(self, conn: &impl ConnectionTrait) -> Result<bool, DbErr> {
        if !self.moved.is_empty() && !move_budgets(conn, &self.moved).await? {
            return Ok(false);
        }
        add_all::<person::Entity>(conn, self.people).await?;
        add_all::<spend::Entity>(conn, self.spends).await?;
        add_all::<spend_person::Entity>(conn, self.helped).await?;
        add_all::<budget_entry::Entity>(conn, self.entries).await?;
        add_all::<ask::Entity>(conn, self.asks).await?;
        add_all::<verdict::Entity>(conn, self.verdicts).await?;
        add_all::<idempotency::Entity>(conn, self.answers).await?;
        Ok(true)
    }
}

/// As [`super::budget::apply`], for several budgets and with the sum of the steps of each.
const MOVE: &str = "
    SET allocated_pence = budget.allocated_pence + step.allocated_pence,
        overrun_pence = budget.overrun_pence + step.overrun_pence,
        reserved_pence = budget.reserved_pence + step.reserved_pence,
        committed_pence = budget.committed_pence + step.committed_pence,
        settled_pence = budget.settled_pence + step.settled_pence";
const IF_IT_IS_THERE: &str = "
    WHERE budget.id = step.id AND budget.closed_at IS NULL
        AND budget.allocated_pence - budget.reserved_pence - budget.committed_pence - budget.settled_pence
            >= step.reserved_pence + step.committed_pence + step.settled_pence - step.allocated_pence
        AND budget.overrun_pence + step.overrun_pence BETWEEN 0 AND budget.tolerance_pence
        AND budget.reserved_pence + step.reserved_pence >= 0
        AND budget.committed_pence + step.committed_pence >= 0";
const COLUMNS: &str = "column1 AS id, column2 AS allocated_pence, column3 AS overrun_pence, \
     column4 AS reserved_pence, column5 AS committed_pence, column6 AS settled_pence";

async fn move_budgets(conn: &impl ConnectionTrait, moved: &BTreeMap<BudgetId, Moved>) -> Result<bool, DbErr> {
    let backend = conn.get_database_backend();
    let (steps, values) = match backend {
        DbBackend::Postgres => (as_table("budget"), vec![as_document(moved)]),
        _ => spelled_out(moved),
    };
    let sql = format!("UPDATE budget {MOVE} FROM {steps} AS step {IF_IT_IS_THERE}");
    let outcome = conn.execute_raw(Statement::from_sql_and_values(backend, sql, values)).await?;
    Ok(outcome.rows_affected() == moved.len() as u64)
}

fn as_document(moved: &BTreeMap<BudgetId, Moved>) -> Value {
    let steps: Vec<_> = moved
        .iter()
        .map(|(id, step)| {
            json!({
                "id": id.0, "allocated_pence": step.allocated, "overrun_pence": step.overrun,
                "reserved_pence": step.reserved, "committed_pence": step.committed, "settled_pence": step.settled,
            })
        })
        .collect();
    document(&steps)
}

fn spelled_out(moved: &BTreeMap<BudgetId, Moved>) -> (String, Vec<Value>) {
    let rows = vec!["(?, ?, ?, ?, ?, ?)"; moved.len()].join(", ");
    let values = moved.iter().flat_map(|(id, step)| {
        let deltas = [step.allocated, step.overrun, step.reserved, step.committed, step.settled];
        std::iter::once(Value::from(id.0)).chain(deltas.map(Value::from))
    });
    (format!("(SELECT {COLUMNS} FROM (VALUES {rows}))"), values.collect())
}
