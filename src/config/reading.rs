//! The setting of whether receipts are read.

use clap::ValueEnum;

/// Whether a machine reads receipts, to suggest what they say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Reading {
    /// Where the program for it is installed.
    #[default]
    Auto,
    /// Never.
    Off,
}
