//! Words about what people say afterwards, and about what a team says, learns and keeps to.

use super::words;

words! {
    /// Where a promise stands: how we said we would follow up.
    PromiseState {
        /// It is still to be done.
        Open,
        /// It was done.
        Kept,
        /// It is not needed any more.
        NotNeeded,
    }

    /// When a promise is due.
    Due {
        /// Its day has passed.
        Overdue,
        /// Today.
        Today,
        /// Within a week.
        ThisWeek,
        /// After that.
        Later,
    }

    /// Why a promise was not noted or changed.
    FollowUpErrorCode {
        /// The id belongs to something else already.
        IdAlreadyUsed,
        /// The idempotency key was used with another input.
        IdempotencyKeyReused,
        /// A text is longer than allowed.
        TextTooLong,
        /// A text has invisible or direction-changing characters.
        TextNotPlain,
        /// It is not said what was promised.
        PromiseNeeded,
        /// A promise is due from today on, and within a year.
        DueOutOfRange,
        /// It was kept, or is not needed, already.
        SettledAlready,
        /// As many promises stand as one record keeps.
        TooManyPromises,
    }

    /// What somebody says of what we promised: did we do what we said we would?
    DidWeKeepOurWord {
        /// We did.
        Yes,
        /// In part.
        Partly,
        /// We did not.
        No,
        /// It is too soon to say.
        TooSoon,
    }

    /// What difference it made.
    DifferenceMade {
        /// Things are better.
        Better,
        /// Things are a little better.
        LittleBetter,
        /// Things are the same.
        Same,
        /// Things are worse.
        Worse,
    }

    /// Why feedback was not taken.
    FeedbackErrorCode {
        /// The idempotency key was used with another input.
        IdempotencyKeyReused,
        /// The link is not one of ours, or is for something else.
        LinkNotValid,
        /// The link has lived its 60 days.
        LinkExpired,
        /// The link was used already.
        AnsweredAlready,
        /// Neither question is answered.
        NothingSaid,
        /// An answer is none of those that can be given.
        AnswerNotKnown,
        /// A text is longer than allowed.
        TextTooLong,
        /// A text has invisible or direction-changing characters.
        TextNotPlain,
    }

    /// Why somebody did not join, leave or move to a team, or a team was not set up.
    TeamErrorCode {
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
        /// A team that works with families has eight people at most.
        TeamFull,
        /// Its kind cannot change: it has more people than a team that works with families may have.
        TooManyForKind,
        /// She is in this team already.
        InTeamAlready,
        /// Only a senior of either team, or of the organisation's strategy, may do this.
        NotYoursToSay,
    }

    /// Where a policy page stands.
    PolicyState {
        /// Being written; nobody is asked yet.
        Draft,
        /// Told to everybody, and open to comments until it starts.
        OnNotice,
        /// It holds.
        InForce,
        /// It holds, and should have been looked at again.
        ReviewDue,
        /// Another has taken its place, or it was taken back.
        Ended,
    }

    /// Why a policy page, or a comment on it, was not kept.
    PolicyErrorCode {
        /// The id belongs to something else already.
        IdAlreadyUsed,
        /// The idempotency key was used with another input.
        IdempotencyKeyReused,
        /// A text is longer than allowed.
        TextTooLong,
        /// A text has invisible or direction-changing characters.
        TextNotPlain,
        /// It has no title.
        TitleNeeded,
        /// It says nothing.
        WordsNeeded,
        /// It has more than 400 words.
        TooManyWords,
        /// It starts at least 14 days after people are told.
        NoticeTooShort,
        /// It starts within two years.
        StartOutOfRange,
        /// It is looked at again after it starts, and within two years of that.
        ReviewOutOfRange,
        /// Comments are for the days before it starts.
        CommentsClosed,
        /// People have been told already: their notice would begin anew.
        ToldAlready,
        /// Only its owner may do this.
        NotYours,
        /// As many comments as can be read.
        TooManyComments,
    }

    /// What came of something that people said.
    DoneAboutIt {
        /// We did it.
        Did,
        /// We will not, for a reason.
        WillNot,
    }

    /// Why something said, or an answer to it, was not noted.
    SaidErrorCode {
        /// The id belongs to something else already.
        IdAlreadyUsed,
        /// The idempotency key was used with another input.
        IdempotencyKeyReused,
        /// A text is longer than allowed.
        TextTooLong,
        /// A text has invisible or direction-changing characters.
        TextNotPlain,
        /// Nothing is said.
        NothingSaid,
        /// An answer says what was done, or why it will not be, in at least 10 characters.
        AnswerNeeded,
        /// It was answered already.
        AnsweredAlready,
    }

    /// Why a reflection among colleagues was not begun, or words were not noted.
    ReflectionErrorCode {
        /// The id belongs to something else already.
        IdAlreadyUsed,
        /// The idempotency key was used with another input.
        IdempotencyKeyReused,
        /// A text is longer than allowed.
        TextTooLong,
        /// A text has invisible or direction-changing characters.
        TextNotPlain,
        /// It is not said what is on her mind.
        QuestionNeeded,
        /// Nothing is said.
        NothingSaid,
        /// Nobody is asked.
        NobodyAsked,
        /// More than seven colleagues are asked.
        TooManyAsked,
        /// She asks herself.
        OwnReflection,
        /// It holds as many words as can be read.
        TooManyNotes,
    }
}
