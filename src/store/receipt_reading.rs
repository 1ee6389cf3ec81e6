//! Readings: what machines made of receipts, sealed. A newer one stands in front of an older one; none is changed, and
//! no fact is ever made of one.

use std::collections::HashMap;

use busfare_entity::{
    job, receipt_reading,
    words::{JobKind, JobState, OrganisationId, ReadingState, ReceiptId, ReceiptReadingId},
};
use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter, sea_query::Expr};

use super::{
    mint,
    vault::{Locked, Vault},
};
use crate::rules::receipt_reading::{EXTRACTOR_VERSION, Reading};

/// What read a receipt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Engine {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// What came of reading a receipt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Words were found, and these guesses made of them.
    Read(String, Box<Reading>),
    /// There were no words.
    Unreadable,
}

/// A new reading, sealed.
pub fn sealed(
    vault: &Vault,
    (organisation, receipt): (OrganisationId, ReceiptId),
    engine: Engine,
    (outcome, pages): (&Outcome, i32),
    now: DateTime<Utc>,
) -> Result<receipt_reading::Model, Locked> {
    let id: ReceiptReadingId = mint::id();
    let seal = |what, bytes: &[u8]| vault.seal(organisation, &name(id, what), bytes).map(Some);
    let (state, sealed_text, sealed_guesses) = match outcome {
        Outcome::Read(text, reading) => {
            let guesses = serde_json::to_vec(reading).map_err(|_| Locked::NotSealed)?;
            (ReadingState::Read, seal("text", text.as_bytes())?, seal("guesses", &guesses)?)
        }
        Outcome::Unreadable => (ReadingState::Unreadable, None, None),
    };
    Ok(receipt_reading::Model {
        id,
        organisation_id: organisation,
        receipt_id: receipt,
        state,
        engine: Some(engine.name),
        engine_version: Some(engine.version),
        extractor_version: EXTRACTOR_VERSION,
        pages,
        sealed_text,
        sealed_guesses,
        read_at: now,
    })
}

/// That nothing here reads receipts.
pub fn unavailable(organisation: OrganisationId, receipt: ReceiptId, now: DateTime<Utc>) -> receipt_reading::Model {
    receipt_reading::Model {
        id: mint::id(),
        organisation_id: organisation,
        receipt_id: receipt,
        state: ReadingState::Unavailable,
        engine: None,
        engine_version: None,
        extractor_version: EXTRACTOR_VERSION,
        pages: 0,
        sealed_text: None,
        sealed_guesses: None,
        read_at: now,
    }
}

/// Under which name a part of a reading is sealed.
fn name(id: ReceiptReadingId, part: &str) -> String {
    format!("{id} {part}")
}

/// The guesses of a reading, opened; those of an older form are as good as none.
pub fn guesses(vault: &Vault, row: &receipt_reading::Model) -> Result<Option<Reading>, Locked> {
    let Some(sealed) = &row.sealed_guesses else { return Ok(None) };
    let opened = vault.open(row.organisation_id, &name(row.id, "guesses"), sealed)?;
    Ok(serde_json::from_slice(&opened).ok())
}

/// The words of a reading, opened.
pub fn text(vault: &Vault, row: &receipt_reading::Model) -> Result<Option<String>, Locked> {
    let Some(sealed) = &row.sealed_text else { return Ok(None) };
    let opened = vault.open(row.organisation_id, &name(row.id, "text"), sealed)?;
    Ok(Some(String::from_utf8_lossy(&opened).into_owned()))
}

/// Keeps a reading beside those before it.
pub async fn keep(conn: &impl ConnectionTrait, row: receipt_reading::Model) -> Result<(), DbErr> {
    receipt_reading::Entity::insert(row.into_active_model()).exec_without_returning(conn).await.map(|_| ())
}

/// No newer reading of the same receipt.
const NOT_REPLACED: &str = "NOT EXISTS (SELECT 1 FROM receipt_reading AS newer WHERE newer.receipt_id = \
     receipt_reading.receipt_id AND (newer.read_at, newer.id) > (receipt_reading.read_at, receipt_reading.id))";

/// The newest reading of each of these receipts.
pub async fn latest(
    conn: &impl ConnectionTrait,
    receipts: &[ReceiptId],
) -> Result<HashMap<ReceiptId, receipt_reading::Model>, DbErr> {
    let rows = receipt_reading::Entity::find()
        .filter(receipt_reading::Column::ReceiptId.is_in(receipts.iter().copied()))
        .filter(Expr::cust(NOT_REPLACED))
        .all(conn)
        .await?;
    Ok(rows.into_iter().map(|row| (row.receipt_id, row)).collect())
}

/// For which of these receipts a reading waits or is stuck.
pub async fn asked_for(
    conn: &impl ConnectionTrait,
    receipts: &[ReceiptId],
) -> Result<HashMap<ReceiptId, JobState>, DbErr> {
    let jobs = job::Entity::find()
        .filter(job::Column::Kind.eq(JobKind::ReadReceipt))
        .filter(job::Column::SubjectId.is_in(receipts.iter().map(|receipt| receipt.0)))
        .all(conn)
        .await?;
    Ok(jobs.into_iter().map(|job| (ReceiptId(job.subject_id), job.state)).collect())
}
