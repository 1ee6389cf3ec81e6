//! Why something about a way of paying does not go ahead, in plain words.

use busfare_entity::words::{Language, PaymentErrorCode};

use crate::rules::{
    money::{Money, MoneyProblem, say_money},
    refusal::{Refusal, say, say_id_used, say_key_reused, say_text},
    text::TextProblem,
};

/// Why something about a way of paying does not go ahead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PaymentRefusal {
    /// The id belongs to something else.
    IdAlreadyUsed,
    /// The key was used with another input.
    IdempotencyKeyReused,
    /// The amount is not money.
    Amount(MoneyProblem),
    /// The text of this field cannot be kept.
    Text(&'static str, TextProblem),
    /// This field needs a few words.
    WordsNeeded(&'static str),
    /// Enablers and seniors do this.
    NotYoursToDo,
    /// Somebody else asked for it.
    NotYourSpend,
    /// The hub has one.
    ImprestThereAlready,
    /// The tin has only this.
    TinShort(Money),
    /// Only this was spent.
    AboveUnreimbursed(Money),
    /// Nothing was spent.
    NothingToReplenish,
    /// Giver and receiver are one.
    SamePerson,
    /// Somebody else has the tin.
    NotTheKeeper,
    /// The receiver works elsewhere.
    NotInThisHub,
    /// Another handover waits.
    HandoverOpen,
    /// Somebody else takes the tin.
    NotYoursToConfirm,
    /// The handover is over.
    HandoverOver,
    /// The count agreed.
    NoDifference,
    /// It was put right.
    PutRightAlready,
    /// The spend is paid another way.
    OtherMethod,
    /// No money is set aside for it.
    NotSetAside,
    /// The money has not left.
    NotSpent,
    /// More than this was authorised.
    AboveAuthorised(Money),
    /// The spend has one.
    OneAlready,
    /// It came to its end.
    OverAlready,
    /// Not four digits.
    CardNotFourDigits,
    /// Another card ends the same.
    CardThereAlready,
    /// It is not said whose card it is.
    HolderNeeded,
    /// So many lines cannot be read.
    StatementUnclear(usize),
    /// The line or the spend has a match.
    MatchedAlready,
    /// Not the same amount.
    AmountsDiffer { line: Money, spend: Money },
    /// She would do it for herself.
    YourOwn,
    /// The reference stands on something else.
    ReferenceUsed,
}

impl Refusal for PaymentRefusal {
    type Code = PaymentErrorCode;

    fn code(&self) -> PaymentErrorCode {
        match self {
            Self::IdAlreadyUsed => PaymentErrorCode::IdAlreadyUsed,
            Self::IdempotencyKeyReused => PaymentErrorCode::IdempotencyKeyReused,
            Self::Amount(MoneyProblem::PartPennies) => PaymentErrorCode::PartPennies,
            Self::Amount(MoneyProblem::NotPositive) => PaymentErrorCode::AmountNotPositive,
            Self::Amount(MoneyProblem::TooLarge) => PaymentErrorCode::AmountTooLarge,
            Self::Text(_, TextProblem::TooLong(_)) => PaymentErrorCode::TextTooLong,
            Self::Text(_, TextProblem::NotPlain) => PaymentErrorCode::TextNotPlain,
            Self::WordsNeeded(_) => PaymentErrorCode::WordsNeeded,
            Self::NotYoursToDo => PaymentErrorCode::NotYoursToDo,
            Self::NotYourSpend => PaymentErrorCode::NotYourSpend,
            Self::ImprestThereAlready => PaymentErrorCode::ImprestThereAlready,
            Self::TinShort(_) => PaymentErrorCode::TinShort,
            Self::AboveUnreimbursed(_) => PaymentErrorCode::AboveUnreimbursed,
            Self::NothingToReplenish => PaymentErrorCode::NothingToReplenish,
            Self::SamePerson => PaymentErrorCode::SamePerson,
            Self::NotTheKeeper => PaymentErrorCode::NotTheKeeper,
            Self::NotInThisHub => PaymentErrorCode::NotInThisHub,
            Self::HandoverOpen => PaymentErrorCode::HandoverOpen,
            Self::NotYoursToConfirm => PaymentErrorCode::NotYoursToConfirm,
            Self::HandoverOver => PaymentErrorCode::HandoverOver,
            Self::NoDifference => PaymentErrorCode::NoDifference,
            Self::PutRightAlready => PaymentErrorCode::PutRightAlready,
            Self::OtherMethod => PaymentErrorCode::OtherMethod,
            Self::NotSetAside => PaymentErrorCode::NotSetAside,
            Self::NotSpent => PaymentErrorCode::NotSpent,
            Self::AboveAuthorised(_) => PaymentErrorCode::AboveAuthorised,
            Self::OneAlready => PaymentErrorCode::OneAlready,
            Self::OverAlready => PaymentErrorCode::OverAlready,
            Self::CardNotFourDigits => PaymentErrorCode::CardNotFourDigits,
            Self::CardThereAlready => PaymentErrorCode::CardThereAlready,
            Self::HolderNeeded => PaymentErrorCode::HolderNeeded,
            Self::StatementUnclear(_) => PaymentErrorCode::StatementUnclear,
            Self::MatchedAlready => PaymentErrorCode::MatchedAlready,
            Self::AmountsDiffer { .. } => PaymentErrorCode::AmountsDiffer,
            Self::YourOwn => PaymentErrorCode::YourOwn,
            Self::ReferenceUsed => PaymentErrorCode::ReferenceUsed,
        }
    }

    fn field(&self) -> &'static [&'static str] {
        match self {
            Self::IdAlreadyUsed => &["id"],
            Self::IdempotencyKeyReused => &["idempotencyKey"],
            Self::Amount(_) | Self::AboveUnreimbursed(_) | Self::AboveAuthorised(_) => &["amount"],
            Self::Text(field, _) | Self::WordsNeeded(field) => one_of(field),
            Self::SamePerson | Self::NotInThisHub => &["receiverId"],
            Self::CardNotFourDigits | Self::CardThereAlready => &["lastFour"],
            Self::HolderNeeded => &["holder"],
            Self::StatementUnclear(_) => &["csv"],
            Self::ReferenceUsed => &["reference"],
            _ => &[],
        }
    }

    fn words(&self, language: Language) -> String {
        match self {
            Self::IdAlreadyUsed => say_id_used(language),
            Self::IdempotencyKeyReused => say_key_reused(language),
            Self::Amount(problem) => say_money(*problem, language),
            Self::Text(_, problem) => say_text(*problem, language),
            Self::TinShort(left) => say(
                language,
                format!("The tin has {left} by the book. Count it, fill it, or pay another way."),
                format!("Mae {left} yn y tun yn ôl y llyfr. Cyfrwch ef, ei lenwi, neu dalu ffordd arall."),
            ),
            Self::AboveUnreimbursed(most) => say(
                language,
                format!("Only {most} was spent from the tin. Put in that or less."),
                format!("Dim ond {most} a wariwyd o'r tun. Rhowch hynny neu lai i mewn."),
            ),
            Self::AboveAuthorised(most) => say(
                language,
                format!("{most} was authorised. Ask for the rest first, then record the whole."),
                format!("Awdurdodwyd {most}. Gofynnwch am y gweddill yn gyntaf, yna cofnodwch y cyfan."),
            ),
            Self::StatementUnclear(lines) => say(
                language,
                format!("{lines} lines cannot be read, so nothing was imported. See the problems, line by line."),
                format!("Ni ellir darllen {lines} llinell, felly ni fewnforiwyd dim. Gweler pob problem."),
            ),
            Self::AmountsDiffer { line, spend } => say(
                language,
                format!("The line says {line} and the spend {spend}. Put the spend right first, or match another."),
                format!("{line} sydd ar y llinell a {spend} ar y gwariant. Cywirwch y gwariant neu dewiswch un arall."),
            ),
            plain => {
                let (en, cy) = super::words::of(plain);
                say(language, en, cy)
            }
        }
    }
}

/// The fields that texts stand in.
fn one_of(field: &str) -> &'static [&'static str] {
    match field {
        "name" => &["name"],
        "supplier" => &["supplier"],
        "reference" => &["reference"],
        "invoiceReference" => &["invoiceReference"],
        "csv" => &["csv"],
        _ => &["words"],
    }
}
