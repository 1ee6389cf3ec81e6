//! Sealing: what happened gets its place in the order moments after it became true, so that phones and apps hear of it.

use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::store::{
    self,
    db::{Db, DbErr},
};

/// How long between two looks. Whoever listens hears of what happened in about so long.
pub const EVERY: Duration = Duration::from_millis(150);
/// How long until other servers are listened to again after that failed.
pub const LISTEN_AGAIN: Duration = Duration::from_secs(5);
/// Batches in one round.
const BATCHES: usize = 20;

/// Seals what waits; where nothing does it is one small statement.
pub async fn seal(db: &Db, now: DateTime<Utc>) -> Result<usize, DbErr> {
    store::event::seal(db, BATCHES, now).await
}
