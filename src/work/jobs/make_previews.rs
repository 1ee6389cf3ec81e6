//! Makes what is shown of a receipt's pages that another program has to show. The pages are kept whatever comes of it.

use busfare_entity::{
    receipt,
    words::{CaptureUse, JobKind, JobProblem, PreviewState, ReceiptId},
};
use chrono::{DateTime, Utc};

use super::{Failed, Tried, finished};
use crate::{
    store::{
        self,
        job::Held,
        receipt_page::{Content, FIRST},
        receipt_sheet::Sheet,
    },
    work::{
        Works, keeping,
        pictures::{
            MediaType,
            showing::{self, NotShown, Shown},
        },
    },
};

pub(super) async fn make(works: &Works, held: &Held, now: DateTime<Utc>) -> Tried {
    let Some(receipt) = store::receipt::taken(works.db.reader(), ReceiptId(held.subject)).await? else {
        return finished(works, held).await;
    };
    // Page by page, so that what is made stays made where there is no time for all of it.
    for (page, content) in store::receipt_page::all_stored(works.db.reader(), &receipt).await? {
        if content.preview == PreviewState::Waiting {
            let (state, sheets) = shown(works, held, &content).await?;
            settle(works, held, (&receipt, page), (state, sheets), now).await?;
        }
    }
    finished(works, held).await
}

async fn settle(
    works: &Works,
    held: &Held,
    (receipt, page): (&receipt::Model, i32),
    (state, sheets): (PreviewState, Vec<Sheet>),
    now: DateTime<Utc>,
) -> Tried {
    let txn = works.db.begin().await?;
    let settled = store::receipt_sheet::settle(&txn, (receipt.id, page), state, &sheets, now).await?;
    let is_receipt = receipt.captured_for == CaptureUse::Receipt;
    if settled && is_receipt && page == FIRST && state == PreviewState::Made {
        // Now there is something to compare.
        store::job::enqueue(&txn, held.organisation, JobKind::ComparePicture, receipt.id.0, now).await?;
    }
    txn.commit().await?;
    if !settled {
        keeping::take_back_sheets(works, &sheets).await;
    }
    Ok(())
}

async fn shown(works: &Works, held: &Held, content: &Content) -> Result<(PreviewState, Vec<Sheet>), Failed> {
    let Some(media_type) = MediaType::named(&content.media_type) else {
        return Ok((PreviewState::NotShowable, Vec::new()));
    };
    let stored = works.blobs.get(held.organisation, &content.content_key).await?;
    let shown = showing::show(&works.contained, &works.pictures, media_type, stored).await;
    match shown.map_err(|cause| later(&cause))? {
        Shown::NoConverter => Ok((PreviewState::NoConverter, Vec::new())),
        Shown::NotShowable => Ok((PreviewState::NotShowable, Vec::new())),
        Shown::Sheets(sheets) => {
            let sheets = keeping::store_sheets(works, held.organisation, &sheets).await.map_err(Failed::from)?;
            Ok((PreviewState::Made, sheets))
        }
    }
}

fn later(cause: &NotShown) -> Failed {
    match cause {
        NotShown::NotRun(_) => Failed::later(JobProblem::Fault, cause),
        NotShown::Stopping => Failed::later(JobProblem::Interrupted, cause),
    }
}
