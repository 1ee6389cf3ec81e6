//! Has a machine read a receipt, and keeps what it makes of it as a suggestion. Nothing else changes: no amount, no
//! evidence and no decision comes of it.

use busfare_entity::{
    receipt,
    words::{CaptureUse, JobProblem, ReceiptId, WordSource},
};
use chrono::{DateTime, Days, Utc};

use super::{Failed, Tried, finished};
use crate::{
    rules::{calendar, receipt_reading as rules, receipt_word},
    store::{
        self,
        job::Held,
        receipt_reading::{self, Outcome},
        vault::Locked,
    },
    work::{Works, contained::Failure, reading},
};

/// Most pages of a receipt that are read; what matters is on the first few.
const MOST_PAGES: usize = 5;

impl From<Locked> for Failed {
    fn from(locked: Locked) -> Self {
        Self::later(JobProblem::Storage, locked)
    }
}

impl From<Failure> for Failed {
    fn from(failure: Failure) -> Self {
        let problem = match &failure {
            Failure::Absent => JobProblem::ToolMissing,
            Failure::TimedOut => JobProblem::TooSlow,
            Failure::TooMuch | Failure::Failed { .. } => JobProblem::Unreadable,
            Failure::NotRun(_) => JobProblem::Fault,
        };
        Self::later(problem, failure)
    }
}

pub(super) async fn read(works: &Works, held: &Held, now: DateTime<Utc>) -> Tried {
    let found = store::receipt::taken(works.db.reader(), ReceiptId(held.subject)).await?;
    // Notes and voices are for people to read and hear.
    let found = found.filter(|row| row.captured_for == CaptureUse::Receipt);
    let Some(receipt) = found else { return finished(works, held).await };
    if !reading::available(works) {
        return say_unavailable(works, held, &receipt, now).await;
    }
    let engine = reading::engine(&works.contained).await?;
    let (passes, pages) = look(works, &receipt).await?;
    let zone = store::people::zone(works.db.reader(), receipt.organisation_id).await?;
    let bought_by = calendar::day(receipt.captured_at, zone) + Days::new(1);

    // Sums over words take a while; the requests do not wait for them.
    let guessed = tokio::task::spawn_blocking(move || {
        let text = passes.first().map(|words| rules::text(words)).unwrap_or_default();
        let words = receipt_word::words(&passes.iter().map(|words| rules::text(words)).collect::<Vec<_>>().join("\n"));
        (rules::read(&passes, bought_by), text, words)
    });
    let (reading, text, words) = guessed.await.map_err(|error| Failed::later(JobProblem::Fault, error))?;
    let outcome = if words.is_empty() { Outcome::Unreadable } else { Outcome::Read(text, Box::new(reading)) };

    let vault = works.blobs.vault();
    let whose = (receipt.organisation_id, receipt.id);
    let row = receipt_reading::sealed(vault, whose, engine, (&outcome, pages), now)?;
    let tokens = store::receipt_word::blinded(vault, receipt.organisation_id, &words)?;
    let txn = works.db.begin().await?;
    if !store::job::finish(&txn, held).await? {
        return Ok(());
    }
    receipt_reading::keep(&txn, row).await?;
    store::receipt_word::replace(&txn, whose, WordSource::Reading, tokens).await?;
    txn.commit().await.map_err(Failed::from)
}

/// Said once, and not where something was read before: that stays what is known.
async fn say_unavailable(works: &Works, held: &Held, receipt: &receipt::Model, now: DateTime<Utc>) -> Tried {
    let txn = works.db.begin().await?;
    if !store::job::finish(&txn, held).await? {
        return Ok(());
    }
    let before = receipt_reading::latest(&txn, &[receipt.id]).await?;
    if !before.contains_key(&receipt.id) {
        receipt_reading::keep(&txn, receipt_reading::unavailable(receipt.organisation_id, receipt.id, now)).await?;
    }
    txn.commit().await.map_err(Failed::from)
}

/// Every pass over the pages, and how many pages there were. A page that makes the program fail is left out, unless
/// every page does.
async fn look(works: &Works, receipt: &receipt::Model) -> Result<(Vec<Vec<rules::Word>>, i32), Failed> {
    let stored = store::receipt_page::all_stored(works.db.reader(), receipt).await?;
    let (mut passes, mut pages, mut failed): (Vec<Vec<rules::Word>>, i32, Option<Failed>) = (Vec::new(), 0, None);
    for (number, content) in stored.into_iter().take(MOST_PAGES) {
        let picture = {
            let _place =
                works.in_memory.acquire().await.map_err(|error| Failed::later(JobProblem::Interrupted, error))?;
            works.blobs.get(receipt.organisation_id, &content.content_key).await?
        };
        match reading::page(&works.contained, picture, number).await {
            Ok(of_page) => {
                pages += 1;
                passes.resize_with(passes.len().max(of_page.len()), Vec::new);
                for (pass, words) in passes.iter_mut().zip(of_page) {
                    pass.extend(words);
                }
            }
            Err(failure) => failed = Some(failure.into()),
        }
    }
    match failed {
        Some(failed) if pages == 0 => Err(failed),
        _ => Ok((passes, pages)),
    }
}
