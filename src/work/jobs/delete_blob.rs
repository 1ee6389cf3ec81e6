//! Deletes stored bytes that a change has left without a row. Deleting twice is deleting once.

use super::{Tried, finished};
use crate::{
    store::{self, job::Held},
    work::Works,
};

pub(super) async fn delete(works: &Works, held: &Held) -> Tried {
    let key = held.subject.simple().to_string();
    // Nothing refers to it, or it stays: a name that came into use again is somebody's picture.
    if store::receipt::referred(works.db.reader(), std::slice::from_ref(&key)).await?.is_empty() {
        works.blobs.delete(&key).await?;
    }
    finished(works, held).await
}
