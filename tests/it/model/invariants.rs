//! What must hold whatever happened, in whatever order, and whenever the server died.

use std::collections::HashMap;

use busfare::store::Db;
use busfare_entity::{
    ask, budget, delegation, delegation_window, spend, verdict,
    words::{AskState, SpendDecision, SpendId, SpendMoney},
};
use sea_orm::EntityTrait;

use crate::ledger::counters_add_up;

/// Counters are the sum of entries and of spends, every hold has its spend, every spend that waits has one colleague,
/// every yes has its verdict, and nobody has said more than was hers to say.
pub async fn everything_adds_up(db: &Db) -> usize {
    counters_add_up(db).await;
    let spends = spend::Entity::find().all(db.reader()).await.unwrap();
    budgets_hold_what_spends_say(db, &spends).await;
    one_colleague_for_each_that_waits(db, &spends).await;
    nobody_said_more_than_was_hers(db, &spends).await;
    spends.len()
}

async fn budgets_hold_what_spends_say(db: &Db, spends: &[spend::Model]) {
    for budget in budget::Entity::find().all(db.reader()).await.unwrap() {
        let hers = || spends.iter().filter(|spend| spend.budget_id == budget.id);
        let held = |money| hers().filter(|spend| spend.money == money).map(|spend| spend.held_pence).sum::<i64>();
        let left = hers().map(|spend| spend.spent_pence.unwrap_or_default() - spend.refunded_pence).sum::<i64>();
        let counters = (budget.reserved_pence, budget.committed_pence, budget.settled_pence);
        assert_eq!((held(SpendMoney::Reserved), held(SpendMoney::Committed), left), counters, "{}", budget.name);
        assert!(counters.0 + counters.1 + counters.2 <= budget.allocated_pence, "{} is over-committed", budget.name);
    }
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
        if let (Some(delegation), false) = (verdict.delegation_id, spend.decision == SpendDecision::Withdrawn) {
            let counts = spend.spent_pence.or(spend.authorised_pence).unwrap_or_default() - spend.refunded_pence;
            *used.entry((lines[&delegation].clone(), verdict.decided_by)).or_default() += counts;
        }
    }
    assert!(spends.iter().all(|spend| decided.contains_key(&spend.id)), "a spend has no verdict");
    for window in delegation_window::Entity::find().all(reader).await.unwrap() {
        let line = &lines[&window.delegation_id];
        for ((_, who), used) in used.iter().filter(|((under, _), _)| under == line) {
            assert!(*used <= window.limit_pence, "{who} said {used} of {} under {line}", window.limit_pence);
        }
    }
}
