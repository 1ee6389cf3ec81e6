//! FOLLOWS UP: jobs that changes ask for, asks that move on, allowances and holds that go back, pictures made fit to
//! keep, programs contained, and the sweeping of what nothing refers to any more. `rounds` starts all of it.

pub mod allowances;
pub mod appointments;
pub mod asks;
pub mod contained;
pub mod digests;
pub mod expiry;
pub mod fetching;
pub mod jobs;
pub mod keeping;
pub mod learning;
pub mod pictures;
pub mod post;
pub mod previews;
pub mod reading;
pub mod retention;
pub mod rounds;
pub mod sealing;
pub mod sounds;
pub mod stewards;
pub mod sweep;
pub mod webhooks;

use std::{path::PathBuf, sync::Arc};

use chrono::{DateTime, Utc};
use tokio::sync::Semaphore;

use self::{contained::Contained, pictures::Pictures, post::Post, reading::Readers};
use crate::store::{Db, blob::Blobs};

/// Uploads in memory at once; the others wait where they are stored.
const IN_MEMORY: usize = 4;
/// Megapixels decoded at once, about 4 MB each.
const MEGAPIXELS: u32 = 50;

/// Where the time comes from.
pub type Clock = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

/// What work is done with. Cloning it is cheap.
#[derive(Clone)]
pub struct Works {
    /// The database.
    pub db: Db,
    /// The pictures.
    pub blobs: Blobs,
    /// Where uploads wait on this machine.
    pub staging: PathBuf,
    /// Where the time comes from.
    pub clock: Clock,
    /// Turns for having an upload in memory.
    pub in_memory: Arc<Semaphore>,
    /// Where pictures are made fit to keep, in requests and in jobs alike.
    pub pictures: Pictures,
    /// Where programs that take strangers' files apart are kept in.
    pub contained: Contained,
    /// By which messages leave the house.
    pub post: Post,
    /// Whether receipts are read.
    pub readers: Readers,
}

impl Works {
    /// With room of its own for pictures, and without reading receipts.
    pub fn new(db: Db, blobs: Blobs, staging: PathBuf, clock: Clock) -> Self {
        let (in_memory, pictures) = (Arc::new(Semaphore::new(IN_MEMORY)), Pictures::new(MEGAPIXELS));
        let contained = Contained::new(staging.with_file_name("contained"));
        let (readers, post) = (Readers::Off, Post::default());
        Self { db, blobs, staging, clock, in_memory, pictures, contained, post, readers }
    }

    /// The moment.
    pub fn now(&self) -> DateTime<Utc> {
        (self.clock)()
    }
}
