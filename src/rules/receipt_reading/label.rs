//! Labels: what the words beside an amount say about it, in English and Welsh, with a letter misread here and there.

use super::paper::Word;

/// What an amount is, by the words beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Label {
    /// The total, the balance due, what is to pay.
    Total,
    /// The fare, the price, what was paid: the total where there is no better word.
    Price,
    /// What a card paid.
    Card,
    /// What was handed over, which may be more.
    Cash,
    /// What was handed back.
    Change,
    /// The total before something.
    Subtotal,
    /// What was taken off.
    Saving,
    /// Value added tax, or an amount without it.
    Vat,
    /// Something that only looks like money: points, a balance before or after, a deposit.
    Other,
    /// No word that says anything.
    None,
}

const CARDS: [&str; 16] = [
    "CARD",
    "VISA",
    "MASTERCARD",
    "DEBIT",
    "CREDIT",
    "CONTACTLESS",
    "AMEX",
    "MAESTRO",
    "EFT",
    "EFTPOS",
    "APPLEPAY",
    "GOOGLEPAY",
    "CERDYN",
    "DIGYFFWRDD",
    "PDQ",
    "SWITCH",
];
const SAVINGS: [&str; 15] = [
    "SAVING",
    "SAVINGS",
    "SAVED",
    "SAVE",
    "DISCOUNT",
    "DISCOUNTS",
    "OFFER",
    "OFFERS",
    "MULTIBUY",
    "COUPON",
    "REDUCED",
    "REDUCTION",
    "PROMOTION",
    "ARBEDWYD",
    "DISGOWNT",
];
const WITHOUT: [&str; 12] =
    ["EXCL", "EXCLUDING", "EXCLUSIVE", "EXCLUDES", "EXC", "EX", "NET", "NETT", "GOODS", "TAXABLE", "EXEMPT", "BEFORE"];
const WITH: [&str; 6] = ["INCL", "INCLUDING", "INCLUSIVE", "INC", "GROSS", "GYNNWYS"];
const COUNTS: [&str; 10] =
    ["ITEMS", "ITEM", "QTY", "QUANTITY", "POINTS", "POINT", "PWYNTIAU", "EITEMAU", "UNITS", "LITRES"];
const OTHER: [&str; 22] = [
    "POINTS",
    "DEPOSIT",
    "ROUNDING",
    "PREVIOUS",
    "NEW",
    "OPENING",
    "REMAINING",
    "CASHBACK",
    "EARNED",
    "LIMIT",
    "RATE",
    "TIP",
    "GRATUITY",
    "VALUE",
    "MINIMUM",
    "REFUND",
    "FLAG",
    "UNIT",
    "BONUS",
    "EMERGENCY",
    "DEBT",
    "OWED",
];
const PRICES: [&str; 17] = [
    "FARE", "PRICE", "AMOUNT", "COST", "CHARGE", "FEE", "PAID", "PAYMENT", "SALE", "SALES", "TOPUP", "TARIFF",
    "TICKET", "DONATION", "PRIS", "SWM", "TALWYD",
];

/// A word as it is compared: capitals, with the digits that machines take for letters put back.
pub(super) fn folded(text: &str) -> String {
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    let digits = text.chars().filter(char::is_ascii_digit).count();
    text.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_uppercase)
        .map(|c| match c {
            '0' if letters >= digits => 'O',
            '1' | '|' if letters >= digits => 'I',
            '5' if letters >= digits => 'S',
            '8' if letters >= digits => 'B',
            'Â' => 'A',
            'Ô' => 'O',
            'Î' => 'I',
            'Ŵ' => 'W',
            'Ŷ' => 'Y',
            other => other,
        })
        .collect()
}

/// Whether a folded word is this one, but for a letter in a long one.
pub(super) fn is(word: &str, wanted: &str) -> bool {
    let most = match wanted.chars().count() {
        0..=4 => 0,
        5..=10 => 1,
        _ => 2,
    };
    word == wanted || most > 0 && within(word, wanted, most)
}

/// Whether two words are at most so many letters apart: put in, left out, or another.
fn within(one: &str, other: &str, most: usize) -> bool {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    if one.len().abs_diff(other.len()) > most {
        return false;
    }
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (i, a) in one.iter().enumerate() {
        let mut before = row[0];
        row[0] = i + 1;
        for (j, b) in other.iter().enumerate() {
            let change = before + usize::from(a != b);
            before = row[j + 1];
            row[j + 1] = change.min(before + 1).min(row[j] + 1);
        }
    }
    row[other.len()] <= most
}

/// What words say about an amount beside them.
pub(super) fn label<'a>(words: impl Iterator<Item = &'a Word>) -> Label {
    let words: Vec<String> = words.map(|word| folded(&word.text)).filter(|word| !word.is_empty()).collect();
    let text = words.join(" ");
    let has = |wanted: &str| words.iter().any(|word| is(word, wanted));
    let any = |list: &[&str]| list.iter().any(|wanted| has(wanted));
    let says = |phrase: &str| text.contains(phrase);

    let vat = has("VAT") || has("TAW") || has("TAX") || has("GST") || words.iter().any(|word| word == "VATAMOUNT");
    let total = has("TOTAL")
        || has("CYFANSWM")
        || words.iter().any(|word| word.len() <= 14 && (word.ends_with("TOTAL") || word.starts_with("TOTAL")));
    let sub = any(&["SUBTOTAL", "ISGYFANSWM"]) || says("SUB TOTAL") || says("SUBTOT") || says("IS GYFANSWM");
    if sub {
        return Label::Subtotal;
    }
    if any(&["CHANGE", "NEWID"]) {
        return Label::Change;
    }
    if any(&SAVINGS) || has("OFF") && words.len() > 1 {
        return Label::Saving;
    }
    let due = says("TO PAY")
        || says("AMOUNT DUE")
        || says("BALANCE DUE")
        || says("TOTAL DUE")
        || says("IW DALU")
        || says("I W DALU")
        || says("AMOUNT PAYABLE");
    if total || due {
        return match () {
            () if any(&COUNTS) => Label::Other,
            () if says("INCLUDES") || says("OF WHICH") => Label::Vat,
            () if any(&["ROUNDING", "DEPOSIT", "CASHBACK", "REFUND"]) => Label::Other,
            () if any(&WITH) => Label::Total,
            () if any(&["NET", "NETT"]) && !vat => Label::Subtotal,
            () if any(&WITHOUT) || vat => Label::Vat,
            () => Label::Total,
        };
    }
    if has("BALANCE") || has("BAL") || has("BALANS") {
        return if any(&OTHER) || has("CREDIT") || has("METER") || has("ACCOUNT") {
            Label::Other
        } else {
            Label::Total
        };
    }
    if vat && !any(&PRICES) || any(&["NETT", "EXCL", "EXCLUDING"]) {
        return Label::Vat;
    }
    if any(&["CASH", "TENDERED", "TENDER", "GIVEN"]) || says("ARIAN PAROD") || says("CASH TEND") {
        return Label::Cash;
    }
    if any(&CARDS) {
        return Label::Card;
    }
    if any(&OTHER) {
        return Label::Other;
    }
    if any(&PRICES) || says("TOP UP") {
        return Label::Price;
    }
    Label::None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn says(text: &str) -> Label {
        let word =
            |text: &str| Word { text: text.into(), page: 1, line: 1, left: 0, top: 0, width: 9, height: 9, sure: 90 };
        let words: Vec<_> = text.split(' ').map(word).collect();
        label(words.iter())
    }

    #[test]
    fn the_words_beside_an_amount_say_what_it_is() {
        for (text, label) in [
            ("TOTAL", Label::Total),
            ("T0TAL", Label::Total),
            ("TDTAL:", Label::Total),
            ("Total to pay", Label::Total),
            ("BALANCE DUE", Label::Total),
            ("Amount due", Label::Total),
            ("TOTAL (INCLUSIVE OF GST) :", Label::Total),
            ("Cyfanswm", Label::Total),
            ("I'w dalu", Label::Total),
            ("SUB TOTAL", Label::Subtotal),
            ("Sub-total", Label::Subtotal),
            ("Subtotal", Label::Subtotal),
            ("TOTAL EXCL. OF GST", Label::Vat),
            ("Nett total", Label::Subtotal),
            ("Total VAT", Label::Vat),
            ("TOTAL INCLUDES GST OF", Label::Vat),
            ("TOTAL QTY:", Label::Other),
            ("Total savings", Label::Saving),
            ("CHANGE DUE", Label::Change),
            ("CASH", Label::Cash),
            ("Amount tendered", Label::Cash),
            ("VISA DEBIT", Label::Card),
            ("Card sales", Label::Card),
            ("New balance", Label::Other),
            ("Adult single fare", Label::Price),
            ("2 x Bread", Label::None),
            ("", Label::None),
        ] {
            assert_eq!(says(text), label, "{text}");
        }
    }
}
