//! Giving back: what an offline allowance still holds after its grace goes back to its budget. Doing it twice, or on
//! two servers at once, gives back nothing twice: each is held, and looked at again, before it moves.

use chrono::{DateTime, Utc};

use crate::store::{self, Db, db::DbErr};

/// Gives back what waits no more, each allowance in a transaction of its own, and says how many there were.
pub async fn give_back(db: &Db, now: DateTime<Utc>) -> Result<u64, DbErr> {
    let mut given = 0;
    for (owner, id) in store::allowance::to_close(db.reader(), now).await? {
        let txn = db.begin().await?;
        let Some(row) = store::allowance::hold(&txn, owner, id).await? else { continue };
        let left = store::allowance::left_of(&row);
        store::allowance::end(&txn, row.id, now).await?;
        if store::allowance::release(&txn, &row, left, now).await? {
            txn.commit().await?;
            given += 1;
        }
    }
    Ok(given)
}
