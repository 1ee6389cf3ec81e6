//! The merchant: the first words on the paper that are a name and not an address, a greeting or a heading.

use busfare_entity::words::ReadingReason;

use super::{
    amount::amounts,
    guess::Candidate,
    label::{folded, is},
    paper::{Line, Word, middle},
};

/// Lines from the top in which a name is looked for.
const LINES: usize = 12;
/// Most characters of a name.
const MOST_CHARS: usize = 60;

const ADDRESS: [&str; 34] = [
    "ROAD",
    "STREET",
    "LANE",
    "AVENUE",
    "SQUARE",
    "TERRACE",
    "PLACE",
    "WAY",
    "CLOSE",
    "DRIVE",
    "STRYD",
    "HEOL",
    "FFORDD",
    "LON",
    "JALAN",
    "TAMAN",
    "FLOOR",
    "UNIT",
    "SUITE",
    "PARADE",
    "ARCADE",
    "ESTATE",
    "CRESCENT",
    "COURT",
    "QUAY",
    "RETAIL",
    "PARK",
    "INDUSTRIAL",
    "CENTRE",
    "RD",
    "ST",
    "AVE",
    "LEVEL",
    "LOT",
];
const HEADINGS: [&str; 50] = [
    "RECEIPT",
    "INVOICE",
    "TAX",
    "VAT",
    "TAW",
    "REG",
    "TEL",
    "TELEPHONE",
    "PHONE",
    "WELCOME",
    "CROESO",
    "CUSTOMER",
    "COPY",
    "DUPLICATE",
    "THANK",
    "DIOLCH",
    "DATE",
    "TIME",
    "TILL",
    "CASHIER",
    "SERVED",
    "STORE",
    "OPERATOR",
    "ORDER",
    "TICKET",
    "SINGLE",
    "RETURN",
    "ADULT",
    "DERBYNNEB",
    "WWW",
    "HTTP",
    "EMAIL",
    "FAX",
    "TRANSACTION",
    "TERMINAL",
    "MERCHANT",
    "CARD",
    "SALE",
    "DAY",
    "TABLE",
    "GST",
    "FROM",
    "PAY",
    "DISPLAY",
    "MANAGER",
    "OPEN",
    "PLEASE",
    "RETAIN",
    "KEEP",
    "CYFANSWM",
];
const COMPANY: [&str; 12] =
    ["LTD", "LIMITED", "PLC", "BHD", "SDN", "LLP", "CYF", "CO-OP", "COOP", "STORES", "GROUP", "CYFYNGEDIG"];

/// What the paper may call its seller.
pub(super) fn merchants(lines: &[Line]) -> Vec<Candidate<String>> {
    let first_page = lines.first().map_or(1, |line| line.page);
    let lines: Vec<&Line> = lines.iter().filter(|line| line.page == first_page).collect();
    let usual = middle(lines.iter().map(|line| line.height()));
    let (mut candidates, mut place) = (Vec::new(), 0);
    for line in lines.iter().take(LINES) {
        let Some(name) = name(line) else { continue };
        let words: Vec<_> = name.split_whitespace().map(folded).collect();
        let (mut score, mut reasons) = (66 - 9 * place, vec![ReadingReason::TopOfPaper]);
        if usual > 0 && line.height() * 20 >= usual * 25 {
            score += if line.height() * 2 >= usual * 3 { 16 } else { 12 };
            reasons.push(ReadingReason::LargePrint);
        }
        if words.iter().any(|word| COMPANY.contains(&word.as_str())) {
            score += 10;
            reasons.push(ReadingReason::CompanyWord);
        }
        let headings = words.iter().filter(|word| HEADINGS.iter().any(|heading| is(word, heading))).count();
        let address = words.iter().any(|word| ADDRESS.contains(&word.as_str()));
        if headings > 0 {
            score -= if headings * 2 >= words.len() { 45 } else { 20 };
        }
        if address && place > 0 || looks_like_address(line) {
            score -= 35;
        }
        if !amounts(line).is_empty() {
            score -= 40;
        }
        score += (line.sure() - 80) / 2;
        place += 1;
        candidates.push(Candidate { value: name, score, reasons });
    }
    candidates.extend(thanks(&lines));
    candidates
}

/// The words of a line that may be a name, without specks at its ends.
fn name(line: &Line) -> Option<String> {
    let letters = |text: &str| text.chars().filter(|c| c.is_alphabetic()).count();
    let good =
        |text: &str| letters(text) > 0 || text == "&" || text.chars().all(|c| c.is_ascii_digit()) && !text.is_empty();
    let words: Vec<_> = line.words.iter().filter(|word| word.sure >= 30).collect();
    // The edge of the paper is read as short words that are none.
    let speck = |word: &&&Word| word.text.chars().count() <= 4 && word.sure < 62;
    let from = words.iter().position(|word| good(&word.text) && word.text.chars().count() > 1 && !speck(&word))?;
    let to = words.iter().rposition(|word| good(&word.text) && !speck(&word))?;
    let text = words.get(from..=to)?.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ");
    let text: String = text.trim_matches(|c: char| !c.is_alphanumeric() && c != ')').chars().take(MOST_CHARS).collect();
    let (count, all) = (letters(&text), text.chars().filter(|c| !c.is_whitespace()).count());
    (count >= 3 && count * 10 >= all * 6).then_some(text)
}

/// A postcode, a telephone number, a web address, a house's number.
fn looks_like_address(line: &Line) -> bool {
    let text = line.text();
    let lower = text.to_lowercase();
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let words: Vec<_> = text.split_whitespace().collect();
    let postcode = words.windows(2).any(|two| {
        let inward: Vec<char> = two[1].chars().collect();
        inward.len() == 3
            && inward[0].is_ascii_digit()
            && inward[1..].iter().all(|c| c.is_ascii_uppercase())
            && two[0].len() <= 4
            && two[0].chars().any(|c| c.is_ascii_digit())
    });
    let house = words.first().is_some_and(|first| {
        first.trim_end_matches(',').chars().all(|c| c.is_ascii_digit() || c == '-') && !first.is_empty()
    }) && words.len() > 1;
    postcode
        || house
        || digits >= 6
        || lower.contains("www.")
        || lower.contains(".co")
        || lower.contains('@')
        || lower.contains("http")
}

/// "Thank you for shopping at ...".
fn thanks(lines: &[&Line]) -> Vec<Candidate<String>> {
    let mut found = Vec::new();
    for line in lines {
        let text = line.text();
        let lower = text.to_lowercase();
        for phrase in
            ["shopping at ", "shopping with ", "travelling with ", "visiting ", "parking with ", "riding with "]
        {
            // Lower case may be longer or shorter than what it was made of.
            let Some(name) = lower.find(phrase).and_then(|at| text.get(at + phrase.len()..)) else { continue };
            let name: String = name.trim_matches(|c: char| !c.is_alphanumeric()).chars().take(MOST_CHARS).collect();
            if name.chars().filter(|c| c.is_alphabetic()).count() >= 3 && folded(&name) != "US" {
                found.push(Candidate {
                    value: name,
                    score: 48 + (line.sure() - 80) / 2,
                    reasons: vec![ReadingReason::ThanksFrom],
                });
            }
        }
    }
    found
}

/// Whether two names are one, however they are spaced and capitalised.
pub(super) fn same(one: &str, other: &str) -> bool {
    let compact =
        |text: &str| text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect::<String>();
    let (one, other) = (compact(one), compact(other));
    // A speck at either end does not make it another.
    let (short, long) = if one.len() < other.len() { (&one, &other) } else { (&other, &one) };
    short == long
        || short.len() >= 8
            && long.len() - short.len() <= 3
            && (long.starts_with(short.as_str()) || long.ends_with(short.as_str()))
}
