//! Words about hubs: when they are open, who comes, and why somebody could not.

use super::words;

words! {
    /// Whose bank holidays a hub keeps.
    Nation {
        /// England and Wales.
        EnglandAndWales,
        /// Scotland.
        Scotland,
        /// Northern Ireland.
        NorthernIreland,
    }

    /// A bank holiday, also on the day that stands in for it.
    BankHoliday {
        /// 1 January.
        NewYearsDay,
        /// 2 January, in Scotland.
        SecondOfJanuary,
        /// 17 March, in Northern Ireland.
        SaintPatricksDay,
        /// The Friday before Easter.
        GoodFriday,
        /// The Monday after Easter.
        EasterMonday,
        /// The first Monday in May.
        EarlyMay,
        /// The last Monday in May.
        Spring,
        /// 12 July, in Northern Ireland.
        BattleOfTheBoyne,
        /// The last Monday in August; in Scotland the first.
        Summer,
        /// 30 November, in Scotland.
        SaintAndrewsDay,
        /// 25 December.
        ChristmasDay,
        /// 26 December.
        BoxingDay,
    }

    /// How people come to a session.
    SessionKind {
        /// They walk in. Nothing is booked.
        DropIn,
        /// They are given a time.
        Bookable,
    }

    /// How one day of a session differs from its rule.
    SessionChangeKind {
        /// It is closed.
        Closed,
        /// It opens on another day, or at other hours.
        Moved,
        /// It opens on a day that the rule has not.
        Extra,
    }

    /// Why a session is closed on a day that its rule has.
    WhyClosed {
        /// A bank holiday.
        BankHoliday,
        /// The council is closed.
        Council,
        /// The hub said so.
        Hub,
    }

    /// Where an appointment stands, in the words of FHIR R5.
    AppointmentStatus {
        /// Offered, and nobody has said yes yet.
        Proposed,
        /// The person said yes, a practitioner has not.
        Pending,
        /// Agreed.
        Booked,
        /// The person is there.
        Arrived,
        /// They have talked.
        Fulfilled,
        /// It was called off before it began.
        Cancelled,
        /// The person did not come.
        Noshow,
        /// It was never meant.
        EnteredInError,
        /// The person has said that they are there.
        CheckedIn,
        /// No time yet: they come next when one is free.
        Waitlist,
    }

    /// Why an appointment did not happen. Nobody is to blame.
    NotMetBecause {
        /// We called it off.
        WeCancelled,
        /// We were not there, or too late.
        WeWereNotThere,
        /// Our message did not reach them.
        MessageDidNotArrive,
        /// There was no way to get there.
        NoWayToGetThere,
        /// They, or somebody close, were unwell.
        Unwell,
        /// They were looking after somebody.
        LookingAfterSomebody,
        /// Work or school came first.
        WorkOrSchool,
        /// They no longer needed it.
        NoLongerNeeded,
        /// It went out of their mind.
        Forgot,
        /// We do not know yet.
        NotKnown,
    }

    /// Why a session was not set up or changed.
    HubSessionErrorCode {
        /// The id belongs to something else already.
        IdAlreadyUsed,
        /// The idempotency key was used with another input.
        IdempotencyKeyReused,
        /// A text is longer than allowed.
        TextTooLong,
        /// A text has invisible or direction-changing characters.
        TextNotPlain,
        /// It has no name.
        NameNeeded,
        /// It closes at or before the time at which it opens.
        ClosesBeforeOpens,
        /// No day of the week is given.
        DaysNeeded,
        /// It is every 1 to 52 weeks or 1 to 12 months.
        IntervalOutOfRange,
        /// It starts and ends between 2000 and 2100.
        DayOutOfRange,
        /// It ends before it has happened once.
        NeverHappens,
        /// It happens 1 to 1,000 times.
        CountOutOfRange,
        /// The text is no recurrence rule of RFC 5545.
        RuleNotUnderstood,
        /// A part of the recurrence rule is of a kind that no hub keeps.
        RuleNotKept,
        /// A slot is 5 minutes to 8 hours long, and fits in the session.
        SlotOutOfRange,
        /// A slot has 1 to 50 places.
        PlacesOutOfRange,
        /// The session is not on that day.
        NotOnThatDay,
        /// The session is on that day already.
        OnThatDayAlready,
        /// It has as many changed days as are kept.
        TooManyChanges,
        /// At most 400 days are looked at together.
        TooManyDays,
    }

    /// Why an appointment was not made or changed.
    AppointmentErrorCode {
        /// The id belongs to something else already.
        IdAlreadyUsed,
        /// The idempotency key was used with another input.
        IdempotencyKeyReused,
        /// A text is longer than allowed.
        TextTooLong,
        /// A text has invisible or direction-changing characters.
        TextNotPlain,
        /// Somebody else has the slot. The next that is free comes with the refusal.
        SlotTaken,
        /// There is no such slot.
        NoSuchSlot,
        /// The slot has begun already.
        SlotPast,
        /// Nothing is booked at this session: people walk in.
        DropInOnly,
        /// An appointment cannot go from where it stands to there.
        NotFromHere,
        /// It has not begun yet.
        NotYet,
        /// Why it did not happen is needed.
        ReasonNeeded,
        /// A reason is given, and it happened.
        ReasonNotNeeded,
        /// The person waits for a time here already.
        WaitsAlready,
        /// As many wait as one hub keeps on its list.
        ListFull,
    }
}
