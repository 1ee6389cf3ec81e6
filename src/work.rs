//! FOLLOWS UP: pictures made fit to keep, offline allowances given back, and the sweeping of what nothing refers to any more.

pub mod allowances;
pub mod pictures;
pub mod sweep;
