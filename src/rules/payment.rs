//! The ways of paying: which one where none is said, what each needs, and how long somebody waits for her money.

use busfare_entity::words::{PaymentMethod, PractitionerId, SpendMoney};
use chrono::NaiveDate;

mod refusal;
mod words;

pub use self::refusal::PaymentRefusal;
use super::{money::Money, sight::Viewer, text, working_days::working_days_after};

/// Nobody should wait longer than this for her own money.
pub const PAID_BACK_WITHIN_WORKING_DAYS: u32 = 5;
/// Most characters of a reference: of an order, an invoice, a voucher or a payment.
pub const REFERENCE_CHARS: usize = 60;
/// Most characters of a name: of a card or a supplier.
pub const NAME_CHARS: usize = 80;
/// Most characters about a count, a difference or a recipient.
pub const WORDS_CHARS: usize = 140;
/// Most characters about who received cash: enough for initials, too few for a story.
pub const RECIPIENT_CHARS: usize = 60;

/// The ways of paying in the order in which one is taken where none is said. Paying oneself is not among them:
/// nobody lends the council her own money because a field was left empty.
const BY_DEFAULT: [PaymentMethod; 5] = [
    PaymentMethod::Card,
    PaymentMethod::HubCash,
    PaymentMethod::Supplier,
    PaymentMethod::Voucher,
    PaymentMethod::CashToPerson,
];

/// The way of paying where several are named and none is said; where none is named, all are. None where nothing but
/// paying oneself is named: that has to be said.
pub fn by_default(named: &[PaymentMethod]) -> Option<PaymentMethod> {
    BY_DEFAULT.into_iter().find(|method| named.is_empty() || named.contains(method))
}

/// Words in a field that may be left empty.
pub fn words(field: &'static str, text: Option<&str>, most: usize) -> Result<Option<String>, PaymentRefusal> {
    text::plain(text.unwrap_or_default(), most).map_err(|problem| PaymentRefusal::Text(field, problem))
}

/// Words in a field that needs some.
pub fn needed(field: &'static str, text: &str, most: usize) -> Result<String, PaymentRefusal> {
    words(field, Some(text), most)?.ok_or(PaymentRefusal::WordsNeeded(field))
}

/// The reference of an order where nobody gives one: short enough to be written by hand on an invoice, and taken from
/// the part of the order's id that chance made.
pub fn order_reference(order_id: &str) -> String {
    let tail: String = order_id.chars().rev().take(8).collect();
    format!("BF-{}", tail.to_uppercase())
}

/// Whether cash leaves a hub's tin for it.
pub fn is_from_the_tin(method: Option<PaymentMethod>) -> bool {
    matches!(method, Some(PaymentMethod::HubCash | PaymentMethod::CashToPerson))
}

/// What a step of a way of paying depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Paying {
    /// Who asked for the money.
    pub asker: PractitionerId,
    /// How the spend is paid.
    pub method: Option<PaymentMethod>,
    /// Where its money is.
    pub money: SpendMoney,
}

/// Whether money is set aside for a spend that is paid in one of these ways, so that its next step can be taken.
pub fn is_set_aside(paying: Paying, ways: &[PaymentMethod]) -> Result<(), PaymentRefusal> {
    if !paying.method.is_some_and(|method| ways.contains(&method)) {
        return Err(PaymentRefusal::OtherMethod);
    }
    if paying.money != SpendMoney::Committed {
        return Err(PaymentRefusal::NotSetAside);
    }
    Ok(())
}

/// Whether somebody may say that a worker has her money back: not she herself, and only once she has spent it.
pub fn reimburse(viewer: &Viewer, paying: Paying) -> Result<(), PaymentRefusal> {
    super::imprest::answers(viewer)?;
    if paying.method != Some(PaymentMethod::Reimbursement) {
        return Err(PaymentRefusal::OtherMethod);
    }
    if paying.asker == viewer.id {
        return Err(PaymentRefusal::YourOwn);
    }
    if !has_left(paying.money) {
        return Err(PaymentRefusal::NotSpent);
    }
    Ok(())
}

/// Whether a line of a statement and a spend may be matched: the money has left, the same amount to the penny,
/// and it was paid with a card, as far as anybody said.
pub fn pair(line: i64, paying: Paying, spent: Money) -> Result<(), PaymentRefusal> {
    if !matches!(paying.method, None | Some(PaymentMethod::Card)) {
        return Err(PaymentRefusal::OtherMethod);
    }
    if !has_left(paying.money) {
        return Err(PaymentRefusal::NotSpent);
    }
    if line != spent.pence() {
        return Err(PaymentRefusal::AmountsDiffer { line: Money::from_pence(line), spend: spent });
    }
    Ok(())
}

fn has_left(money: SpendMoney) -> bool {
    matches!(money, SpendMoney::Spent | SpendMoney::PartRefunded | SpendMoney::Refunded)
}

/// For how long somebody has waited for her money, in working days after the day she spent it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// Working days.
    pub working_days: u32,
    /// Whether that is longer than anybody should wait.
    pub too_long: bool,
}

/// For how long somebody has waited.
pub fn waiting(spent_on: NaiveDate, until: NaiveDate) -> Waiting {
    let working_days = working_days_after(spent_on, until);
    Waiting { working_days, too_long: working_days > PAID_BACK_WITHIN_WORKING_DAYS }
}

#[cfg(test)]
#[path = "payment_tests.rs"]
mod tests;
