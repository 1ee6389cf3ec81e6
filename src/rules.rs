//! DECIDES: pure functions over plain values. No database, no network, no clock, no chance:
//! time and ids are arguments, so every rule can be read, tested and replayed on its own.

pub mod allowance;
pub mod answer;
pub mod authority;
pub mod books;
pub mod budget;
pub mod calendar;
pub mod change;
pub mod check;
pub mod confirmation;
pub mod course;
pub mod duplicate;
pub mod emergency;
pub mod evidence;
pub mod form;
pub mod imprest;
pub mod insight;
pub mod job;
pub mod late;
pub mod learning;
pub mod matching;
pub mod money;
pub mod nearest;
pub mod pairing;
pub mod password;
pub mod payment;
pub mod period;
#[cfg(test)]
pub mod reading;
pub mod receipt;
pub mod record;
pub mod refund;
pub mod refusal;
pub mod replay;
pub mod rota;
pub mod scheme;
pub mod session;
pub mod sight;
pub mod spend;
pub mod statement;
pub mod steward;
pub mod tally;
pub mod text;
pub mod token;
pub mod working_days;
