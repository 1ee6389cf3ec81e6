//! FOLLOWS UP: jobs that changes ask for, asks that move on, allowances and holds that go back, pictures made fit to
//! keep, and the sweeping of what nothing refers to any more. `rounds` starts all of it.

pub mod allowances;
pub mod asks;
pub mod expiry;
pub mod jobs;
pub mod pictures;
pub mod rounds;
pub mod sweep;

use std::{path::PathBuf, sync::Arc};

use chrono::{DateTime, Utc};

use crate::store::{Db, blob::Blobs};

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
}

impl Works {
    /// The moment.
    pub fn now(&self) -> DateTime<Utc> {
        (self.clock)()
    }
}
