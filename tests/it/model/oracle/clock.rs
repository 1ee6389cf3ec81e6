//! The model's clock. A step's own moment is only known to lie between its asking and its answer; no two steps share
//! a millisecond, so that whatever came first is never in doubt.

use busfare::http::clock;
use chrono::{DateTime, TimeDelta, Utc};

/// When something happened: not before the first, and not after the second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment(pub DateTime<Utc>, pub DateTime<Utc>);

impl Moment {
    /// So much later.
    pub fn plus(self, by: TimeDelta) -> Self {
        Self(self.0 + by, self.1 + by)
    }

    /// Whether it has certainly come by then; none where that is in doubt.
    pub fn has_come(self, by: DateTime<Utc>) -> Option<bool> {
        match (self.0 <= by, self.1 <= by) {
            (_, true) => Some(true),
            (false, _) => Some(false),
            (true, false) => None,
        }
    }
}

/// The clock that steps are taken by.
#[derive(Debug)]
pub struct Clock(Moment);

impl Clock {
    /// It begins now.
    pub fn begin() -> Self {
        let now = clock::now();
        Self(Moment(now, now))
    }

    /// A step begins: in a millisecond after everything that happened before. It may take a turn or two of the loop.
    pub fn asks(&mut self) -> DateTime<Utc> {
        let mut now = clock::now();
        while now <= self.0.1 {
            std::hint::spin_loop();
            now = clock::now();
        }
        self.0 = Moment(now, now);
        now
    }

    /// The step was answered.
    pub fn is_answered(&mut self) {
        self.0.1 = clock::now();
    }

    /// When the last step was taken.
    pub fn step(&self) -> Moment {
        self.0
    }
}
