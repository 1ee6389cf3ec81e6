//! FOLLOWS UP: asks that move on, allowances and holds that go back, pictures made fit to keep, and the sweeping of
//! what nothing refers to any more.

pub mod allowances;
pub mod asks;
pub mod expiry;
pub mod pictures;
pub mod sweep;
