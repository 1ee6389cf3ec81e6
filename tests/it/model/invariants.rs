//! What must hold whatever happened, in whatever order, and whenever the server died.

use std::collections::HashMap;

use busfare::store::Db;
use busfare_entity::{
    allowance, ask, budget, budget_entry, delegation, delegation_window, refund, spend, verdict, virement,
    words::{AskState, BudgetMovement, Outcome, SpendDecision, SpendId, SpendMoney},
};
use sea_orm::EntityTrait;

use crate::ledger::counters_add_up;

/// Counters are the sum of entries and of spends, every hold belongs to a spend or an allowance that may still use it,
/// what moved for a spend is what it says, allowances honour no more than was set aside, nothing comes back that had
/// not left, what one budget gave another got, every spend that waits has one colleague, every yes has its verdict,
/// and nobody has said more than was hers to say.
pub async fn everything_adds_up(db: &Db) -> usize {
    counters_add_up(db).await;
    let spends = spend::Entity::find().all(db.reader()).await.unwrap();
    let entries = budget_entry::Entity::find().all(db.reader()).await.unwrap();
    budgets_hold_what_spends_say(db, &spends).await;
    no_hold_is_left_behind(&spends);
    what_moved_is_what_spends_say(&spends, &entries);
    allowances_honour_what_was_set_aside(db, &spends, &entries).await;
    no_more_comes_back_than_left(db, &spends).await;
    virements_cancel_out(db, &entries).await;
    one_colleague_for_each_that_waits(db, &spends).await;
    nobody_said_more_than_was_hers(db, &spends).await;
    spends.len()
}

async fn budgets_hold_what_spends_say(db: &Db, spends: &[spend::Model]) {
    let allowances = allowance::Entity::find().all(db.reader()).await.unwrap();
    for budget in budget::Entity::find().all(db.reader()).await.unwrap() {
        let drawn = allowances.iter().filter(|row| row.budget_id == budget.id);
        let drawn: i64 = drawn.map(|row| row.reserved_pence - row.honoured_pence - row.returned_pence).sum();
        let hers = || spends.iter().filter(|spend| spend.budget_id == budget.id);
        let held = |money| hers().filter(|spend| spend.money == money).map(|spend| spend.held_pence).sum::<i64>();
        let left = hers().map(|spend| spend.spent_pence.unwrap_or_default() - spend.refunded_pence).sum::<i64>();
        let counters = (budget.reserved_pence, budget.committed_pence, budget.settled_pence);
        assert_eq!(
            (held(SpendMoney::Reserved), held(SpendMoney::Committed) + drawn, left),
            counters,
            "{}",
            budget.name
        );
        assert!(counters.0 + counters.1 + counters.2 <= budget.allocated_pence, "{} is over-committed", budget.name);
    }
}

/// Money is held for what waits, or for what is authorised and not yet spent, and for nothing else.
fn no_hold_is_left_behind(spends: &[spend::Model]) {
    for spend in spends.iter().filter(|spend| spend.held_pence != 0) {
        let waits = matches!(spend.decision, SpendDecision::Asked | SpendDecision::Question);
        let holds = if waits { SpendMoney::Reserved } else { SpendMoney::Committed };
        assert!(spend.money == holds && spend.held_pence > 0, "{spend:?}");
        let ended = matches!(spend.decision, SpendDecision::Declined | SpendDecision::Withdrawn);
        assert!(!ended && spend.spent_pence.is_none(), "{spend:?}");
    }
}

/// No step by half: what every step of a spend has moved is where the spend stands.
fn what_moved_is_what_spends_say(spends: &[spend::Model], entries: &[budget_entry::Model]) {
    let mut moved: HashMap<SpendId, (i64, i64, i64)> = HashMap::new();
    for entry in entries {
        if let Some(spend) = entry.spend_id {
            let sum = moved.entry(spend).or_default();
            sum.0 += entry.reserved_delta_pence;
            sum.1 += entry.committed_delta_pence;
            sum.2 += entry.settled_delta_pence;
        }
    }
    for spend in spends {
        let held = |money| if spend.money == money { spend.held_pence } else { 0 };
        let left = spend.spent_pence.unwrap_or_default() - spend.refunded_pence;
        let stands = (held(SpendMoney::Reserved), held(SpendMoney::Committed), left);
        assert_eq!(moved.remove(&spend.id).unwrap_or_default(), stands, "{spend:?}");
    }
    assert!(moved.is_empty(), "money moved for spends that are not there: {moved:?}");
}

/// What an allowance passed on is what its spends came to, and never more than was set aside for it.
async fn allowances_honour_what_was_set_aside(db: &Db, spends: &[spend::Model], entries: &[budget_entry::Model]) {
    for row in allowance::Entity::find().all(db.reader()).await.unwrap() {
        let left = row.reserved_pence - row.honoured_pence - row.returned_pence;
        assert!(left >= 0 && row.honoured_pence >= 0 && row.returned_pence >= 0, "{row:?}");
        let of_it = || entries.iter().filter(|entry| entry.allowance_id == Some(row.id));
        let own = of_it().filter(|entry| entry.spend_id.is_none());
        assert_eq!(own.map(|entry| entry.committed_delta_pence).sum::<i64>(), left, "{row:?}");
        let passed_on = of_it().filter(|entry| entry.spend_id.is_some());
        assert_eq!(passed_on.map(|entry| entry.committed_delta_pence).sum::<i64>(), row.honoured_pence, "{row:?}");
        let ids = of_it().filter_map(|entry| entry.spend_id);
        let paid = spends.iter().filter(|spend| spend.allowance_id == Some(row.id)).count();
        assert_eq!(ids.count(), paid, "{row:?}");
    }
}

async fn no_more_comes_back_than_left(db: &Db, spends: &[spend::Model]) {
    let mut back: HashMap<SpendId, i64> = HashMap::new();
    for refund in refund::Entity::find().all(db.reader()).await.unwrap() {
        *back.entry(refund.spend_id).or_default() += refund.amount_pence;
    }
    for spend in spends {
        let spent = spend.spent_pence.unwrap_or_default();
        assert_eq!(back.remove(&spend.id).unwrap_or_default(), spend.refunded_pence, "{spend:?}");
        assert!((0..=spent).contains(&spend.refunded_pence), "{spend:?}");
        let money = match spend.refunded_pence {
            0 => continue,
            all if all == spent => SpendMoney::Refunded,
            _ => SpendMoney::PartRefunded,
        };
        assert_eq!(spend.money, money, "{spend:?}");
    }
}

/// What one budget gave the other got, whatever the other paid back of it.
async fn virements_cancel_out(db: &Db, entries: &[budget_entry::Model]) {
    let put = |entry: &budget_entry::Model| entry.allocated_delta_pence - entry.overrun_delta_pence;
    let virements = virement::Entity::find().all(db.reader()).await.unwrap();
    for virement in &virements {
        let sides: Vec<_> = entries.iter().filter(|entry| entry.virement_id == Some(virement.id)).collect();
        let mut gave_and_got: Vec<_> = sides.iter().map(|entry| (entry.budget_id, put(entry))).collect();
        gave_and_got.sort_by_key(|(_, put)| *put);
        let amount = virement.amount_pence;
        assert_eq!(gave_and_got, [(virement.from_budget_id, -amount), (virement.to_budget_id, amount)], "{virement:?}");
    }
    let moved = entries.iter().filter(|entry| entry.movement == BudgetMovement::Vire);
    assert_eq!(moved.count(), virements.len() * 2, "money moved and nobody moved it");
}

async fn one_colleague_for_each_that_waits(db: &Db, spends: &[spend::Model]) {
    let mut open: HashMap<SpendId, usize> = HashMap::new();
    for ask in ask::Entity::find().all(db.reader()).await.unwrap() {
        if ask.state == AskState::Open {
            *open.entry(ask.spend_id).or_default() += 1;
        }
    }
    for spend in spends {
        let waits = matches!(spend.decision, SpendDecision::Asked | SpendDecision::Question);
        assert_eq!(open.get(&spend.id).copied().unwrap_or_default(), usize::from(waits), "{spend:?}");
    }
}

/// A walk takes minutes, so all of it lies within every rolling window.
async fn nobody_said_more_than_was_hers(db: &Db, spends: &[spend::Model]) {
    let reader = db.reader();
    let by_id: HashMap<_, _> = spends.iter().map(|spend| (spend.id, spend)).collect();
    let lines: HashMap<_, _> =
        delegation::Entity::find().all(reader).await.unwrap().into_iter().map(|row| (row.id, row.line)).collect();
    let (mut decided, mut used) = (HashMap::<_, usize>::new(), HashMap::<_, i64>::new());
    for verdict in verdict::Entity::find().all(reader).await.unwrap() {
        let spend = by_id[&verdict.spend_id];
        *decided.entry(spend.id).or_default() += 1;
        let gone_back = spend.decision == SpendDecision::Withdrawn || spend.money == SpendMoney::Released;
        let cannot_wait = verdict.outcome == Outcome::Emergency;
        if let (Some(delegation), false) = (verdict.delegation_id, gone_back || cannot_wait) {
            let counts = spend.spent_pence.or(spend.authorised_pence).unwrap_or_default() - spend.refunded_pence;
            *used.entry((lines[&delegation].clone(), verdict.decided_by)).or_default() += counts;
        }
    }
    for row in allowance::Entity::find().all(reader).await.unwrap() {
        let left = row.reserved_pence - row.honoured_pence - row.returned_pence;
        *used.entry((row.line, row.practitioner_id)).or_default() += left;
    }
    assert!(spends.iter().all(|spend| decided.contains_key(&spend.id)), "a spend has no verdict");
    for window in delegation_window::Entity::find().all(reader).await.unwrap() {
        let line = &lines[&window.delegation_id];
        for ((_, who), used) in used.iter().filter(|((under, _), _)| under == line) {
            assert!(*used <= window.limit_pence, "{who} said {used} of {} under {line}", window.limit_pence);
        }
    }
}
