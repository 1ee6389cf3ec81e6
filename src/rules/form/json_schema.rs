//! JSON Schema: what an object of answers to a form may look like, for whoever checks answers on the way.
//!
//! There is one property for each question, by its link id, and one for each part that is repeated, with a list in it.
//! Nothing is required, because nothing ever is: a question that is not answered has no property. When a question is
//! shown stands beside it as JSONLogic, under [`SHOWN_WHEN`], which programs that do not know it pass over.

use busfare_entity::words::QuestionKind;
use serde_json::{Map, Value, json};

use super::{Asked, Definition, Part};
use crate::rules::logic::{Predicate, json_logic, json_number};

/// Where a property says when it is asked for.
pub const SHOWN_WHEN: &str = "x-busfare-shown-when";

/// Hours and minutes, with or without seconds.
const TIME_OF_DAY: &str = "^([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?$";

/// The schema (2020-12) of an object with the answers to a form.
pub fn json_schema(form: &Definition) -> Value {
    let (mut properties, mut repeats) = (Map::new(), Map::new());
    for (item, (repeat, condition)) in form.items.iter().zip(form.repeats().into_iter().zip(form.conditions())) {
        let property = match &item.part {
            Part::Question(asked) => about(asked),
            Part::Repeat { title, most } => {
                repeats.insert(item.link_id.clone(), Map::new().into());
                let mut list = described(&title.en, "");
                list.insert("type".into(), json!("array"));
                list.extend(most.map(|most| ("maxItems".to_owned(), json!(most))));
                list
            }
            Part::Section { .. } | Part::Note { .. } | Part::Echo { .. } => continue,
        };
        let property = with_condition(property, condition.as_ref());
        let around = match repeat {
            Some(repeat) => repeats.get_mut(repeat).and_then(Value::as_object_mut),
            None => Some(&mut properties),
        };
        if let Some(around) = around {
            around.insert(item.link_id.clone(), property.into());
        }
    }
    for (repeat, of) in repeats {
        if let Some(list) = properties.get_mut(&repeat).and_then(Value::as_object_mut) {
            list.insert("items".into(), object(of).into());
        }
    }
    let mut schema = described(&form.title.en, "");
    schema.insert("$schema".into(), json!("https://json-schema.org/draft/2020-12/schema"));
    schema.extend(object(properties));
    schema.into()
}

fn object(properties: impl Into<Value>) -> Map<String, Value> {
    let (kind, properties) = (json!("object"), properties.into());
    Map::from_iter([("type", kind), ("properties", properties), ("additionalProperties", json!(false))].map(named))
}

fn named((key, value): (&str, Value)) -> (String, Value) {
    (key.to_owned(), value)
}

fn described(title: &str, description: &str) -> Map<String, Value> {
    let said = [("title", title), ("description", description)].into_iter().filter(|(_, words)| !words.is_empty());
    said.map(|(key, words)| (key.to_owned(), json!(words))).collect()
}

fn with_condition(mut property: Map<String, Value>, condition: Option<&Predicate>) -> Map<String, Value> {
    property.extend(condition.map(|condition| (SHOWN_WHEN.to_owned(), json_logic(condition))));
    property
}

fn about(asked: &Asked) -> Map<String, Value> {
    let codes: Vec<&str> = asked.choices.iter().map(|choice| choice.code.as_str()).collect();
    let kind = match asked.kind {
        QuestionKind::Text => vec![("type", json!("string"))],
        QuestionKind::YesNo => vec![("type", json!("boolean"))],
        QuestionKind::Choice => vec![("type", json!("string")), ("enum", json!(codes))],
        QuestionKind::Choices => {
            let one = json!({ "type": "string", "enum": codes });
            vec![("type", json!("array")), ("items", one), ("uniqueItems", json!(true))]
        }
        QuestionKind::Date => vec![("type", json!("string")), ("format", json!("date"))],
        QuestionKind::Number => vec![("type", json!("integer"))],
        QuestionKind::Decimal => vec![("type", json!("number"))],
        QuestionKind::Time => vec![("type", json!("string")), ("pattern", json!(TIME_OF_DAY))],
        // Where it is kept: its id.
        QuestionKind::Photo | QuestionKind::Voice => vec![("type", json!("string"))],
    };
    let (text, number) =
        (asked.kind == QuestionKind::Text, matches!(asked.kind, QuestionKind::Number | QuestionKind::Decimal));
    let bounds = [
        ("maxLength", asked.bounds.max_chars.filter(|_| text).map(|most| json!(most))),
        ("minimum", asked.bounds.least.filter(|_| number).map(json_number)),
        ("maximum", asked.bounds.most.filter(|_| number).map(json_number)),
    ];
    let bounds = bounds.into_iter().filter_map(|(key, bound)| Some((key, bound?)));
    let mut property = described(&asked.prompt.en, &asked.hint.en);
    property.extend(kind.into_iter().chain(bounds).map(named));
    property
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::{prop_assert_eq, prop_assume, proptest};

    use super::*;
    use crate::rules::{
        form::{Bounds, Choice, Item, made_up::definition},
        wording::Wording,
    };

    fn item(link_id: &str, inside: Option<&str>, part: Part) -> Item {
        Item { link_id: link_id.to_owned(), inside: inside.map(str::to_owned), shown_when: None, part }
    }

    fn question(kind: QuestionKind, choices: &[&str], bounds: Bounds) -> Part {
        let choices = choices.iter().map(|code| Choice { code: (*code).to_owned(), label: Wording::english(*code) });
        Part::Question(Box::new(Asked {
            code: "how".to_owned(),
            prompt: Wording::english("How is it?"),
            hint: Wording::default(),
            why_we_ask: Wording::default(),
            kind,
            choices: choices.collect(),
            bounds,
            required: true,
        }))
    }

    #[test]
    fn every_question_is_a_property_and_none_is_required() {
        let bounds = Bounds { max_chars: Some(5), least: Some(1.into()), most: Some(9.into()) };
        let mut often = item("often", None, question(QuestionKind::Number, &[], bounds));
        often.shown_when = Some(Predicate::Answered { question: "how".to_owned(), answered: true });
        let form = Definition {
            code: "talk".into(),
            title: Wording::english("A talk"),
            items: vec![
                item("you", None, Part::Section { title: Wording::english("You") }),
                item("how", Some("you"), question(QuestionKind::Choice, &["well", "badly"], bounds)),
                often,
                item("child", None, Part::Repeat { title: Wording::english("A child"), most: Some(20) }),
                item("child/likes", Some("child"), question(QuestionKind::Choices, &["cake"], Bounds::default())),
                item("child/says", Some("child"), question(QuestionKind::Text, &[], bounds)),
            ],
        };
        assert_eq!(
            json_schema(&form),
            json!({
                "$schema": "https://json-schema.org/draft/2020-12/schema",
                "title": "A talk",
                "type": "object",
                "additionalProperties": false,
                "properties": {
                    "how": { "title": "How is it?", "type": "string", "enum": ["well", "badly"] },
                    "often": {
                        "title": "How is it?", "type": "integer", "minimum": 1, "maximum": 9,
                        "x-busfare-shown-when": { "!==": [{ "var": "how" }, null] },
                    },
                    "child": {
                        "title": "A child",
                        "type": "array",
                        "maxItems": 20,
                        "items": {
                            "type": "object",
                            "additionalProperties": false,
                            "properties": {
                                "child/likes": {
                                    "title": "How is it?", "type": "array", "uniqueItems": true,
                                    "items": { "type": "string", "enum": ["cake"] },
                                },
                                "child/says": { "title": "How is it?", "type": "string", "maxLength": 5 },
                            },
                        },
                    },
                },
            })
        );
    }

    /// How often each property of an object of answers is there.
    fn properties(schema: &Value, found: &mut BTreeMap<String, usize>) {
        for (name, property) in schema["properties"].as_object().into_iter().flatten() {
            match property["items"].get("properties") {
                Some(_) => properties(&property["items"], found),
                None => *found.entry(name.clone()).or_default() += 1,
            }
        }
    }

    proptest! {
        #[test]
        fn every_question_of_any_form_is_one_property(form in definition()) {
            prop_assume!(form.check().is_ok());
            let mut found = BTreeMap::new();
            properties(&json_schema(&form), &mut found);
            let asked: BTreeMap<String, usize> =
                form.questions().map(|posed| (posed.link_id.to_owned(), 1)).collect();
            prop_assert_eq!(found, asked);
        }
    }
}
