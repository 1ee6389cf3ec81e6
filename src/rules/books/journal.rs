//! The journal: the file that finance's ledger takes in. One line for each movement of settled money, in the columns
//! of the mapping, and nothing in it that a spreadsheet would run as a formula or that names a person.

use std::borrow::Cow;

use busfare_entity::words::{BudgetEntryId, BudgetMovement, SpendId};
use chrono::NaiveDate;
use csv::{Terminator, WriterBuilder};

use super::{
    super::{cell::guarded, money::Money},
    mapping::{Content, Field, Mapping},
};

/// One movement of settled money, as finance needs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JournalLine {
    /// The ledger entry.
    pub entry: BudgetEntryId,
    /// The spend behind it.
    pub spend: Option<SpendId>,
    /// The local day.
    pub day: NaiveDate,
    /// Of the budget.
    pub cost_centre: String,
    /// Of the budget.
    pub subjective_code: String,
    /// The budget's name.
    pub budget: String,
    /// The purpose's code; empty where no spend stands behind it.
    pub purpose: String,
    /// The purpose's English name; empty where no spend stands behind it.
    pub purpose_name: String,
    /// The kind of movement.
    pub movement: BudgetMovement,
    /// How much left; negative where it came back.
    pub amount: Money,
}

/// Writes the file: a line of headings, then the lines in their order.
pub fn write(batch: i64, mapping: &Mapping, lines: &[JournalLine]) -> Result<Vec<u8>, csv::Error> {
    let mut file =
        WriterBuilder::new().delimiter(mapping.delimiter).terminator(Terminator::CRLF).from_writer(Vec::new());
    file.write_record(mapping.columns.iter().map(|column| guarded(&column.heading).into_owned()))?;
    for (number, line) in (1_i64..).zip(lines) {
        for column in &mapping.columns {
            let cell = match &column.content {
                Content::Value(value) => Cow::Borrowed(value.as_str()),
                Content::Field(field) => cell(*field, batch, number, mapping, line),
            };
            file.write_field(guarded(&cell).as_ref())?;
        }
        file.write_record(None::<&[u8]>)?;
    }
    file.into_inner().map_err(|error| error.into_error().into())
}

fn cell<'a>(field: Field, batch: i64, number: i64, mapping: &Mapping, line: &'a JournalLine) -> Cow<'a, str> {
    let owned = |text: String| Cow::Owned(text);
    match field {
        Field::Batch => owned(batch.to_string()),
        Field::Line => owned(number.to_string()),
        Field::Date => owned(mapping.date(line.day)),
        Field::Reference => owned(line.spend.map(|spend| spend.to_string()).unwrap_or_default()),
        Field::Entry => owned(line.entry.to_string()),
        Field::CostCentre => Cow::Borrowed(line.cost_centre.as_str()),
        Field::SubjectiveCode => Cow::Borrowed(line.subjective_code.as_str()),
        Field::Budget => Cow::Borrowed(line.budget.as_str()),
        Field::Purpose => Cow::Borrowed(line.purpose.as_str()),
        Field::Description => owned(description(line)),
        Field::Movement => owned(format!("{:?}", line.movement).to_lowercase()),
        Field::Amount => owned(line.amount.to_decimal().to_string()),
        Field::Debit if line.amount >= Money::ZERO => owned(line.amount.to_decimal().to_string()),
        Field::Credit if line.amount < Money::ZERO => owned(line.amount.to_decimal().abs().to_string()),
        Field::Debit | Field::Credit => Cow::Borrowed(""),
        Field::Pence => owned(line.amount.pence().to_string()),
        // No VAT is recorded yet, and none is made up.
        Field::Vat => Cow::Borrowed(""),
    }
}

/// What it was for, in the organisation's words and nobody's own.
fn description(line: &JournalLine) -> String {
    let what = if line.purpose_name.is_empty() { &line.budget } else { &line.purpose_name };
    if line.amount < Money::ZERO { format!("{what}, money back") } else { what.clone() }
}

#[cfg(test)]
#[path = "journal_tests.rs"]
mod tests;
