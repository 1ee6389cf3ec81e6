//! What was captured for an answer: whose it may be, and who may see it from then on.

use std::collections::HashSet;

use async_graphql::{ID, InputObject};
use busfare_entity::{
    answer, record_capture,
    words::{CaptureUse, ReceiptId, RecordId},
};
use chrono::{DateTime, Utc};
use serde::Serialize;

use super::{
    context::{Answer, id},
    error::Problem,
    verb::Stop,
};
use crate::{
    rules::{
        answer::AnswerValue,
        record::{CAPTION_CHARS, HEADING_CHARS, MOST_CAPTURED, RecordRefusal},
        sight::Viewer,
        text,
    },
    store::{self, db::DatabaseTransaction},
};

/// Photographs of notes, or a voice note, as an answer.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct CapturedInput {
    /// The ids they were captured under, at most 20.
    ids: Vec<ID>,
    /// What there is to say about them, at most 280 characters.
    caption: Option<String>,
}

/// Words under a heading of one's own, which no form has to offer and no budget counts.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct OwnHeadingInput {
    /// The heading, 1 to 80 characters.
    heading: String,
    /// What stands under it.
    #[graphql(default)]
    words: String,
    /// Photographs of notes, or a voice note, by the ids they were captured under; at most 20.
    #[graphql(default)]
    captured: Vec<ID>,
}

impl CapturedInput {
    /// As an answer.
    pub fn value(&self) -> Result<AnswerValue, Stop<RecordRefusal>> {
        let caption = self.caption.as_ref().map(|caption| text::plain(caption, CAPTION_CHARS)).transpose();
        let caption = caption.map_err(RecordRefusal::Text)?.flatten();
        Ok(AnswerValue::Captured { ids: ids(&self.ids)?, caption })
    }
}

impl OwnHeadingInput {
    /// As an answer, with words of so many characters at most.
    pub fn value(&self, most: usize) -> Result<AnswerValue, Stop<RecordRefusal>> {
        let heading = text::plain(&self.heading, HEADING_CHARS).ok().flatten().ok_or(RecordRefusal::HeadingNotValid)?;
        let words = text::plain(&self.words, most).map_err(RecordRefusal::Text)?.unwrap_or_default();
        Ok(AnswerValue::Own { heading, words, captured: ids(&self.captured)? })
    }
}

/// The ids in the order in which they came, each once.
fn ids(given: &[ID]) -> Result<Vec<ReceiptId>, Stop<RecordRefusal>> {
    if given.len() > MOST_CAPTURED {
        return Err(RecordRefusal::TooManyCaptured.into());
    }
    let mut seen = HashSet::new();
    let ids = given.iter().map(id).collect::<Answer<Vec<ReceiptId>>>()?;
    Ok(ids.into_iter().filter(|id| seen.insert(*id)).collect())
}

/// What goes into a record must be captured by whoever writes, or be in the record already; and no receipt, which is for
/// those who see its spend.
pub async fn check<'a>(
    txn: &DatabaseTransaction,
    viewer: &Viewer,
    record: RecordId,
    given: impl Iterator<Item = &'a AnswerValue>,
    now: DateTime<Utc>,
) -> Result<(), Stop<RecordRefusal>> {
    let mut ids: HashSet<ReceiptId> = given.flat_map(AnswerValue::captured).copied().collect();
    if ids.is_empty() {
        return Ok(());
    }
    for there in store::capture::of_record(txn, record).await? {
        ids.remove(&there);
    }
    let ids: Vec<_> = ids.into_iter().collect();
    let mut hers = store::receipt::by_ids(txn, viewer, &ids, now).await?;
    hers.retain(|row| row.captured_by == viewer.id);
    if hers.len() != ids.len() {
        return Err(Problem::not_found().into());
    }
    match hers.iter().any(|row| row.captured_for == CaptureUse::Receipt) {
        true => Err(RecordRefusal::CapturedAsReceipt.into()),
        false => Ok(()),
    }
}

/// Whoever may read these answers may see what was captured for them.
pub async fn show(txn: &DatabaseTransaction, rows: &[answer::Model]) -> Answer<()> {
    let mut links = Vec::new();
    for row in rows {
        links.extend(store::answer::value(row)?.captured().iter().map(|receipt_id| record_capture::Model {
            record_id: row.record_id,
            link_id: row.link_id.clone(),
            receipt_id: *receipt_id,
            question_id: row.question_id,
            linked_at: row.answered_at,
        }));
    }
    Ok(store::capture::link(txn, links).await?)
}
