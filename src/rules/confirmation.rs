//! Confirmations: what a person says a receipt says, parsed so that it cannot be wrong, and what VAT needs of it.

use busfare_entity::words::VatItem;
use chrono::{NaiveDate, NaiveTime, Timelike};

use super::{
    duplicate::{Purchase, folded},
    money::Money,
    receipt::ReceiptRefusal,
    text,
};

/// Most characters of a merchant's name.
pub const MERCHANT_CHARS: usize = 120;
/// Most characters of a till or ticket number.
pub const TILL_CHARS: usize = 40;
/// Weights of the first seven digits of a VAT registration number; the last two are a check on them.
const WEIGHTS: [u32; 7] = [8, 7, 6, 5, 4, 3, 2];

/// What a person types, as it came.
#[derive(Clone, Debug, Default)]
pub struct Typed<'a> {
    /// Who sold it.
    pub merchant: Option<&'a str>,
    /// The day.
    pub day: Option<NaiveDate>,
    /// The time, `HH:MM`.
    pub time: Option<&'a str>,
    /// The total with VAT.
    pub total: Option<Money>,
    /// The number of the till roll, ticket or transaction.
    pub till: Option<&'a str>,
    /// The VAT registration number.
    pub vat_number: Option<&'a str>,
    /// The VAT in the total.
    pub vat: Option<Money>,
}

/// What a person says a receipt says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Confirmation {
    /// Who sold it.
    pub merchant: Option<String>,
    /// The day.
    pub day: Option<NaiveDate>,
    /// Minutes since midnight.
    pub minute: Option<i32>,
    /// The total with VAT.
    pub total: Option<Money>,
    /// The number of the till roll, ticket or transaction.
    pub till: Option<String>,
    /// The VAT registration number, `GB` and nine or twelve digits.
    pub vat_number: Option<String>,
    /// The VAT in the total.
    pub vat: Option<Money>,
}

impl Confirmation {
    /// Parses what was typed. A day to come is a slip of the thumb; `today` is the council's own.
    pub fn try_new(typed: &Typed<'_>, today: NaiveDate) -> Result<Self, ReceiptRefusal> {
        let words =
            |given: Option<&str>, most| text::plain(given.unwrap_or_default(), most).map_err(ReceiptRefusal::Words);
        let minute = typed.time.map(|time| minute(time).ok_or(ReceiptRefusal::DayNotValid)).transpose()?;
        let confirmation = Self {
            merchant: words(typed.merchant, MERCHANT_CHARS)?,
            day: typed.day,
            minute,
            total: typed.total,
            till: words(typed.till, TILL_CHARS)?,
            vat_number: typed
                .vat_number
                .map(|number| vat_number(number).ok_or(ReceiptRefusal::VatNumberNotValid))
                .transpose()?,
            vat: typed.vat,
        };
        if confirmation == Self::default() {
            return Err(ReceiptRefusal::NothingSaid);
        }
        let first = NaiveDate::from_ymd_opt(2000, 1, 1).unwrap_or_default();
        if confirmation.day.is_some_and(|day| day > today || day < first) {
            return Err(ReceiptRefusal::DayNotValid);
        }
        if confirmation.vat.zip(confirmation.total).is_some_and(|(vat, total)| vat >= total) {
            return Err(ReceiptRefusal::VatAboveTotal);
        }
        Ok(confirmation)
    }

    /// What tells this purchase from others, where enough was confirmed for that.
    pub fn purchase(&self) -> Option<Purchase> {
        Some(Purchase {
            merchant: self.merchant.as_deref().map(folded).filter(|name| !name.is_empty())?,
            day: self.day?,
            pence: self.total?.pence(),
            minute: self.minute,
            till: self.till.clone().filter(|till| !folded(till).is_empty()),
        })
    }

    /// Every item that HMRC asks to see on a receipt with VAT of up to £250, and whether it was confirmed. Source: VAT
    /// Notice 700, section 16.6, "simplified invoices".
    pub fn vat_checklist(&self) -> [(VatItem, bool); 5] {
        [
            (VatItem::Supplier, self.merchant.is_some()),
            (VatItem::VatNumber, self.vat_number.is_some()),
            (VatItem::Day, self.day.is_some()),
            (VatItem::Total, self.total.is_some()),
            (VatItem::Vat, self.vat.is_some()),
        ]
    }
}

fn minute(text: &str) -> Option<i32> {
    let time = NaiveTime::parse_from_str(text, "%H:%M").ok().filter(|_| text.len() == 5)?;
    i32::try_from(time.hour() * 60 + time.minute()).ok()
}

/// A British VAT registration number with its check digits right: nine digits, or twelve with those of a branch. The
/// check is HMRC's: the first seven digits weighted 8 to 2, plus the last two, or plus 55 as well since 2010, divide by 97.
pub(super) fn vat_number(text: &str) -> Option<String> {
    let compact: String = text.chars().filter(|letter| !matches!(letter, ' ' | '.' | '-')).collect();
    let digits = compact.strip_prefix("GB").or_else(|| compact.strip_prefix("gb")).unwrap_or(&compact);
    if !matches!(digits.len(), 9 | 12) || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let numbers: Vec<u32> = digits.bytes().map(|digit| u32::from(digit - b'0')).collect();
    let weighted: u32 = numbers.iter().zip(WEIGHTS).map(|(digit, weight)| digit * weight).sum();
    let check = weighted + numbers[7] * 10 + numbers[8];
    (check.is_multiple_of(97) || (check + 55).is_multiple_of(97)).then(|| format!("GB{digits}"))
}

/// Whether the portions of one receipt come to no more than its total. Without a confirmed total nothing is too much.
pub fn portions_fit(total: Option<Money>, portions: impl IntoIterator<Item = Money>) -> bool {
    let sum = portions.into_iter().try_fold(Money::ZERO, Money::plus);
    match (total, sum) {
        (None, Some(_)) => true,
        (Some(total), Some(sum)) => sum <= total,
        (_, None) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn today() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, 20).unwrap()
    }

    #[test]
    fn a_till_roll_is_taken_as_it_is_typed() {
        let typed = Typed {
            merchant: Some("  Siop y Bont "),
            day: Some(today()),
            time: Some("08:31"),
            total: Some(Money::from_pence(2_400)),
            till: Some("0071"),
            vat_number: Some("GB 123 4567 82"),
            vat: Some(Money::from_pence(400)),
        };

        let said = Confirmation::try_new(&typed, today()).unwrap();

        assert_eq!((said.merchant.as_deref(), said.minute), (Some("Siop y Bont"), Some(511)));
        assert_eq!(said.vat_number.as_deref(), Some("GB123456782"));
    }

    #[test]
    fn slips_of_the_thumb_are_told() {
        let refused = |typed: Typed<'_>| Confirmation::try_new(&typed, today()).unwrap_err();
        assert_eq!(refused(Typed::default()), ReceiptRefusal::NothingSaid);
        assert_eq!(refused(Typed { merchant: Some(" \n"), ..Typed::default() }), ReceiptRefusal::NothingSaid);
        for day in [today().succ_opt().unwrap(), NaiveDate::MIN, NaiveDate::from_ymd_opt(1999, 12, 31).unwrap()] {
            assert_eq!(refused(Typed { day: Some(day), ..Typed::default() }), ReceiptRefusal::DayNotValid);
        }
        for time in ["", "24:00", "8:31", "08:31:00", "0831", "\u{661}2:00", "noon"] {
            assert_eq!(refused(Typed { time: Some(time), ..Typed::default() }), ReceiptRefusal::DayNotValid, "{time}");
        }
        for number in ["", "GB", "123456789", "GB12345678", "GB1234567890", "FR123456782", "GB12345678\u{662}"] {
            let typed = Typed { vat_number: Some(number), ..Typed::default() };
            assert_eq!(refused(typed), ReceiptRefusal::VatNumberNotValid, "{number}");
        }
        let pence = |pence| Some(Money::from_pence(pence));
        assert_eq!(
            refused(Typed { total: pence(5), vat: pence(5), ..Typed::default() }),
            ReceiptRefusal::VatAboveTotal
        );
    }

    #[test]
    fn portions_come_to_no_more_than_the_total() {
        let pence = |all: &[i64]| all.iter().copied().map(Money::from_pence).collect::<Vec<_>>();
        assert!(portions_fit(None, pence(&[1, 2])));
        assert!(portions_fit(Some(Money::from_pence(3)), pence(&[1, 2])));
        assert!(!portions_fit(Some(Money::from_pence(2)), pence(&[1, 2])));
        assert!(!portions_fit(None, pence(&[i64::MAX, 1])), "no sum is too big to be wrong");
    }
}
