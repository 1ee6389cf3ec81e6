//! Which column of a statement is which: banks agree on what they say and not on what they call it.

use busfare_entity::words::{StatementProblemCode, StatementSign};
use csv::StringRecord;

use super::{Column, Line, MERCHANT_CHARS, Problem, REFERENCE_CHARS, cells};
use crate::rules::text;

const DATE: [&str; 8] =
    ["date", "transaction date", "trans date", "posting date", "posted date", "date posted", "booked on", "value date"];
const AMOUNT: [&str; 6] =
    ["amount", "transaction amount", "amount (gbp)", "amount gbp", "billing amount", "gross amount"];
const OUT: [&str; 6] = ["paid out", "debit", "debit amount", "money out", "withdrawn", "spend"];
const IN: [&str; 6] = ["paid in", "credit", "credit amount", "money in", "paid back", "refund"];
const MERCHANT: [&str; 8] = [
    "merchant",
    "merchant name",
    "description",
    "transaction description",
    "details",
    "payee",
    "supplier",
    "counter party",
];
const REFERENCE: [&str; 6] =
    ["reference", "transaction id", "transaction reference", "id", "reference number", "auth code"];
const CARD: [&str; 6] = ["card", "card number", "card no", "card ending", "last four", "last 4 digits"];

/// Where each thing stands in a row.
pub struct Columns {
    date: usize,
    amount: Amount,
    merchant: usize,
    reference: Option<usize>,
    card: Option<usize>,
}

enum Amount {
    One(usize),
    OutAndIn { out: usize, back: Option<usize> },
}

/// What is wrong with a row, and in which column.
pub type Wrong = (StatementProblemCode, Option<Column>);

impl Columns {
    /// Finds the columns by the first line.
    pub fn find(headers: &StringRecord) -> Result<Self, Problem> {
        let names: Vec<String> =
            headers.iter().map(|name| name.trim_start_matches('\u{feff}').replace('_', " ").to_lowercase()).collect();
        let place = |known: &[&str]| known.iter().find_map(|known| names.iter().position(|name| name == known));
        let needed = |found: Option<usize>, column| {
            let code = StatementProblemCode::ColumnMissing;
            found.ok_or(Problem { line: 1, code, column: Some(column) })
        };
        let amount = match (place(&AMOUNT), place(&OUT)) {
            (Some(one), _) => Amount::One(one),
            (None, out) => Amount::OutAndIn { out: needed(out, Column::Amount)?, back: place(&IN) },
        };
        Ok(Self {
            date: needed(place(&DATE), Column::Date)?,
            amount,
            merchant: needed(place(&MERCHANT), Column::Merchant)?,
            reference: place(&REFERENCE),
            card: place(&CARD),
        })
    }

    /// Reads one row; its number and ordinal are for whoever counts.
    pub fn read(&self, record: &StringRecord, sign: StatementSign) -> Result<Line, Wrong> {
        let cell = |place: usize| record.get(place).unwrap_or_default();
        let unclear = |column| (StatementProblemCode::TextUnclear, Some(column));
        let booked_on = cells::date(cell(self.date)).ok_or((StatementProblemCode::DateUnclear, Some(Column::Date)))?;
        let pence = self.pence(record, sign).ok_or((StatementProblemCode::AmountUnclear, Some(Column::Amount)))?;
        let merchant = text::plain(cell(self.merchant), MERCHANT_CHARS)
            .ok()
            .flatten()
            .filter(|name| !name.contains(['\n', '\r', '\t']))
            .ok_or(unclear(Column::Merchant))?;
        let reference = match self.reference {
            Some(place) => text::plain(cell(place), REFERENCE_CHARS).map_err(|_| unclear(Column::Reference))?,
            None => None,
        };
        let card = match self.card {
            Some(place) => {
                Some(cells::last_four(cell(place)).ok_or((StatementProblemCode::CardUnknown, Some(Column::Card)))?)
            }
            None => None,
        };
        Ok(Line { number: 0, card, booked_on, pence, merchant, reference, ordinal: 0 })
    }

    /// Money that left, in pence; a line of nothing is unclear.
    fn pence(&self, record: &StringRecord, sign: StatementSign) -> Option<i64> {
        let cell = |place: usize| record.get(place).unwrap_or_default();
        let pence = match self.amount {
            Amount::One(place) => {
                let written = cells::pence(cell(place))?;
                match sign {
                    StatementSign::OutIsPositive => written,
                    StatementSign::OutIsNegative => -written,
                }
            }
            // Here the column says which way it went, and a sign would say it twice.
            Amount::OutAndIn { out, back } => {
                let back = back.map(cell).filter(|text| !text.is_empty());
                match (cell(out), back) {
                    ("", Some(back)) => -cells::pence(back)?.abs(),
                    (out, back) if back.is_none_or(|back| cells::pence(back) == Some(0)) => cells::pence(out)?.abs(),
                    (out, Some(back)) if cells::pence(out) == Some(0) => -cells::pence(back)?.abs(),
                    _ => return None,
                }
            }
        };
        Some(pence).filter(|pence| *pence != 0)
    }
}
