//! The books: a month that closes to the penny, and the journal that finance takes away. What is closed or exported
//! never changes; what comes later is in what is closed or exported later.

pub mod balance;
pub mod journal;
pub mod mapping;
pub mod month;
mod refusal;

use busfare_entity::words::{Role, SpendMoney};

pub use self::refusal::BooksRefusal;
use super::{money::Money, sight::Viewer};

/// Most characters of an explanation or of the words with a correction.
pub const WORDS_CHARS: usize = 300;
/// Most differences explained in one request.
pub const MOST_EXPLAINED: usize = 100;
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
pub fn reversal(left: Money, said: Option<Money>) -> Result<Money, BooksRefusal> {
    match said {
        Some(said) if said > left => Err(BooksRefusal::AboveSpent(left)),
        Some(said) => Ok(said),
        None => Ok(left),
    }
}

#[cfg(test)]
#[path = "books/tests.rs"]
mod tests;
