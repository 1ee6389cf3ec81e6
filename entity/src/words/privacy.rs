//! Words about who somebody is, what is shared of them, and what one should know before going there.

use super::words;

words! {
    /// Why something that was recorded may be told to somebody outside.
    SharingBasis {
        /// The person said yes to this, knowing what it is.
        Consent,
        /// A child or an adult is at risk, and asking first would raise it or take too long.
        Safeguarding,
        /// Somebody's life is in danger.
        VitalInterests,
        /// A court or a law requires it.
        LegalDuty,
        /// Another service needs it to do its part of the same public task.
        PublicTask,
    }

    /// What a warning note warns of.
    WarningKind {
        /// Violence or threats.
        Violence,
        /// Something that is used as a weapon.
        Weapon,
        /// An animal.
        Animal,
        /// The building or the way to it.
        Premises,
        /// Somebody else who may be there.
        SomebodyElse,
        /// Ringing, writing or calling by may put the person in danger.
        SafeContact,
    }

    /// Why somebody may be the same person, the surest first. Whoever asks knows better.
    Likeness {
        /// They have the same reference.
        SameReference,
        /// They have the same name, but for accents, capitals, order and punctuation.
        SameName,
        /// Their names are a slip or two apart.
        NamesAlike,
    }

    /// What makes it likely that a line tells of somebody else than the person it is held about.
    ThirdPartySign {
        /// The name of somebody else who is known here.
        NameKnownHere,
        /// A word for who somebody is to the person, such as a brother.
        Relation,
        /// A telephone number or an e-mail address.
        ContactDetail,
    }

    /// Why somebody was not noted as a person.
    PersonErrorCode {
        /// The id belongs to something else already.
        IdAlreadyUsed,
        /// The idempotency key was used with another input.
        IdempotencyKeyReused,
        /// Neither a name nor a reference is given; one is enough.
        NameOrReferenceNeeded,
        /// Both are the same already.
        SamePerson,
        /// One of them was said to be the same as somebody else.
        MergedAlready,
        /// Nobody said that they are the same as somebody else.
        NotMerged,
        /// A text is longer than allowed.
        TextTooLong,
        /// A text has invisible or direction-changing characters.
        TextNotPlain,
        /// A reference has other characters than letters, figures, hyphens and slashes.
        ReferenceNotValid,
        /// It looks like an NHS number, which is never needed here.
        LooksLikeNhsNumber,
        /// It looks like a date of birth, which is never needed here.
        LooksLikeDateOfBirth,
    }

    /// Why something about sharing, warning, keeping or exporting what is recorded was not done.
    PrivacyErrorCode {
        /// The id belongs to something else already.
        IdAlreadyUsed,
        /// The idempotency key was used with another input.
        IdempotencyKeyReused,
        /// A text is longer than allowed.
        TextTooLong,
        /// A text has invisible or direction-changing characters.
        TextNotPlain,
        /// It is not said to whom something is disclosed.
        RecipientNeeded,
        /// It is not said which fields are disclosed.
        FieldsNeeded,
        /// More fields than one disclosure takes.
        TooManyFields,
        /// There is no such answer that the person who shares may read.
        NotAnswered,
        /// A disclosure ends after today and within a year.
        ExpiryOutOfRange,
        /// A warning says in 10 to 500 characters what it rests on.
        EvidenceNeeded,
        /// A person who was not told of a warning was not told for a reason.
        WhyNotToldNeeded,
        /// A warning is looked at again after today and within six months.
        ReviewOutOfRange,
        /// A reason of at least 10 characters is needed, in words.
        ReasonNeeded,
        /// As many warnings about one person stand as can be read before going there.
        TooManyWarnings,
        /// Only the author of a record, or a senior of its team, may say that few read it.
        NotYoursToRestrict,
        /// Only the person who began the draft may do this.
        NotYourDraft,
        /// It is no draft any more.
        NotADraft,
        /// The draft is kept as long as a draft may be.
        KeptLongestAlready,
        /// Only the practice group, or a senior of the record's team, may do this.
        ForThePracticeGroup,
        /// The table would have more columns than a spreadsheet has.
        TooManyColumns,
    }
}
