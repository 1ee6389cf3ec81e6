//! Themes, steps and fields, one after the other, and last of all the conditions, which may look ahead.

use std::collections::HashSet;

use busfare_entity::words::QuestionKind;
use chrono::NaiveDate;
use serde_json::Value;

use super::{super::link_id, Names, Refused};
use crate::rules::{
    form::{Asked, Bounds, Choice, Item, Part},
    logic::{Operand, Operator, Predicate},
    wording::Wording,
};

/// Most characters of anything that is read aloud.
const MOST_CHARS: usize = 4_000;

/// A condition that has not found what it looks at yet.
#[derive(Clone, Debug)]
pub(super) struct Condition {
    /// Whose it is, by its place among the items.
    of: usize,
    /// Each of these is needed: a field's id, and any of these values.
    needs: Vec<(String, Vec<String>)>,
}

/// Where a field stands.
#[derive(Clone, Debug)]
struct Address {
    step: usize,
    repeat: Option<String>,
    id: String,
    question: String,
}

/// A form as it is read.
#[derive(Debug, Default)]
pub(super) struct Parts {
    items: Vec<Item>,
    /// By item; nothing for what is no field.
    addresses: Vec<Option<Address>>,
    pub conditions: Vec<Condition>,
    /// What was taken for something else, or left out: the link id, and the words.
    notes: Vec<(String, String)>,
    pub refused: Vec<Refused>,
    names: Names,
    steps: usize,
}

/// What a field stands in.
#[derive(Clone, Copy)]
struct Inside<'a> {
    link_id: &'a str,
    repeat: Option<&'a str>,
}

impl Parts {
    /// Words that must be there.
    pub fn text(&mut self, of: &Value, place: &str, key: &str) -> Option<String> {
        let found = of.get(key).and_then(Value::as_str).map(str::trim).filter(|text| !text.is_empty());
        if found.is_none_or(|text| text.chars().count() > MOST_CHARS) {
            self.refuse(format!("{place}.{key}"), "words are expected here");
        }
        found.map(str::to_owned)
    }

    /// A list that must be there.
    pub fn list<'v>(&mut self, of: &'v Value, place: &str, key: &str) -> &'v [Value] {
        let found = of.get(key).and_then(Value::as_array);
        if found.is_none() {
            self.refuse(format!("{place}.{key}"), "a list is expected here");
        }
        found.map(Vec::as_slice).unwrap_or_default()
    }

    fn refuse(&mut self, place: String, words: &str) {
        self.refused.push(Refused { place, words: words.to_owned() });
    }

    fn note(&mut self, link_id: &str, words: impl Into<String>) {
        self.notes.push((link_id.to_owned(), words.into()));
    }

    fn push(&mut self, name: &str, inside: Option<&str>, part: Part) -> String {
        let link_id = self.names.new_one(name);
        self.items.push(Item { link_id: link_id.clone(), inside: inside.map(Into::into), shown_when: None, part });
        self.addresses.push(None);
        link_id
    }

    pub fn theme(&mut self, theme: &Value, place: &str) {
        let Some(name) = optional(theme, "name").or_else(|| self.text(theme, place, "id")) else { return };
        let title = Wording::english(&name);
        let section = self.push(&format!("theme/{}", link_id(&name)), None, Part::Section { title });
        for (number, step) in self.list(theme, place, "steps").iter().enumerate() {
            self.step(step, &section, &format!("{place}.steps[{number}]"));
        }
    }

    fn step(&mut self, step: &Value, section: &str, place: &str) {
        let Some(id) = self.text(step, place, "id") else { return };
        let name = optional(step, "name").unwrap_or_else(|| id.clone());
        self.steps += 1;
        let section = self.push(&link_id(&id), Some(section), Part::Section { title: Wording::english(name) });
        if let Some(intro) = optional(step, "intro") {
            self.push(&format!("{section}/intro"), Some(&section), Part::Note { text: Wording::english(intro) });
        }
        for (number, field) in self.list(step, place, "fields").iter().enumerate() {
            let inside = Inside { link_id: &section, repeat: None };
            self.field(field, inside, &format!("{place}.fields[{number}]"));
        }
    }

    fn field(&mut self, field: &Value, inside: Inside<'_>, place: &str) {
        if !field.is_object() {
            return self.refuse(place.to_owned(), "a field is expected");
        }
        let Some(id) = self.text(field, place, "id") else { return };
        let question = optional(field, "question").unwrap_or_else(|| id.clone());
        let kind = optional(field, "type").unwrap_or_default();
        let code = link_id(&id);
        let name = format!("{}/{code}", inside.link_id);
        let title = Wording::english(&question);
        let of = self.items.len();
        let (link_id, repeat) = match kind.as_str() {
            "repeaterGroup" => {
                let again = inside.repeat.is_some();
                let part = if again { Part::Section { title } } else { Part::Repeat { title, most: None } };
                let link_id = self.push(&name, Some(inside.link_id), part);
                if again {
                    self.note(&link_id, "is repeated inside something that is repeated; it is asked once in each");
                }
                (link_id.clone(), Some(inside.repeat.map_or(link_id, Into::into)))
            }
            "echo" => (self.push(&name, Some(inside.link_id), Part::Echo { title, of: code }), None),
            _ => (self.question(field, &kind, (&name, inside.link_id), (code, title)), None),
        };
        let address = Address { step: self.steps, repeat: inside.repeat.map(Into::into), id, question };
        self.addresses[of] = Some(address);
        self.condition(field, of, place);
        if let Some(repeat) = repeat {
            for (number, field) in self.list(field, place, "subfields").iter().enumerate() {
                let inside = Inside { link_id: &link_id, repeat: Some(&repeat) };
                self.field(field, inside, &format!("{place}.subfields[{number}]"));
            }
        }
    }

    fn question(
        &mut self,
        field: &Value,
        kind: &str,
        (name, inside): (&str, &str),
        (code, prompt): (String, Wording),
    ) -> String {
        let listed = field.get("choices").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let (choices, twice) = choices(listed);
        let (kind, note) = match kind {
            "text" | "textarea" | "socialCareId" => (QuestionKind::Text, None),
            "radios" | "select" | "combobox" if !choices.is_empty() => (QuestionKind::Choice, None),
            "checkboxes" if !choices.is_empty() => (QuestionKind::Choices, None),
            "radios" | "select" | "combobox" | "checkboxes" => {
                (QuestionKind::Text, Some("offers no choice; its answers are taken as words".to_owned()))
            }
            "date" => (QuestionKind::Date, None),
            "timetable" => (QuestionKind::Text, Some("a timetable is taken as words".to_owned())),
            other => {
                let other: String = other.chars().take(40).collect();
                (QuestionKind::Text, Some(format!("the type \"{other}\" is not known; its answers are taken as words")))
            }
        };
        let chooses = matches!(kind, QuestionKind::Choice | QuestionKind::Choices);
        let asked = Asked {
            code,
            prompt,
            hint: Wording::english(optional(field, "hint").unwrap_or_default()),
            why_we_ask: Wording::default(),
            kind,
            choices: if chooses { choices } else { vec![] },
            bounds: Bounds::default(),
            required: matches!(field.get("required"), Some(Value::Bool(true))),
        };
        let link_id = self.push(name, Some(inside), Part::Question(Box::new(asked)));
        if let Some(note) = note {
            self.note(&link_id, note);
        }
        for code in twice {
            self.note(&link_id, format!("the choice \"{code}\" is there twice; it is offered once"));
        }
        link_id
    }

    fn condition(&mut self, field: &Value, of: usize, place: &str) {
        let listed = match field.get("conditions").or_else(|| field.get("condition")) {
            None | Some(Value::Null) => return,
            Some(Value::Array(listed)) => listed.as_slice(),
            Some(one) => std::slice::from_ref(one),
        };
        let mut needs = Vec::new();
        for (number, condition) in listed.iter().enumerate() {
            let values: Option<Vec<String>> = match condition.get("value") {
                Some(Value::Array(values)) => values.iter().map(scalar).collect(),
                value => value.and_then(scalar).map(|value| vec![value]),
            };
            match (optional(condition, "id"), values) {
                (Some(id), Some(values)) => needs.push((id, values)),
                _ => self.refuse(format!("{place}.conditions[{number}]"), "a field's id and a value are expected"),
            }
        }
        if !needs.is_empty() {
            self.conditions.push(Condition { of, needs });
        }
    }

    /// The items, each condition with what it looks at, and the notes.
    pub fn items(mut self) -> (Vec<Item>, Vec<(String, String)>) {
        for condition in std::mem::take(&mut self.conditions) {
            let mut all = Vec::new();
            for (id, values) in condition.needs {
                let found = self.find(condition.of, &id);
                let question = found.map_or_else(|| format!("missing/{}", link_id(&id)), |item| item.link_id.clone());
                let kind = found.and_then(Item::asked).map(|asked| asked.kind);
                if kind.is_none() {
                    let words =
                        format!("depends on \"{id}\", which this form does not ask; as it stands it is never shown");
                    self.notes.push((self.items[condition.of].link_id.clone(), words));
                }
                let is = |value| Predicate::Compare {
                    question: question.clone(),
                    operator: Operator::Equal,
                    value: operand(kind, value),
                };
                let mut any: Vec<_> = values.into_iter().map(is).collect();
                all.push(if any.len() == 1 { any.remove(0) } else { Predicate::Any { of: any } });
            }
            let whole = if all.len() == 1 { all.remove(0) } else { Predicate::All { of: all } };
            self.items[condition.of].shown_when = Some(whole);
        }
        (self.items, self.notes)
    }

    /// The question that a condition means: of the same repeated part, of the same step, or anywhere before it; by its id, or
    /// else by its words. Nothing that is repeated is meant from outside.
    fn find(&self, of: usize, id: &str) -> Option<&Item> {
        let here = self.addresses[of].as_ref()?;
        let named = |near: &dyn Fn(&Address) -> bool, name: &dyn Fn(&Address) -> &str| {
            let fits = |(item, address): &(&Item, &Option<Address>)| {
                let meant = address.as_ref().is_some_and(|address| near(address) && name(address) == id);
                meant && item.asked().is_some()
            };
            self.items.iter().zip(&self.addresses).find(fits).map(|(item, _)| item)
        };
        let same_part = |address: &Address| here.repeat.is_some() && address.repeat == here.repeat;
        let same_step = |address: &Address| address.repeat.is_none() && address.step == here.step;
        let anywhere = |address: &Address| address.repeat.is_none();
        let nearness: [&dyn Fn(&Address) -> bool; 3] = [&same_part, &same_step, &anywhere];
        nearness.into_iter().find_map(|near| {
            let by_id = named(near, &|address| &address.id);
            by_id.or_else(|| named(near, &|address| &address.question))
        })
    }
}

fn operand(kind: Option<QuestionKind>, value: String) -> Operand {
    match kind {
        Some(QuestionKind::Choice | QuestionKind::Choices) => Operand::Choice(value),
        Some(QuestionKind::Date) => value.parse::<NaiveDate>().map_or(Operand::Text(value), Operand::Date),
        _ => Operand::Text(value),
    }
}

/// Choices, each once, and those that were there twice.
fn choices(listed: &[Value]) -> (Vec<Choice>, Vec<String>) {
    let (mut choices, mut twice, mut seen) = (Vec::new(), Vec::new(), HashSet::new());
    for choice in listed {
        let label = scalar(choice).or_else(|| optional(choice, "label"));
        let Some(code) = choice.get("value").and_then(scalar).or_else(|| label.clone()).filter(|code| !code.is_empty())
        else {
            continue;
        };
        if seen.insert(code.clone()) {
            let label = Wording::english(label.unwrap_or_else(|| code.clone()).trim());
            choices.push(Choice { code, label });
        } else {
            twice.push(code);
        }
    }
    (choices, twice)
}

/// Words, a number or a yes or no, as words.
fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
        _ => None,
    }
}

/// Words that may be there.
pub(super) fn optional(of: &Value, key: &str) -> Option<String> {
    let text = of.get(key)?.as_str()?.trim();
    Some(text.chars().take(MOST_CHARS).collect::<String>()).filter(|text| !text.is_empty())
}
