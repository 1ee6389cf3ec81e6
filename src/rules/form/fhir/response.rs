//! Responses: what was answered in a form, as a QuestionnaireResponse.

use std::collections::{BTreeSet, HashMap};

use busfare_entity::words::{AbsenceReason, QuestionKind};
use chrono::{NaiveDate, NaiveTime};
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::{Edition, coding, extend, json_number, put, say, when::Whens};
use crate::rules::{
    form::{Asked, Definition, Item, Part},
    wording::Wording,
};

const DATA_ABSENT: &str = "http://hl7.org/fhir/StructureDefinition/data-absent-reason";

/// What was answered to one question.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// The question's link id.
    pub link_id: String,
    /// Where it is asked once for each of something: for which. The order of these is that of the parts.
    pub instance: Option<u32>,
    /// What was said.
    pub said: Said,
}

/// What was said.
#[derive(Clone, Debug, PartialEq)]
pub enum Said {
    /// Words; also an answer of another kind that was kept although it does not fit.
    Text(String),
    /// Yes or no.
    YesNo(bool),
    /// A whole number.
    Number(i64),
    /// A number that may have a fraction.
    Decimal(Decimal),
    /// A day.
    Date(NaiveDate),
    /// A time of day.
    Time(NaiveTime),
    /// The code of the one choice.
    Choice(String),
    /// The codes of the choices.
    Choices(Vec<String>),
    /// Where pictures or sounds are fetched, and what there is to say about them.
    Captured(Vec<String>, Option<String>),
    /// Nothing, and why. It is no answer, and stands with the question.
    Absent(AbsenceReason),
}

/// How far somebody has come in answering.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// Still at it.
    InProgress,
    /// Done.
    Completed,
    /// Done, and changed since.
    Amended,
}

/// Where an answer stands: in which section, and for which part that is repeated.
type Site<'a> = (Option<&'a str>, Option<u32>);

/// What was answered, in the order of the form. Of several answers in one place the last counts; answers to what the form
/// does not ask have no place in it.
pub fn response(form: &Definition, edition: &Edition<'_>, progress: Progress, answers: &[Answer]) -> Value {
    let (whens, repeats) = (Whens::of(form, edition), form.repeats());
    let of: HashMap<&str, Option<&str>> =
        form.items.iter().zip(&repeats).map(|(item, repeat)| (item.link_id.as_str(), *repeat)).collect();
    let mut said: HashMap<Site<'_>, &Said> = HashMap::new();
    let mut instances: HashMap<&str, BTreeSet<u32>> = HashMap::new();
    for answer in answers {
        let Some(repeat) = of.get(answer.link_id.as_str()) else { continue };
        let instance = repeat.map(|_| answer.instance.unwrap_or(0));
        if let (Some(repeat), Some(instance)) = (repeat, instance) {
            instances.entry(repeat).or_default().insert(instance);
        }
        said.insert((Some(&answer.link_id), instance), &answer.said);
    }

    // From the last to the first, as the form itself is written.
    let mut inside: HashMap<Site<'_>, Vec<Value>> = HashMap::new();
    for (item, repeat) in form.items.iter().zip(&repeats).rev() {
        let all = |of: &str| instances.get(of).into_iter().flatten().copied().map(Some).collect();
        let here: Vec<Option<u32>> = repeat.map_or_else(|| vec![None], all);
        for instance in here {
            let mut part_of = |instance| {
                let within = inside.remove(&(Some(item.link_id.as_str()), instance)).unwrap_or_default();
                group(item, within)
            };
            let nodes: Vec<Value> = match &item.part {
                Part::Section { .. } => part_of(instance).into_iter().collect(),
                Part::Repeat { .. } => all(&item.link_id).into_iter().filter_map(part_of).collect(),
                Part::Note { .. } | Part::Echo { .. } => Vec::new(),
                Part::Question(asked) => {
                    let said = said.get(&(Some(item.link_id.as_str()), instance));
                    said.and_then(|said| answered(item, asked, said, edition)).into_iter().collect()
                }
            };
            let nodes = whens.groups(&item.link_id).into_iter().rev().fold(nodes, |nodes, group| match nodes.len() {
                0 => nodes,
                _ => vec![json!({ "linkId": group, "item": nodes })],
            });
            inside.entry((item.inside.as_deref(), instance)).or_default().extend(nodes.into_iter().rev());
        }
    }
    let mut items = inside.remove(&(None, None)).unwrap_or_default();
    items.reverse();
    whole(edition, progress, items)
}

fn whole(edition: &Edition<'_>, progress: Progress, items: Vec<Value>) -> Value {
    let status = match progress {
        Progress::InProgress => "in-progress",
        Progress::Completed => "completed",
        Progress::Amended => "amended",
    };
    let mut whole = json!({ "resourceType": "QuestionnaireResponse", "status": status });
    let of = edition.url.map(|url| match edition.version {
        Some(version) => format!("{url}|{version}"),
        None => url.to_owned(),
    });
    put(&mut whole, "questionnaire", of);
    put(&mut whole, "item", Some(items).filter(|items| !items.is_empty()));
    whole
}

fn group(item: &Item, mut within: Vec<Value>) -> Option<Value> {
    within.reverse();
    let (Part::Section { title } | Part::Repeat { title, .. }) = &item.part else { return None };
    let mut node = json!({ "linkId": item.link_id });
    say(&mut node, "text", title);
    put(&mut node, "item", Some(Some(within).filter(|within| !within.is_empty())?));
    Some(node)
}

fn answered(item: &Item, asked: &Asked, said: &Said, edition: &Edition<'_>) -> Option<Value> {
    let mut node = json!({ "linkId": item.link_id });
    say(&mut node, "text", &asked.prompt);
    let chosen = |code: &String| {
        let label = asked.choices.iter().find(|choice| choice.code == *code).map(|choice| choice.label.clone());
        json!({ "valueCoding": coding(edition, &item.link_id, code, &label.unwrap_or_else(Wording::default)) })
    };
    let answers = match said {
        Said::Absent(reason) => {
            extend(&mut node, DATA_ABSENT, "valueCode", Some(absent(*reason)));
            return Some(node);
        }
        // FHIR has no words that say nothing.
        Said::Text(text) if text.trim().is_empty() => return None,
        Said::Text(text) => vec![json!({ "valueString": text })],
        Said::YesNo(yes) => vec![json!({ "valueBoolean": yes })],
        Said::Number(number) => vec![match i32::try_from(*number) {
            Ok(small) if asked.kind == QuestionKind::Number => json!({ "valueInteger": small }),
            _ => json!({ "valueDecimal": number }),
        }],
        Said::Decimal(number) => vec![json!({ "valueDecimal": json_number(*number) })],
        Said::Date(day) => vec![json!({ "valueDate": day.to_string() })],
        Said::Time(time) => vec![json!({ "valueTime": time.format("%H:%M:%S").to_string() })],
        Said::Choice(code) => vec![chosen(code)],
        Said::Choices(codes) => codes.iter().map(chosen).collect(),
        Said::Captured(urls, caption) => urls.iter().map(|url| attached(url, caption.as_deref())).collect(),
    };
    put(&mut node, "answer", Some(Some(answers).filter(|answers| !answers.is_empty())?));
    Some(node)
}

fn attached(url: &str, caption: Option<&str>) -> Value {
    let mut attachment = json!({ "url": url });
    put(&mut attachment, "title", caption);
    json!({ "valueAttachment": attachment })
}

/// The code of a reason in FHIR's own list of them.
fn absent(reason: AbsenceReason) -> &'static str {
    match reason {
        AbsenceReason::NotAsked => "not-asked",
        AbsenceReason::Declined => "asked-declined",
        AbsenceReason::Unknown => "unknown",
        AbsenceReason::NotAppropriate => "not-applicable",
    }
}
