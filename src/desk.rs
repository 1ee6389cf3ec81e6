//! The desk: what the people who run a council do at a command line, without a phone and without a server running.

pub mod council;
pub mod directory;
pub mod doctor;
pub mod forms;
pub mod retention;
pub mod scheme;

/// What is told at the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// 0 where all is well, 1 where there are problems, 2 where the command cannot be done as it was typed.
    pub code: u8,
    /// In plain words.
    pub words: String,
}
