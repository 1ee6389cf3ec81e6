//! Reads a workbook as a form: which sheets there are, what they say, and whether it is a form in the end.

use super::{
    Imported, LONGEST_CELL_CHARS, Log, MOST_COLUMNS, MOST_ROWS, MOST_SHEETS, Refused, Remark, Sheet, Workbook,
    build::{self, Site},
    clean, languages,
    lines::{self, Line},
    lists::{self, Lists},
    shown,
    speech::Speech,
    table::Table,
};
use crate::rules::{
    form::{Definition, Malformed, is_link_id, link_id},
    logic::Unusable,
    wording::Wording,
};

/// Where choices stand, today's name before those of old.
const CHOICES: &[&str] = &["choices", "choices and columns", "columns"];
/// What is understood on the sheet of settings.
const SETTINGS: &[&str] = &["form_title", "form_id", "default_language", "busfare::code", "busfare::form_title_of"];

/// Reads a form.
///
/// # Errors
///
/// Everything that is not accepted, by sheet and row, at most [`super::MOST_REFUSALS`]; never nothing.
pub fn read(workbook: &Workbook) -> Result<Imported, Vec<Refused>> {
    let mut log = Log::default();
    too_large(workbook, &mut log);
    if !log.refused.is_empty() {
        return Err(log.refused);
    }
    let Some((survey, sheet)) = survey(workbook, &mut log) else { return Err(log.refused) };
    let choices: Vec<Table<'_>> = CHOICES
        .iter()
        .filter_map(|name| named(workbook, name))
        .filter(|other| !std::ptr::eq(*other, sheet))
        .filter_map(Table::read)
        .collect();
    let settings = named(workbook, "settings").and_then(Table::read);
    note_other_sheets(workbook, sheet, &mut log);

    // What are the columns, and in which languages?
    for (table, understood) in [(&survey, build::UNDERSTOOD)]
        .into_iter()
        .chain(choices.iter().map(|table| (table, lists::UNDERSTOOD)))
        .chain(settings.iter().map(|table| (table, SETTINGS)))
    {
        table.refuse_doubles(understood, &mut log);
        table.note_others(understood, &mut log);
    }
    let tables: Vec<&Table<'_>> = [&survey].into_iter().chain(&choices).collect();
    let setting = |is| settings.as_ref().and_then(|table| Some(table.cell(table.rows().next()?, is))).unwrap_or("");
    let speech = Speech::of(&tables, setting("default_language"));
    if let Some(language) = speech.stands_in() {
        let words = format!(
            "Nothing is in English, so what is in {} stands where the English belongs until somebody writes it.",
            languages::header(language)
        );
        log.note(survey.remark(survey.header_row, "label", words));
    }

    // What does it ask?
    let lines = lines::read(&survey, &mut log);
    let lists = Lists::of(&choices, &mut log);
    let mut site = Site { table: &survey, lists, speech: &speech, lines: &lines };
    let items = build::items(&mut site, &mut log);
    let (code, title) = called(settings.as_ref(), &speech, &mut log);
    let definition = Definition { code, title, items };

    // Is it a form?
    if lines.is_empty() && log.refused.is_empty() {
        let words = "This form has no rows; write its questions below the headers.";
        log.refuse(survey.remark(survey.header_row, "type", words));
    }
    if log.refused.is_empty()
        && let Err(malformed) = definition.check()
    {
        log.refuse(placed(&malformed, &survey, &lines));
    }
    if log.refused.is_empty() {
        return Ok(Imported { definition, notes: log.notes });
    }
    // In the order in which whoever mends them goes through the workbook.
    let sheet = |name: &str| workbook.sheets.iter().position(|sheet| shown(&sheet.name) == name);
    log.refused.sort_by_key(|refused| (sheet(&refused.sheet), refused.row));
    Err(log.refused)
}

fn too_large(workbook: &Workbook, log: &mut Log) {
    let at = |sheet: &Sheet, row: usize, words: String| Remark {
        sheet: shown(&sheet.name),
        row,
        column: "A".to_owned(),
        words,
    };
    if let Some(sheet) = workbook.sheets.get(MOST_SHEETS) {
        log.refuse(at(sheet, 1, format!("A form has at most {MOST_SHEETS} sheets; take out those it does not need.")));
    }
    for sheet in workbook.sheets.iter().take(MOST_SHEETS) {
        if sheet.rows.len() > MOST_ROWS {
            let words = format!("A sheet has at most {MOST_ROWS} rows; take out those that are not needed.");
            log.refuse(at(sheet, MOST_ROWS + 1, words));
        }
        for (index, row) in sheet.rows.iter().enumerate().take(MOST_ROWS) {
            if row.len() > MOST_COLUMNS {
                let words = format!("A sheet has at most {MOST_COLUMNS} columns; take out those that are not needed.");
                log.refuse(at(sheet, index + 1, words));
            }
            if row.iter().any(|cell| cell.len() > LONGEST_CELL_CHARS && cell.chars().count() > LONGEST_CELL_CHARS) {
                let words = format!("A cell has at most {LONGEST_CELL_CHARS} characters; make it shorter.");
                log.refuse(at(sheet, index + 1, words));
            }
        }
    }
}

fn named<'a>(workbook: &'a Workbook, name: &str) -> Option<&'a Sheet> {
    workbook.sheets.iter().find(|sheet| clean(&sheet.name).to_lowercase() == name)
}

/// The sheet with the questions. The only sheet of a workbook may be called anything.
fn survey<'a>(workbook: &'a Workbook, log: &mut Log) -> Option<(Table<'a>, &'a Sheet)> {
    let only = match workbook.sheets.as_slice() {
        [only] => Some(only),
        _ => None,
    };
    let Some(sheet) = named(workbook, "survey").or(only) else {
        let words = "There is no sheet `survey`; give the sheet with the questions this name.";
        let sheet = workbook.sheets.first().map_or("survey", |sheet| &sheet.name);
        log.refuse(Remark { sheet: shown(sheet), row: 1, column: "A".to_owned(), words: words.to_owned() });
        return None;
    };
    let missing = |is: &str, row| Remark {
        sheet: shown(&sheet.name),
        row,
        column: "A".to_owned(),
        words: format!("The column `{is}` is missing; its header belongs in the first row."),
    };
    let Some(table) = Table::read(sheet) else {
        log.refuse(missing("type", 1));
        return None;
    };
    for is in ["type", "name"].iter().filter(|is| !table.has(is)) {
        log.refuse(missing(is, table.header_row));
    }
    log.refused.is_empty().then_some((table, sheet))
}

fn note_other_sheets(workbook: &Workbook, survey: &Sheet, log: &mut Log) {
    for sheet in workbook.sheets.iter().filter(|sheet| !std::ptr::eq(*sheet, survey)) {
        let name = clean(&sheet.name).to_lowercase();
        let blank = sheet.rows.iter().flatten().all(|cell| clean(cell).is_empty());
        if name == "settings" || CHOICES.contains(&name.as_str()) || blank {
            continue;
        }
        let words = "This sheet means nothing here, and was left out.".to_owned();
        log.note(Remark { sheet: shown(&sheet.name), row: 1, column: "A".to_owned(), words });
    }
}

/// The code and the title.
fn called(settings: Option<&Table<'_>>, speech: &Speech, log: &mut Log) -> (String, Wording) {
    let row = settings.and_then(|table| table.rows().next().map(|row| (table, row)));
    let (mut id, mut own, mut title) = ("", "", Wording::default());
    if let Some((table, row)) = row {
        (id, own) = (table.cell(row, "form_id"), table.cell(row, "busfare::code"));
        title = speech.words(table, row, "form_title", log);
        speech.note_lost(&title, table, row, "form_title", log);
    }
    if title.is_empty() {
        title = Wording::english(if id.is_empty() { "Form" } else { id });
    }
    let code = match (own, id) {
        ("", "") => link_id(&title.en),
        ("", id) if is_link_id(id) => id.to_owned(),
        ("", id) => link_id(id),
        (own, _) => own.to_owned(),
    };
    (code, title)
}

/// What is no form, at the row that makes it none.
fn placed(malformed: &Malformed, survey: &Table<'_>, lines: &[Line<'_>]) -> Refused {
    let (id, is) = match malformed {
        Malformed::TooMany => (None, "type"),
        Malformed::LinkId(id) | Malformed::Inside { link_id: id, .. } => (Some(id), "name"),
        Malformed::RepeatInRepeat(id) | Malformed::ChoiceTwice { link_id: id, .. } | Malformed::NoChoices(id) => {
            (Some(id), "type")
        }
        Malformed::IntoRepeat { link_id: id, .. } | Malformed::Logic(Unusable::TooLarge(id)) => (Some(id), "relevant"),
        Malformed::Logic(Unusable::Circle(ids)) => (ids.first(), "relevant"),
        Malformed::Logic(Unusable::Twice(id)) => (Some(id), "name"),
    };
    let line = id.and_then(|id| lines.iter().find(|line| line.link_id == *id));
    let words = malformed.to_string();
    let mut letters = words.chars();
    let words: String = letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).chain(['.']).collect();
    survey.remark(line.map_or(survey.header_row, |line| line.row.number), is, words)
}
