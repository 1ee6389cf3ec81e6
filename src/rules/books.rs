//! The books: a month that closes to the penny, and the journal that finance takes away. What is closed or exported
//! never changes; what comes later is in what is closed or exported later.

pub mod balance;
pub mod journal;
pub mod mapping;
pub mod month;
mod refusal;

use busfare_entity::words::{BudgetMovement, PaymentMethod, Role, SpendMoney};
use chrono::NaiveDate;

pub use self::refusal::BooksRefusal;
use self::{balance::Shown, month::Month};
use super::{budget::Step, money::Money, sight::Viewer};

/// Most characters of an explanation or of the words with a correction.
pub const WORDS_CHARS: usize = 300;
/// Most differences explained in one request.
pub const MOST_EXPLAINED: usize = 100;
/// Most reversals of one spend.
pub const MOST_REVERSALS: usize = 20;
/// Most lines in one export; the rest is for the next one.
pub const MOST_LINES: u64 = 100_000;

/// Whether somebody sees to the organisation's books: an enabler or a senior of any team.
pub fn sees_to_books(viewer: &Viewer) -> bool {
    matches!(viewer.role, Role::Enabler | Role::Senior)
}

/// The same as a guard of verbs.
pub fn may_keep_books(viewer: &Viewer) -> Result<(), BooksRefusal> {
    if sees_to_books(viewer) { Ok(()) } else { Err(BooksRefusal::NotYourBooks) }
}

/// Whether a viewer may reverse a spend she can see, where so much of it is still spent.
pub fn may_reverse(viewer: &Viewer, money: SpendMoney, left: Money) -> Result<(), BooksRefusal> {
    may_keep_books(viewer)?;
    let has_left = matches!(money, SpendMoney::Spent | SpendMoney::PartRefunded);
    if has_left && left > Money::ZERO { Ok(()) } else { Err(BooksRefusal::NothingSpent) }
}

/// How much a reversal takes back: what was said, at most what is left; all of it where nothing was said.
pub fn reversal(left: Money, said: Option<Money>, before: usize) -> Result<Money, BooksRefusal> {
    match said {
        _ if before >= MOST_REVERSALS => Err(BooksRefusal::ReversedTooOften),
        Some(said) if said > left => Err(BooksRefusal::AboveSpent(left)),
        Some(said) => Ok(said),
        None => Ok(left),
    }
}

/// What a reversal leaves of a spend: how much came back in all, where the money is, and what moves on the budget.
pub fn reversed(spent: Money, came_back: Money, back: Money) -> (Money, SpendMoney, Step) {
    let came_back = Money::from_pence(came_back.pence() + back.pence());
    let money = if came_back < spent { SpendMoney::PartRefunded } else { SpendMoney::Refunded };
    let movement = BudgetMovement::Reverse;
    let step = Step { movement, allocated: 0, overrun: 0, reserved: 0, committed: 0, settled: -back.pence() };
    (came_back, money, step)
}

/// Where else a payment should show. Where nobody said how it was paid, a card is assumed, so that nothing is
/// taken for explained that is not.
pub fn shown(method: Option<PaymentMethod>) -> Shown {
    match method {
        None | Some(PaymentMethod::Card) => Shown::OnStatement,
        Some(
            PaymentMethod::HubCash
            | PaymentMethod::Reimbursement
            | PaymentMethod::Supplier
            | PaymentMethod::Voucher
            | PaymentMethod::CashToPerson,
        ) => Shown::Elsewhere,
    }
}

/// Whether a month may close today, as far as the calendar goes: it is over, the organisation was here, and the
/// month before it is closed if any is.
pub fn is_next(month: Month, last: Option<Month>, first: Month, today: NaiveDate) -> Result<(), BooksRefusal> {
    match last {
        Some(last) if month <= last => Err(BooksRefusal::MonthClosed(month)),
        Some(last) if month > last.next() => Err(BooksRefusal::EarlierMonthOpen(last.next())),
        None if month < first => Err(BooksRefusal::BeforeTheBooks(first)),
        _ if month.last_day() >= today => Err(BooksRefusal::MonthNotOver(month)),
        _ => Ok(()),
    }
}

#[cfg(test)]
#[path = "books/tests.rs"]
mod tests;
