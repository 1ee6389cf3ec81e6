//! Words about what leaves the house: messages, and how people want to be reminded.

use super::words;

words! {
    /// What a message is about.
    OutboxKind {
        /// How much still has neither a receipt nor a note, and how many appointments are soon.
        MissingEvidence,
    }

    /// How a message travels.
    OutboxChannel {
        /// To a device, by its push service.
        Push,
        /// To her e-mail address at work.
        Email,
    }

    /// How far a message has come.
    OutboxState {
        /// It waits for its turn, or for another try.
        Waiting,
        /// It was handed over, or is being handed over, and nobody knows yet how that ended.
        Sending,
        /// Whoever carries it on has taken it.
        Sent,
        /// It was not sent, and will not be.
        Dropped,
    }

    /// Why a message was not sent.
    DropReason {
        /// There is nothing to say any more.
        NothingToSay,
        /// She does not want it now, is away or has left, or its day is over.
        NotNow,
        /// Her device takes no messages any more.
        DeviceGone,
        /// It may have been sent already when the server stopped; one too few is better than one too many.
        NotSure,
    }

    /// How somebody wants to be reminded.
    ReminderChannel {
        /// On her devices where any is registered, by e-mail where none is.
        Any,
        /// On her devices alone.
        Push,
        /// By e-mail alone.
        Email,
    }
}
