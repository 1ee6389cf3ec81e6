//! Words about jobs.

use super::words;

words! {
    /// What a job does.
    JobKind {
        /// Compares a stored picture with all others, to find receipts that were sent twice.
        ComparePicture,
        /// Makes an upload that is whole fit to keep, and keeps it.
        KeepPicture,
        /// Has a machine read a receipt, to suggest what it says.
        ReadReceipt,
        /// Deletes stored bytes that nothing refers to any more.
        DeleteBlob,
        /// Sends a message that is to leave the house.
        DeliverMessage,
    }

    /// Whether a job waits or is stuck. One that is done is gone.
    JobState {
        /// It waits for its turn, or somebody is at it.
        Waiting,
        /// It was tried as often as makes sense; somebody has to look, and may have it tried again.
        Stuck,
    }

    /// Why a try of a job came to nothing.
    JobProblem {
        /// The server stopped in the middle of it, or it stopped the server.
        Interrupted,
        /// It took too long.
        TooSlow,
        /// The database did not answer as it should.
        Database,
        /// The pictures' storage did not answer as it should, or is full.
        Storage,
        /// What it is about cannot be read.
        Unreadable,
        /// Whoever carries messages on did not answer, or is busy.
        NotDelivered,
        /// Whoever carries messages on will not take this one.
        Undeliverable,
        /// A program that it needs is not here.
        ToolMissing,
        /// A fault of ours; the log says more.
        Fault,
    }
}
