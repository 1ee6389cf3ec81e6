//! Why the books do not take something, in plain words.

use busfare_entity::words::{BooksErrorCode, Language};

use super::{mapping::MappingProblem, month::Month};
use crate::rules::{
    money::{Money, MoneyProblem, say_money},
    refusal::{Refusal, say, say_key_reused, say_text},
    text::TextProblem,
};

/// Why the books do not take something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BooksRefusal {
    /// Neither an enabler nor a senior.
    NotYourBooks,
    /// The key was used with another input.
    IdempotencyKeyReused,
    /// It is still this month, or a later one.
    MonthNotOver(Month),
    /// It is closed.
    MonthClosed(Month),
    /// This month comes first.
    EarlierMonthOpen(Month),
    /// The organisation was not here; its books begin with this month.
    BeforeTheBooks(Month),
    /// The budget's year is closed.
    BudgetClosed,
    /// So many differences are in suspense.
    Unexplained { count: usize, amount: Money },
    /// No difference is about that, or it needs no words.
    NoSuchDifference,
    /// It has this amount by now.
    DifferenceChanged(Money),
    /// An explanation without words.
    WordsNeeded,
    /// The words cannot be kept.
    Words(TextProblem),
    /// None, or more than can be explained at once.
    HowMany(usize),
    /// The day has not come.
    DayInFuture,
    /// Nothing is left to export up to the day.
    NothingToExport,
    /// The mapping cannot be used: every problem that was found.
    Mapping(MappingProblem),
    /// No money has left, or all of it came back.
    NothingSpent,
    /// Only this much is left.
    AboveSpent(Money),
    /// It was reversed as often as can be.
    ReversedTooOften,
    /// The amount is not money.
    Amount(MoneyProblem),
}

impl Refusal for BooksRefusal {
    type Code = BooksErrorCode;

    fn code(&self) -> BooksErrorCode {
        match self {
            Self::NotYourBooks => BooksErrorCode::NotYourBooks,
            Self::IdempotencyKeyReused => BooksErrorCode::IdempotencyKeyReused,
            Self::MonthNotOver(_) => BooksErrorCode::MonthNotOver,
            Self::MonthClosed(_) => BooksErrorCode::MonthClosed,
            Self::EarlierMonthOpen(_) => BooksErrorCode::EarlierMonthOpen,
            Self::BeforeTheBooks(_) => BooksErrorCode::BeforeTheBooks,
            Self::BudgetClosed => BooksErrorCode::BudgetClosed,
            Self::Unexplained { .. } => BooksErrorCode::Unexplained,
            Self::NoSuchDifference => BooksErrorCode::NoSuchDifference,
            Self::DifferenceChanged(_) => BooksErrorCode::DifferenceChanged,
            Self::WordsNeeded => BooksErrorCode::WordsNeeded,
            Self::Words(TextProblem::TooLong(_)) => BooksErrorCode::TextTooLong,
            Self::Words(TextProblem::NotPlain) => BooksErrorCode::TextNotPlain,
            Self::HowMany(_) => BooksErrorCode::TooMany,
            Self::ReversedTooOften => BooksErrorCode::ReversedTooOften,
            Self::DayInFuture => BooksErrorCode::DayInFuture,
            Self::NothingToExport => BooksErrorCode::NothingToExport,
            Self::Mapping(_) => BooksErrorCode::MappingNotUsable,
            Self::NothingSpent => BooksErrorCode::NothingSpent,
            Self::AboveSpent(_) => BooksErrorCode::AboveSpent,
            Self::Amount(MoneyProblem::PartPennies) => BooksErrorCode::PartPennies,
            Self::Amount(MoneyProblem::NotPositive) => BooksErrorCode::AmountNotPositive,
            Self::Amount(MoneyProblem::TooLarge) => BooksErrorCode::AmountTooLarge,
        }
    }

    fn field(&self) -> &'static [&'static str] {
        match self {
            Self::IdempotencyKeyReused => &["idempotencyKey"],
            Self::MonthNotOver(_) | Self::MonthClosed(_) | Self::EarlierMonthOpen(_) | Self::BeforeTheBooks(_) => {
                &["month"]
            }
            Self::NoSuchDifference | Self::DifferenceChanged(_) | Self::HowMany(_) => &["differences"],
            Self::WordsNeeded | Self::Words(_) => &["words"],
            Self::DayInFuture | Self::NothingToExport => &["upTo"],
            Self::Mapping(_) => &["source"],
            Self::AboveSpent(_) | Self::Amount(_) => &["amount"],
            Self::NotYourBooks
            | Self::Unexplained { .. }
            | Self::NothingSpent
            | Self::ReversedTooOften
            | Self::BudgetClosed => &[],
        }
    }

    fn words(&self, language: Language) -> String {
        match self {
            Self::NotYourBooks => say(language, NOT_YOURS.0, NOT_YOURS.1),
            Self::IdempotencyKeyReused => say_key_reused(language),
            Self::MonthNotOver(_) | Self::MonthClosed(_) | Self::EarlierMonthOpen(_) | Self::BeforeTheBooks(_) => {
                self.about_month(language)
            }
            Self::BudgetClosed => say(language, CLOSED_BUDGET.0, CLOSED_BUDGET.1),
            Self::Unexplained { .. }
            | Self::NoSuchDifference
            | Self::DifferenceChanged(_)
            | Self::WordsNeeded
            | Self::HowMany(_) => self.about_difference(language),
            Self::Words(problem) => say_text(*problem, language),
            Self::DayInFuture => say(language, FUTURE.0, FUTURE.1),
            Self::NothingToExport => say(language, NOTHING.0, NOTHING.1),
            Self::Mapping(problem) => problem.words(language),
            Self::NothingSpent => say(language, UNSPENT.0, UNSPENT.1),
            Self::ReversedTooOften => say(language, TOO_OFTEN.0, TOO_OFTEN.1),
            Self::AboveSpent(left) => say(
                language,
                format!("{left} of this is still spent. Reverse that or less."),
                format!("Mae {left} o hyn wedi'i wario o hyd. Gwrthdrowch hynny neu lai."),
            ),
            Self::Amount(problem) => say_money(*problem, language),
        }
    }
}

impl BooksRefusal {
    fn about_month(&self, language: Language) -> String {
        match self {
            Self::MonthNotOver(month) => say(
                language,
                format!("{month} is not over yet. Close it once its last day has passed."),
                format!("Nid yw {month} ar ben eto. Caewch y mis wedi i'w ddiwrnod olaf fynd heibio."),
            ),
            Self::EarlierMonthOpen(month) => say(
                language,
                format!("Months close in order. Close {month} first."),
                format!("Mae misoedd yn cau mewn trefn. Caewch {month} yn gyntaf."),
            ),
            Self::BeforeTheBooks(month) => say(
                language,
                format!("The books begin with {month}. Close that month or a later one."),
                format!("Mae'r cyfrifon yn dechrau gyda {month}. Caewch y mis hwnnw neu un diweddarach."),
            ),
            Self::MonthClosed(month) => say(
                language,
                format!("{month} is closed and stays as it is. What came later is in a later month."),
                format!("Mae {month} wedi cau ac ni fydd yn newid. Mae'r hyn a ddaeth wedyn mewn mis diweddarach."),
            ),
            _ => String::new(),
        }
    }

    fn about_difference(&self, language: Language) -> String {
        match self {
            Self::Unexplained { count, amount } => say(
                language,
                format!("Not yet explained: {count}, {amount} in all. Say why for each one, then close."),
                format!("Heb esboniad eto: {count}, cyfanswm {amount}. Esboniwch bob gwahaniaeth, yna caewch."),
            ),
            Self::DifferenceChanged(amount) => say(
                language,
                format!("That difference is {amount} now. Look at it again before you explain it."),
                format!("{amount} yw'r gwahaniaeth hwnnw nawr. Edrychwch eto cyn ei esbonio."),
            ),
            Self::NoSuchDifference => say(language, NO_SUCH.0, NO_SUCH.1),
            Self::HowMany(most) => say(
                language,
                format!("Explain at least 1 and at most {most} differences at once, each of them once."),
                format!("Esboniwch o leiaf 1 a dim mwy na {most} gwahaniaeth ar y tro, pob un unwaith."),
            ),
            _ => say(language, WORDLESS.0, WORDLESS.1),
        }
    }
}

/// English, then Welsh.
type Words = (&'static str, &'static str);

const NOT_YOURS: Words = (
    "Only an enabler or a senior sees to the books. Ask the one in your team.",
    "Dim ond galluogwr neu uwch-swyddog sy'n gofalu am y cyfrifon. Gofynnwch i'r un yn eich tîm.",
);
const FUTURE: Words = (
    "That day has not come yet. Export up to today or an earlier day.",
    "Nid yw'r diwrnod hwnnw wedi dod eto. Allforiwch hyd at heddiw neu ddiwrnod cynharach.",
);
const NOTHING: Words = (
    "All up to that day has been exported. You may download the earlier files again.",
    "Allforiwyd popeth hyd at y diwrnod hwnnw eisoes. Gallwch lawrlwytho'r allforion cynharach eto.",
);
const UNSPENT: Words = (
    "No money is spent on this now, so there is nothing to reverse.",
    "Nid oes arian wedi'i wario ar hyn nawr, felly nid oes dim i'w wrthdroi.",
);
const CLOSED_BUDGET: Words = (
    "The budget of this is closed for its year. Ask finance for a journal between years.",
    "Mae'r gyllideb hon wedi cau am ei blwyddyn. Gofynnwch i'r adran gyllid am ddyddlyfr rhwng blynyddoedd.",
);
const TOO_OFTEN: Words = (
    "This has been reversed twenty times. Ask finance for a journal for what is left.",
    "Gwrthdrowyd hyn ugain gwaith. Trafodwch yr hyn sydd ar ôl gyda'r adran gyllid.",
);
const NO_SUCH: Words = (
    "That month has no such difference that needs words. Read its differences again.",
    "Nid oes gwahaniaeth o'r fath sydd angen geiriau yn y mis hwnnw. Darllenwch y gwahaniaethau eto.",
);
const WORDLESS: Words =
    ("Say in a few words why the amounts differ.", "Dywedwch mewn ychydig eiriau pam mae'r symiau'n wahanol.");
