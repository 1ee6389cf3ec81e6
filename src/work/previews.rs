//! Pages whose program was missing are shown once it is there: looked for when the server starts, and now and then.

use chrono::{DateTime, Utc};

use super::{
    Works,
    pictures::{MediaType, showing},
};
use crate::store::{self, db::DbErr};

/// Receipts at once.
const BATCH: u64 = 500;
/// The kinds that a program may be missing for.
const KINDS: [MediaType; 2] = [MediaType::Heic, MediaType::Pdf];

/// Asks for what can be shown by now and is not yet. How many receipts.
pub async fn wake(works: &Works, now: DateTime<Utc>) -> Result<u64, DbErr> {
    let kinds: Vec<&str> =
        KINDS.into_iter().filter(|kind| showing::can_show(&works.contained, *kind)).map(MediaType::as_str).collect();
    let mut woken = 0;
    loop {
        let txn = works.db.begin().await?;
        let batch = store::receipt_sheet::wake(&txn, &kinds, BATCH, now).await?;
        txn.commit().await?;
        woken += batch;
        if batch == 0 {
            return Ok(woken);
        }
    }
}
