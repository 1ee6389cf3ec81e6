//! Digests: a round that reminds each practitioner at most once on a local day of what still has no evidence, and of
//! appointments that are soon. Claiming
//! her day, the message and its job are one transaction, so two servers, or one that is killed, remind nobody twice.

use std::time::Duration;

use busfare_entity::{
    organisation,
    words::{OutboxKind, PractitionerId},
};
use chrono::{DateTime, NaiveDate, Utc};

use crate::{
    rules::{
        calendar,
        reminder::{Reach, Way, may_remind, way},
        working_days::is_working_day,
    },
    store::{
        self, Db,
        db::DbErr,
        outbox::{self, Address},
        reminder::{self, Owing, Span},
    },
};

/// How long between two rounds.
pub const EVERY: Duration = Duration::from_secs(5 * 60);
/// People looked up at once.
const BATCH: u64 = 200;

/// What a round did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reminded {
    /// People who are reminded.
    pub people: u64,
    /// Messages written for them, one for each device.
    pub messages: u64,
}

/// Goes round once, over every organisation where people work today.
pub async fn remind(db: &Db, reach: &Reach, now: DateTime<Utc>) -> Result<Reminded, DbErr> {
    let mut reminded = Reminded::default();
    if reach.push_key.is_none() && !reach.email {
        return Ok(reminded);
    }
    for organisation in store::people::organisations(db.reader()).await? {
        remind_in(db, reach, &organisation, now, &mut reminded).await?;
    }
    Ok(reminded)
}

async fn remind_in(
    db: &Db,
    reach: &Reach,
    organisation: &organisation::Model,
    now: DateTime<Utc>,
    reminded: &mut Reminded,
) -> Result<(), DbErr> {
    let zone = calendar::zone(&organisation.time_zone);
    let today = calendar::day(now, zone);
    if !is_working_day(today) {
        return Ok(());
    }
    let (span, mut last) = (Span::of(today, zone, now), None);
    loop {
        let people = reminder::owing(db.reader(), organisation.id, &span, last, BATCH).await?;
        let Some(end) = people.last() else { return Ok(()) };
        last = Some(end.practitioner);
        let ids: Vec<PractitionerId> = people.iter().map(|one| one.practitioner).collect();
        let away = store::rota::presence(db.reader(), &ids, now).await?;
        for one in people {
            if may_remind(&one.wishes, away.is_away(one.practitioner), now, zone).is_ok() {
                let to = Address { organisation: organisation.id, practitioner: one.practitioner, device: None };
                let messages = remind_one(db, reach, &one, to, (today, now)).await?;
                reminded.people += u64::from(messages > 0);
                reminded.messages += messages;
            }
        }
    }
}

/// One person, in a transaction of her own, so that nobody waits for two.
async fn remind_one(
    db: &Db,
    reach: &Reach,
    one: &Owing,
    to: Address,
    (today, now): (NaiveDate, DateTime<Utc>),
) -> Result<u64, DbErr> {
    let txn = db.begin().await?;
    let devices = store::push_device::of(&txn, one.practitioner).await?;
    let Some(way) = way(one.wishes.channel, !devices.is_empty(), reach) else { return Ok(0) };
    if !reminder::claim_day(&txn, one.practitioner, today, now).await? {
        return Ok(0);
    }
    let addresses = match way {
        Way::Email => vec![to],
        Way::Push => devices.iter().map(|device| Address { device: Some(device.id), ..to }).collect(),
    };
    for address in &addresses {
        outbox::write(&txn, *address, OutboxKind::MissingEvidence, today, now).await?;
    }
    txn.commit().await?;
    Ok(u64::try_from(addresses.len()).unwrap_or_default())
}
