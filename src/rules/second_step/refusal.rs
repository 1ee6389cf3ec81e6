//! Why a second step is missing, or was not taken.

use busfare_entity::words::{Language, SecondStepErrorCode, SpendErrorCode};
use serde::{Deserialize, Serialize};

use crate::rules::{
    refusal::{Refusal, say, say_key_reused, say_text},
    text::TextProblem,
};

/// What somebody has to do before she decides on others' money.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SecondStepMissing {
    /// Everybody needs a passkey here, and she has none.
    Passkey,
    /// She has one, and has not shown it in the last minutes.
    Step,
}

impl SecondStepMissing {
    /// The word of the list for spends.
    pub fn code(self) -> SpendErrorCode {
        match self {
            Self::Passkey => SpendErrorCode::PasskeyNeeded,
            Self::Step => SpendErrorCode::SecondStepNeeded,
        }
    }

    /// What to do, in plain words.
    pub fn words(self, language: Language) -> String {
        match self {
            Self::Passkey => say(
                language,
                "Add a passkey first. It is asked of everybody here who decides on others' money.",
                "Ychwanegwch allwedd mynediad yn gyntaf. Gofynnir amdani gan bawb sy'n penderfynu ar arian eraill.",
            ),
            Self::Step => say(
                language,
                "Show your passkey first. It then counts for ten minutes.",
                "Dangoswch eich allwedd mynediad yn gyntaf. Mae'n cyfrif wedyn am ddeng munud.",
            ),
        }
    }
}

/// Why a passkey was not added, removed or believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecondStepRefusal {
    /// The key was used with another input.
    IdempotencyKeyReused,
    /// This server has no passkeys.
    NotOffered,
    /// What she calls it cannot be kept.
    Name(TextProblem),
    /// She has as many as one person may have.
    TooMany,
    /// She has none that she could show.
    NoPasskey,
    /// She has one, and has not shown it in the last minutes.
    StepNeeded,
    /// The challenge was answered, is too old, or is not of this session.
    ChallengeGone,
    /// The answer is not one to this challenge by a passkey that may give it.
    NotBelieved,
    /// That passkey is here already.
    AlreadyAdded,
    /// Whoever sets direction says this, of others.
    NotYoursToSay,
}

impl SecondStepRefusal {
    /// One of each.
    #[cfg(test)]
    pub(super) const EACH: [Self; 10] = [
        Self::IdempotencyKeyReused,
        Self::NotOffered,
        Self::Name(TextProblem::NotPlain),
        Self::TooMany,
        Self::NoPasskey,
        Self::StepNeeded,
        Self::ChallengeGone,
        Self::NotBelieved,
        Self::AlreadyAdded,
        Self::NotYoursToSay,
    ];
}

impl From<SecondStepMissing> for SecondStepRefusal {
    fn from(missing: SecondStepMissing) -> Self {
        match missing {
            SecondStepMissing::Passkey => Self::NoPasskey,
            SecondStepMissing::Step => Self::StepNeeded,
        }
    }
}

impl Refusal for SecondStepRefusal {
    type Code = SecondStepErrorCode;

    fn code(&self) -> SecondStepErrorCode {
        match self {
            Self::IdempotencyKeyReused => SecondStepErrorCode::IdempotencyKeyReused,
            Self::NotOffered => SecondStepErrorCode::NotOffered,
            Self::Name(_) => SecondStepErrorCode::TextNotPlain,
            Self::TooMany => SecondStepErrorCode::TooMany,
            Self::NoPasskey => SecondStepErrorCode::NoPasskey,
            Self::StepNeeded => SecondStepErrorCode::SecondStepNeeded,
            Self::ChallengeGone => SecondStepErrorCode::ChallengeGone,
            Self::NotBelieved => SecondStepErrorCode::NotBelieved,
            Self::AlreadyAdded => SecondStepErrorCode::AlreadyAdded,
            Self::NotYoursToSay => SecondStepErrorCode::NotYoursToSay,
        }
    }

    fn field(&self) -> &'static [&'static str] {
        match self {
            Self::IdempotencyKeyReused => &["idempotencyKey"],
            Self::Name(_) => &["name"],
            Self::ChallengeGone => &["challengeId"],
            Self::NotBelieved | Self::AlreadyAdded => &["credential"],
            Self::NotYoursToSay => &["practitionerId"],
            Self::NotOffered | Self::TooMany | Self::NoPasskey | Self::StepNeeded => &[],
        }
    }

    fn words(&self, language: Language) -> String {
        let (en, cy) = match self {
            Self::IdempotencyKeyReused => return say_key_reused(language),
            Self::Name(problem) => return say_text(*problem, language),
            Self::StepNeeded => return SecondStepMissing::Step.words(language),
            Self::NotOffered => (
                "There are no passkeys on this server. Ask whoever runs it.",
                "Nid oes allweddi mynediad ar y gweinydd hwn. Holwch pwy sy'n ei redeg.",
            ),
            Self::TooMany => (
                "You have ten passkeys, which is all one person may have. Remove one first.",
                "Mae gennych ddeg allwedd mynediad, sef y nifer mwyaf. Tynnwch un yn gyntaf.",
            ),
            Self::NoPasskey => (
                "You have no passkey yet. Add one first.",
                "Nid oes gennych allwedd mynediad eto. Ychwanegwch un yn gyntaf.",
            ),
            Self::ChallengeGone => (
                "That took too long, or was answered before. Begin again.",
                "Cymerodd hynny'n rhy hir, neu fe'i hatebwyd o'r blaen. Dechreuwch eto.",
            ),
            Self::NotBelieved => (
                "That passkey was not accepted. Begin again, with a passkey that is yours here.",
                "Ni dderbyniwyd yr allwedd mynediad honno. Dechreuwch eto, gydag un sy'n eiddo i chi yma.",
            ),
            Self::NotYoursToSay => (
                "A senior of a team that sets direction does that, and for others. Ask one of them.",
                "Uwch-swyddog tîm sy'n gosod cyfeiriad sy'n gwneud hynny, dros eraill. Gofynnwch i un ohonynt.",
            ),
            Self::AlreadyAdded => (
                "That passkey is here already. Use another.",
                "Mae'r allwedd mynediad honno yma eisoes. Defnyddiwch un arall.",
            ),
        };
        say(language, en, cy)
    }
}
