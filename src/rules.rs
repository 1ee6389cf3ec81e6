//! DECIDES: pure functions over plain values. No database, no network, no clock, no chance:
//! time and ids are arguments, so every rule can be read, tested and replayed on its own.

pub mod answer;
pub mod authority;
pub mod budget;
pub mod calendar;
pub mod check;
pub mod course;
pub mod evidence;
pub mod form;
pub mod money;
pub mod password;
pub mod receipt;
pub mod record;
pub mod refusal;
pub mod session;
pub mod sight;
pub mod spend;
pub mod tally;
pub mod text;
pub mod token;
