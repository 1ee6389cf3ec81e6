//! Tables: a sheet whose first row that says anything names its columns, by any of the names that XLSForm has had.

use super::{Log, Remark, Sheet, clean, languages, shown};

/// A sheet with what its columns are.
pub(super) struct Table<'a> {
    sheet: &'a Sheet,
    pub(super) columns: Vec<Column>,
    /// The row of the headers, as the spreadsheet numbers it.
    pub(super) header_row: usize,
}

/// One column that has a header.
pub(super) struct Column {
    pub(super) index: usize,
    /// As it is written.
    header: String,
    /// What it is, in the one spelling that the rest of this room uses.
    pub(super) is: String,
    /// Of words that are read: the language, where the header says one.
    pub(super) language: Option<String>,
}

/// One row that says something.
#[derive(Clone, Copy)]
pub(super) struct Row<'a> {
    /// As the spreadsheet numbers it.
    pub(super) number: usize,
    cells: &'a [String],
}

/// Columns of words that are read, which may stand in several languages.
const WORDS: &[&str] = &[
    "label",
    "hint",
    "form_title",
    "constraint_message",
    "required_message",
    "guidance_hint",
    "busfare::why_we_ask",
    "busfare::label_of",
    "busfare::hint_of",
    "busfare::form_title_of",
    "busfare::why_we_ask_of",
];

impl<'a> Table<'a> {
    /// Nothing where the sheet is blank.
    pub(super) fn read(sheet: &'a Sheet) -> Option<Self> {
        let header = sheet.rows.iter().position(|row| row.iter().any(|cell| !clean(cell).is_empty()))?;
        let named = sheet.rows[header].iter().enumerate().filter(|(_, cell)| !clean(cell).is_empty());
        let columns = named.map(|(index, cell)| Column::read(index, cell)).collect();
        Some(Self { sheet, columns, header_row: header + 1 })
    }

    /// The rows below the headers that say anything.
    pub(super) fn rows(&self) -> impl Iterator<Item = Row<'a>> + use<'a> {
        let below = self.sheet.rows.iter().enumerate().skip(self.header_row);
        below
            .map(|(index, cells)| Row { number: index + 1, cells })
            .filter(|row| row.cells.iter().any(|cell| !clean(cell).is_empty()))
    }

    pub(super) fn has(&self, is: &str) -> bool {
        self.columns.iter().any(|column| column.is == is)
    }

    /// What a row says in a column, without spaces around it; nothing where there is no such column.
    pub(super) fn cell(&self, row: Row<'a>, is: &str) -> &'a str {
        let mut columns = self.columns.iter().filter(|column| column.is == is);
        columns.next().map_or("", |column| row.at(column.index))
    }

    /// A remark about a cell.
    pub(super) fn remark(&self, row: usize, is: &str, words: impl Into<String>) -> Remark {
        match self.columns.iter().find(|column| column.is == is) {
            Some(column) => self.remark_on(row, column, words),
            None => self.about(row, is.to_owned(), words),
        }
    }

    pub(super) fn remark_on(&self, row: usize, column: &Column, words: impl Into<String>) -> Remark {
        self.about(row, format!("{} ({})", letters(column.index), shown(&column.header)), words)
    }

    fn about(&self, row: usize, column: String, words: impl Into<String>) -> Remark {
        Remark { sheet: shown(&self.sheet.name), row, column, words: words.into() }
    }

    /// Refuses what is named twice: nobody can tell which of the two counts.
    pub(super) fn refuse_doubles(&self, understood: &[&str], log: &mut Log) {
        for (place, column) in self.columns.iter().enumerate() {
            let same = |other: &&Column| other.is == column.is && other.language == column.language;
            let known = understood.contains(&column.is.as_str());
            if let Some(first) = self.columns[..place].iter().find(same).filter(|_| known) {
                let words =
                    format!("This column says the same thing as column {}; keep one of the two.", letters(first.index));
                log.refuse(self.remark_on(self.header_row, column, words));
            }
        }
    }

    /// Notes every column that says something and is not understood.
    pub(super) fn note_others(&self, understood: &[&str], log: &mut Log) {
        for column in self.columns.iter().filter(|column| !understood.contains(&column.is.as_str())) {
            if let Some(row) = self.rows().find(|row| !row.at(column.index).is_empty()) {
                let words = match column.is.as_str() {
                    "appearance" | "media" | "look" => "This says how the form looks elsewhere, and was left out.",
                    "constraint_message" | "required_message" => {
                        "Messages are Busfare's own here, and these were left out."
                    }
                    _ => "This column means nothing here, and was left out.",
                };
                log.note(self.remark_on(row.number, column, words));
            }
        }
    }
}

impl<'a> Row<'a> {
    pub(super) fn at(&self, index: usize) -> &'a str {
        self.cells.get(index).map_or("", |cell| clean(cell))
    }
}

impl Column {
    fn read(index: usize, cell: &str) -> Self {
        let header = clean(cell).split_whitespace().collect::<Vec<_>>().join(" ");
        let parts: Vec<&str> = match header.contains("::") {
            true => header.split("::").map(clean).collect(),
            // As it was written before 2012. What is the machine's own has a colon besides.
            false => header.splitn(2, ':').map(clean).collect(),
        };
        let plain = |part: &str| part.to_lowercase().replace([' ', '-'], "_");
        let (mut first, mut rest) = (plain(parts[0]), &parts[1..]);
        if first == "bind" && !rest.is_empty() {
            (first, rest) = (plain(rest[0]), &rest[1..]);
            let meant =
                ["relevant", "constraint", "required", "readonly", "calculate", "type"].contains(&first.as_str());
            first = match first.as_str() {
                "jr:constraintmsg" => "constraint_message".to_owned(),
                "jr:requiredmsg" => "required_message".to_owned(),
                "type" => "look".to_owned(),
                _ if meant => first,
                _ => "look".to_owned(),
            };
        }
        if first == "busfare" && !rest.is_empty() {
            (first, rest) = (format!("busfare::{}", plain(rest[0])), &rest[1..]);
        }
        let is = spelling(&first);
        let language = rest.first().filter(|_| WORDS.contains(&is)).map(|named| languages::tag(named));
        // A suffix that is no language makes it something else than the column without it.
        let is = if rest.is_empty() || language.is_some() || is == "media" { is.to_owned() } else { "look".to_owned() };
        Self { index, header, is, language }
    }
}

/// The one spelling of a header.
fn spelling(header: &str) -> &str {
    match header {
        "command" => "type",
        "tag" | "value" => "name",
        "caption" => "label",
        "relevance" => "relevant",
        "readonly" => "read_only",
        "calculate" => "calculation",
        "count" | "jr:count" => "repeat_count",
        "constrainingmsg" => "constraint_message",
        "requiredmsg" => "required_message",
        "title" | "set_form_title" => "form_title",
        "id_string" | "set_form_id" => "form_id",
        "image" | "audio" | "video" | "big_image" | "autoplay" => "media",
        "body" | "instance" | "control" | "style" => "look",
        other => other,
    }
}

/// A column as the spreadsheet letters it.
fn letters(index: usize) -> String {
    let (mut left, mut letters) = (index + 1, Vec::new());
    while left > 0 {
        letters.push(char::from(b'A' + u8::try_from((left - 1) % 26).unwrap_or(0)));
        left = (left - 1) / 26;
    }
    letters.iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_lettered_as_spreadsheets_letter_them() {
        for (index, is) in [(0, "A"), (25, "Z"), (26, "AA"), (51, "AZ"), (52, "BA"), (701, "ZZ"), (702, "AAA")] {
            assert_eq!(letters(index), is);
        }
    }

    #[test]
    fn headers_are_known_in_every_spelling_that_forms_have_had() {
        for (header, is, language) in [
            ("Type", "type", None),
            (" LIST NAME ", "list_name", None),
            ("list_name", "list_name", None),
            ("label::English (en)", "label", Some("en")),
            ("label:cy", "label", Some("cy")),
            ("LABEL::EN", "label", Some("en")),
            ("hint :: Welsh (cy)", "hint", Some("cy")),
            ("bind:relevant", "relevant", None),
            ("bind::constraint", "constraint", None),
            ("bind:jr:constraintMsg", "constraint_message", None),
            ("bind::jr:constraintMsg::French", "constraint_message", Some("fr")),
            ("bind::saveIncomplete", "look", None),
            ("read only", "read_only", None),
            ("relevance", "relevant", None),
            ("media::image::english", "media", None),
            ("body::accuracyThreshold", "look", None),
            ("busfare::why_we_ask::Welsh (cy)", "busfare::why_we_ask", Some("cy")),
            ("relevant::French", "look", None),
        ] {
            let column = Column::read(0, header);
            assert_eq!((column.is.as_str(), column.language.as_deref()), (is, language), "{header}");
        }
    }
}
