//! FOLLOWS UP: asks that move on, pictures made fit to keep, holds that go back, and the sweeping of what nothing
//! refers to any more.

pub mod asks;
pub mod expiry;
pub mod pictures;
pub mod sweep;
