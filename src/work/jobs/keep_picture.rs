//! Keeps the picture of an upload that is whole: read, checked against what was promised, made fit to keep, stored, and
//! made visible in the same transaction in which the job ends.

use busfare_entity::{
    upload,
    words::{JobProblem, ReceiptProblem, UploadState},
};
use bytes::Bytes;
use sha2::{Digest, Sha256};

use super::{Failed, Tried, finished};
use crate::{
    store::{
        self,
        job::Held,
        receipt_page::{Content, Settled},
    },
    work::{
        Works,
        keeping::{self, Unkept},
    },
};

/// What the bytes came to.
enum Outcome {
    Stored(Content),
    Refused(ReceiptProblem),
}

pub(super) async fn keep(works: &Works, held: &Held) -> Tried {
    let upload = store::upload::any(works.db.reader(), held.subject.into()).await?;
    // One that came to its end already leaves nothing to do but to say so.
    let Some(upload) = upload.filter(|upload| upload.state == UploadState::Arrived) else {
        return finished(works, held).await;
    };
    let outcome = match outcome(works, &upload).await {
        Ok(outcome) => outcome,
        Err(unkept) => return Err(failed(works, &upload, &unkept).await),
    };
    settle(works, held, &upload, outcome).await
}

async fn outcome(works: &Works, upload: &upload::Model) -> Result<Outcome, Unkept> {
    let _place = works.in_memory.acquire().await.map_err(|_closed| Unkept::Stopping)?;
    let mut original = Vec::new();
    for part in store::upload::parts(works.db.reader(), upload.id).await? {
        original.extend_from_slice(&works.blobs.get(upload.organisation_id, &part.blob_key).await?);
    }
    let sha256 = Sha256::digest(&original);
    if upload.sha256.as_deref().is_some_and(|promised| promised != sha256.as_slice()) {
        return Ok(Outcome::Refused(ReceiptProblem::DigestMismatch));
    }
    let receipt = store::receipt::taken(works.db.reader(), upload.receipt_id).await?;
    let captured_for = receipt.map(|receipt| receipt.captured_for).unwrap_or_default();
    match keeping::store(works, (upload.organisation_id, captured_for), Bytes::from(original)).await {
        Ok(content) => Ok(Outcome::Stored(content)),
        Err(Unkept::Unfit(refusal)) => Ok(Outcome::Refused(keeping::problem_of(refusal))),
        Err(Unkept::Unheard(refusal)) => Ok(Outcome::Refused(keeping::problem_of_sound(refusal))),
        Err(other) => Err(other),
    }
}

/// One transaction: the picture is visible, the upload has ended, and the job is gone; or none of it.
async fn settle(works: &Works, held: &Held, upload: &upload::Model, outcome: Outcome) -> Tried {
    let now = works.now();
    let txn = works.db.begin().await?;
    let (refused, leftover) = match (store::job::finish(&txn, held).await?, outcome) {
        (false, Outcome::Stored(content)) => {
            drop(txn);
            keeping::take_back(works, &content).await;
            return Ok(());
        }
        (false, Outcome::Refused(_)) => return Ok(()),
        (true, Outcome::Refused(problem)) => (Some(problem), None),
        (true, Outcome::Stored(content)) => {
            match store::receipt_page::settle(
                &txn,
                (upload.organisation_id, upload.receipt_id),
                upload.page,
                &content,
                now,
            )
            .await?
            {
                Settled::Kept => (None, None),
                Settled::Same => (None, Some(content)),
                Settled::Another => (Some(ReceiptProblem::AnotherPicture), Some(content)),
            }
        }
    };
    store::upload::end(&txn, upload, refused, now).await?;
    txn.commit().await?;
    if let Some(content) = leftover {
        keeping::take_back(works, &content).await;
    }
    Ok(())
}

/// The receipt says what stands in the way, if that can be said, and the job is tried again.
async fn failed(works: &Works, upload: &upload::Model, unkept: &Unkept) -> Failed {
    let problem = match unkept {
        Unkept::Storage(_) => JobProblem::Storage,
        Unkept::Database(_) => JobProblem::Database,
        Unkept::Unfit(_) | Unkept::Unheard(_) => JobProblem::Unreadable,
        Unkept::Stopping => JobProblem::Interrupted,
        Unkept::NotLookedAt => JobProblem::Fault,
    };
    keeping::say(&works.db, upload.receipt_id, unkept).await;
    Failed::later(problem, unkept)
}
