//! FOLLOWS UP: asks that move on, holds that go back, pictures made fit to keep, and the sweeping of what nothing
//! refers to any more.

pub mod asks;
pub mod expiry;
pub mod pictures;
pub mod sweep;
