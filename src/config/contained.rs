//! The hidden command with which our own program is started anew to take a stranger's file apart.

use std::ffi::OsString;

use clap::Args;

/// Within which bounds what runs. People never type this.
#[derive(Args, Clone, Debug, PartialEq, Eq)]
pub struct Inside {
    /// Memory it may map, in bytes.
    #[arg(long)]
    pub memory_bytes: u64,
    /// Processor time, in seconds.
    #[arg(long)]
    pub cpu_seconds: u64,
    /// The size of a file it writes, in bytes.
    #[arg(long)]
    pub file_bytes: u64,
    /// Files open at once.
    #[arg(long)]
    pub open_files: u64,
    /// A tool by its path, or a part of our own program by its word, and what to tell it.
    #[arg(last = true, required = true)]
    pub program: Vec<OsString>,
}
