//! Speech: which columns hold which language, and the words of a row in all of them.

use std::collections::BTreeSet;

use super::{
    Log, clean, languages, shown,
    table::{Row, Table},
};
use crate::rules::wording::{FIRST, Translation, Wording};

/// Longest words of one question or choice, in characters.
const LONGEST: usize = 4_000;

/// Which language is which.
pub(super) struct Speech {
    /// The language of columns that name none.
    plain: String,
    /// The language that stands first: English, or the form's own where it has none.
    first: String,
    /// All others.
    pub(super) others: BTreeSet<String>,
}

impl Speech {
    /// English stands first where the form has any. A column without a language is in the form's default language, and in
    /// English where nothing says which that is.
    pub(super) fn of(tables: &[&Table<'_>], default_language: &str) -> Self {
        let columns = || tables.iter().flat_map(|table| &table.columns).filter(|column| column.is == "label");
        let named: Vec<&str> = columns().filter_map(|column| column.language.as_deref()).collect();
        let plainly = columns().any(|column| column.language.is_none());
        let has = |tag: &str| named.contains(&tag);
        let default = Some(languages::tag(default_language)).filter(|_| !clean(default_language).is_empty());
        let plain = match &default {
            Some(tag) if tag != "default" => tag.clone(),
            _ if plainly || has(FIRST) => FIRST.to_owned(),
            _ => named.first().map_or_else(|| FIRST.to_owned(), |tag| (*tag).to_owned()),
        };
        let first = match () {
            () if has(FIRST) => FIRST.to_owned(),
            () if plainly || has(&plain) => plain.clone(),
            () => named.first().map_or_else(|| plain.clone(), |tag| (*tag).to_owned()),
        };
        let all = tables.iter().flat_map(|table| &table.columns).filter_map(|column| column.language.clone());
        let others = all.chain([plain.clone()]).filter(|tag| *tag != first).collect();
        Self { plain, first, others }
    }

    /// Whether what stands first is no English, and is in its place until somebody translates it.
    pub(super) fn stands_in(&self) -> Option<&str> {
        Some(self.first.as_str()).filter(|first| *first != FIRST)
    }

    /// The words of a row. What is only there in another language, or repeats an answer, or is endless, is told.
    pub(super) fn words(&self, table: &Table<'_>, row: Row<'_>, is: &str, log: &mut Log) -> Wording {
        let said = |is: &str| -> Vec<(String, String)> {
            let columns = table.columns.iter().filter(|column| column.is == is);
            let said = columns.map(|column| {
                (column.language.clone().unwrap_or_else(|| self.plain.clone()), row.at(column.index).to_owned())
            });
            said.filter(|(_, text)| !text.is_empty()).collect()
        };
        let all = said(is);
        for column in table.columns.iter().filter(|column| column.is == is) {
            let text = row.at(column.index);
            if repeats_an_answer(text) {
                let words = "Words cannot repeat an answer here; write them without the `${...}`.";
                log.refuse(table.remark_on(row.number, column, words));
            }
            if text.chars().count() > LONGEST {
                let words = format!("These words are longer than {LONGEST} characters; make them shorter.");
                log.refuse(table.remark_on(row.number, column, words));
            }
        }
        for (place, (language, text)) in all.iter().enumerate() {
            // `label` and `label::English` may be one language; the first that says anything counts.
            if all[..place].iter().any(|(same, other)| same == language && other != text) {
                let words = format!("`{}` says something else in the same language, and was left out.", shown(text));
                log.note(table.remark(row.number, is, words));
            }
        }
        let Some((_, first)) = all.iter().find(|(language, _)| *language == self.first) else {
            return Wording::default();
        };
        let mut words = Wording::english(first);
        // The last that is put in counts, so the first comes last.
        for (language, text) in all.iter().rev().filter(|(language, _)| *language != self.first) {
            words = words.with(language, text);
        }
        let base = is.strip_prefix("busfare::").unwrap_or(is);
        for (language, of) in said(&format!("busfare::{base}_of")) {
            // A translation of what the English said before it was changed.
            if let Some(Translation { of: before, .. }) = words.others.get_mut(&language) {
                *before = of;
            }
        }
        words
    }

    /// Notes words that are there in another language only, where nobody must say anything.
    pub(super) fn note_lost(&self, words: &Wording, table: &Table<'_>, row: Row<'_>, is: &str, log: &mut Log) {
        let said =
            table.columns.iter().filter(|column| column.is == is).find(|column| !row.at(column.index).is_empty());
        if let Some(column) = said.filter(|_| words.is_empty()) {
            let language = languages::header(&self.first);
            let sentence =
                format!("This was left out, because it is not there in {language}, which the form is in first.");
            log.note(table.remark_on(row.number, column, sentence));
        }
    }

    /// Refuses a row without words, at the column where they belong.
    pub(super) fn refuse_missing(&self, table: &Table<'_>, row: Row<'_>, what: &str, log: &mut Log) {
        let labels = || table.columns.iter().filter(|column| column.is == "label");
        let language = |tag: Option<&String>| tag.unwrap_or(&self.plain) == &self.first;
        let column = labels().find(|column| language(column.language.as_ref())).or_else(|| labels().next());
        let named = match &self.others {
            others if others.is_empty() => String::new(),
            _ => format!(" in {}", languages::header(&self.first)),
        };
        let words = format!("This {what} has no label{named}; give it one.");
        log.refuse(match column {
            Some(column) => table.remark_on(row.number, column, words),
            None => table.remark(row.number, "label", words),
        });
    }
}

fn repeats_an_answer(text: &str) -> bool {
    text.split("${").skip(1).any(|rest| {
        let name = rest.split_once('}').map(|(name, _)| name.trim());
        name.is_some_and(|name| !name.is_empty() && name.chars().count() < 200 && !name.contains(['{', '\n']))
    })
}
