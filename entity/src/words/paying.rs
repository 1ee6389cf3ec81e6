//! Words about the ways of paying: hub cash, cards and their statements, orders and vouchers.

use super::words;

words! {
    /// One kind of movement in a hub's cash.
    ImprestMovement {
        /// The fixed sum, put into the tin for the first time.
        Open,
        /// Cash that left the tin for a spend.
        Pay,
        /// Cash that somebody took along before buying.
        Advance,
        /// A cash advance that came to an end: some of it was spent, the change came back.
        Settle,
        /// Cash that came in for what was spent, up to the fixed sum.
        Replenish,
    }

    /// The state of one cash advance.
    AdvanceState {
        /// Somebody has the cash.
        Out,
        /// What it was for is recorded, and the change is back.
        Settled,
        /// All of it came back.
        Returned,
    }

    /// The state of one handover of a hub's cash.
    HandoverState {
        /// The giver has counted; the receiver has not.
        Open,
        /// Both have counted.
        Confirmed,
        /// Another handover took its place.
        Replaced,
    }

    /// What came of a difference between the tin and the book.
    DifferenceOutcome {
        /// It is known why, and the tin still differs from the book by this much.
        StillThere,
        /// The book or the tin was put right since; it does not differ by this any more.
        PutRight,
    }

    /// Whose a card is.
    CardHolder {
        /// The organisation's, for whoever needs it.
        Organisation,
        /// A hub's.
        Hub,
        /// One practitioner's.
        Practitioner,
    }

    /// How a statement writes money that left.
    StatementSign {
        /// Money that left is written without a sign, and a refund with a minus.
        OutIsPositive,
        /// Money that left is written with a minus, and a refund without a sign.
        OutIsNegative,
    }

    /// What is wrong with one line of a statement.
    StatementProblemCode {
        /// The first line names no column for this.
        ColumnMissing,
        /// It is not a row of the table that the first line begins.
        NotATable,
        /// There is no such day.
        DateUnclear,
        /// It is not an amount in pounds and whole pence.
        AmountUnclear,
        /// A text is empty, too long, or has characters that cannot be stored.
        TextUnclear,
        /// No card of the organisation ends like this.
        CardUnknown,
        /// There are more lines than one import takes.
        TooManyLines,
    }

    /// Why a line of a statement and a spend may belong together, besides the same amount.
    MatchSignal {
        /// The day is near.
        DateNear,
        /// A word of the merchant's is in the reason, the purpose or the hub's name.
        MerchantWord,
        /// The card is the asker's own.
        CardHolder,
        /// The card is the hub's for which it was spent.
        Hub,
    }

    /// The state of an official order.
    OrderState {
        /// The supplier has the order.
        Ordered,
        /// The supplier's invoice is recorded, and the money has left.
        Invoiced,
    }

    /// The state of a voucher.
    VoucherState {
        /// Somebody has it.
        Issued,
        /// It was used, and the money has left.
        Redeemed,
        /// It came back unused, and the money went back to the budget.
        Returned,
    }

    /// Why something about a way of paying did not go ahead.
    PaymentErrorCode {
        /// The id belongs to something else already.
        IdAlreadyUsed,
        /// The idempotency key was used with another input.
        IdempotencyKeyReused,
        /// An amount has a fraction of a penny.
        PartPennies,
        /// An amount is zero or negative where it may not be.
        AmountNotPositive,
        /// An amount is larger than any here.
        AmountTooLarge,
        /// A text is longer than allowed.
        TextTooLong,
        /// A text has invisible or direction-changing characters.
        TextNotPlain,
        /// A few words are needed.
        WordsNeeded,
        /// An enabler or a senior does this.
        NotYoursToDo,
        /// Only the person who asked for the money, or who answers for her team, may do this.
        NotYourSpend,
        /// The hub has an imprest already.
        ImprestThereAlready,
        /// The tin has less than this.
        TinShort,
        /// Less was spent from the tin since it was last filled.
        AboveUnreimbursed,
        /// Nothing was spent from the tin since it was last filled.
        NothingToReplenish,
        /// Nobody hands the tin to herself.
        SamePerson,
        /// Somebody else has the tin, so somebody else hands it over.
        NotTheKeeper,
        /// The receiver does not work in this hub.
        NotInThisHub,
        /// Another handover of this tin waits to be confirmed.
        HandoverOpen,
        /// The handover is over.
        HandoverOver,
        /// The count agreed with the book, so there is nothing to explain.
        NoDifference,
        /// The difference was put right already.
        PutRightAlready,
        /// The spend is paid another way.
        OtherMethod,
        /// The spend is not authorised, or its money has left already.
        NotSetAside,
        /// The money has not left yet.
        NotSpent,
        /// It is above what was authorised.
        AboveAuthorised,
        /// There is one for this spend already.
        OneAlready,
        /// It is over already.
        OverAlready,
        /// A card ends in four digits.
        CardNotFourDigits,
        /// The organisation has a card with these digits already.
        CardThereAlready,
        /// Say whose card it is, and name the hub or the practitioner.
        HolderNeeded,
        /// The statement has lines that cannot be read; nothing was imported.
        StatementUnclear,
        /// The line or the spend belongs to another match.
        MatchedAlready,
        /// The line and the spend are not the same amount.
        AmountsDiffer,
        /// You asked for this money yourself, so somebody else does this.
        YourOwn,
        /// The reference is used for something else.
        ReferenceUsed,
    }
}
