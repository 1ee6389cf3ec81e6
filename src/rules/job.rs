//! Jobs: how long one may take, when it is tried again and when it is stuck, who may look after it.

use busfare_entity::words::{JobErrorCode, JobKind, Language};
use chrono::TimeDelta;

use super::{
    refusal::{Refusal, say, say_key_reused},
    sight::{Viewer, answers_for_team},
};

/// How often a job is tried before it is stuck: from ten seconds to most of a day, because storage that is full or
/// away comes back within that, and somebody should look where it does not.
pub const MOST_TRIES: i32 = 8;
/// The wait after each failure.
const WAITS: [TimeDelta; 7] = [
    TimeDelta::seconds(10),
    TimeDelta::minutes(1),
    TimeDelta::minutes(5),
    TimeDelta::minutes(30),
    TimeDelta::hours(2),
    TimeDelta::hours(6),
    TimeDelta::hours(6),
];

/// Whether trying again may help.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Again {
    /// What stood in the way may go away.
    Later,
    /// It will fail in the same way every time.
    Never,
}

/// What becomes of a job that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// It is tried again after this long.
    After(TimeDelta),
    /// It is stuck until somebody looks.
    Stuck,
}

/// What becomes of a job that failed for the so many-th time.
pub fn after_failure(tries: i32, again: Again) -> Next {
    let place = usize::try_from(tries.saturating_sub(1)).unwrap_or_default();
    match (again, WAITS.get(place)) {
        (Again::Later, Some(wait)) if tries < MOST_TRIES => Next::After(*wait),
        _ => Next::Stuck,
    }
}

/// How long a job may take; after that nobody waits for it any more, and another server may take it.
pub fn patience(kind: JobKind) -> TimeDelta {
    match kind {
        JobKind::ComparePicture | JobKind::DeleteBlob | JobKind::DeliverMessage => TimeDelta::seconds(30),
        JobKind::KeepPicture => TimeDelta::seconds(120),
        JobKind::ReadReceipt => TimeDelta::seconds(300),
        JobKind::MakePreviews => TimeDelta::seconds(300),
    }
}

/// How much longer than its patience a job is leased for: time to say that it failed.
pub const LEASE_SPARE: TimeDelta = TimeDelta::seconds(30);

/// Enablers and seniors see what waits and what is stuck.
pub fn sees_to_jobs(viewer: &Viewer) -> bool {
    answers_for_team(viewer)
}

/// Why a job is not tried again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JobRefusal {
    /// The key was used with another input.
    IdempotencyKeyReused,
    /// It waits for its turn already.
    NotStuck,
}

impl Refusal for JobRefusal {
    type Code = JobErrorCode;

    fn code(&self) -> JobErrorCode {
        match self {
            Self::IdempotencyKeyReused => JobErrorCode::IdempotencyKeyReused,
            Self::NotStuck => JobErrorCode::NotStuck,
        }
    }

    fn field(&self) -> &'static [&'static str] {
        match self {
            Self::IdempotencyKeyReused => &["idempotencyKey"],
            Self::NotStuck => &["jobId"],
        }
    }

    fn words(&self, language: Language) -> String {
        match self {
            Self::IdempotencyKeyReused => say_key_reused(language),
            Self::NotStuck => say(
                language,
                "This job is not stuck. It is tried again by itself.",
                "Nid yw'r gwaith hwn yn sownd. Rhoddir cynnig arall arno heb ofyn.",
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{reading, refusal::MOST_WORDS};

    #[test]
    fn a_job_waits_longer_each_time_and_never_for_ever() {
        let mut waits = Vec::new();
        for tries in 1.. {
            let Next::After(wait) = after_failure(tries, Again::Later) else { break };
            waits.push(wait);
        }

        assert!(waits.is_sorted(), "{waits:?}");
        assert_eq!(i32::try_from(waits.len()).unwrap() + 1, MOST_TRIES);
        assert!(waits.iter().sum::<TimeDelta>() > TimeDelta::hours(12), "it outlasts a night without storage");
        for odd in [i32::MIN, -1, 0] {
            assert_eq!(after_failure(odd, Again::Later), Next::After(WAITS[0]));
        }
        assert_eq!(after_failure(i32::MAX, Again::Later), Next::Stuck);
        assert_eq!(after_failure(1, Again::Never), Next::Stuck);
    }

    #[test]
    fn every_refusal_about_a_job_fits_on_a_phone_in_both_languages() {
        for refusal in [JobRefusal::IdempotencyKeyReused, JobRefusal::NotStuck] {
            let [en, cy] = [Language::En, Language::Cy].map(|language| refusal.words(language));
            assert!(en.chars().count() <= MOST_WORDS && cy.chars().count() <= MOST_WORDS, "{en} / {cy}");
            reading::plain(&en);
            assert_ne!(en, cy);
        }
    }
}
