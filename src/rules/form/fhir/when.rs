//! When: conditions as FHIR says them.

use std::collections::HashMap;

use busfare_entity::words::QuestionKind;
use serde_json::{Value, json};

use super::{Edition, SHOWN_WHEN, coding, extend, json_number, put, small};
use crate::rules::{
    form::Definition,
    logic::{Operand, Operator, Predicate, json_logic},
    wording::Wording,
};

/// Most groups and items that say one condition; past that nobody could read them.
const MOST_LEVELS: usize = 4;
/// Most parts that a condition may become on the way.
const MOST_PARTS: usize = 64;

/// The conditions of a form, by link id.
pub(super) struct Whens<'a>(HashMap<&'a str, When>);

enum When {
    /// What has to be true of each group, from the outermost to the item itself.
    Levels(Vec<Level>),
    /// JSONLogic.
    Beyond(Value),
}

/// Comparisons of which all have to be true, or one.
struct Level {
    behaviour: &'static str,
    of: Vec<Value>,
}

/// Comparisons of which one has to be true.
type Part = Vec<Value>;

impl<'a> Whens<'a> {
    pub(super) fn of(form: &'a Definition, edition: &Edition<'_>) -> Self {
        let kinds = form.questions().map(|posed| (posed.link_id, posed.asked.kind)).collect();
        let words = Words { kinds, edition };
        let conditions = form.items.iter().filter_map(|item| Some((item.link_id.as_str(), item.shown_when.as_ref()?)));
        Self(conditions.map(|(link_id, condition)| (link_id, words.when(condition))).collect())
    }

    /// Whether FHIR has no words for the condition of an item.
    pub(super) fn go_beyond(&self, link_id: &str) -> bool {
        matches!(self.0.get(link_id), Some(When::Beyond(_)))
    }

    /// The item with its condition on it, in the groups that this takes.
    pub(super) fn around(&self, link_id: &str, mut node: Value) -> Value {
        let levels = match self.0.get(link_id) {
            None => return node,
            Some(When::Beyond(logic)) => {
                extend(&mut node, SHOWN_WHEN, "valueString", Some(logic.to_string()));
                return node;
            }
            Some(When::Levels(levels)) => levels,
        };
        let mut names = self.groups(link_id).into_iter().rev();
        for (depth, level) in levels.iter().rev().enumerate() {
            if depth > 0 {
                node = json!({ "linkId": names.next(), "type": "group", "item": [node] });
            }
            put(&mut node, "enableWhen", Some(level.of.clone()));
            put(&mut node, "enableBehavior", Some(level.behaviour).filter(|_| level.of.len() > 1));
        }
        node
    }

    /// The link ids of the groups that stand around an item for its condition alone, the outermost first.
    pub(super) fn groups(&self, link_id: &str) -> Vec<String> {
        match self.0.get(link_id) {
            Some(When::Levels(levels)) => (1..levels.len()).map(|level| format!("{link_id}.when-{level}")).collect(),
            _ => Vec::new(),
        }
    }
}

/// What FHIR has words for.
struct Words<'a> {
    kinds: HashMap<&'a str, QuestionKind>,
    edition: &'a Edition<'a>,
}

impl Words<'_> {
    fn when(&self, condition: &Predicate) -> When {
        let Some(parts) = self.parts(condition).filter(|parts| parts.iter().all(|part| !part.is_empty())) else {
            return When::Beyond(json_logic(condition));
        };
        let (single, choices): (Vec<Part>, Vec<Part>) = parts.into_iter().partition(|part| part.len() == 1);
        let all = Some(Level { behaviour: "all", of: single.into_iter().flatten().collect() });
        let any = choices.into_iter().map(|of| Level { behaviour: "any", of });
        let levels: Vec<Level> = all.into_iter().filter(|level| !level.of.is_empty()).chain(any).collect();
        match levels.len() {
            0..=MOST_LEVELS => When::Levels(levels),
            _ => When::Beyond(json_logic(condition)),
        }
    }

    /// The same as parts that all have to be true, each a choice between comparisons; nothing where there are no words
    /// for it, or too many.
    fn parts(&self, condition: &Predicate) -> Option<Vec<Part>> {
        let parts = match condition {
            Predicate::All { of } => {
                of.iter().map(|part| self.parts(part)).collect::<Option<Vec<_>>>()?.into_iter().flatten().collect()
            }
            Predicate::Any { of } => {
                let mut whole: Vec<Part> = vec![Vec::new()];
                for part in of {
                    let part = self.parts(part)?;
                    if whole.len() * part.len() > MOST_PARTS {
                        return None;
                    }
                    let both = |one: &Part| part.iter().map(|other| joined(one, other)).collect::<Vec<_>>();
                    whole = plain(whole.iter().flat_map(both).collect());
                }
                whole
            }
            Predicate::Compare { question, operator: Operator::NotEqual, .. } => {
                // Whether no answer is another answer is not told the same way everywhere.
                vec![vec![exists(question, true)], vec![self.comparison(condition)?]]
            }
            _ => vec![vec![self.comparison(condition)?]],
        };
        Some(plain(parts)).filter(|parts| parts.len() <= MOST_PARTS)
    }

    fn comparison(&self, condition: &Predicate) -> Option<Value> {
        let (question, operator, value) = match condition {
            Predicate::Answered { question, answered } => {
                return self.kinds.contains_key(question.as_str()).then(|| exists(question, *answered));
            }
            Predicate::Contains { question, value: value @ Operand::Choice(_) } => (question, Operator::Equal, value),
            Predicate::Compare { question, operator, value } => (question, *operator, value),
            _ => return None,
        };
        let kind = *self.kinds.get(question.as_str())?;
        let orders = !matches!(operator, Operator::Equal | Operator::NotEqual);
        let (key, answer) = match (kind, value) {
            (QuestionKind::Number, Operand::Number(number)) => ("answerInteger", json!(small(*number)?)),
            (QuestionKind::Decimal, Operand::Number(number)) => ("answerDecimal", json_number(*number)),
            (QuestionKind::Date, Operand::Date(day)) => ("answerDate", json!(day.to_string())),
            _ if orders => return None,
            (QuestionKind::Text, Operand::Text(text)) if !text.trim().is_empty() => ("answerString", json!(text)),
            (QuestionKind::YesNo, Operand::YesNo(yes)) => ("answerBoolean", json!(yes)),
            (QuestionKind::Choice | QuestionKind::Choices, Operand::Choice(code)) => {
                ("answerCoding", coding(self.edition, question, code, &Wording::default()))
            }
            _ => return None,
        };
        Some(json!({ "question": question, "operator": sign(operator), key: answer }))
    }
}

fn exists(question: &str, answered: bool) -> Value {
    json!({ "question": question, "operator": "exists", "answerBoolean": answered })
}

fn sign(operator: Operator) -> &'static str {
    match operator {
        Operator::Equal => "=",
        Operator::NotEqual => "!=",
        Operator::Greater => ">",
        Operator::Less => "<",
        Operator::AtLeast => ">=",
        Operator::AtMost => "<=",
    }
}

fn joined(one: &Part, other: &Part) -> Part {
    let new = other.iter().filter(|comparison| !one.contains(comparison));
    one.iter().chain(new).cloned().collect()
}

/// Without what is true in any case, and what another part says already.
fn plain(parts: Vec<Part>) -> Vec<Part> {
    let always = |part: &Part| {
        let is = |comparison: &Value, answered: bool| comparison.get("answerBoolean") == Some(&json!(answered));
        let unanswered = part.iter().filter(|comparison| comparison["operator"] == "exists" && is(comparison, false));
        unanswered.into_iter().any(|comparison| {
            let question = comparison["question"].as_str().unwrap_or_default();
            part.contains(&exists(question, true))
        })
    };
    let parts: Vec<Part> = parts.into_iter().filter(|part| !always(part)).collect();
    let says = |one: &Part, other: &Part| one.iter().all(|comparison| other.contains(comparison));
    let needed = |place: usize, part: &Part| {
        !parts.iter().enumerate().any(|(other_place, other)| {
            other_place != place && says(other, part) && (!says(part, other) || other_place < place)
        })
    };
    let kept: Vec<bool> = parts.iter().enumerate().map(|(place, part)| needed(place, part)).collect();
    parts.into_iter().zip(kept).filter_map(|(part, kept)| kept.then_some(part)).collect()
}
