//! Writes a form as a workbook that reads as the same form.
//!
//! Where XLSForm has no word for something, a column that begins with `busfare::` keeps it; other tools leave such columns
//! alone. Sections come out whole, one after the other, as tables have it. Every cell is text: one that begins with `=`,
//! `+`, `-` or `@` is no formula, and whoever makes a file of the workbook has to write it as a string.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use busfare_entity::words::QuestionKind;

use super::{
    Sheet, Workbook, clean, condition, constraint, expression, languages,
    lines::YES_NO,
    lists::plain_name,
    spoken::{self, Names},
};
use crate::rules::{
    form::{Asked, Choice, Definition, Item, Part},
    logic::Predicate,
    wording::{FIRST, Wording},
};

/// Columns of each sheet, in order; those that nothing is in are not written, but for the first three.
const SURVEY: &[&str] = &[
    "type",
    "name",
    "label",
    "hint",
    "required",
    "relevant",
    "constraint",
    "busfare::link_id",
    "busfare::code",
    "busfare::kind",
    "busfare::why_we_ask",
    "busfare::shown_when",
    "busfare::bounds",
    "busfare::most",
    "busfare::echo_of",
    "busfare::label_of",
    "busfare::hint_of",
    "busfare::why_we_ask_of",
];
const CHOICES: &[&str] = &["list_name", "name", "label", "busfare::code", "busfare::label_of"];
const SETTINGS: &[&str] = &["form_title", "form_id", "default_language", "busfare::code", "busfare::form_title_of"];

/// The list that questions for yes or no are written with.
const YES_OR_NO: &str = "busfare_yes_no";

/// One row: what stands under which column, in which language where it has one.
type Cells = BTreeMap<(&'static str, String), String>;

/// Writes a form.
pub fn write(form: &Definition) -> Workbook {
    let names = names(form);
    let mut lists: Vec<(String, &[Choice])> = Vec::new();
    let survey = in_order(form).into_iter().flat_map(|step| match step {
        Step::Item(item) => vec![row(item, &names, &mut lists)],
        Step::End(item) => vec![plain([("type", if is_repeat(item) { "end repeat" } else { "end group" })])],
    });
    let survey: Vec<Cells> = survey.collect();
    let mut choices: Vec<Cells> = lists.iter().flat_map(|(list, of)| choice_rows(list, of)).collect();
    if form.questions().any(|posed| posed.asked.kind == QuestionKind::YesNo) {
        for (name, label) in [("yes", "Yes"), ("no", "No")] {
            let mut cells = plain([("list_name", YES_OR_NO), ("name", name)]);
            words(&mut cells, "label", "busfare::label_of", &Wording::english(label));
            choices.push(cells);
        }
    }
    let mut settings = plain([("form_id", form.code.as_str()), ("default_language", "English (en)")]);
    words(&mut settings, "form_title", "busfare::form_title_of", &form.title);
    if !crate::rules::form::is_link_id(&form.code) {
        settings.insert(("busfare::code", String::new()), form.code.clone());
    }
    let languages: BTreeSet<&str> = form.languages().into_iter().filter(|language| *language != FIRST).collect();
    Workbook {
        sheets: vec![
            sheet("survey", SURVEY, &survey, &languages),
            sheet("choices", CHOICES, &choices, &languages),
            sheet("settings", SETTINGS, &[settings], &languages),
        ],
    }
}

/// The items whose condition XLSForm has no words for, such as one that looks at a question the form does not have. It
/// stands in a column of our own.
pub fn unsaid(form: &Definition) -> Vec<&str> {
    let names = names(form);
    let silent = |item: &&Item| item.shown_when.as_ref().is_some_and(|when| spoken::say(when, &names).is_none());
    form.items.iter().filter(silent).map(|item| item.link_id.as_str()).collect()
}

enum Step<'a> {
    Item(&'a Item),
    End(&'a Item),
}

fn is_repeat(item: &Item) -> bool {
    matches!(item.part, Part::Repeat { .. })
}

/// Every item, and the end of every section after what stands in it.
fn in_order(form: &Definition) -> Vec<Step<'_>> {
    let mut inside: HashMap<Option<&str>, Vec<&Item>> = HashMap::new();
    for item in &form.items {
        inside.entry(item.inside.as_deref()).or_default().push(item);
    }
    let mut steps = Vec::with_capacity(form.items.len());
    let mut next: Vec<Step<'_>> = inside.remove(&None).unwrap_or_default().into_iter().rev().map(Step::Item).collect();
    while let Some(step) = next.pop() {
        if let Step::Item(item) = step
            && matches!(item.part, Part::Section { .. } | Part::Repeat { .. })
        {
            next.push(Step::End(item));
            let items = inside.remove(&Some(item.link_id.as_str())).unwrap_or_default();
            next.extend(items.into_iter().rev().map(Step::Item));
        }
        steps.push(step);
    }
    steps
}

/// A name for each item that other tools take: letters, figures, hyphens, underscores and points, no figure first.
fn names(form: &Definition) -> Names {
    let (mut names, mut taken) = (Names::new(), BTreeSet::new());
    for item in &form.items {
        let mut name = item.link_id.replace('/', ".");
        if !name.starts_with(|letter: char| letter.is_ascii_alphabetic()) {
            name.insert(0, '_');
        }
        while !taken.insert(name.clone()) {
            name.push('_');
        }
        let kind = item.asked().map_or(QuestionKind::Text, |asked| asked.kind);
        names.insert(item.link_id.clone(), (name, kind));
    }
    names
}

fn row<'a>(item: &'a Item, names: &Names, lists: &mut Vec<(String, &'a [Choice])>) -> Cells {
    let name = names.get(&item.link_id).map_or("", |(name, _)| name.as_str());
    let mut cells = plain([("name", name), ("busfare::link_id", &item.link_id)]);
    let mut put = |column: &'static str, text: String| cells.insert((column, String::new()), text);
    if let Some(condition) = &item.shown_when {
        let (relevant, kept) = condition_cells(condition, names);
        put("relevant", relevant);
        put("busfare::shown_when", kept);
    }
    let (kind, label) = match &item.part {
        Part::Section { title } => ("begin group".to_owned(), title),
        Part::Repeat { title, most } => {
            put("busfare::most", most.map(|most| most.to_string()).unwrap_or_default());
            ("begin repeat".to_owned(), title)
        }
        Part::Note { text } => ("note".to_owned(), text),
        Part::Echo { title, of } => {
            put("busfare::echo_of", of.clone());
            ("note".to_owned(), title)
        }
        Part::Question(asked) => {
            question_cells(asked, &mut cells);
            (kind(asked, name, lists), &asked.prompt)
        }
    };
    cells.insert(("type", String::new()), kind);
    words(&mut cells, "label", "busfare::label_of", label);
    cells
}

fn question_cells(asked: &Asked, cells: &mut Cells) {
    words(cells, "hint", "busfare::hint_of", &asked.hint);
    words(cells, "busfare::why_we_ask", "busfare::why_we_ask_of", &asked.why_we_ask);
    let mut put = |column: &'static str, text: String| cells.insert((column, String::new()), text);
    put("busfare::code", asked.code.clone());
    if asked.required {
        put("required", "yes".to_owned());
    }
    let constraint = constraint::say(&asked.bounds);
    if !asked.bounds.is_none() && constraint::read(&constraint, asked.kind).as_ref() != Ok(&asked.bounds) {
        put("busfare::bounds", serde_json::to_string(&asked.bounds).unwrap_or_default());
    }
    put("constraint", constraint);
    if asked.kind == QuestionKind::YesNo {
        put("busfare::kind", YES_NO.to_owned());
    }
}

/// The type of a question. Questions with the same choices share a list.
fn kind<'a>(asked: &'a Asked, name: &str, lists: &mut Vec<(String, &'a [Choice])>) -> String {
    let select = match asked.kind {
        QuestionKind::Choice => "select_one",
        QuestionKind::Choices => "select_multiple",
        QuestionKind::YesNo => return format!("select_one {YES_OR_NO}"),
        QuestionKind::Text => return "text".to_owned(),
        QuestionKind::Number => return "integer".to_owned(),
        QuestionKind::Decimal => return "decimal".to_owned(),
        QuestionKind::Date => return "date".to_owned(),
        QuestionKind::Time => return "time".to_owned(),
        QuestionKind::Photo => return "image".to_owned(),
        QuestionKind::Voice => return "audio".to_owned(),
    };
    let same = lists.iter().find(|(_, choices)| *choices == asked.choices.as_slice());
    let list = match same {
        Some((list, _)) => list.clone(),
        None => {
            // No list is called like that for yes or no, whatever a question is called.
            let list = if name == YES_OR_NO { format!("{name}_") } else { name.to_owned() };
            lists.push((list.clone(), &asked.choices));
            list
        }
    };
    format!("{select} {list}")
}

/// The choices of a list. A code that a table does not keep, such as none at all, is kept beside a name that it does.
fn choice_rows(list: &str, choices: &[Choice]) -> Vec<Cells> {
    let is_kept = |code: &str| plain_name(code) == code;
    let mut taken: BTreeSet<String> =
        choices.iter().filter(|choice| is_kept(&choice.code)).map(|choice| choice.code.clone()).collect();
    let row = |choice: &Choice| {
        let mut name = plain_name(&choice.code);
        if !is_kept(&choice.code) {
            let numbered: Vec<String> = (2..=choices.len() + 1).map(|number| format!("{name}_{number}")).collect();
            name = [name].into_iter().chain(numbered).find(|name| !taken.contains(name)).unwrap_or_default();
            taken.insert(name.clone());
        }
        let mut cells = plain([("list_name", list), ("name", &name)]);
        if !is_kept(&choice.code) || choice.label.is_empty() {
            let code = serde_json::to_string(&choice.code).unwrap_or_default();
            cells.insert(("busfare::code", String::new()), code);
        }
        words(&mut cells, "label", "busfare::label_of", &choice.label);
        cells
    };
    choices.iter().map(row).collect()
}

/// What stands under `relevant`, and the predicate itself where that alone would not be read as the same.
fn condition_cells(condition: &Predicate, names: &Names) -> (String, String) {
    let relevant = spoken::say(condition, names).unwrap_or_default();
    let look = |name: &str| {
        let found = names.iter().find(|(_, (other, _))| other == name);
        let (link_id, (_, kind)) = found.ok_or_else(String::new)?;
        Ok(condition::Looked { link_id: link_id.clone(), kind: *kind })
    };
    let read = expression::read(&relevant).and_then(|expression| condition::predicate(&expression, &look));
    let kept = match read.as_ref() == Ok(condition) {
        true => String::new(),
        false => serde_json::to_string(condition).unwrap_or_default(),
    };
    (relevant, kept)
}

fn plain<const N: usize>(cells: [(&'static str, &str); N]) -> Cells {
    cells.into_iter().map(|(column, text)| ((column, String::new()), text.to_owned())).collect()
}

/// Words in every language; with what a translation was made from, where the English has changed since.
fn words(cells: &mut Cells, column: &'static str, made_from: &'static str, words: &Wording) {
    cells.insert((column, FIRST.to_owned()), words.en.clone());
    for (language, translation) in &words.others {
        cells.insert((column, language.clone()), translation.text.clone());
        if clean(&translation.of) != clean(&words.en) {
            cells.insert((made_from, language.clone()), translation.of.clone());
        }
    }
}

fn sheet(name: &str, columns: &[&'static str], rows: &[Cells], languages: &BTreeSet<&str>) -> Sheet {
    let mut used: Vec<(&'static str, String)> = Vec::new();
    for column in columns {
        let spoken = ["", FIRST].into_iter().chain(languages.iter().copied());
        for language in spoken {
            let key = (*column, language.to_owned());
            let says = rows.iter().any(|cells| cells.get(&key).is_some_and(|text| !text.is_empty()));
            let always = language == if *column == "label" { FIRST } else { "" }
                && ["type", "list_name", "name", "label"].contains(column);
            if says || always {
                used.push(key);
            }
        }
    }
    let header = |(column, language): &(&'static str, String)| match language.as_str() {
        "" => (*column).to_owned(),
        FIRST if languages.is_empty() => (*column).to_owned(),
        language => format!("{column}::{}", languages::header(language)),
    };
    let mut table = vec![used.iter().map(header).collect::<Vec<_>>()];
    table.extend(rows.iter().map(|cells| used.iter().map(|key| cells.get(key).cloned().unwrap_or_default()).collect()));
    Sheet { name: name.to_owned(), rows: table }
}
