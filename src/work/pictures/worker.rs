//! Prepares pictures away from the requests, and never more of them at once than memory allows.

use std::sync::Arc;

use bytes::Bytes;
use thiserror::Error;
use tokio::sync::Semaphore;
use tokio::task;

use super::header::{MAX_BYTES, admit};
use super::pdf::{self, PdfError};
use super::refusal::PictureRefusal;
use super::sniff::{MediaType, sniff};
use super::{Picture, kept_whole, prepare};
use crate::work::contained::Contained;

/// Why a picture was not prepared.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum PictureError {
    /// The picture was refused, for a reason to show.
    #[error(transparent)]
    Refused(#[from] PictureRefusal),
    /// The server is shutting down. The same picture may be sent again.
    #[error("The server is closing. Please try again in a moment.")]
    Stopping,
    /// It could not be looked at just now. The same picture may be sent again.
    #[error("It cannot be looked at just now. Please try again in a moment.")]
    Later,
}

/// A workshop with room for so many megapixels at once.
#[derive(Clone, Debug)]
pub struct Pictures {
    room: Arc<Semaphore>,
    megapixels_at_once: u32,
}

impl Pictures {
    /// A workshop with room for this many megapixels at once, at least one.
    ///
    /// An ordinary JPEG takes its own megapixels, at about 4 MB each. What needs more memory (pictures to be turned, progressive JPEG, PNG,
    /// WebP) counts two or three times. A picture larger than the whole room has the room to itself.
    pub fn new(megapixels_at_once: u32) -> Self {
        let megapixels_at_once = megapixels_at_once.max(1);
        let permits = usize::try_from(megapixels_at_once).unwrap_or(Semaphore::MAX_PERMITS).min(Semaphore::MAX_PERMITS);
        Self { room: Arc::new(Semaphore::new(permits)), megapixels_at_once }
    }

    /// Prepares a picture on a blocking thread, when there is room.
    ///
    /// # Errors
    ///
    /// [`PictureError::Refused`] when the picture cannot be kept, and when a decoder gave up on it in an unplanned way;
    /// [`PictureError::Stopping`] when the runtime ends before the work began.
    pub async fn prepare(&self, contained: &Contained, original: Bytes) -> Result<Picture, PictureError> {
        if original.len() > MAX_BYTES {
            return Err(PictureRefusal::TooLarge.into());
        }
        let megapixels = match sniff(&original) {
            Some(MediaType::Pdf) => return prepare_pdf(contained, original).await,
            // It is not decoded, so it takes no room to speak of.
            Some(MediaType::Heic) => 1,
            _ => admit(&original)?.megapixels_of_memory(),
        };
        self.run(megapixels.min(self.megapixels_at_once), move || prepare(&original)).await
    }

    /// Does something with a picture on a blocking thread, when there is room for so many pixels.
    pub(in crate::work) async fn with_room<T: Send + 'static>(
        &self,
        pixels: u64,
        work: impl FnOnce() -> Result<T, PictureRefusal> + Send + 'static,
    ) -> Result<T, PictureError> {
        let megapixels = u32::try_from(pixels.div_ceil(1_000_000)).unwrap_or(u32::MAX).max(1);
        self.run(megapixels.min(self.megapixels_at_once), work).await
    }

    /// The room belongs to the work and not to the caller: a phone that hangs up does not free memory that is in use.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        megapixels: u32,
        work: impl FnOnce() -> Result<T, PictureRefusal> + Send + 'static,
    ) -> Result<T, PictureError> {
        let place = Arc::clone(&self.room).acquire_many_owned(megapixels).await.map_err(|_| PictureError::Stopping)?;

        let prepared = task::spawn_blocking(move || {
            let _place = place;
            work()
        });

        match prepared.await {
            Ok(answer) => Ok(answer?),
            Err(error) if error.is_panic() => Err(PictureRefusal::Broken.into()),
            Err(_) => Err(PictureError::Stopping),
        }
    }

    /// The room nobody uses at the moment.
    #[cfg(test)]
    pub(super) fn free_megapixels(&self) -> usize {
        self.room.available_permits()
    }
}

/// A PDF is taken apart in a process of its own, and kept as its pages.
async fn prepare_pdf(contained: &Contained, original: Bytes) -> Result<Picture, PictureError> {
    match pdf::clean(contained, original.clone()).await {
        Ok(clean) => {
            let size = (clean.width, clean.height, clean.sheets);
            Ok(kept_whole(MediaType::Pdf, &original, clean.bytes, size))
        }
        Err(PdfError::Refused(refusal)) => Err(refusal.into()),
        Err(PdfError::Later(failure)) => {
            tracing::error!(%failure, "a PDF could not be looked at");
            Err(PictureError::Later)
        }
    }
}
