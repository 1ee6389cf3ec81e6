//! Words about machine readings.

use super::words;

words! {
    /// How far the reading of a receipt by a machine has come. Nothing waits for it, whatever it says.
    ReadingState {
        /// It waits for its turn.
        Pending,
        /// It was read; what was found are suggestions.
        Read,
        /// The machine could make nothing of it.
        Unreadable,
        /// This server does not read receipts. Everything else works.
        Unavailable,
    }

    /// Why a machine takes something on a receipt for what it is.
    ReadingReason {
        /// A word for the total is beside it.
        TotalWord,
        /// A word such as fare, price or paid is beside it.
        PriceWord,
        /// A way of paying is beside it.
        PaymentWord,
        /// It is the cash that was given, less the change.
        CashLessChange,
        /// The things that were bought come to it.
        AddsUp,
        /// The VAT on the receipt agrees with it.
        VatAgrees,
        /// What was paid is as much.
        PaidAsMuch,
        /// It is the largest amount.
        LargestAmount,
        /// It is the only amount.
        OnlyAmount,
        /// It is in large print.
        LargePrint,
        /// It has the form of a day.
        DayForm,
        /// Its month is written out.
        NamedMonth,
        /// A word such as date is beside it.
        DayWord,
        /// A time is beside it.
        TimeBeside,
        /// It has the form of a time.
        TimeForm,
        /// A word such as time is beside it.
        TimeWord,
        /// The day is beside it.
        DayBeside,
        /// It is at the top of the paper.
        TopOfPaper,
        /// A word such as Ltd is in it.
        CompanyWord,
        /// The receipt says thank you in this name.
        ThanksFrom,
        /// Its check digits are right.
        CheckDigits,
        /// The word VAT is beside it.
        VatWord,
        /// It agrees with the rate beside it.
        RateAgrees,
    }

    /// Where a word that can be searched for comes from.
    WordSource {
        /// A machine read it.
        Reading,
        /// A person confirmed it.
        Confirmed,
    }
}
