//! What an offline queue should do with a refused request, told by its code alone: one line for each kind of advice.

use busfare_entity::words::{
    AppErrorCode, AppointmentErrorCode, BooksErrorCode, BudgetErrorCode, DirectoryErrorCode, FeedbackErrorCode,
    FollowUpErrorCode, FormErrorCode, HubSessionErrorCode, JobErrorCode, LearningErrorCode, PaymentErrorCode,
    PersonErrorCode, PolicyErrorCode, PrivacyErrorCode, QuestionErrorCode, ReceiptErrorCode, RecordErrorCode,
    ReflectionErrorCode, ReminderErrorCode,
    RetryAdvice::{self, AfterChange, Later, Never, SameKey},
    RotaErrorCode, SaidErrorCode, SecondStepErrorCode, SessionErrorCode, SpendErrorCode, TeamErrorCode,
};

/// A closed list of codes, each with its advice.
pub trait Advised {
    /// What an offline queue should do with a request that got this code.
    fn advice(self) -> RetryAdvice;
}

impl Advised for SpendErrorCode {
    fn advice(self) -> RetryAdvice {
        match self {
            Self::BudgetShort
            | Self::NobodyCanDecide
            | Self::NoEmergencySay
            | Self::NoBudget
            | Self::AboveYourSay
            | Self::TinShort
            | Self::AllowanceOpen => Later,
            Self::NotYourSpend
            | Self::NotAskedOfYou
            | Self::AlreadyDecided
            | Self::AlreadyTaken
            | Self::YourOwnSpend
            | Self::AskedOfYou
            | Self::AlreadySpent
            | Self::AlreadyRefunded
            | Self::HoldExpired
            | Self::NoQuestion
            | Self::ThreadFull
            | Self::ChangeWhatItRaises
            | Self::TooManyRaises
            | Self::ActionTokenInvalid
            | Self::ActionTokenExpired
            | Self::ActionTokenUsed
            | Self::ActionTokenOtherDevice => Never,
            _ => AfterChange,
        }
    }
}

impl Advised for BudgetErrorCode {
    fn advice(self) -> RetryAdvice {
        match self {
            Self::BudgetShort | Self::PeriodNotOver | Self::NoSuccessor | Self::StillHeld => Later,
            Self::BudgetClosed | Self::NotYourSay | Self::NotYourBudget | Self::PeriodTaken => Never,
            _ => AfterChange,
        }
    }
}

impl Advised for ReceiptErrorCode {
    fn advice(self) -> RetryAdvice {
        match self {
            Self::DigestMismatch => SameKey,
            Self::NotYourSpend | Self::NotAttached => Never,
            _ => AfterChange,
        }
    }
}

impl Advised for RecordErrorCode {
    fn advice(self) -> RetryAdvice {
        match self {
            Self::NotYourRecord | Self::AlreadyComplete => Never,
            _ => AfterChange,
        }
    }
}

impl Advised for PaymentErrorCode {
    fn advice(self) -> RetryAdvice {
        match self {
            Self::TinShort | Self::HandoverOpen | Self::NotSpent | Self::NothingToReplenish => Later,
            Self::IdAlreadyUsed
            | Self::IdempotencyKeyReused
            | Self::PartPennies
            | Self::AmountNotPositive
            | Self::AmountTooLarge
            | Self::TextTooLong
            | Self::TextNotPlain
            | Self::WordsNeeded
            | Self::AboveUnreimbursed
            | Self::AboveAuthorised
            | Self::SamePerson
            | Self::NotInThisHub
            | Self::CardNotFourDigits
            | Self::CardThereAlready
            | Self::HolderNeeded
            | Self::StatementUnclear
            | Self::AmountsDiffer
            | Self::ReferenceUsed => AfterChange,
            _ => Never,
        }
    }
}

impl Advised for RotaErrorCode {
    fn advice(self) -> RetryAdvice {
        match self {
            Self::NotYoursToSay | Self::NotYoursToPut | Self::AlreadyEnded => Never,
            _ => AfterChange,
        }
    }
}

impl Advised for LearningErrorCode {
    fn advice(self) -> RetryAdvice {
        match self {
            Self::TooManyNotes => Never,
            _ => AfterChange,
        }
    }
}

impl Advised for BooksErrorCode {
    fn advice(self) -> RetryAdvice {
        match self {
            Self::MonthNotOver
            | Self::EarlierMonthOpen
            | Self::Unexplained
            | Self::DayInFuture
            | Self::NothingToExport => Later,
            Self::NotYourBooks
            | Self::MonthClosed
            | Self::NothingSpent
            | Self::ReversedTooOften
            | Self::BudgetClosed => Never,
            _ => AfterChange,
        }
    }
}

impl Advised for JobErrorCode {
    fn advice(self) -> RetryAdvice {
        match self {
            Self::NotStuck => Never,
            _ => AfterChange,
        }
    }
}

impl Advised for ReminderErrorCode {
    fn advice(self) -> RetryAdvice {
        match self {
            Self::PushNotOffered => Never,
            _ => AfterChange,
        }
    }
}

impl Advised for SecondStepErrorCode {
    fn advice(self) -> RetryAdvice {
        match self {
            Self::NotOffered | Self::AlreadyAdded | Self::NotYoursToSay => Never,
            _ => AfterChange,
        }
    }
}

impl Advised for QuestionErrorCode {
    fn advice(self) -> RetryAdvice {
        match self {
            Self::NotYourQuestion | Self::ForThePracticeGroup | Self::Retired => Never,
            _ => AfterChange,
        }
    }
}

impl Advised for FormErrorCode {
    fn advice(self) -> RetryAdvice {
        match self {
            Self::ForThePracticeGroup | Self::AlreadyPublished => Never,
            _ => AfterChange,
        }
    }
}

impl Advised for PersonErrorCode {
    fn advice(self) -> RetryAdvice {
        match self {
            Self::SamePerson | Self::MergedAlready | Self::NotMerged => Never,
            _ => AfterChange,
        }
    }
}

impl Advised for PrivacyErrorCode {
    fn advice(self) -> RetryAdvice {
        match self {
            Self::NotYoursToRestrict | Self::NotYourDraft | Self::NotADraft | Self::ForThePracticeGroup => Never,
            _ => AfterChange,
        }
    }
}

impl Advised for SessionErrorCode {
    fn advice(self) -> RetryAdvice {
        match self {
            Self::RefreshFailed | Self::PasswordOff | Self::CouncilOff => Never,
            Self::CouncilAway | Self::NoPlace | Self::TeamFull => Later,
            _ => AfterChange,
        }
    }
}

impl Advised for HubSessionErrorCode {
    fn advice(self) -> RetryAdvice {
        AfterChange
    }
}

impl Advised for AppointmentErrorCode {
    fn advice(self) -> RetryAdvice {
        match self {
            Self::NotYet | Self::ListFull => Later,
            Self::SlotPast | Self::NotFromHere | Self::WaitsAlready => Never,
            _ => AfterChange,
        }
    }
}

impl Advised for AppErrorCode {
    fn advice(self) -> RetryAdvice {
        match self {
            Self::NotYoursToSay | Self::Revoked | Self::ScopeMissing => Never,
            _ => AfterChange,
        }
    }
}

impl Advised for TeamErrorCode {
    fn advice(self) -> RetryAdvice {
        match self {
            Self::TeamFull | Self::TooManyForKind => Later,
            Self::InTeamAlready | Self::NotYoursToSay => Never,
            _ => AfterChange,
        }
    }
}

impl Advised for FollowUpErrorCode {
    fn advice(self) -> RetryAdvice {
        match self {
            Self::SettledAlready => Never,
            _ => AfterChange,
        }
    }
}

impl Advised for SaidErrorCode {
    fn advice(self) -> RetryAdvice {
        match self {
            Self::AnsweredAlready => Never,
            _ => AfterChange,
        }
    }
}

impl Advised for PolicyErrorCode {
    fn advice(self) -> RetryAdvice {
        match self {
            Self::CommentsClosed | Self::TooManyComments | Self::ToldAlready | Self::NotYours => Never,
            _ => AfterChange,
        }
    }
}

impl Advised for ReflectionErrorCode {
    fn advice(self) -> RetryAdvice {
        match self {
            Self::TooManyNotes => Never,
            _ => AfterChange,
        }
    }
}

impl Advised for FeedbackErrorCode {
    fn advice(self) -> RetryAdvice {
        match self {
            Self::LinkNotValid | Self::LinkExpired | Self::AnsweredAlready => Never,
            _ => AfterChange,
        }
    }
}

impl Advised for DirectoryErrorCode {
    fn advice(self) -> RetryAdvice {
        match self {
            Self::ResourceGone => Never,
            _ => AfterChange,
        }
    }
}
