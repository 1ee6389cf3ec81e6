//! The columns of a table of records: which question each is, through all versions of a form.

use std::collections::{HashMap, HashSet};

use busfare_entity::words::Language;

use super::{Answered, Filled, LEADING, OWN};
use crate::rules::{
    cell::guarded,
    form::{Choice, Definition, Posed},
    refusal::say,
    wording::Wording,
};

/// One column of questions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// What stands above it: the question's code. Where one version asks it in several places, each has a column and the
    /// others have a number; what nothing asks any more has its link id, and says so.
    pub heading: String,
    /// The question as it was last asked, in English first; none for what nothing asks any more.
    pub prompt: Option<Wording>,
    /// Its choices as they were last offered, those that were dropped after the others: what the codes in its cells mean.
    pub choices: Vec<Choice>,
}

/// The columns, and where each answer goes.
pub(super) struct Columns<'a> {
    /// The columns, in order.
    pub told: Vec<Column>,
    /// By version and link id.
    asked: Vec<HashMap<&'a str, Place<'a>>>,
    /// By link id.
    orphaned: HashMap<&'a str, usize>,
}

#[derive(Clone, Copy)]
struct Place<'a> {
    column: usize,
    repeat: Option<&'a str>,
}

impl<'a> Columns<'a> {
    /// Goes through the versions, the oldest first.
    pub fn of(versions: &[&'a Definition], records: &'a [Filled], language: Language) -> Self {
        let mut columns = Self { told: vec![], asked: vec![], orphaned: HashMap::new() };
        let (mut headings, mut seats) = (Headings::default(), Seats::default());
        for version in versions {
            let mut places = HashMap::new();
            for (posed, column) in seats.seat(version) {
                if column == columns.told.len() {
                    let heading = headings.new_one(&posed.asked.code);
                    columns.told.push(Column { heading, prompt: None, choices: vec![] });
                }
                columns.told[column].asks(&posed);
                places.insert(posed.link_id, Place { column, repeat: posed.repeat });
            }
            columns.asked.push(places);
        }
        columns.add_orphans(records, &mut headings, language);
        columns
    }

    fn add_orphans(&mut self, records: &'a [Filled], headings: &mut Headings, language: Language) {
        let answers = records.iter().flat_map(|record| record.answers.iter().map(move |answer| (record, answer)));
        for (_, answer) in answers.filter(|(record, answer)| self.asks(record, answer).is_none()).collect::<Vec<_>>() {
            if !self.orphaned.contains_key(answer.link_id.as_str()) {
                let note = say(language, "no longer asked", "ni ofynnir mwyach");
                let heading = headings.new_one(&match answer.link_id.as_str() {
                    OWN => say(language, "own headings", "penawdau eu hunain"),
                    gone => format!("{gone} ({note})"),
                });
                self.orphaned.insert(&answer.link_id, self.told.len());
                self.told.push(Column { heading, prompt: None, choices: vec![] });
            }
        }
    }

    /// The column of an answer.
    pub fn place(&self, record: &Filled, answer: &Answered) -> Option<usize> {
        let orphan = || self.orphaned.get(answer.link_id.as_str()).copied();
        self.asks(record, answer).map(|place| place.column).or_else(orphan)
    }

    /// The repeated part that an answer stands in, by its link id; empty where nothing asks it any more.
    pub fn part(&self, record: &Filled, answer: &Answered) -> &'a str {
        self.asks(record, answer).and_then(|place| place.repeat).unwrap_or_default()
    }

    fn asks(&self, record: &Filled, answer: &Answered) -> Option<&Place<'a>> {
        let places = self.asked.get(record.version).filter(|_| answer.asked)?;
        places.get(answer.link_id.as_str())
    }
}

impl Column {
    /// What a newer version says about it.
    fn asks(&mut self, posed: &Posed<'_>) {
        let offered: HashSet<&str> = posed.asked.choices.iter().map(|choice| choice.code.as_str()).collect();
        let dropped =
            std::mem::take(&mut self.choices).into_iter().filter(|choice| !offered.contains(choice.code.as_str()));
        self.choices = posed.asked.choices.iter().cloned().chain(dropped).collect();
        self.prompt = Some(posed.asked.prompt.clone());
    }
}

/// Who sits in which column, from version to version.
#[derive(Default)]
struct Seats<'a> {
    /// The link id that each column had last.
    last: Vec<&'a str>,
    by_code: HashMap<&'a str, Vec<usize>>,
    by_link: HashMap<(&'a str, &'a str), usize>,
}

impl<'a> Seats<'a> {
    /// Gives every question of a version a column of its own. It goes on in the one it had in the version before; else in
    /// one that it once had; else in one of its question that nobody else has in this version; else in a new one.
    fn seat(&mut self, version: &'a Definition) -> Vec<(Posed<'a>, usize)> {
        let mut seated: Vec<(Posed<'a>, Option<usize>)> = version.questions().map(|posed| (posed, None)).collect();
        let mut taken = HashSet::new();
        for only_the_last in [true, false] {
            for (posed, seat) in seated.iter_mut().filter(|(_, seat)| seat.is_none()) {
                let had = self.by_link.get(&(posed.asked.code.as_str(), posed.link_id)).copied();
                let mine = |column: &usize| !only_the_last || self.last[*column] == posed.link_id;
                *seat = had.filter(mine).filter(|column| taken.insert(*column));
            }
        }
        let seat = |(posed, seat): (Posed<'a>, Option<usize>)| {
            let of_question = self.by_code.entry(&posed.asked.code).or_default();
            let free = of_question.iter().copied().find(|column| !taken.contains(column));
            let column = seat.or(free).unwrap_or_else(|| {
                of_question.push(self.last.len());
                self.last.push(posed.link_id);
                self.last.len() - 1
            });
            taken.insert(column);
            self.last[column] = posed.link_id;
            self.by_link.insert((&posed.asked.code, posed.link_id), column);
            (posed, column)
        };
        seated.into_iter().map(seat).collect()
    }
}

/// The headings so far. No two are the same, whatever questions are called, and none runs.
struct Headings(HashSet<String>);

impl Default for Headings {
    fn default() -> Self {
        Self(LEADING.iter().map(|lead| (*lead).to_owned()).collect())
    }
}

impl Headings {
    fn new_one(&mut self, name: &str) -> String {
        let numbered = (2..).map(|number: usize| format!("{name} {number}"));
        let mut names = std::iter::once(name.to_owned()).chain(numbered).map(|name| guarded(&name).into_owned());
        let heading = names.find(|name| !name.is_empty() && !self.0.contains(name)).unwrap_or_default();
        self.0.insert(heading.clone());
        heading
    }
}
