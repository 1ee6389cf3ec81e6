//! Lists: the choices of a form, each list read when a question asks for it.

use std::collections::{HashMap, HashSet};

use super::{
    Log, clean, shown,
    speech::Speech,
    table::{Row, Table},
};
use crate::rules::form::Choice;

/// Most choices of one list.
pub(super) const MOST_CHOICES: usize = 500;
/// Longest name of a choice, in characters.
const LONGEST_NAME: usize = 200;

/// What is understood on the sheets of choices.
pub(super) const UNDERSTOOD: &[&str] = &["list_name", "name", "label", "busfare::code", "busfare::label_of"];

/// What a choice is called where every tool can read it: its code, without what a table does not keep.
pub(super) fn plain_name(code: &str) -> String {
    let start: String = clean(code).chars().take(LONGEST_NAME).collect();
    match clean(&start) {
        "" => "blank".to_owned(),
        name => name.to_owned(),
    }
}

/// The code that a cell keeps beside the name of a choice, as long as nobody has changed the name.
fn kept_code(kept: &str, name: &str) -> Option<String> {
    let code: String = serde_json::from_str(kept).ok()?;
    let rest = name.strip_prefix(&plain_name(&code))?;
    let counted = rest.strip_prefix('_').is_some_and(|number| number.parse::<usize>().is_ok());
    (rest.is_empty() || counted).then_some(code)
}

/// All lists, by name.
pub(super) struct Lists<'a> {
    tables: &'a [Table<'a>],
    rows: Vec<(String, Vec<(usize, Row<'a>)>)>,
    by_name: HashMap<String, usize>,
    read: HashMap<usize, Vec<Choice>>,
}

impl<'a> Lists<'a> {
    pub(super) fn of(tables: &'a [Table<'a>], log: &mut Log) -> Self {
        let mut lists = Self { tables, rows: Vec::new(), by_name: HashMap::new(), read: HashMap::new() };
        for (place, table) in tables.iter().enumerate() {
            let mut rows = table.rows().peekable();
            if !table.has("list_name") && rows.peek().is_some() {
                let words = "The column `list_name` is missing; it says which list a choice belongs to.";
                log.refuse(table.remark(table.header_row, "list_name", words));
                continue;
            }
            for row in rows {
                lists.add(place, table, row, log);
            }
        }
        lists
    }

    fn add(&mut self, place: usize, table: &Table<'_>, row: Row<'a>, log: &mut Log) {
        let list = table.cell(row, "list_name");
        if list.is_empty() {
            let says = ["name", "label"].iter().any(|is| !table.cell(row, is).is_empty());
            if says {
                let words = "This choice belongs to no list; say which under `list_name`.";
                log.refuse(table.remark(row.number, "list_name", words));
            }
            return;
        }
        let next = self.rows.len();
        let at = *self.by_name.entry(list.to_owned()).or_insert(next);
        if at == next {
            self.rows.push((list.to_owned(), Vec::new()));
        }
        self.rows[at].1.push((place, row));
    }

    /// The choices of a list. What is wrong with them is told once; that there are none is one sentence.
    pub(super) fn choices(&mut self, list: &str, speech: &Speech, log: &mut Log) -> Result<&[Choice], String> {
        let nearly = || self.rows.iter().position(|(name, _)| name.to_lowercase() == list.to_lowercase());
        let Some(at) = self.by_name.get(list).copied().or_else(nearly) else {
            return Err(format!("There is no list `{}` on the sheet `choices`; add its choices there.", shown(list)));
        };
        if !self.read.contains_key(&at) {
            let choices = self.read_list(at, speech, log);
            self.read.insert(at, choices);
        }
        Ok(self.read.get(&at).map_or(&[], Vec::as_slice))
    }

    fn read_list(&self, at: usize, speech: &Speech, log: &mut Log) -> Vec<Choice> {
        let (list, rows) = &self.rows[at];
        let (mut choices, mut seen) = (Vec::with_capacity(rows.len().min(MOST_CHOICES)), HashMap::new());
        for (count, (place, row)) in rows.iter().enumerate() {
            let table = &self.tables[*place];
            if count == MOST_CHOICES {
                let words = format!("The list `{}` has more than {MOST_CHOICES} choices; ask in words.", shown(list));
                log.refuse(table.remark(row.number, "list_name", words));
                break;
            }
            let (name, kept) = (table.cell(*row, "name"), table.cell(*row, "busfare::code"));
            let known = kept_code(kept, name);
            if known.is_none() && !kept.is_empty() {
                let words = "This no longer says what stands under `name`, and was left out.";
                log.note(table.remark(row.number, "busfare::code", words));
            }
            let (ours, code) = (known.is_some(), known.unwrap_or_else(|| name.to_owned()));
            if name.is_empty() {
                log.refuse(table.remark(row.number, "name", "This choice has no name; give it one."));
            } else if !ours && code.chars().count() > LONGEST_NAME {
                let words = format!("This name is longer than {LONGEST_NAME} characters; make it shorter.");
                log.refuse(table.remark(row.number, "name", words));
            } else if let Some(first) = seen.insert(code.clone(), row.number) {
                let words = format!(
                    "The list `{}` has `{}` in row {first} already; give one of the two another name.",
                    shown(list),
                    shown(&code)
                );
                log.refuse(table.remark(row.number, "name", words));
            }
            let label = speech.words(table, *row, "label", log);
            if label.is_empty() && !ours {
                speech.refuse_missing(table, *row, "choice", log);
            }
            choices.push(Choice { code, label });
        }
        choices
    }

    /// Notes the lists that no question asks for.
    pub(super) fn note_unused(&self, log: &mut Log) {
        let used: HashSet<usize> = self.read.keys().copied().collect();
        for (_, (list, rows)) in self.rows.iter().enumerate().filter(|(at, _)| !used.contains(at)) {
            if let Some((place, row)) = rows.first() {
                let words = format!("No question has the choices of `{}`, and they were left out.", shown(clean(list)));
                log.note(self.tables[*place].remark(row.number, "list_name", words));
            }
        }
    }
}
