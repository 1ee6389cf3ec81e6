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

    /// Why we may ask about health, beliefs and the like: the conditions of UK GDPR Article 9(2).
    ArticleNine {
        /// Article 9(2)(a).
        ExplicitConsent,
        /// Article 9(2)(b).
        EmploymentAndSocialProtection,
        /// Article 9(2)(c).
        VitalInterests,
        /// Article 9(2)(d).
        NotForProfitBody,
        /// Article 9(2)(e).
        MadePublic,
        /// Article 9(2)(f).
        LegalClaims,
        /// Article 9(2)(g).
        SubstantialPublicInterest,
        /// Article 9(2)(h).
        HealthOrSocialCare,
        /// Article 9(2)(i).
        PublicHealth,
        /// Article 9(2)(j).
        ResearchAndStatistics,
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
        /// It is not a number.
        NotANumber,
        /// It is not a time of day.
        NotATime,
        /// It is less than the question allows.
        TooLittle,
        /// It is more than the question allows.
        TooMuch,
    }

    /// How an answer came to be where it is.
    AnswerCause {
        /// Somebody answered the question.
        Given,
        /// Somebody put it right after the record was complete.
        Corrected,
        /// It was known before, and somebody said that it is still true.
        Confirmed,
        /// It went along to a newer version of the form.
        Moved,
    }

    /// How words in a language stand beside the English they say.
    WordingStanding {
        /// They say what the English says.
        Ready,
        /// The English has changed since.
        Stale,
        /// There are none.
        Missing,
    }

    /// What stands in a form beside the questions.
    FormPartKind {
        /// A heading over what belongs together.
        Section,
        /// What is asked once for each of something, such as each child.
        Repeat,
        /// Something to read.
        Note,
        /// What was answered elsewhere, shown again with who said it and when.
        Echo,
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
