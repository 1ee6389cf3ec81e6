//! A record as a QuestionnaireResponse of FHIR, for the systems of others.

use std::collections::{BTreeSet, HashMap};

use serde_json::Value;

use crate::rules::{
    answer::AnswerValue,
    form::{
        Definition,
        fhir::{self, Edition, Progress, Said, Status},
    },
};

/// An answer that stands: by link id, and by the name of which of several.
pub type Standing<'a> = (&'a str, &'a str, AnswerValue);

/// What stands in a record. What somebody wrote under a heading of one's own, and what nothing asks any more, has no place in
/// a response: the form does not have it.
pub fn response(form: &Definition, version: &str, progress: Progress, answers: &[Standing<'_>]) -> Value {
    let edition = Edition { url: None, version: Some(version), status: Status::Active };
    let parts: HashMap<&str, &str> =
        form.questions().filter_map(|posed| Some((posed.link_id, posed.repeat?))).collect();
    let mut named: HashMap<&str, BTreeSet<&str>> = HashMap::new();
    for (link_id, instance, _) in answers {
        if let Some(part) = parts.get(link_id) {
            named.entry(part).or_default().insert(instance);
        }
    }
    let number = |link_id: &str, instance: &str| {
        let place = named.get(parts.get(link_id)?)?.iter().position(|name| *name == instance)?;
        u32::try_from(place).ok()
    };
    let answers: Vec<fhir::Answer> = answers
        .iter()
        .filter_map(|(link_id, instance, value)| {
            let (link_id, instance) = ((*link_id).to_owned(), number(link_id, instance));
            Some(fhir::Answer { link_id, instance, said: said(value)? })
        })
        .collect();
    fhir::response(form, &edition, progress, &answers)
}

fn said(value: &AnswerValue) -> Option<Said> {
    let text = |text: &String| Said::Text(text.clone());
    Some(match value {
        AnswerValue::Text(words) => text(words),
        AnswerValue::YesNo(yes) => Said::YesNo(*yes),
        AnswerValue::Choice(code) => Said::Choice(code.clone()),
        AnswerValue::Choices(codes) => Said::Choices(codes.clone()),
        AnswerValue::Number(number) => Said::Number(*number),
        AnswerValue::Absent(reason) => Said::Absent(*reason),
        AnswerValue::Date(day) => day.parse().map_or_else(|_| text(day), Said::Date),
        AnswerValue::Decimal(number) => number.parse().map_or_else(|_| text(number), Said::Decimal),
        AnswerValue::Time(time) => {
            chrono::NaiveTime::parse_from_str(time, "%H:%M").map_or_else(|_| text(time), Said::Time)
        }
        AnswerValue::Captured { ids, caption } => {
            Said::Captured(ids.iter().map(|id| format!("/receipts/{id}/content")).collect(), caption.clone())
        }
        AnswerValue::Own { .. } | AnswerValue::Moved(_) => return None,
    })
}
