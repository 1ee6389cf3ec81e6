//! Time that passes for what is held, while no server runs.

use busfare::{
    http::clock,
    store::Db,
    work::{allowances, expiry},
};
use busfare_entity::{allowance, budget, spend};
use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, Set};

use super::chance::Chance;

/// A week passes for some of the holds and allowances there are. Answers for how many.
pub async fn a_week_passes(db: &Db, chance: &mut Chance) -> usize {
    let by = TimeDelta::hours(24 * 7 + 1);
    let txn = db.begin().await.unwrap();
    let mut aged = 0;
    let held =
        spend::Entity::find().filter(spend::Column::HeldPence.gt(0)).filter(spend::Column::ExpiresAt.is_not_null());
    for row in held.all(&txn).await.unwrap() {
        if chance.once_in(3) {
            let ends = row.expires_at.map(|at| at - by);
            let mut row = row.into_active_model();
            row.expires_at = Set(ends);
            row.update(&txn).await.unwrap();
            aged += 1;
        }
    }
    for row in allowance::Entity::find().all(&txn).await.unwrap() {
        if chance.once_in(3) {
            let (drawn, expires, closes) = (row.drawn_at - by, row.expires_at - by, row.closes_at - by);
            let mut row = row.into_active_model();
            (row.drawn_at, row.expires_at, row.closes_at) = (Set(drawn), Set(expires), Set(closes));
            row.update(&txn).await.unwrap();
            aged += 1;
        }
    }
    txn.commit().await.unwrap();
    aged
}

/// Everything that is due goes back. A server that does the same meanwhile is waited for, so that afterwards nothing
/// moves by itself any more.
pub async fn what_is_due_goes_back(db: &Db, now: DateTime<Utc>) {
    expiry::expire(db, now).await.unwrap();
    allowances::give_back(db, now).await.unwrap();
}

/// In the end, when nobody uses anything any more, no budget holds a penny: nothing leaks.
pub async fn in_the_end_nothing_is_held(db: &Db) {
    what_is_due_goes_back(db, clock::now() + TimeDelta::days(30)).await;
    for budget in budget::Entity::find().all(db.reader()).await.unwrap() {
        assert_eq!((budget.reserved_pence, budget.committed_pence), (0, 0), "{} still holds something", budget.name);
    }
}
