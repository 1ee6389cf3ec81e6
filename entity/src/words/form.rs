//! Words about proportionate recording.

use super::words;

words! {
    /// The stakes of a form. Each tier has a question budget that publishing enforces.
    FormTier {
        /// Somebody dropped in: at most 3 questions.
        DropIn,
        /// A conversation: at most 7 questions.
        Conversation,
        /// A short plan: at most 12 questions.
        ShortPlan,
        /// Longer-term work: at most 30 questions.
        LongerTerm,
        /// Safeguarding: at most 12 questions.
        Safeguarding,
    }

    /// What a form may be offered for.
    FormContextKind {
        /// A spend with a certain purpose, or any purpose.
        SpendPurpose,
        /// A conversation in a hub.
        HubConversation,
    }

    /// What kind of answer a question takes.
    QuestionKind {
        /// A few words.
        Text,
        /// Yes or no.
        YesNo,
        /// One of a closed list.
        Choice,
        /// A calendar date.
        Date,
        /// A whole number.
        Number,
        /// Some of a closed list.
        Choices,
        /// A number that may have a fraction.
        Decimal,
        /// A time of day.
        Time,
        /// A photograph, such as of notes written by hand.
        Photo,
        /// A voice note.
        Voice,
    }

    /// Why we may ask at all: the lawful bases of UK GDPR Article 6(1).
    LawfulBasis {
        /// Article 6(1)(a).
        Consent,
        /// Article 6(1)(b).
        Contract,
        /// Article 6(1)(c).
        LegalObligation,
        /// Article 6(1)(d).
        VitalInterests,
        /// Article 6(1)(e).
        PublicTask,
        /// Article 6(1)(f).
        LegitimateInterests,
    }

    /// Who may read the answers to a question.
    Readers {
        /// Only the person who wrote it down.
        Author,
        /// The author's team.
        Team,
        /// Anyone in the organisation with a reason.
        Organisation,
    }

    /// Why a question has no answer. Accepted for every question, also a required one.
    AbsenceReason {
        /// It did not come up.
        NotAsked,
        /// The person would rather not say.
        Declined,
        /// Nobody knows.
        Unknown,
        /// It was not appropriate to ask.
        NotAppropriate,
    }

    /// What is amiss with an answer that was kept all the same.
    AnswerProblem {
        /// It is longer than the question allows.
        TooLong,
        /// It is not of the kind the question takes.
        WrongKind,
        /// It is not one of the choices.
        NotAChoice,
        /// It is not a date that exists.
        NotADate,
    }

    /// How an answer was of use after it was given.
    AnswerUse {
        /// Somebody else than whoever wrote it down opened it.
        Opened,
        /// A decision names it.
        CitedInDecision,
        /// It left in an export.
        Exported,
        /// A rule worked with it, such as one that shows the next question.
        UsedByRule,
    }
}
