//! Learning from ordinary days: chance chooses one spend in twenty, and a conversation is opened about it. Nothing waits for it.
//! Doing it twice, or on two servers at once, opens none twice.

use std::time::Duration;

use busfare_entity::{
    learning,
    words::{LearningState, OrganisationId, WhyLearning},
};
use chrono::{DateTime, TimeDelta, Utc};

use crate::{
    rules::{authority::Standing, emergency::told, learning::is_sampled},
    store::{self, Db, blob::Blobs, db::DbErr, vault::Locked},
};

/// How long between two rounds.
pub const EVERY: Duration = Duration::from_secs(60 * 60);
/// How far a round looks back, so that what a server that stood still has missed is caught up with.
const LOOKS_BACK: TimeDelta = TimeDelta::days(7);

/// Why a round stopped.
#[derive(Debug, thiserror::Error)]
pub enum SampleError {
    /// The database does not answer.
    #[error("the database does not answer: {0}")]
    Database(#[from] DbErr),
    /// There is no secret to draw with.
    #[error("there is no secret to draw with: {0}")]
    Secret(#[from] Locked),
}

/// Opens conversations about what chance chooses, each in a transaction of its own, and says how many.
pub async fn sample(db: &Db, blobs: &Blobs, now: DateTime<Utc>) -> Result<u64, SampleError> {
    let mut opened = 0;
    for organisation in store::people::organisations(db.reader()).await? {
        // Whoever does not know the key cannot tell what is chosen, nor make an id that is not.
        let secret = blobs.vault().blind(organisation.id, "what chance chooses to learn from")?;
        opened += of_organisation(db, organisation.id, &secret, now).await?;
    }
    Ok(opened)
}

async fn of_organisation(
    db: &Db,
    organisation: OrganisationId,
    secret: &[u8],
    now: DateTime<Utc>,
) -> Result<u64, DbErr> {
    let spends = store::learning::not_talked_of(db.reader(), organisation, now - LOOKS_BACK).await?;
    let chosen: Vec<_> = spends.into_iter().filter(|(spend, ..)| is_sampled(secret, spend.0)).collect();
    if chosen.is_empty() {
        return Ok(0);
    }
    let seniors = store::learning::seniors(db.reader(), organisation).await?;
    let mut opened = 0;
    for (spend_id, asker, team) in chosen {
        let senior = told(Standing { id: asker, team }, None, &seniors);
        let participants: Vec<_> = [asker].into_iter().chain(senior).collect();
        let row = learning::Model {
            id: store::mint::id(),
            organisation_id: organisation,
            spend_id,
            opened_because: WhyLearning::Sample,
            state: LearningState::Open,
            opened_at: now,
        };
        let txn = db.begin().await?;
        opened += u64::from(store::learning::open_once(&txn, row, &participants).await?);
        txn.commit().await?;
    }
    Ok(opened)
}
