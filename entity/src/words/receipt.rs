//! Words about evidence.

use super::words;

words! {
    /// How far a receipt's picture has come.
    ReceiptState {
        /// The row is here; the picture is still on the phone.
        AwaitingPicture,
        /// The picture is stored, without its metadata.
        Stored,
    }

    /// Why there is no receipt.
    NoReceiptReason {
        /// The machine, driver or stall gave none.
        NotGiven,
        /// It was lost.
        Lost,
        /// It cannot be read.
        Unreadable,
        /// The person kept it.
        KeptByPerson,
        /// It was not right to ask at that moment.
        NotRightToAsk,
    }
}
