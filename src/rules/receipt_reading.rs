//! Readings: what a machine makes of a receipt. Every value is a suggestion with its reasons, and becomes a fact only
//! when a person confirms it. Nothing is filled in beforehand unless it is as good as certain; what is likely is offered
//! to choose from.

mod amount;
mod day;
mod guess;
mod label;
mod merchant;
mod paper;
#[cfg(test)]
mod tests;
mod total;
mod vat;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use self::{guess::Gate, paper::Line};
pub use self::{
    guess::{Candidate, Guess, MOST_CHIPS},
    paper::Word,
};

/// Which rules made a reading of the words. One more whenever they would make another.
pub const EXTRACTOR_VERSION: i32 = 1;

/// Points for a value that every pass over the paper found, and for one that only some did.
const AGREED: (i32, i32) = (15, -15);

/// What a machine makes of a receipt.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    /// Who sold it.
    pub merchant: Guess<String>,
    /// The day.
    pub day: Guess<NaiveDate>,
    /// Minutes since midnight.
    pub minute: Guess<i32>,
    /// The total with VAT, in pence.
    pub total: Guess<i64>,
    /// The VAT registration number, `GB` and its digits.
    pub vat_number: Guess<String>,
    /// The VAT in the total, in pence.
    pub vat: Guess<i64>,
    /// The rate of VAT, in hundredths of a per cent.
    pub vat_rate: Guess<i64>,
}

/// Reads what some passes over the same paper found. `latest` is the last day it can have been bought on.
pub fn read(passes: &[Vec<Word>], latest: NaiveDate) -> Reading {
    let passes: Vec<Vec<Line>> = passes.iter().map(|words| paper::lines(words)).collect();
    // One pass agrees with itself: that is how the text of a document comes, which is not guessed.
    let whole = |agreed: (i32, i32)| if passes.len() > 1 { agreed } else { (8, 0) };

    let totals = passes.iter().map(|lines| total::totals(lines)).collect();
    let total = Guess::of(guess::together(totals, |a, b| a == b, whole(AGREED)), Gate { least: 88, ahead: 16 });
    let likely = total.suggested.or(total.candidates.first().map(|best| best.value));

    let found: Vec<_> = passes.iter().map(|lines| day::days(lines, latest)).collect();
    let minutes = passes.iter().zip(&found).map(|(lines, days)| day::times(lines, days, latest)).collect();
    let day = Guess::of(guess::together(found, |a, b| a == b, whole(AGREED)), Gate { least: 80, ahead: 14 });
    let minute = Guess::of(guess::together(minutes, |a, b| a == b, whole(AGREED)), Gate { least: 80, ahead: 12 });

    let merchants = passes.iter().map(|lines| merchant::merchants(lines)).collect();
    let merchants = guess::together(merchants, |a: &String, b| merchant::same(a, b), whole((14, -22)));
    let numbers = passes.iter().map(|lines| vat::numbers(lines)).collect();
    let vats = passes.iter().map(|lines| vat::amounts(&total::told(lines), lines, likely)).collect();
    let vat = Guess::of(guess::together(vats, |a, b| a == b, whole((12, -18))), Gate { least: 84, ahead: 12 });
    let rates = passes.iter().map(|lines| vat::rates(lines, vat.suggested, total.suggested)).collect();

    Reading {
        merchant: Guess::of(merchants, Gate { least: 84, ahead: 12 }),
        day,
        minute,
        total,
        vat_number: Guess::of(
            guess::together(numbers, |a: &String, b| a == b, whole((4, -4))),
            Gate { least: 80, ahead: 1 },
        ),
        vat,
        vat_rate: Guess::of(guess::together(rates, |a, b| a == b, whole((8, -12))), Gate { least: 72, ahead: 10 }),
    }
}

/// The words of a pass as text, a line of the paper on a line.
pub fn text(words: &[Word]) -> String {
    paper::lines(words).iter().map(Line::text).collect::<Vec<_>>().join("\n")
}
