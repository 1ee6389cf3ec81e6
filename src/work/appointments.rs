//! Appointments: a round that reminds whoever made one, the day before, so that the person hears of it in time. Each is
//! reminded of once, however many servers go round at once.

use std::time::Duration;

use busfare_entity::{notice, words::NoticeKind};
use chrono::{DateTime, TimeDelta, Utc};

use crate::store::{self, Db, db::DbErr};

/// How long between two rounds.
pub const EVERY: Duration = Duration::from_secs(600);
/// How long before its time somebody is reminded.
const BEFORE: TimeDelta = TimeDelta::hours(24);
/// Most in one round; the others come next.
const MOST: u64 = 500;

/// Goes round once. Gives how many were reminded of.
pub async fn remind(db: &Db, now: DateTime<Utc>) -> Result<u64, DbErr> {
    let mut reminded = 0;
    for row in store::appointment::ahead(db.reader(), (now, now + BEFORE), MOST).await? {
        let txn = db.begin().await?;
        if store::appointment::remind(&txn, row.id, now).await? {
            let to = store::notice::to(row.organisation_id, row.made_by, NoticeKind::AppointmentAhead, now);
            store::notice::tell(&txn, notice::Model { appointment_id: Some(row.id), ..to }).await?;
            txn.commit().await?;
            reminded += 1;
        }
    }
    Ok(reminded)
}
