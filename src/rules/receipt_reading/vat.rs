//! VAT: the registration number, which proves itself by its check digits, the rate, and how much of the total it is.

use busfare_entity::words::ReadingReason;

use super::{
    super::confirmation,
    guess::Candidate,
    label::{Label, folded},
    paper::Line,
    total::Told,
};

/// British rates, in hundredths of a per cent.
const RATES: [i64; 2] = [2_000, 500];

/// Every number on the paper with the check digits of a British VAT registration.
pub(super) fn numbers(lines: &[Line]) -> Vec<Candidate<String>> {
    let mut found = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let labelled = |line: &Line| {
            line.words.iter().any(|word| {
                let word = folded(&word.text);
                ["VAT", "TAW", "VATNO", "VATREG", "VATREGNO", "VATNUMBER"].contains(&word.as_str())
                    || word.starts_with("VATNO")
                    || word.starts_with("VATREG")
            })
        };
        let text = line.text();
        let score = if labelled(line) {
            92
        } else if at > 0 && labelled(&lines[at - 1]) {
            84
        } else if text.to_uppercase().contains("GB") {
            70
        } else {
            continue;
        };
        for (digits, clean) in runs(&text) {
            if let Some(number) = confirmation::vat_number(&digits) {
                let score = if clean { score } else { score - 14 };
                found.push(Candidate { value: number, score, reasons: vec![ReadingReason::CheckDigits] });
            }
        }
    }
    found
}

/// Runs of nine or twelve digits, however they are spaced, and whether no letter had to be taken for a digit.
fn runs(text: &str) -> Vec<(String, bool)> {
    let (mut runs, mut digits, mut clean) = (Vec::new(), String::new(), true);
    for letter in text.chars().chain(std::iter::once('\n')) {
        let digit = match letter {
            '0'..='9' => Some((letter, true)),
            'O' | 'o' if !digits.is_empty() => Some(('0', false)),
            'I' | 'l' | '|' if !digits.is_empty() => Some(('1', false)),
            'S' if !digits.is_empty() => Some(('5', false)),
            'B' if !digits.is_empty() => Some(('8', false)),
            _ => None,
        };
        match digit {
            Some((digit, sure)) => {
                digits.push(digit);
                clean &= sure;
            }
            None if matches!(letter, ' ' | '.' | '-') => {}
            None => {
                // Nine digits may be followed by others that are not part of them.
                for length in [12, 9] {
                    if digits.len() >= length && digits.len() <= 24 {
                        runs.push((digits[..length].to_owned(), clean));
                    }
                }
                (digits, clean) = (String::new(), true);
            }
        }
    }
    runs
}

/// What may be the VAT in the total.
pub(super) fn amounts(told: &[Told], lines: &[Line], total: Option<i64>) -> Vec<Candidate<i64>> {
    let mut found = Vec::new();
    for one in told.iter().filter(|one| (one.label == Label::Vat || one.in_table) && one.amount.pence > 0) {
        let vat = one.amount.pence;
        let beside: Vec<i64> =
            told.iter().filter(|other| other.line == one.line).map(|other| other.amount.pence).collect();
        let rate = rates_on(&lines[one.line]).into_iter().next();
        let mut score = 34 + ((one.amount.sure - 78) / 4).clamp(-14, 5);
        let mut reasons = vec![];
        if one.label == Label::Vat {
            score += 10;
            reasons.push(ReadingReason::VatWord);
        }
        let fits = |gross: i64, rate: i64| (vat * (10_000 + rate) - gross * rate).abs() <= 10_000 + rate;
        let of_net = |net: i64, rate: i64| (vat * 10_000 - net * rate).abs() <= 10_000;
        let tried: Vec<i64> = rate.map_or_else(|| RATES.to_vec(), |rate| vec![rate]);
        let on_line = beside
            .iter()
            .any(|other| *other > vat && tried.iter().any(|rate| fits(*other, *rate) || of_net(*other, *rate)));
        if on_line {
            score += 24;
            reasons.push(ReadingReason::RateAgrees);
        }
        match total {
            Some(total) if vat < total && tried.iter().any(|rate| fits(total, *rate)) => {
                score += 30;
                reasons.push(ReadingReason::VatAgrees);
            }
            Some(total)
                if vat < total
                    && told.iter().any(|other| other.amount.pence == total - vat && other.label == Label::Vat) =>
            {
                score += 22;
                reasons.push(ReadingReason::VatAgrees);
            }
            // At the standard rate VAT is a sixth of the total at most.
            Some(total) if vat * 6 > total + 6 => score -= 40,
            _ => {}
        }
        let exclusive = lines[one.line].words.iter().any(|word| {
            ["NET", "EXCL", "EX", "EXC", "GOODS", "EXCLUDING", "GROSS"].contains(&folded(&word.text).as_str())
        });
        if exclusive && beside.len() == 1 {
            score -= 25;
        }
        found.push(Candidate { value: vat, score, reasons });
    }
    found
}

/// The rates on lines about VAT, in hundredths of a per cent.
pub(super) fn rates(lines: &[Line], vat: Option<i64>, total: Option<i64>) -> Vec<Candidate<i64>> {
    let mut found = Vec::new();
    for line in lines {
        for rate in rates_on(line).into_iter().filter(|rate| RATES.contains(rate) || *rate == 0) {
            found.push(Candidate {
                value: rate,
                score: if rate == 0 { 40 } else { 66 },
                reasons: vec![ReadingReason::VatWord],
            });
        }
    }
    if let Some((vat, total)) = vat.zip(total) {
        for rate in RATES {
            if (vat * (10_000 + rate) - total * rate).abs() <= 10_000 + rate {
                found.push(Candidate { value: rate, score: 82, reasons: vec![ReadingReason::VatAgrees] });
            }
        }
    }
    found
}

fn rates_on(line: &Line) -> Vec<i64> {
    let text = line.text();
    let mut rates = Vec::new();
    for (at, _) in text.match_indices('%') {
        let number: String =
            text[..at].trim_end().chars().rev().take_while(|c| c.is_ascii_digit() || *c == '.').collect();
        let number: String = number.chars().rev().collect();
        let (whole, part) = number.split_once('.').unwrap_or((&number, ""));
        let hundredths: String = format!("{part}00").chars().take(2).collect();
        if let (Ok(whole), Ok(part)) = (whole.parse::<i64>(), hundredths.parse::<i64>())
            && whole <= 100
        {
            rates.push(whole * 100 + part);
        }
    }
    rates
}
