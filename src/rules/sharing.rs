//! Sharing: what must be said before anything recorded is told to somebody outside, before somebody is warned of what they
//! may meet, and before a restricted record is opened because it cannot wait. Each of them ends by itself.

mod refusal;
mod telling;

use std::collections::BTreeSet;

use busfare_entity::words::{SharingBasis, WarningKind};
use chrono::{DateTime, Months, NaiveDate, TimeDelta, Utc};

pub use self::{refusal::SharingRefusal, telling::line};
use super::text;

/// Most characters of the name of whoever is told.
pub const RECIPIENT_CHARS: usize = 200;
/// Most fields in one disclosure.
pub const MOST_FIELDS: usize = 200;
/// Most months a disclosure lasts.
pub const DISCLOSURE_MONTHS: u32 = 12;
/// Fewest characters of evidence, and of a reason.
pub const FEWEST_CHARS: usize = 10;
/// Most characters of them.
pub const MOST_CHARS: usize = 500;
/// Most months until a warning is looked at again.
pub const REVIEW_MONTHS: u32 = 6;
/// Most warnings that stand about one person: as many as can be read before going there.
pub const MOST_WARNINGS: usize = 20;
/// How long a restricted record stays open to whoever broke the glass, in minutes.
pub const BREAK_GLASS_MINUTES: i64 = 60;

/// What is told to somebody outside, as it is noted. `F` names a field, such as by its question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disclosure<F> {
    /// To whom.
    pub to: String,
    /// Why it may be told.
    pub basis: SharingBasis,
    /// Which fields. Never everything there is or will be.
    pub fields: BTreeSet<F>,
    /// The last day on which it holds.
    pub expires_on: NaiveDate,
}

impl<F: Ord> Disclosure<F> {
    /// What is said about it, if that is enough.
    pub fn try_new(
        to: &str,
        basis: SharingBasis,
        fields: impl IntoIterator<Item = F>,
        expires_on: NaiveDate,
        today: NaiveDate,
    ) -> Result<Self, SharingRefusal> {
        let to = text::plain(to, RECIPIENT_CHARS).map_err(SharingRefusal::Recipient)?;
        let to = to.ok_or(SharingRefusal::RecipientNeeded)?;
        // One more than there may be is enough to see that there are too many.
        let fields: Vec<F> = fields.into_iter().take(MOST_FIELDS + 1).collect();
        if fields.is_empty() {
            return Err(SharingRefusal::FieldsNeeded);
        }
        if fields.len() > MOST_FIELDS {
            return Err(SharingRefusal::TooManyFields);
        }
        if !is_ahead(expires_on, today, DISCLOSURE_MONTHS) {
            return Err(SharingRefusal::ExpiryOutOfRange);
        }
        Ok(Self { to, basis, fields: fields.into_iter().collect(), expires_on })
    }

    /// Whether it holds on a day, for a field.
    pub fn covers(&self, field: &F, today: NaiveDate) -> bool {
        today <= self.expires_on && self.fields.contains(field)
    }
}

/// Whether the person knows of a warning about them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// They were told.
    Yes,
    /// They were not, and why.
    No(String),
}

/// Something that whoever goes there should know first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WarningNote {
    /// Of what.
    pub kind: WarningKind,
    /// What it rests on.
    pub evidence: String,
    /// Whether the person knows.
    pub told: Told,
    /// The last day on which it stands, unless somebody looks at it again.
    pub review_on: NaiveDate,
}

impl WarningNote {
    /// What is said in it, if that is enough. `why_not_told` is none where the person was told.
    pub fn try_new(
        kind: WarningKind,
        evidence: &str,
        why_not_told: Option<&str>,
        review_on: NaiveDate,
        today: NaiveDate,
    ) -> Result<Self, SharingRefusal> {
        let evidence = text::reason(evidence, FEWEST_CHARS, MOST_CHARS).map_err(SharingRefusal::Evidence)?;
        let evidence = evidence.ok_or(SharingRefusal::EvidenceNeeded)?;
        let told = match why_not_told {
            None => Told::Yes,
            Some(why) => {
                let why = text::reason(why, FEWEST_CHARS, MOST_CHARS).map_err(SharingRefusal::WhyNotTold)?;
                Told::No(why.ok_or(SharingRefusal::WhyNotToldNeeded)?)
            }
        };
        if !is_ahead(review_on, today, REVIEW_MONTHS) {
            return Err(SharingRefusal::ReviewOutOfRange);
        }
        Ok(Self { kind, evidence, told, review_on })
    }

    /// Whether it stands on a day. The day after its review it has lapsed, without anybody doing anything.
    pub fn stands(&self, today: NaiveDate) -> bool {
        today <= self.review_on
    }
}

/// A restricted record opened because it could not wait.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BreakGlass {
    /// Why.
    pub reason: String,
    /// Since when.
    pub from: DateTime<Utc>,
    /// Until when; at this moment it is closed again.
    pub until: DateTime<Utc>,
}

impl BreakGlass {
    /// Opens it now, for a reason.
    pub fn try_new(reason: &str, now: DateTime<Utc>) -> Result<Self, SharingRefusal> {
        let reason = text::reason(reason, FEWEST_CHARS, MOST_CHARS).map_err(SharingRefusal::Reason)?;
        let reason = reason.ok_or(SharingRefusal::ReasonNeeded)?;
        let until = now.checked_add_signed(TimeDelta::minutes(BREAK_GLASS_MINUTES)).unwrap_or(now);
        Ok(Self { reason, from: now, until })
    }

    /// Whether the record is open to whoever broke the glass.
    pub fn is_open(&self, now: DateTime<Utc>) -> bool {
        (self.from..self.until).contains(&now)
    }
}

/// Whether a day is after today, and within so many months.
fn is_ahead(day: NaiveDate, today: NaiveDate, months: u32) -> bool {
    let last = today.checked_add_months(Months::new(months)).unwrap_or(NaiveDate::MAX);
    today < day && day <= last
}

#[cfg(test)]
#[path = "sharing_tests.rs"]
mod tests;
