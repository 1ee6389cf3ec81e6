//! Compares a picture that was stored with all others, and notes which may be the same receipt. It changes nothing
//! else: what to do about it is for a person to say.

use busfare_entity::words::{CaptureUse, ReceiptId};
use chrono::{DateTime, Utc};

use super::{Failed, Tried};
use crate::{
    store::{self, job::Held},
    work::{Works, pictures},
};

pub(super) async fn compare(works: &Works, held: &Held, now: DateTime<Utc>) -> Tried {
    let found = store::receipt::taken(works.db.reader(), ReceiptId(held.subject)).await?;
    // What is no receipt is nobody's duplicate.
    let found = found.filter(|row| row.captured_for == CaptureUse::Receipt);
    let mut print = None;
    if let Some(receipt) = found.as_ref().filter(|receipt| receipt.content_key.is_some()) {
        // What cannot be looked at yet can still be the same file.
        let mut look = None;
        if let Some(thumbnail) = &receipt.thumbnail_key {
            let thumbnail = works.blobs.get(held.organisation, thumbnail).await?;
            look = tokio::task::spawn_blocking(move || pictures::look(&thumbnail)).await.unwrap_or_default();
        }
        print = Some(store::duplicate::print(receipt, look, now));
    }

    // Kept first and compared after that, so that of two compared at once at least one sees the other.
    if let Some(print) = &print {
        let txn = works.db.begin().await?;
        store::duplicate::keep_print(&txn, print.clone()).await?;
        txn.commit().await?;
    }
    let txn = works.db.begin().await?;
    if let (Some(receipt), Some(print)) = (found, print) {
        let others = store::duplicate::same_pictures(&txn, &print).await?;
        store::duplicate::note(&txn, &receipt, &others, now).await?;
    }
    if !store::job::finish(&txn, held).await? {
        return Ok(());
    }
    txn.commit().await.map_err(Failed::from)
}
