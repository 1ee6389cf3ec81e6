//! How sure one can be of what a service says of itself: when somebody last looked.

use chrono::{Months, NaiveDate};

use super::Resource;

/// After how many months a service should have been looked at again.
pub const STALE_MONTHS: u32 = 6;

/// When somebody last made sure of a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Assured {
    /// Within six months.
    Fresh(NaiveDate),
    /// Longer ago: ring before sending anybody there.
    Stale(NaiveDate),
    /// Nobody says so, or nobody can have been there yet.
    Unknown,
}

impl Assured {
    /// Whether to ring first.
    pub fn is_stale(self) -> bool {
        !matches!(self, Self::Fresh(_))
    }
}

/// How sure one can be of a service today.
pub fn assured(resource: &Resource, today: NaiveDate) -> Assured {
    match resource.assured_on {
        Some(on) if on > today => Assured::Unknown,
        Some(on) if on.checked_add_months(Months::new(STALE_MONTHS)).is_none_or(|until| today <= until) => {
            Assured::Fresh(on)
        }
        Some(on) => Assured::Stale(on),
        None => Assured::Unknown,
    }
}
