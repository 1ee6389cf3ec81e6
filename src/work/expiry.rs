//! Expiry: what was set aside and is not used goes back by itself, and its asker is reminded before that. Doing it
//! twice, or on two servers at once, gives nothing back twice.

use std::time::Duration;

use busfare_entity::words::SpendId;
use chrono::{DateTime, Utc};

use crate::{
    rules::{course, money::Money},
    store::{
        self, Db,
        db::DbErr,
        hold::{self, Due},
        spend::Moved,
    },
};

/// How long between two rounds.
pub const EVERY: Duration = Duration::from_secs(15 * 60);
/// Holds looked up, and askers reminded, at once.
const BATCH: u64 = 200;

/// What a round did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Expired {
    /// Holds that went back.
    pub released: u64,
    /// Askers who were reminded.
    pub reminded: u64,
}

/// Goes round once. Each hold goes back in a transaction of its own, so that one that cannot stops no other.
pub async fn expire(db: &Db, now: DateTime<Utc>) -> Result<Expired, DbErr> {
    let (mut released, mut last): (u64, Option<Due>) = (0, None);
    loop {
        let due = hold::run_out(db.reader(), last, now, BATCH).await?;
        let Some(end) = due.last() else { break };
        last = Some(*end);
        for (_, spend) in due {
            released += u64::from(give_back(db, spend, now).await?);
        }
    }
    Ok(Expired { released, reminded: remind(db, now).await? })
}

/// Reminds everybody whose hold goes back soon, each in a transaction of its own, so that nobody waits for two spends.
async fn remind(db: &Db, now: DateTime<Utc>) -> Result<u64, DbErr> {
    let mut reminded = 0;
    loop {
        let before = reminded;
        for spend in hold::to_remind(db.reader(), now, BATCH).await? {
            let txn = db.begin().await?;
            reminded += u64::from(hold::remind(&txn, &spend, now).await?);
            txn.commit().await?;
        }
        if reminded == before {
            return Ok(reminded);
        }
    }
}

/// Gives one hold back, unless somebody has used it, taken it back or decided on it meanwhile.
async fn give_back(db: &Db, id: SpendId, now: DateTime<Utc>) -> Result<bool, DbErr> {
    let txn = db.begin().await?;
    let Some(spend) = hold::still_run_out(&txn, id, now).await? else { return Ok(false) };
    let authorised = spend.authorised_pence.map(Money::from_pence);
    let course = course::expire(spend.decision, spend.money, Money::from_pence(spend.held_pence), authorised);
    match store::spend::advance(&txn, &spend, &course, now).await? {
        Moved::To(_) => txn.commit().await.map(|()| true),
        Moved::BudgetShort | Moved::Overtaken => Ok(false),
    }
}
