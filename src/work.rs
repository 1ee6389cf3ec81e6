//! FOLLOWS UP: pictures made fit to keep, and the sweeping of what nothing refers to any more.

pub mod pictures;
pub mod sweep;
