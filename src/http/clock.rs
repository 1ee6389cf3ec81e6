//! The clock: read once per request, to the millisecond, so that everything in a request happens at one moment
//! and every database keeps the moment exactly.

use chrono::{DateTime, SubsecRound, Utc};

/// Now.
#[expect(clippy::disallowed_methods, reason = "this is the edge where the clock is read")]
pub fn now() -> DateTime<Utc> {
    Utc::now().trunc_subsecs(3)
}
