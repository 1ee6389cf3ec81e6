//! Words about spends that a phone decides without signal.

use super::words;

words! {
    /// Whether a phone may still decide with an offline allowance.
    AllowanceState {
        /// The phone may decide with it.
        Open,
        /// Its time is over, or it was returned. What was decided in time is still honoured.
        Ended,
        /// Nothing is set aside for it any more.
        Closed,
    }

    /// What became of a spend that a phone decided without signal.
    OfflineOutcome {
        /// It is authorised, out of the money that was set aside for it.
        Honoured,
        /// It is kept, and a colleague is asked about it as something already bought.
        Asked,
        /// It is not kept; the reason says what to change.
        Refused,
    }
}
