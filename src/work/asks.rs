//! Asks of people who are away move on by themselves, whether anybody is looking or not. Doing it twice, or on two
//! servers at once, does no harm.

use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::store::{Db, db::DbErr, rehome};

/// How long between two looks: an ask waits for nobody who is away for longer than a minute.
pub const EVERY: Duration = Duration::from_secs(20);
/// Asks looked at with one statement.
const BATCH: u64 = 100;

/// What one look came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Followed {
    /// Asks that went to somebody else.
    pub moved: usize,
    /// Asks that nobody else may decide now; they stay where they are.
    pub stuck: usize,
}

/// Looks once at every open ask of somebody who is away or has left. Each moves in a transaction of its own.
pub async fn follow_up(db: &Db, now: DateTime<Utc>) -> Result<Followed, DbErr> {
    let (mut followed, mut after) = (Followed::default(), None);
    loop {
        let stranded = rehome::stranded(db.reader(), after, BATCH, now).await?;
        let Some(last) = stranded.last() else { return Ok(followed) };
        after = Some(last.id);
        for ask in &stranded {
            let txn = db.begin().await?;
            if rehome::move_on(&txn, ask, now).await? {
                txn.commit().await?;
                followed.moved += 1;
            } else {
                followed.stuck += 1;
            }
        }
    }
}
