//! Words of refusal: why something did not happen, as closed lists that an app can act on.

use super::words;

words! {
    /// What an offline queue should do with a request that was refused. It may decide by this alone.
    RetryAdvice {
        /// It will never succeed; drop it.
        Never,
        /// It succeeds once the input is changed; send it with a new idempotency key.
        AfterChange,
        /// Send the same input with the same key again.
        SameKey,
        /// It may succeed later as it is.
        Later,
    }

    /// Why a spend, or a step of one, did not go ahead.
    SpendErrorCode {
        /// An amount has a fraction of a penny.
        PartPennies,
        /// An amount is zero or negative.
        AmountNotPositive,
        /// An amount is larger than any spend here.
        AmountTooLarge,
        /// The count is below 1 or above 1,000.
        CountOutOfRange,
        /// A text is longer than allowed.
        TextTooLong,
        /// A text has invisible or direction-changing characters.
        TextNotPlain,
        /// The id belongs to another request already.
        IdAlreadyUsed,
        /// The idempotency key was used with another input.
        IdempotencyKeyReused,
        /// A hub is needed, because the purpose is paid from a hub's budget.
        HubNeeded,
        /// No budget is set up for this purpose and date.
        NoBudget,
        /// The budget has less left than was asked.
        BudgetShort,
        /// Nobody in the scheme of delegation may decide this.
        NobodyCanDecide,
        /// An emergency needs one sentence of at least 3 characters.
        SentenceNeeded,
        /// Your scheme of delegation gives you no say in emergencies.
        NoEmergencySay,
        /// The amount is above what you may spend at once in an emergency.
        AboveCeiling,
        /// Only the person who asked may do this.
        NotYourSpend,
        /// The spend is waiting for somebody else.
        NotAskedOfYou,
        /// It has been decided already.
        AlreadyDecided,
        /// It is not authorised.
        NotAuthorised,
        /// The money has left already.
        AlreadySpent,
        /// The amount is above what was authorised.
        AboveAuthorised,
        /// The amount is above what was asked.
        AboveAsked,
        /// It is above what your own delegation lets you decide.
        AboveYourSay,
        /// An offline allowance lasts from 1 to 72 hours.
        HoursOutOfRange,
        /// An offline allowance is for one purpose or for one fund: give exactly one.
        PurposeOrFundNeeded,
        /// This phone holds an allowance from this budget already.
        AllowanceOpen,
        /// A spend decided offline names its allowance, by its id or its token: give exactly one.
        AllowanceNeeded,
        /// The allowance is not yours, or its token is not ours.
        AllowanceNotFound,
        /// From 1 to 100 spends come home at once.
        BatchOutOfRange,
        /// The id is not one of ours.
        NotAnId,
        /// The purpose, hub or person is not there.
        NotFound,
        /// More was spent than was decided.
        SpentAboveTotal,
        /// It is not said whose hub cash paid, or that hub has none.
        NoTin,
        /// The hub's tin has less than this, by the book.
        TinShort,
        /// An order is out; its invoice is recorded instead.
        InvoiceNeeded,
        /// The delegation does not cover this way of paying.
        MethodNotCovered,
        /// What was set aside has gone back by itself; ask again as already bought.
        HoldExpired,
        /// Nothing has left yet that could come back.
        NotSpent,
        /// All of it has come back already.
        AlreadyRefunded,
        /// The amount is above what was spent and has not come back yet.
        AboveSpent,
        /// Nobody decides about a spend of her own in a colleague's place.
        YourOwnSpend,
        /// You are asked already.
        AskedOfYou,
        /// Another colleague has the ask now.
        AlreadyTaken,
        /// Nobody has a question about it.
        NoQuestion,
        /// A question or an answer needs words.
        WordsNeeded,
        /// As many messages as a thread holds.
        ThreadFull,
        /// It says what it said before.
        NothingToChange,
        /// It asks for a difference only; change the spend that it raises.
        ChangeWhatItRaises,
        /// It was raised too often; ask for the rest as a new spend.
        TooManyRaises,
        /// The action token is not one of ours.
        ActionTokenInvalid,
        /// The action token has lived its quarter of an hour.
        ActionTokenExpired,
        /// The action token was used.
        ActionTokenUsed,
        /// The action token belongs to another device.
        ActionTokenOtherDevice,
        /// Whoever decides on others' money needs a passkey here, and you have none.
        PasskeyNeeded,
        /// Show your passkey first: `beginSecondStep`.
        SecondStepNeeded,
    }

    /// Why money was not moved between budgets, or a budget not changed.
    BudgetErrorCode {
        /// An amount has a fraction of a penny.
        PartPennies,
        /// An amount is zero or negative.
        AmountNotPositive,
        /// An amount is larger than any here.
        AmountTooLarge,
        /// A reason of at least 3 characters is needed.
        ReasonNeeded,
        /// A text is longer than allowed.
        TextTooLong,
        /// A text has invisible or direction-changing characters.
        TextNotPlain,
        /// The id belongs to something else already.
        IdAlreadyUsed,
        /// The idempotency key was used with another input.
        IdempotencyKeyReused,
        /// Money cannot be moved from a budget to itself.
        SameBudget,
        /// The two budgets are for different periods.
        OtherPeriod,
        /// The budget's period is closed.
        BudgetClosed,
        /// The budget has less left than that.
        BudgetShort,
        /// It is not for your role to do.
        NotYourSay,
        /// It is above what your role may move at once.
        AboveYourLimit,
        /// You do not answer for this budget.
        NotYourBudget,
        /// A budget that warns or escalates needs a tolerance, and one that stops takes none.
        ToleranceNotAsMode,
        /// The budget has run over by more than this tolerance.
        ToleranceBelowOverrun,
        /// The period is not over yet.
        PeriodNotOver,
        /// There is no budget for the next period yet.
        NoSuccessor,
        /// Something other than a spend still holds money.
        StillHeld,
        /// There is a budget for that period already.
        PeriodTaken,
    }

    /// Why somebody's duty or absence was not noted.
    RotaErrorCode {
        /// The idempotency key was used with another input.
        IdempotencyKeyReused,
        /// It would end before it begins.
        EndsBeforeStarts,
        /// It would last longer than anybody plans.
        TooLong,
        /// It is for the person herself, or for an enabler or a senior of her team.
        NotYoursToSay,
        /// Only an enabler or a senior puts somebody on duty.
        NotYoursToPut,
        /// Duty for a hub needs the hub, and other duty has none.
        HubMismatch,
        /// Nobody stands in for herself.
        OwnDeputy,
        /// It has ended already.
        AlreadyEnded,
        /// As many as one person can have.
        TooMany,
    }

    /// Why a receipt or a note about one was not accepted.
    ReceiptErrorCode {
        /// The id belongs to something else already.
        IdAlreadyUsed,
        /// The idempotency key was used with another input.
        IdempotencyKeyReused,
        /// A text is longer than allowed.
        TextTooLong,
        /// A text has invisible or direction-changing characters.
        TextNotPlain,
        /// Only the person who asked for the money may do this.
        NotYourSpend,
        /// Twenty belong together already.
        TooMany,
        /// An amount is not one of money.
        AmountNotValid,
        /// The portions come to more than the total that was confirmed.
        PortionsAboveTotal,
        /// Nothing was said about the receipt.
        NothingSaid,
        /// The day is still to come, or the time is none.
        DayNotValid,
        /// That is not a VAT registration number.
        VatNumberNotValid,
        /// The VAT is not less than the total.
        VatAboveTotal,
        /// It is not attached.
        NotAttached,
        /// A receipt has pages 1 to 20.
        PageNotValid,
        /// The page has another picture already.
        AnotherPicture,
        /// The file is not what its hash promised; it changed on its way.
        DigestMismatch,
        /// There is no picture to read yet.
        NoPicture,
        /// It was captured as notes or as a voice note, so it is no receipt.
        NotAReceipt,
    }

    /// Why a question of the bank was not added or changed.
    QuestionErrorCode {
        /// The id belongs to something else already.
        IdAlreadyUsed,
        /// The idempotency key was used with another input.
        IdempotencyKeyReused,
        /// The code has other characters than lower-case letters, figures, hyphens and dots, or more than 80.
        CodeNotValid,
        /// Another question has this code.
        CodeTaken,
        /// Something to read is missing, in English.
        WordsNeeded,
        /// The reason for asking has more than 25 words, in one language at least.
        ReasonTooLong,
        /// A text is longer than fits.
        TextTooLong,
        /// A text has characters that cannot be stored.
        TextNotPlain,
        /// The choices do not go with the kind: there are none, or too many, or one twice.
        ChoicesNotValid,
        /// The limits do not go together.
        BoundsNotValid,
        /// Answers are kept for 1 day to 100 years.
        RetentionNotValid,
        /// The review day is past, or more than two years away.
        ReviewNotValid,
        /// The steward does not work here.
        NotAPractitioner,
        /// Only its steward or the practice group can do this.
        NotYourQuestion,
        /// Only the practice group can do this.
        ForThePracticeGroup,
        /// It is retired.
        Retired,
        /// A reason is needed.
        WhyNeeded,
        /// There are more than fit in one request, or none.
        TooMany,
        /// Somebody must be left in the practice group.
        NobodyLeft,
    }

    /// Why a form was not drafted or published.
    FormErrorCode {
        /// The id belongs to something else already.
        IdAlreadyUsed,
        /// The idempotency key was used with another input.
        IdempotencyKeyReused,
        /// Somebody changed the draft in between.
        DraftChanged,
        /// Another draft of this form is open.
        DraftOpen,
        /// The draft is published already.
        AlreadyPublished,
        /// The form says nothing about its stakes.
        TierNeeded,
        /// It asks nothing.
        AsksNothing,
        /// It shows more questions than its tier allows.
        OverBudget,
        /// It asks more about each of something than its tier allows.
        RepeatOverBudget,
        /// A question has no short reason for asking.
        ReasonNeeded,
        /// The bank does not have a question, or has retired it, or nobody has looked at it in time.
        NotInTheBank,
        /// It is no form: something stands in something that is not there, or is there twice, or goes round in a circle.
        NotAForm,
        /// A text is longer than fits.
        TextTooLong,
        /// A text has characters that cannot be stored.
        TextNotPlain,
        /// What it is offered for does not go together.
        OfferNotValid,
        /// Only the practice group can do this.
        ForThePracticeGroup,
        /// Leave ends after today, and within 90 days.
        WaiverNotValid,
        /// A reason is needed.
        WhyNeeded,
    }

    /// Why answers or a record were not accepted.
    RecordErrorCode {
        /// The id belongs to something else already.
        IdAlreadyUsed,
        /// The idempotency key was used with another input.
        IdempotencyKeyReused,
        /// The record does not exist yet; say which form it is for.
        FormNeeded,
        /// The form does not ask this.
        NoSuchQuestion,
        /// A text has characters that cannot be stored.
        TextNotPlain,
        /// A text is longer than anything a form takes.
        TextTooLong,
        /// More answers in one request than a form has questions.
        TooManyAnswers,
        /// Twenty records are about this spend already.
        TooManyRecords,
        /// The same question is answered twice in one request.
        AnsweredTwice,
        /// Only the person who wrote the record may do this.
        NotYourRecord,
        /// A heading of one's own is missing, too long, or is not under a link id of its own.
        HeadingNotValid,
        /// What it is the number of in a repeated part is not a short plain word.
        InstanceNotValid,
        /// There is no such answer to confirm, or it does not fit here.
        NothingToConfirm,
        /// Nothing was said.
        WordsNeeded,
        /// The record is complete, so its form stays as it is.
        AlreadyComplete,
        /// The other form is not a newer version of this record's.
        NotAVersion,
        /// The person belongs to somebody else, or the record is about another already.
        AnotherPerson,
        /// More than twenty pictures or voice notes in one answer.
        TooManyCaptured,
        /// It was captured as a receipt, and a record takes notes and voice notes.
        CapturedAsReceipt,
    }

    /// Why a job is not tried again.
    JobErrorCode {
        /// The idempotency key was used with another input.
        IdempotencyKeyReused,
        /// It is not stuck; it is tried again by itself.
        NotStuck,
    }

    /// Why reminders were not set, or a device not registered.
    ReminderErrorCode {
        /// The idempotency key was used with another input.
        IdempotencyKeyReused,
        /// An hour is not one of 0 to 23.
        HourNotValid,
        /// The hour lies in the quiet hours.
        HourIsQuiet,
        /// This server sends no push messages.
        PushNotOffered,
        /// This server sends no e-mail.
        EmailNotOffered,
        /// The endpoint is not an address of a push service.
        EndpointNotValid,
        /// The keys are not those of a push subscription.
        KeysNotValid,
    }
}
