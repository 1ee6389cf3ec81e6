//! Words about passkeys and the second step.

use super::words;

words! {
    /// What the answer to a challenge is for.
    PasskeyChallengeUse {
        /// To add a passkey.
        Add,
        /// To prove with one that it is she.
        Prove,
    }

    /// Why a passkey was not added or removed, or a second step not taken.
    SecondStepErrorCode {
        /// The idempotency key was used with another input.
        IdempotencyKeyReused,
        /// This server has no passkeys.
        NotOffered,
        /// The name is too long or has hidden characters.
        TextNotPlain,
        /// You have ten, which is all one person may have.
        TooMany,
        /// You have no passkey yet.
        NoPasskey,
        /// Show your passkey first: `beginSecondStep`.
        SecondStepNeeded,
        /// The challenge was answered before, is too old, or is not of this session.
        ChallengeGone,
        /// The answer is not one to this challenge, or not by a passkey of yours.
        NotBelieved,
        /// That passkey is here already.
        AlreadyAdded,
        /// Seniors of a team that sets direction say this, of others.
        NotYoursToSay,
    }
}
