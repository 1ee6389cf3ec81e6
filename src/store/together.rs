//! What was decided together is remembered together: one statement for each kind of row, however many there are,
//! and one conditional update for all the money that moves.

use std::collections::BTreeMap;

use busfare_entity::{
    ask, budget_entry, idempotency, person, spend, spend_person, verdict,
    words::{BudgetId, SpendId},
};
use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, DbBackend, DbErr, Statement, Value};

use super::{
    budget::entry,
    rows::{add_all, array},
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
        self.entries.push(entry(budget, spend.into(), *step, now));
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
        AND budget.allocated_pence + step.allocated_pence >= 0
        AND budget.reserved_pence + step.reserved_pence >= 0
        AND budget.committed_pence + step.committed_pence >= 0
        AND budget.settled_pence + step.settled_pence >= 0";

async fn move_budgets(conn: &impl ConnectionTrait, moved: &BTreeMap<BudgetId, Moved>) -> Result<bool, DbErr> {
    let backend = conn.get_database_backend();
    let (steps, values) = match backend {
        DbBackend::Postgres => as_arrays(moved),
        _ => spelled_out(moved),
    };
    let sql = format!("UPDATE budget {MOVE} FROM {steps} {IF_IT_IS_THERE}");
    let outcome = conn.execute_raw(Statement::from_sql_and_values(backend, sql, values)).await?;
    Ok(outcome.rows_affected() == moved.len() as u64)
}

impl Moved {
    fn deltas(&self) -> [i64; 5] {
        [self.allocated, self.overrun, self.reserved, self.committed, self.settled]
    }
}

fn as_arrays(moved: &BTreeMap<BudgetId, Moved>) -> (String, Vec<Value>) {
    let ids = moved.keys().map(|id| id.0.into()).collect();
    let deltas = (0..5).map(|place| moved.values().map(|moved| moved.deltas()[place].into()).collect());
    let columns = "id, allocated_pence, overrun_pence, reserved_pence, committed_pence, settled_pence";
    let steps = format!("UNNEST($1, $2, $3, $4, $5, $6) AS step({columns})");
    (steps, std::iter::once(ids).chain(deltas).map(array).collect())
}

fn spelled_out(moved: &BTreeMap<BudgetId, Moved>) -> (String, Vec<Value>) {
    let columns = "column1 AS id, column2 AS allocated_pence, column3 AS overrun_pence, \
                   column4 AS reserved_pence, column5 AS committed_pence, column6 AS settled_pence";
    let rows = vec!["(?, ?, ?, ?, ?, ?)"; moved.len()].join(", ");
    let values =
        moved.iter().flat_map(|(id, moved)| std::iter::once(Value::from(id.0)).chain(moved.deltas().map(Value::from)));
    (format!("(SELECT {columns} FROM (VALUES {rows})) AS step"), values.collect())
}
