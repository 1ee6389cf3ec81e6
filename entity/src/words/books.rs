//! Words about the books: what a month's differences are, why a spend is corrected, and why something is refused.

use super::words;

words! {
    /// Which side of the books a line of a closed month is on.
    BooksSide {
        /// Money that left a budget, or came back to it.
        Ledger,
        /// What a statement or a count of the cash says.
        Statement,
    }

    /// What a difference between the ledger and the statements is about.
    DifferenceAbout {
        /// A spend.
        Spend,
        /// A movement on a budget that no spend stands behind.
        Entry,
        /// A line of a card statement.
        StatementLine,
        /// A count of a hub's cash.
        CashCount,
        /// A difference that a count found and that was put right since.
        CashPutRight,
    }

    /// Why the ledger and the statements of a month differ.
    DifferenceKind {
        /// Money has left and no statement line says so yet. It waits for an explanation.
        MoneyWithoutStatement,
        /// A statement has a line that no spend stands behind. It waits for an explanation.
        StatementWithoutSpend,
        /// The statement says another amount than the spend. It waits for an explanation.
        AmountDiffers,
        /// A count of the cash found more or less than there should be. It waits for an explanation.
        CashCountDiffers,
        /// Paid in cash, by voucher, by invoice or back to a colleague: no card statement will have a line for it.
        PaidAnotherWay,
        /// It settles what an earlier month listed as a difference.
        ClearsEarlier,
    }

    /// Why a spend that is in the books is reversed, in part or in full.
    CorrectionReason {
        /// More was recorded than really left.
        AmountTooHigh,
        /// It was recorded twice.
        RecordedTwice,
        /// It was taken from the wrong budget; ask for it again from the right one.
        WrongBudget,
        /// It was never bought.
        NeverBought,
    }

    /// Why the books did not take something.
    BooksErrorCode {
        /// Only an enabler or a senior sees to the books.
        NotYourBooks,
        /// The idempotency key was used with another input.
        IdempotencyKeyReused,
        /// The month is not over yet.
        MonthNotOver,
        /// The month is closed already, and says what it says.
        MonthClosed,
        /// An earlier month must be closed first.
        EarlierMonthOpen,
        /// The organisation's books begin later.
        BeforeTheBooks,
        /// The budget is closed for its year.
        BudgetClosed,
        /// Differences wait for an explanation.
        Unexplained,
        /// There is no such difference in that month, or it explains itself.
        NoSuchDifference,
        /// The difference has another amount by now; look again.
        DifferenceChanged,
        /// The day is not here yet.
        DayInFuture,
        /// Everything up to that day has been exported.
        NothingToExport,
        /// The column mapping cannot be used; the message says in which line.
        MappingNotUsable,
        /// No money has left for it, so there is nothing to reverse.
        NothingSpent,
        /// More than what is left of the spend after what came back.
        AboveSpent,
        /// An amount has a fraction of a penny.
        PartPennies,
        /// An amount is zero or negative.
        AmountNotPositive,
        /// An amount is larger than any spend here.
        AmountTooLarge,
        /// Words are needed, and there are none.
        WordsNeeded,
        /// A text is longer than allowed.
        TextTooLong,
        /// A text has invisible or direction-changing characters.
        TextNotPlain,
        /// Too many in one request.
        TooMany,
        /// It was reversed as often as can be.
        ReversedTooOften,
    }
}
