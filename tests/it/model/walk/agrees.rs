//! Comparing what stands with what plain arithmetic says.

use busfare_entity::{
    allowance, budget, budget_entry, spend,
    words::{AllowanceId, SpendId},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::json;

use super::{Touched, Walk};
use crate::model::{
    oracle::{Counters, Drawn},
    world::pounds,
};

impl Walk<'_> {
    /// Every counter is what the model says, and the sum of the entries so far.
    pub(super) async fn budgets_agree(&mut self, step: usize) {
        let reader = self.council.state.db.reader();
        let mut newer = budget_entry::Entity::find().order_by_asc(budget_entry::Column::Id);
        if let Some(last) = self.last_entry {
            newer = newer.filter(budget_entry::Column::Id.gt(last));
        }
        for entry in newer.all(reader).await.unwrap() {
            let sum = self.entries.entry(entry.budget_id).or_default();
            sum.allocated += entry.allocated_delta_pence;
            sum.overrun += entry.overrun_delta_pence;
            sum.reserved += entry.reserved_delta_pence;
            sum.committed += entry.committed_delta_pence;
            sum.settled += entry.settled_delta_pence;
            self.last_entry = Some(entry.id);
        }
        for row in budget::Entity::find().all(reader).await.unwrap() {
            let counters = Counters {
                allocated: row.allocated_pence,
                overrun: row.overrun_pence,
                reserved: row.reserved_pence,
                committed: row.committed_pence,
                settled: row.settled_pence,
            };
            let should = self.oracle.pots[&row.id].counters();
            assert_eq!(counters, should, "step {step}: {} after {:#?}", row.name, self.taken.last());
            assert_eq!(counters, self.entries[&row.id], "step {step}: entries of {}", row.name);
        }
    }

    /// What a step has touched stands as the model says.
    pub(super) async fn touched_agree(&self, step: usize, touched: &Touched) {
        for place in &touched.spends {
            self.spend_agrees(step, *place).await;
        }
        for place in &touched.allowances {
            self.allowance_agrees(step, *place).await;
        }
    }

    /// What everybody has used of her say is what the model says, as her own phone is told it.
    pub(super) async fn says_agree(&self, step: usize) {
        let asks = "{ viewer { delegations { line limits { code used { amount } } } } }";
        for phone in &self.world.phones {
            let answer = phone.asks(&self.council.url(""), asks).await;
            for told in answer["viewer"]["delegations"].as_array().unwrap() {
                let should = self.oracle.used(told["line"].as_str().unwrap(), phone.id);
                for limit in told["limits"].as_array().unwrap().iter().filter(|limit| limit["code"] != "ITEM_LIMIT") {
                    let used = limit["used"]["amount"].as_str().unwrap();
                    assert_eq!(used, pounds(should), "step {step}: {told:#} of {}", phone.id);
                }
            }
        }
    }

    /// Every spend, every allowance and every say stands as the model says, and they add up to the budgets.
    pub(super) async fn everything_agrees(&self, step: usize) {
        let touched = Touched {
            spends: (0..self.oracle.spends.len()).collect(),
            allowances: (0..self.oracle.drawn.len()).collect(),
        };
        self.touched_agree(step, &touched).await;
        self.says_agree(step).await;
        for (budget, pot) in &self.oracle.pots {
            assert_eq!(self.oracle.counted_from_spends(*budget), (pot.reserved, pot.committed, pot.settled));
        }
        // Virements and overruns cancel out: all that was ever put in is still there.
        let put: i64 = self.world.budgets.iter().map(|budget| budget.allocated_pence).sum();
        assert_eq!(self.oracle.pots.values().map(|pot| pot.put).sum::<i64>(), put);
    }

    async fn spend_agrees(&self, step: usize, place: usize) {
        let should = &self.oracle.spends[place];
        let id: SpendId = should.id.parse().unwrap();
        let row = spend::Entity::find_by_id(id).one(self.council.state.db.reader()).await.unwrap().unwrap();
        let stands =
            (row.budget_id, row.total_pence, row.held_pence, row.authorised_pence, row.spent_pence, row.refunded_pence);
        let wanted = (should.budget, should.total, should.held, should.authorised, should.spent, should.refunded);
        assert_eq!(stands, wanted, "step {step}: {should:#?}");
        assert_eq!(
            json!([row.decision, row.money]),
            json!([should.decision, should.money]),
            "step {step}: {should:#?}"
        );
    }

    async fn allowance_agrees(&self, step: usize, place: usize) {
        let should = &self.oracle.drawn[place];
        let id: AllowanceId = should.id.parse().unwrap();
        let row = allowance::Entity::find_by_id(id).one(self.council.state.db.reader()).await.unwrap().unwrap();
        let Drawn { budget, reserved, honoured, returned, .. } = *should;
        let stands = (row.budget_id, row.reserved_pence, row.honoured_pence, row.returned_pence);
        assert_eq!(stands, (budget, reserved, honoured, returned), "step {step}: {should:#?}");
        assert!(should.ended.is_none() || row.ended_at.is_some(), "step {step}: {should:#?}");
    }
}
