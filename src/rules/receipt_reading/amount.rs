//! Amounts of money as receipts print them, and as machines misread them.

use super::paper::Line;

/// Nothing above this is a receipt.
const MOST_PENCE: i64 = 99_999_999;

/// An amount on a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Amount {
    /// How much.
    pub pence: i64,
    /// Whether it is taken off.
    pub negative: bool,
    /// Whether a sign of the pound or of another currency stands before it.
    pub currency: bool,
    /// Whether it was whole without a guess.
    pub clean: bool,
    /// Which word of the line it begins with.
    pub first: usize,
    /// Which word of the line it ends with.
    pub last: usize,
    /// How high it is printed.
    pub height: i32,
    /// How sure the machine is of it, of 100.
    pub sure: i32,
}

/// Every amount on a line, from left to right.
pub(super) fn amounts(line: &Line) -> Vec<Amount> {
    let (mut found, mut at) = (Vec::new(), 0);
    while at < line.words.len() {
        // The longest piece that is an amount: a speck may have torn it in two or three.
        let piece = (1..=3).rev().filter(|length| at + length <= line.words.len()).find_map(|length| {
            let words = &line.words[at..at + length];
            let near = words.windows(2).all(|two| {
                let gap = i64::from(two[1].left) - i64::from(two[0].left) - i64::from(two[0].width);
                gap <= i64::from(two[0].height.max(two[1].height))
            });
            if length > 1 && (!near || words.iter().any(|word| parse(&word.text).is_some() && word.text.len() > 2)) {
                return None;
            }
            let text: String = words.iter().map(|word| word.text.as_str()).collect();
            parse(&text).map(|parsed| (length, parsed))
        });
        let Some((length, (pence, negative, currency, clean))) = piece else {
            at += 1;
            continue;
        };
        let words = &line.words[at..at + length];
        // What is by the piece, the kilo or the hundred is no amount of the receipt; nor is a rate.
        let follows = line.words.get(at + length).map(|word| word.text.to_lowercase()).unwrap_or_default();
        let is_rate = follows.starts_with('%') || follows.starts_with("/kg") || follows.starts_with("per");
        if !is_rate && pence <= MOST_PENCE {
            found.push(Amount {
                pence,
                negative: negative || matches!(follows.as_str(), "-" | "cr"),
                currency,
                clean,
                first: at,
                last: at + length - 1,
                height: words.iter().map(|word| word.height).max().unwrap_or_default(),
                sure: words.iter().map(|word| word.sure).min().unwrap_or_default(),
            });
        }
        at += length;
    }
    found
}

/// Pence, whether it is taken off, whether it has a currency, and whether nothing had to be guessed.
fn parse(text: &str) -> Option<(i64, bool, bool, bool)> {
    let trimmed = text
        .trim_matches(|c: char| matches!(c, '*' | '=' | ':' | '|' | '_' | '~' | '"' | '\'' | '‘' | '’' | '“' | '”'));
    let negative = trimmed.starts_with(['-', '–', '—', '(', '−'])
        || trimmed.ends_with(['-', '–', '—', ')'])
        || trimmed.ends_with("CR");
    let bare = trimmed
        .trim_matches(|c: char| matches!(c, '-' | '–' | '—' | '−' | '(' | ')' | '+' | '.' | ','))
        .trim_end_matches("CR");
    let (currency, rest) = without_currency(bare);
    let negative = negative || rest.starts_with(['-', '–', '−']);
    let rest = rest.trim_start_matches(['-', '–', '−', '.', ' ']);
    // A letter behind it says at which rate it is taxed.
    let core = rest.trim_end_matches(|c: char| c.is_ascii_alphabetic() && !matches!(c, 'o' | 'O') || c == '*');
    if rest.len() - core.len() > 2 {
        return None;
    }
    let tail = &rest[core.len()..];
    if tail == "p" && !core.is_empty() && core.len() <= 2 {
        return core.parse().ok().filter(|pence| *pence > 0).map(|pence| (pence, negative, false, true));
    }
    if matches!(
        tail,
        "kg" | "g"
            | "ml"
            | "l"
            | "cl"
            | "am"
            | "pm"
            | "AM"
            | "PM"
            | "x"
            | "X"
            | "th"
            | "st"
            | "nd"
            | "rd"
            | "m"
            | "s"
            | "km"
    ) {
        return None;
    }
    let (pence, clean) = pence(core, currency)?;
    Some((pence, negative, currency, clean))
}

/// A pound sign is often read as one of these.
fn without_currency(text: &str) -> (bool, &str) {
    for sign in ["£", "€", "$", "GBP", "gbp", "RM", "rm", "Rm", "EUR"] {
        if let Some(rest) = text.strip_prefix(sign) {
            return (true, rest.trim_start_matches(['£', '.', ':']));
        }
    }
    let mut letters = text.chars();
    match letters.next() {
        Some('E' | 'F' | 'f' | 'L' | '#' | '&' | 't' | '¢' | 'e')
            if letters.as_str().starts_with(|c: char| c.is_ascii_digit()) =>
        {
            (true, letters.as_str())
        }
        _ => (false, text),
    }
}

/// Digits, perhaps in thousands, and two behind a point. Whole pounds count where a pound sign stands before them.
fn pence(core: &str, currency: bool) -> Option<(i64, bool)> {
    let mut digits = String::new();
    let (mut clean, mut separators) = (true, Vec::new());
    for letter in core.chars() {
        match letter {
            '0'..='9' => digits.push(letter),
            'O' | 'o' | 'Q' | 'D' => (digits.push('0'), clean = false).0,
            'l' | 'I' | '|' | '!' => (digits.push('1'), clean = false).0,
            'S' | 's' => (digits.push('5'), clean = false).0,
            'B' => (digits.push('8'), clean = false).0,
            'Z' | 'z' => (digits.push('2'), clean = false).0,
            '.' | '·' | '•' => separators.push((digits.len(), '.')),
            ',' => separators.push((digits.len(), ',')),
            _ => return None,
        }
    }
    let real = core.chars().filter(char::is_ascii_digit).count();
    if digits.is_empty() || digits.len() > 9 || real * 2 < digits.len() || real == 0 {
        return None;
    }
    let value: i64 = digits.parse().ok()?;
    match separators.as_slice() {
        [] if currency && clean && digits.len() <= 3 => Some((value * 100, true)),
        [] => None,
        [thousands @ .., (last, sign)] => {
            let grouped = thousands.iter().enumerate().all(|(place, (at, _))| {
                let next = thousands.get(place + 1).map_or(*last, |(next, _)| *next);
                next - at == 3 && *at > 0
            });
            (digits.len() - last == 2 && *last > 0 && grouped).then_some((value, clean && *sign == '.'))
        }
    }
    .filter(|(pence, _)| *pence > 0 || digits.chars().all(|digit| digit == '0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_as_receipts_print_them() {
        for (text, amount) in [
            ("£1.15", Some((115, false, true, true))),
            ("1.15", Some((115, false, false, true))),
            ("1.15A", Some((115, false, false, true))),
            ("€1.15", Some((115, false, true, true))),
            ("E12.50", Some((1_250, false, true, true))),
            ("-0.50", Some((50, true, false, true))),
            ("£-0.50", Some((50, true, true, true))),
            ("0.50-", Some((50, true, false, true))),
            ("1,234.50", Some((123_450, false, false, true))),
            ("1O.5O", Some((1_050, false, false, false))),
            ("4,60", Some((460, false, false, false))),
            ("£2", Some((200, false, true, true))),
            ("85p", Some((85, false, false, true))),
            ("RM12.00", Some((1_200, false, true, true))),
            ("GBP7.20", Some((720, false, true, true))),
            ("0.00", Some((0, false, false, true))),
            ("2", None),
            ("12:50", None),
            ("02.11.26", None),
            ("0.452kg", None),
            ("20%", None),
            ("123456", None),
            ("A.BC", None),
            ("", None),
            ("£", None),
        ] {
            assert_eq!(parse(text), amount, "{text}");
        }
    }
}
