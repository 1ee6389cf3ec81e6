//! Evidence: what a purpose's receipt rule asks for. Evidence never moves money and never waits for it.

use busfare_entity::words::{ReceiptRule, SpendEvidence};

use super::money::Money;

/// What to expect for a spend of this total. Up to and including the threshold nothing is.
pub fn expected(rule: ReceiptRule, threshold: Money, total: Money) -> SpendEvidence {
    match rule {
        ReceiptRule::None => SpendEvidence::NotNeeded,
        ReceiptRule::Note | ReceiptRule::Receipt | ReceiptRule::VatReceipt if total <= threshold => {
            SpendEvidence::NotNeeded
        }
        ReceiptRule::Note | ReceiptRule::Receipt | ReceiptRule::VatReceipt => SpendEvidence::Expected,
    }
}

/// The evidence after a receipt was attached: always attached, whatever stood there.
pub fn with_receipt() -> SpendEvidence {
    SpendEvidence::Attached
}

/// The evidence after a note says why there is no receipt. A receipt that is there stays the better evidence.
pub fn with_note(now: SpendEvidence) -> SpendEvidence {
    match now {
        SpendEvidence::Attached => SpendEvidence::Attached,
        SpendEvidence::NotNeeded | SpendEvidence::Expected | SpendEvidence::Noted => SpendEvidence::Noted,
    }
}

/// The evidence after a receipt was taken off: another that is there, a note, or what the purpose asks for.
pub fn without_receipt(another: bool, noted: bool, expected: SpendEvidence) -> SpendEvidence {
    match (another, noted) {
        (true, _) => SpendEvidence::Attached,
        (false, true) => SpendEvidence::Noted,
        (false, false) => expected,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bus_fare_up_to_the_threshold_needs_no_receipt() {
        let five_pounds = Money::from_pence(500);

        assert_eq!(expected(ReceiptRule::Receipt, five_pounds, Money::from_pence(115)), SpendEvidence::NotNeeded);
        assert_eq!(expected(ReceiptRule::Receipt, five_pounds, five_pounds), SpendEvidence::NotNeeded);
        assert_eq!(expected(ReceiptRule::Receipt, five_pounds, Money::from_pence(501)), SpendEvidence::Expected);
        assert_eq!(expected(ReceiptRule::None, Money::ZERO, Money::from_pence(501)), SpendEvidence::NotNeeded);
    }

    #[test]
    fn a_note_never_hides_a_receipt() {
        assert_eq!(with_note(SpendEvidence::Expected), SpendEvidence::Noted);
        assert_eq!(with_note(SpendEvidence::Attached), SpendEvidence::Attached);
    }
}
