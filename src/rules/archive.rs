//! Archives of receipts: which days one may have, how its files are named, and what its index says. An auditor opens it
//! without Busfare and without a network, so every line says in words what is there and what is not.

mod index;

use std::fmt::Write;

use busfare_entity::words::{Language, NoReceiptReason, ReceiptId, SpendId};
use chrono::NaiveDate;

pub use self::index::{csv_line, headings, html_end, html_line, html_start};
use super::{cell::guarded, money::Money, refusal::say};

/// Most days in one archive.
pub const MOST_DAYS: i64 = 366;
/// Most spends in one archive; more are for a shorter period.
pub const MOST_SPENDS: u64 = 20_000;
/// Most characters of the words in a file's name.
const MOST_NAME: usize = 24;

/// Whether an archive may be of these days, both included.
pub fn is_a_period(from: NaiveDate, to: NaiveDate) -> bool {
    (0..MOST_DAYS).contains(&to.signed_duration_since(from).num_days())
}

/// One line of the index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The spend.
    pub spend: SpendId,
    /// The local day on which the money left.
    pub day: NaiveDate,
    /// What it was for, in the organisation's words.
    pub purpose: String,
    /// What was spent.
    pub amount: Money,
    /// What came back of it.
    pub came_back: Money,
    /// How much of the receipt is this spend, where it is for several.
    pub portion: Option<Money>,
    /// What there is, or is not.
    pub what: What,
}

/// What there is of evidence, or is not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// A page is enclosed.
    Enclosed(Enclosed),
    /// The receipt is enclosed once, with another spend that it is for.
    WithAnother {
        /// Which receipt.
        receipt: ReceiptId,
        /// Where it is.
        spend: SpendId,
    },
    /// A page is stored and could not be read now.
    Unreadable {
        /// Which receipt.
        receipt: ReceiptId,
        /// Which page.
        page: i32,
        /// The file that says so.
        file: String,
    },
    /// A page is on its way here.
    OnItsWay {
        /// Which receipt.
        receipt: ReceiptId,
        /// Which page.
        page: i32,
        /// Bytes that are here.
        received: i64,
        /// Bytes in all.
        length: i64,
    },
    /// A page has not come.
    NotCome {
        /// Which receipt.
        receipt: ReceiptId,
        /// Which page.
        page: i32,
        /// Whether one came that was not kept.
        refused: bool,
    },
    /// A note says why there is no receipt.
    Noted {
        /// Why.
        reason: NoReceiptReason,
        /// A few words with it.
        words: Option<String>,
    },
    /// There is neither a receipt nor a note.
    Nothing,
    /// Its purpose asks for none.
    NotNeeded,
}

/// A page that is enclosed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enclosed {
    /// Which receipt.
    pub receipt: ReceiptId,
    /// Which page.
    pub page: i32,
    /// Its file in the archive.
    pub file: String,
    /// SHA-256 of the file, in hexadecimal.
    pub sha256: String,
    /// How many bytes it has.
    pub bytes: u64,
}

/// Where a page is in the archive: by its spend, which receipt of the spend it belongs to, and which page it is. The
/// purpose's code is in it for the eye alone.
pub fn file_name(spend: SpendId, (receipt, page): (usize, i32), purpose: &str, kind: &str) -> String {
    let mut name = format!("receipts/{spend}_{receipt:02}_p{page:02}");
    let words = safe(purpose);
    if !words.is_empty() {
        let _ = write!(name, "_{words}");
    }
    name + "." + kind
}

/// Letters, digits and single dashes, so that the name is the same on every system.
fn safe(words: &str) -> String {
    let mut name = String::new();
    for letter in words.chars().map(|letter| letter.to_ascii_lowercase()) {
        match letter {
            'a'..='z' | '0'..='9' => name.push(letter),
            _ if name.is_empty() || name.ends_with('-') => {}
            _ => name.push('-'),
        }
        if name.len() == MOST_NAME {
            break;
        }
    }
    name.trim_end_matches('-').to_owned()
}

/// How the name of a file of this media type ends.
pub fn ending(media_type: &str) -> &'static str {
    match media_type {
        "image/jpeg" => "jpg",
        "image/png" => "png",
        "image/webp" => "webp",
        "image/heic" | "image/heif" => "heic",
        "image/avif" => "avif",
        "application/pdf" => "pdf",
        _ => "bin",
    }
}

/// What is in the file of a page that could not be read.
pub fn unreadable_words(language: Language, receipt: ReceiptId, page: i32) -> String {
    say(
        language,
        format!(
            "Page {page} of {receipt} is stored and could not be read when this archive was made. Fetch it again.\n"
        ),
        format!(
            "Mae tudalen {page} o {receipt} wedi'i storio ond nid oedd modd ei darllen wrth wneud yr archif hon. Nôlwch hi eto.\n"
        ),
    )
}

/// The name of an archive.
pub fn archive_name(from: NaiveDate, to: NaiveDate) -> String {
    format!("receipts-{from}-to-{to}.zip")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn an_archive_is_of_a_day_to_a_year() {
        assert!(is_a_period(day("2026-11-20"), day("2026-11-20")));
        assert!(is_a_period(day("2024-01-01"), day("2024-12-31")));
        assert!(!is_a_period(day("2026-11-20"), day("2026-11-19")));
        assert!(!is_a_period(day("2025-01-01"), day("2026-01-02")));
        assert!(!is_a_period(NaiveDate::MIN, NaiveDate::MAX));
        assert!(!is_a_period(NaiveDate::MAX, NaiveDate::MIN));
    }

    proptest! {
        #[test]
        fn a_name_is_safe_on_every_system_whatever_the_purpose_is_called(purpose in "\\PC{0,60}", page in 1..=20i32) {
            let spend = SpendId(Uuid::from_u128(7));
            let name = file_name(spend, (1, page), &purpose, "jpg");
            prop_assert!(name.len() < 100 && name.starts_with("receipts/spnd_"));
            prop_assert!(name["receipts/".len()..].bytes().all(|it| it.is_ascii_alphanumeric() || b"_-.".contains(&it)), "{}", name);
            prop_assert_eq!(name.matches('.').count(), 1);
        }
    }
}
