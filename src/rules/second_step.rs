//! The second step: whoever decides on others' money may prove with a passkey that it is she. A phone that lies unlocked on a desk
//! then decides nothing.

mod refusal;

use busfare_entity::words::{PractitionerId, TeamKind};
use chrono::{DateTime, TimeDelta, Utc};

pub use self::refusal::{SecondStepMissing, SecondStepRefusal};
use super::{sight::Viewer, team::sets_direction};

/// How long a step counts: a few decisions in a row.
pub const GOOD_FOR: TimeDelta = TimeDelta::minutes(10);
/// How long a challenge may wait for its answer.
pub const CHALLENGE_LIFE: TimeDelta = TimeDelta::minutes(5);
/// Most passkeys of one person.
pub const MOST_PASSKEYS: usize = 10;
/// Most challenges of one session that wait for an answer; the oldest makes room.
pub const MOST_CHALLENGES: usize = 5;
/// Most characters of what somebody calls a passkey.
pub const NAME_CHARS: usize = 60;

/// Whether somebody may forget the passkeys of a colleague who has lost hers: whoever sees to apps sees to this.
///
/// # Errors
///
/// It is not hers to say; nor is it about herself, who would then need none.
pub fn may_forget_hers(viewer: &Viewer, kind: TeamKind, whose: PractitionerId) -> Result<(), SecondStepRefusal> {
    if sets_direction(viewer.role, kind) && viewer.id != whose { Ok(()) } else { Err(SecondStepRefusal::NotYoursToSay) }
}

/// Of whom a server asks the second step.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AskedOf {
    /// Of those who have a passkey.
    #[default]
    Willing,
    /// Of everybody who decides on others' money.
    Everybody,
}

/// What is known of somebody's second step in her session.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Taken {
    /// Whether she has a passkey.
    pub has_passkey: bool,
    /// When she last took it.
    pub at: Option<DateTime<Utc>>,
}

impl Taken {
    /// Until when it counts; none where it does not count now.
    pub fn good_until(self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.at.map(|at| at + GOOD_FOR).filter(|until| now < *until)
    }

    /// Whether she may go on to decide on others' money.
    ///
    /// # Errors
    ///
    /// What she has to do first.
    pub fn lets_decide(self, asked_of: AskedOf, now: DateTime<Utc>) -> Result<(), SecondStepMissing> {
        match (self.has_passkey, asked_of) {
            (false, AskedOf::Willing) => Ok(()),
            (false, AskedOf::Everybody) => Err(SecondStepMissing::Passkey),
            (true, _) if self.good_until(now).is_some() => Ok(()),
            (true, _) => Err(SecondStepMissing::Step),
        }
    }

    /// Whether she may add or remove a passkey: whoever has one shows it first, so that nobody else changes them in her place.
    ///
    /// # Errors
    ///
    /// What she has to do first.
    pub fn lets_change_passkeys(self, now: DateTime<Utc>) -> Result<(), SecondStepMissing> {
        self.lets_decide(AskedOf::Willing, now)
    }
}

#[cfg(test)]
mod tests {
    use busfare_entity::words::Language;

    use super::*;
    use crate::rules::refusal::{MOST_WORDS, Refusal};

    fn now() -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000, 0).unwrap()
    }

    #[test]
    fn whoever_has_no_passkey_is_asked_for_none_unless_everybody_is() {
        let none = Taken::default();
        assert_eq!(none.lets_decide(AskedOf::Willing, now()), Ok(()));
        assert_eq!(none.lets_decide(AskedOf::Everybody, now()), Err(SecondStepMissing::Passkey));
        assert_eq!(none.lets_change_passkeys(now()), Ok(()));
    }

    #[test]
    fn a_step_counts_for_ten_minutes() {
        for asked_of in [AskedOf::Willing, AskedOf::Everybody] {
            let missing = Err(SecondStepMissing::Step);
            let ago = |seconds| Taken { has_passkey: true, at: Some(now() - TimeDelta::seconds(seconds)) };
            assert_eq!(Taken { has_passkey: true, at: None }.lets_decide(asked_of, now()), missing);
            assert_eq!(ago(599).lets_decide(asked_of, now()), Ok(()));
            assert_eq!(ago(600).lets_decide(asked_of, now()), missing);
            assert_eq!(ago(600).lets_change_passkeys(now()), missing);
        }
    }

    #[test]
    fn every_refusal_is_plain_and_fits_on_a_phone() {
        let steps = [SecondStepMissing::Passkey, SecondStepMissing::Step];
        let all = SecondStepRefusal::EACH.into_iter().map(|refusal| refusal.words(Language::En));
        for words in all.chain(steps.map(|missing| missing.words(Language::Cy))) {
            assert!(!words.is_empty() && words.chars().count() <= MOST_WORDS, "{words}");
        }
        for refusal in SecondStepRefusal::EACH {
            assert_ne!(refusal.words(Language::En), refusal.words(Language::Cy));
        }
    }
}
