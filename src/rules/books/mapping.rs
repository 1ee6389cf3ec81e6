//! The column mapping: which columns finance's journal file has, in which order, as a small TOML file that is
//! published with the organisation and pinned by every export made with it. Whatever is wrong is said with its line.

use std::{fmt::Write, ops::Range};

use busfare_entity::words::Language;
use chrono::{
    NaiveDate,
    format::{Item, StrftimeItems},
};
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::super::{refusal::say, text};

/// The mapping of an organisation that has published none.
pub const DEFAULT: &str = include_str!("mapping.toml");
/// Longest mapping file, in bytes.
pub const MOST_BYTES: usize = 16 * 1024;
/// Most columns.
pub const MOST_COLUMNS: usize = 50;
/// Most problems told at once.
pub const MOST_PROBLEMS: usize = 20;
const MOST_CHARS: usize = 80;

/// Which columns a journal file has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mapping {
    /// From left to right.
    pub columns: Vec<Column>,
    /// How days are written, in `strftime`'s letters.
    pub date_format: String,
    /// What stands between two cells.
    pub delimiter: u8,
}

/// One column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// What stands at its head.
    pub heading: String,
    /// What stands in it.
    pub content: Content,
}

/// What stands in a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// Something of the line.
    Field(Field),
    /// The same in every line.
    Value(String),
}

/// Declares the fields of a journal line with their names in the file.
macro_rules! fields {
    ($($(#[$about:meta])* $field:ident = $name:literal),+ $(,)?) => {
        /// Something of a journal line.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Field { $($(#[$about])* $field),+ }

        impl Field {
            /// Every field there is, by its name.
            pub const ALL: &[(&'static str, Self)] = &[$(($name, Self::$field)),+];
        }
    };
}

fields! {
    /// The number of the export.
    Batch = "batch",
    /// The number of the line in it, from 1.
    Line = "line",
    /// The local day on which the money left or came back.
    Date = "date",
    /// The spend's id.
    Reference = "reference",
    /// The ledger entry's own id.
    Entry = "entry",
    /// Of the budget.
    CostCentre = "cost_centre",
    /// Of the budget.
    SubjectiveCode = "subjective_code",
    /// The budget's name.
    Budget = "budget",
    /// The purpose's code.
    Purpose = "purpose",
    /// What it was for, without anybody's words.
    Description = "description",
    /// The kind of movement.
    Movement = "movement",
    /// Pounds and pence; negative where money came back.
    Amount = "amount",
    /// The amount where money left, empty otherwise.
    Debit = "debit",
    /// The amount, without its sign, where money came back; empty otherwise.
    Credit = "credit",
    /// The amount in whole pence.
    Pence = "pence",
    /// The VAT in it, where known.
    Vat = "vat",
}

/// Something that is wrong with a mapping, and in which line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MappingProblem {
    /// From 1.
    pub line: usize,
    /// What.
    pub fault: MappingFault,
}

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MappingFault {
    /// The file is too long.
    TooLong,
    /// It is not TOML.
    NotToml,
    /// There is no setting of this name.
    NoSuchSetting(String),
    /// There is no field of this name.
    NoSuchField(String),
    /// A setting has a value of another kind.
    NotThat(&'static str),
    /// A text is empty, too long or hides something.
    Text(&'static str),
    /// A column has both a field and a value, or neither.
    FieldOrValue,
    /// A column has no heading.
    NoHeading,
    /// Two columns have one heading.
    HeadingTwice(String),
    /// No column, or too many.
    HowManyColumns,
    /// The date format has letters that mean nothing.
    DateFormat,
    /// Not one of the separators.
    Delimiter,
}

impl Mapping {
    /// Reads a mapping, and says everything that is wrong with it.
    pub fn read(source: &str) -> Result<Self, Vec<MappingProblem>> {
        if source.len() > MOST_BYTES {
            return Err(vec![MappingProblem { line: 1, fault: MappingFault::TooLong }]);
        }
        let mut reading = Reading { source, problems: Vec::new() };
        let mapping = match DeTable::parse(source) {
            Ok(table) => reading.mapping(table.get_ref()),
            Err(error) => {
                reading.wrong(error.span().unwrap_or(0..0), MappingFault::NotToml);
                None
            }
        };
        reading.problems.sort_by_key(|problem| problem.line);
        reading.problems.truncate(MOST_PROBLEMS);
        mapping.filter(|_| reading.problems.is_empty()).ok_or(reading.problems)
    }

    /// A day as this file writes it.
    pub fn date(&self, day: NaiveDate) -> String {
        let mut text = String::new();
        // The format was tried when it was read.
        if write!(text, "{}", day.format(&self.date_format)).is_err() { day.to_string() } else { text }
    }
}

struct Reading<'a> {
    source: &'a str,
    problems: Vec<MappingProblem>,
}

type Value<'a> = Spanned<DeValue<'a>>;

impl Reading<'_> {
    fn wrong(&mut self, span: Range<usize>, fault: MappingFault) {
        let before = &self.source.as_bytes()[..span.start.min(self.source.len())];
        let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
        self.problems.push(MappingProblem { line, fault });
    }

    fn mapping(&mut self, table: &DeTable<'_>) -> Option<Mapping> {
        let (mut columns, mut date_format, mut delimiter) = (Vec::new(), None, None);
        let mut listed = 0..0;
        for (name, value) in table {
            match name.get_ref().as_ref() {
                "date_format" => date_format = self.date_format(value),
                "delimiter" => delimiter = self.delimiter(value),
                "column" => {
                    listed = name.span();
                    columns = self.columns(value);
                }
                other => self.wrong(name.span(), MappingFault::NoSuchSetting(other.to_owned())),
            }
        }
        if columns.is_empty() || columns.len() > MOST_COLUMNS {
            self.wrong(listed, MappingFault::HowManyColumns);
        }
        let columns: Option<Vec<_>> = columns.into_iter().collect();
        Some(Mapping {
            columns: columns?,
            date_format: date_format.unwrap_or_else(|| "%d/%m/%Y".to_owned()),
            delimiter: delimiter.unwrap_or(b','),
        })
    }

    fn date_format(&mut self, value: &Value<'_>) -> Option<String> {
        let text = self.text(value, "date_format")?;
        // A day has no hours: the letters are tried on one.
        let mut tried = String::new();
        let known = StrftimeItems::new(&text).all(|item| !matches!(item, Item::Error));
        if !known || write!(tried, "{}", NaiveDate::default().format(&text)).is_err() {
            self.wrong(value.span(), MappingFault::DateFormat);
        }
        Some(text)
    }

    fn delimiter(&mut self, value: &Value<'_>) -> Option<u8> {
        match value.get_ref().as_str() {
            Some(",") => Some(b','),
            Some(";") => Some(b';'),
            Some("|") => Some(b'|'),
            Some("\t") => Some(b'\t'),
            _ => {
                self.wrong(value.span(), MappingFault::Delimiter);
                None
            }
        }
    }

    /// One for each column; none in the place of one that cannot be used.
    fn columns(&mut self, value: &Value<'_>) -> Vec<Option<Column>> {
        let Some(tables) = value.get_ref().as_array() else {
            self.wrong(value.span(), MappingFault::NotThat("column"));
            return vec![None];
        };
        let mut columns: Vec<Option<Column>> = Vec::new();
        for value in tables.iter() {
            let column = match value.get_ref().as_table() {
                Some(table) => self.column(value.span(), table),
                None => {
                    self.wrong(value.span(), MappingFault::NotThat("column"));
                    None
                }
            };
            let heading = column.as_ref().map(|column| column.heading.clone());
            if let Some(heading) = heading.filter(|new| columns.iter().flatten().any(|column| column.heading == *new)) {
                self.wrong(value.span(), MappingFault::HeadingTwice(heading));
            }
            columns.push(column);
        }
        columns
    }

    fn column(&mut self, span: Range<usize>, table: &DeTable<'_>) -> Option<Column> {
        let (mut heading, mut field, mut constant) = (None, None, None);
        for (name, value) in table {
            match name.get_ref().as_ref() {
                "heading" => heading = Some(self.text(value, "heading")),
                "value" => constant = Some(self.text(value, "value").map(Content::Value)),
                "field" => field = Some(self.field(value).map(Content::Field)),
                other => self.wrong(name.span(), MappingFault::NoSuchSetting(other.to_owned())),
            }
        }
        if heading.is_none() {
            self.wrong(span.clone(), MappingFault::NoHeading);
        }
        let content = match (field, constant) {
            (Some(content), None) | (None, Some(content)) => content,
            _ => {
                self.wrong(span, MappingFault::FieldOrValue);
                None
            }
        };
        Some(Column { heading: heading??, content: content? })
    }

    fn field(&mut self, value: &Value<'_>) -> Option<Field> {
        let Some(name) = value.get_ref().as_str() else {
            self.wrong(value.span(), MappingFault::NotThat("field"));
            return None;
        };
        let found = Field::ALL.iter().find(|(known, _)| *known == name).map(|(_, field)| *field);
        if found.is_none() {
            self.wrong(value.span(), MappingFault::NoSuchField(name.to_owned()));
        }
        found
    }

    fn text(&mut self, value: &Value<'_>, name: &'static str) -> Option<String> {
        let Some(text) = value.get_ref().as_str() else {
            self.wrong(value.span(), MappingFault::NotThat(name));
            return None;
        };
        match text::plain(text, MOST_CHARS) {
            Ok(Some(plain)) => Some(plain),
            _ => {
                self.wrong(value.span(), MappingFault::Text(name));
                None
            }
        }
    }
}

impl MappingProblem {
    /// What is wrong and what to do, with its line.
    pub fn words(&self, language: Language) -> String {
        let (en, cy) = self.fault.words();
        let line = self.line;
        say(language, format!("Line {line}: {en}"), format!("Llinell {line}: {cy}"))
    }
}

impl MappingFault {
    fn words(&self) -> (String, String) {
        let both = |en: &str, cy: &str| (en.to_owned(), cy.to_owned());
        match self {
            Self::TooLong => both("the file is longer than 16 KiB.", "mae'r ffeil yn hwy na 16 KiB."),
            Self::NotToml => both(
                "this is not TOML. Check the quotes and brackets.",
                "nid TOML yw hwn. Gwiriwch y dyfynodau a'r cromfachau.",
            ),
            Self::NoSuchSetting(name) => named(name, "there is no setting", "nid oes gosodiad"),
            Self::NoSuchField(name) => named(name, "there is no field", "nid oes maes"),
            Self::NotThat(name) => (
                format!("{name} has a value of another kind. See the example in the schema."),
                format!("mae gwerth o fath arall gan {name}. Gweler yr enghraifft yn y sgema."),
            ),
            Self::Text(name) => (
                format!("{name} needs 1 to {MOST_CHARS} plain characters."),
                format!("mae angen 1 i {MOST_CHARS} nod plaen ar {name}."),
            ),
            Self::FieldOrValue => {
                both("a column needs either a field or a value.", "mae angen naill ai maes neu werth ar golofn.")
            }
            Self::NoHeading => both("this column needs a heading.", "mae angen pennawd ar y golofn hon."),
            Self::HeadingTwice(name) => named(name, "another column has the heading", "mae gan golofn arall y pennawd"),
            Self::HowManyColumns => (
                format!("a mapping has 1 to {MOST_COLUMNS} columns."),
                format!("mae gan fapiad 1 i {MOST_COLUMNS} colofn."),
            ),
            Self::DateFormat => both(
                "that date format means nothing. Try \"%d/%m/%Y\".",
                "nid yw'r fformat dyddiad yn golygu dim. Rhowch gynnig ar \"%d/%m/%Y\".",
            ),
            Self::Delimiter => both("the delimiter is one of , ; | and tab.", "y gwahanydd yw un o , ; | a thab."),
        }
    }
}

/// A name may be long, and the words must fit on a phone.
fn named(name: &str, en: &str, cy: &str) -> (String, String) {
    let name: String = name.chars().filter(|c| !c.is_control()).take(30).collect();
    (format!("{en} \"{name}\". See the list in the schema."), format!("{cy} \"{name}\". Gweler y rhestr yn y sgema."))
}

#[cfg(test)]
#[path = "mapping_tests.rs"]
mod tests;
