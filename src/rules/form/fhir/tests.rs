//! A form as a Questionnaire asks the same, when it should; and answers come out where they belong.

use std::collections::{BTreeMap, HashMap};

use busfare_entity::words::{AbsenceReason, QuestionKind};
use chrono::NaiveDate;
use proptest::{
    collection::vec,
    prelude::{any, prop_assert_eq, prop_assume, proptest},
};
use rust_decimal::{Decimal, prelude::FromPrimitive};
use serde_json::{Value, json};

use super::{Answer, Edition, Progress, SHOWN_WHEN, Said, Status, questionnaire, response};
use crate::rules::{
    form::{Asked, Bounds, Choice, Definition, Item, Part, made_up::definition},
    logic::{Given, Operand, Operator, Predicate},
    wording::Wording,
};

const EDITION: Edition<'_> =
    Edition { url: Some("https://forms.example/talk"), version: Some("3"), status: Status::Active };

fn asked(prompt: &str, kind: QuestionKind, choices: &[(&str, &str)]) -> Asked {
    let choice = |(code, label): &(&str, &str)| Choice { code: (*code).into(), label: Wording::english(*label) };
    Asked {
        code: prompt.to_lowercase(),
        prompt: Wording::english(prompt),
        hint: Wording::default(),
        why_we_ask: Wording::default(),
        kind,
        choices: choices.iter().map(choice).collect(),
        bounds: Bounds::default(),
        required: false,
    }
}

fn item(link_id: &str, inside: Option<&str>, part: Part) -> Item {
    Item { link_id: link_id.into(), inside: inside.map(str::to_owned), shown_when: None, part }
}

fn question(link_id: &str, inside: Option<&str>, asked: Asked) -> Item {
    item(link_id, inside, Part::Question(Box::new(asked)))
}

fn compare(question: &str, operator: Operator, value: Operand) -> Predicate {
    Predicate::Compare { question: question.into(), operator, value }
}

fn form(items: Vec<Item>) -> Definition {
    let form = Definition { code: "talk".into(), title: Wording::english("A talk").with("cy", "Sgwrs"), items };
    assert!(form.check().is_ok(), "{form:?}");
    form
}

fn translated(cy: &str) -> Value {
    json!({ "extension": [{
        "url": "http://hl7.org/fhir/StructureDefinition/translation",
        "extension": [{ "url": "lang", "valueCode": "cy" }, { "url": "content", "valueString": cy }],
    }] })
}

/// A section, choices, a part that is repeated with a bound, and words in two languages.
fn talk() -> Definition {
    let mut how = asked("How", QuestionKind::Choice, &[("well", "Well"), ("not well ", "Not well")]);
    how.prompt = Wording::english("How are you?").with("cy", "Sut mae?");
    how.hint = Wording::english("Take your time.");
    how.required = true;
    let mut age = asked("Age", QuestionKind::Number, &[]);
    age.bounds = Bounds { max_chars: None, least: Some(Decimal::new(5, 1)), most: Some(99.into()) };
    let mut child = item("child", Some("you"), Part::Repeat { title: Wording::english("Each child"), most: Some(9) });
    child.shown_when = Some(compare("how", Operator::Equal, Operand::Choice("not well ".into())));
    form(vec![
        item("you", None, Part::Section { title: Wording::english("You") }),
        question("how", Some("you"), how),
        child,
        question("child/age", Some("child"), age),
        question("child/likes", Some("child"), asked("Likes", QuestionKind::Choices, &[("cake", "Cake")])),
        item("end", None, Part::Section { title: Wording::english("Thank you") }),
    ])
}

#[test]
fn a_form_is_a_questionnaire_in_its_languages() {
    let coding = |question: &str, code: &str, display: &str| {
        let system = format!("https://forms.example/talk/choices/{question}");
        json!({ "valueCoding": { "system": system, "code": code, "display": display } })
    };
    let code = |code: &str| json!([{ "system": "urn:busfare:question", "code": code }]);
    let bound = |name: &str, value: i32| {
        let url = format!("http://hl7.org/fhir/StructureDefinition/{name}");
        json!({ "url": url, "valueInteger": value })
    };
    let hint = json!({
        "linkId": "how.hint", "type": "display", "text": "Take your time.",
        "extension": [{
            "url": "http://hl7.org/fhir/StructureDefinition/questionnaire-itemControl",
            "valueCodeableConcept": {
                "coding": [{ "system": "http://hl7.org/fhir/questionnaire-item-control", "code": "help" }],
            },
        }],
    });
    let how = json!({
        "linkId": "how", "type": "choice", "text": "How are you?", "_text": translated("Sut mae?"),
        "code": code("how"), "required": true, "item": [hint],
        "answerOption": [coding("how", "well", "Well"), coding("how", "not%20well%20", "Not well")],
    });
    let when = json!({
        "question": "how", "operator": "=",
        "answerCoding": { "system": "https://forms.example/talk/choices/how", "code": "not%20well%20" },
    });
    let child = json!({
        "linkId": "child", "type": "group", "text": "Each child", "repeats": true,
        "extension": [bound("questionnaire-maxOccurs", 9)], "enableWhen": [when],
        "item": [
            {
                "linkId": "child/age", "type": "integer", "text": "Age", "code": code("age"),
                "extension": [bound("minValue", 1), bound("maxValue", 99)],
            },
            {
                "linkId": "child/likes", "type": "choice", "text": "Likes", "code": code("likes"), "repeats": true,
                "answerOption": [coding("child/likes", "cake", "Cake")],
            },
        ],
    });
    let whole = json!({
        "resourceType": "Questionnaire", "language": "en", "status": "active", "version": "3",
        "url": "https://forms.example/talk", "title": "A talk", "_title": translated("Sgwrs"),
        "item": [
            { "linkId": "you", "type": "group", "text": "You", "item": [how, child] },
            { "linkId": "end", "type": "display", "text": "Thank you" },
        ],
    });
    assert_eq!(questionnaire(&talk(), &EDITION), whole);
}

#[test]
fn answers_stand_where_their_questions_do_and_no_answer_has_its_reason() {
    let said = |link_id: &str, instance: Option<u32>, said: Said| Answer { link_id: link_id.into(), instance, said };
    let answers = [
        said("child/age", Some(2), Said::Absent(AbsenceReason::Declined)),
        said("how", None, Said::Choice("well".into())),
        said("child/age", Some(1), Said::Number(7)),
        said("child/likes", Some(1), Said::Choices(vec!["cake".into(), "tea".into()])),
        said("gone", None, Said::YesNo(true)),
    ];
    let coding = |question: &str, code: &str| json!({ "system": format!("https://forms.example/talk/choices/{question}"), "code": code });
    let (mut well, mut cake) = (coding("how", "well"), coding("child/likes", "cake"));
    well["display"] = json!("Well");
    cake["display"] = json!("Cake");
    let declined = json!([{
        "url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason",
        "valueCode": "asked-declined",
    }]);
    let first = json!({ "linkId": "child", "text": "Each child", "item": [
        { "linkId": "child/age", "text": "Age", "answer": [{ "valueInteger": 7 }] },
        { "linkId": "child/likes", "text": "Likes",
          "answer": [{ "valueCoding": cake }, { "valueCoding": coding("child/likes", "tea") }] },
    ] });
    let second = json!({ "linkId": "child", "text": "Each child", "item": [
        { "linkId": "child/age", "text": "Age", "extension": declined },
    ] });
    let how = json!({ "linkId": "how", "text": "How are you?", "_text": translated("Sut mae?"),
        "answer": [{ "valueCoding": well }] });
    assert_eq!(
        response(&talk(), &EDITION, Progress::Completed, &answers),
        json!({
            "resourceType": "QuestionnaireResponse", "status": "completed",
            "questionnaire": "https://forms.example/talk|3",
            "item": [{ "linkId": "you", "text": "You", "item": [how, first, second] }],
        })
    );
}

#[test]
fn what_has_parts_within_parts_stands_in_groups_and_what_goes_beyond_is_kept() {
    let (yes, no) =
        (compare("a", Operator::Equal, Operand::YesNo(true)), compare("b", Operator::NotEqual, Operand::YesNo(true)));
    let c = Predicate::Answered { question: "c".into(), answered: false };
    let ask = |link_id: &str| question(link_id, None, asked(link_id, QuestionKind::YesNo, &[]));
    let mut nested = ask("nested");
    nested.shown_when = Some(Predicate::All { of: vec![c.clone(), Predicate::Any { of: vec![yes.clone(), no] }] });
    let mut beyond = ask("beyond");
    beyond.shown_when = Some(Predicate::Contains { question: "d".into(), value: Operand::Text("bus".into()) });
    let form = form(vec![
        ask("a"),
        ask("b"),
        ask("c"),
        question("d", None, asked("d", QuestionKind::Text, &[])),
        nested,
        beyond,
    ]);
    let whole = questionnaire(&form, &Edition::default());
    let is = |question: &str, operator: &str, yes: bool| json!({ "question": question, "operator": operator, "answerBoolean": yes });
    let code = json!([{ "system": "urn:busfare:question", "code": "nested" }]);
    let inner = json!({
        "linkId": "nested", "type": "boolean", "text": "nested", "code": code, "enableBehavior": "any",
        "enableWhen": [is("a", "=", true), is("b", "!=", true)],
    });
    let exists = json!({
        "linkId": "nested.when-2", "type": "group", "enableBehavior": "any", "item": [inner],
        "enableWhen": [is("a", "=", true), is("b", "exists", true)],
    });
    let around = json!({
        "linkId": "nested.when-1", "type": "group", "item": [exists], "enableWhen": [is("c", "exists", false)],
    });
    assert_eq!(whole["item"][4], around);
    let kept = json!([{ "url": SHOWN_WHEN, "valueString": r#"{"and":[{"!==":[{"var":"d"},null]},{"in":["bus",{"var":"d"}]}]}"# }]);
    assert_eq!((&whole["item"][5]["extension"], &whole["item"][5]["enableWhen"]), (&kept, &Value::Null));

    let answers = [Answer { link_id: "nested".into(), instance: None, said: Said::YesNo(true) }];
    let answer = json!({ "linkId": "nested", "text": "nested", "answer": [{ "valueBoolean": true }] });
    let around = json!({ "linkId": "nested.when-1", "item": [{ "linkId": "nested.when-2", "item": [answer] }] });
    assert_eq!(response(&form, &Edition::default(), Progress::InProgress, &answers)["item"], json!([around]));
}

/// An answer, as both sides see it.
#[derive(Clone, Debug)]
enum Told {
    Text(String),
    YesNo(bool),
    Choices(Vec<String>),
    Number(i64),
    Date(NaiveDate),
}

fn told(asked: &Asked, dice: u64) -> Option<Told> {
    let picked = |of: u64| usize::try_from(dice / 4 % of).unwrap_or(0);
    Some(match asked.kind {
        _ if dice.is_multiple_of(4) => return None,
        QuestionKind::YesNo => Told::YesNo(picked(2) == 0),
        QuestionKind::Choice => Told::Choices(vec![asked.choices[picked(asked.choices.len() as u64)].code.clone()]),
        QuestionKind::Choices => {
            Told::Choices(asked.choices.iter().skip(picked(2)).map(|choice| choice.code.clone()).collect())
        }
        QuestionKind::Number | QuestionKind::Decimal => Told::Number(i64::try_from(dice / 4 % 7).ok()? - 3),
        QuestionKind::Date => Told::Date(NaiveDate::from_ymd_opt(2026, 1, 30 + u32::try_from(picked(2)).ok()?)?),
        _ if picked(2) == 0 => Told::Text(asked.prompt.en.clone()),
        _ => Told::Text("something else".into()),
    })
}

fn given<'a>(told: &'a Told, kind: QuestionKind) -> Given<'a> {
    match told {
        Told::Text(text) => Given::Text(text),
        Told::YesNo(yes) => Given::YesNo(*yes),
        Told::Choices(codes) if kind == QuestionKind::Choice => Given::Choice(&codes[0]),
        Told::Choices(codes) => Given::Choices(codes),
        Told::Number(number) => Given::Number((*number).into()),
        Told::Date(day) => Given::Date(*day),
    }
}

/// A reader of Questionnaires as the specification has it: which items are enabled, given the answers.
struct Reader<'a> {
    told: &'a HashMap<&'a str, Told>,
    /// What is shown by conditions that go beyond `enableWhen`, which this reader knows.
    shown: HashMap<&'a str, bool>,
    enabled: BTreeMap<String, bool>,
}

impl Reader<'_> {
    fn walk(&mut self, items: &Value, around: bool) {
        for item in items.as_array().into_iter().flatten() {
            let each = item["enableWhen"].as_array().into_iter().flatten().map(|when| self.holds(when));
            let each: Vec<bool> = each.collect();
            let own = match item["enableBehavior"].as_str() {
                Some("any") => each.contains(&true),
                _ => !each.contains(&false),
            };
            let link_id = item["linkId"].as_str().unwrap_or_default();
            let mut extensions = item["extension"].as_array().into_iter().flatten();
            let beyond = extensions.any(|extension| extension["url"] == SHOWN_WHEN);
            let enabled = around && own && (!beyond || self.shown[link_id]);
            assert_eq!(self.enabled.insert(link_id.to_owned(), enabled), None, "an item is there twice");
            self.walk(&item["item"], enabled);
        }
    }

    fn holds(&self, when: &Value) -> bool {
        let question = when["question"].as_str().unwrap_or_default();
        let answer = self.told.get(question).filter(|_| self.enabled[question]);
        let says = |one: bool| match when["operator"].as_str() {
            Some("!=") => !one,
            _ => one,
        };
        if when["operator"] == "exists" {
            return answer.is_some() == when["answerBoolean"];
        }
        match answer {
            // Readers differ here, so neither may matter; this one says that nothing is not something.
            None => when["operator"] == "!=",
            Some(Told::Text(text)) => says(when["answerString"] == *text),
            Some(Told::YesNo(yes)) => says(when["answerBoolean"] == *yes),
            Some(Told::Choices(codes)) => {
                says(codes.iter().any(|code| when["answerCoding"]["code"] == super::escaped(code)))
            }
            Some(Told::Number(number)) => {
                let other = when.get("answerInteger").or_else(|| when.get("answerDecimal"));
                let other = other.and_then(Value::as_f64).and_then(Decimal::from_f64).unwrap_or_default();
                ordered(Decimal::from(*number).cmp(&other), when)
            }
            Some(Told::Date(day)) => {
                ordered(day.to_string().as_str().cmp(when["answerDate"].as_str().unwrap_or("")), when)
            }
        }
    }
}

fn ordered(order: std::cmp::Ordering, when: &Value) -> bool {
    match when["operator"].as_str().unwrap_or_default() {
        "=" => order.is_eq(),
        "!=" => order.is_ne(),
        ">" => order.is_gt(),
        "<" => order.is_lt(),
        ">=" => order.is_ge(),
        _ => order.is_le(),
    }
}

fn questions<'a>(items: &'a Value, found: &mut Vec<&'a str>) {
    for item in items.as_array().into_iter().flatten() {
        if !matches!(item["type"].as_str(), Some("group" | "display")) {
            found.extend(item["linkId"].as_str());
        }
        questions(&item["item"], found);
    }
}

proptest! {
    #[test]
    fn every_question_of_any_form_is_one_item_in_its_order(form in definition()) {
        prop_assume!(form.check().is_ok());
        let whole = questionnaire(&form, &EDITION);
        let mut found = Vec::new();
        questions(&whole["item"], &mut found);
        let asked: Vec<&str> = form.questions().map(|posed| posed.link_id).collect();
        prop_assert_eq!(found, asked);
    }

    #[test]
    fn an_item_is_enabled_when_it_is_shown(form in definition(), dice in vec(any::<u64>(), 14)) {
        let Ok(logic) = form.check() else { return Ok(()) };
        let told: HashMap<&str, Told> = form
            .questions()
            .filter_map(|posed| Some((posed.link_id, told(posed.asked, dice[posed.place])?)))
            .collect();
        let shown = logic.shown(|place| {
            let item = &form.items[place];
            Some(given(told.get(item.link_id.as_str())?, item.asked()?.kind))
        });
        let whole = questionnaire(&form, &EDITION);
        let by_id = form.items.iter().zip(&shown).map(|(item, shown)| (item.link_id.as_str(), *shown));
        let mut reader = Reader { told: &told, shown: by_id.collect(), enabled: BTreeMap::new() };
        reader.walk(&whole["item"], true);
        for (item, shown) in form.items.iter().zip(shown) {
            prop_assert_eq!(reader.enabled[&item.link_id], shown, "{}: {:#}", item.link_id, whole);
        }
    }
}
