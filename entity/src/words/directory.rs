//! Words about the directory of the community.

use super::words;

words! {
    /// Whether a service can be gone to.
    ResourceStatus {
        /// It can.
        Active,
        /// Not now.
        TemporarilyClosed,
        /// Not any more.
        Ended,
    }

    /// Why a service was not pointed out, or a hub not placed.
    DirectoryErrorCode {
        /// The idempotency key was used with another input.
        IdempotencyKeyReused,
        /// A text is longer than allowed.
        TextTooLong,
        /// A text has invisible or direction-changing characters.
        TextNotPlain,
        /// Exactly one is named: a record or a person.
        WhomNeeded,
        /// The service has ended, or its publisher has it no more.
        ResourceGone,
        /// Latitude and longitude are no point on the earth, or one of them is missing.
        NoSuchPoint,
        /// There are more notes on getting in than are kept.
        TooManyNotes,
    }
}
