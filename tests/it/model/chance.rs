//! Chance that can be had again: one number makes a whole walk, and a failed walk prints it.

use proptest::{
    prelude::RngExt,
    test_runner::{RngAlgorithm, TestRng},
};

/// A source of chance from a seed.
pub struct Chance(TestRng);

impl Chance {
    /// The same seed gives the same walk.
    pub fn new(seed: u64) -> Self {
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&seed.to_le_bytes());
        Self(TestRng::from_seed(RngAlgorithm::ChaCha, &bytes))
    }

    /// A number from `from` up to and including `to`.
    pub fn between(&mut self, from: i64, to: i64) -> i64 {
        self.0.random_range(from..=to)
    }

    /// A place in a list of so many.
    pub fn place(&mut self, of: usize) -> usize {
        self.0.random_range(0..of)
    }

    /// True once in so many times.
    pub fn once_in(&mut self, times: usize) -> bool {
        self.place(times) == 0
    }
}
